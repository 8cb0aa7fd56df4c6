# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Licence texts in a file, by the index of the SPDX licence list: tier 2 of the detector.

Candidates are the texts that share pairs of words with the file; each is aligned with the stretch it explains best
(:mod:`.regions`, :mod:`.aligning`), and the one that explains most with the least unexplained words is taken. Its
stretch is covered and the rest is looked at again. A text whose binding words were changed has ``Found.edits``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from harvesters.licences import words
from harvesters.licences.changes import Comparison, compare_with
from harvesters.licences.exceptions import attached
from harvesters.licences.found import Found
from harvesters.licences.index import UNKNOWN, Index, Text, index
from harvesters.licences.regions import Chain, best_chain
from harvesters.licences.templates import KIND, Worth

_MOST_CHARACTERS = 1_500_000
_MOST_ROUNDS = 40
_BUDGET = 3_000_000
"""Words that may be looked at in all rounds together; what is left behind them is not looked at."""
_CANDIDATES, _MOST_CANDIDATES = 8, 28
"""Long texts that are looked for in the file at a time, and short ones beside them: those have more siblings."""
_SHORT = 600  # words
_ALIGNED = 6
_MARGIN = 60  # words around a place that a longer text may need
_LEAST_PAIRS = 8  # pairs of words in a file that any licence has
_LEAST_SHARE = 0.4  # of a licence's required pairs of words
_LEAST_OF_BEST = 0.5
_AT_THE_END = 12  # words before or behind a place at which the file was broken off
_SPARED = 0.7  # of the words of a licence that a broken-off file cannot have


@dataclass(frozen=True, slots=True)
class _Place:
    """A candidate and where it lies."""

    number: int
    text: Text
    chain: Chain
    fit: float
    """The chain's worth in words less the required words outside its blocks."""


def match_texts(text: str) -> tuple[Found, ...]:
    """The licence texts in ``text`` in its order, GNU licences without a range ("GPL-3.0")."""
    search = _Search(text[:_MOST_CHARACTERS], index())
    return attached(search.found(), search.words)


def warm_up() -> None:
    """Load the index now, so that the first file does not wait for it."""
    match_texts("Permission is hereby granted, free of charge, to any person obtaining a copy of this software")


def ids() -> frozenset[str]:
    """The SPDX ids (licences and exceptions) whose texts are known; GNU ids with and without range."""
    return index().ids()


def list_version() -> str:
    """The version of the SPDX licence list the texts are of."""
    return index().version


