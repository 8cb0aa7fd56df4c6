# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Word by word: what a stretch of a file adds to a licence text and what it leaves out.

Parts that are optional, variable or copyright lines may differ. Typing and scanning errors (one letter for another,
words joined or broken) are no differences. Reads at most a few thousand comparisons per gap.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate

from harvesters.licences import binding
from harvesters.licences.templates import KIND, Worth

_MOST_CELLS = 400
_MOST_COARSE = 250 * _MOST_CELLS  # the same where equal words are looked for alone
_LIMITS = {Worth.SHORT: 6, Worth.NAME: 14, Worth.OTHER: 40}
"""Words that may stand in a variable part."""
_SAME = 0.01
_FREE = 0.02
"""What a misread word costs, and one in a variable part: less and more, so that a word that is there is found."""
_PAIRINGS = ((1, 1, 3), (2, 1, 1), (1, 2, 1), (2, 2, 1), (1, 3, 1), (3, 1, 1))
"""How many words of the file may be how many words of the licence, joined or broken, and how many letters longer or
shorter they may be: what :func:`alike` and :func:`_alike_joined` refuse in any case."""
_NEGATIONS = ("non", "un", "in", "im", "ir", "dis", "anti")
_SCANNED = str.maketrans({"1": "l", "i": "l", "0": "o", "5": "s", "8": "b", "|": "l"})


@dataclass(slots=True)
class Gap:
    """Where words differ: indexes into the file's words and the licence's words given to :func:`compare`."""

    added: list[int] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    same: int = 0
    """Words of the licence that are there after all."""
    first: int = 0
    last: int = 0
    """The file's words from the first to the one after the last that the licence requires."""

    def add(self, part: Gap, start: int, place: int) -> None:
        """Join the comparison of a part that begins at these words of the file and of the licence."""
        self.added += [start + index for index in part.added]
        self.removed += [place + index for index in part.removed]
        self.same += part.same
        if part.last:
            self.first = min(self.first, start + part.first)
            self.last = start + part.last


@dataclass(frozen=True, slots=True)
class Sides:
    """What is compared: words of the file, which of them do not count, words of a licence and their values."""

    file_words: Sequence[str]
    free: Sequence[bool]
    """Copyright lines, addresses, numbers and single letters."""
    words: Sequence[str]
    worth: Sequence[int]
    slot: int = 0
    """What may stand before the first word of the licence, see :func:`room`."""

    def cells(self) -> int:
        """How many comparisons of single words it takes."""
        return len(self.file_words) * len(self.words)

    def part(self, start: int, until: int, place: int, other: int) -> Sides:
        """The sides cut to the file's words from ``start`` and the licence's words from ``place``."""
        slot = room(self.worth[place - 1]) if place else self.slot
        return Sides(
            self.file_words[start:until], self.free[start:until], self.words[place:other], self.worth[place:other], slot
        )


def compare(sides: Sides, vocabulary: frozenset[str], *, open_head: bool = False, open_tail: bool = False) -> Gap:
    """Align words of the file with words of a licence at least cost; ``vocabulary`` are words that are no slips.

    With an open head or tail, words of the file before the first or after the last required word are left out.
    """
    if sides.cells() <= _MOST_CELLS:
        gap = _Table(sides, vocabulary).gap(open_head, open_tail)
    else:
        gap = _coarse(sides, vocabulary)
    if open_head:
        gap.added = [place for place in gap.added if place >= gap.first]
    if open_tail:
        gap.added = [place for place in gap.added if place < gap.last]
    return gap


def _coarse(sides: Sides, vocabulary: frozenset[str]) -> Gap:
    """A long gap: equal words first, then what lies between them."""
    gap = Gap(first=len(sides.file_words))
    start = place = 0
    for block_start, block_place, length in (*_equal(sides), (len(sides.file_words), len(sides.words), 0)):
        part = sides.part(start, block_start, place, block_place)
        if part.cells() > _MOST_CELLS:
            added = [index for index, is_free in enumerate(part.free) if not is_free]
            between = Gap(
                added, [index for index, worth in enumerate(part.worth) if _required(worth)], 0, len(added), 0
            )
        else:
            between = _Table(part, vocabulary).gap(False, False)
        gap.add(between, start, place)
        required = any(map(_required, sides.worth[block_place : block_place + length]))
        gap.add(Gap(same=length, first=0 if required else length, last=length if required else 0), block_start, 0)
        start, place = block_start + length, block_place + length
    return gap


