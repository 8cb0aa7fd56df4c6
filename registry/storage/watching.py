# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Figures for the people who run the catalogue, each from one bounded query; and the items of a run as they read them.

Reading only: what is counted here is written elsewhere.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import Connection, case, func, select

from registry.errors import NotFound
from registry.model import Item, ItemStatus, JobKind, JobState, RepositoryState
from registry.storage.database import Database
from registry.storage.holder import is_dead
from registry.storage.runs import items_from
from registry.storage.tables import item, job, outbox, repository, run

_URLS_LOOKED_AT = 20_000
_VISITED = tuple(state.value for state in (RepositoryState.NEW, RepositoryState.ACTIVE, RepositoryState.INVALID))
"""States in which a repository is due each night."""
_FAULTS_FIRST = case(
    {status.value: rank for rank, status in enumerate((ItemStatus.FAILED, ItemStatus.REFUSED, ItemStatus.GONE))},
    value=item.c.status,
    else_=len(ItemStatus),
)


@dataclass(frozen=True, slots=True)
class HostHealth:
    """How many of a host's repositories cannot be reached."""

    name: str
    unreachable: int
    repositories: int


class Watching:
    """Reached as ``store.watching``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def hosts_with_unreachable(self, at_least: int) -> list[HostHealth]:
        """Hosts with so many repositories or more that cannot be reached, by name."""
        with self._database.read() as connection:
            query = (
                select(repository.c.url)
                .where(repository.c.state == RepositoryState.UNREACHABLE.value, repository.c.blocked_at.is_(None))
                .limit(_URLS_LOOKED_AT)
            )
            lost = Counter(host_of(url) for url in connection.scalars(query))
            return [
                HostHealth(name, number, _repositories_of(connection, name))
                for name, number in sorted(lost.items())
                if number >= at_least
            ]

    def longest_unvisited(self) -> datetime | None:
        """When the repository that waits longest for a visit was last visited, or first seen; None without any."""
        last = func.coalesce(repository.c.visited_at, repository.c.checked_at, repository.c.first_seen_at)
        with self._database.read() as connection:
            query = select(func.min(last)).where(repository.c.state.in_(_VISITED), repository.c.blocked_at.is_(None))
            return connection.scalar(query)

    def outbox_since(self) -> datetime | None:
        """When the oldest change was made that the index does not know; None when it knows all."""
        with self._database.read() as connection:
            return connection.scalars(select(outbox.c.created_at).order_by(outbox.c.seq).limit(1)).first()

    def lease_until(self) -> datetime | None:
        """Until when the run in progress says that it lives; None without one, and when its process is known dead."""
        query = select(job.c.lease_until, job.c.payload).where(
            job.c.kind == JobKind.HARVEST.value, job.c.state == JobState.RUNNING.value
        )
        with self._database.read() as connection:
            lease = connection.execute(query.order_by(job.c.started_at.desc()).limit(1)).one_or_none()
        return None if lease is None or is_dead(lease.payload.get("holder", {})) else lease.lease_until

    def items(
        self, run_id: str, page: int, per_page: int, status: ItemStatus | None = None, text: str = ""
    ) -> tuple[list[Item], int]:
        """One page of a run's items, faults first, and their total. Raises NotFound.

        ``text`` is looked for in the repository's address, whatever its case.
        """
        wanted = [item.c.run_id == run_id]
        if status is not None:
            wanted.append(item.c.status == status.value)
        if text:
            wanted.append(func.lower(item.c.repository_url).contains(text.lower(), autoescape=True))
        with self._database.read() as connection:
            if connection.scalar(select(run.c.id).where(run.c.id == run_id)) is None:
                raise NotFound(run_id, "no such run")
            total = connection.scalar(select(func.count()).select_from(item).where(*wanted)) or 0
            query = select(item).where(*wanted).order_by(_FAULTS_FIRST, item.c.id)
            rows = connection.execute(query.limit(per_page).offset((page - 1) * per_page)).all()
            return items_from(connection, rows), total


def host_of(url: str) -> str:
    """The host of a canonical URL, with its port where one stands there."""
    return urlsplit(url).netloc


def _repositories_of(connection: Connection, host: str) -> int:
    of_host = repository.c.url.like(f"%://{host}/%")
    return connection.scalar(select(func.count()).select_from(repository).where(of_host)) or 0
