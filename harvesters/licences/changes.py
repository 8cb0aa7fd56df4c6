# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A licence text beside the stretch of a file that it explains: how much of it is there, and what was changed.

A change is an edit when a word that binds was added or left out, or a clause. A few other words that differ, names,
headings, numbers and copyright lines are not. Where the file breaks off before the licence ends, the rest counts as
cut off, not as left out; it lowers the confidence.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from harvesters.licences import binding, words
from harvesters.licences.aligning import Gap, Sides, compare, room
from harvesters.licences.found import Edit, Found, Kind
from harvesters.licences.index import Index, Text
from harvesters.licences.regions import Block, Chain
from harvesters.licences.templates import KIND, Worth

_LEAST_WORDS = 10
_SHORT = 25  # required words: in less than that nothing may differ
_SHORTISH = 300  # required words: grant, conditions and disclaimer are a third each, and none may be missing
_LEAST_COVERED = ((_SHORT, 0.9), (80, 0.75), (_SHORTISH, 0.6), (float("inf"), 0.5))
"""Up to so many required words this share of them must be there: a few words are soon met by chance."""
_LEAST_COVERED_CHANGED = 0.6
_LEAST_DENSITY = 0.55
_LONG = 400  # required words: from there on a licence names its rights and conditions again and again
_VERY_LONG = 1200  # required words: page heads and the like get between the lines
_CLAUSE, _CLAUSE_IN_LONG = 5, 9  # words added or left out at one place that make a clause
_NAME = 8  # words that may stand for as many others when none binds
_AT_THE_END = 12  # words that may follow where a file breaks off, or precede where its beginning is missing
_TAIL = 40  # words of the licence to look for one by one before or behind the chain
_TITLE = 70  # required words before the terms of a GNU licence whose preamble was left out
_ROOM = 12  # words of the file more than that to look at
_MOST_EDITS = 50
_LONGEST_EDIT = 200  # words of an edit that are kept
_LONGEST_GAP = 8_000  # characters between two words of a licence
_FEW_WORDS, _FEW_LETTERS = 6, 60
_APART = 4  # words of the file that separate a title from the text
_WORD = re.compile(r"\w+")
_WHO = re.compile(
    r"(?im)^[^\w\n]{0,12}(?:(?:portions|parts)\W{1,3})?(?:copy(?:-\s*)?right|\(c\)|©|urheberrecht)"
    r"(?:\W{0,4}(?:\(c\)|©|\d{2,4}|by\b|[<\[{:])|[^\n]{0,80}\b(?:19|20)\d\d\b)[^\n]{0,300}$"
    r"|\ball rights reserved\b|\bhttps?://[^\s<>]{1,200}|(?<![^\s<>@])[^\s<>@]{1,64}@[^\s<>@]{1,200}"
)
"""Copyright lines, and addresses on the net and of mail: they say who and where, never what is permitted."""
_WORD_FOR_WORD = frozenset({"OSC-1.0"})
"""A German MIT licence with a liability clause of its own: others wrote others, and only the words tell them apart."""
_GOES_ON = re.compile(
    r"[ \t]*[,;]?\s{1,9}((?:but|except|excluding|unless|provided|only|however|sofern|au(?:ss|ß)er|jedoch|aber|nur)\b"
    r"[^.\n]{3,200})"
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came out for one candidate; ``start`` and ``end`` count words of the file."""

    text: Text
    start: int
    end: int
    score: float
    """Words explained less those that are not: candidates for one stretch are compared by it."""
    confidence: float
    edits: tuple[Edit, ...]
    cut: int = 0
    """Words of the licence beyond the beginning or the end of the file."""

    def found(self, file_words: words.Words) -> Found:
        """The piece of the file as the other parts of the detector know it."""
        start, end = int(file_words.start[self.start]), int(file_words.end[self.end - 1])
        return Found(self.text.id, Kind.TEXT, round(self.confidence, 3), start, end, "texts", self.edits)


def compare_with(
    file: str, file_words: words.Words, text: Text, chain: Chain, known: Index, beat: float = 0.0
) -> Comparison | None:
    """``text`` beside the stretch of ``chain``; None where too little of it is there to speak of a licence text.

    Also None as soon as it cannot reach the score ``beat``.
    """
    return _Comparing(file, file_words, text, chain, known, beat).result()


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Words of a piece of the file, single letters and numbers included, and which of them do not count."""

    spelt: list[str]
    spans: list[tuple[int, int]]
    free: list[bool]


class _Comparing:
    def __init__(self, file: str, file_words: words.Words, text: Text, chain: Chain, known: Index, beat: float) -> None:
        self._file, self._at = file, file_words
        self._text, self._chain, self._known = text, chain, known
        self._beat = beat
        self._blocks = list(chain.blocks)
        self._required = (text.worth & KIND) == Worth.REQUIRED
        self._same = self._added = self._missing = self._cut = 0
        self._edits: list[Edit] = []

    def result(self) -> Comparison | None:
        self._trim()
        blocks = self._blocks
        first, last = blocks[0], blocks[-1]
        reach = sum(length for _, _, length in blocks) + min(first[1], _TAIL) + _TAIL
        reach += sum(min(other[0] - one[0] - one[2], other[1] - one[1] - one[2]) for one, other in pairwise(blocks))
        if reach < self._beat:
            return None
        start = self._head(first)
        for one, other in pairwise(blocks):
            if reach - self._loss() + self._cut < self._beat:
                return None
            self._gap(one[0] + one[2], other[0], one[1] + one[2], other[1])
        end = self._tail(last[0] + last[2], last[1] + last[2])
        self._same += sum(length for _, _, length in blocks)
        return self._judged(start, end)

    def _trim(self) -> None:
        """Take off a title or a few words that stand apart from the rest: what lies between does not belong to it."""
        while len(self._blocks) > 1 and self._apart(self._blocks[0], self._blocks[0], self._blocks[1]):
            self._blocks.pop(0)
        while len(self._blocks) > 1 and self._apart(self._blocks[-1], self._blocks[-2], self._blocks[-1]):
            self._blocks.pop()

    def _apart(self, block: Block, before: Block, after: Block) -> bool:
        _, place, length = block
        between = after[0] - before[0] - before[2]
        if between < length or between < _APART:
            return False
        return bool(np.count_nonzero(self._required[place : place + length]) <= _FEW_WORDS)

    def _judged(self, start: int, end: int) -> Comparison | None:
        required = max(1, self._text.required)
        covered = 1 - (self._missing + self._cut) / required
        density = self._same / max(1, end - start)
        least = next(share for words_of, share in _LEAST_COVERED if required < words_of)
        if self._edits:
            least = max(least, _LEAST_COVERED_CHANGED)
        if covered < least or density < _LEAST_DENSITY or self._same < min(_LEAST_WORDS, required):
            return None
        if required < _SHORTISH and self._grant_is_missing():
            return None
        if self._text.id in _WORD_FOR_WORD and (self._added or self._missing):
            return None
        self._alternatives()
        self._goes_on(end)
        if self._edits and required < _SHORT:
            return None
        confidence = max(0.0, min(1.0, covered * (1 - 0.5 * self._added / max(1, end - start))))
        score = self._same - self._loss()
        return Comparison(self._text, start, end, score, confidence, tuple(self._edits[:_MOST_EDITS]), self._cut)

    def _loss(self) -> float:
        return 2 * (self._missing + self._added) + self._cut + 12 * len(self._edits)

    def _head(self, block: Block) -> int:
        """Look before the chain for what of the licence is missing; returns the first word of the file."""
        start, place, _ = block
        if not self._required[:place].any():
            return start
        needed = int(np.count_nonzero(self._required[:place]))
        if needed > _TITLE:
            self._left_out(0, place, start, cut=start <= _AT_THE_END)
            return start
        stretch = self._stretch(max(0, start - min(place, _TITLE) - _ROOM), start)
        gap = self._compare(stretch, 0, place, open_head=True)
        self._count(gap, stretch, 0, start, cut=start <= _AT_THE_END)
        return self._word_at(stretch.spans[gap.first][0]) if gap.first < len(stretch.spans) else start

    def _tail(self, end: int, place: int) -> int:
        """Look behind the chain; returns one after the last word of the file."""
        last = len(self._required)
        if not self._required[place:].any():
            return end
        cut = len(self._at) - end <= _AT_THE_END
        if last - place > _TAIL:
            self._left_out(place, last, end, cut=cut)
            return end
        stretch = self._stretch(end, min(len(self._at), end + last - place + _ROOM))
        gap = self._compare(stretch, place, last, open_tail=True)
        self._count(gap, stretch, place, end, cut=cut)
        return self._word_at(stretch.spans[gap.last - 1][1]) if gap.last else end

    def _word_at(self, place: int) -> int:
        return int(np.searchsorted(self._at.start, place))

    def _gap(self, start: int, end: int, place: int, until: int) -> None:
        if start == end and not self._required[place:until].any():
            return
        if self._same_letters(start, end, place, until):
            self._same += until - place
            return
        stretch = self._stretch(start, end)
        self._count(self._compare(stretch, place, until), stretch, place, start)

    def _same_letters(self, start: int, end: int, place: int, until: int) -> bool:
        """Whether a short gap has the licence's letters, however they were broken into words."""
        first, last = self._between(start, end)
        if not 0 < until - place <= _FEW_WORDS or last - first > _FEW_LETTERS:
            return False
        letters = "".join(filter(str.isalnum, words.fold(self._file[first:last])))
        return letters == "".join(self._spelling(place, until))

    def _between(self, start: int, end: int) -> tuple[int, int]:
        """The characters of the file from behind the word before ``start`` to the word ``end``."""
        first = int(self._at.end[start - 1]) if start else 0
        return first, int(self._at.start[end]) if end < len(self._at) else len(self._file)

    def _stretch(self, start: int, end: int) -> _Stretch:
        first, last = self._between(start, end)
        found = list(_WORD.finditer(self._file, first, min(last, first + _LONGEST_GAP)))
        spelt = [words.fold(word[0][: words.LONGEST]) for word in found]
        free = [len(word) == 1 or word.isdigit() for word in spelt]
        if not all(free):
            starts, ends = _who_lines(self._file)
            for index, word in enumerate(found):
                line = bisect_right(starts, word.start()) - 1
                free[index] |= line >= 0 and word.start() < ends[line]
        return _Stretch(spelt, [word.span() for word in found], free)

    def _compare(
        self, stretch: _Stretch, place: int, until: int, *, open_head: bool = False, open_tail: bool = False
    ) -> Gap:
        sides = Sides(
            stretch.spelt,
            stretch.free,
            self._spelling(place, until),
            self._text.worth[place:until].tolist(),
            room(int(self._text.worth[place - 1])) if place else 0,
        )
        return compare(sides, self._known.usual, open_head=open_head, open_tail=open_tail)

    def _spelling(self, place: int, until: int) -> list[str]:
        return [self._known.vocabulary[number] for number in self._text.words[place:until]]

    def _count(self, gap: Gap, stretch: _Stretch, place: int, where: int, *, cut: bool = False) -> None:
        """Decide whether what differs at one place is an edit."""
        self._same += gap.same
        added = [index for index in gap.added if not _is_number(stretch.spelt[index])]
        added = [index for index in added if not self._is_name(stretch, index)]
        plus = [stretch.spelt[index] for index in added]
        minus = [self._known.vocabulary[self._text.words[place + index]] for index in gap.removed]
        minus = [word for word in minus if not _is_number(word)]
        if cut and not plus:
            self._cut += len(minus)
            return
        self._added += len(plus)
        self._missing += len(minus)
        if self._is_edit(plus, minus):
            start = stretch.spans[added[0]][0] if added else self._between(where, where)[0]
            end = stretch.spans[added[-1]][1] if added else start
            self._edit(plus, minus, start, end)

    def _is_name(self, stretch: _Stretch, index: int) -> bool:
        start, end = stretch.spans[index]
        return stretch.spelt[index] in binding.NAMES and self._file[start:end].istitle()

    def _left_out(self, place: int, until: int, where: int, *, cut: bool) -> None:
        minus = [
            word
            for word, required in zip(self._spelling(place, until), self._required[place:until], strict=True)
            if required
        ]
        if cut:
            self._cut += len(minus)
            return
        self._missing += len(minus)
        if self._is_edit([], minus):
            start, _ = self._between(where, where)
            self._edit([], minus, start, start)

    def _grant_is_missing(self) -> bool:
        """Whether the file has none of the words by which the licence grants: a disclaimer alone is none."""
        granting = np.isin(self._text.words, self._known.numbers(words.hashes_of(" ".join(binding.GRANTING))))
        here = any(granting[place : place + length].any() for _, place, length in self._blocks)
        return bool(granting.any()) and not here

    def _alternatives(self) -> None:
        """Other wordings that the list accepts must deny as often: "neither may" and "may not", never both."""
        worth = self._text.worth & KIND
        runs = np.flatnonzero(np.diff(np.concatenate(([0], worth == Worth.OTHER, [0]))))
        for place, until in zip(runs[::2].tolist(), runs[1::2].tolist(), strict=True):
            spelt = self._spelling(place, until)
            start, end = self._file_place(place - 1), self._file_place(until)
            if binding.NO.isdisjoint(spelt) or start is None or end is None or end <= start:
                continue
            stretch = self._stretch(start + 1, end)
            if binding.denials(stretch.spelt) != binding.denials(spelt):
                first, last = self._between(start + 1, end)
                self._edit(stretch.spelt, spelt, first, last)

    def _goes_on(self, end: int) -> None:
        """The last sentence must end where the licence does: "... what you want to, except sell it" says less."""
        more = _GOES_ON.match(self._file, int(self._at.end[end - 1]))
        if more:
            self._edit(words.spelt(more[1]), [], more.start(1), more.end(1))

    def _file_place(self, place: int) -> int | None:
        """The word of the file that is this word of the licence, None where it has no such word."""
        return next((start + place - at for start, at, length in self._blocks if at <= place < at + length), None)

    def _edit(self, added: Sequence[str], removed: Sequence[str], start: int, end: int) -> None:
        plus, minus = " ".join(added[:_LONGEST_EDIT]), " ".join(removed[:_LONGEST_EDIT])
        self._edits.append(Edit(plus, minus, start, end))

    def _is_edit(self, added: Sequence[str], removed: Sequence[str]) -> bool:
        moved = Counter(added) & Counter(removed)
        changed = [*(Counter(added) - moved).elements(), *(Counter(removed) - moved).elements()]
        if any(word in binding.ALWAYS for word in changed if not (word == "free" and "software" in changed)):
            return True
        if not added and list(removed) == binding.EITHER:
            return True
        rights = sum(word in binding.IN_SHORT for word in changed)
        misread = added and removed and self._text.required >= _LONG
        if rights > (1 if misread else 0):
            return True
        if added and removed and max(len(added), len(removed)) <= _NAME:
            return False
        clause = _CLAUSE if self._text.required < _VERY_LONG else _CLAUSE_IN_LONG
        return max(len(added), len(removed)) >= clause


@lru_cache(maxsize=2)
def _who_lines(file: str) -> tuple[list[int], list[int]]:
    """Where the lines and addresses that do not count begin and end, once for all candidates of a file."""
    found = [line.span() for line in _WHO.finditer(file)]
    return [start for start, _ in found], [end for _, end in found]


def _is_number(word: str) -> bool:
    return word.replace(".", "").isdigit()
