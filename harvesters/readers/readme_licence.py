# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The licence that a README declares: in its section on it, in a sentence about the software, or on a badge.

A README also tells the licences of data, pictures and libraries, so a sentence counts only where its subject is the
software, and of several licences that no words join none does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import unquote

from harvesters.licences.found import Found, Kind
from harvesters.licences.notices import find_notices
from harvesters.licences.plain import plain
from harvesters.licences.refusals import find_refusals
from harvesters.readers.collect import Collector
from harvesters.readers.licence_pieces import line_of
from harvesters.readers.markup import Block, blocks, markup_of, visible
from harvesters.readers.readme import LONGEST
from harvesters.readers.texts import cut, decode
from harvesters.readers.wanted import is_file, is_readme, readme_rank
from registry.licences import families, is_open, normalise
from registry.model import FactSource, Field, Reading, Snapshot

NAME = "readme-licence"
_MOST_SECTIONS = 3
_LONGEST_SECTION = 4_000
_LONGEST_SENTENCE = 240
_LONGEST_WORDS = 80
_MOST_BADGES = 20
_MOST_GRANTS = 100
_I = re.IGNORECASE
_WORD = r"licen[cs]e|licensing|licencing|licenza|lizenz(?:ierung)?|licencia|licentie|licença|licenca|licencja|licens"
_HEADING = re.compile(
    rf"[\W\d_]{{0,12}}(?:(?:copyright|urheberrecht|open source|software|project|copyright notice)"
    rf"(?:\s{{0,2}}(?:&|/|,|and|und|et|en|y|e)\s{{0,2}}|\s))?(?:the\s)?(?:{_WORD})"
    rf"(?:\s{{0,2}}(?:&|/|,|and|und|et|en|y|e)\s{{0,2}}(?:copyright|urheberrecht|credits|copyrights))?"
    rf"(?:\s(?:information|info|notice|hinweise?|details))?(?:\s?[:(–-]\s?(?P<named>.{{2,60}}?)\)?)?[\W_]{{0,6}}",
    _I,
)
_OWN = re.compile(
    r"\b(?:this|the|our|all)\s(?:\w{1,20}\s)?(?:project|software|repository|repo|code|source|application|app|library|"
    r"package|program|tool|work|module|plugin|site|website|platform|product|system|service)\b|"
    r"\bdie(?:se|ses|ser)?\s(?:\w{1,20}\s)?(?:software|anwendung|app|bibliothek)\b|"
    r"\b(?:das|dieses|der)\s(?:\w{1,20}\s)?(?:projekt|programm|repository|quell-?(?:code|text)|code|werk|produkt)\b|"
    r"\b(?:questo|il)\s(?:\w{1,20}\s)?(?:progetto|software|programma|codice|repository|prodotto)\b|"
    r"\b(?:ce|le)\s(?:\w{1,20}\s)?(?:projet|logiciel|code|programme|dépôt)\b|"
    r"\b(?:dit|deze|het|de)\s(?:\w{1,20}\s)?(?:project|software|programma|broncode|code|applicatie)\b|"
    r"\b(?:este|el|o)\s(?:\w{1,20}\s)?(?:proyecto|software|programa|código|projeto|repositorio|repositório)\b",
    _I,
)
_BARE = re.compile(
    r"\W{0,6}(?:it\sis\s|is\s|copyright\b[^.]{0,80}?)?(?:licen[sc]ed|released|distributed|published|made available|"
    r"available|lizen[sz]iert|veröffentlicht|rilasciato|distribuito|pubblicato|distribué|publié|gelicentieerd|licenciado)\b",
    _I,
)
_PARTS = re.compile(
    r"\b(?:documentation|docs|content|texts?|data(?:sets?)?|assets?|images?|icons?|logos?|photos?|fonts?|figures|slides|"
    r"third|bundled|librar(?:y|ies)\sused|dependenc(?:y|ies)|components?\sof|dokumentation|inhalte|texte|daten|bilder|"
    r"symbole|schrift(?:art)?(?:en)?|abhängigkeiten|documentazione|contenuti|immagini|dati|contenu|données|documentatie|"
    r"afbeeldingen|contributions?|contributors?|beiträge)\b",
    _I,
)
_SUBJECT = re.compile(r"\W{0,6}(\w[^.:]{0,60}?)\s(?:is|are|ist|sind|è|sono|est|sont|zijn|es|é)\s", _I)
_THING = re.compile(
    r"\b(?:it|es|projects?|projekt|progetto|projet|proyecto|projeto|software|logiciel|code|quell|source|app|"
    r"application|anwendung|library|package|program|programm|tool|repository|work|everything|all|licen[cs]e|lizenz|"
    r"licenza|licentie|licencia)",
    _I,
)
_SENTENCE = re.compile(r"[.!?](?=\s)|\n\s*\n|\n\s{0,8}[-*+]\s")
_VISIBLE = re.compile(r"\w")
_LABELLED = re.compile(r"^[ \t]{0,20}([^:\n]{2,60}):[ \t]{1,9}([^\n]{2,80})$", re.MULTILINE)
_BADGE = re.compile(r"img\.shields\.io/badge/licen[cs]e[-:]((?:[^-\s\"')/?<>]|--){2,80})-[a-z0-9]{2,20}", _I)
"""Source: shields.io, "Static Badge": label, message, colour with "-" between; "--" stands for "-", "_" for a space."""


