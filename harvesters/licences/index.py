# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The index of licence texts in memory, and which of its texts share pairs of words with a file.

``texts.npz`` is written by :mod:`.building` and holds texts of the SPDX licence list (list data CC0-1.0).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from harvesters.licences import words
from harvesters.licences.templates import KIND, Worth

_FILE = Path(__file__).with_name("texts.npz")
_COMMON = 200
"""Texts in which a pair of words may occur and still tell something."""
_USUAL = 20  # times in all texts
_PLACE, _PLACES = np.uint64(24), np.uint64(0xFFFFFF)
"""Bits for the place of a word among those of all texts."""
UNKNOWN = 0xFFFF
"""The number of a word that no licence has."""

# Spellings that mean the same (SPDX guideline "Varietal word spelling"), and others met in copies of licence texts.
_SAME = """
acknowledgement acknowledgment|analogue analog|analyse analyze|artefact artifact|authorisation authorization
authorised authorized|authorise authorize|calibre caliber|cancelled canceled|catalogue catalog|centre center
emphasised emphasized|favour favor|favourite favorite|fulfil fulfill|fulfilment fulfillment|initialise initialize
judgement judgment|labelling labeling|labour labor|licence license|licences licenses|maximise maximize|modelled modeled
modelling modeling|offence offense|optimise optimize|organisation organization|organise organize|practise practice
programme program|realise realize|recognise recognize|recognised recognized|signalling signaling
utilisation utilization|whilst while|wilful willful|http https|behaviour behavior|licencing licensing
licenced licensed|sublicence sublicense|sublicences sublicenses|defence defense|honour honor
"""


@dataclass(frozen=True, slots=True)
class Text:
    """One licence text of the index."""

    id: str
    others: tuple[str, ...]
    exception: bool
    words: NDArray[np.uint16]
    worth: NDArray[np.uint8]
    pairs: NDArray[np.int32]
    """Per word the number of the pair it begins."""
    required: int
    """Words that must be there."""


