# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The register page by page: filters, order and the counts of the facets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
)

from registry.bodies.spelling import fold, words
from registry.model import LOCAL_KINDS, BodyPage, BodyPoint, BodyQuery, BodySort, SizeClass
from registry.storage import body_rows
from registry.storage.tables import body as table
from registry.storage.tables import body_name, solution

FACETS = ("land", "kind", "size", "country")
PRESENT = and_(table.c.dissolved_on.is_(None), table.c.successor_id.is_(None))
"""Bodies that exist."""

_LIMITS: Mapping[SizeClass, tuple[int, int | None]] = MappingProxyType(
    {
        SizeClass.RURAL: (1, 5_000),
        SizeClass.SMALL: (5_000, 20_000),
        SizeClass.MEDIUM: (20_000, 100_000),
        SizeClass.LARGE: (100_000, None),
    }
)
"""From and below, as ``size_class`` has them."""
_MIN_KEY_DIGITS = 2
_WORDS_OF_KIND = frozenset(
    {"stadt", "gemeinde", "markt", "flecken", "kreis", "landkreis", "landeshauptstadt", "hansestadt", "samtgemeinde",
     "verbandsgemeinde", "verwaltungsgemeinschaft", "verwaltungsverband", "zweckverband", "land", "freistaat"}
)  # fmt: skip
"""What people put before a name, and lists mostly do not."""


def page(connection: Connection, query: BodyQuery) -> BodyPage:
    counted = _published()
    groups = _groups(connection, query, counted)
    rows = connection.execute(
        _from(counted, table)
        .where(*_wanted(query, counted))
        .order_by(*_order(query, counted))
        .limit(query.per_page)
        .offset((query.page - 1) * query.per_page)
    ).all()
    found = body_rows.bodies(connection, rows)
    total = sum(group.bodies for group in groups if group.fits(query))
    facets = {name: _facet(groups, query, name) for name in FACETS}
    return BodyPage(tuple(found), total, facets, published(connection, [body.id for body in found]))


def points(connection: Connection, query: BodyQuery) -> list[BodyPoint]:
    """All bodies of the query that have a place, whatever its page; the ones that publish most last."""
    counted = _published()
    statement = (
        _from(counted, table, _count(counted).label("solutions"))
        .where(table.c.latitude.is_not(None), table.c.longitude.is_not(None), *_wanted(query, counted))
        .order_by(_count(counted), table.c.slug)
    )
    found = ((body_rows.body_of(row), row) for row in connection.execute(statement))
    return [
        BodyPoint(body.slug, body.title, row.latitude, row.longitude, body.kind, row.solutions) for body, row in found
    ]


def published(connection: Connection, ids: list[str] | None = None) -> dict[str, int]:
    """Body id -> its solutions that are shown; of all bodies where none are named. Those without any are absent."""
    query = select(solution.c.publisher_id, func.count()).where(_SHOWN).group_by(solution.c.publisher_id)
    if ids is not None:
        query = query.where(solution.c.publisher_id.in_(ids))
    return {str(row[0]): int(row[1]) for row in connection.execute(query)}


_SHOWN = and_(solution.c.publisher_id.is_not(None), solution.c.withdrawn_at.is_(None))


def _published() -> Subquery:
    return (
        select(solution.c.publisher_id.label("body_id"), func.count().label("solutions"))
        .where(_SHOWN)
        .group_by(solution.c.publisher_id)
        .subquery("published")
    )


def _from(counted: Subquery, *columns: Any) -> Select[Any]:
    return select(*columns).select_from(table.outerjoin(counted, counted.c.body_id == table.c.id))


def _count(counted: Subquery) -> ColumnElement[int]:
    return func.coalesce(counted.c.solutions, 0)


def _wanted(query: BodyQuery, counted: Subquery) -> list[ColumnElement[bool]]:
    chosen = {
        "land": table.c.land.in_(query.lands) if query.lands else None,
        "kind": table.c.kind.in_([kind.value for kind in query.kinds]) if query.kinds else None,
        "size": or_(*(_is_of_size(size) for size in query.sizes)) if query.sizes else None,
        "country": table.c.country.in_(query.countries) if query.countries else None,
    }
    return [*_asked(query, counted), *(clause for clause in chosen.values() if clause is not None)]


