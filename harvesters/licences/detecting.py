# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a licence file, or another that states a licence, says as a whole: bytes in, a Detection out.

A file is decoded once. The own matcher of licence texts goes first; where it explains the whole file nothing else is
asked. The rest of the file goes to the library, the translations, the notices and references, and the refusals. All of
them see the same plain text, so every place means characters of the decoded file.
"""

from __future__ import annotations

import hashlib
import re
import threading
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from harvesters.licences import classifier, matching
from harvesters.licences.additions import forbidden
from harvesters.licences.found import Detection, Found, Kind
from harvesters.licences.grants import is_about_others
from harvesters.licences.joining import RESERVED, Joined, join
from harvesters.licences.names_in_text import mentions
from harvesters.licences.notices import find_notices
from harvesters.licences.overlaps import refused_within, uncovered, without_overlaps
from harvesters.licences.placeholders import is_template, unfilled
from harvesters.licences.plain import plain
from harvesters.licences.refusals import find_refusals, judge_edits
from harvesters.licences.remarks import Remark, remarks
from harvesters.licences.sides import (
    lower,
    points_elsewhere,
    says_modified,
    set_aside,
    states_choice,
    without_licence_of_text,
    without_samples,
)
from harvesters.licences.tags import find_tags
from harvesters.licences.translations import find_translations
from harvesters.readers.texts import decode

LONGEST = 2**20
"""Bytes that are read: the longest collections of licences stay below."""
_REMEMBERED = 512
_FEW = 4  # words: a title, a page number
_LIMITS = re.compile(
    r"(?i)modifi[ce]|customi[sz]ed|commerci(?!al-use)|kommerz|gewerb|vietat|interdi|verbot|untersagt|prohibit|verwaltung|clause|"
    r"revoke|weitergabe|zustimmung|genehmigung|consent|display|must|muss|"
    r"resale|not\sfor|nur\sfür|only\sfor|verkauf"
)
"""Words by which a few others beside a licence restrict it ("Modified", "usage commercial interdit")."""
_FEW_FOR_LIBRARY = 20
"""Words: the shortest licences that the library knows and the index does not have about thirty."""
_REFERENCE_ALONE = 6
"""Words a file may have that only names its licence, copyright lines and addresses apart: in a sentence a name says
nothing for sure."""
_ADDRESS = re.compile(r"https?://[^\s<>]{1,500}")
_JSON = re.compile(r"\{\s*\"|\[\s*[{\[\"]")
_KEYS = re.compile(r"^[ \t]{0,40}\"[\w./@-]{1,100}\"[ \t]?:[ \t]", re.MULTILINE)
_TREE = re.compile(r"^[ \t│|]{0,40}[├└+`][─-]{1,3}[┬ ]", re.MULTILINE)
_KEYS_ENOUGH = 3
_SETTINGS = re.compile(
    r"^[ \t]{0,20}(?:\[[\w.-]{1,60}\]|[\w.-]{1,60}[ \t]?=[ \t]?[^\s=].{0,200}|"
    r"(?!licen|lizen|copyright)[a-z_-]{1,60}:)[ \t]{0,9}$|"
    r"\A\s{0,9}[\w\"-]{1,40},[\w\" -]{1,40},|^[\w. =]{1,60}\([\"'][^\n]{0,200}[\"']\)",
    re.MULTILINE | re.IGNORECASE,
)
"""Sections, assignments and keys of a configuration, the head of a table, calls with a string: names are values."""
_LOG = re.compile(
    r"\A[\s#=*-]{0,40}(?:change\s?log|changes|release\snotes|revision\shistory|version\shistory|what's\snew|"
    r"änderungs(?:protokoll|historie)|versionshistorie)\b[^\n]{0,60}\n|"
    r"\A[\s#=*\[-]{0,40}(?:version\s|release\s|v)?\d{1,4}\.\d{1,4}(?:\.\d{1,4})?\]?"
    r"(?:[\s(-]{1,9}\d{4}-\d\d-\d\d\)?)?[ \t]{0,9}\n|"
    r"\A\s{0,9}\d{4}-\d\d-\d\d[ \t]{1,9}\w",
    re.IGNORECASE,
)
"""The beginning of a list of changes: it tells which licence applied when, and which came later stands elsewhere."""
_LONG = 4_000  # characters
_LIGATURES = re.compile("[\ufb00-\ufb06]")
_COPYRIGHT = re.compile(
    r"\W{0,40}(?:portions\s|parts\s|modifications\s)?(?:copyright\b|©|\(c\)|all rights reserved)", re.IGNORECASE
)
_LONGEST_COPYRIGHT = 250  # characters
_SAID_BEHIND = re.compile(
    r"(?i)[.!;]\s(?:[^\n]{0,120}\s)?(?:not|nur|only|nicht|keine?|must|sell|resale|solo|solamente|niet|alleen|seulement)\b"
)
"""A sentence behind the holder's name that limits: "Copyright X. Not for resale."."""
_WORD = re.compile(r"[^\W\d_]{2,}")
_TELLING = re.compile(
    r"[lL][iI][cCzZ][eEaA]?[nN][cCsSzZtT]|[pP]ermi|PERMI|[gG]rant|[rR]edistribut|[rR]ights|RIGHTS|[cC]opyleft|GPL|MIT|BSD|"
    r"[aA]pache|EUPL|CC|ISC|MPL|[pP]ublic|[cC]ommerci|[kK]ommerzi|[pP]ropriet|[uU]se|USE|[tT]erms|TERMS|[rR]echte|"
    r"[vV]erbot|[nN]utz|[dD]iritti|[dD]roits|[rR]echten|[dD]erechos|[dD]ireitos|SPDX|http"
)
"""Without any of these words nothing is said about licences: a project's name, a greeting, an address."""

