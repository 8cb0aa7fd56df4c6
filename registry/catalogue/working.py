# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""One process at work for one run, leading it or not: threads do jobs, the caller's thread writes what they bring."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from harvesters.base import Forge
from registry.catalogue.crew import Crew, Ended
from registry.catalogue.dispatching import Dispatcher, Terms, Why
from registry.catalogue.ledger import Judged, Ledger
from registry.catalogue.listing import Lister, Peer
from registry.catalogue.memory import StoredMemory
from registry.catalogue.patience import Patience
from registry.catalogue.performing import Performer
from registry.catalogue.reading import RepositoryVisitor
from registry.catalogue.retrying import Retrying
from registry.catalogue.stopping import Stopping
from registry.catalogue.tasks import Paged
from registry.errors import NotFound, StorageError
from registry.model import ForgeKind, HostTraffic, Item, JobState, PeerKind, Plan, Problem, Reading, RunState, Snapshot
from registry.search.index import Index
from registry.search.sync import sync
from registry.storage.booking import Booked, BookedListing
from registry.storage.leasing import ABORT, Orders
from registry.storage.store import Store

_BATCH = 100
_BATCH_SECONDS = 0.5
"""A batch costs as much as some ten results in it do."""
_SYNC_SECONDS = 15.0
"""The index costs about as much whether ten entries or two hundred are brought up."""
_HEARTBEAT_SECONDS = 10.0
_ORDERS_SECONDS = 1.0


class Progress(Protocol):
    """Told what happens, from the thread that called."""

    def done(self, item: Item, waiting: int, listing: bool) -> None:
        """One repository is finished; at least ``waiting`` are still to come, more while ``listing``."""

    def said(self, fault: Problem) -> None:
        """Something is wrong with a source or the run itself."""

    def grouping(self, left: int) -> None:
        """Stored repositories are compared by new rules of what is one product; so many are left."""


class Door(Protocol):
    """What a run needs of the outside: closed when the run ends."""

    def open_forge(self, kind: ForgeKind) -> Forge: ...

    def open_peer(self, kind: PeerKind) -> Peer: ...

    def read(self, snapshot: Snapshot) -> tuple[Reading, ...]: ...

    def sweep(self) -> int: ...

    def traffic(self) -> Sequence[HostTraffic]:
        """What each host was asked since the last time."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How a process works. Times in seconds."""

    workers: int
    per_host: int = 4
    """Jobs of one host in flight."""
    retry_seconds: float = 5.0
    """Before another attempt at what failed for a passing reason."""
    patience_seconds: float = 60.0
    """How long the database may be away."""
    lease_seconds: float = 90.0


