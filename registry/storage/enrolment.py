# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Writes what a list changes in the register: bodies, names, domains, relations, events, slugs, successors.

Everything a list brings is one transaction, in which the register is also read and the plan is made: nobody sees half
of it, and no other list comes in between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from registry.bodies.plans import Changed, Plan
from registry.bodies.spelling import spellings
from registry.model import Body, BodyEventKind, BodyKind, BodyName, Json, RelationKind
from registry.storage import absorbing, bodies, body_rows, writing
from registry.storage.body_slugs import slugs_for
from registry.storage.database import Database
from registry.storage.sql import chunks, insert_new, upsert
from registry.storage.tables import (
    audit_log,
    body,
    body_domain,
    body_event,
    body_name,
    body_relation,
    body_slug,
    setting,
    solution,
)

Progress = Callable[[int, int], None]
"""Told how many rows are written and how many there are."""


class Enrolment:
    """Reached as ``store.enrolment``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def preview(self, make: Callable[[Sequence[Body]], Plan]) -> Plan:
        """The plan for the register as it is now; nothing is written."""
        with self._database.read() as connection:
            return make(bodies.known(connection))

    def enrol(
        self,
        make: Callable[[Sequence[Body]], Plan],
        now: datetime,
        *,
        audit: tuple[str, str] | None = None,
        core_version: str | None = None,
        progress: Progress | None = None,
    ) -> Plan:
        """Make the plan for the register as it is and carry it out; an error of ``make`` leaves everything as it was.

        ``audit`` is action and subject for the log, where anything changes.
        """
        with self._database.write() as connection:
            plan = make(bodies.known(connection))
            related = apply(connection, plan, now, progress)
            if core_version is not None:
                upsert(connection, setting, {"key": bodies.CORE_VERSION, "value": core_version})
            if audit is not None and (related or not plan.empty):
                _audit(connection, plan, *audit, now)
            return plan


def apply(connection: Connection, plan: Plan, now: datetime, progress: Progress | None = None) -> bool:
    """Carry the plan out; whether relations changed, which no plan tells."""
    total = len(plan.added) + len(plan.changed) + len(plan.dissolved)
    done = _Done(progress, total)
    slugs = _add(connection, plan, now, done)
    _change(connection, plan, now, done)
    related = _relate(connection, plan)
    _event(connection, plan, slugs, now)
    touched = _solutions_of(connection, [one.after.id for one in plan.changed])
    _dissolve(connection, plan, now, done)
    writing.reindex(connection, touched, now)
    return related


class _Done:
    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress, self._total, self._count = progress, total, 0

    def add(self, count: int) -> None:
        self._count += count
        if self._progress is not None:
            self._progress(self._count, self._total)


def _add(connection: Connection, plan: Plan, now: datetime, done: _Done) -> dict[str, str]:
    """Slugs of the new bodies by id. Their parents are set once all of them are there."""
    added = [one.body for one in plan.added]
    if not added:
        return {}
    taken = set(connection.scalars(select(body.c.slug))) | set(connection.scalars(select(body_slug.c.slug)))
    slugs = slugs_for(added, taken, _unions(connection))
    rows = [
        {**body_rows.values_of(one), "id": one.id, "slug": slugs[one.id], "parent_id": None, "updated_at": now}
        for one in added
    ]
    for chunk in _slices(rows):
        connection.execute(insert(body), chunk)
        done.add(len(chunk))
    parents = [{"of": one.id, "parent": one.parent_id} for one in added if one.parent_id is not None]
    if parents:
        statement = update(body).where(body.c.id == bindparam("of")).values(parent_id=bindparam("parent"))
        connection.execute(statement, parents)
    _insert_names(connection, added)
    _insert_domains(connection, added)
    return slugs


def _unions(connection: Connection) -> dict[str, str]:
    """Key -> name of the counties and associations there are."""
    kinds = (BodyKind.COUNTY.value, BodyKind.MUNICIPAL_ASSOCIATION.value)
    query = select(body.c.ars, body.c.name).where(body.c.kind.in_(kinds), body.c.ars.is_not(None))
    return {row.ars: row.name for row in connection.execute(query)}


def _change(connection: Connection, plan: Plan, now: datetime, done: _Done) -> None:
    rows = [{**body_rows.values_of(one.after), "of": one.after.id, "updated_at": now} for one in plan.changed]
    if rows:
        columns = [name for name in rows[0] if name not in ("of", "slug")]
        statement = update(body).where(body.c.id == bindparam("of"))
        statement = statement.values({name: bindparam(f"new_{name}") for name in columns})
        for chunk in _slices(rows):
            values = [{"of": row["of"], **{f"new_{name}": row[name] for name in columns}} for row in chunk]
            connection.execute(statement, values)
            done.add(len(chunk))
    renamed = [one.after for one in plan.changed if "names" in one.what]
    _delete(connection, body_name.c.body_id, [one.id for one in renamed])
    _insert_names(connection, renamed)
    moved = [one.after for one in plan.changed if "domains" in one.what]
    _delete(connection, body_domain.c.body_id, [one.id for one in moved])
    _insert_domains(connection, moved)


def _delete(connection: Connection, column: Any, ids: Sequence[str]) -> None:
    for chunk in chunks(ids):
        connection.execute(delete(column.table).where(column.in_(chunk)))


def _insert_names(connection: Connection, named: Iterable[Body]) -> None:
    rows = [
        {"body_id": one.id, "name": name.name, "kind": name.kind.value, "until": name.until, "key": key}
        for one in named
        for name, key in spellings(one)
    ]
    for chunk in _slices(rows):
        connection.execute(insert(body_name), chunk)


def _insert_domains(connection: Connection, owners: Iterable[Body]) -> None:
    insert_new(
        connection, body_domain, [{"domain": domain, "body_id": one.id} for one in owners for domain in one.domains]
    )


def _relate(connection: Connection, plan: Plan) -> bool:
    """Whom operators serve, as this origin says: what it no longer says goes."""
    wanted = {(body_id, *target) for body_id, targets in plan.serves.items() for target in targets}
    present: dict[tuple[str, str | None, str | None], int] = {}
    others: set[tuple[str, str | None, str | None]] = set()
    for chunk in chunks(plan.serves):
        query = select(body_relation).where(
            body_relation.c.body_id.in_(chunk), body_relation.c.kind == RelationKind.SERVES.value
        )
        for row in connection.execute(query):
            key = (row.body_id, row.target_id, row.region)
            if row.origin == plan.origin.value:
                present[key] = row.id
            else:
                others.add(key)
    gone = [number for key, number in present.items() if key not in wanted]
    for numbers in chunks(gone):
        connection.execute(delete(body_relation).where(body_relation.c.id.in_(numbers)))
    rows = [
        {"body_id": key[0], "kind": RelationKind.SERVES.value, "target_id": key[1], "region": key[2],
         "origin": plan.origin.value}
        for key in sorted(wanted - present.keys() - others, key=repr)
    ]  # fmt: skip
    if rows:
        connection.execute(insert(body_relation), rows)
    return bool(rows or gone)


def _event(connection: Connection, plan: Plan, slugs: Mapping[str, str], now: datetime) -> None:
    shared = {"at": now, "as_of": plan.as_of}
    rows: list[dict[str, Any]] = [
        {"body_id": one.body.id, "kind": BodyEventKind.CREATED.value, "detail": {"slug": slugs[one.body.id]}, **shared}
        for one in plan.added
        if one.event
    ]
    for change in plan.changed:
        for kind in change.events:
            rows.append({"body_id": change.after.id, "kind": kind.value, "detail": _detail(change, kind), **shared})
    for chunk in _slices(rows):
        connection.execute(insert(body_event), chunk)


_OF_EVENT: Mapping[BodyEventKind, tuple[str, ...]] = {
    BodyEventKind.RENAMED: ("name",),
    BodyEventKind.REKEYED: ("ars", "ags"),
}


def _detail(change: Changed, kind: BodyEventKind) -> Mapping[str, Json]:
    mine = _OF_EVENT.get(kind)
    elsewhere = {"name", "ars", "ags", "names", "domains", "keys_as_of", "origin", "reconciled"}
    what = {name: pair for name, pair in change.what.items() if (name in mine if mine else name not in elsewhere)}
    return {
        "before": {name: _plain(pair[0]) for name, pair in what.items()},
        "after": {name: _plain(pair[1]) for name, pair in what.items()},
    }


def _plain(value: object) -> Json:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, BodyName):
        return value.name
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return str(value)


def _dissolve(connection: Connection, plan: Plan, now: datetime, done: _Done) -> None:
    day = plan.as_of or now.date().isoformat()
    for one in plan.dissolved:
        if one.successor_id is not None:
            proof = asdict(one.evidence) if one.evidence is not None else None
            absorbing.absorb(connection, one.body.id, one.successor_id, now, on=day, as_of=plan.as_of, evidence=proof)
            continue
        connection.execute(update(body).where(body.c.id == one.body.id).values(dissolved_on=day, updated_at=now))
        row = {"body_id": one.body.id, "kind": BodyEventKind.DISSOLVED.value, "at": now, "as_of": plan.as_of}
        connection.execute(insert(body_event).values(**row, detail={}))
    done.add(len(plan.dissolved))


def _solutions_of(connection: Connection, body_ids: Iterable[str]) -> list[str]:
    return [
        found
        for chunk in chunks(body_ids)
        for found in connection.scalars(select(solution.c.id).where(solution.c.publisher_id.in_(chunk)))
    ]


def _audit(connection: Connection, plan: Plan, action: str, subject: str, now: datetime) -> None:
    detail = {
        "origin": plan.origin.value,
        "as_of": plan.as_of,
        "added": len(plan.added),
        "changed": len(plan.changed),
        "dissolved": len(plan.dissolved),
    }
    row = {"at": now, "actor": "operator", "action": action, "subject": subject, "detail": detail}
    connection.execute(insert(audit_log).values(row))


def _slices(rows: Sequence[dict[str, Any]], size: int = 1_000) -> Iterable[list[dict[str, Any]]]:
    return (list(rows[start : start + size]) for start in range(0, len(rows), size))
