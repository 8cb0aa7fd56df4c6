# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A licence file in lower case with single spaces, for phrases that may be wrapped anywhere, and the way back."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from functools import cache, cached_property, lru_cache

LONGEST = 256 * 2**10
"""Characters looked at: the longest text of the SPDX list has 75,000."""
_GAP = re.compile(r"\A\s+|\s\s+")
_NUMBERED = re.compile(
    r"^[^\w\n]{0,12}(?:[^\W\d]{3,10}\.?[ \t]{1,3}|§[ \t]?)?(\d{1,2})(?:[.):]{1,2}|(?=[ \t\n-])|(?=[^\W\d]))"
    r"[^\w\n]{0,8}\n?[^\w\n]{0,8}([^\W\d][^\n]{2,90})",
    re.MULTILINE,
)


class Folded:
    """``lines`` has the length of the text; ``words`` is shorter, ``place`` leads from there to the text."""

    def __init__(self, text: str) -> None:
        text = text[:LONGEST]
        # The one letter that becomes two characters, so that all offsets behind it would be wrong.
        self.lines = text.replace("İ", "i").lower()
        self.words = " ".join(self.lines.split())

    @cached_property
    def _shifts(self) -> tuple[list[int], list[int], list[int]]:
        """Where, in ``words`` and in the text, words stand behind wider space, and by how much they moved."""
        folded, original, moved = [0], [0], [0]
        shift = 0
        for gap in _GAP.finditer(self.lines):
            shift += gap.end() - gap.start() - (gap.start() > 0)
            folded.append(gap.end() - shift)
            original.append(gap.end())
            moved.append(shift)
        return folded, original, moved

    def place(self, offset: int) -> int:
        """The character of the text at which the character ``offset`` of ``words`` stands."""
        folded, _, moved = self._shifts
        return min(offset + moved[bisect_right(folded, offset) - 1], len(self.lines))

    def offset(self, place: int) -> int:
        """The other way: the character of ``words`` for the character ``place`` of the text."""
        _, original, moved = self._shifts
        return max(0, min(place - moved[bisect_right(original, place) - 1], len(self.words)))

    def end_of_sentence(self, offset: int, within: int = 600) -> int:
        """Where in ``words`` the sentence ends that stands at ``offset``, at most ``within`` characters on."""
        stop = self.words.find(". ", offset, offset + within)
        return stop + 1 if stop >= 0 else min(len(self.words), offset + within)

    def line_start(self, place: int) -> int:
        return self.lines.rfind("\n", 0, place) + 1

    def line_end(self, place: int) -> int:
        end = self.lines.find("\n", place)
        return len(self.lines) if end < 0 else end

    def articles(self, start: int, end: int) -> list[tuple[int, int, str]]:
        """Numbered headings of ``lines[start:end]`` that count up from 1: number, place and the words behind it."""
        found: list[tuple[int, int, str]] = []
        for line in _NUMBERED.finditer(self.lines, start, end):
            number, last = int(line[1]), found[-1][0] if found else 0
            if last < number <= last + 2:
                found.append((number, line.start(1), line[2]))
        return found


@lru_cache(maxsize=2)
def fold(text: str) -> Folded:
    """The folded text; remembered for the few rules that look at the same file one after the other."""
    return Folded(text)


@cache
def pattern(source: str) -> re.Pattern[str]:
    """A phrase of a table as a regular expression; raises re.error for a wrong one.

    Letters with an accent stand for any one to three characters: "für" is also found in "fuer" and in what a wrong
    encoding made of it. Only tables of this package are compiled, so the number of expressions is fixed.
    """
    return re.compile("".join(r"\S{1,3}" if _is_accented(one) else _greek(one) for one in source))


def _is_accented(one: str) -> bool:
    return one > "\x7f" and one in _latin()


@cache
def _latin() -> frozenset[str]:
    return frozenset(
        one for one in map(chr, range(0xC0, 0x250)) if one.isalpha() and unicodedata.name(one).startswith("LATIN")
    )


def _greek(one: str) -> str:
    """Capitals are written without accents: "ΆΔΕΙΑ" and "ΑΔΕΙΑ"."""
    base = unicodedata.normalize("NFD", one)[0] if "\u0370" <= one <= "\u03ff" else one
    return one if base == one else f"[{base}{one}]"