def _equal(sides: Sides) -> list[tuple[int, int, int]]:
    if sides.cells() > _MOST_COARSE:
        return []
    matcher = difflib.SequenceMatcher(None, sides.file_words, sides.words, autojunk=False)
    return [(block.a, block.b, block.size) for block in matcher.get_matching_blocks() if block.size]


def room(worth: int) -> int:
    """What may stand behind a word of this value: a variable part's value, 0 where none may."""
    plain = worth & KIND
    if plain in _LIMITS:
        return plain
    return Worth.NAME if worth & Worth.SLOT else 0


def _required(worth: int) -> bool:
    return worth & KIND == Worth.REQUIRED


class _Table:
    """The usual table of least costs: words of the file down, words of the licence across."""

    def __init__(self, sides: Sides, vocabulary: frozenset[str]) -> None:
        self._file, self._free, self._words = sides.file_words, sides.free, sides.words
        self._file_at = list(accumulate(map(len, self._file), initial=0))
        self._words_at = list(accumulate(map(len, self._words), initial=0))
        self._vocabulary = vocabulary
        self._required = list(map(_required, sides.worth))
        inside = [value if value in _LIMITS else 0 for value in sides.worth]
        self._room = [
            max(before, after)
            for before, after in zip([sides.slot, *map(room, sides.worth)], [*inside, 0], strict=True)
        ]

    def gap(self, open_head: bool, open_tail: bool) -> Gap:
        """The differences on the cheapest way through the table."""
        rows, columns = len(self._file), len(self._words)
        cost = [[0.0] * (columns + 1) for _ in range(rows + 1)]
        way = [[(0, 0)] * (columns + 1) for _ in range(rows + 1)]
        for across in range(columns + 1):
            for down in range(rows + 1):
                if down or across:
                    cost[down][across], way[down][across] = self._cheapest(cost, down, across, open_head)
        last = min(range(rows + 1), key=lambda down: (cost[down][columns], -down)) if open_tail else rows
        return self._walk(way, last)

    def _cheapest(
        self, cost: list[list[float]], down: int, across: int, open_head: bool
    ) -> tuple[float, tuple[int, int]]:
        best, step = float("inf"), (0, 0)
        if across:
            best, step = cost[down][across - 1] + (1.0 if self._required[across - 1] else 0.0), (0, 1)
        if down:
            costless = (open_head and not across) or self._free[down - 1]
            price = 0.0 if costless else _FREE if self._room[across] else 1.0
            if cost[down - 1][across] + price < best:
                best, step = cost[down - 1][across] + price, (1, 0)
        if down and across:
            for one, two, unlike in _PAIRINGS:
                if down < one or across < two or cost[down - one][across - two] > best:
                    continue
                longer = self._file_at[down] - self._file_at[down - one]
                if abs(longer - self._words_at[across] + self._words_at[across - two]) > unlike:
                    continue
                difference = self._difference(down, one, across, two)
                if difference is not None and cost[down - one][across - two] + difference <= best:
                    best, step = cost[down - one][across - two] + difference, (one, two)
        return best, step

    def _difference(self, down: int, one: int, across: int, two: int) -> float | None:
        left, right = self._file[down - one : down], self._words[across - two : across]
        if one == two == 1:
            if left[0] == right[0]:
                return 0.0
            return _SAME if alike(left[0], right[0], left[0] in self._vocabulary) else None
        return _SAME if _alike_joined(left, right) else None

    def _walk(self, way: list[list[tuple[int, int]]], last: int) -> Gap:
        gap = Gap(first=last)
        swallowed: dict[int, list[int]] = {}
        down, across = last, len(self._words)
        while down or across:
            one, two = way[down][across]
            if one and two:
                gap.same += two
                if any(self._required[across - two : across]):
                    gap.first, gap.last = down - one, max(gap.last, down)
            elif two:
                if self._required[across - 1]:
                    gap.removed.append(across - 1)
            elif not self._free[down - 1]:
                if self._room[across]:
                    swallowed.setdefault(across, []).append(down - 1)
                else:
                    gap.added.append(down - 1)
            down, across = down - one, across - two
        for across, places in swallowed.items():
            if not self._fits(self._room[across], places):
                gap.added += places
        gap.added.sort()
        gap.removed.reverse()
        return gap

    def _fits(self, room: int, places: Sequence[int]) -> bool:
        """Whether these words may stand in a variable part: not too many, and none that binds but in other wordings."""
        if len(places) > _LIMITS[Worth(room)]:
            return False
        return room == Worth.OTHER or not any(self._file[place] in binding.WORDS for place in places)


