# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What licence names, versions and ranges look like in lower-case text: the table's words, compiled."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import cast

from harvesters.licences import creative_commons
from harvesters.licences.phrasing import any_of, by_first_letter, compiled, spaced, table, words

_FIRST = re.compile(r"(?P<first>[a-z0-9]+)(?P<rest>\[[- ]+\]| [a-z]+(?![?*])|\.[a-z]|-[a-z]|)")
""""rest" is what the table's pattern goes on with, as far as that is plain."""
_LICENCE = (
    r"[-\s]*+(?:public\s++|open[- ]source\s++)?"
    r"(?:licen[sc]es?|licencing|licensing|lizenz(?:en)?|licenza|licen[tc]i[ea]s?|licen.a)(?![a-z])"
)
_NUMBER = r"(?P<number>\d{1,2}(?:\.\d{1,2}){0,2}[ac]?)(?![\d%]|[b-z]{1,2}\b|\.\d)"
_MONTH = r"(?:january|february|june|july|august|november|december)"
_DATE = rf"(?:dated |from )?(?:\d{{1,2}}(?:st|nd|th)? )?{_MONTH},? (?:19|20)\d\d"
_VERSION_WORD = (
    r"(?:(?:version(?:\s++number|s|e|en|i)?|versi.n|vers.o|versie|ver|rev|revision|release)\b\.?|v\.?(?=\s?\d))"
)


@dataclass(frozen=True, slots=True)
class Family:
    """One row of the table: a licence in all its versions."""

    key: str
    versions: dict[str, str]
    certain: str | None
    gnu: bool
    weak: bool


Name = tuple[re.Pattern[str], Family]
"""A name as a pattern, and whose it is."""


@dataclass(frozen=True, slots=True)
class Patterns:
    """What is looked for behind a name and in front of it; ``number`` is the group of a version."""

    licence: re.Pattern[str]
    style: re.Pattern[str]
    file_ending: re.Pattern[str]
    file_name: re.Pattern[str]
    """The rest of one that begins with a licence's name: "(MIT-LICENSE.txt)"."""
    alias: re.Pattern[str]
    any_alias: re.Pattern[str]
    closing: re.Pattern[str]
    direct: re.Pattern[str]
    behind: re.Pattern[str]
    of_the: re.Pattern[str]
    before: re.Pattern[str]
    only_of: re.Pattern[str]
    of: re.Pattern[str]
    published: re.Pattern[str]
    later: re.Pattern[str]
    accepted: re.Pattern[str]
    only: re.Pattern[str]
    other_version: re.Pattern[str]
    hint: re.Pattern[str]


