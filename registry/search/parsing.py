# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a person typed becomes clauses. Any text has a meaning here; none is an error.

Words must all occur, "words in quotes" must stand together as written, -word and -"these words" must not occur.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from registry.search.analysis import fold, is_stop_word, words

TEXT_LENGTH = 200
"""Characters of a query that count (shared/security.md)."""

CLAUSES = 24
"""Clauses of a query that count."""

_QUOTES = '"„“”‟«»'
_PART = re.compile(
    rf"(?P<minus>(?<!\S)-)?(?:[{_QUOTES}](?P<phrase>[^{_QUOTES}]*)[{_QUOTES}]|(?P<word>[^\s{_QUOTES}]+))"
)


@dataclass(frozen=True, slots=True)
class Clause:
    """One word, found in all its inflections, or several words that stand together exactly so.

    ``written`` has the words as typed, ``tokens`` the same folded.
    """

    written: tuple[str, ...]
    tokens: tuple[str, ...]
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """A parsed query. ``blank`` means that nothing was typed: everything is wanted."""

    required: tuple[Clause, ...] = ()
    excluded: tuple[Clause, ...] = ()
    blank: bool = True


def parse(text: str) -> Wanted:
    """Reads a query. Stop words are left out unless nothing else is asked for."""
    text = text[:TEXT_LENGTH]
    if not text.strip():
        return Wanted()
    required: list[Clause] = []
    excluded: list[Clause] = []
    for part in _PART.finditer(text):
        found = _words(part["word"] or part["phrase"] or "")
        # "-e-mail" shuts out that compound, not every text with an "e" in it.
        if part["phrase"] is not None or (part["minus"] and len(found) > 1):
            found = _together(found)
        (excluded if part["minus"] else required).extend(found)
    telling = [clause for clause in required if clause.exact or not is_stop_word(clause.tokens[0])]
    return Wanted(_once(telling or required), _once(excluded), blank=False)


def _words(text: str) -> list[Clause]:
    return [Clause((each.text,), (token,)) for each in words(text) if (token := fold(each.text))]


def _together(single: list[Clause]) -> list[Clause]:
    if not single:
        return []
    return [Clause(tuple(c.written[0] for c in single), tuple(c.tokens[0] for c in single), exact=True)]


def _once(clauses: list[Clause]) -> tuple[Clause, ...]:
    seen = {(clause.tokens, clause.exact): clause for clause in reversed(clauses)}
    return tuple(reversed(seen.values()))[:CLAUSES]