_lock = threading.Lock()
_remembered: dict[bytes, Detection] = {}


def detect(content: bytes) -> Detection:
    """What a licence file says; an empty Detection for what is no text. Never raises for bad content.

    Answers are remembered by the hash of the content, for the same few texts come again and again.
    ``confidence`` is the lowest among the pieces the expression rests on, lowered by up to a quarter by the share of
    the file's words that no piece explains: 1 is one unchanged text and nothing else.
    """
    return _remember(content[:LONGEST])


def warm_up() -> None:
    """Load the index of texts now, so that no file pays for it; the library waits for a file that needs it."""
    matching.warm_up()


def _remember(content: bytes) -> Detection:
    key = hashlib.blake2b(content, digest_size=16).digest()
    known = _remembered.get(key)
    if known is None:
        known = _detect(content)
        with _lock:
            if len(_remembered) >= _REMEMBERED:
                _remembered.clear()
            _remembered[key] = known
    return known


def _detect(content: bytes) -> Detection:
    decoded = decode(content).text
    if _is_binary(decoded):
        return Detection()
    if is_template(decoded) or _is_data(decoded):
        return Detection(problems=remarks(decoded, ()) or (("licence-text-unknown", {}),))
    text = _expanded(decoded)
    masked = plain(text)
    found = _pieces(masked)
    detection = _concluded(text, masked, found)
    return detection if len(text) == len(decoded) else _moved_back(decoded, detection)


def _is_binary(text: str) -> bool:
    """Text has no NUL characters and hardly any controls."""
    start = text[:4096]
    controls = sum(one < " " and one not in "\t\n\f\v\x1b" for one in start)
    return "\x00" in start or controls > len(start) / 50


def _is_data(text: str) -> bool:
    """Data that name licences (package.json, the output of a licence checker) are no licence of the software."""
    text = text.strip()
    if _JSON.match(text) is not None and text[-1] in "}]":
        return True
    start = text[:4096]
    return len(_KEYS.findall(start)) >= _KEYS_ENOUGH or _TREE.search(start) is not None


def _pieces(masked: str) -> list[Found]:
    """Everything that is found, in the order of the file and without overlaps."""
    tags = find_tags(masked)
    texts = list(matching.match_texts(masked))
    unchanged = [one for one in texts if not one.edits]
    rest = uncovered(masked, unchanged)
    if unchanged and not _LIMITS.search(rest) and (_words(rest) <= _FEW or not _TELLING.search(rest)):
        return without_overlaps([*unchanged, *tags])
    texts += find_translations(rest)
    # Of two notices at one place the first one counts: ours judge the range more strictly than the library does.
    notices = without_samples(lower(rest), find_notices(rest))
    left = uncovered(rest, texts)
    known = classifier.match_library(left) if _words(left) > _FEW_FOR_LIBRARY else ()
    pieces = without_overlaps([*texts, *notices, *known, *tags])
    refusals = find_refusals(masked, pieces)
    judged = [judge_edits(one) or one if one.edits else one for one in refused_within(pieces, refusals)]
    return without_overlaps([*judged, *refusals])


def _concluded(text: str, masked: str, found: Sequence[Found]) -> Detection:
    rest = uncovered(masked, [one for one in found if one.kind is Kind.TEXT or one.edits])
    alone = len(found) == 1 and found[0].kind is Kind.TEXT and _words(rest) <= _FEW and not _LIMITS.search(rest)
    low = "" if alone else lower(rest)
    pieces = list(found) if alone else set_aside(low, without_licence_of_text(low, found))
    if not alone and _LOG.match(text):
        pieces = [replace(one, aside=one.aside or one.kind is not Kind.TEXT) for one in pieces]
    joined = join(pieces, choice=not alone and states_choice(low, pieces))
    if joined.expression is None and not joined.several and not joined.changed and not joined.unsettled:
        joined = _named_alone(text, masked, low, pieces)
    if joined.expression == RESERVED and points_elsewhere(low):
        joined = replace(joined, expression=None)
    if joined.expression and joined.rests_on[0].kind is Kind.TEXT and says_modified(lower(rest)):
        joined = Joined(None, unsettled=joined.rests_on)
    added = forbidden(low, pieces) if joined.expression and joined.rests_on[0].kind is not Kind.REFUSAL else None
    if added:
        joined = replace(joined, expression=None)
    confidence = _confidence(masked, pieces, joined)
    # Remarks are about what stands outside of the texts; one letter says that the file is not empty.
    told = remarks(rest if rest.strip() else masked.strip()[:1], pieces)
    problems = (*_problems(joined, told, added), *_unfilled(text, pieces))
    return Detection(tuple(pieces), joined.expression, confidence, problems)


