# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""From the query string to a Query and back: what may be asked, and the links that change it by one step."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from registry.errors import InvalidInput, NotFound
from registry.model import FACETS, BodyKind, ItemStatus, LicenceKind, Query, SizeClass, Sort, State

TEXT_LIMIT = 200
"""Characters of a search; security.md asks for at most 200."""
PER_PAGE = 20
_PER_PAGE_MAX = 100
_VALUES_MAX = 50
_API_PARAMETERS = frozenset({"q", "page", "per_page", "sort", *FACETS})
_CLOSED: Mapping[str, type[StrEnum]] = {
    "state": State,
    "licence_kind": LicenceKind,
    "kind": BodyKind,
    "size": SizeClass,
}
"""Facets of which every value is known."""
_CODES: Mapping[str, tuple[str, str]] = {
    "country": (r"[A-Za-z]{2}", "must be an ISO 3166 code of two letters"),
    "land": (r"[A-Za-z]{2}-[0-9A-Za-z]{1,3}", "must be an ISO 3166-2 code as DE-BW"),
}
"""Facets whose values are codes in upper case: their form, and what to say of another."""
_NOT_SHOWN = {"Cc", "Cs", "Cf", "Co", "Cn"}


@dataclass(frozen=True, slots=True)
class PageQuery:
    """A search from a page; ``cut`` says that its text was shortened."""

    query: Query
    cut: bool = False


def clean(text: str) -> str:
    """Plain searchable text: NFC, no control, surrogate or invisible characters, single blanks."""
    kept = "".join(" " if unicodedata.category(sign) in _NOT_SHOWN else sign for sign in text[: TEXT_LIMIT * 10])
    return " ".join(unicodedata.normalize("NFC", kept).split())


def page_query(args: MultiDict[str, str]) -> PageQuery:
    """What a page asks for. Forgiving: what makes no sense is ignored, since people edit and share addresses."""
    text = clean(args.get("q", ""))
    sorts = {sort.value: sort for sort in Sort}
    query = Query(
        text=text[:TEXT_LIMIT].strip(),
        filters=_filters(args),
        sort=sorts.get(args.get("sort", ""), Sort.RELEVANCE if text else Sort.ACTIVITY),
        page=page_number(args),
        per_page=PER_PAGE,
    )
    return PageQuery(query, cut=len(text) > TEXT_LIMIT)


def page_number(args: MultiDict[str, str]) -> int:
    text = args.get("page", "1")
    return max(1, int(text)) if re.fullmatch(r"[0-9]{1,6}", text) else 1


def api_query(args: MultiDict[str, str]) -> Query:
    """What the API is asked. Strict: raises InvalidInput naming the parameter."""
    unknown = sorted(set(args) - _API_PARAMETERS)
    if unknown:
        raise InvalidInput(unknown[0][:TEXT_LIMIT], "unknown parameter")
    for name in ("q", "page", "per_page", "sort"):
        if len(args.getlist(name)) > 1:
            raise InvalidInput(name, "given more than once")
    _check_filters(args)
    if len(args.get("q", "")) > TEXT_LIMIT:
        raise InvalidInput("q", f"has more than {TEXT_LIMIT} characters")
    text = clean(args.get("q", ""))
    sort = args.get("sort", Sort.RELEVANCE.value)
    if sort not in {known.value for known in Sort}:
        raise InvalidInput("sort", f"must be one of {', '.join(Sort)}")
    return Query(
        text=text,
        filters=_filters(args),
        sort=Sort(sort),
        page=_number(args, "page", 1, 10**6),
        per_page=_number(args, "per_page", PER_PAGE, _PER_PAGE_MAX),
    )


def api_page(args: MultiDict[str, str]) -> tuple[int, int]:
    """Number and size of the page that a list of the API is asked for. Raises InvalidInput."""
    for name in ("page", "per_page"):
        if len(args.getlist(name)) > 1:
            raise InvalidInput(name, "given more than once")
    return _number(args, "page", 1, 10**6), _number(args, "per_page", PER_PAGE, _PER_PAGE_MAX)