@lru_cache(maxsize=4096)
def alike(one: str, other: str, known: bool) -> bool:
    """Whether a word of a file is a word of a licence with typing or scanning errors.

    ``known`` says that ``one`` is a word by itself: it may still be what is left of a short word, or a misspelt long
    one, but never one word that binds in place of another.
    """
    if one == other:
        return True
    difference = abs(len(one) - len(other))
    if difference > 3 or (difference > 1 and _negated(one, other)):
        return False
    if one in binding.WORDS and other in binding.WORDS and not _confused(one, other):
        return False
    if len(one) == 1:
        return one in other and (difference == 1 or other in binding.NO)
    if known and min(len(one), len(other)) < 5:
        inflected = len(one) > 3 and one[:3] == other[:3] and difference <= 1
        return inflected or (len(one) == len(other) - 1 and _is_rest(one, other))
    most = 1 if known or len(other) < 6 else len(other) // 3
    if _near(one, other, most) or (not known and _swapped(one, other)):
        return True
    left, right = _scanned(one), _scanned(other)
    return (left != one or right != other) and _near(left, right, most)


def _alike_joined(left: Sequence[str], right: Sequence[str]) -> bool:
    """Whether words of a file are words of a licence that were joined or broken otherwise.

    Words at either end that are the same are compared by themselves, else they would cover for their neighbours.
    """
    if abs(sum(map(len, left)) - sum(map(len, right))) > 1 or left[0] == right[0] or left[-1] == right[-1]:
        return False
    one, other = "".join(left), "".join(right)
    if any(word in binding.ALWAYS and word not in other for word in left):
        return False
    return one == other or _near(_scanned(one), _scanned(other), max(1, len(other) // 6))


def _confused(one: str, other: str) -> bool:
    """Whether two words that bind are forms of one word ("use", "used") or soon taken for each other."""
    return one[:3] == other[:3] or any({one, other} <= group for group in binding.CONFUSED)


def _near(one: str, other: str, most: int) -> bool:
    return len(set(one) ^ set(other)) <= 2 * most and _distance(one, other, most) <= most


def _swapped(one: str, other: str) -> bool:
    """Whether two letters next to each other changed places: the commonest slip of typing."""
    if len(one) != len(other):
        return False
    differ = [place for place, letter in enumerate(one) if letter != other[place]]
    if len(differ) != 2 or differ[1] != differ[0] + 1:
        return False
    return one[differ[0]] == other[differ[1]] and one[differ[1]] == other[differ[0]]


def _is_rest(one: str, other: str) -> bool:
    """Whether ``one`` is ``other`` with letters left out."""
    letters = iter(other)
    return all(letter in letters for letter in one)


def _negated(one: str, other: str) -> bool:
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return longer.endswith(shorter) and longer[: len(longer) - len(shorter)] in _NEGATIONS


def _scanned(word: str) -> str:
    return word.replace("rn", "m").replace("vv", "w").replace("cl", "d").translate(_SCANNED)


def _distance(one: str, other: str, most: int) -> int:
    """How many letters must be changed, added or left out (Levenshtein); anything over ``most`` is just over it."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    row = list(range(len(other) + 1))
    for index, letter in enumerate(one, 1):
        before, row[0] = row[0], index
        for place, its in enumerate(other, 1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (letter != its))
        if min(row) > most:
            return most + 1
    return row[-1]
