# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The body of a job, without any knowledge of queues: whatever runs jobs calls it, threads here or a broker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from registry.catalogue.listing import Lister
from registry.catalogue.reading import RepositoryVisitor, Visit
from registry.catalogue.tasks import Listed, Result, Task, Visited, task_of
from registry.decide import decide
from registry.errors import NotFound, StorageError
from registry.lifecycle import BLOCKED
from registry.model import (
    Change,
    ChangeKind,
    Fault,
    ForgeKind,
    Item,
    ItemStatus,
    Job,
    JobKind,
    JobState,
    Outcome,
    RepositoryRef,
    StoredRepository,
)
from registry.storage.booking import BookedListing, Ending
from registry.storage.queueing import CRASHED
from registry.storage.store import Store
from registry.vocabulary.rules import problem

MOST_CRASHES = 4
"""A job over which a process died once among others, and then three times alone, is given up."""
_STATUS = {
    ChangeKind.NEW: ItemStatus.NEW,
    ChangeKind.CHANGED: ItemStatus.CHANGED,
    ChangeKind.UNCHANGED: ItemStatus.UNCHANGED,
    ChangeKind.GONE: ItemStatus.GONE,
    ChangeKind.WITHDRAWN: ItemStatus.GONE,
    ChangeKind.FAILED: ItemStatus.FAILED,
}


class Performer:
    """Does jobs. Thread-safe; writes nothing but a peer's claims. Raises StorageError, and nothing of the outside."""

    def __init__(self, store: Store, lister: Lister, visitor: RepositoryVisitor, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._lister = lister
        self._visitor = visitor
        self._clock = clock

    def perform(self, job: Job) -> Iterator[Result]:
        """What comes of a job: one result of a repository, any number of pages and one end of a source."""
        if job.kind is JobKind.SOURCE:
            yield from self.list(job)
        else:
            yield self.visit(job, self._store.stored_repositories([job.subject]).get(job.subject))

    def list(self, job: Job) -> Iterator[Result]:
        """A source's."""
        if job.crashes >= MOST_CRASHES:
            yield self._given_up(job)
        else:
            yield from self._lister.walk(job)

    def visit(self, job: Job, stored: StoredRepository | None) -> Visited:
        """A repository's, of which this is stored."""
        task = task_of(job, stored)
        now = self._clock()
        if task.job.crashes >= MOST_CRASHES:
            params = {"subject": task.url, "detail": str(task.job.crashes)}
            return Visited(task, None, Item(task.url, ItemStatus.FAILED, CRASHED, params, at=now))
        if task.stored is not None and task.stored.blocked and not task.is_missing:
            params = {"subject": task.url, "detail": ""}
            return Visited(task, None, Item(task.url, ItemStatus.SKIPPED, BLOCKED, params, at=now))
        visit = self._look(task, now)
        change = decide(visit.stored, visit.ref, visit.fresh, now, visit.moved_from)
        return Visited(task, change, item_of(change, visit, now), visit.error)

    def _look(self, task: Task, now: datetime) -> Visit:
        if task.skip is None or not isinstance(task.where, RepositoryRef):
            return self._visitor.visit(task.where, task.stored, now)
        # What was public and is private now is gone for everybody else.
        gone = Fault(Outcome.GONE, task.skip, {"subject": task.url, "detail": ""})
        return Visit(task.where, gone, task.stored, None, 0.0)

    def _given_up(self, job: Job) -> Listed:
        try:
            about = self._store.source(job.subject).url
        except NotFound:
            about = job.subject
        fault = problem(CRASHED, None, None, subject=about, detail=str(job.crashes))
        ending = Ending(JobState.FAILED, CRASHED)
        return Listed(BookedListing(job, ending, job.subject, None, CRASHED, (fault,)), job.host)


def failed_over(job: Job, error: StorageError, now: datetime) -> Result:
    """What comes of a job in which our own database failed, though it answers otherwise."""
    params = {"subject": job.subject, "detail": error.detail}
    if job.kind is JobKind.SOURCE:
        fault = problem(error.rule, None, None, **params)
        entry = BookedListing(job, Ending(error=error.rule), job.subject, None, error.rule, (fault,))
        return Listed(entry, job.host, error)
    item = Item(job.subject, ItemStatus.FAILED, error.rule, params, at=now)
    return Visited(Task(job, (job.subject, ForgeKind.GIT), None), None, item, error)


def item_of(change: Change, visit: Visit, now: datetime) -> Item:
    """A visit as the run's books have it."""
    status = _STATUS[change.kind]
    rule, params = None, {}
    fault = visit.fresh if isinstance(visit.fresh, Fault) else None
    if fault is not None:
        rule, params = fault.rule, dict(fault.params)
        if status is ItemStatus.FAILED and fault.outcome is Outcome.REFUSED:
            status = ItemStatus.REFUSED
    elif visit.moved_from is not None:
        status, rule = ItemStatus.MOVED, "repository-moved"
        params = {"subject": visit.moved_from, "detail": visit.ref.url}
    problems = len(change.harvested.solution.problems) if change.harvested is not None else 0
    return Item(visit.ref.url, status, rule, params, problems, visit.seconds, now)