def api_items(args: MultiDict[str, str]) -> tuple[ItemStatus | None, str]:
    """Which items of a run the API is asked for: a status, and a part of the repository's address.

    Raises InvalidInput.
    """
    for name in ("status", "q"):
        if len(args.getlist(name)) > 1:
            raise InvalidInput(name, "given more than once")
    status, text = args.get("status", ""), args.get("q", "")
    if status and status not in {known.value for known in ItemStatus}:
        raise InvalidInput("status", f"must be one of {', '.join(ItemStatus)}")
    if len(text) > TEXT_LIMIT:
        raise InvalidInput("q", f"has more than {TEXT_LIMIT} characters")
    return ItemStatus(status) if status else None, clean(text)


def _check_filters(args: MultiDict[str, str]) -> None:
    """Raises InvalidInput for filter values that cannot be meant. Empty ones filter nothing, as in a form."""
    count = 0
    for facet in FACETS:
        for value in filter(None, args.getlist(facet)):
            count += 1
            if count > _VALUES_MAX:
                raise InvalidInput(facet, f"more than {_VALUES_MAX} filter values")
            if len(value) > TEXT_LIMIT:
                raise InvalidInput(facet, f"has more than {TEXT_LIMIT} characters")
            if facet in _CLOSED and value not in {known.value for known in _CLOSED[facet]}:
                raise InvalidInput(facet, f"must be one of {', '.join(_CLOSED[facet])}")
            form, asked = _CODES.get(facet, (None, ""))
            if form is not None and not re.fullmatch(form, value):
                raise InvalidInput(facet, asked)


def _number(args: MultiDict[str, str], name: str, default: int, largest: int) -> int:
    text = args.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"[0-9]{1,9}", text) or not 1 <= int(text) <= largest:
        raise InvalidInput(name, f"must be a number from 1 to {largest}")
    return int(text)


def _filters(args: MultiDict[str, str]) -> dict[str, tuple[str, ...]]:
    filters: dict[str, tuple[str, ...]] = {}
    for facet in FACETS:
        values = (clean(value)[:TEXT_LIMIT] for value in args.getlist(facet)[:_VALUES_MAX])
        if facet in _CODES:
            values = (value.upper() for value in values)
        kept = tuple(dict.fromkeys(value for value in values if value))
        if kept:
            filters[facet] = kept
    return filters


def parameters(query: Query, *, default_sort: Sort | None = None) -> list[tuple[str, str]]:
    """The query as parameters, without the page, and without the sort where it is the default."""
    pairs = [("q", query.text)] if query.text else []
    pairs += [(facet, value) for facet in FACETS for value in query.filters.get(facet, ())]
    return pairs if query.sort == default_sort else [*pairs, ("sort", query.sort.value)]


def address(base: str, query: Query, page: int = 1, per_page: int | None = None) -> str:
    """The address that asks this again, from the host's root."""
    default = Sort.RELEVANCE if query.text or per_page is not None else Sort.ACTIVITY
    pairs = parameters(query, default_sort=default)
    if page > 1:
        pairs.append(("page", str(page)))
    if per_page is not None:
        pairs.append(("per_page", str(per_page)))
    return f"{base}?{urlencode(pairs)}" if pairs else base


def with_filters(query: Query, filters: Mapping[str, Iterable[str]]) -> Query:
    kept = {facet: tuple(values) for facet, values in filters.items()}
    return Query(query.text, {facet: values for facet, values in kept.items() if values}, query.sort, 1, query.per_page)


def toggled(query: Query, facet: str, value: str) -> Query:
    """The same search with one filter value put on, or taken off where it was on."""
    values = query.filters.get(facet, ())
    changed = tuple(other for other in values if other != value) if value in values else (*values, value)
    return with_filters(query, {**query.filters, facet: changed})


def sorted_by(query: Query, sort: Sort) -> Query:
    return Query(query.text, query.filters, sort, 1, query.per_page)


def checked_slug(text: str) -> str:
    """A slug or id from an address. Raises NotFound for what cannot be one, before any database sees it."""
    if not re.fullmatch(r"[0-9A-Za-z_.-]{1,200}", text):
        raise NotFound(ascii(text[:TEXT_LIMIT]))
    return text
