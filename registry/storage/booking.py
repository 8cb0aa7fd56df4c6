# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a worker brings, written in one transaction with the end of its jobs: all of it once, or nothing.

A job that is not this worker's any more (its lease ran out, its run was taken over) leaves no trace of its result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from registry.model import Change, Item, ItemStatus, Job, JobKind, JobState, Problem
from registry.storage import leasing, queueing, repositories, runs, saving, snapshots, sources
from registry.storage.ids import new_id
from registry.storage.sql import chunks
from registry.storage.tables import job, repository, solution, solution_repository, source

PEER_LISTED = 20
"""Priority of what only a peer's catalogue lists: a forge's own listing tells more, and may come meanwhile."""
AGAIN = 100
"""Added to the priority of what is tried again."""
WEAKER = (leasing.CARRIED, PEER_LISTED)


@dataclass(frozen=True, slots=True)
class Ending:
    """What becomes of a job. ``state`` QUEUED is another attempt at ``run_after``; ``counts``: this one counted."""

    state: JobState = JobState.DONE
    error: str | None = None
    run_after: datetime | None = None
    counts: bool = True


@dataclass(frozen=True, slots=True)
class BookedVisit:
    """A repository's job. Without an item it leaves nothing but the end of its job."""

    job: Job
    ending: Ending
    item: Item | None = None
    change: Change | None = None
    source_id: str | None = None
    source_rule: str | None = None
    is_source: bool = False
    """The repository itself is the source: how it went, ``source_rule``, is how listing the source went."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """A repository whose listing says that nothing changed, and about which nothing else is to be written."""

    id: str
    url: str


@dataclass(frozen=True, slots=True)
class BookedPage:
    """A part of a listing: what is unchanged, what has to be visited, and what is not taken in (item by subject)."""

    job: Job
    source_id: str
    quiet: tuple[Quiet, ...] = ()
    jobs: tuple[Job, ...] = ()
    skipped: tuple[tuple[str, Item], ...] = ()
    knows: bool = True
    """These jobs know more than such of an earlier run, or of a peer: the forge has just listed them."""


@dataclass(frozen=True, slots=True)
class BookedListing:
    """The end of a listing. ``rule`` None is a success, of which ``count`` None says no number."""

    job: Job
    ending: Ending
    source_id: str
    count: int | None = None
    rule: str | None = None
    faults: tuple[Problem, ...] = ()


Entry = BookedVisit | BookedPage | BookedListing


@dataclass(frozen=True, slots=True)
class Booked:
    """What was written: items, and how many jobs came into the line."""

    items: tuple[Item, ...] = ()
    enqueued: int = 0
    limit_reached: bool = False


def book(
    connection: Connection, run_id: str, worker: str, entries: Sequence[Entry], now: datetime, limit: int | None
) -> Booked:
    """Write these results of one run in their order. ``limit`` bounds the repositories of the run.

    Raises HarvestRunning when the run has ended: nothing is written then.
    """
    visits = [entry for entry in entries if isinstance(entry, BookedVisit)]
    items: list[Item] = _visits(connection, run_id, worker, visits, now)
    enqueued, reached = 0, False
    for entry in entries:
        if isinstance(entry, BookedPage):
            found, number, cut = _page(connection, run_id, worker, entry, now, limit)
            items += found
            enqueued += number
            reached = reached or cut
        elif isinstance(entry, BookedListing):
            _listing(connection, run_id, worker, entry, now)
    return Booked(tuple(items), enqueued, reached)


def _visits(
    connection: Connection, run_id: str, worker: str, visits: Sequence[BookedVisit], now: datetime
) -> list[Item]:
    ended = _end(connection, worker, [(visit.job, visit.ending) for visit in visits], now)
    kept = [visit for visit in visits if visit.job.id in ended and visit.item is not None]
    results = [(visit.change, visit.item) for visit in kept if visit.item is not None]
    if results:
        source_of = {
            visit.change.ref.url: visit.source_id
            for visit in kept
            if visit.change is not None and visit.source_id is not None
        }
        saving.save(connection, run_id, results, now, source_of, {})
    for visit in kept:
        if visit.is_source and visit.source_id is not None:
            sources.listed(connection, visit.source_id, now, 1, visit.source_rule)
    return [given for _, given in results]


def _end(connection: Connection, worker: str, endings: Sequence[tuple[Job, Ending]], now: datetime) -> set[str]:
    """Ids of the jobs that were still this worker's."""
    alike: dict[Ending, list[str]] = {}
    for each, ending in endings:
        alike.setdefault(ending, []).append(each.id)
    ended: set[str] = set()
    for ending, ids in alike.items():
        if ending.state is JobState.QUEUED:
            values: dict[str, Any] = {"last_error": ending.error}
            if ending.run_after is not None:
                # After everything that was not tried yet.
                values |= {"run_after": ending.run_after, "priority": job.c.priority + AGAIN}
            ended |= queueing.put_back(connection, ids, worker, ending.counts, **values)
        else:
            ended |= queueing.end(connection, ids, worker, ending.state, now, ending.error)
    return ended


