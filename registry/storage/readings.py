# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What was read of repositories, as it was given to ``resolve``: for products that are resolved again without a visit.

A repository whose stored JSON does not fit is logged and left out, like a solution in ``solutions``.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select

from registry.errors import StorageError
from registry.model import (
    Activity,
    Fact,
    FactSource,
    Field,
    ForgeFacts,
    ForgeKind,
    KnownHistory,
    Origin,
    Problem,
    Reading,
    RepositoryReading,
    RepositoryRef,
    Severity,
)
from registry.storage import repositories
from registry.storage.codec import from_json
from registry.storage.sql import chunks
from registry.storage.tables import fact, problem, repository, snapshot

_LAST_GOOD = "last-good-shown"
"""Rule whose ``date`` and ``commit`` say when a declaration could last be read."""

NAME = "stored"
_log = logging.getLogger(__name__)


def load(connection: Connection, repository_ids: Iterable[str]) -> dict[str, RepositoryReading]:
    """Repository id -> its newest reading; those never read are absent. Readers' names are not kept."""
    found: dict[str, RepositoryReading] = {}
    for chunk in chunks(repository_ids):
        rows = connection.execute(
            select(repository).where(
                repository.c.id.in_(chunk), repository.c.commit.is_not(None), repository.c.activity.is_not(None)
            )
        ).all()
        newest = _newest_snapshots(connection, chunk)
        facts = _by_owner(connection, select(fact).where(fact.c.snapshot_id.in_(newest.values())), "subject_id", fact)
        told = select(problem).where(problem.c.repository_id.in_(chunk), ~problem.c.resolved)
        problems = _by_owner(connection, told, "repository_id", problem)
        for row in rows:
            try:
                found[row.id] = _reading(row, facts.get(row.id, []), problems.get(row.id, []))
            except (StorageError, ValueError) as error:
                _log.error("repository %s is left out of its product: what is stored does not fit: %s", row.id, error)
    return found


def facts_of(connection: Connection, url: str) -> tuple[Fact, ...]:
    """Of the repository with this URL or alias; none where it is unknown or its facts do not fit."""
    known = repositories.known(connection, [url]).get(url)
    found = load(connection, [known.id]) if known is not None else {}
    return tuple(fact for reading in found.values() for part in reading.readings for fact in part.facts)


def history_of(connection: Connection, url: str) -> KnownHistory | None:
    """Of the repository with this URL or alias; None where it was never read or its figures do not fit."""
    known = repositories.known(connection, [url]).get(url)
    if known is None:
        return None
    query = select(repository.c.commit, repository.c.activity).where(repository.c.id == known.id)
    row = connection.execute(query).one()
    if row.commit is None or row.activity is None:
        return None
    try:
        return KnownHistory(row.commit, from_json(Activity, row.activity))
    except (StorageError, ValueError):
        return None


def read_at(connection: Connection, url: str, commit: str) -> datetime | None:
    """When the repository with this URL or alias was read at a commit; None where that is not known any more."""
    known = repositories.known(connection, [url]).get(url)
    if known is None:
        return None
    query = select(snapshot.c.taken_at).where(snapshot.c.repository_id == known.id, snapshot.c.commit == commit)
    return connection.scalar(query.order_by(snapshot.c.taken_at).limit(1)) or _told(connection, known.id, commit)


def _told(connection: Connection, repository_id: str, commit: str) -> datetime | None:
    """What an earlier night said of it, for snapshots are kept for a few commits only."""
    query = select(problem.c.params).where(problem.c.repository_id == repository_id, problem.c.rule == _LAST_GOOD)
    for params in connection.scalars(query):
        if params.get("date") and commit.startswith(params.get("commit") or " "):
            return datetime.fromisoformat(params["date"]).replace(tzinfo=UTC)
    return None


def _newest_snapshots(connection: Connection, repository_ids: list[str]) -> dict[str, str]:
    query = select(snapshot.c.id, snapshot.c.repository_id).where(snapshot.c.repository_id.in_(repository_ids))
    return {row.repository_id: row.id for row in connection.execute(query.order_by(snapshot.c.taken_at, snapshot.c.id))}


def _by_owner(connection: Connection, query: Any, owner: str, table: Any) -> dict[str, list[Any]]:
    """In the order in which they were written: the first of equals is preferred."""
    found: dict[str, list[Any]] = {}
    for row in connection.execute(query.order_by(table.c.id)):
        found.setdefault(getattr(row, owner), []).append(row)
    return found


def _reading(row: Any, facts: list[Any], problems: list[Any]) -> RepositoryReading:
    reading = Reading(
        NAME,
        tuple(
            Fact(Field(one.field), one.value, _origin(row.url, one), FactSource(one.source_kind), one.lang)
            for one in facts
        ),
        tuple(
            Problem(one.rule, Severity(one.severity), _origin(row.url, one), one.key, dict(one.params))
            for one in problems
        ),
    )
    return RepositoryReading(
        ref=RepositoryRef(
            url=row.url, fetch_url=row.url, forge=ForgeKind(row.forge), facts=from_json(ForgeFacts, row.facts or {})
        ),
        commit=row.commit,
        taken_at=row.taken_at,
        readings=(reading,),
        activity=from_json(Activity, row.activity),
    )


def _origin(url: str, row: Any) -> Origin:
    return Origin(url, row.path, row.line, row.commit, row.column)
