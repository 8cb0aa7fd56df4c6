# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The harvest: runs are led, resumed, worked at by further processes, or only tried.

All work of a run is rows of jobs; see ``working`` for how a process does them and ``leasing`` for what leads a run.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime

from registry.assess import assess
from registry.catalogue.dispatching import Terms, Why
from registry.catalogue.memory import NoMemory
from registry.catalogue.patience import Patience
from registry.catalogue.peering import owed_jobs
from registry.catalogue.pruning import Pruning
from registry.catalogue.reading import RepositoryVisitor, Visit
from registry.catalogue.stopping import Stopping
from registry.catalogue.tasks import plan_of, planned_jobs
from registry.catalogue.trying import DryRun, try_plan
from registry.catalogue.working import Door, Pace, Progress, Shift
from registry.errors import HarvestRunning, NotFound, StorageError
from registry.model import ForgeKind, Plan, Problem, Run, RunState, Source
from registry.search.index import Index
from registry.search.sync import sync
from registry.storage.holder import worker_name
from registry.storage.leasing import HOSTS_LEFT
from registry.storage.store import Store
from registry.vocabulary.rules import problem

__all__ = ["Door", "DryRun", "Harvesting", "Pace", "Progress", "Report"]

_BATCH = 100
_IDLE_SECONDS = 5.0
_WAKING_SECONDS = 0.2

