# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What an operator asks on the command line: who works at what, how fast, and what became of one repository or source.

Reading only. Each call is a transaction of its own and raises StorageError.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from registry.model import Item, JobKind, JobState, RunState
from registry.storage import repositories
from registry.storage.database import Database
from registry.storage.runs import items_from
from registry.storage.sql import chunks
from registry.storage.tables import host, item, job, repository, run


@dataclass(frozen=True, slots=True)
class Worker:
    """A process that has jobs in its hands."""

    name: str
    jobs: int
    leads: bool
    """It holds the lease of the run."""
    heartbeat_at: datetime | None
    lease_until: datetime | None


@dataclass(frozen=True, slots=True)
class VisitRecord:
    """What one run did with one repository."""

    run_id: str
    run_state: RunState
    run_started_at: datetime
    item: Item


class Operations:
    """Reached as ``store.operations``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def workers(self) -> list[Worker]:
        """Those with a running job, by name."""
        leads = func.count().filter(job.c.kind == JobKind.HARVEST.value)
        query = (
            select(
                job.c.worker,
                func.count().filter(job.c.kind != JobKind.HARVEST.value).label("jobs"),
                leads.label("leads"),
                func.max(job.c.heartbeat_at).label("heartbeat_at"),
                func.max(job.c.lease_until).label("lease_until"),
            )
            .where(job.c.state == JobState.RUNNING.value, job.c.worker.isnot(None))
            .group_by(job.c.worker)
            .order_by(job.c.worker)
        )
        with self._database.read() as connection:
            return [
                Worker(row.worker, row.jobs, bool(row.leads), row.heartbeat_at, row.lease_until)
                for row in connection.execute(query)
            ]

    def finished_since(self, run_id: str, since: datetime) -> int:
        """Repositories that the run has finished since then."""
        query = select(func.count()).select_from(item).where(item.c.run_id == run_id, item.c.at >= since)
        with self._database.read() as connection:
            return connection.scalar(query) or 0

    def next_due(self, run_id: str) -> datetime | None:
        """When the first of a run's queued jobs may begin, its host permitting; None when nothing is queued."""
        query = (
            select(func.min(job.c.run_after).label("run_after"), host.c.paused_until)
            .outerjoin(host, host.c.name == job.c.host)
            .where(job.c.run_id == run_id, job.c.state == JobState.QUEUED.value, job.c.kind != JobKind.HARVEST.value)
            .group_by(host.c.paused_until)
        )
        with self._database.read() as connection:
            found = connection.execute(query).all()
        return min((max(row.run_after, row.paused_until or row.run_after) for row in found), default=None)

    def visits(self, url: str, since: datetime | None, limit: int) -> list[VisitRecord]:
        """What runs did with the repository of this canonical URL or alias, the newest first."""
        with self._database.read() as connection:
            known = repositories.known(connection, [url]).get(url)
            # What never came to a row of its own, such as an address that was refused, is found by its address only.
            mine = item.c.repository_url == url if known is None else item.c.repository_id == known.id
            query = select(item, run.c.state, run.c.started_at).join(run, run.c.id == item.c.run_id).where(mine)
            if since is not None:
                query = query.where(run.c.started_at >= since)
            rows = connection.execute(query.order_by(run.c.started_at.desc(), item.c.id.desc()).limit(limit)).all()
            return [
                VisitRecord(row.run_id, RunState(row.state), row.started_at, read)
                for row, read in zip(rows, items_from(connection, rows), strict=True)
            ]

    def counts_of_source(self, source_id: str, run_ids: Sequence[str]) -> dict[str, dict[str, int]]:
        """Run id -> status -> number, of the repositories that the source brought; runs without any are absent."""
        found: dict[str, dict[str, int]] = {}
        with self._database.read() as connection:
            for chunk in chunks(run_ids):
                query = (
                    select(item.c.run_id, item.c.status, func.count().label("number"))
                    .join(repository, repository.c.id == item.c.repository_id)
                    .where(item.c.run_id.in_(chunk), repository.c.source_id == source_id)
                    .group_by(item.c.run_id, item.c.status)
                )
                for row in connection.execute(query):
                    found.setdefault(row.run_id, {})[row.status] = row.number
        return found

    def runs_listing(self, source_id: str, run_ids: Sequence[str]) -> set[str]:
        """Those of the runs that had a job for listing the source."""
        with self._database.read() as connection:
            return {run_id for chunk in chunks(run_ids) for run_id in _listing(connection, source_id, chunk)}


def _listing(connection: Connection, source_id: str, run_ids: Sequence[str]) -> list[str]:
    query = select(job.c.run_id).where(
        job.c.run_id.in_(run_ids), job.c.kind == JobKind.SOURCE.value, job.c.subject == source_id
    )
    return [run_id for run_id in connection.scalars(query) if run_id is not None]
