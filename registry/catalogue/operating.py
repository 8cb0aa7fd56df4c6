# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The operator's view of harvests: how the present one goes, what earlier ones did, what became of one repository."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from harvesters.base import canonical_url
from registry.catalogue.alerting import Alert
from registry.catalogue.rereading import needs_rereading
from registry.errors import NotFound
from registry.model import HostTraffic, JobKind, JobState, Run, RunState, Source
from registry.storage.operations import VisitRecord, Worker
from registry.storage.store import Store

_RATED_OVER = timedelta(minutes=5)
"""The rate of a run is that of its last minutes: the first ones only list."""
_AT_ONCE = 50
_OPEN = (JobState.QUEUED, JobState.RUNNING)
_ENDABLE = (RunState.RUNNING, RunState.INTERRUPTED, RunState.PAUSED)

Counts = Mapping[JobKind, Mapping[JobState, int]]


@dataclass(frozen=True, slots=True)
class Standing:
    """How harvesting stands at one moment."""

    run: Run | None
    """The one in progress, else the last one; None before the first."""
    jobs: Counts
    """Of that run."""
    done: int
    """Repositories it has finished."""
    left: int
    """Repositories that are queued or in hand, as far as they are known."""
    sources_left: int
    """Sources still to be listed: they may bring more."""
    rate: float | None
    """Repositories a second of late; None where nothing goes on."""
    seconds_left: float | None
    workers: Sequence[Worker]
    paused_hosts: Sequence[HostTraffic]
    due_at: datetime | None
    """From when there is something to do of what is left; None when nothing is left."""
    alerts: Sequence[Alert]
    older_read: int
    """Repositories that an older version of this program has read."""

    @property
    def going_on(self) -> bool:
        return self.run is not None and self.run.state is RunState.RUNNING

    @property
    def resumable(self) -> bool:
        """``harvest resume`` and the next run go on with it."""
        ended = self.run is not None and self.run.state not in (RunState.RUNNING, RunState.ABORTED)
        return ended and self.left + self.sources_left > 0


@dataclass(frozen=True, slots=True)
class Night:
    """One run in the history; ``counts`` are those of one source where that was asked for."""

    run: Run
    counts: Mapping[str, int]

    @property
    def seconds(self) -> float | None:
        """How long it took; None while it goes on."""
        return (self.run.ended_at - self.run.started_at).total_seconds() if self.run.ended_at else None


class Operating:
    """``alerts`` says what is wrong at this moment."""

    def __init__(self, store: Store, alerts: Callable[[], Sequence[Alert]], clock: Callable[[], datetime]) -> None:
        self._store = store
        self._alerts = alerts
        self._clock = clock

    def alerts(self) -> Sequence[Alert]:
        """What is wrong at this moment, the worst first. Raises StorageError."""
        return self._alerts()

    def standing(self) -> Standing:
        """Raises StorageError."""
        now = self._clock()
        runs, _ = self._store.runs(1, 1)
        run = next(iter(runs), None)
        jobs: Counts = self._store.jobs.counts(run.id) if run is not None else {}
        going_on = run is not None and run.state is RunState.RUNNING
        left = _open(jobs, JobKind.REPOSITORY)
        rate = self._rate(run, now) if run is not None and going_on else None
        due_at = self._store.operations.next_due(run.id) if run is not None else None
        return Standing(
            run=run,
            jobs=jobs,
            done=sum(run.counts.values()) if run is not None else 0,
            left=left,
            sources_left=_open(jobs, JobKind.SOURCE),
            rate=rate,
            seconds_left=left / rate if rate else None,
            workers=self._store.operations.workers(),
            paused_hosts=self._paused(now),
            due_at=max(due_at, now) if due_at is not None else None,
            alerts=self._alerts(),
            older_read=needs_rereading(self._store),
        )

    def history(self, since: datetime | None, limit: int, source: Source | None = None) -> list[Night]:
        """The newest runs first; of one source only those that listed it or visited what it brought."""
        found: list[Night] = []
        page = 1
        while len(found) < limit:
            runs, total = self._store.runs(page, _AT_ONCE)
            recent = [run for run in runs if since is None or run.started_at >= since]
            found += self._nights(recent, source)
            if len(recent) < len(runs) or page * _AT_ONCE >= total:
                break
            page += 1
        return found[:limit]

    def visits(self, url: str, since: datetime | None, limit: int) -> list[VisitRecord]:
        """What the runs did with one repository, the newest first. Raises InvalidInput, NotFound where no run ever
        met it.
        """
        found = self._store.operations.visits(canonical_url(url), since, limit)
        if not found and since is None:
            raise NotFound(url, "no run")
        return found

    def end(self, run_id: str | None, *, keep: bool) -> Run:
        """Ask a run, or the latest one, to end now: what is in flight is finished, the rest dropped unless ``keep``.

        One that ended early before is aborted at once. Raises NotFound where there is nothing to end.
        """
        run = self._store.run(run_id) if run_id is not None else next(iter(self._store.runs(1, 1)[0]), None)
        if run is None or run.state not in (_ENDABLE if not keep else (RunState.RUNNING,)):
            raise NotFound(run.id if run is not None else "", rule="run-none")
        return self._store.ask_run(run.id, "stop" if keep else "abort", self._clock())

    def _nights(self, runs: Sequence[Run], source: Source | None) -> list[Night]:
        if source is None:
            return [Night(run, run.counts) for run in runs]
        ids = [run.id for run in runs]
        counts = self._store.operations.counts_of_source(source.id, ids)
        listing = self._store.operations.runs_listing(source.id, ids)
        planned = {run.id for run in runs if run.plan is not None and source.id in run.plan.source_ids}
        met = counts.keys() | listing | planned
        return [Night(run, counts.get(run.id, {})) for run in runs if run.id in met]

    def _rate(self, run: Run, now: datetime) -> float:
        since = max(run.started_at, now - _RATED_OVER)
        seconds = max(1.0, (now - since).total_seconds())
        return self._store.operations.finished_since(run.id, since) / seconds

    def _paused(self, now: datetime) -> list[HostTraffic]:
        return [host for host in self._store.hosts.all() if host.paused_until is not None and host.paused_until > now]


def _open(jobs: Counts, kind: JobKind) -> int:
    return sum(jobs.get(kind, {}).get(state, 0) for state in _OPEN)
