# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The register of bodies, read: one body, many at once, and what ties them together.

It is written by ``enrolment`` (lists) and ``publishers`` (files of sources).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, literal, or_, select

from registry.model import (
    Body,
    BodyEvent,
    BodyEventKind,
    BodyMerge,
    BodyName,
    BodyNameKind,
    BodyOrigin,
    BodyPage,
    BodyPoint,
    BodyQuery,
    BodyRelation,
    BodySolution,
    RegisterState,
    RelationKind,
)
from registry.storage import body_merging, body_pages, body_rows, publishers
from registry.storage.body_names import StoredNames
from registry.storage.database import Database
from registry.storage.sql import chunks, upsert
from registry.storage.tables import body as table
from registry.storage.tables import (
    body_account,
    body_domain,
    body_event,
    body_name,
    body_relation,
    setting,
    solution,
    solution_operator,
)

CORE_VERSION = "bodies_core"
"""Key of the setting that names the core loaded last."""
_LEVELS = 8
"""Bodies above one another: more than any country has, so that a circle in the data ends."""
_SUCCESSORS = 20
"""Bodies that a line of successors has at most, for the same reason."""


class Bodies:
    """The tables of the register; each call is a transaction of its own, safe from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # --- one body ---

    def by_slug(self, slug: str) -> Body:
        """With its names; also by a slug of one that became a part of it (compare ``slug``). Raises NotFound.

        One that a list says has ended is given itself: it has a ``successor_id``.
        """
        with self._database.read() as connection:
            return _with_names(connection, publishers.by_slug(connection, slug))

    def by_key(self, key: str, scheme: str | None = None) -> list[Body]:
        """Those with this ARS (2, 5, 9 or 12 digits) or AGS (8), or with this key of a foreign scheme.

        Those that exist first; None is an empty list. A key of a county's length also means the town that is its own
        county, where no county has it.
        """
        with self._database.read() as connection:
            return [_with_names(connection, body) for body in _by_key(connection, key, scheme)]

    def successor(self, body: Body) -> Body | None:
        """The body at the end of its line of successors; None where it has none."""
        with self._database.read() as connection:
            return _successor(connection, body)

    # --- several ---

    def by_ids(self, ids: Iterable[str | None]) -> dict[str, Body]:
        """Those of these that exist, without further names."""
        with self._database.read() as connection:
            return body_rows.by_ids(connection, ids)

    def known(self) -> list[Body]:
        """All, with names, domains and accounts: what a list is compared with."""
        with self._database.read() as connection:
            return known(connection)

    def page(self, query: BodyQuery) -> BodyPage:
        with self._database.read() as connection:
            return body_pages.page(connection, query)

    def points(self, query: BodyQuery) -> list[BodyPoint]:
        """For a map: those of the query that have a place, on whatever page; who publishes most comes last."""
        with self._database.read() as connection:
            return body_pages.points(connection, query)

    def by_domain(self, domain: str) -> list[str]:
        """Ids of the bodies behind a web domain, or else behind the nearest one above it; one may serve several."""
        with self._database.read() as connection:
            return by_domain(connection, domain)

    def names(self) -> StoredNames:
        """For ``registry.bodies.matching``; inside a transaction that is open already take ``body_names.NamesOn``."""
        return StoredNames(self._database)

    # --- what ties them together ---

    def children(self, body_id: str) -> list[Body]:
        """Those that exist and belong to it directly, by name."""
        query = select(table).where(table.c.parent_id == body_id, body_pages.PRESENT)
        with self._database.read() as connection:
            return _bodies(connection, query)

    def ancestors(self, body_id: str) -> list[Body]:
        """What it belongs to, the nearest first: its Gemeindeverband, its county, its Land."""
        with self._database.read() as connection:
            return _ancestors(connection, body_id)

    def predecessors(self, body_id: str) -> list[Body]:
        """Those that became a part of it, by name."""
        with self._database.read() as connection:
            return _bodies(connection, select(table).where(table.c.successor_id == body_id))

    def relations(self, body_id: str) -> list[BodyRelation]:
        """In both directions: it is ``body_id`` or ``target_id``."""
        column = body_relation.c
        query = select(body_relation).where(or_(column.body_id == body_id, column.target_id == body_id))
        with self._database.read() as connection:
            return _relations(connection, query)

    def members(self, body_id: str) -> list[Body]:
        """The bodies that are members of a joint authority or provider, by name."""
        member = select(body_relation.c.body_id).where(
            body_relation.c.kind == RelationKind.MEMBER.value, body_relation.c.target_id == body_id
        )
        with self._database.read() as connection:
            return _bodies(connection, select(table).where(table.c.id.in_(member), body_pages.PRESENT))

    def providers(self, body_id: str) -> list[Body]:
        """Who serves it: named for it, for what it belongs to, or for its whole Land. By name."""
        with self._database.read() as connection:
            return _providers(connection, body_id)

    def events(self, body_id: str) -> list[BodyEvent]:
        """What happened to it, the newest first."""
        query = select(body_event).where(body_event.c.body_id == body_id)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(body_event.c.at.desc(), body_event.c.id.desc()))
            return [BodyEvent(row.body_id, BodyEventKind(row.kind), row.at, row.as_of, row.detail) for row in rows]

    def merging(self, from_id: str, into_id: str) -> BodyMerge:
        """What ``merge`` would move; raises as it does."""
        with self._database.read() as connection:
            return body_merging.preview(connection, from_id, into_id)

    def merge(self, from_id: str, into_id: str, now: datetime) -> bool:
        """Make one body a part of the other, see ``body_merging.merge``. Raises NotFound, InvalidInput."""
        with self._database.write() as connection:
            return body_merging.merge(connection, from_id, into_id, now)

    # --- solutions ---

    def published(self, ids: Iterable[str]) -> dict[str, int]:
        """Body id -> number of its solutions that are shown; those without any are absent."""
        with self._database.read() as connection:
            found: dict[str, int] = {}
            for chunk in chunks(ids):
                found |= body_pages.published(connection, chunk)
            return found

    def solutions(self, body_id: str) -> list[BodySolution]:
        """What it publishes and is shown, by name."""
        with self._database.read() as connection:
            return _solutions(connection, select(solution).where(solution.c.publisher_id == body_id))

    def operated(self, body_id: str) -> list[BodySolution]:
        """What somebody says it runs or maintains for others, by name."""
        mine = select(solution_operator.c.solution_id).where(solution_operator.c.body_id == body_id)
        with self._database.read() as connection:
            return _solutions(connection, select(solution).where(solution.c.id.in_(mine)))

    # --- the register itself ---

    def core_version(self) -> str | None:
        """Of the shipped core that was loaded last."""
        with self._database.read() as connection:
            return connection.scalar(select(setting.c.value).where(setting.c.key == CORE_VERSION))

    def set_core_version(self, version: str) -> None:
        with self._database.write() as connection:
            upsert(connection, setting, {"key": CORE_VERSION, "value": version})

    def state(self) -> RegisterState:
        with self._database.read() as connection:
            return _state(connection)


def known(connection: Connection) -> list[Body]:
    """All bodies, with names, domains and accounts, in the order of their ids."""
    names: dict[str, list[BodyName]] = {}
    for row in connection.execute(select(body_name).order_by(body_name.c.id)):
        names.setdefault(row.body_id, []).append(BodyName(row.name, BodyNameKind(row.kind), row.until))
    domains = _by_body(connection, select(body_domain.c.body_id, body_domain.c.domain))
    accounts = _by_body(connection, select(body_account.c.body_id, body_account.c.url))
    return [
        replace(
            body_rows.body_of(row, sorted(accounts.get(row.id, ()), key=str.lower), sorted(domains.get(row.id, ()))),
            names=tuple(names.get(row.id, ())),
        )
        for row in connection.execute(select(table).order_by(table.c.id))
    ]


def by_domain(connection: Connection, domain: str) -> list[str]:
    """As the method; ``domain`` may be that of a host ("www.ulm.de")."""
    labels = domain.strip().rstrip(".").lower().split(".")
    above = [".".join(labels[start:]) for start in range(max(1, len(labels) - 1))]
    query = select(body_domain.c.domain, body_domain.c.body_id).where(body_domain.c.domain.in_(above))
    found = _by_body(connection, query.order_by(body_domain.c.body_id))
    return next((found[name] for name in above if name in found), [])


def _by_body(connection: Connection, query: Select[Any]) -> dict[str, list[str]]:
    """The first column -> what the second has."""
    found: dict[str, list[str]] = {}
    for row in connection.execute(query):
        found.setdefault(row[0], []).append(row[1])
    return found


def _with_names(connection: Connection, body: Body) -> Body:
    return replace(body, names=body_rows.names(connection, body.id))


def _bodies(connection: Connection, query: Select[Any]) -> list[Body]:
    ordered = query.order_by(table.c.sort_name, table.c.slug)
    return body_rows.bodies(connection, connection.execute(ordered).all())


_OFFICIAL = {2: table.c.ars, 5: table.c.ars, 8: table.c.ags, 9: table.c.ars, 12: table.c.ars}
"""Digits of a German key -> where it is."""
_COUNTY_DIGITS, _ARS_DIGITS = 5, 12


def _by_key(connection: Connection, key: str, scheme: str | None) -> list[Body]:
    wanted: list[ColumnElement[bool]]
    if scheme is not None:
        wanted = [(table.c.foreign_scheme == scheme) & (table.c.foreign_key == key)]
    else:
        column = _OFFICIAL.get(len(key)) if key.isascii() and key.isdigit() else None
        wanted = [table.c.foreign_key == key] if column is None else [column == key, table.c.foreign_key == key]
        if column is not None and len(key) == _ARS_DIGITS:
            wanted.insert(1, table.c.ags == key[:5] + key[9:])
        if column is not None and len(key) == _COUNTY_DIGITS:
            wanted.insert(1, table.c.ags == key + "000")
    order = (table.c.dissolved_on.is_not(None), table.c.successor_id.is_not(None), table.c.slug)
    for one in wanted:
        rows = connection.execute(select(table).where(one).order_by(*order)).all()
        if rows:
            return body_rows.bodies(connection, rows)
    return []


def _successor(connection: Connection, body: Body) -> Body | None:
    last = body
    for _ in range(_SUCCESSORS):
        following = body_rows.by_ids(connection, [last.successor_id]).get(last.successor_id or "")
        if following is None:
            break
        last = following
    return last if last is not body else None


def _ancestors(connection: Connection, body_id: str) -> list[Body]:
    found: list[Body] = []
    parent = connection.scalar(select(table.c.parent_id).where(table.c.id == body_id))
    while parent is not None and len(found) < _LEVELS:
        above = body_rows.by_ids(connection, [parent])[parent]
        found.append(above)
        parent = above.parent_id
    return found


def _relations(connection: Connection, query: Select[Any]) -> list[BodyRelation]:
    return [
        BodyRelation(
            row.body_id, RelationKind(row.kind), row.target_id, row.region, BodyOrigin(row.origin), row.source_url
        )
        for row in connection.execute(query.order_by(body_relation.c.id))
    ]


def _providers(connection: Connection, body_id: str) -> list[Body]:
    land = connection.scalar(select(table.c.land).where(table.c.id == body_id))
    above = [body_id, *(body.id for body in _ancestors(connection, body_id))]
    column = body_relation.c
    serving = select(column.body_id).where(
        column.kind == RelationKind.SERVES.value,
        or_(column.target_id.in_(above), column.region == land if land is not None else literal(False)),
    )
    query = select(table).where(table.c.id.in_(serving), table.c.id != body_id, body_pages.PRESENT)
    return _bodies(connection, query)


def _solutions(connection: Connection, query: Select[Any]) -> list[BodySolution]:
    shown = query.where(solution.c.withdrawn_at.is_(None)).order_by(func.lower(solution.c.name), solution.c.slug)
    return [BodySolution(row.id, row.slug, row.name) for row in connection.execute(shown)]


def _state(connection: Connection) -> RegisterState:
    present = body_pages.PRESENT
    keyed = or_(table.c.ars.is_not(None), table.c.ags.is_not(None))

    def count(*clauses: object) -> int:
        return connection.scalar(select(func.count()).select_from(table).where(present, *clauses)) or 0  # type: ignore[arg-type]

    newest, oldest = connection.execute(
        select(func.max(table.c.keys_as_of), func.min(table.c.keys_as_of)).where(present, keyed)
    ).one()
    orphans = select(func.count()).select_from(solution)
    return RegisterState(
        bodies=count(),
        keyed=count(keyed),
        unreconciled=count(table.c.reconciled.is_(False)),
        keys_as_of=newest,
        oldest_keys_as_of=oldest,
        core_version=connection.scalar(select(setting.c.value).where(setting.c.key == CORE_VERSION)),
        unresolved=connection.scalar(
            orphans.where(solution.c.withdrawn_at.is_(None), solution.c.publisher_id.is_(None))
        )
        or 0,
    )
