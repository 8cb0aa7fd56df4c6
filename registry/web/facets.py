# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Facets of a result as links: each puts one filter on or takes it off, so that no script and no button is needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from flask import url_for

from registry.licences import is_valid
from registry.licences.kinds import kind_of
from registry.model import FACETS, FacetValue, LicenceKind, Query, SearchPage, SizeClass
from registry.web import labels, queries, words
from registry.web.explanations import kind_view
from registry.web.language import gettext

_SHOWN = 6
_MOST = 60
_NOTED = 12
"""Licences explained beside the filter."""
_SIZES = tuple(size.value for size in SizeClass)


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    count: int
    chosen: bool
    url: str


@dataclass(frozen=True, slots=True)
class Note:
    """What a value of a facet means; ``url`` leads to a page of ours that says more."""

    term: str
    text: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Facet:
    name: str
    label: str
    options: tuple[Option, ...]
    """The frequent and the chosen ones, shown at once."""
    more: tuple[Option, ...]
    notes: tuple[Note, ...] = ()
    """What its values mean, where that is no common knowledge."""

    @property
    def chosen(self) -> bool:
        return any(option.chosen for option in self.options)


@dataclass(frozen=True, slots=True)
class Chip:
    """An active filter with the address that removes it."""

    facet: str
    label: str
    url: str


def facets(page: SearchPage, base: str) -> tuple[Facet, ...]:
    """The facets of a result in the order of the page, without those that have nothing to choose."""
    found = []
    for name in FACETS:
        chosen = page.query.filters.get(name, ())
        values = _ordered(name, page.facets.get(name, ()), chosen)
        options = [_option(page.query, name, value, base) for value in values[:_MOST]]
        first = [option for rank, option in enumerate(options) if rank < _SHOWN or option.chosen]
        if options:
            rest = tuple(option for option in options if option not in first)
            notes = tuple(_notes(name, options))
            found.append(Facet(name, gettext(labels.FACET_NAMES[name]), tuple(first), rest, notes))
    return tuple(found)


def _notes(facet: str, options: Sequence[Option]) -> Iterator[Note]:
    """The kinds that are there to choose from, by duties; of licences the most frequent with their kinds; of sizes the
    numbers of inhabitants."""
    if facet == "licence_kind":
        values = {option.value for option in options}
        yield from (Note(kind.label, kind.sentence) for kind in map(kind_view, LicenceKind) if kind.kind in values)
    elif facet == "licence":
        for option in options[:_NOTED]:
            kind = kind_view(kind_of(option.value)) if is_valid(option.value) else None
            url = url_for("licences.licence", expression=option.value) if kind else None
            sentence = labels.label(labels.LICENCE_SENTENCES, option.value)
            yield Note(option.label, kind.label if kind else sentence, url)
    elif facet == "size":
        known = (option for option in options if option.value in labels.SIZE_RANGES)
        yield from (Note(option.label, labels.label(labels.SIZE_RANGES, option.value)) for option in known)


def chips(query: Query, base: str) -> tuple[Chip, ...]:
    return tuple(
        Chip(gettext(labels.FACET_NAMES[name]), words.facet_value(name, value), _toggle(query, name, value, base))
        for name in FACETS
        for value in query.filters.get(name, ())
    )


def category_options(page: SearchPage, base: str, count: int) -> tuple[Option, ...]:
    """The most frequent categories of the vocabulary, as entries of the start page."""
    known = (value for value in page.facets.get("category", ()) if words.is_category(value.value))
    return tuple(_option(page.query, "category", value, base) for value in islice(known, count))


def _ordered(facet: str, values: Sequence[FacetValue], chosen: Sequence[str]) -> list[FacetValue]:
    """The chosen first, then the frequent; sizes from the smallest to the largest.

    A chosen value stays visible, although nothing is left under it.
    """
    known = {value.value for value in values}
    every = [*(FacetValue(value, 0) for value in chosen if value not in known), *values]
    if facet == "size":
        return sorted(every, key=lambda value: _SIZES.index(value.value) if value.value in _SIZES else len(_SIZES))
    return sorted(every, key=lambda value: value.value not in chosen)


def _option(query: Query, name: str, value: FacetValue, base: str) -> Option:
    return Option(
        value=value.value,
        label=words.facet_value(name, value.value),
        count=value.count,
        chosen=value.value in query.filters.get(name, ()),
        url=_toggle(query, name, value.value, base),
    )


def _toggle(query: Query, name: str, value: str, base: str) -> str:
    return queries.address(base, queries.toggled(query, name, value))
