# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Jobs and what they mean: how a source or a repository becomes a row that any process can do, and back.

A payload holds all that is needed elsewhere. A repository's has ``ref`` (as a forge listed it) or ``forge`` (of a
single URL), and as far as they apply ``source``, ``source_url``, ``is_source``, ``is_missing`` and
``skip``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from registry.catalogue.reading import Address
from registry.errors import StorageError
from registry.model import (
    Change,
    ForgeKind,
    Item,
    Job,
    JobKind,
    Json,
    Plan,
    RepositoryRef,
    Source,
    SourceKind,
    StoredRepository,
)
from registry.storage.booking import PEER_LISTED, BookedListing, BookedPage
from registry.storage.codec import from_json, to_json
from registry.storage.queueing import NEVER_VISITED, PEERS

PEER, SOURCE, SINGLE, LISTED = PEERS, 1, 9, 10
"""Priorities. Peers come first: what they claim is then known when their repositories are visited."""


@dataclass(frozen=True, slots=True)
class Task:
    """One repository to visit, with what the store remembers of it. ``skip`` is the rule why not to visit it."""

    job: Job
    where: RepositoryRef | Address
    stored: StoredRepository | None
    source_id: str | None = None
    is_source: bool = False
    """The repository itself is what was configured: its fate is the source's."""
    source_url: str | None = None
    skip: str | None = None
    is_missing: bool = False
    """Its source lists it no longer: visited even where it is blocked, for it may have moved, and stays blocked."""

    @property
    def url(self) -> str:
        return self.where.url if isinstance(self.where, RepositoryRef) else self.where[0]


@dataclass(frozen=True, slots=True)
class Visited:
    """A decided visit; ``change`` is None for a repository that was skipped."""

    task: Task
    change: Change | None
    item: Item
    failure: Exception | None = None
    """What kept us from its answer."""

    @property
    def job(self) -> Job:
        return self.task.job


@dataclass(frozen=True, slots=True)
class Listed:
    """A source was listed to its end, or could not be: then ``entry`` has the rule, and ``failure`` what happened."""

    entry: BookedListing
    host: str | None
    failure: Exception | None = None

    @property
    def job(self) -> Job:
        return self.entry.job


@dataclass(frozen=True, slots=True)
class Paged:
    """A part of a listing."""

    entry: BookedPage

    @property
    def job(self) -> Job:
        return self.entry.job


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A listing that a stop cut off: to be done again from its first page."""

    job: Job


Result = Visited | Listed | Paged | Unfinished


def host_of(url: str) -> str | None:
    """As traffic is counted: the host of a URL, with its port where one stands there."""
    return urlsplit(url).netloc.lower() or None


def source_job(source: Source) -> Job:
    """For a source: a listing, or the visit of the one repository that it is."""
    if source.kind is SourceKind.REPOSITORY:
        return address_job((source.url, source.forge), source, is_source=True)
    priority = PEER if source.kind is SourceKind.PEER else SOURCE
    return Job("", JobKind.SOURCE, source.id, host=host_of(source.url), priority=priority, run_after=NEVER_VISITED)


def address_job(
    where: Address,
    source: Source | None = None,
    stored: StoredRepository | None = None,
    *,
    is_source: bool = False,
    is_missing: bool = False,
    priority: int = SINGLE,
) -> Job:
    """For a repository of which nothing but the address is known."""
    payload: dict[str, Json] = {"forge": where[1].value}
    if source is not None:
        payload["source"] = source.id
    if is_source:
        payload["is_source"] = True
    if is_missing:
        payload["is_missing"] = True
    return _repository_job(where[0], payload, priority, stored)


def listed_job(ref: RepositoryRef, source: Source, stored: StoredRepository | None, skip: str | None) -> Job:
    """For a repository as a forge has just listed it."""
    payload: dict[str, Json] = {"ref": to_json(ref), "source": source.id, "source_url": source.url}
    if skip is not None:
        payload["skip"] = skip
    return _repository_job(ref.url, payload, LISTED, stored)


def _repository_job(url: str, payload: dict[str, Json], priority: int, stored: StoredRepository | None) -> Job:
    # Due since its last visit: the line is then in the order of who waits longest.
    due = stored.visited_at if stored is not None else None
    host = host_of(url)
    return Job(
        "", JobKind.REPOSITORY, url, payload=payload, host=host, priority=priority, run_after=due or NEVER_VISITED
    )


def peer_job(where: Address, source: Source) -> Job:
    """For a repository that a peer's catalogue lists."""
    return address_job(where, source, priority=PEER_LISTED)


def planned_jobs(sources: Iterable[Source], urls: Iterable[Address], limit: int | None) -> list[Job]:
    """What a run begins with: listings, and at most ``limit`` single repositories."""
    jobs = {job.subject: job for job in [*(address_job(where) for where in urls), *map(source_job, sources)]}
    singles = [job for job in jobs.values() if job.kind is JobKind.REPOSITORY]
    return [job for job in jobs.values() if job.kind is JobKind.SOURCE] + singles[:limit]


def plan_of(sources: Sequence[Source], urls: Sequence[Address], limit: int | None, demo: bool) -> Plan:
    return Plan(tuple(source.id for source in sources), tuple(urls), limit, demo=demo)


def task_of(job: Job, stored: StoredRepository | None) -> Task:
    """What a repository's job asks for. Raises StorageError for a payload that is none."""
    given = job.payload
    try:
        where: RepositoryRef | Address
        where = from_json(RepositoryRef, given["ref"]) if "ref" in given else (job.subject, ForgeKind(given["forge"]))
        return Task(
            job,
            where,
            stored,
            given.get("source"),
            bool(given.get("is_source", False)),
            given.get("source_url"),
            given.get("skip"),
            bool(given.get("is_missing", False)),
        )
    except (KeyError, ValueError) as error:
        raise StorageError(job.subject, f"job {job.id} cannot be read") from error


def is_due(ref: RepositoryRef, since: datetime | None) -> bool:
    """Whether a run that visits only what was changed since then visits this; what has no date is asked."""
    return since is None or ref.changed_at is None or ref.changed_at >= since
