# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is stored and no longer needed, found and deleted a little at a time: each call is one short transaction.

Writers come one after the other, so nothing that another process is just storing looks forsaken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, delete, func, or_, select, update

from registry.model import ItemStatus, JobState, RunState
from registry.storage import snapshots
from registry.storage.compacting import Compacting
from registry.storage.database import Database
from registry.storage.tables import (
    conditional_request,
    file,
    host,
    item,
    job,
    repository,
    run,
    snapshot_file,
)

PAGE = 200
"""Repositories looked at in one transaction."""
ROWS = 2_000
"""Rows deleted in one transaction."""

_CLOSED = (RunState.DONE.value, RunState.FAILED.value, RunState.ABORTED.value, RunState.INTERRUPTED.value)
_RESUMABLE = (RunState.RUNNING.value, RunState.PAUSED.value, RunState.INTERRUPTED.value)


@dataclass(frozen=True, slots=True)
class Step:
    """What one transaction did, or would do. ``after`` is where the next one goes on, None at the end."""

    rows: int
    bytes: int = 0
    """Of files, as compressed."""
    after: str | None = None


class Prunes:
    """Reached as ``store.prunes``. Each method raises StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def compacting(self) -> Compacting:
        """Gives the room of what was deleted back to the disk."""
        return Compacting(self._database)

    def snapshots(self, after: str, keep: int, dry_run: bool = False) -> Step:
        """Of the repositories after this id: snapshots beyond the newest ``keep`` and the last good one."""
        with self._database.read() as connection:
            query = select(repository.c.id).where(repository.c.id > after).order_by(repository.c.id).limit(PAGE)
            ids = list(connection.scalars(query))
            found = snapshots.superfluous(connection, ids, keep)
        freed = 0
        if ids and not dry_run:
            with self._database.write() as connection:
                # Looked for again: what was the last good one then may be so no longer, or be the only one.
                found = snapshots.superfluous(connection, ids, keep)
                freed = snapshots.drop(connection, found)
                # Of databases of older versions.
                snapshots.drop_old_facts(connection, ids)
        return Step(len(found), freed, ids[-1] if len(ids) == PAGE else None)

    def files(self, after: str, dry_run: bool = False) -> Step:
        """Of the files after this name: those that no snapshot refers to."""
        with self._database.read() as connection:
            query = select(file.c.sha256).where(file.c.sha256 > after).order_by(file.c.sha256).limit(ROWS)
            names = list(connection.scalars(query))
            if not names:
                return Step(0)
            forsaken = _forsaken(names[0], names[-1])
            sizes = select(func.count(), func.coalesce(func.sum(func.length(file.c.compressed)), 0)).where(forsaken)
            number, size = connection.execute(sizes).one()
        if number and not dry_run:
            with self._database.write() as connection:
                number, size = connection.execute(sizes).one()
                connection.execute(delete(file).where(forsaken))
        return Step(number, size, names[-1] if len(names) == ROWS else None)

    def items(self, unchanged_before: datetime, all_before: datetime, dry_run: bool = False) -> Step:
        """Items of closed runs: unchanged ones of runs older than the first moment, others than the second.

        The last item of each repository that was not plainly unchanged stays.
        """
        closed = select(run.c.id).where(run.c.state.in_(_CLOSED))
        unchanged = and_(
            item.c.run_id.in_(closed.where(run.c.started_at < unchanged_before)),
            item.c.status == ItemStatus.UNCHANGED.value,
        )
        newer = item.alias("newer")
        telling = newer.c.status != ItemStatus.UNCHANGED.value
        later = select(newer.c.id).where(newer.c.repository_id == item.c.repository_id, newer.c.id > item.c.id, telling)
        others = and_(
            item.c.run_id.in_(closed.where(run.c.started_at < all_before)),
            or_(item.c.repository_id.is_(None), later.exists()),
        )
        if dry_run:
            return self._some(item, item.c.id, or_(unchanged, others), dry_run)
        first = self._some(item, item.c.id, unchanged, dry_run)
        # The others in a step of their own.
        return Step(first.rows, after="") if first.rows else self._some(item, item.c.id, others, dry_run)

    def runs(self, before: datetime, dry_run: bool = False) -> Step:
        """Closed runs of which no item is left."""
        empty = ~select(item.c.id).where(item.c.run_id == run.c.id).exists()
        return self._some(run, run.c.id, and_(run.c.state.in_(_CLOSED), run.c.started_at < before, empty), dry_run)

    def jobs(self, done_before: datetime, failed_before: datetime, dry_run: bool = False) -> Step:
        """Jobs that ended, unless their run can still be taken up: that must know what was done."""
        going_on = select(run.c.id).where(run.c.state.in_(_RESUMABLE))
        free = or_(job.c.run_id.is_(None), job.c.run_id.not_in(going_on))
        failed = job.c.state.in_((JobState.FAILED.value, JobState.LOST.value))
        ended = or_(
            and_(job.c.state == JobState.DONE.value, job.c.ended_at < done_before),
            and_(failed, job.c.ended_at < failed_before),
        )
        return self._some(job, job.c.id, and_(ended, free), dry_run)

    def requests(self, before: datetime, dry_run: bool = False) -> Step:
        """Remembered answers that were of no use since then."""
        return self._some(
            conditional_request, conditional_request.c.url, conditional_request.c.fetched_at < before, dry_run
        )

    def pauses(self, now: datetime, dry_run: bool = False) -> Step:
        """Hosts whose wish to be left alone has run out."""
        over = host.c.paused_until <= now
        with self._database.read() as connection:
            number = connection.scalar(select(func.count()).select_from(host).where(over)) or 0
        if number and not dry_run:
            with self._database.write() as connection:
                connection.execute(update(host).where(over).values(paused_until=None, paused_for=None))
        return Step(number)

    def _some(self, table: Table, key: ColumnElement[Any], wanted: ColumnElement[bool], dry_run: bool) -> Step:
        """At most ``ROWS``; in a dry run all that there are."""
        if dry_run:
            with self._database.read() as connection:
                return Step(connection.scalar(select(func.count()).select_from(table).where(wanted)) or 0)
        found: Select[Any] = select(key).where(wanted).limit(ROWS)
        with self._database.read() as connection:
            ids: Sequence[Any] = list(connection.scalars(found))
        if ids:
            with self._database.write() as connection:
                _delete(connection, table, key, ids, wanted)
        return Step(len(ids), after="" if len(ids) == ROWS else None)


def _delete(
    connection: Connection, table: Table, key: ColumnElement[Any], ids: Sequence[Any], wanted: ColumnElement[bool]
) -> None:
    for start in range(0, len(ids), 500):
        connection.execute(delete(table).where(key.in_(ids[start : start + 500]), wanted))


def _forsaken(first: str, last: str) -> ColumnElement[bool]:
    in_use = select(snapshot_file.c.sha256).where(snapshot_file.c.sha256 == file.c.sha256).exists()
    return and_(file.c.sha256 >= first, file.c.sha256 <= last, ~in_use)
