# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the pages of the register may be asked, and the links that change it by one step."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from registry.model import BodyKind, BodyQuery, BodySort, SizeClass
from registry.web import labels, queries, words
from registry.web.facets import Chip, Facet, Option
from registry.web.filters import country_name
from registry.web.language import gettext

PER_PAGE = 50
PARAMETERS = frozenset({"q", "land", "kind", "size", "country", "publishes", "sort", "page"})
_VALUES_MAX = 50
_SHOWN = 8
_FORMS = {"land": r"[A-Z]{2}-[0-9A-Z]{1,3}", "country": r"[A-Z]{2}"}


def body_query(args: MultiDict[str, str]) -> BodyQuery:
    """What a page asks for. Forgiving as the search for solutions is: what makes no sense is ignored."""
    sorts = {sort.value: sort for sort in BodySort}
    return BodyQuery(
        text=queries.clean(args.get("q", ""))[: queries.TEXT_LIMIT].strip(),
        lands=_codes(args, "land"),
        kinds=tuple(BodyKind(value) for value in _known(args, "kind", BodyKind)),
        sizes=tuple(SizeClass(value) for value in _known(args, "size", SizeClass)),
        countries=_codes(args, "country"),
        publishes=True if args.get("publishes") == "1" else None,
        sort=sorts.get(args.get("sort", ""), BodySort.NAME),
        page=queries.page_number(args),
        per_page=PER_PAGE,
    )


def _codes(args: MultiDict[str, str], name: str) -> tuple[str, ...]:
    upper = (value.upper() for value in args.getlist(name)[:_VALUES_MAX])
    return tuple(dict.fromkeys(value for value in upper if re.fullmatch(_FORMS[name], value)))


def _known(args: MultiDict[str, str], name: str, terms: type[StrEnum]) -> tuple[str, ...]:
    values = {term.value for term in terms}
    return tuple(dict.fromkeys(value for value in args.getlist(name)[:_VALUES_MAX] if value in values))


def filters(query: BodyQuery) -> Mapping[str, tuple[str, ...]]:
    """Facet -> what is chosen of it."""
    return {
        "land": query.lands,
        "kind": tuple(kind.value for kind in query.kinds),
        "size": tuple(size.value for size in query.sizes),
        "country": query.countries,
        "publishes": ("1",) if query.publishes else (),
    }


def address(base: str, query: BodyQuery, page: int = 1, *, always_page: bool = False) -> str:
    """The address that asks this, from the host's root; ``always_page`` asks for the list, also of the first page."""
    pairs = [("q", query.text)] if query.text else []
    pairs += [(name, value) for name, values in filters(query).items() for value in values]
    if query.sort is not BodySort.NAME:
        pairs.append(("sort", query.sort.value))
    if page > 1 or always_page or not pairs:
        # A list without any filter is asked for by its page: the bare address is the way in.
        pairs.append(("page", str(page)))
    return f"{base}?{urlencode(pairs)}"


def with_filters(query: BodyQuery, chosen: Mapping[str, Sequence[str]]) -> BodyQuery:
    return replace(
        query,
        lands=tuple(chosen.get("land", ())),
        kinds=tuple(BodyKind(value) for value in chosen.get("kind", ())),
        sizes=tuple(SizeClass(value) for value in chosen.get("size", ())),
        countries=tuple(chosen.get("country", ())),
        publishes=True if chosen.get("publishes") else None,
    )


def toggled(query: BodyQuery, name: str, value: str) -> BodyQuery:
    """The same with one value of a filter put on, or taken off where it was on."""
    chosen = dict(filters(query))
    values = chosen[name]
    chosen[name] = tuple(other for other in values if other != value) if value in values else (*values, value)
    return with_filters(query, chosen)


def value_name(name: str, value: str) -> str:
    """What a person reads for a value of a filter."""
    if name == "land":
        return words.land_name(value)
    if name == "country":
        return country_name(value)
    if name == "publishes":
        return gettext("publishes something")
    return labels.label(labels.BODY_KINDS if name == "kind" else labels.SIZE_CLASSES, value)


def facets(query: BodyQuery, counted: Mapping[str, Mapping[str, int]], base: str) -> tuple[Facet, ...]:
    """As links, in the order of the page; without those that have nothing to choose."""
    return tuple(_facets(query, counted, base))


def _facets(query: BodyQuery, counted: Mapping[str, Mapping[str, int]], base: str) -> Iterator[Facet]:
    for name in ("land", "kind", "size", "country"):
        counts = counted.get(name, {})
        chosen = filters(query)[name]
        options = [option(query, name, value, counts.get(value, 0), base) for value in _ordered(name, counts, chosen)]
        # Sixteen Länder are found at a glance; more than that are countries.
        shown = (
            options if name != "country" else [one for rank, one in enumerate(options) if rank < _SHOWN or one.chosen]
        )
        if options:
            rest = tuple(one for one in options if one not in shown)
            yield Facet(name, gettext(labels.BODY_FACETS[name]), tuple(shown), rest)


def _ordered(name: str, counts: Mapping[str, int], chosen: Sequence[str]) -> list[str]:
    values = list(dict.fromkeys((*counts, *chosen)))
    if name == "land":
        german = [value for value in values if value.startswith("DE-")]
        return sorted(german, key=lambda value: value_name(name, value))
    if name in ("kind", "size"):
        order = [term.value for term in (BodyKind if name == "kind" else SizeClass)]
        return sorted(values, key=order.index)
    return sorted(values, key=lambda value: (-counts.get(value, 0), value))


def option(query: BodyQuery, name: str, value: str, count: int, base: str) -> Option:
    return Option(
        value, value_name(name, value), count, value in filters(query)[name], address(base, toggled(query, name, value))
    )


def chips(query: BodyQuery, base: str) -> tuple[Chip, ...]:
    """The filters that are on, each with the address without it."""
    return tuple(
        Chip(gettext(labels.BODY_FACETS[name]), value_name(name, value), address(base, toggled(query, name, value)))
        for name, values in filters(query).items()
        for value in values
    )
