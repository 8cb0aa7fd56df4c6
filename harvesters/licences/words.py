# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A text as a row of comparable words, after the SPDX matching guidelines (SPDX specification, annex B).

Case, accents, punctuation, quotation marks, dashes, white space and the marks of lists make no difference; a word is
a number (hash) and the place where it stands. All of it is array arithmetic: a GPL takes well under a millisecond.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]
Hashes = NDArray[np.uint64]

_TABLE_SIZE = 0x10000
_LAST_FOLDED = 0x0590
"""Latin, Greek and Cyrillic have cases and accents; what comes later in Unicode stays as it is."""
LONGEST = 48
"""Characters of a word that count."""
_FACTOR = 0x9E3779B97F4A7C15
_DOT = ord(".")
_LETTERS = re.compile(r"[^\W_]+")
_AFTER_MARK = ".):]"
_ROMAN = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv", "xvi"]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text in its order: their hashes, and the characters from ``start`` to ``end`` they stand at."""

    hashes: Hashes
    start: Places
    end: Places

    def __len__(self) -> int:
        return len(self.hashes)


def split(text: str) -> Words:
    """The words of ``text`` without marks of lists ("1.", "(b)", "iv)") and single letters; "1.2" is one word."""
    letters, single = _letters(text)
    if not len(letters):
        return Words(np.zeros(0, np.uint64), np.zeros(0, np.int64), np.zeros(0, np.int64))
    inside = letters > 0
    before = np.concatenate(([False], inside[:-1]))
    after = np.concatenate((inside[1:], [False]))
    if single.any():
        before &= ~single & ~np.concatenate(([False], single[:-1]))
        after &= ~single & ~np.concatenate((single[1:], [False]))
    start, end = np.flatnonzero(inside & ~before), np.flatnonzero(inside & ~after) + 1
    hashes = _hashes(letters[inside], end - start)
    kept = (end - start > 1) | (letters[start] > _LAST_FOLDED) | _digits(letters[start])
    kept &= ~_marks(text, letters, hashes, end)
    return Words(hashes[kept], start[kept], end[kept])


def fold(word: str) -> str:
    """One word as :func:`split` sees it: lower case, without accents."""
    return "".join(map(_fold_letter, word))


def spelt(text: str) -> list[str]:
    """The words of a text, written out."""
    found = split(text)
    return [fold(text[start:end]) for start, end in zip(found.start, found.end, strict=True)]


def hash_of(word: str) -> int:
    """The hash of a single word."""
    letters = np.array([ord(letter) for letter in fold(word)], np.uint32)
    return int(_hashes(letters, np.array([len(letters)]))[0])


def hashes_of(folded: str) -> Hashes:
    """The hashes of many words, folded already and with one space between them."""
    letters = np.frombuffer(folded.encode("utf-32-le"), np.uint32)
    inside = letters != ord(" ")
    lengths = np.diff(np.concatenate(([-1], np.flatnonzero(~inside), [len(letters)]))) - 1
    return _hashes(letters[inside], lengths)


def _letters(text: str) -> tuple[NDArray[np.uint32], NDArray[np.bool_]]:
    """Per character its folded letter or digit, 0 for all else, and whether it is a word by itself (Chinese ...)."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    letters = _table()[np.minimum(codes, _TABLE_SIZE - 1)].astype(np.uint32)
    dots = np.flatnonzero(codes[1:-1] == _DOT) + 1
    dots = dots[_digits(letters[dots - 1]) & _digits(letters[dots + 1])]
    letters[dots] = _DOT
    return letters, (codes >= 0x2E80) & (letters > 0)


def _digits(letters: NDArray[np.uint32]) -> NDArray[np.bool_]:
    return (letters >= ord("0")) & (letters <= ord("9"))


def _hashes(letters: NDArray[np.uint32], lengths: Places) -> Hashes:
    """Polynomials over the letters of each word, modulo 2**64."""
    if not len(lengths):
        return np.zeros(0, np.uint64)
    first = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    place = np.arange(len(letters)) - np.repeat(first, lengths)
    terms = letters.astype(np.uint64) * _powers()[np.minimum(place, LONGEST)]
    hashes: Hashes = np.add.reduceat(terms, first)
    return hashes


def _marks(text: str, letters: NDArray[np.uint32], hashes: Hashes, end: Places) -> NDArray[np.bool_]:
    """Which words number a list: a small or Roman number before ".", ")", ":" or "]" and no further letter."""
    numbers = _numbers()
    marks: NDArray[np.bool_] = numbers[np.minimum(np.searchsorted(numbers, hashes), len(numbers) - 1)] == hashes
    for index in np.flatnonzero(marks):
        place = int(end[index])
        closed = text[place : place + 1] in _AFTER_MARK
        marks[index] = closed and not (place + 1 < len(letters) and letters[place + 1] > 0)
    return marks


@lru_cache(maxsize=1024)
def _fold_letter(letter: str) -> str:
    code = ord(letter)
    return chr(_table()[code] or code) if code < _TABLE_SIZE else letter


@cache
def _table() -> NDArray[np.uint16]:
    table = np.zeros(_TABLE_SIZE, np.uint16)
    for code in range(_LAST_FOLDED):
        base = unicodedata.normalize("NFKD", chr(code).lower())[0]
        if base.isalnum():
            table[code] = ord(base)
    rest = np.arange(_LAST_FOLDED, _TABLE_SIZE - 1, dtype=np.uint32)
    for run in _LETTERS.finditer(rest.tobytes().decode("utf-32-le", "surrogatepass")):
        table[_LAST_FOLDED + run.start() : _LAST_FOLDED + run.end()] = rest[slice(*run.span())]
    return table


@cache
def _powers() -> Hashes:
    powers, value = np.zeros(LONGEST + 1, np.uint64), 1
    for index in range(LONGEST + 1):
        value = value * _FACTOR % 2**64
        powers[index] = value
    return powers


@cache
def _numbers() -> Hashes:
    spelt = [str(number) for number in range(1, 100)] + _ROMAN
    return np.sort(np.array([hash_of(word) for word in spelt], np.uint64))
