# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Filters and facet counts over the bit sets of a view."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

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
    chosen = set(filters.get(facet, ()))
    counted = {value: (documents & matching).bit_count() for value, documents in view.facets[facet].items()}
    counted |= {value: 0 for value in chosen if value not in counted}
    ordered = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(FacetValue(value, count) for value, count in ordered if count or value in chosen)