class Index:
    """All texts, and their pairs of words turned round: which pair occurs in which text."""

    def __init__(self, path: Path = _FILE) -> None:
        with np.load(path, allow_pickle=False) as stored:
            self.version = str(stored["version"])
            self.names = tuple(str(stored["ids"]).split("\n"))
            self.others = tuple(tuple(row.split(" ")) for row in str(stored["others"]).split("\n"))
            self.vocabulary = bytes(stored["vocabulary"].item()).decode().split(" ")
            self._starts: NDArray[np.int32] = stored["starts"]
            self._words: NDArray[np.uint16] = stored["words"]
            self._worth: NDArray[np.uint8] = stored["worth"]
            self._exceptions: NDArray[np.bool_] = stored["exceptions"]
        self._fill_vocabulary()
        self._fill_pairs()

    def ids(self) -> frozenset[str]:
        """Every id the index knows a text of, exceptions included."""
        return frozenset(self.names).union(*self.others)

    @cached_property
    def usual(self) -> frozenset[str]:
        """Words that licences use often enough to be words, not names or slips of a single text."""
        often = np.flatnonzero(np.bincount(self._words, minlength=len(self.vocabulary)) >= _USUAL)
        return frozenset(self.vocabulary[number] for number in often)

    @property
    def known_pairs(self) -> int:
        """How many pairs of words there are in all texts."""
        return len(self._keys)

    def numbers(self, hashes: words.Hashes) -> NDArray[np.uint16]:
        """The numbers of words, UNKNOWN for those no licence has."""
        at = np.searchsorted(self._hashes, hashes)
        at[at == len(self._hashes)] = 0
        return np.where(self._hashes[at] == hashes, self._numbers[at], UNKNOWN).astype(np.uint16)

    def pairs(self, numbers: NDArray[np.uint16]) -> NDArray[np.int32]:
        """Per word the number of the pair it begins; -1 where no licence has that pair, and for the last word."""
        if len(numbers) < 2:
            return np.full(len(numbers), -1, np.int32)
        keys = numbers[:-1].astype(np.uint32) * np.uint32(len(self.vocabulary)) + numbers[1:]
        at = np.searchsorted(self._keys, keys)
        at[at == len(self._keys)] = 0
        known = (self._keys[at] == keys) & (numbers[:-1] != UNKNOWN) & (numbers[1:] != UNKNOWN)
        return np.append(np.where(known, at, -1), -1).astype(np.int32)

    def shared(self, pairs: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Per text how many of its pairs are among ``pairs``, and which share of the required ones."""
        there = np.zeros(len(self._keys) + 1, np.bool_)
        there[pairs] = True
        there[-1] = False
        known = np.flatnonzero(there)
        first, many = self._posted_from[known], self._posted_from[known + 1] - self._posted_from[known]
        hit = np.arange(many.sum()) + np.repeat(first - np.cumsum(many) + many, many)
        text = self._posted_text[hit]
        required = np.bincount(text[self._posted_required[hit]], minlength=len(self.names))
        return np.bincount(text, minlength=len(self.names)), required / self._posted

    @cached_property
    def _spans(self) -> list[tuple[int, int]]:
        return list(zip(self._starts[:-1].tolist(), self._starts[1:].tolist(), strict=True))

    def text(self, number: int) -> Text:
        """One text by its number."""
        start, end = self._spans[number]
        worth = self._worth[start:end]
        return Text(
            self.names[number],
            self.others[number],
            bool(self._exceptions[number]),
            self._words[start:end],
            worth,
            self._pairs[start:end],
            int(np.count_nonzero((worth & KIND) == Worth.REQUIRED)),
        )

    def size(self, number: int) -> int:
        """How many words a text has."""
        start, end = self._spans[number]
        return end - start

    def texts(self) -> Iterator[Text]:
        """All texts."""
        return map(self.text, range(len(self.names)))

    def _fill_vocabulary(self) -> None:
        """Hashes of all words in order, with the numbers of their words; two spellings of a word have one number."""
        spelling = " ".join(self.vocabulary)
        hashes = words.hashes_of(spelling)
        numbers = np.arange(len(hashes), dtype=np.uint16)
        position = {word: index for index, word in enumerate(self.vocabulary)}
        more: dict[int, int] = {}
        for one, other in (pair.split() for pair in _SAME.replace("\n", "|").split("|") if pair):
            number = position.get(other, position.get(one))
            if number is None:
                continue
            for word in (one, other):
                if word in position:
                    numbers[position[word]] = number
                else:
                    more[words.hash_of(word)] = number
        self._words = numbers[self._words]
        hashes = np.append(hashes, np.array(list(more), np.uint64))
        numbers = np.append(numbers, np.array(list(more.values()), np.uint16))
        order = np.argsort(hashes)
        self._hashes, self._numbers = hashes[order], numbers[order]

    def _fill_pairs(self) -> None:
        """One sort of all pairs with their places gives the known pairs, each place's pair and the texts of a pair."""
        keys = self._words[:-1].astype(np.uint64) * np.uint64(len(self.vocabulary)) + self._words[1:]
        row = np.sort((keys << _PLACE) | np.arange(len(keys), dtype=np.uint64))
        keys, places = (row >> _PLACE).astype(np.uint32), (row & _PLACES).astype(np.int32)
        first = np.append(True, keys[1:] != keys[:-1])
        self._keys = keys[first]
        pair = (np.cumsum(first) - 1).astype(np.int32)
        self._pairs = np.full(len(self._words), -1, np.int32)
        self._pairs[places] = pair
        self._pairs[self._starts[1:] - 1] = -1
        self._post(pair, places)

    def _post(self, pair: NDArray[np.int32], places: NDArray[np.int32]) -> None:
        """Keep for each text its pairs, each once, but for variable parts and what nearly every licence has."""
        worth = self._worth & np.uint8(KIND)
        worth = np.maximum(worth, np.append(worth[1:], Worth.OTHER)).astype(np.uint8)
        worth[self._pairs < 0] = Worth.OTHER
        counted = worth[places] <= Worth.OPTIONAL
        text = np.repeat(np.arange(len(self.names), dtype=np.uint16), np.diff(self._starts))[places[counted]]
        pair, required = pair[counted], worth[places[counted]] == Worth.REQUIRED
        once = np.append(True, (pair[1:] != pair[:-1]) | (text[1:] != text[:-1]))
        pair, text, required = pair[once], text[once], required[once]
        telling = np.bincount(pair, minlength=len(self._keys))[pair] <= _COMMON
        self._posted_text = text[telling]
        self._posted_from = np.searchsorted(pair[telling], np.arange(len(self._keys) + 1))
        self._posted_required = required[telling]
        self._posted = np.maximum(1, np.bincount(self._posted_text[self._posted_required], minlength=len(self.names)))


@cache
def index() -> Index:
    """The index of this package, loaded once."""
    return Index()
