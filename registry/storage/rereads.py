# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Stored repositories to be read again, and writing what came of it: no visit, so nothing that only a visit may say."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, update

from registry.errors import HarvestRunning, StorageError
from registry.lifecycle import SETTLED
from registry.model import Assessment, Change, Harvested, JobKind, JobState, RepositoryState, Snapshot
from registry.storage import grouping, saving, snapshots, writing
from registry.storage.codec import dump, load
from registry.storage.columns import storable_json
from registry.storage.database import Database
from registry.storage.holder import is_dead
from registry.storage.producing import Fresh, Work
from registry.storage.repositories import Known
from registry.storage.sql import chunks
from registry.storage.tables import (
    fact,
    job,
    problem,
    repository,
    snapshot,
    solution,
    solution_repository,
    solution_slug,
)

_FACT = ("field", "lang", "value", "source_kind", "path", "line", "column", "commit", "rank")
_PROBLEM = ("rule", "severity", "path", "line", "column", "commit", "key", "params", "resolved")


class Outcome(StrEnum):
    """What became of one repository that was read again."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    OVERTAKEN = "overtaken"
    """Something else was stored of it meanwhile; that counts."""


@dataclass(frozen=True, slots=True)
class Due:
    """A repository to be read again as it was when it was taken from the store."""

    id: str
    url: str
    snapshot_id: str | None
    """None where no snapshot of it is stored."""
    detector: str | None


class Rereads:
    """Reached as ``store.rereads``. Each call is a transaction of its own and raises StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def count(self, mark: str | None = None, slugs: Sequence[str] | None = None) -> int:
        """Repositories with content that ``page`` would give in all."""
        with self._database.read() as connection:
            found = select(repository.c.id).where(_is_due(mark, slugs))
            return connection.scalar(select(func.count()).select_from(found.subquery())) or 0

    def page(self, after: str, limit: int, mark: str | None = None, slugs: Sequence[str] | None = None) -> list[Due]:
        """Repositories with content after this id, in the order of their ids.

        ``mark`` leaves out those whose detector begins with it, ``slugs`` all that belong to other solutions. Blocked
        and withdrawn ones are never given: only a visit may bring them back.
        """
        newest = (
            select(snapshot.c.id)
            .where(snapshot.c.repository_id == repository.c.id)
            .order_by(snapshot.c.taken_at.desc(), snapshot.c.id.desc())
            .limit(1)
            .scalar_subquery()
        )
        query = select(repository.c.id, repository.c.url, repository.c.detector, newest.label("snapshot_id"))
        query = query.where(_is_due(mark, slugs), repository.c.id > after).order_by(repository.c.id).limit(limit)
        with self._database.read() as connection:
            return [Due(row.id, row.url, row.snapshot_id, row.detector) for row in connection.execute(query)]

    def since_good(self, url: str) -> list[Snapshot]:
        """See ``snapshots.since_good``."""
        with self._database.read() as connection:
            return snapshots.since_good(connection, url)

    def save(self, results: Sequence[tuple[Due, Change]], now: datetime) -> list[Outcome]:
        """Write what was read again: content, and the state that follows from it where the repository can be reached.

        When it was seen, faults and what a harvest still has to count stay. Raises HarvestRunning while a harvest
        leads: its visits in flight compare with what was stored before.
        """
        with self._database.write() as connection:
            _refuse_beside_harvest(connection, now)
            present = _overtaken(connection, [due for due, _ in results])
            valid = [(due, change) for due, change in results if due.id not in present]
            changed = _save(connection, valid, now)
        found = {due.id: Outcome.CHANGED if due.id in changed else Outcome.UNCHANGED for due, _ in valid}
        return [found.get(due.id, Outcome.OVERTAKEN) for due, _ in results]


def _is_due(mark: str | None, slugs: Sequence[str] | None) -> ColumnElement[bool]:
    due = and_(
        repository.c.content_hash.is_not(None),
        repository.c.state != RepositoryState.GONE.value,
        repository.c.blocked_at.is_(None),
    )
    if mark is not None:
        due = and_(due, or_(repository.c.detector.is_(None), ~repository.c.detector.startswith(mark, autoescape=True)))
    if slugs is not None:
        theirs = (
            select(solution_repository.c.repository_id)
            .join(solution_slug, solution_slug.c.solution_id == solution_repository.c.solution_id)
            .where(solution_slug.c.slug.in_(slugs))
        )
        due = and_(due, repository.c.id.in_(theirs))
    return due


def _refuse_beside_harvest(connection: Connection, now: datetime) -> None:
    leads = select(job).where(job.c.kind == JobKind.HARVEST.value, job.c.state == JobState.RUNNING.value)
    for lease in connection.execute(leads):
        if lease.lease_until is not None and lease.lease_until > now and not is_dead(lease.payload.get("holder", {})):
            raise HarvestRunning(str(lease.subject), str(lease.worker))


def _overtaken(connection: Connection, taken: Sequence[Due]) -> set[str]:
    """Ids of those of which something else is stored by now."""
    there: dict[str, tuple[Any, ...]] = {}
    newest: dict[str, str] = {}
    for chunk in chunks(due.id for due in taken):
        rows = select(repository.c.id, repository.c.url, repository.c.detector)
        rows = rows.where(repository.c.id.in_(chunk), _is_due(None, None))
        there |= {row.id: (row.url, row.detector) for row in connection.execute(rows)}
        newest |= snapshots.newest(connection, chunk)
    return {
        due.id for due in taken if there.get(due.id) != (due.url, due.detector) or newest.get(due.id) != due.snapshot_id
    }