@cache
def name_patterns() -> Patterns:
    """The patterns, compiled once."""
    between = any_of(words("range", "between"))
    of = words("range", "of")
    later = words("range", "later")
    only = any_of(words("range", "only_before"))
    gap = r"[\s,;:()\"'/-]"
    preposition = r"(?:of|der|des|de la|de l'|della|dell'|van de|da|de|from)(?: (?:the|la|gnu's))?"
    fsf = (
        r"(?:as )?(?:published|publi.e|pubblicata|gepubliceerd|publicada|ver.ffentlicht|wie)[^.;]{0,12}"
        r"(?: (?:by|par|dalla|door|por|pela|von)(?: (?:the|la|de|der))?) (?:free software foundation|fsf)"
        r"(?:,? ?inc\.?)?(?: ?\(fsf\))?(?: ver.ffentlicht)?"
    )
    return Patterns(
        licence=re.compile(_LICENCE),
        style=re.compile(
            r"[\s\"'-]{0,3}(?:style|like|type\b|esque|ish\b|inspired|derived|variant|-?compatib|-?kompatib)"
        ),
        file_name=re.compile(r"[-_.](?:licen[cs]e|copying)\b|[\w-]{0,40}\.(?:txt|md|html?|rst)\b"),
        file_ending=re.compile(r"\.(?:txt|md|html?|rst|pdf|php|py|js)\b"),
        alias=re.compile(spaced(r" ?[(,]? ?[(\"'] ?(?:the |hereafter |hereinafter )?[\"']?([a-z]+[\d]?)")),
        any_alias=re.compile(r"(?!or\b|at\b|v\b|version|see\b|c\b|with|and\b)[a-z][a-z .'\"-]{0,28}[\"']?\)"),
        closing=re.compile(r"[\"']?\s*+\)?"),
        direct=re.compile(rf"(?:[\s-]*+\(?(?:v|version|ver\.?|rev\.?)?\.?[\s-]?){_NUMBER}"),
        behind=re.compile(
            rf"(?:{gap}++{spaced(between)}(?!\w))*+{gap}*+(?P<only>{only}\s++)?{_VERSION_WORD}[\s:#(]*+" + _NUMBER
        ),
        of_the=re.compile(spaced(rf"{preposition} [\"']?$")),
        before=re.compile(rf"(?<!\w){_VERSION_WORD}\s*+" + _NUMBER),
        only_of=re.compile(spaced(rf"[\s,;)(]*+(?:{of} )?{preposition} [\"']?")),
        of=re.compile(spaced(rf"[\s,)]*+(?:{of}|{_DATE})")),
        published=re.compile(spaced(rf"[\s,;:(]*+{fsf}\)?")),
        later=re.compile(spaced(rf"[\s,;:\"')(-]*+{any_of(later)}(?!\w)|(?:\+|-or-later|-or-newer)")),
        accepted=re.compile(
            spaced(
                r"[\s,(]*+(?:which is |that is |that may be )?(?:accepted|approved|authori[sz]ed|endorsed) by"
                r"[^.;]{0,90}"
            )
        ),
        only=compiled(words("range", "only"), r"[\s,;:\"'(]*+", r"(?!\w)(?! (?:if|when|for|to|in|applies|where)\b)"),
        other_version=re.compile(
            spaced(
                r"[\s,;)(\"']*+(?:and/or|or|and|oder|ou|o|of|/|&)[\s(,]*+(?:at your option[\s),]*+)?(?:under |the )*+"
                + rf"(?:{_VERSION_WORD}\s*+)?"
            )
            + _NUMBER
        ),
        hint=re.compile(
            r"[^.]{0,110}?(?:later|newer|subsequent|option\b|higher|sp.{1,2}ter|neuer|ult.rieur|successiv|posterior|latere|nieuwer)"
        ),
    )


@cache
def names() -> dict[str, list[Name]]:
    """First word -> the names that begin with it, the longer ones first."""
    found: dict[str, list[tuple[int, Name]]] = {}
    for key, row in table()["families"].items():
        family = Family(key, row.get("versions", {}), row.get("certain"), row.get("gnu", False), row.get("weak", False))
        for name in row["names"]:
            pattern = re.compile(spaced(name) + r"(?![a-uw-z]|v(?!\.?\s?\d))")
            found.setdefault(_first(name)["first"], []).append((len(name), (pattern, family)))
    ordered = {first: sorted(names, key=lambda name: -name[0]) for first, names in found.items()}
    by_word = {first: [name for _, name in names] for first, names in ordered.items()}
    for first in creative_commons.FIRST_WORDS:
        by_word.setdefault(first, [])
    return by_word


@cache
def anchors() -> re.Pattern[str]:
    """The first words of the names, each only where what follows can be the rest of one."""
    rests: dict[str, set[str]] = {first: set() for first in creative_commons.FIRST_WORDS}
    for row in table()["families"].values():
        for name in row["names"]:
            rests.setdefault(_first(name)["first"], set()).add(_first(name)["rest"])
    words_ = (f"{first}{_ahead(rest)}" for first, rest in rests.items())
    return re.compile(rf"(?<![\w.@-]){by_first_letter(words_)}")


def _first(name: str) -> re.Match[str]:
    return cast(re.Match[str], _FIRST.match(name))


def _ahead(rests: set[str]) -> str:
    return "" if not rests or "" in rests else f"(?={any_of(sorted(map(spaced, rests)))})"
