# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Solutions as they are read: records, search documents, what is due for reassessment.

A row whose stored JSON does not fit (damaged, or of another program) must not take down everything that lists it: it
is logged and left out. Who asks for it alone is told.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, and_, func, select

from registry.errors import NotFound, StorageError
from registry.model import Assessment, Body, Fault, IndexDocument, Role, Solution, SolutionRecord, State
from registry.storage import attributing, body_rows, operators
from registry.storage.codec import from_json, load
from registry.storage.indexing import index_document
from registry.storage.sql import chunks
from registry.storage.tables import repository, solution_repository, solution_slug
from registry.storage.tables import solution as table

_SHOWN = table.c.withdrawn_at.is_(None)
_log = logging.getLogger(__name__)
_T = TypeVar("_T")


def by_slug(connection: Connection, slug: str) -> SolutionRecord:
    """By the present slug or an old one.

    Raises NotFound, also for a solution that was withdrawn, and StorageError for one that cannot be read.
    """
    solution_id = connection.scalar(select(solution_slug.c.solution_id).where(solution_slug.c.slug == slug))
    rows = _rows(connection, [solution_id]) if solution_id is not None else {}
    if solution_id not in rows:
        raise NotFound(slug, "no such solution")
    claims = operators.of_solutions(connection, [solution_id]).get(solution_id, ())
    named = _bodies(connection, [rows[solution_id]], [claim.body_id for claim in claims])
    record = _record(rows[solution_id], named)
    meant = {claim.body_id: named[claim.body_id] for claim in claims if claim.body_id in named}
    return replace(record, operators=claims, bodies={**record.bodies, **meant})


def by_ids(connection: Connection, ids: Iterable[str]) -> dict[str, SolutionRecord]:
    """In the order asked for; unknown, withdrawn and unreadable ones are absent."""
    asked = list(dict.fromkeys(ids))
    rows = _rows(connection, asked)
    named = _bodies(connection, rows.values())
    listed = [rows[key] for key in asked if key in rows]
    return dict(_readable(listed, lambda row: _record(row, named)))


def _bodies(connection: Connection, rows: Iterable[Any], further: Iterable[str | None] = ()) -> dict[str, Body]:
    """By id: the publishers, those that might be meant, and these; one that became a part of another is that one."""
    told = [(row.publisher_id, attributing.attribution_of(row.attribution)) for row in rows]
    ids = [key for publisher, one in told for key in (publisher, *(one.alternatives if one is not None else ()))]
    return attributing.present(connection, (key for key in (*ids, *further) if key is not None))


def probe(connection: Connection) -> None:
    """Reads one solution, whichever: raises what stands in the way of reading any."""
    connection.execute(select(table).limit(1)).first()


def _rows(connection: Connection, ids: Iterable[str]) -> dict[str, Any]:
    main = and_(solution_repository.c.solution_id == table.c.id, solution_repository.c.role == Role.MAIN.value)
    query = select(table, repository.c.failing_since, repository.c.fault).select_from(
        table.outerjoin(solution_repository, main).outerjoin(
            repository, repository.c.id == solution_repository.c.repository_id
        )
    )
    rows: dict[str, Any] = {}
    for chunk in chunks(ids):
        rows |= {row.id: row for row in connection.execute(query.where(table.c.id.in_(chunk), _SHOWN))}
    return rows


def count(connection: Connection) -> int:
    return connection.scalar(select(func.count()).select_from(table).where(_SHOWN)) or 0


def ids(connection: Connection) -> list[str]:
    return list(connection.scalars(select(table.c.id).where(_SHOWN).order_by(table.c.id)))


def documents(connection: Connection, wanted: Iterable[str]) -> list[IndexDocument]:
    """Search documents of these solutions; unknown, withdrawn and unreadable ones are absent."""
    columns = select(table.c.id, table.c.slug, table.c.document, table.c.state, table.c.publisher_id)
    rows = [
        row
        for chunk in chunks(wanted)
        for row in connection.execute(columns.where(table.c.id.in_(chunk), _SHOWN).order_by(table.c.id))
    ]
    owners = body_rows.by_ids(connection, (row.publisher_id for row in rows))
    found = _readable(
        rows,
        lambda row: index_document(
            row.id, row.slug, load(Solution, row.document), State(row.state), owners.get(row.publisher_id)
        ),
    )
    return [document for _, document in found]


def ids_after(connection: Connection, last: str, limit: int) -> list[str]:
    query = select(table.c.id).where(_SHOWN, table.c.id > last).order_by(table.c.id).limit(limit)
    return list(connection.scalars(query))


def due_for_reassessment(connection: Connection, now: datetime, limit: int) -> list[tuple[str, Solution]]:
    query = (
        select(table.c.id, table.c.document)
        .where(_SHOWN, table.c.assessment_valid_until <= now)
        .order_by(table.c.assessment_valid_until, table.c.id)
        .limit(limit)
    )
    return _readable(connection.execute(query), lambda row: load(Solution, row.document))


def _readable(rows: Iterable[Any], read: Callable[[Any], _T]) -> list[tuple[str, _T]]:
    """Ids with what could be read of their rows. The log names the others and nothing of what they hold."""
    found: list[tuple[str, _T]] = []
    for row in rows:
        try:
            found.append((row.id, read(row)))
        except StorageError as error:
            _log.error("solution %s is left out: its stored %s does not fit", row.id, error.subject)
    return found


def _record(row: Any, named: Mapping[str, Body]) -> SolutionRecord:
    told = attributing.attribution_of(row.attribution)
    others = {key: named[key] for key in (told.alternatives if told is not None else ()) if key in named}
    return SolutionRecord(
        id=row.id,
        slug=row.slug,
        solution=load(Solution, row.document),
        assessment=load(Assessment, row.assessment),
        publisher=named.get(row.publisher_id),
        content_hash=row.content_hash,
        first_seen_at=row.first_seen_at,
        updated_at=row.updated_at,
        checked_at=row.checked_at,
        failing_since=row.failing_since,
        fault=from_json(Fault, row.fault) if row.fault is not None else None,
        demo=row.demo,
        attribution=told,
        bodies=others,
    )