def _save(connection: Connection, results: Sequence[tuple[Due, Change]], now: datetime) -> set[str]:
    """Ids of those whose content is another one now."""
    keys = [due.id for due, _ in results]
    hashes = _columns(connection, keys, repository.c.content_hash, repository.c.state, repository.c.source_id)
    read = {due.id: change.harvested for due, change in results if change.harvested is not None}
    other = _with_other_rows(connection, read)
    links = _solutions(connection, keys)
    pairs = [(change, Known(due.id, due.url, links[due.id].id if due.id in links else None)) for due, change in results]
    batch = saving.Batch(now, False, {due.url: hashes[due.id].source_id for due, _ in results}, {})
    fresh = saving.save_harvested(connection, [pair for pair in pairs if pair[1].id in other], batch)
    # The same readings may still be resolved otherwise, or be part of a product of which other parts were.
    same = [(change, known) for change, known in pairs if known.id not in other]
    quiet = {known.id for change, known in same if _is_shown_so(links.get(known.id), change.harvested)}
    owners = saving.publishers_of(
        connection,
        [(change, change.harvested) for change, known in same if known.id not in quiet and change.harvested],
        batch,
    )
    fresh |= {
        known.id: Fresh(change.harvested, owners[change.ref.url])
        for change, known in same
        if known.id not in quiet and change.harvested is not None
    }
    grouping.regroup(connection, list(fresh), Work(now, fresh=fresh, visited=False))
    _reassess(connection, [(links[key], read[key]) for key in quiet], now)
    _keep_books(connection, results, hashes)
    return {key for key, harvested in read.items() if hashes[key].content_hash != harvested.content_hash}


def _columns(connection: Connection, keys: Sequence[str], *columns: ColumnElement[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for chunk in chunks(keys):
        query = select(repository.c.id, *columns).where(repository.c.id.in_(chunk))
        found |= {row.id: row for row in connection.execute(query)}
    return found


def _solutions(connection: Connection, keys: Sequence[str]) -> dict[str, Any]:
    """Repository id -> the solution it is in, with the number of repositories of that."""
    parts = solution_repository.alias("parts")
    number = select(func.count()).where(parts.c.solution_id == solution.c.id).scalar_subquery()
    found: dict[str, Any] = {}
    for chunk in chunks(keys):
        query = (
            select(
                solution_repository.c.repository_id,
                solution.c.id,
                solution.c.document,
                solution.c.assessment,
                solution.c.content_hash,
                number.label("parts"),
            )
            .join(solution, solution.c.id == solution_repository.c.solution_id)
            .where(solution_repository.c.repository_id.in_(chunk))
        )
        found |= {row.repository_id: row for row in connection.execute(query)}
    return found


def _is_shown_so(row: Any, harvested: Harvested | None) -> bool:
    """Whether this is all of its solution, and that is stored like this."""
    if row is None or harvested is None or row.parts != 1 or row.content_hash != harvested.content_hash:
        return False
    return bool(row.document == dump(harvested.solution))


def _reassess(connection: Connection, pairs: Sequence[tuple[Any, Harvested]], now: datetime) -> None:
    due = [(row.id, one.assessment) for row, one in pairs if not _same_verdicts(row.assessment, one.assessment)]
    writing.save_assessments(connection, due, now)


def _same_verdicts(stored: str, fresh: Assessment) -> bool:
    try:
        before = load(Assessment, stored)
    except StorageError:
        return False
    return (before.signals, before.state, before.valid_until) == (fresh.signals, fresh.state, fresh.valid_until)


def _keep_books(connection: Connection, results: Sequence[tuple[Due, Change]], before: Mapping[str, Any]) -> None:
    for due, change in results:
        values: dict[str, Any] = {"successor_url": change.successor_url or None}
        if change.harvested is not None:
            values["content_hash"] = change.harvested.content_hash
            values["detector"] = change.detector if due.detector is not None else None
        if change.descent is not None:
            values["descent"] = change.descent.value
        values |= _states(change, RepositoryState(before[due.id].state))
        connection.execute(update(repository).where(repository.c.id == due.id).values(values))


def _states(change: Change, stored: RepositoryState) -> dict[str, Any]:
    """Of one that cannot be reached, to what it returns; that it can be reached is not for us to say."""
    values: dict[str, Any] = {"settled_state": change.state.value}
    if change.state_since is not None:
        values["settled_since"] = change.state_since
    if stored in SETTLED:
        values["state"] = change.state.value
        if change.state_since is not None:
            values["state_since"] = change.state_since
    return values


def _with_other_rows(connection: Connection, read: Mapping[str, Harvested]) -> set[str]:
    """Ids of those of which other facts or problems are stored than were read now."""
    facts: dict[str, list[str]] = {key: [] for key in read}
    problems: dict[str, list[str]] = {key: [] for key in read}
    for chunk in chunks(read):
        newest = snapshots.newest(connection, chunk)
        of_these = select(fact).where(fact.c.snapshot_id.in_(newest.values())).order_by(fact.c.id)
        for stored in connection.execute(of_these).mappings():
            facts[stored["subject_id"]].append(_text(stored, _FACT))
        told = select(problem).where(problem.c.repository_id.in_(chunk)).order_by(problem.c.id)
        for stored in connection.execute(told).mappings():
            problems[stored["repository_id"]].append(_text(stored, _PROBLEM))
    found: set[str] = set()
    for key, harvested in read.items():
        of_facts, of_problems = snapshots.rows_of(harvested, key)
        now = [_text(one, _FACT) for one in of_facts], [_text(one, _PROBLEM) for one in of_problems]
        if (facts[key], problems[key]) != now:
            found.add(key)
    return found


def _text(row: Mapping[Any, Any], names: Sequence[str]) -> str:
    return json.dumps(storable_json([row[name] for name in names]), sort_keys=True)
