# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The job table: work that any process may take up, and that no death of a process loses or does twice."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, delete, func, or_, select, update

from registry.errors import NotFound
from registry.model import Job, JobKind, JobState
from registry.storage import queueing
from registry.storage.database import Database
from registry.storage.holder import is_dead, worker_holder
from registry.storage.queueing import WORK
from registry.storage.sql import chunks
from registry.storage.tables import host
from registry.storage.tables import job as table


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is still to be done of a run."""

    queued: int
    running: int
    """By any worker."""
    due_at: datetime | None
    """When the next queued one may be begun that waits for no paused host."""
    paused: Mapping[str, datetime]
    """Hosts that queued jobs wait for, and until when."""


_GIVEN_UP = (JobState.FAILED.value, JobState.LOST.value)


class Jobs:
    """Reached as ``store.jobs``. Each call is a transaction of its own, safe from any thread; raises StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # --- for those who work ---

    def enqueue(self, jobs: Sequence[Job], now: datetime) -> int:
        """Put jobs in line, all or none; a run has one job a kind and subject. How many were not there yet."""
        if not jobs:
            return 0
        with self._database.write() as connection:
            return len(queueing.put(connection, jobs, now))

    def claim(
        self,
        worker: str,
        now: datetime,
        limit: int,
        lease_seconds: float,
        kinds: Sequence[JobKind],
        run_id: str | None = None,
        busy_hosts: Collection[str] = (),
        suspects: bool | None = None,
        alone: bool = False,
    ) -> list[Job]:
        """Take the next jobs that are due, by priority, then what waits longest. Hosts that are paused are left out.

        Of this run, or else of any run in progress and of none. Jobs whose lease ran out count as crashed and are
        queued again at this occasion. ``suspects``: only jobs over which a process died, or only others; None: all.
        ``alone``: this process did and does nothing else, so that its death counts against the job.
        """
        with self._database.queue() as connection:
            return queueing.take(
                connection, worker, now, limit, lease_seconds, kinds, run_id, busy_hosts, suspects, alone
            )

    def recover(self, now: datetime) -> int:
        """Queue again, as crashed, what belongs to dead processes of this host, or to leases that ran out."""
        with self._database.read() as connection:
            running = table.c.state == JobState.RUNNING.value, table.c.kind.in_([kind.value for kind in WORK])
            held = connection.execute(
                select(table.c.worker, func.min(table.c.lease_until)).where(*running).group_by(table.c.worker)
            ).all()
        dead = [worker for worker, _ in held if worker is not None and is_dead(worker_holder(worker))]
        if not dead and all(until is None or until >= now for _, until in held):
            return 0
        with self._database.queue() as connection:
            freed = queueing.free_of(connection, dead, now)
            return freed + queueing.free_expired(connection, now, WORK, None)

    def heartbeat(self, worker: str, now: datetime, lease_seconds: float) -> int:
        """Say that this worker lives; how many running jobs it has."""
        until = now + timedelta(seconds=lease_seconds)
        mine = table.c.worker == worker, table.c.state == JobState.RUNNING.value
        with self._database.write() as connection:
            done = connection.execute(update(table).where(*mine).values(heartbeat_at=now, lease_until=until))
            return done.rowcount

    def release(self, job_ids: Sequence[str], worker: str, now: datetime) -> None:
        """Give back what was not begun, or not finished through no fault of its own: the attempt does not count."""
        del now
        if job_ids:
            with self._database.write() as connection:
                queueing.put_back(connection, job_ids, worker, counts=False)

    def postpone(self, job_id: str, worker: str, run_after: datetime, error: str) -> None:
        """Try it again then. Nothing happens to a job that is not this worker's any more."""
        with self._database.write() as connection:
            queueing.put_back(connection, [job_id], worker, counts=True, run_after=run_after, last_error=error)

    def fail(self, job_id: str, worker: str, now: datetime, error: str) -> None:
        """Give it up. Nothing happens to a job that is not this worker's any more."""
        with self._database.write() as connection:
            queueing.end(connection, [job_id], worker, JobState.FAILED, now, error)

    def owned(self, job_ids: Sequence[str], worker: str) -> set[str]:
        """Which of these still belong to this worker."""
        found: set[str] = set()
        with self._database.read() as connection:
            for chunk in chunks(job_ids):
                mine = table.c.id.in_(chunk), table.c.worker == worker, table.c.state == JobState.RUNNING.value
                found.update(connection.scalars(select(table.c.id).where(*mine)))
        return found

    def outlook(self, run_id: str, now: datetime) -> Outlook:
        """What is left of a run, and what it waits for."""
        of_run = table.c.run_id == run_id, table.c.kind.in_([kind.value for kind in WORK])
        queued = (*of_run, table.c.state == JobState.QUEUED.value)
        paused = select(host.c.name).where(host.c.paused_until > now)
        free = or_(table.c.host.is_(None), table.c.host.not_in(paused))
        waited_for = select(table.c.host).where(*queued).distinct()
        with self._database.read() as connection:
            states = select(table.c.state, func.count().label("number")).where(*of_run).group_by(table.c.state)
            number = {row.state: row.number for row in connection.execute(states)}
            ends = select(host.c.name, host.c.paused_until).where(host.c.paused_until > now)
            return Outlook(
                number.get(JobState.QUEUED.value, 0),
                number.get(JobState.RUNNING.value, 0),
                connection.scalar(select(func.min(table.c.run_after)).where(*queued, free)),
                {row.name: row.paused_until for row in connection.execute(ends.where(host.c.name.in_(waited_for)))},
            )

    def left(self, run_id: str) -> tuple[int, int]:
        """Repositories and sources of a run that are not done."""
        unfinished = table.c.state.in_((JobState.QUEUED.value, JobState.RUNNING.value))
        query = select(table.c.kind, func.count().label("number")).where(table.c.run_id == run_id, unfinished)
        with self._database.read() as connection:
            found = {row.kind: row.number for row in connection.execute(query.group_by(table.c.kind))}
        return found.get(JobKind.REPOSITORY.value, 0), found.get(JobKind.SOURCE.value, 0)

    # --- for those who look ---

    def counts(self, run_id: str | None = None) -> Mapping[JobKind, Mapping[JobState, int]]:
        """Jobs by kind and state, of one run or of all; what there is none of is absent."""
        query = select(table.c.kind, table.c.state, func.count().label("number")).group_by(table.c.kind, table.c.state)
        if run_id is not None:
            query = query.where(table.c.run_id == run_id)
        found: dict[JobKind, dict[JobState, int]] = {}
        with self._database.read() as connection:
            for row in connection.execute(query):
                found.setdefault(JobKind(row.kind), {})[JobState(row.state)] = row.number
        return found

    def page(
        self,
        state: JobState | None = None,
        kind: JobKind | None = None,
        run_id: str | None = None,
        page: int = 1,
        per_page: int = 50,
    ) -> tuple[list[Job], int]:
        """One page of jobs, the newest first, and their total. Pages count from 1."""
        wanted = []
        if state is not None:
            wanted.append(table.c.state == JobState(state).value)
        if kind is not None:
            wanted.append(table.c.kind == JobKind(kind).value)
        if run_id is not None:
            wanted.append(table.c.run_id == run_id)
        with self._database.read() as connection:
            total = connection.scalar(select(func.count()).select_from(table).where(*wanted)) or 0
            query = select(table).where(*wanted).order_by(table.c.id.desc())
            rows = connection.execute(query.limit(per_page).offset((page - 1) * per_page)).all()
        return [queueing.job_of(row) for row in rows], total

    def one(self, job_id: str) -> Job:
        """Raises NotFound."""
        with self._database.read() as connection:
            row = connection.execute(select(table).where(table.c.id == job_id)).one_or_none()
        if row is None:
            raise NotFound(job_id, "no such job")
        return queueing.job_of(row)

    # --- for operators ---

    def retry(self, job_ids: Sequence[str] | None = None) -> int:
        """Queue again what was given up, as if never tried: these jobs, or all. How many.

        What belongs to a run that has ended is taken along by the next one.
        """
        given_up = table.c.state.in_(_GIVEN_UP), table.c.kind.in_([kind.value for kind in WORK])
        again = update(table).where(*given_up)
        again = again.values(
            state=JobState.QUEUED.value,
            attempts=0,
            crashes=0,
            priority=table.c.priority - case((table.c.crashes > 0, queueing.AFTER_A_CRASH), else_=0),
            worker=None,
            lease_until=None,
            ended_at=None,
            last_error=None,
        )
        with self._database.write() as connection:
            if job_ids is None:
                return connection.execute(again).rowcount
            return sum(connection.execute(again.where(table.c.id.in_(chunk))).rowcount for chunk in chunks(job_ids))

    def purge(self, before: datetime, states: Sequence[JobState]) -> int:
        """Forget jobs in these states that ended, or were made, before then. How many."""
        wanted = [JobState(state).value for state in states if state is not JobState.RUNNING]
        when = func.coalesce(table.c.ended_at, table.c.created_at)
        with self._database.write() as connection:
            return connection.execute(delete(table).where(table.c.state.in_(wanted), when < before)).rowcount