@dataclass(frozen=True, slots=True)
class _Said:
    expression: str
    """Or the words that withhold, which are none."""
    line: int


def read(snapshot: Snapshot) -> Reading:
    """At most one DECLARED_LICENCE fact, of the best README."""
    collector = Collector(snapshot, FactSource.README)
    names = [entry.path for entry in snapshot.entries if is_file(entry) and is_readme(entry.path)]
    path = min(names, key=readme_rank, default=None)
    if path is None or path not in snapshot.files:
        return collector.reading(NAME)
    collector.path = path
    text = decode(snapshot.files[path][:LONGEST]).text
    called = snapshot.ref.url.rstrip("/").rpartition("/")[2]
    if said := _said(text, path, called):
        collector.fact(Field.DECLARED_LICENCE, said.expression, said.line)
    return collector.reading(NAME)


def _said(text: str, path: str, called: str) -> _Said | None:
    markup = markup_of(path, text)
    shown = visible(text, markup)
    headings = [block for block in blocks(text, markup) if block.kind == "heading"]
    named = [said for section in _sections(headings, shown) if (said := _of_section(section, called))]
    if named:
        return named[0] if len({families(one.expression) for one in named}) == 1 else None
    return _of_sentences(shown, called) or _of_badges(shown)


@dataclass(frozen=True, slots=True)
class _Section:
    line: int
    """Of the heading."""
    named: str
    """What the heading itself says: "License: MIT"."""
    text: str
    """The lines below it."""


def _sections(headings: Sequence[Block], shown: str) -> Iterator[_Section]:
    """The sections on the licence, each up to the next heading."""
    lines = shown.split("\n")
    titled = [(index, match) for index, one in enumerate(headings) if (match := _HEADING.fullmatch(one.text[:160]))]
    for index, match in titled[:_MOST_SECTIONS]:
        start = headings[index].line
        end = headings[index + 1].line - 1 if index + 1 < len(headings) else len(lines)
        yield _Section(start, match["named"] or "", "\n".join(lines[start:end])[:_LONGEST_SECTION])


