# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The threads of one process: each does job after job; results wait in a bounded queue for the one writer."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from registry.catalogue.dispatching import Dispatcher
from registry.catalogue.ledger import Judged, Ledger
from registry.catalogue.patience import Patience
from registry.catalogue.performing import Performer, failed_over
from registry.catalogue.tasks import Result
from registry.errors import SchemaMismatch, StorageError, StorageFull
from registry.model import Job, JobKind, StoredRepository
from registry.storage.booking import BookedPage

_WAITING_RESULTS = 32
"""Bounds memory: a result may carry a snapshot's files."""
_PATIENCE = 0.2
_GLANCE_SECONDS = 0.02
"""How soon the writer sees that nobody is busy any more."""
_QUIET_SECONDS = 0.5
"""The writer has other duties too when nothing comes."""


@dataclass(frozen=True, slots=True)
class Ended:
    """Everybody has gone home; ``error`` is what ended the work before its time."""

    error: BaseException | None = None


class Crew:
    """Starts with ``start``; ``results`` gives what is ready. It ends when the dispatcher has no more jobs."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        performer: Performer,
        ledger: Ledger,
        patience: Patience,
        clock: Callable[[], datetime],
        workers: int,
    ) -> None:
        self._dispatcher = dispatcher
        self._performer = performer
        self._ledger = ledger
        self._patience = patience
        self._clock = clock
        self._results: queue.Queue[Judged | Ended] = queue.Queue(_WAITING_RESULTS)
        self._abandoned = threading.Event()
        self._error: BaseException | None = None
        self._threads = [
            threading.Thread(target=self._work, name=f"worker-{number}", daemon=True) for number in range(workers)
        ]
        self._at_work = workers
        self._busy = 0
        self._lock = threading.Lock()

    @property
    def abandoned(self) -> bool:
        return self._abandoned.is_set()

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def abandon(self) -> None:
        """The writer is gone: nobody waits for a place in the queue any more."""
        self._dispatcher.stop()
        self._patience.lose()
        self._abandoned.set()

    def results(self, at_most: int, seconds: float) -> list[Judged | Ended]:
        """Wait a moment for one result, then take what comes within ``seconds``. An Ended is always the last.

        Sooner what others wait for: a page of a listing, and whatever there is when nobody is busy.
        """
        found: list[Judged | Ended] = []
        deadline = time.monotonic() + _QUIET_SECONDS
        while len(found) < at_most and not (found and _is_urgent(found[-1])):
            try:
                found.append(self._results.get(timeout=_GLANCE_SECONDS))
            except queue.Empty:
                if time.monotonic() >= deadline or (found and not self._busy):
                    break
                continue
            if len(found) == 1:
                deadline = time.monotonic() + seconds
            elif time.monotonic() >= deadline:
                break
        return found

    def _put(self, result: Judged | Ended) -> None:
        while not self._abandoned.is_set():
            with suppress(queue.Full):
                self._results.put(result, timeout=_PATIENCE)
                return

    def _hand_over(self, result: Result) -> None:
        self._put(self._ledger.judge(result))

    def _work(self) -> None:
        try:
            while (given := self._dispatcher.next()) is not None:
                with self._lock:
                    self._busy += 1
                try:
                    self._do(*given)
                finally:
                    with self._lock:
                        self._busy -= 1
                    self._dispatcher.performed(given[0])
        except BaseException as error:
            # Raised again by the writer: a database that stays away ends the work, not just this thread.
            self._error = error
            self._dispatcher.stop()
        with self._lock:
            self._at_work -= 1
            last = self._at_work == 0
        if last:
            self._put(Ended(self._error))

    def _do(self, job: Job, stored: StoredRepository | None) -> None:
        try:
            if job.kind is JobKind.SOURCE:
                for result in self._performer.list(job):
                    self._hand_over(result)
            else:
                self._hand_over(self._patience.call(lambda: self._performer.visit(job, stored)))
        except (SchemaMismatch, StorageFull):
            raise
        except StorageError as error:
            # Raises where the database stays away: that is nobody's fault but the database's.
            self._patience.check()
            self._hand_over(failed_over(job, error, self._clock()))


def _is_urgent(result: Judged | Ended) -> bool:
    return isinstance(result, Ended) or isinstance(result.entry, BookedPage)
