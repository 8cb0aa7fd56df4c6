# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Names of Creative Commons licences in running text: their elements, in any order and language, make the id.

Source: https://creativecommons.org/licenses/list.en; an unported or international licence has no country in its id.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from harvesters.licences.phrasing import any_of, spaced, table, words
from registry.licences import is_valid

FIRST_WORDS = ("creative", "cc")
_GAP = r"[\s,/:()\"'-]{0,40}"
_MOST_ELEMENTS = 4


@dataclass(frozen=True, slots=True)
class _Patterns:
    start: re.Pattern[str]
    by: re.Pattern[str]
    elements: tuple[tuple[str, re.Pattern[str]], ...]
    version: re.Pattern[str]
    plain: re.Pattern[str]
    ports: tuple[tuple[str, re.Pattern[str]], ...]


def read(text: str, start: int) -> tuple[str | None, int] | None:
    """The licence named at ``start`` of lower-case text, and where the name ends; None in its place without version.

    None where no Creative Commons licence with an attribution element is named there.
    """
    patterns = _patterns()
    begun = patterns.start.match(text, start)
    by = patterns.by.match(text, begun.end()) if begun else None
    if by is None:
        return None
    found, end = set[str](), by.end()
    for _ in range(_MOST_ELEMENTS):
        for element, pattern in patterns.elements:
            if match := pattern.match(text, end):
                found.add(element)
                end = match.end()
                break
        else:
            break
    version = patterns.version.match(text, end)
    if version is None:
        return None, end
    named = "-".join(("CC-BY", *(one for one in ("NC", "ND", "SA") if one in found), version[1]))
    return _port(text, named, version.end())


def _port(text: str, named: str, end: int) -> tuple[str | None, int]:
    patterns = _patterns()
    if plain := patterns.plain.match(text, end):
        return _listed(named), plain.end()
    for country, pattern in patterns.ports:
        if match := pattern.match(text, end):
            return _listed(f"{named}-{country}"), match.end()
    return _listed(named), end


def _listed(expression: str) -> str | None:
    return expression if is_valid(expression) else None


@cache
def _patterns() -> _Patterns:
    def one(names: list[str], gap: str = _GAP) -> re.Pattern[str]:
        return re.compile(gap + r"(?:and\s)?" + any_of(map(spaced, names)) + r"(?![a-z])")

    section = table()["creative_commons"]
    return _Patterns(
        start=re.compile(r"(?:creative\s++commons|cc)(?:[\s-]*+(?:public\s++)?licen[sc]e)?(?:\s++cc)?(?![a-z0-9])"),
        by=one(words("creative_commons", "by")),
        elements=tuple((key.upper(), one(section[key])) for key in ("nc", "nd", "sa")),
        version=re.compile(
            _GAP + r"(?:(?:public\s++)?(?:licen[sc]e|lizenz|licenza|licencia|licentie)" + _GAP + r")?"
            r"(?:version\s*+|v\.?\s*+)?([1-4]\.[015])(?![\d.]*\d)"
        ),
        plain=one(section["plain"]),
        ports=tuple(
            (code, re.compile(rf"[\s,(-]{{1,4}}(?:{names})(?:\)|(?![a-z]))"))
            for code, names in section["ports"].items()
        ),
    )