OpenDoor = Callable[[], AbstractContextManager[Door]]


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a run."""

    run: Run
    seconds: float
    interrupted: bool = False
    """By a signal, or because it was asked to stop."""


class Harvesting:
    """Runs and tests of harvesting. ``open_door`` gives the guarded clients, made only when something is fetched.

    ``open_dry_door`` gives such that store nothing, not even an answer to be asked for again.
    """

    def __init__(
        self,
        store: Store,
        index: Index,
        open_door: OpenDoor,
        clock: Callable[[], datetime],
        workers: int = 4,
        pace: Pace | None = None,
        open_dry_door: OpenDoor | None = None,
    ) -> None:
        self._store = store
        self._index = index
        self._open_door = open_door
        self._open_dry_door = open_dry_door or open_door
        self._clock = clock
        self._pace = pace or Pace(workers)

    def test(self, url: str, forge: ForgeKind) -> Visit:
        """Visit one repository exactly as the nightly harvest does, and store nothing."""
        with self._open_door() as door:
            visitor = RepositoryVisitor(door.open_forge, door, NoMemory())
            return visitor.visit((url, forge), None, self._clock())

    def run(
        self,
        sources: Sequence[Source] | Plan = (),
        urls: Sequence[tuple[str, ForgeKind]] = (),
        limit: int | None = None,
        progress: Progress | None = None,
        demo: bool = False,
    ) -> Report:
        """Harvest a plan, or these sources and single repositories, at most ``limit`` repositories in all.

        What earlier runs left is taken along, unless there is a limit. One broken repository or source never ends the
        run. Ctrl-C lets what is in flight finish and stores it; the rest stays for ``resume`` or the next run. So it is
        when the plan's time is up. Raises HarvestRunning while another run holds the lease, StorageError when the
        database cannot be written (what was stored before stays, and ``resume`` goes on).
        """
        started = time.monotonic()
        plan = sources if isinstance(sources, Plan) else plan_of(sources, urls, limit, demo)
        jobs = [*planned_jobs(self._sources(sources), plan.urls, plan.limit), *owed_jobs(self._store, plan)]
        stopping = Stopping()
        with stopping.listening():
            run = self._store.begin_run(self._clock(), plan.demo, self._pace.lease_seconds, plan, jobs)
            return self._lead(run, plan, started, stopping, progress)

    def resume(
        self, run_id: str | None = None, progress: Progress | None = None, until: datetime | None = None
    ) -> Report:
        """Go on with this run, or with the latest of which something is left.

        Raises NotFound when nothing is left, HarvestRunning, StorageError.
        """
        started = time.monotonic()
        stopping = Stopping()
        with stopping.listening():
            run = self._store.reopen_run(run_id, self._clock(), self._pace.lease_seconds, until)
            return self._lead(run, run.plan or Plan(demo=run.demo), started, stopping, progress)

    def work(
        self,
        progress: Progress | None = None,
        until: datetime | None = None,
        idle_seconds: float = _IDLE_SECONDS,
        once: bool = False,
    ) -> int:
        """Work at whatever run is going on, without leading it, until a signal comes or the time is up.

        ``once``: until there is nothing to do. How many jobs were done. Raises StorageError.
        """
        stopping = Stopping()
        patience = Patience(self._store.verify, self._pace.patience_seconds)
        done = 0
        with stopping.listening():
            while not stopping.asked and (until is None or self._clock() < until):
                run_id = patience.call(self._store.run_in_progress)
                if run_id is not None:
                    done += self._help(run_id, until, once, stopping, progress)
                if once:
                    break
                _rest(idle_seconds if run_id is None else _WAKING_SECONDS, stopping)
        return done

    def dry_run(self, plan: Plan, progress: Progress | None = None) -> DryRun:
        """What a run of this plan would find: listings are read and repositories asked, and nothing is written."""
        with self._open_dry_door() as door:
            return try_plan(self._store, door, plan, self._sources(plan), self._clock, self._pace.workers, progress)

    # --- leading ---

    def _lead(self, run: Run, plan: Plan, started: float, stopping: Stopping, progress: Progress | None) -> Report:
        state, errors = RunState.FAILED, list[Problem]()
        try:
            with self._open_door() as door:
                door.sweep()
                shift = self._shift(door, run, plan, stopping, progress, leads=True)
                why = shift.work()
                state, said = self._outcome(run, shift, why)
                errors += said
                for fault in errors:
                    if progress is not None:
                        progress.said(fault)
                if state is RunState.DONE:
                    self._group_missing(shift, progress)
            with self._holding(run):
                self._reassess()
                sync(self._store, self._index)
                Pruning(self._store, self._clock).light(self._clock())
        except KeyboardInterrupt:
            state = RunState.INTERRUPTED
            errors.append(problem("run-interrupted", None, None, subject="", detail=self._left(run)))
        finally:
            ended = self._end(run, state, errors)
        return Report(ended, time.monotonic() - started, ended.state is RunState.INTERRUPTED)

    @contextmanager
    def _holding(self, run: Run) -> Iterator[None]:
        """The last steps may take longer than a lease: a thread keeps it meanwhile."""
        over = threading.Event()

        def beat() -> None:
            while not over.wait(self._pace.lease_seconds / 4):
                with suppress(StorageError, HarvestRunning):
                    self._store.heartbeat(run.id, self._clock())

        keeper = threading.Thread(target=beat, name="lease", daemon=True)
        keeper.start()
        try:
            yield
        finally:
            over.set()
            keeper.join()

    def _outcome(self, run: Run, shift: Shift, why: Why) -> tuple[RunState, list[Problem]]:
        """How a run ends whose leader has no more work, and what is to be said about that."""
        left = sum(self._store.jobs.left(run.id))
        detail = str(left)
        if shift.aborted:
            return RunState.ABORTED, [problem("run-aborted", None, None, subject="", detail=detail)]
        if why is Why.STOPPED:
            return RunState.INTERRUPTED, [problem("run-interrupted", None, None, subject="", detail=detail)]
        if why is Why.TIME_IS_UP and left:
            return RunState.PAUSED, [problem("run-paused", None, None, subject="", detail=detail)]
        if shift.waits_for:
            self._store.leave_to_the_next(run.id, shift.waits_for, self._clock())
        return RunState.DONE, [problem(HOSTS_LEFT, None, None, subject=host, detail="") for host in shift.waits_for]

    def _left(self, run: Run) -> str:
        """How many jobs are left, as a text; the database may be what was waited for."""
        try:
            return str(sum(self._store.jobs.left(run.id)))
        except StorageError:
            return "?"

    def _end(self, run: Run, state: RunState, errors: Sequence[Problem]) -> Run:
        try:
            return self._store.end_run(run.id, state, self._clock(), errors)
        except StorageError:
            if state is not RunState.FAILED:
                raise
            # The database is what failed: the error under way says so, and the lease frees the run.
            return replace(run, state=state)

    # --- helping ---

    def _help(
        self, run_id: str, until: datetime | None, once: bool, stopping: Stopping, progress: Progress | None
    ) -> int:
        try:
            run = self._store.run(run_id)
        except NotFound:
            return 0
        plan = run.plan or Plan(demo=run.demo)
        budgets = [moment for moment in (until, plan.until) if moment is not None]
        with self._open_door() as door:
            given = replace(plan, until=min(budgets, default=None))
            shift = self._shift(door, run, given, stopping, progress, leads=False, once=once)
            # A run that was closed while we worked has taken its jobs back.
            with suppress(HarvestRunning):
                shift.work()
            return shift.done

    # --- both ---

    def _shift(
        self,
        door: Door,
        run: Run,
        plan: Plan,
        stopping: Stopping,
        progress: Progress | None,
        *,
        leads: bool,
        once: bool = False,
    ) -> Shift:
        pace = self._pace
        worker = worker_name(secrets.token_hex(3))
        terms = Terms(
            run.id, worker, pace.workers, pace.per_host, pace.lease_seconds, leads, once=once, until=plan.until
        )
        return Shift(self._store, self._index, door, self._clock, pace, terms, plan, stopping, progress)

    def _sources(self, wanted: Sequence[Source] | Plan) -> Sequence[Source]:
        if not isinstance(wanted, Plan):
            return wanted
        known = {source.id: source for source in self._store.sources()}
        return [known[source_id] for source_id in wanted.source_ids if source_id in known]

    def _group_missing(self, shift: Shift, progress: Progress | None) -> None:
        """After an update of this program: compare what no harvest has read since. The next run goes on with it."""
        after: str | None = ""
        while after is not None:
            after, left = self._store.group_missing(self._clock(), after, _BATCH)
            shift.keep_alive()
            if left and progress is not None:
                progress.grouping(left)

    def _reassess(self) -> None:
        """Verdicts that only the passing of time has changed: an unchanged repository grows quiet."""
        now = self._clock()
        while due := self._store.due_for_reassessment(now, 200):
            self._store.save_assessments([(solution_id, assess(solution, now)) for solution_id, solution in due], now)


def _rest(seconds: float, stopping: Stopping) -> None:
    """Sleep in pieces short enough for a signal."""
    end = time.monotonic() + seconds
    while not stopping.asked and (left := end - time.monotonic()) > 0:
        time.sleep(min(_WAKING_SECONDS, left))