class LineClock:
    """The given clock, which never stands still or goes back: time waited for is time passed."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._from = clock()
        self._begun = time.monotonic()

    def __call__(self) -> datetime:
        return max(self._clock(), self._from + timedelta(seconds=time.monotonic() - self._begun))


class Shift:
    """One process at one run. ``work`` ends when there is nothing more for it, and says why."""

    def __init__(
        self,
        store: Store,
        index: Index,
        door: Door,
        clock: Callable[[], datetime],
        pace: Pace,
        terms: Terms,
        plan: Plan,
        stopping: Stopping,
        progress: Progress | None,
    ) -> None:
        self._store = store
        self._index = index
        self._door = door
        self._pace = pace
        self._terms = terms
        self._stopping = stopping
        self._progress = progress
        self._due = LineClock(clock)
        self._clock = clock
        self._patience = Patience(store.verify, pace.patience_seconds)
        retrying = Retrying(pace.retry_seconds)
        self._dispatcher = Dispatcher(store, terms, self._due, retrying, self._patience)
        lister = Lister(
            store, door.open_forge, lambda kind: door.open_peer(kind), clock, plan, self._dispatcher.is_over
        )
        visitor = RepositoryVisitor(door.open_forge, door, StoredMemory(store), lambda: self._crew.abandoned)
        performer = Performer(store, lister, visitor, clock)
        self._ledger = Ledger(store, terms.run_id, terms.worker, plan.limit, clock, self._due, retrying, self._patience)
        self._crew = Crew(self._dispatcher, performer, self._ledger, self._patience, clock, pace.workers)
        self._at: dict[str, float] = {}
        self._waiting = 0
        self._listings = 0
        self.aborted = False
        self.done = 0
        """Jobs finished."""

    @property
    def waits_for(self) -> tuple[str, ...]:
        """Hosts whose jobs are left to the next run."""
        return self._dispatcher.waits_for

    def work(self) -> Why:
        """Do jobs and store what they bring. A second signal drops what is in flight: KeyboardInterrupt.

        Raises StorageError when the database stays away, HarvestRunning when the run was taken over.
        """
        self._look_around()
        self._crew.start()
        try:
            while self._write_next():
                if self._stopping.asked:
                    self._dispatcher.stop()
            self._store_traffic()
        finally:
            self._crew.abandon()
            # What nobody will write any more is in line again; a database that is away learns it by the lease.
            with suppress(StorageError):
                self._give_back([*self._dispatcher.take_returned(), *self._dispatcher.unwritten()])
        return self._dispatcher.why or Why.DONE

    def _write_next(self) -> bool:
        """Store one batch; False when it was the last."""
        batch = self._crew.results(_BATCH, _BATCH_SECONDS)
        ended = batch.pop() if batch and isinstance(batch[-1], Ended) else None
        judged = [one for one in batch if not isinstance(one, Ended)]
        booked = self._ledger.write(judged)
        results = [one.result for one in judged]
        self._dispatcher.written([result.job for result in results if not isinstance(result, Paged)])
        self.done += sum(1 for result in results if not isinstance(result, Paged))
        self._tell(judged, booked)
        returned = self._dispatcher.take_returned()
        self._patience.call(lambda: self._give_back(returned))
        self._keep_up()
        if isinstance(ended, Ended) and ended.error is not None:
            raise ended.error
        return ended is None

    def _give_back(self, job_ids: Sequence[str]) -> None:
        self._store.jobs.release(job_ids, self._terms.worker, self._due())

    def _tell(self, judged: Sequence[Judged], booked: Booked) -> None:
        self._waiting = max(0, self._waiting + booked.enqueued - len(booked.items))
        if self._progress is None:
            return
        for one in judged:
            if isinstance(one.entry, BookedListing) and one.entry.ending.state is not JobState.QUEUED:
                for fault in one.entry.faults:
                    self._progress.said(fault)
        for number, item in enumerate(booked.items, 1):
            self._progress.done(item, self._waiting + len(booked.items) - number, self._listings > 0)

    # --- duties by the clock ---

    def keep_alive(self) -> None:
        """Say that this process lives, and bring the index up. Call it now and then during long work."""
        if self._is_time("heartbeat", _HEARTBEAT_SECONDS):
            self._patience.call(self._beat)
        if self._terms.leads and self._is_time("sync", _SYNC_SECONDS):
            self._patience.call(lambda: sync(self._store, self._index))

    def _keep_up(self) -> None:
        self.keep_alive()
        if self._is_time("orders", _ORDERS_SECONDS):
            self._look_around()

    def _beat(self) -> None:
        if self._terms.leads:
            self._store.heartbeat(self._terms.run_id, self._clock())
        self._store.jobs.heartbeat(self._terms.worker, self._due(), self._terms.lease_seconds)

    def _look_around(self) -> None:
        """What was asked of the run, how much is left of it, what the hosts were asked."""
        orders = self._patience.call(self._orders)
        if orders is None or orders.state is not RunState.RUNNING:
            self._dispatcher.stop()
            return
        if orders.asked_to is not None:
            self.aborted = orders.asked_to == ABORT
            self._dispatcher.stop()
        left = self._patience.call(lambda: self._store.jobs.left(self._terms.run_id))
        self._waiting, self._listings = left
        self._store_traffic()

    def _store_traffic(self) -> None:
        traffic = self._door.traffic()
        self._patience.call(lambda: self._store.hosts.add(traffic, self._clock()))

    def _orders(self) -> Orders | None:
        try:
            return self._store.run_orders(self._terms.run_id)
        except NotFound:
            return None

    def _is_time(self, duty: str, seconds: float) -> bool:
        now = time.monotonic()
        if now - self._at.get(duty, 0.0) < seconds:
            return False
        self._at[duty] = now
        return True