def _page(
    connection: Connection, run_id: str, worker: str, page: BookedPage, now: datetime, limit: int | None
) -> tuple[list[Item], int, bool]:
    """Its items, the number of jobs put in line, and whether the run's limit cut it."""
    if not _is_owner(connection, page.job.id, worker):
        return [], 0, False
    quiet, jobs, cut = page.quiet, page.jobs, False
    if limit is not None:
        room = max(0, limit - _repositories(connection, run_id))
        cut = len(quiet) + len(jobs) > room
        quiet, jobs = quiet[:room], jobs[: max(0, room - len(quiet))]
    done = [_done(run_id, one.url) for one in quiet] + [_done(run_id, subject) for subject, _ in page.skipped]
    fresh = {each.subject for each in queueing.put(connection, done, now, WEAKER)}
    skipped = [given for subject, given in page.skipped if subject in fresh]
    runs.add_items(connection, run_id, [(given, None) for given in skipped], now)
    items = _found_quiet(connection, run_id, page.source_id, [one for one in quiet if one.url in fresh], now)
    ours = [replace(each, run_id=run_id) for each in jobs]
    number = len(queueing.put(connection, ours, now, WEAKER if page.knows else ()))
    return items + skipped, number, cut


def _listing(connection: Connection, run_id: str, worker: str, listing: BookedListing, now: datetime) -> None:
    if not _end(connection, worker, [(listing.job, listing.ending)], now):
        return
    if listing.ending.state is not JobState.QUEUED:
        runs.add_errors(connection, run_id, listing.faults)
        sources.listed(connection, listing.source_id, now, listing.count, listing.rule)


def _found_quiet(
    connection: Connection, run_id: str, source_id: str, quiet: Sequence[Quiet], now: datetime
) -> list[Item]:
    """Nothing changed: they were looked at, and so were their solutions."""
    # A source removed while it is listed is no fault of the run.
    existing = select(source.c.id).where(source.c.id == source_id)
    for chunk in chunks(one.id for one in quiet):
        of_these = repository.c.id.in_(chunk)
        brought_by = func.coalesce(existing.scalar_subquery(), repository.c.source_id)
        looked = {"checked_at": now, "visited_at": now, "source_id": brought_by}
        connection.execute(update(repository).where(of_these).values(looked))
        theirs = select(solution_repository.c.solution_id).where(solution_repository.c.repository_id.in_(chunk))
        connection.execute(update(solution).where(solution.c.id.in_(theirs)).values(checked_at=now))
    problems = snapshots.problem_counts(connection, [one.id for one in quiet])
    found = [Item(one.url, ItemStatus.UNCHANGED, problems=problems.get(one.id, 0), at=now) for one in quiet]
    runs.add_items(connection, run_id, list(zip(found, [one.id for one in quiet], strict=True)), now)
    return found


def leave_to_the_next(connection: Connection, run_id: str, hosts: Sequence[str], rule: str, now: datetime) -> int:
    """An item for each job that waits for one of these hosts: the job stays for the next run. How many."""
    number = 0
    for chunk in chunks(hosts):
        waiting = select(job.c.subject, job.c.host).where(
            job.c.run_id == run_id,
            job.c.kind == JobKind.REPOSITORY.value,
            job.c.state == JobState.QUEUED.value,
            job.c.host.in_(chunk),
        )
        hosts_of = {row.subject: row.host for row in connection.execute(waiting)}
        known = repositories.known(connection, hosts_of)
        rows: list[tuple[Item, str | None]] = []
        for url, name in hosts_of.items():
            item = Item(url, ItemStatus.SKIPPED, rule, {"subject": url, "detail": name}, at=now)
            rows.append((item, known[url].id if url in known else None))
        runs.add_items(connection, run_id, rows, now)
        number += len(rows)
    return number


def _done(run_id: str, subject: str) -> Job:
    return Job(new_id(), JobKind.REPOSITORY, subject, JobState.DONE, run_id)


def _is_owner(connection: Connection, job_id: str, worker: str) -> bool:
    query = select(job.c.id).where(job.c.id == job_id, job.c.worker == worker, job.c.state == JobState.RUNNING.value)
    return connection.scalar(query) is not None


def _repositories(connection: Connection, run_id: str) -> int:
    of_run = job.c.run_id == run_id, job.c.kind == JobKind.REPOSITORY.value
    return connection.scalar(select(func.count()).select_from(job).where(*of_run)) or 0
