# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reading stored snapshots again with the present readers, resolver and assessment: no network, the same outcome.

Threads load and read, each in a process of the sandbox; the thread that called ``run`` is the only one that writes.
Each repository is written at once with the detector of these readers, so a run that was killed is simply begun again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Protocol

from registry.catalogue.attributing import reattribute
from registry.catalogue.keeping import replay
from registry.catalogue.memory import StoredMemory
from registry.catalogue.reading import Parser, conclude, readers_mark
from registry.decide import decide
from registry.errors import AllmendeError, DamagedSnapshot, NotFound, StorageError
from registry.model import Change, Fact, Item, ItemStatus, Snapshot
from registry.search.index import Index
from registry.search.sync import sync
from registry.storage.rereads import Due, Outcome
from registry.storage.store import Store

_log = logging.getLogger(__name__)
_PAGE = 200
_BATCH = 50
_BATCH_SECONDS = 1.0
_SYNC_SECONDS = 10.0
_AHEAD = 3
"""Repositories in memory for each worker: the next ones are loaded while these are read."""
_STATUS = {Outcome.CHANGED: ItemStatus.CHANGED, Outcome.UNCHANGED: ItemStatus.UNCHANGED}


class Progress(Protocol):
    """Told what happens, from the thread that called ``run``; as in ``harvesting``."""

    def done(self, item: Item, waiting: int, listing: bool) -> None: ...


@dataclass(slots=True)
class Reread:
    """What came of it: numbers of repositories."""

    changed: int = 0
    unchanged: int = 0
    overtaken: int = 0
    """Something else was stored of them meanwhile."""
    failed: list[Item] = field(default_factory=list)
    left: int = 0
    interrupted: bool = False
    seconds: float = 0.0

    @property
    def done(self) -> int:
        return self.changed + self.unchanged + self.overtaken + len(self.failed)


@dataclass(frozen=True, slots=True)
class _Concluded:
    due: Due
    change: Change | None
    fault: Item | None
    seconds: float


def needs_rereading(store: Store) -> int:
    """Repositories that older readers have read: the next night fetches them all, unless they are read again before."""
    return store.rereads.count(readers_mark())


class Rereading:
    """``open_parser`` gives the sandbox with so many workers, closed at the end."""

    def __init__(
        self,
        store: Store,
        index: Index,
        open_parser: Callable[[int], AbstractContextManager[Parser]],
        clock: Callable[[], datetime],
        workers: int,
    ) -> None:
        self._store = store
        self._index = index
        self._open_parser = open_parser
        self._clock = clock
        self._workers = workers

    def run(
        self,
        slugs: Sequence[str] | None = None,
        everything: bool = False,
        workers: int | None = None,
        progress: Progress | None = None,
    ) -> Reread:
        """Read again what older readers have read, or all, or the repositories of these solutions whoever read them.

        Then whoever publishes or maintains what nobody could name before is looked for in the register as it is now.

        One that cannot be read again costs only itself. Ctrl-C stores what is in hand and ends. Raises NotFound for an
        unknown slug, HarvestRunning while a harvest leads (what was done before is kept), StorageError.
        """
        for slug in slugs or ():
            self._store.solution(slug)
        started = time.monotonic()
        mark = None if everything or slugs else readers_mark()
        report = Reread(left=self._store.rereads.count(mark, slugs))
        workers = workers or self._workers
        if report.left:
            with self._open_parser(workers) as parser, ThreadPoolExecutor(workers + 1) as pool:
                _Round(self._store, self._index, parser, self._clock, pool, workers * _AHEAD, report, progress).run(
                    self._due(mark, slugs)
                )
        named = 0 if report.interrupted else reattribute(self._store, self._clock())
        if named or report.done:
            sync(self._store, self._index)
        report.seconds = time.monotonic() - started
        return report

    def _due(self, mark: str | None, slugs: Sequence[str] | None) -> Iterator[Due]:
        after = ""
        while page := self._store.rereads.page(after, _PAGE, mark, slugs):
            yield from page
            after = page[-1].id


