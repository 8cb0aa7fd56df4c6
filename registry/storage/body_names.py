# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Names of bodies as ``registry.bodies.matching`` asks for them: by key, and by what a key may be misspelt from."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, CompoundSelect, Connection, Select, Text, and_, bindparam, func, select
from sqlalchemy import union_all

from registry.bodies.matching import NamedBody
from registry.bodies.misspelling import near_keys, tolerance
from registry.bodies.spelling import SEPARATOR
from registry.model import BodyKind, BodyNameKind
from registry.storage.database import Database
from registry.storage.sql import chunks
from registry.storage.tables import body, body_name

_parent = body.alias("parent")
_COLUMNS: Select[Any] = (
    select(
        body_name.c.body_id,
        body_name.c.key,
        body_name.c.name,
        body_name.c.kind.label("name_kind"),
        body.c.name.label("plain"),
        body.c.kind,
        body.c.designation,
        body.c.country,
        body.c.land,
        body.c.ars,
        body.c.ags,
        body.c.population,
        _parent.c.name.label("parent_name"),
        body.c.successor_id,
        body.c.dissolved_on,
        body.c.own_title,
    )
    .join(body, body.c.id == body_name.c.body_id)
    .outerjoin(_parent, _parent.c.id == body.c.parent_id)
)


_NEXT = chr(ord(SEPARATOR) + 1)
"""The letter after the separator: what begins with a key and the separator lies before the key with this one."""


def _ids(key: ColumnElement[Any], at_least: str, below: str) -> CompoundSelect[Any]:
    """Of names whose key is an asked one or begins with one; two lookups, since "or" would use no index."""
    column = body_name.c.key
    begins = and_(column.op(at_least)(key.op("||")(SEPARATOR)), column.op(below)(key.op("||")(_NEXT)))
    return union_all(select(body_name.c.id).where(column == key), select(body_name.c.id).where(begins))


_ASKED_OF_SQLITE = _ids(func.json_each(bindparam("asked", type_=Text)).table_valued("value").c.value, ">=", "<")
# The order of a language is not that of letters: operators of the index that compares bytes.
_ASKED_OF_POSTGRESQL = _ids(
    func.unnest(bindparam("asked", type_=ARRAY(Text))).table_valued("value").c.value, "~>=~", "~<~"
)


class NamesOn:
    """A ``Names`` inside a transaction that is open already."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def exact(self, keys: Collection[str]) -> Sequence[NamedBody]:
        return exact(self._connection, keys)

    def near(self, key: str) -> Sequence[NamedBody]:
        return near(self._connection, key)


class StoredNames:
    """A ``Names`` whose every question is a transaction of its own; safe from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def exact(self, keys: Collection[str]) -> Sequence[NamedBody]:
        with self._database.read() as connection:
            return exact(connection, keys)

    def near(self, key: str) -> Sequence[NamedBody]:
        with self._database.read() as connection:
            return near(connection, key)


def exact(connection: Connection, keys: Collection[str]) -> list[NamedBody]:
    """Names with one of these keys, or with one of these before what tells a place from others of its name.

    One statement however many keys there are: they go in as one list, and each is looked up in the index.
    """
    asked = sorted({key for key in keys if key})
    if not asked:
        return []
    sqlite = connection.dialect.name == "sqlite"
    wanted = _ASKED_OF_SQLITE if sqlite else _ASKED_OF_POSTGRESQL
    query = _COLUMNS.where(body_name.c.id.in_(wanted)).order_by(body.c.id, body_name.c.id)
    return _named(connection, query, {"asked": json.dumps(asked) if sqlite else asked})


def near(connection: Connection, key: str) -> list[NamedBody]:
    """Names of which ``key`` may be a misspelling, as ``registry.bodies.misspelling`` has it; the first letter is
    taken to be right.

    In steps, since comparing keys is cheap and fetching rows is not: keys of nearly the same length that begin alike;
    of these, keys of nearly the same letters (a mistake changes at most two of them); of these, keys that are near.
    """
    most = tolerance(key)
    if not most:
        return []
    column, letters = body_name.c.key, Counter(key)
    alike = func.length(column).between(len(key) - most, len(key) + most)
    query = select(column).where(_begins(key[0], connection.dialect.name == "sqlite"), alike).distinct()
    found = near_keys(key, [other for other in connection.scalars(query) if _differ(letters, other) <= 2 * most])
    return [
        named
        for chunk in chunks(sorted(found))
        for named in _named(connection, _COLUMNS.where(column.in_(chunk)).order_by(body.c.id, body_name.c.id))
    ]


def _begins(start: str, sqlite: bool) -> ColumnElement[bool]:
    """SQLite's LIKE uses no index, but its text is ordered by bytes; PostgreSQL's order is that of a language."""
    column = body_name.c.key
    if sqlite:
        return and_(column >= start, column < start[:-1] + chr(ord(start[-1]) + 1))
    return column.startswith(start, autoescape=True)


def _differ(letters: Counter[str], other: str) -> int:
    """How many letters of the two have no partner in the other one."""
    left = dict(letters)
    surplus = 0
    for letter in other:
        if count := left.get(letter, 0):
            left[letter] = count - 1
        else:
            surplus += 1
    return surplus + sum(left.values())


def _named(
    connection: Connection, query: Select[Any], parameters: Mapping[str, Any] = MappingProxyType({})
) -> list[NamedBody]:
    return [
        NamedBody(
            body_id=row.body_id,
            key=row.key,
            name=row.name,
            name_kind=BodyNameKind(row.name_kind),
            plain=row.plain,
            kind=BodyKind(row.kind),
            designation=row.designation,
            country=row.country,
            land=row.land,
            ars=row.ars,
            ags=row.ags,
            population=row.population,
            parent_name=row.parent_name,
            successor_id=row.successor_id,
            dissolved=row.dissolved_on is not None or row.successor_id is not None,
            own_title=row.own_title,
        )
        for row in connection.execute(query, parameters)
    ]
