# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tier 1: what the library ``licenseclassifier`` recognises, with its memory, its time and its claims bounded.

The library runs a word automaton and keeps every state it ever came to. Measured on the SPDX list's texts: 608,000
states and 325 MB, and every new text adds to them. Here the states are kept in a mapping that starts anew when it is
full, and that ends a scan which takes too many steps. Both are needed only once a process: see ``_engine``.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import islice
from typing import Any

from harvesters.licences.found import Found, Kind
from registry.licences import is_valid

_LONGEST = 256 * 1024
"""Characters read. The longest licence text has 60,000; bundles of third-party texts are cut."""
_STATES = 40_000
"""States kept: a long text needs 6,000 (0.5 kB each), so the texts that come again and again stay warm."""
_STEPS = 1_500_000
"""What one scan may cost: 1 a step through the automaton, 20 where its state is new. 256 kB of licence texts need
a tenth."""
_NEW_STATE = 20
_MOST = 200
"""Pieces of one file. Where there are more they are copies of each other, or of a list of what others wrote, and each
is compared with the others."""
_MARKUP = re.compile(r"\{(?=#)|\]\((?=[hmf#])")
"""Where the library looks for the end of a Markdown anchor or link, each time as far as the text goes."""
_LATER = re.compile(r"\b(?:later|newer|above|higher|subsequent)\b", re.IGNORECASE)
_ONLY = re.compile(r"\bonly\b|\b(?:version|under)\s+\d|\bversion\s+\d", re.IGNORECASE)
_RANGE = re.compile(r"(?<=\d)(?:-no-invariants|-invariants)?(-only|-or-later)$")
_CONFIDENT = 0.95
_HEADED = frozenset({"Apache-2.0", "CDDL-1.0", "MPL-1.0", "MPL-1.1", "MPL-2.0", "MPL-2.0-no-copyleft-exception"})
"""Licences of which the library also takes the notice for the text, even its first words alone."""
_SHORTEST_NOTICE = 150
_SHORTEST_TEXT = 4_000
"""Characters: shorter, of a headed licence, is the notice; shorter than that one, just a sentence that names it.
Whether such a sentence grants anything ("is not licensed under the ...") is for ``notices`` to say."""


class _Exhausted(Exception):
    """A scan took more steps than any licence text needs."""


class _States(dict[tuple[int, ...], Any]):
    """The automaton's memory of states, as a mapping that does not grow over all bounds."""

    steps = _STEPS

    def get(self, key: tuple[int, ...], default: Any = None) -> Any:
        self.steps -= 1
        if self.steps < 0:
            raise _Exhausted
        return super().get(key, default)

    def __setitem__(self, key: tuple[int, ...], value: Any) -> None:
        if len(self) >= _STATES:
            self.clear()
        self.steps -= _NEW_STATE
        super().__setitem__(key, value)


@cache
def _engine() -> tuple[Any, _States]:
    """The library's one scanner, loaded on first use (60 ms, 17 MB): only sandbox workers need it."""
    from licenseclassifier._engine import builtin_scanner

    scanner = builtin_scanner()
    states = _States()
    scanner.re._info = states
    return scanner, states


def match_library(text: str) -> tuple[Found, ...]:
    """The licence texts, GNU notices and licence addresses the library finds; () where it takes too long.

    ``text`` is plain (see ``plain.plain``). Ids that the SPDX list does not have are left out. A text gives "GPL-3.0";
    -only or -or-later are kept where the library recognised a notice and the notice has those words.
    """
    scanner, states = _engine()
    states.steps = _STEPS
    text = _MARKUP.sub(lambda mark: " " * len(mark[0]), text[:_LONGEST])
    try:
        matches = scanner.scan(text).match
    except _Exhausted:
        return ()
    found = (_found(match, text) for match in matches)
    return tuple(islice((piece for piece in found if piece is not None), _MOST))


def warm_up() -> None:
    """Load the library's tables now, so that no file pays for it."""
    match_library("warm-up")


def _found(match: Any, text: str) -> Found | None:
    if not is_valid(match.id):
        return None
    expression, kind = match.id, Kind.REFERENCE if match.is_url else Kind.TEXT
    length = match.end - match.start
    if stated := _RANGE.search(match.id):
        kind = Kind.NOTICE
        if not _says(stated[1], text[match.start : match.end]):
            expression = match.id.removesuffix(stated[1])
    elif match.id in _HEADED and length < _SHORTEST_TEXT and not match.is_url:
        kind = Kind.NOTICE
    if kind is Kind.NOTICE and length < _SHORTEST_NOTICE:
        return None
    return Found(expression, kind, _CONFIDENT, match.start, match.end, "library")


def _says(range_: str, words: str) -> bool:
    later = _LATER.search(words) is not None
    return later if range_ == "-or-later" else not later and _ONLY.search(words) is not None
