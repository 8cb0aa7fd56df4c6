# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The threads of one run: one lists, several visit; results wait in a bounded queue for the one writer."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from harvesters.base import Forge
from registry.catalogue.listing import Listed, Listing, Task
from registry.catalogue.memory import StoredMemory
from registry.catalogue.reading import Parser, RepositoryVisitor, Visit
from registry.decide import decide
from registry.model import (
    Change,
    ChangeKind,
    Fault,
    ForgeKind,
    Item,
    ItemStatus,
    Outcome,
    RepositoryRef,
)
from registry.storage.store import Store

_WAITING_TASKS = 200
_WAITING_RESULTS = 50
"""Bounds memory: a result may carry a snapshot's files."""
_PATIENCE = 0.2
_STATUS = {
    ChangeKind.NEW: ItemStatus.NEW,
    ChangeKind.CHANGED: ItemStatus.CHANGED,
    ChangeKind.UNCHANGED: ItemStatus.UNCHANGED,
    ChangeKind.GONE: ItemStatus.GONE,
    ChangeKind.WITHDRAWN: ItemStatus.GONE,
    ChangeKind.FAILED: ItemStatus.FAILED,
}


@dataclass(frozen=True, slots=True)
class Visited:
    """A decided visit; ``change`` is None for a repository that was skipped."""

    task: Task
    change: Change | None
    item: Item


@dataclass(frozen=True, slots=True)
class Ended:
    """Everybody has gone home; ``error`` is what ended the listing before its time."""

    error: BaseException | None = None


class Crew:
    """Starts with ``start``; ``results`` gives what is ready; ``stop`` lets what is in flight finish and no more."""

    def __init__(
        self,
        store: Store,
        open_forge: Callable[[ForgeKind], Forge],
        parser: Parser,
        clock: Callable[[], datetime],
        workers: int,
        listing: Listing,
    ) -> None:
        self._store = store
        self._open_forge = open_forge
        self._visitor = RepositoryVisitor(open_forge, parser, StoredMemory(store), lambda: self._abandoned.is_set())
        self._clock = clock
        self._listing = listing
        self._tasks: queue.Queue[Task | None] = queue.Queue(_WAITING_TASKS)
        self._results: queue.Queue[Visited | Listed | Ended] = queue.Queue(_WAITING_RESULTS)
        self._stopping = threading.Event()
        self._abandoned = threading.Event()
        self._error: BaseException | None = None
        self.listing = True
        self._threads = [threading.Thread(target=self._list, name="lister", daemon=True)]
        self._threads += [
            threading.Thread(target=self._work, name=f"visitor-{number}", daemon=True) for number in range(workers)
        ]
        self._at_work = workers
        self._lock = threading.Lock()

    @property
    def waiting(self) -> int:
        """Tasks known and not begun."""
        return self._tasks.qsize()

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()

    def abandon(self) -> None:
        """The writer is gone: nobody waits for a place in the queue any more."""
        self._stopping.set()
        self._abandoned.set()

    def results(self, at_most: int, seconds: float) -> list[Visited | Listed | Ended]:
        """Wait for one result, then take what comes within ``seconds``. An Ended is always the last."""
        found = [self._first()]
        deadline = time.monotonic() + seconds
        while len(found) < at_most and not isinstance(found[-1], Ended):
            try:
                found.append(self._results.get(timeout=max(0.0, deadline - time.monotonic())))
            except queue.Empty:
                break
        return found

    def _first(self) -> Visited | Listed | Ended:
        while True:
            # A bounded wait keeps the main thread open for Ctrl-C.
            with suppress(queue.Empty):
                return self._results.get(timeout=_PATIENCE)

    def _list(self) -> None:
        try:
            for step in self._listing.walk(self._store, self._open_forge):
                if self._stopping.is_set():
                    break
                if isinstance(step, Listed):
                    self._hand_over(step)
                else:
                    self._put_task(step)
        except BaseException as error:
            # Raised again by the writer: a database that fails ends the run, not just this thread.
            self._error = error
        finally:
            self.listing = False
            for _ in range(len(self._threads) - 1):
                self._put_task(None)

    def _put_task(self, task: Task | None) -> None:
        while not self._abandoned.is_set():
            with suppress(queue.Full):
                self._tasks.put(task, timeout=_PATIENCE)
                return

    def _hand_over(self, result: Visited | Listed | Ended) -> None:
        while not self._abandoned.is_set():
            with suppress(queue.Full):
                self._results.put(result, timeout=_PATIENCE)
                return

    def _work(self) -> None:
        while not self._abandoned.is_set():
            task = self._tasks.get()
            if task is None:
                break
            if not self._stopping.is_set():
                try:
                    self._hand_over(self._do(task))
                except BaseException as error:
                    self._error = error
                    self._stopping.set()
        with self._lock:
            self._at_work -= 1
            last = self._at_work == 0
        if last:
            self._hand_over(Ended(self._error))

    def _do(self, task: Task) -> Visited:
        now = self._clock()
        if task.skip is not None and task.stored is None:
            # An operator's token may see what is private: not even its name is told.
            about = task.source_url or task.url
            return Visited(task, None, Item(about, ItemStatus.SKIPPED, task.skip, {"subject": about}, at=now))
        visit = self._visit(task, now)
        change = decide(visit.stored, visit.ref, visit.fresh, now, visit.moved_from)
        return Visited(task, change, _item(change, visit, now))

    def _visit(self, task: Task, now: datetime) -> Visit:
        if task.skip is None or not isinstance(task.where, RepositoryRef):
            return self._visitor.visit(task.where, task.stored, now)
        # What was public and is private now is gone for everybody else.
        gone = Fault(Outcome.GONE, "repository-gone", {"subject": task.url, "detail": ""})
        return Visit(task.where, gone, task.stored, None, 0.0)


def _item(change: Change, visit: Visit, now: datetime) -> Item:
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
