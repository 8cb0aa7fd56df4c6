# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which of several pieces at the same place of a file counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from harvesters.licences.found import Found, Kind
from harvesters.licences.refusals import judge_edits
from registry.licences import families

_MOST = 500
"""Pieces besides tags: each is compared with all others, and what a file says does not hang on the five hundredth."""
_SHARED = 0.5
"""Two pieces are about the same place when they share this much of the shorter one."""
_LONGER = 1.1
"""An unchanged text this much longer than another one explains more of the file."""
_AS_LONG = 0.95
_VERSION = 4
"""Places where a text differs from the wording that the index has, so that it is another version rather than an edit:
the licences of states are published in several wordings (Licence Ouverte)."""


def without_overlaps(found: Iterable[Found]) -> list[Found]:
    """The pieces in the order of the file, of those at one place the one that explains most; tags always stay.

    Texts before notices, refusals and references; of two texts the one named first, unless the other one is unchanged,
    of another licence, and explains much more or as much without changes. A text that is known word by word to be
    changed stays changed, whatever a coarser look says of the same licence.
    """
    tags, kept = [], list[Found]()
    ranked = sorted(enumerate(found), key=lambda item: (_rank(item[1]), item[0]))
    for _, one in ranked:
        if one.kind is Kind.TAG:
            tags.append(one)
            continue
        if len(kept) >= _MOST:
            continue
        rivals = [other for other in kept if _same_place(one, other)]
        if not rivals:
            kept.append(one)
        elif len(rivals) == 1 and _explains_more(one, rivals[0]):
            kept[kept.index(rivals[0])] = one
        elif len(rivals) == 1 and _names_another(one, rivals[0]):
            kept.append(replace(one, start=rivals[0].end))
    return sorted(kept + tags, key=lambda one: (one.start, one.end))


def uncovered(text: str, found: Sequence[Found]) -> str:
    """The text with the pieces as spaces, of the same length, lines kept."""
    parts, at = [], 0
    for one in sorted(found, key=lambda piece: piece.start):
        if one.end <= at:
            continue
        start = max(at, one.start)
        parts += [text[at:start], _spaces(text[start : one.end])]
        at = one.end
    return "".join((*parts, text[at:]))


def _spaces(text: str) -> str:
    return "\n".join(" " * len(line) for line in text.split("\n"))


def _rank(one: Found) -> int:
    if one.kind is Kind.TEXT or one.edits:
        return 0
    return {Kind.NOTICE: 2, Kind.REFUSAL: 3, Kind.REFERENCE: 4}.get(one.kind, 5)


def _same_place(one: Found, other: Found) -> bool:
    shared = min(one.end, other.end) - max(one.start, other.start)
    return shared > _SHARED * max(1, min(one.end - one.start, other.end - other.start))


def _explains_more(one: Found, rival: Found) -> bool:
    """Whether ``one``, which came later, takes the place of ``rival`` all the same."""
    if one.kind is not Kind.TEXT or one.edits:
        return False
    if families(one.expression) == families(rival.expression):
        return len(rival.edits) >= _VERSION and judge_edits(rival) is None
    return one.end - one.start > (_AS_LONG if rival.edits else _LONGER) * (rival.end - rival.start)


def _names_another(one: Found, rival: Found) -> bool:
    """Whether two notices share the beginning of a sentence, and the second one names another licence at its end."""
    notices = one.kind is rival.kind is Kind.NOTICE and one.start == rival.start
    return notices and one.end > rival.end and not families(one.expression) <= families(rival.expression)


def refused_within(found: Sequence[Found], refusals: Sequence[Found]) -> list[Found]:
    """Changed texts that hold a refusal become that refusal, for the whole of their place."""
    judged = []
    for one in found:
        inside = next((word for word in refusals if one.edits and one.start <= word.start < one.end), None)
        judged.append(replace(inside, start=one.start, end=one.end, edits=one.edits) if inside else one)
    return judged
