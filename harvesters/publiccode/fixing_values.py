# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Single values of publiccode.yml as people write them to what the standard wants, where that is certain."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from harvesters.publiccode.values import country as known_country
from harvesters.readers.tags import language_tag
from harvesters.readers.texts import words
from registry.licences import normalise
from registry.vocabulary.categories import categories, scopes

_TRUE, _FALSE = frozenset(words("true yes on y")), frozenset(words("false no off n"))
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?P<rest>[T ][0-9:.,Z+ -]{1,40})?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})\.\s?([0-9]{1,2})\.\s?([0-9]{4})")
_COMPACT = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})")
_ENDS = re.compile(r"^[\s<\"']+|[\s>\"']+$")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,20}:[^\s<>\"]{1,2000}")
_GAPS = re.compile(r"[\s_-]+")


@dataclass(frozen=True, slots=True)
class Better:
    """``lossy``: it says less than what was written, which is then kept in a comment."""

    value: str
    lossy: bool = False
    bare: bool = False
    """No text but a word of YAML, such as ``true``."""


Improve = Callable[[str], Better | None]


def trimmed(text: str) -> Better | None:
    """Without blanks around it."""
    return Better(text.strip()) if text.strip() != text else None


def boolean(text: str) -> Better | None:
    """YAML 1.1's words and quoted ones to those that YAML 1.2 has."""
    word = text.strip().lower()
    return Better("true", bare=True) if word in _TRUE else Better("false", bare=True) if word in _FALSE else None


def day(text: str) -> Better | None:
    """A real date in one of the orders that have one meaning; a time of day is more than the standard takes."""
    written = text.strip()
    year_first, day_first = _YEAR_FIRST.fullmatch(written), _DAY_FIRST.fullmatch(written)
    compact = _COMPACT.fullmatch(written)
    if year_first:
        year, month, of_month = year_first.group(1, 3, 4)
    elif day_first:
        of_month, month, year = day_first.groups()
    elif compact:
        year, month, of_month = compact.groups()
    else:
        return None
    try:
        found = date(int(year), int(month), int(of_month)).isoformat()
    except ValueError:
        return None
    return Better(found, lossy=bool(year_first and year_first["rest"]))


def country(text: str) -> Better | None:
    """Also of the two codes that the EU institutions have of their own; what was written is then kept."""
    found = known_country(text)
    return Better(found, lossy=found != text.strip().upper()) if found else None


def language(text: str) -> Better | None:
    found = language_tag(text)
    return Better(found[0]) if found else None


def licence(text: str) -> Better | None:
    """The SPDX expression; what was written is kept unless it differs in letter case and gaps only."""
    found = normalise(text)
    return Better(found, lossy=_letters(found) != _letters(text)) if found else None


def address(text: str) -> Better | None:
    """A whole address around which stands what does not belong to it."""
    found = _ENDS.sub("", text)
    return Better(found) if found != text and _ADDRESS.fullmatch(found) else None


def term(allowed: Callable[[], Collection[str]]) -> Improve:
    """A word of a list in other case, with other gaps in it, or the end of one ("web" of "standalone/web")."""

    def improve(text: str) -> Better | None:
        folded = _fold(text)
        found = [known for known in allowed() if _fold(known) == folded]
        found = found or [known for known in allowed() if known.endswith(f"/{folded}")]
        return Better(found[0]) if len(found) == 1 else None

    return improve


category = term(categories)
scope = term(scopes)


def _fold(text: str) -> str:
    return _GAPS.sub("-", text.strip().lower())


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()
