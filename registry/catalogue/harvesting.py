# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The harvest: list the sources, visit their repositories with worker threads, decide and store in one writer.

The thread that calls ``run`` is the only one that writes. Listing and visiting happen in other threads, which hand
over plain values through bounded queues and never hold a database session while they wait for the network.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from harvesters.base import Forge
from registry.assess import assess
from registry.catalogue.crew import Crew, Ended, Visited
from registry.catalogue.listing import Listed, Listing
from registry.catalogue.memory import NoMemory
from registry.catalogue.reading import RepositoryVisitor, Visit
from registry.model import ForgeKind, Item, ItemStatus, Problem, Reading, Run, RunState, Snapshot, Source
from registry.search.index import Index
from registry.search.sync import sync
from registry.storage.store import Store
from registry.vocabulary.rules import problem

_FAULTY = frozenset({ItemStatus.FAILED, ItemStatus.GONE, ItemStatus.REFUSED})
_BATCH = 100
_BATCH_SECONDS = 0.05
_SYNC_SECONDS = 5.0
_HEARTBEAT_SECONDS = 10.0
_LEASE_SECONDS = 90.0


class Progress(Protocol):
    """Told what happens, from the thread that called ``run``."""

    def done(self, item: Item, waiting: int, listing: bool) -> None:
        """One repository is finished; at least ``waiting`` are still to come, more while ``listing``."""

    def said(self, fault: Problem) -> None:
        """Something is wrong with a source or the run itself."""

    def grouping(self, left: int) -> None:
        """Stored repositories are compared by new rules of what is one product; so many are left."""


class Door(Protocol):
    """What a run needs of the outside: closed when the run ends."""

    def open_forge(self, kind: ForgeKind) -> Forge: ...

    def read(self, snapshot: Snapshot) -> tuple[Reading, ...]: ...

    def sweep(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a run."""

    run: Run
    seconds: float
    interrupted: bool = False


@dataclass(slots=True)
class _Books:
    """The writer's state during one run."""

    run: Run
    errors: list[Problem] = field(default_factory=list)
    synced_at: float = 0.0
    beaten_at: float = 0.0


class Harvesting:
    """Runs and tests of harvesting. ``open_door`` gives the guarded clients, made only when something is fetched."""

    def __init__(
        self,
        store: Store,
        index: Index,
        open_door: Callable[[], AbstractContextManager[Door]],
        clock: Callable[[], datetime],
        workers: int,
    ) -> None:
        self._store = store
        self._index = index
        self._open_door = open_door
        self._clock = clock
        self._workers = workers

    def test(self, url: str, forge: ForgeKind) -> Visit:
        """Visit one repository exactly as the nightly harvest does, and store nothing."""
        with self._open_door() as door:
            visitor = RepositoryVisitor(door.open_forge, door, NoMemory())
            return visitor.visit((url, forge), None, self._clock())

    def run(
        self,
        sources: Sequence[Source],
        urls: Sequence[tuple[str, ForgeKind]] = (),
        limit: int | None = None,
        progress: Progress | None = None,
        demo: bool = False,
    ) -> Report:
        """Harvest these sources and single repositories, at most ``limit`` repositories in all.

        One broken repository or source never ends the run. Ctrl-C lets what is in flight finish, stores it and closes
        the run as interrupted. Raises HarvestRunning while another run holds the lease, StorageError when the database
        cannot be written (what was stored before stays).
        """
        started = time.monotonic()
        books = _Books(run=self._store.begin_run(self._clock(), demo, _LEASE_SECONDS))
        interrupted = False
        state = RunState.FAILED
        try:
            with self._open_door() as door:
                door.sweep()
                listing = Listing(sources, urls, limit)
                crew = Crew(self._store, door.open_forge, door, self._clock, self._workers, listing)
                interrupted = self._write_all(crew, books, progress)
            state = RunState.INTERRUPTED if interrupted else RunState.DONE
            if not interrupted:
                self._group_missing(books, progress)
            self._reassess()
            sync(self._store, self._index)
        finally:
            run = self._store.end_run(books.run.id, state, self._clock(), books.errors)
        return Report(run=run, seconds=time.monotonic() - started, interrupted=interrupted)

    def _write_all(self, crew: Crew, books: _Books, progress: Progress | None) -> bool:
        """Store what the crew brings until it has ended; True when Ctrl-C ended it early."""
        interrupted = False
        crew.start()
        try:
            while True:
                try:
                    if self._write_next(crew, books, progress):
                        return interrupted
                except KeyboardInterrupt:
                    if interrupted:
                        return True
                    interrupted = True
                    crew.stop()
                    books.errors.append(problem("run-interrupted", None, None, subject="", detail=""))
                    if progress is not None:
                        progress.said(books.errors[-1])
        finally:
            crew.abandon()

    def _write_next(self, crew: Crew, books: _Books, progress: Progress | None) -> bool:
        """Store one batch; True when it was the last."""
        batch = crew.results(_BATCH, _BATCH_SECONDS)
        self._save(books, batch)
        for result in batch:
            if isinstance(result, Listed):
                books.errors.extend(result.faults)
            if progress is not None:
                _tell(progress, result, crew)
        self._keep_alive(books)
        last = batch[-1]
        if isinstance(last, Ended) and last.error is not None:
            raise last.error
        return isinstance(last, Ended)

    def _save(self, books: _Books, batch: Sequence[Visited | Listed | Ended]) -> None:
        visited = [result for result in batch if isinstance(result, Visited)]
        source_of = {
            result.change.ref.url: result.task.source_id
            for result in visited
            if result.change is not None and result.task.source_id is not None
        }
        listed: list[tuple[str, int | None, str | None]] = [
            (result.source_id, result.count, result.rule) for result in batch if isinstance(result, Listed)
        ]
        for result in visited:
            if result.task.is_source and result.task.source_id is not None:
                rule = result.item.rule if result.item.status in _FAULTY else None
                listed.append((result.task.source_id, 1, rule))
        results = [(result.change, result.item) for result in visited]
        self._store.save_all(books.run.id, results, self._clock(), source_of, listed)

    def _keep_alive(self, books: _Books) -> None:
        now = time.monotonic()
        if now - books.beaten_at > _HEARTBEAT_SECONDS:
            books.beaten_at = now
            self._store.heartbeat(books.run.id, self._clock())
        if now - books.synced_at > _SYNC_SECONDS:
            books.synced_at = now
            sync(self._store, self._index)

    def _group_missing(self, books: _Books, progress: Progress | None) -> None:
        """After an update of this program: compare what no harvest has read since. The next run goes on with it."""
        after: str | None = ""
        while after is not None:
            after, left = self._store.group_missing(self._clock(), after, _BATCH)
            self._keep_alive(books)
            if left and progress is not None:
                progress.grouping(left)

    def _reassess(self) -> None:
        """Verdicts that only the passing of time has changed: an unchanged repository grows quiet."""
        now = self._clock()
        while due := self._store.due_for_reassessment(now, 200):
            self._store.save_assessments([(solution_id, assess(solution, now)) for solution_id, solution in due], now)


def _tell(progress: Progress, result: Visited | Listed | Ended, crew: Crew) -> None:
    if isinstance(result, Visited):
        progress.done(result.item, crew.waiting, crew.listing)
    elif isinstance(result, Listed):
        for fault in result.faults:
            progress.said(fault)
