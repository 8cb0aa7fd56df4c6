# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which kinds of licence somebody can have a solution under: what it is found by, where there is a choice."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import product

from registry.licences.kinds import kind, kind_of, strictness
from registry.licences.trees import judged
from registry.model import LicenceConclusion, LicenceKind, LicenceVerdict

_Kinds = frozenset[LicenceKind]


def offered_kinds(licence: LicenceConclusion) -> tuple[LicenceKind, ...]:
    """The kinds of all alternatives (OR), the fewest duties first; a bundle (AND) counts with its strictest part.

    One kind where there is no choice, and where no licence certainly applies.
    """
    if licence.verdict is not LicenceVerdict.CLEAR or not licence.expression:
        return (kind(licence.expression, licence.verdict),)
    found = judged(licence.expression, lambda leaf: frozenset({kind_of(str(leaf))}), _each, _strictest)
    return tuple(sorted(found or {LicenceKind.UNSETTLED}, key=strictness))


def _each(parts: Sequence[_Kinds]) -> _Kinds:
    return frozenset().union(*parts)


def _strictest(parts: Sequence[_Kinds]) -> _Kinds:
    # Two at a time: there are a few kinds only, however many licences are bundled.
    return reduce(lambda one, other: frozenset(max(pair, key=strictness) for pair in product(one, other)), parts)
