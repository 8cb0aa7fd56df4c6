# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is configured to be harvested."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, exists, func, insert, or_, select, update

from registry.errors import AlreadyExists, NotFound
from registry.model import ForgeKind, PeerKind, RepositoryState, Source, SourceKind
from registry.storage.ids import new_id
from registry.storage.tables import repository, solution, solution_repository
from registry.storage.tables import source as table


def add(connection: Connection, source: Source) -> Source:
    if connection.scalar(select(table.c.id).where(table.c.url == source.url)) is not None:
        raise AlreadyExists(source.url, "this source is configured already")
    added = replace(source, id=source.id or new_id())
    connection.execute(
        insert(table).values(
            id=added.id,
            url=added.url,
            kind=added.kind.value,
            forge=added.forge.value,
            publisher_id=added.publisher_id,
            paused=added.paused,
            demo=added.demo,
            created_at=added.created_at,
            last_run_at=added.last_run_at,
            last_listed=added.last_listed,
            last_error=added.last_error,
            peer=added.peer.value if added.peer is not None else None,
            title=added.title,
            options=dict(added.options),
            expected=added.expected,
            failures=added.failures,
            failing_since=added.failing_since,
            last_success_at=added.last_success_at,
        )
    )
    return added


def every(connection: Connection) -> list[Source]:
    return [_source(row) for row in connection.execute(select(table).order_by(table.c.created_at, table.c.id))]


def one(connection: Connection, source_id: str) -> Source:
    row = connection.execute(select(table).where(table.c.id == source_id)).one_or_none()
    if row is None:
        raise NotFound(source_id, "no such source")
    return _source(row)


def pause(connection: Connection, source_id: str, paused: bool) -> None:
    _change(connection, source_id, {"paused": paused})


def accept_count(connection: Connection, source_id: str, count: int | None) -> None:
    """The next listing is taken as it comes, and ``count`` repositories are expected from then on (None: as listed)."""
    _change(connection, source_id, {"expected": count, "last_listed": None})


def attach_publisher(connection: Connection, source_id: str, publisher_id: str) -> None:
    _change(connection, source_id, {"publisher_id": publisher_id})


def remove(connection: Connection, source_id: str) -> None:
    """The repositories it brought stay, with their solutions: removing a source is not a judgement on them."""
    if connection.execute(delete(table).where(table.c.id == source_id)).rowcount == 0:
        raise NotFound(source_id, "no such source")


def listed(connection: Connection, source_id: str, at: datetime, count: int | None, error_rule: str | None) -> None:
    """Note how listing went. After a failure the last good count stays; ``count`` None says nothing about it."""
    values: dict[str, Any] = {"last_run_at": at, "last_error": error_rule}
    if error_rule is None:
        values |= {"failures": 0, "failing_since": None, "last_success_at": at}
        if count is not None:
            values["last_listed"] = count
    else:
        values |= {"failures": table.c.failures + 1, "failing_since": func.coalesce(table.c.failing_since, at)}
    # A source removed while it was being listed is no fault of the run.
    connection.execute(update(table).where(table.c.id == source_id).values(values))


def repository_urls(connection: Connection, source_id: str) -> list[str]:
    """Canonical URLs of its repositories, without those that are gone and no longer shown."""
    shown = exists().where(
        solution_repository.c.repository_id == repository.c.id,
        solution.c.id == solution_repository.c.solution_id,
        solution.c.withdrawn_at.is_(None),
    )
    query = select(repository.c.url).where(
        and_(repository.c.source_id == source_id, or_(repository.c.state != RepositoryState.GONE.value, shown))
    )
    return list(connection.scalars(query.order_by(repository.c.url)))


def _change(connection: Connection, source_id: str, values: dict[str, Any]) -> None:
    if connection.execute(update(table).where(table.c.id == source_id).values(values)).rowcount == 0:
        raise NotFound(source_id, "no such source")


def _source(row: Any) -> Source:
    return Source(
        id=row.id,
        url=row.url,
        kind=SourceKind(row.kind),
        forge=ForgeKind(row.forge),
        created_at=row.created_at,
        publisher_id=row.publisher_id,
        paused=row.paused,
        demo=row.demo,
        last_run_at=row.last_run_at,
        last_listed=row.last_listed,
        last_error=row.last_error,
        peer=PeerKind(row.peer) if row.peer is not None else None,
        title=row.title,
        options=dict(row.options or {}),
        expected=row.expected,
        failures=row.failures,
        failing_since=row.failing_since,
        last_success_at=row.last_success_at,
    )
