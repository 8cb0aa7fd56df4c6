# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The table of notice words (``vocabulary/licences/notices.toml``) as compiled patterns.

In the table a space stands for any white space, because notices are wrapped and commented. Such spaces are compiled as
possessive quantifiers: nothing is tried twice, so that a page of blanks costs no more than one pass over it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

from registry.licences import tables

_SPACED = re.compile(r"(\\.)|(\[\^?\]?(?:\\.|[^\]\\])*\])([?*+{]?)|( \?)|( )", re.DOTALL)


def table() -> Mapping[str, Any]:
    """The whole table, as written."""
    return tables.table("notices")


def words(section: str, key: str) -> list[str]:
    """One list of the table."""
    return cast(list[str], table()[section][key])


def spaced(pattern: str) -> str:
    """The pattern with its spaces as any white space; a class with a space in it matches a run of its characters."""
    return _SPACED.sub(_space, pattern)


def any_of(patterns: Iterable[str]) -> str:
    """An alternation, as a group."""
    return f"(?:{'|'.join(patterns)})"


def compiled(patterns: Iterable[str], before: str = "", after: str = "") -> re.Pattern[str]:
    """Any of the table's patterns as one expression over lower-case text."""
    return re.compile(spaced(before + any_of(patterns) + after), re.DOTALL)


def by_first_letter(patterns: Iterable[str]) -> str:
    """An alternation of plain words grouped by their first letters: most places are decided by one comparison."""
    groups: dict[str, list[str]] = {}
    for pattern in sorted(set(patterns), key=len, reverse=True):
        groups.setdefault(pattern[0], []).append(pattern[1:])
    return any_of(first + any_of(rest) for first, rest in sorted(groups.items()))


def _space(match: re.Match[str]) -> str:
    escaped, klass, quantifier, optional, space = match.groups()
    if escaped:
        return cast(str, escaped)
    if klass:
        if " " not in klass or quantifier in ("*", "+", "{"):
            return str(klass).replace(" ", r"\s") + str(quantifier)
        return str(klass).replace(" ", r"\s") + ("*+" if quantifier else "++")
    return r"\s*+" if optional else r"\s++" if space else match[0]
