# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""-only and -or-later: who says it, who is believed, and who contradicts.

The text of a GNU licence leaves the range to those who apply it (GPL-3.0, section 14, "How to Apply These Terms").
Believed are, in this order, the notices in the licence files, REUSE, and each declaration; a file of its own says it
for that file, so that tags which differ leave the range open.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from registry.licences.evidence import Level, Texts, deciding_texts, statements
from registry.licences.expressions import family_of, ids, range_of_licence, replaced
from registry.model import LicenceEvidence, LicenceRange


@dataclass(frozen=True, slots=True)
class StatedRange:
    """One licence id with its range, and who says so."""

    licence: str
    rank: int
    """0 is believed first; what has the same rank is of equal worth."""
    item: LicenceEvidence


def with_ranges(expression: str, evidence: Sequence[LicenceEvidence]) -> str:
    """The expression with every range that is stated, and without one where the first who speak disagree."""
    stated = tuple(_stated(deciding_texts(evidence), evidence))
    return replaced(expression, {one: _ranged(one, stated) for one in ids(expression)})


def range_differences(evidence: Sequence[LicenceEvidence]) -> Iterator[tuple[StatedRange, StatedRange]]:
    """Statements about the range of one licence that contradict: the one that is believed, and each that differs."""
    first: dict[str, StatedRange] = {}
    for one in sorted(_stated(deciding_texts(evidence), evidence), key=lambda one: one.rank):
        believed = first.setdefault(family_of(one.licence), one)
        if believed.licence != one.licence:
            yield believed, one


def _ranged(licence: str, stated: Sequence[StatedRange]) -> str:
    if range_of_licence(licence) is None:
        return licence
    own = [one for one in stated if family_of(one.licence) == family_of(licence)]
    first = min((one.rank for one in own), default=0)
    said = {one.licence for one in own if one.rank == first}
    return said.pop() if len(said) == 1 else family_of(licence)


def _stated(texts: Texts, evidence: Sequence[LicenceEvidence]) -> Iterator[StatedRange]:
    for file in texts.files:
        for item in (file.own, *file.pieces):
            yield from _ranges(0, item)
    for rank, statement in enumerate(statements(evidence), start=len(Level)):
        yield from _ranges(Level.REUSE + 1 if statement.level is Level.REUSE else rank, statement.item)


def _ranges(rank: int, item: LicenceEvidence) -> Iterator[StatedRange]:
    for licence in () if item.changed else ids(item.expression or ""):
        if range_of_licence(licence) not in (None, LicenceRange.UNDETERMINED):
            yield StatedRange(licence, rank, item)
