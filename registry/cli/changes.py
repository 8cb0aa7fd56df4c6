# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What became of single lines of a text in a later one."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

_MOST_LINES = 6
_MORE = "…"


class Changes:
    """The changes from one text to the next; each is told once."""

    def __init__(self, before: Sequence[str], after: Sequence[str]) -> None:
        self._before, self._after = before, after
        matcher = difflib.SequenceMatcher(None, before, after)
        self._blocks = [block[1:] for block in matcher.get_opcodes() if block[0] != "equal"]
        self._told: set[tuple[int, int, int, int]] = set()

    def at(self, line: int) -> list[tuple[str, str]]:
        """("-", old line) and ("+", new line) of the change that a line (from 1) is part of; nothing a second time."""
        block = next((one for one in self._blocks if one[0] < line <= one[1]), None)
        if block is None:
            return []
        first, last, start, end = block
        if last - first == end - start:
            first, start = line - 1, start + line - 1 - first
            last, end = first + 1, start + 1
        if (first, last, start, end) in self._told:
            return []
        self._told.add((first, last, start, end))
        return [*_signed("-", self._before[first:last]), *_signed("+", self._after[start:end])]


def _signed(sign: str, lines: Sequence[str]) -> list[tuple[str, str]]:
    shown = [(sign, line) for line in lines[:_MOST_LINES]]
    return shown if len(lines) <= _MOST_LINES else [*shown, (sign, _MORE)]
