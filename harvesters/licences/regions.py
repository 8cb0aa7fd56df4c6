# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where in a file a licence text lies: stretches of equal words, chained in the order of the licence.

Pairs of words that occur once in the licence are the anchors (as in patience diff); each run of them with the words
beside it is a block, and the best chain of blocks is the place. Gaps between blocks cost, so that of several copies
of a licence one is taken, not the beginning of one and the end of another.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_MOST_BLOCKS = 400
_LOOK_BACK = 24  # blocks before one that may be its predecessor in a chain
_NEXT = 6  # words between two blocks so near that no other predecessor is looked for
_GAP = 1.0
_ADDED = 0.35  # what a word of the file costs that lies between two blocks
_REMOVED = 0.15  # the same for a word of the licence

Block = tuple[int, int, int]
"""First word in the file, first word in the licence, number of words."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Blocks in the order of the file and of the licence, and what they are worth in words."""

    blocks: tuple[Block, ...]
    score: float

    @property
    def start(self) -> int:
        """The first word of the file in the chain."""
        return self.blocks[0][0]

    @property
    def end(self) -> int:
        """One after the last word of the file in the chain."""
        return self.blocks[-1][0] + self.blocks[-1][2]


def best_chain(
    file_words: NDArray[np.uint16],
    file_pairs: NDArray[np.int32],
    stretch: tuple[int, int],
    words: NDArray[np.uint16],
    pairs: NDArray[np.int32],
    known_pairs: int,
) -> Chain | None:
    """The best chain of a licence's ``words`` and ``pairs`` in a stretch of a file, None without any anchor.

    Words of the file that are taken already have the pair -1; ``known_pairs`` is how many pairs the index has.
    """
    start, end = stretch
    places = np.full(known_pairs + 1, -1, np.int32)
    order = np.arange(len(pairs), dtype=np.int32)
    places[pairs[::-1]] = order[::-1]
    places[pairs[places[pairs] != order]] = -1  # pairs that occur twice are no anchors
    places[-1] = -1
    place = places[file_pairs[start:end]]
    hits = np.flatnonzero(place >= 0)
    if not len(hits):
        return None
    first, last = max(0, int(hits[0]) - len(words)), min(end - start, int(hits[-1]) + len(words))
    blocks = _runs(file_words[start + first : start + last], place[first:last], words, start + first)
    return _chain(blocks) if blocks else None


def _runs(
    file_words: NDArray[np.uint16], place: NDArray[np.int32], words: NDArray[np.uint16], first: int
) -> list[Block]:
    """Blocks: each anchor is followed and preceded along its diagonal as long as the words are the same."""
    here = np.arange(len(file_words))
    anchored = place >= 0
    before = np.maximum.accumulate(np.where(anchored, here, -1))
    after = np.minimum.accumulate(np.where(anchored, here, len(here))[::-1])[::-1]
    partner = np.full(len(here), -1)
    for anchor, valid in ((after, after < len(here)), (before, before >= 0)):
        at = np.where(valid, anchor, 0)
        other = here - at + place[at]
        valid = valid & (other >= 0) & (other < len(words))
        other = np.where(valid, other, 0)
        same = valid & (words[other] == file_words)
        partner = np.where(same, other, partner)
    matched = np.flatnonzero(partner >= 0)
    diagonal = partner[matched] - matched
    breaks = np.flatnonzero((np.diff(matched) != 1) | (np.diff(diagonal) != 0)) + 1
    starts, ends = np.append(0, breaks), np.append(breaks, len(matched))
    rows = [
        (int(matched[start]) + first, int(partner[matched[start]]), int(end - start))
        for start, end in zip(starts, ends, strict=True)
        if end - start > 1
    ]
    if len(rows) > _MOST_BLOCKS:
        rows = sorted(sorted(rows, key=lambda block: -block[2])[:_MOST_BLOCKS])
    return rows


def _chain(blocks: list[Block]) -> Chain:
    scores: list[float] = []
    steps: list[tuple[int, int]] = []  # the predecessor, -1 for none, and how many words of the block it has already
    for index, (start, place, length) in enumerate(blocks):
        best, step = float(length), (-1, 0)
        for other in range(index - 1, max(-1, index - 1 - _LOOK_BACK), -1):
            its_start, its_place, its_length = blocks[other]
            removed = place - its_place - its_length
            cut = -removed if removed < 0 else 0
            if cut >= length or place <= its_place:
                continue
            added = start - its_start - its_length + cut
            score = scores[other] + length - cut - _GAP - _ADDED * added - _REMOVED * (removed + cut)
            if score > best:
                best, step = score, (other, cut)
                if added + removed <= _NEXT:
                    break
        scores.append(best)
        steps.append(step)
    index = max(range(len(scores)), key=scores.__getitem__)
    score, row = scores[index], []
    while index >= 0:
        start, place, length = blocks[index]
        index, cut = steps[index]
        row.append((start + cut, place + cut, length - cut))
    return Chain(tuple(reversed(row)), score)
