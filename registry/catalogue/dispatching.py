# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which job a thread of this process does next: taken from the table in small batches, fairly among hosts.

Memory stays bounded because only the batch is here; everything else is a row. What may have ended a process before is
done alone, so that the next death says whose fault it was.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from registry.catalogue.patience import Patience
from registry.catalogue.retrying import Retrying
from registry.model import Job, JobKind, StoredRepository
from registry.storage.jobs import Outlook
from registry.storage.store import Store

_MOST_AHEAD = 64
_AHEAD_SECONDS = 0.25
"""A batch is about what is done in this time."""
_SHORTEST_LOOK = 0.02
_LONGEST_LOOK = 0.5
_WORTH_WAITING = timedelta(minutes=15)
"""Longer pauses of hosts are left to the next run."""


class Why(StrEnum):
    """Why there are no more jobs for this process."""

    DONE = "done"
    STOPPED = "stopped"
    TIME_IS_UP = "time-is-up"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a dispatcher works for and how."""

    run_id: str
    worker: str
    workers: int
    per_host: int
    lease_seconds: float
    leads: bool
    """A leader ends when nothing is left; others when the run has ended."""
    once: bool = False
    """Also end when there is nothing to take."""
    until: datetime | None = None


Given = tuple[Job, StoredRepository | None]
"""A job, with what is stored of its repository."""


@dataclass(slots=True)
class _Hand:
    """Jobs of this process: taken from the table, and begun but not written yet."""

    waiting: deque[Given] = field(default_factory=deque)
    begun: dict[str, Job] = field(default_factory=dict)
    returned: list[Job] = field(default_factory=list)
    hosts: Counter[str] = field(default_factory=Counter)
    """Jobs that threads are busy with, by host; ``listings`` are those of sources."""
    listings: int = 0


class Dispatcher:
    """Thread-safe. ``due`` is the line's clock, which never stands still."""

    def __init__(
        self, store: Store, terms: Terms, due: Callable[[], datetime], retrying: Retrying, patience: Patience
    ) -> None:
        self._store = store
        self._terms = terms
        self._due = due
        self._retrying = retrying
        self._patience = patience
        self._hand = _Hand()
        self._changed = threading.Condition()
        self._claiming = False
        self._alone = False
        self._has_written = False
        self._look = _SHORTEST_LOOK
        self._look_again_at = 0.0
        self._written: deque[tuple[float, int]] = deque()
        self._recovered_at = 0.0
        self.why: Why | None = None
        self.waits_for: tuple[str, ...] = ()
        """Hosts whose jobs are left to the next run."""

    # --- for the threads ---

    def next(self) -> Given | None:
        """The next job, waited for; None when there are no more for this process. Raises StorageError."""
        with self._changed:
            while self.why is None:
                if self._time_is_up():
                    self._end(Why.TIME_IS_UP)
                    break
                given = self._pick()
                if given is not None:
                    return given
                too_soon = self._look_again_at - time.monotonic()
                if self._claiming or too_soon > 0:
                    self._changed.wait(_LONGEST_LOOK if self._claiming else too_soon)
                    continue
                self._claiming = True
                # The others go on with what there is.
                self._changed.release()
                try:
                    found, wait = self._claim()
                finally:
                    self._changed.acquire()
                    self._claiming = False
                    self._changed.notify_all()
                self._hand.waiting.extend(found)
                if not found:
                    self._look_again_at = time.monotonic() + wait
            return None

    def is_over(self) -> bool:
        """Whether nothing new is begun any more."""
        return self.why is not None

    def _time_is_up(self) -> bool:
        return self._terms.until is not None and self._due() >= self._terms.until

    def _pick(self) -> Given | None:
        hand = self._hand
        if self._alone and hand.begun:
            return None
        for _ in range(len(hand.waiting)):
            job, stored = hand.waiting.popleft()
            if self._retrying.is_paused(job.host, self._due()):
                hand.returned.append(job)
            elif self._is_crowded(job):
                hand.waiting.append((job, stored))
            else:
                hand.begun[job.id] = job
                if job.host is not None:
                    hand.hosts[job.host] += 1
                if job.kind is JobKind.SOURCE:
                    hand.listings += 1
                return job, stored
        return None

    def _is_crowded(self, job: Job) -> bool:
        if job.kind is JobKind.SOURCE and self._hand.listings >= max(1, self._terms.workers - 1):
            return True
        at_once = self._hand.hosts[job.host] if job.host is not None else 0
        return job.host is not None and at_once >= self._retrying.most_at_once(job.host, self._terms.per_host)

    def _claim(self) -> tuple[Sequence[Given], float]:
        """Jobs, or how long to wait before looking again. One thread at a time."""
        now = self._due()
        if self._alone:
            return (), _LONGEST_LOOK
        self._recover(now)
        room = self._batch() - len(self._hand.waiting)
        found: Sequence[Given] = ()
        if room > 0:
            found = self._take(now, room, suspects=False)
        if not found and not self._hand.begun and not self._hand.waiting and not self._hand.returned:
            found = self._take(now, 1, suspects=True, alone=not self._has_written)
            self._alone = bool(found)
            if not found:
                return (), self._wait(now)
        self._look = _SHORTEST_LOOK if found else min(_LONGEST_LOOK, self._look * 2)
        return found, self._look

    def _take(self, now: datetime, limit: int, *, suspects: bool, alone: bool = False) -> Sequence[Given]:
        terms = self._terms
        kinds = [JobKind.REPOSITORY]
        with self._changed:
            if self._hand.listings < max(1, terms.workers - 1):
                kinds.append(JobKind.SOURCE)
            hosts = self._hand.hosts
            full = [name for name in hosts if hosts[name] >= self._retrying.most_at_once(name, terms.per_host)]
        jobs = self._patience.call(
            lambda: self._store.jobs.claim(
                terms.worker, now, limit, terms.lease_seconds, kinds, terms.run_id, full, suspects, alone
            )
        )
        urls = [job.subject for job in jobs if job.kind is JobKind.REPOSITORY]
        stored = self._patience.call(lambda: self._store.stored_repositories(urls)) if urls else {}
        return [(job, stored.get(job.subject)) for job in jobs]

    def _wait(self, now: datetime) -> float:
        """Nothing to take and nothing in hand: end, or how long until there may be something."""
        outlook = self._patience.call(lambda: self._store.jobs.outlook(self._terms.run_id, now))
        self._look = min(_LONGEST_LOOK, self._look * 2)
        if self._terms.once:
            self._end(Why.DONE)
        elif self._terms.leads and not outlook.running and not self._is_worth_waiting(outlook, now):
            self.waits_for = tuple(sorted(outlook.paused))
            self._end(Why.DONE)
        return self._look

    def _is_worth_waiting(self, outlook: Outlook, now: datetime) -> bool:
        if outlook.queued == 0:
            return False
        ends = [*outlook.paused.values(), *([outlook.due_at] if outlook.due_at is not None else [])]
        soonest = min(ends, default=now)
        until = self._terms.until
        # A job that is not due before the time is up is left by that time's end, not by this.
        return soonest - now <= _WORTH_WAITING and (until is None or soonest < until or outlook.due_at == soonest)

    def _recover(self, now: datetime) -> None:
        if time.monotonic() - self._recovered_at > 2.0:
            self._patience.call(lambda: self._store.jobs.recover(now))
            self._recovered_at = time.monotonic()

    def _batch(self) -> int:
        """About as many jobs as are done in a moment."""
        now = time.monotonic()
        with self._changed:
            while self._written and self._written[0][0] < now - 1:
                self._written.popleft()
            a_second = sum(number for _, number in self._written)
        return min(_MOST_AHEAD, max(self._terms.workers, int(a_second * _AHEAD_SECONDS)))

    def _end(self, why: Why) -> None:
        with self._changed:
            self.why = self.why or why
            self._changed.notify_all()

    def performed(self, job: Job) -> None:
        """A thread has done with it; its result may still wait to be written."""
        with self._changed:
            if job.host is not None:
                self._hand.hosts[job.host] -= 1
            if job.kind is JobKind.SOURCE:
                self._hand.listings -= 1
            self._changed.notify()

    # --- for the writer ---

    def stop(self, why: Why = Why.STOPPED) -> None:
        """Nothing new is begun."""
        self._end(why)

    def written(self, jobs: Sequence[Job]) -> None:
        """These jobs are in the books: ended, or in line again."""
        if not jobs:
            return
        with self._changed:
            for job in jobs:
                self._hand.begun.pop(job.id, None)
            self._has_written = True
            self._written.append((time.monotonic(), len(jobs)))
            self._look = _SHORTEST_LOOK
            if not self._hand.begun:
                self._alone = False
                # Now it shows whether that was all.
                self._look_again_at = 0.0
                self._changed.notify_all()

    def take_returned(self) -> list[str]:
        """Ids of jobs that were taken and will not be done here now: to be given back."""
        with self._changed:
            hand = self._hand
            if self.why is not None:
                hand.returned.extend(job for job, _ in hand.waiting)
                hand.waiting.clear()
            returned, hand.returned = hand.returned, []
            return [job.id for job in returned]

    def unwritten(self) -> list[str]:
        """Ids of jobs that were begun and are in no books."""
        with self._changed:
            return list(self._hand.begun)