class _Search:
    def __init__(self, text: str, known: Index) -> None:
        self._text, self._known = text, known
        self.words = words.split(text)
        self._numbers = known.numbers(self.words.hashes)
        self._pairs = known.pairs(self._numbers)
        self._tired: set[int] = set()
        self._budget = _BUDGET

    def found(self) -> tuple[Comparison, ...]:
        """The best place, cover it, and again, as long as there is one and the budget lasts."""
        results: list[Comparison] = []
        for _ in range(_MOST_ROUNDS):
            if np.count_nonzero(self._pairs >= 0) < _LEAST_PAIRS:
                break
            lead = self._lead()
            if lead is None:
                break
            best = self._best(self._competing(lead))
            if best is None:
                self._tired.add(lead.number)
                continue
            results.append(best)
            self._pairs[best.start : best.end] = -1
            self._numbers[best.start : best.end] = UNKNOWN
        return tuple(results)

    def _lead(self) -> _Place | None:
        """The text that shares most with the whole file, and where."""
        for number in self._candidates(0, len(self.words)):
            place = self._place(number, 0, len(self.words))
            if place:
                return place
            self._tired.add(number)
        return None

    def _competing(self, lead: _Place) -> list[_Place]:
        """The texts that may lie where ``lead`` lies, the most fitting first."""
        size = lead.chain.end - lead.chain.start
        start = max(0, lead.chain.start - _MARGIN - size // 2)
        end = min(len(self.words), lead.chain.end + _MARGIN + size // 2)
        places = [lead]
        for number in self._candidates(start, end):
            if number == lead.number or (len(places) > _CANDIDATES and self._known.size(number) > _SHORT):
                continue
            place = self._place(number, start, end)
            if place and _overlap(place.chain, lead.chain):
                places.append(place)
        places.sort(key=lambda place: -place.fit)
        return places[:_ALIGNED]

    def _candidates(self, start: int, end: int) -> list[int]:
        """The numbers of the texts that share most with a stretch of the file."""
        hits, share = self._known.shared(self._pairs[start:end])
        worth = hits * share * (share >= _LEAST_SHARE)
        worth[list(self._tired)] = 0
        order = np.argsort(-worth, kind="stable")[:_MOST_CANDIDATES]
        enough = worth[order] > max(1.0, _LEAST_OF_BEST * worth[order[0]])
        numbers: list[int] = order[enough].tolist()
        if enough.any():
            # Of a broken-off text siblings may have a larger share, but none has more.
            most = int(np.argmax(np.where(worth > 0, hits, 0)))
            if most not in numbers[:_CANDIDATES]:
                numbers = [numbers[0], most, *(number for number in numbers[1:] if number != most)]
        return numbers

    def _place(self, number: int, start: int, end: int) -> _Place | None:
        self._budget -= end - start
        if self._budget < 0:
            return None
        text = self._known.text(number)
        chain = best_chain(self._numbers, self._pairs, (start, end), text.words, text.pairs, self._known.known_pairs)
        if not chain:
            return None
        whole = (chain.start > _AT_THE_END, len(self._pairs) - chain.end > _AT_THE_END)
        return _Place(number, text, chain, chain.score - _outside(text, chain, whole))

    def _best(self, places: list[_Place]) -> Comparison | None:
        best: Comparison | None = None
        others: list[Comparison] = []
        for place in places:
            beat = best.score if best else 0.0
            comparison = compare_with(self._text, self.words, place.text, place.chain, self._known, beat)
            if comparison is not None:
                others.append(comparison)
                if best is None or comparison.score > best.score:
                    best = comparison
        return _of_siblings(best, others) if best else None


def _of_siblings(best: Comparison, others: list[Comparison]) -> Comparison:
    """Where the best text is incomplete or changed, its sibling of which the file has as much, or more unchanged.

    What a broken-off file no longer has must not decide between licences that begin alike: neither the shorter one is
    the right one for having less to miss, nor a changed one beside one that was merely cut. Of equals the licence
    whose id the others extend.
    """
    if not best.cut and not best.edits:
        return best
    rivals = [one for one in others if len(one.edits) <= len(best.edits) and not one.text.exception]
    most = max((one.score + one.cut for one in rivals), default=0.0)
    rivals = sorted((one for one in rivals if one.score + one.cut == most), key=lambda one: one.cut)
    if not rivals or most < best.score + best.cut:
        return best
    return next((one for one in rivals if rivals[0].text.id.startswith(f"{one.text.id}-")), rivals[0])


def _outside(text: Text, chain: Chain, whole: tuple[bool, bool]) -> float:
    """The required words of a text that the blocks of a chain leave out.

    Those before and behind count less where the file begins or ends there, which ``whole`` denies.
    """
    required = (text.worth & KIND) == Worth.REQUIRED
    inside = sum(int(np.count_nonzero(required[place : place + length])) for _, place, length in chain.blocks)
    last = chain.blocks[-1]
    before = int(np.count_nonzero(required[: chain.blocks[0][1]]))
    behind = int(np.count_nonzero(required[last[1] + last[2] :]))
    spared = (0 if whole[0] else before) + (0 if whole[1] else behind)
    return text.required - inside - _SPARED * spared


def _overlap(one: Chain, other: Chain) -> bool:
    common = min(one.end, other.end) - max(one.start, other.start)
    return common > 0.5 * min(one.end - one.start, other.end - other.start)