@dataclass(slots=True)
class _Round:
    """The state of one call of ``run``."""

    store: Store
    index: Index
    parser: Parser
    clock: Callable[[], datetime]
    pool: ThreadPoolExecutor
    ahead: int
    report: Reread
    progress: Progress | None
    flying: set[Future[_Concluded]] = field(default_factory=set)
    ready: list[_Concluded] = field(default_factory=list)
    saved_at: float = field(default_factory=time.monotonic)
    synced_at: float = field(default_factory=time.monotonic)

    def run(self, due: Iterator[Due]) -> None:
        try:
            try:
                self._all(due)
            except KeyboardInterrupt:
                self.report.interrupted = True
                self._land()
            self._save()
        finally:
            for future in self.flying:
                future.cancel()

    def _all(self, due: Iterator[Due]) -> None:
        while True:
            for one in islice(due, self.ahead - len(self.flying)):
                self.flying.add(self.pool.submit(self._conclude, one))
            if not self.flying:
                return
            self._collect(FIRST_COMPLETED)
            if len(self.ready) >= _BATCH or time.monotonic() - self.saved_at > _BATCH_SECONDS:
                self._save()

    def _collect(self, when: str) -> None:
        done, _ = wait(self.flying, return_when=when)
        self.flying -= done
        self.ready += [future.result() for future in done]

    def _land(self) -> None:
        """What nobody has begun is dropped, what is being read is finished."""
        self.flying = {future for future in self.flying if not future.cancel()}
        while self.flying:
            self._collect(FIRST_COMPLETED)

    def _save(self) -> None:
        self.saved_at = time.monotonic()
        ready, self.ready = self.ready, []
        written = [(one.due, one.change) for one in ready if one.change is not None]
        outcomes = dict(
            zip((due.id for due, _ in written), self.store.rereads.save(written, self.clock()), strict=True)
        )
        for one in ready:
            self._tell(one, outcomes.get(one.due.id))
        if self.saved_at - self.synced_at > _SYNC_SECONDS:
            self.synced_at = self.saved_at
            sync(self.store, self.index)

    def _tell(self, one: _Concluded, outcome: Outcome | None) -> None:
        item = one.fault or _item(one, outcome, self.clock())
        self.report.left -= 1
        if one.fault is not None:
            self.report.failed.append(one.fault)
        elif outcome is Outcome.CHANGED:
            self.report.changed += 1
        elif outcome is Outcome.UNCHANGED:
            self.report.unchanged += 1
        else:
            self.report.overtaken += 1
        if self.progress is not None:
            self.progress.done(item, max(0, self.report.left), False)

    def _conclude(self, due: Due) -> _Concluded:
        started = time.monotonic()
        change, fault = None, None
        try:
            change = self._change(due)
        except (DamagedSnapshot, NotFound) as error:
            rule = error.rule if isinstance(error, DamagedSnapshot) else "snapshot-missing"
            fault = Item(due.url, ItemStatus.FAILED, rule, error.params, at=self.clock())
        except StorageError:
            raise
        except Exception as error:
            # A fault of ours in one repository must not end the run of all others.
            _log.exception("unexpected fault while reading %s again", due.url)
            params = {"subject": due.url, "detail": type(error).__name__}
            fault = Item(due.url, ItemStatus.FAILED, "internal", params, at=self.clock())
        return _Concluded(due, change, fault, time.monotonic() - started)

    def _change(self, due: Due) -> Change:
        now = self.clock()
        stored = self.store.stored_repositories([due.url]).get(due.url)
        taken = self.store.snapshot(due.url)
        # Branches and tags may have moved since without any difference to what is read.
        taken = replace(taken, detector=due.detector or taken.detector)
        fresh = conclude(taken, self.parser, _Memory(self.store, self.parser, taken), now)
        return replace(decide(stored, taken.ref, fresh, now), harvested=fresh)


class _Memory(StoredMemory):
    """What was last good, as these readers read it."""

    def __init__(self, store: Store, parser: Parser, newest: Snapshot) -> None:
        super().__init__(store)
        self._parser = parser
        self._newest = newest

    def last_good(self, url: str) -> Sequence[Fact]:
        try:
            before = self._store.rereads.since_good(url)
        except AllmendeError:
            before = []
        return replay(before, self._parser.read, super().last_good(url), self._newest.commit)


def _item(one: _Concluded, outcome: Outcome | None, now: datetime) -> Item:
    if outcome is None or outcome is Outcome.OVERTAKEN:
        params = {"subject": one.due.url, "detail": ""}
        return Item(one.due.url, ItemStatus.SKIPPED, "reread-overtaken", params, seconds=one.seconds, at=now)
    harvested = one.change.harvested if one.change is not None else None
    problems = len(harvested.solution.problems) if harvested is not None else 0
    return Item(one.due.url, _STATUS[outcome], problems=problems, seconds=one.seconds, at=now)
