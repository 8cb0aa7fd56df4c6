# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Legal code of Creative Commons in other languages: its title names the elements, the version and the country.

A title alone is a reference (the summary for people, a badge); numbered sections behind it make it the legal code.
"""

from __future__ import annotations

import re
from functools import cache

from harvesters.licences.folding import Folded, pattern
from harvesters.licences.found import Found, Kind
from registry.licences import is_valid
from registry.vocabulary.translations import CreativeCommonsLanguage, translations

_SECTIONS = 5
_LONGEST = 26_000
_LAST_SECTION = 1_200
_MOST_TITLES = 20
_CONFIDENCE = 0.85


def find_legal_codes(folded: Folded) -> tuple[Found, ...]:
    """Legal codes in the languages of the table, in the order of the file; an id that SPDX has not is a LicenseRef."""
    if "creative commons" not in folded.words:
        return ()
    found: list[Found] = []
    for language in translations().creative_commons:
        for number, title in enumerate(_title(language).finditer(folded.words)):
            start = folded.place(title.start())
            if number >= _MOST_TITLES or any(one.start <= start < one.end for one in found):
                continue
            if end := _end(folded, title, language):
                by = f"creative-commons-{language.code}"
                found.append(Found(_expression(title, language), Kind.TEXT, _CONFIDENCE, start, end, by))
    return tuple(sorted(found, key=lambda one: one.start))


def _end(folded: Folded, title: re.Match[str], language: CreativeCommonsLanguage) -> int:
    """Where the legal code under a title ends; 0 where there is none."""
    behind = title.start() + _LONGEST
    sections = folded.articles(folded.place(title.start()), folded.place(behind))
    spoken = not language.tongue or pattern(language.tongue).search(folded.words, title.end(), behind)
    if not spoken or len(sections) < _SECTIONS:
        return 0
    end = folded.end_of_sentence(folded.offset(sections[-1][1]) + _LAST_SECTION)
    return folded.place(max(0, end - 1)) + 1


@cache
def _title(language: CreativeCommonsLanguage) -> re.Pattern[str]:
    between = r"\W{1,4}"
    places = "|".join(language.places)
    return pattern(
        rf"{language.by}(?P<nc>{between}{language.nc})?(?:{between}(?P<nd>{language.nd})|{between}(?P<sa>{language.sa}))?"
        rf"\W{{1,4}}(?P<version>[234]\.[05]) ?(?P<place>{places})"
    )


def _expression(title: re.Match[str], language: CreativeCommonsLanguage) -> str:
    elements = [element.upper() for element in ("nc", "nd", "sa") if title[element]]
    place = next((code for name, code in language.places.items() if pattern(name).fullmatch(title["place"])), "")
    expression = "-".join(["CC-BY", *elements, title["version"], *([place] if place else [])])
    return expression if is_valid(expression) else f"LicenseRef-{expression}"