def _asked(query: BodyQuery, counted: Subquery) -> list[ColumnElement[bool]]:
    """What is asked beside the facets."""
    clauses = [
        table.c.parent_id == query.parent_id if query.parent_id is not None else None,
        None if query.publishes is None else counted.c.solutions.is_not(None) == query.publishes,
        None if query.dissolved else PRESENT,
        _text(query.text),
    ]
    return [clause for clause in clauses if clause is not None]


def _is_of_size(size: SizeClass) -> ColumnElement[bool]:
    least, below = _LIMITS[size]
    local = table.c.kind.in_(sorted(kind.value for kind in LOCAL_KINDS))
    clauses = [local, table.c.population >= least]
    return and_(*clauses, *([table.c.population < below] if below is not None else []))


def _text(text: str) -> ColumnElement[bool] | None:
    """Every word stands in one and the same name; digits begin a key. Words of a kind count only where alone."""
    if not text.strip():
        return None
    said = [word for word in words(text) if word.isalnum()]
    told = [word for word in said if word not in _WORDS_OF_KIND] or said
    if not told:
        return literal(False)
    named = select(body_name.c.body_id).where(*(body_name.c.key.contains(word, autoescape=True) for word in told))
    digits = "".join(told)
    if not digits.isdigit() or len(digits) < _MIN_KEY_DIGITS:
        return table.c.id.in_(named)
    keys = (table.c.ars, table.c.ags, table.c.foreign_key)
    return or_(table.c.id.in_(named), *(key.startswith(digits) for key in keys))


def _rank(text: str) -> tuple[ColumnElement[Any], ...]:
    """Those that are called so come before those whose name begins so, and these before the others."""
    key = fold(text)
    if not key:
        return ()
    same = select(body_name.c.body_id).where(body_name.c.key == key)
    beginning = select(body_name.c.body_id).where(body_name.c.key.startswith(key, autoescape=True))
    return (case((table.c.id.in_(same), 0), (table.c.id.in_(beginning), 1), else_=2),)


def _order(query: BodyQuery, counted: Subquery) -> tuple[ColumnElement[Any], ...]:
    by_name = (table.c.sort_name, table.c.slug)
    if query.sort is BodySort.POPULATION:
        return (func.coalesce(table.c.population, -1).desc(), *by_name)
    if query.sort is BodySort.SOLUTIONS:
        return (_count(counted).desc(), *by_name)
    return (*_rank(query.text), *by_name)


@dataclass(frozen=True, slots=True)
class _Group:
    """Bodies that are alike in all facets, and how many they are."""

    values: Mapping[str, str | None]
    bodies: int

    def fits(self, query: BodyQuery, without: str = "") -> bool:
        chosen = {"land": query.lands, "kind": query.kinds, "size": query.sizes, "country": query.countries}
        return all(not several or name == without or self.values[name] in several for name, several in chosen.items())


def _groups(connection: Connection, query: BodyQuery, counted: Subquery) -> list[_Group]:
    """The register read once for all facets and the total, instead of once for each of them."""
    sizes = case(*((_is_of_size(size), literal_column(f"'{size.value}'")) for size in SizeClass)).label("size")
    columns = (table.c.land, table.c.kind, sizes, table.c.country)
    start = select(*columns, func.count()) if query.publishes is None else _from(counted, *columns, func.count())
    rows = connection.execute(start.where(*_asked(query, counted)).group_by(*columns)).all()
    return [_Group(dict(zip(FACETS, row[:-1], strict=True)), int(row[-1])) for row in rows]


def _facet(groups: Iterable[_Group], query: BodyQuery, name: str) -> dict[str, int]:
    """Values that fit to the other filters, as they are ordered in their vocabulary."""
    found: Counter[str] = Counter()
    for group in groups:
        value = group.values[name]
        if value is not None and group.fits(query, name):
            found[value] += group.bodies
    order = list(SizeClass) if name == "size" else sorted(found)
    return {str(value): found[value] for value in order if found[value]}