def _of_section(section: _Section, called: str) -> _Said | None:
    """One licence: that of the sentence about the software, else the only one that the section names."""
    if named := normalise(section.named):
        return _Said(named, section.line)
    body = plain(section.text)
    found = [one for one in find_notices(body) if not one.aside and not _is_about_parts(section.text, one)]
    granted = [one for one in found if one.kind is Kind.NOTICE]
    own = [one for one in granted if _is_about_software(_sentence(section.text, one), called)]
    told = own or [one for one in found if not _is_about_another(_sentence(section.text, one))]
    if told:
        agreed = _agree(told) and _labelled(body) <= families(told[0].expression)
        return _only(told, section.text, section.line) if agreed else None
    for number, line in enumerate(body.split("\n"), section.line + 1):
        if line.strip():
            alone = normalise(" ".join(line.split()).strip(" .:"))
            return _Said(alone, number) if alone else _of_refusal(section)
    return None


def _of_refusal(section: _Section) -> _Said | None:
    """A section that grants nothing but withholds says something about the licence: its words, for there is no id."""
    found = [one for one in find_refusals(plain(section.text)) if is_open(one.expression) is False]
    if not found:
        return None
    words = " ".join(section.text[found[0].start : found[0].end].split())
    return _Said(cut(words, _LONGEST_WORDS), section.line + line_of(section.text, found[0].start))


def _labelled(body: str) -> frozenset[str]:
    """The licences of lines like "Front end: MIT"; those of manuals and pictures left out."""
    found = frozenset[str]()
    for label, value in _LABELLED.findall(body):
        if not _PARTS.search(label) and (named := normalise(value.strip(" .*_`"))):
            found |= families(named)
    return found


def _of_sentences(text: str, called: str) -> _Said | None:
    """A sentence anywhere that puts the software under a licence."""
    granted = [one for one in find_notices(plain(text)) if one.kind is Kind.NOTICE and not one.aside][:_MOST_GRANTS]
    own = [one for one in granted if _is_about_software(_sentence(text, one), called)]
    return _only(own, text, 0) if _agree(own) else None


def _of_badges(shown: str) -> _Said | None:
    found = [(match, _badge(match[1])) for match in islice(_BADGE.finditer(shown), _MOST_BADGES)]
    named = {expression for _, expression in found}
    if len(named) != 1 or (expression := named.pop()) is None:
        return None
    return _Said(expression, shown.count("\n", 0, found[0][0].start()) + 1)


def _badge(message: str) -> str | None:
    words = unquote(message).replace("--", "\0").replace("_", " ").replace("\0", "-")
    return normalise(words)


def _agree(found: Sequence[Found]) -> bool:
    """Whether all name the same licences; a statement of several counts as one."""
    return len({families(one.expression) for one in found}) == 1


def _only(found: Sequence[Found], text: str, above: int) -> _Said:
    """The one that says most of its range, at its line."""
    best = max(found, key=lambda one: (len(one.expression), -one.start))
    return _Said(best.expression, above + line_of(text, best.start))


def _sentence(text: str, found: Found) -> str:
    """From the beginning of the sentence to the end of what was found."""
    start = max(0, found.start - _LONGEST_SENTENCE)
    first = _VISIBLE.search(text, found.start, found.end)
    ends = [match.end() for match in _SENTENCE.finditer(text, start, first.start() if first else found.start)]
    return " ".join(text[ends[-1] if ends else start : found.end].split())


def _is_about_software(sentence: str, called: str) -> bool:
    subject = sentence[:_LONGEST_SENTENCE]
    if _PARTS.search(subject):
        return False
    name = subject.lstrip("\"'*_` ").casefold()
    own_name = len(called) > 2 and name.startswith(called.casefold())
    return own_name or bool(_OWN.search(subject) or _BARE.match(subject))


def _is_about_another(sentence: str) -> bool:
    """Whether the sentence begins with a subject of its own that names no software of ours: "jQuery is ..."."""
    subject = _SUBJECT.match(sentence)
    return subject is not None and not _THING.search(subject[1])


def _is_about_parts(text: str, found: Found) -> bool:
    sentence = _sentence(text, found)
    return _PARTS.search(sentence) is not None and not _OWN.search(sentence)