def _named_alone(text: str, masked: str, low: str, pieces: Sequence[Found]) -> Joined:
    """A short file that only names a licence, by its title, id or address, means it; of two with a choice, either."""
    names = [one for one in pieces if one.kind is Kind.REFERENCE and not one.aside]
    said = list(dict.fromkeys(one.expression for one in names))
    if _SETTINGS.search(text):
        return Joined(None)
    if not said or _words(_ADDRESS.sub(" ", uncovered(masked, names))) > _REFERENCE_ALONE:
        return Joined(None)
    besides = lower(uncovered(masked, names))
    if _names_others(besides, said) or is_about_others(_without_copyrights(besides)):
        return Joined(None)
    if len(said) == 1:
        return Joined(said[0], tuple(names))
    chosen = len(said) == 2 and states_choice(low, pieces)
    return Joined(" OR ".join(said), tuple(names)) if chosen else Joined(None)


def _without_copyrights(low: str) -> str:
    return "\n".join(line for line in _ADDRESS.sub(" ", low).split("\n") if not _is_copyright(line))


def _names_others(low: str, said: Sequence[str]) -> bool:
    """Whether another licence is named by a word that means other things as well ("MIT/Apache-2.0", "Code: MIT")."""
    begins = tuple(family for one in said for family in {one.lower(), one.lower().replace("-", "")})
    return any(
        one.family != "PublicDomain" and not any(begin.startswith(one.family.lower().split("-")[0]) for begin in begins)
        for one in mentions(low)
    )


def _confidence(masked: str, pieces: Sequence[Found], joined: Joined) -> float:
    if joined.expression is None or not joined.rests_on:
        return 0.0
    total = len(masked.split())
    # Not below nothing: of "a/b/c", one word between spaces, three are left.
    explained = max(0.0, 1 - _words(uncovered(masked, pieces)) / total) if total else 0.0
    return round(min(one.confidence for one in joined.rests_on) * (0.75 + 0.25 * explained), 2)


def _problems(joined: Joined, told: Sequence[Remark], added: str | None) -> Iterable[Remark]:
    yield from told
    if not any(rule == "licence-translation-liability" for rule, _ in told):
        for one in joined.changed:
            words = ", ".join(f"+ {edit.added}" if edit.added else f"- {edit.removed}" for edit in one.edits[:3])
            yield "licence-changed", {"licence": one.expression, "words": words[:200]}
    if joined.several:
        yield "licence-several-texts", {"licences": ", ".join(joined.several)}
    if added:
        yield "licence-additions", {"words": added}
    if not (told or joined.expression or joined.several or joined.changed or added):
        yield "licence-text-unknown", {}


def _unfilled(text: str, pieces: Sequence[Found]) -> Iterable[Remark]:
    if len(pieces) == 1 and pieces[0].end - pieces[0].start > _LONG and pieces[0].kind is Kind.TEXT:
        return  # a long text has only fields of its own
    if fields := unfilled(text, pieces):
        yield "licence-placeholders", {"fields": ", ".join(fields)[:200]}


def _words(text: str) -> int:
    """Words that are not those of a copyright line."""
    lines = (line for line in text.split("\n") if not line.isspace() and not _is_copyright(line))
    return sum(len(_WORD.findall(line)) for line in lines)


def _is_copyright(line: str) -> bool:
    """Whether a line says who holds rights; a longer one is a whole file without line ends, whatever it begins with."""
    if _COPYRIGHT.match(line) is None or len(line.strip()) > _LONGEST_COPYRIGHT:
        return False
    return _SAID_BEHIND.search(line) is None


def _expanded(text: str) -> str:
    """The text with ligatures (ﬁ) as their letters."""
    return _LIGATURES.sub(lambda one: unicodedata.normalize("NFKC", one[0]), text) if not text.isascii() else text


def _moved_back(decoded: str, detection: Detection) -> Detection:
    """Places in the text with ligatures as letters, back to places in the file."""
    move = _backwards(decoded)
    found = tuple(
        replace(
            one,
            start=move(one.start),
            end=move(one.end),
            edits=tuple(replace(edit, start=move(edit.start), end=move(edit.end)) for edit in one.edits),
        )
        for one in detection.found
    )
    return replace(detection, found=found)


def _backwards(decoded: str) -> Callable[[int], int]:
    begins, longer = [0], [0]
    for one in _LIGATURES.finditer(decoded):
        letters = len(unicodedata.normalize("NFKC", one[0]))
        begins.append(one.start() + longer[-1] + letters)
        longer.append(longer[-1] + letters - 1)
    return lambda place: place - longer[bisect_right(begins, place) - 1]
