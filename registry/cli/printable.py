# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Text of strangers on a terminal: nothing in it moves the cursor, and a caret stands under the right character."""

from __future__ import annotations

import json
import re
import unicodedata
from itertools import accumulate

from registry.model import Json

_JOINERS = "\u200c\u200d"
_MARK = "\N{REPLACEMENT CHARACTER}"
_TAB = "    "
_CUT = "…"
_HIDDEN = re.compile("[\x7f-\x9f\xad\u061c\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb]")


def printable(text: str) -> str:
    """One line without controls, direction marks and lone surrogates; each becomes a visible mark."""
    return text if text.isprintable() else "".join(map(_shown, text))


def compact_json(value: Json, indent: int | None = None) -> str:
    """JSON in which what a terminal would obey is escaped; the same value for whoever parses it."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return _HIDDEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def excerpt(line: str, column: int, room: int) -> tuple[str, int]:
    """A line cut to ``room`` cells around a column (characters from 1), and the cell from 0 for a caret.

    A TAB takes four cells; wide characters of East Asia and emoji take two, marks on top of a character none.
    """
    at = min(max(column, 1) - 1, len(line))
    # A cell needs a character at least, and marks are few: what lies farther away is cut anyway.
    before = [_shown(char) for char in line[max(0, at - 2 * room) : at]]
    behind = [_shown(char) for char in line[at : at + 2 * room]]
    kept = _fitting(before[::-1], 2 * room // 3)[::-1]
    left = "".join(kept)
    if len(kept) < at:
        left = _CUT + left
    fitting = _fitting(behind, room - cells(left))
    right = "".join(fitting)
    if at + len(fitting) < len(line):
        right = "".join(_fitting(fitting, room - cells(left) - 1)) + _CUT
    return left + right, cells(left)


def cells(text: str) -> int:
    """How many cells of a terminal a text takes. Source: Unicode annex 11, East Asian width."""
    return sum(map(_width, text))


def _fitting(shown: list[str], room: int) -> list[str]:
    """The longest beginning that takes at most ``room`` cells."""
    return [one for one, total in zip(shown, accumulate(map(cells, shown)), strict=True) if total <= room]


def _shown(char: str) -> str:
    if char == "\t":
        return _TAB
    if char == "\n":
        return " "
    if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"):
        return char if char in _JOINERS else _MARK
    return char


def _width(char: str) -> int:
    if char in _JOINERS or unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
