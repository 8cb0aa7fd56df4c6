# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a person typed becomes clauses. Any text has a meaning here; none is an error.

Words must all occur, "words in quotes" must stand together as written, -word and -"these words" must not occur.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from registry.search.analysis import fold, is_stop_word, words
from registry.search.compounds import hyphenated, parts

TEXT_LENGTH = 200
"""Characters of a query that count (shared/security.md)."""

CLAUSES = 24
"""Clauses of a query that count."""

BEGINNING = 4
"""Letters a word needs to be taken for the beginning of longer ones."""

_PARTS = 8
"""Parts of one hyphenated word that count."""

_QUOTES = '"„“”‟«»'
_PART = re.compile(
    rf"(?P<minus>(?<!\S)-)?(?:[{_QUOTES}](?P<phrase>[^{_QUOTES}]*)[{_QUOTES}]|(?P<word>[^\s{_QUOTES}]+))"
)


@dataclass(frozen=True, slots=True)
class Clause:
    """One word, found in all its inflections, or several words that stand together exactly so.

    ``written`` has the words as typed, ``tokens`` the same folded. A word made of parts is found as one word or in
    another way: ``either`` has for each way the clauses that must all be met.
    """

    written: tuple[str, ...]
    tokens: tuple[str, ...]
    exact: bool = False
    beginning: bool = False
    """Longer words that begin with it are found as well."""
    either: tuple[tuple[Clause, ...], ...] = ()

    def leaves(self) -> Iterator[Clause]:
        """This clause and those of its other ways."""
        yield self
        for way in self.either:
            for clause in way:
                yield from clause.leaves()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A parsed query.

    ``blank`` means that nothing was typed: everything is wanted. ``strict`` means that some words are not enough.
    """

    required: tuple[Clause, ...] = ()
    excluded: tuple[Clause, ...] = ()
    blank: bool = True
    strict: bool = False


def parse(text: str) -> Wanted:
    """Reads a query. Stop words are left out; where nothing else is asked for, all of them must occur as written."""
    text = text[:TEXT_LENGTH]
    if not text.strip():
        return Wanted()
    required: list[Clause] = []
    excluded: list[Clause] = []
    for part in _PART.finditer(text):
        if part["phrase"] is not None:
            found = _together(_words(part["phrase"]))
        elif part["minus"]:
            # "-e-mail" shuts out that compound, not every text with an "e" in it.
            found = _words(part["word"])
            found = _together(found) if len(found) > 1 else found
        else:
            found = list(_wide(part["word"]))
        (excluded if part["minus"] else required).extend(found)
    telling = _telling(required)
    if required and not telling:
        strict = (Clause(clause.written, clause.tokens, exact=True) for clause in required)
        return Wanted(_once(strict), _once(excluded), blank=False, strict=True)
    return Wanted(_once(telling), _once(excluded), blank=False)


def _telling(clauses: Iterable[Clause]) -> list[Clause]:
    return [clause for clause in clauses if clause.exact or not is_stop_word(clause.tokens[0])]


def _words(text: str) -> list[Clause]:
    return [Clause((each.text,), (token,)) for each in words(text) if (token := fold(each.text))]


def _wide(text: str) -> Iterator[Clause]:
    """The words of a query with all the ways they may be found."""
    at = 0
    for compound in hyphenated(text):
        yield from map(_with_parts, _words(text[at : compound.start]))
        at = compound.end
        single = [_with_parts(clause) for part in compound.parts for clause in _words(part.text)][:_PARTS]
        if token := fold(compound.joined):
            way = tuple(_telling(single) or single)
            yield Clause((compound.joined,), (token,), beginning=len(token) >= BEGINNING, either=(way,))
    yield from map(_with_parts, _words(text[at:]))


def _with_parts(clause: Clause) -> Clause:
    together = _together([each for part in parts(clause.written[0]) for each in _words(part)])
    either = (tuple(together),) if together else ()
    return replace(clause, beginning=len(clause.tokens[0]) >= BEGINNING, either=either)


def _together(single: list[Clause]) -> list[Clause]:
    if not single:
        return []
    return [Clause(tuple(c.written[0] for c in single), tuple(c.tokens[0] for c in single), exact=True)]


def _once(clauses: Iterable[Clause]) -> tuple[Clause, ...]:
    seen = {(clause.tokens, clause.exact): clause for clause in reversed(list(clauses))}
    return tuple(reversed(seen.values()))[:CLAUSES]
