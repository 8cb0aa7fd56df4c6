# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Names of bodies as ``registry.bodies.matching`` asks for them: by key, and by what a key may be misspelt from."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    TableValuedAlias,
    Text,
    and_,
    bindparam,
    func,
    select,
)

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


def _with_key(asked: TableValuedAlias, at_least: str, below: str) -> CompoundSelect[Any]:
    """Ids of names whose key is an asked one or begins with one: two lookups, since "or" would use no index."""
    column, key = body_name.c.key, asked.c.value
    begins = and_(column.op(at_least)(key.op("||")(SEPARATOR)), column.op(below)(key.op("||")(_NEXT)))
    called, further = (select(body_name.c.id).select_from(asked.join(body_name, on)) for on in (column == key, begins))
    return called.union(further)


_ASKED_OF_SQLITE = _with_key(func.json_each(bindparam("asked", type_=Text)).table_valued("value"), ">=", "<")
# The order of a language is not that of letters: operators of the index, which compares bytes.
_ASKED_OF_POSTGRESQL = _with_key(
    func.unnest(bindparam("asked", type_=ARRAY(Text))).table_valued("value").render_derived(), "~>=~", "~<~"
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

    One statement finds them, however many keys there are; a second one fetches them. In a single one PostgreSQL expects
    thousands of names to each key and reads whole tables.
    """
    asked = sorted({key for key in keys if key})
    if not asked:
        return []
    sqlite = connection.dialect.name == "sqlite"
    query = _ASKED_OF_SQLITE if sqlite else _ASKED_OF_POSTGRESQL
    ids = connection.scalars(query, {"asked": json.dumps(asked) if sqlite else asked}).all()
    rows = _COLUMNS.order_by(body.c.id, body_name.c.id)
    return [named for chunk in chunks(ids) for named in _named(connection, rows.where(body_name.c.id.in_(chunk)))]


def near(connection: Connection, key: str) -> list[NamedBody]:
    """Names of which ``key`` may be a misspelling, as ``registry.bodies.misspelling`` has it; the first letter is
    taken to be right.

    In steps, since comparing keys is cheap and fetching rows is not: keys that begin alike and are not much shorter;
    they may be longer by what tells a place from others ("Frankfrut" is frankfurt/main); of these, keys that are near.
    """
    most = tolerance(key)
    if not most:
        return []
    column = body_name.c.key
    begins = _begins(key[0], connection.dialect.name == "sqlite")
    query = select(column).where(begins, func.length(column) >= len(key) - most).distinct()
    found = near_keys(key, connection.scalars(query))
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


def _named(connection: Connection, query: Select[Any]) -> list[NamedBody]:
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
        for row in connection.execute(query)
    ]
