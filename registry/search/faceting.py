# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Filters and facet counts over the bit sets of a view."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import starmap
from operator import itemgetter

from registry.errors import InvalidInput
from registry.model import FACETS, FacetValue
from registry.search.view import View


@dataclass(frozen=True, slots=True)
class Narrowed:
    found: int
    facets: Mapping[str, tuple[FacetValue, ...]]


def narrow(view: View, matching: int, filters: Mapping[str, tuple[str, ...]]) -> Narrowed:
    """What the filters leave of the matching documents, and the facets.

    Values within a facet are alternatives, facets narrow each other; a facet is counted under all filters but its own.
    A chosen value is always among the counted ones, even with 0. Raises InvalidInput for a filter that is no facet.
    """
    allowed: dict[str, int] = {}
    for facet, values in filters.items():
        if facet not in FACETS:
            raise InvalidInput(facet, "is not a facet")
        if values:
            allowed[facet] = 0
            for value in values:
                allowed[facet] |= view.facets[facet].get(value, 0)
    found = matching
    for documents in allowed.values():
        found &= documents
    return Narrowed(found, {facet: _count(view, matching, allowed, facet, filters) for facet in FACETS})


def _count(
    view: View, matching: int, allowed: Mapping[str, int], facet: str, filters: Mapping[str, tuple[str, ...]]
) -> tuple[FacetValue, ...]:
    for other, documents in allowed.items():
        if other != facet:
            matching &= documents
    counted = [
        (value, count)
        for value, documents in view.facets[facet].items()
        if (count := (documents & matching).bit_count())
    ]
    # The view has its values in the order of the alphabet, which stays where the counts are alike.
    counted.sort(key=itemgetter(1), reverse=True)
    found = {value for value, _ in counted}
    counted += [(value, 0) for value in sorted(set(filters.get(facet, ())) - found)]
    return tuple(starmap(FacetValue, counted))
