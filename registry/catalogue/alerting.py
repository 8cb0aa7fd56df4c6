# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What an operator should be told without looking: a situation is read from the store, ``judge`` names what is wrong.

The rules' texts are in ``registry/vocabulary/rules/alerts.toml``. Nothing is remembered: an alert is there for as long
as its cause is.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise, takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from registry.model import HostTraffic, JobKind, JobState, Run, RunState, Severity, Source
from registry.search.index import Index, IndexStatus
from registry.storage.store import Store
from registry.storage.watching import HostHealth
from registry.vocabulary.rules import Explanation, explain, rules

if TYPE_CHECKING:
    from registry.config import Config

CAUSE = "cause"
"""The param that holds the rule id of what is behind an alert; ``explained`` puts that into words too."""
_PREFIX = "alert-"
_RUNS_LOOKED_AT = 30
_MANY_FAILURES = 3
_FAILING_LONG = timedelta(days=3)
_LATE, _MISSING = timedelta(hours=26), timedelta(hours=50)
_NIGHT = (timedelta(hours=18), timedelta(hours=30))
"""Between the beginnings of two harvests that a timer starts: with its random delay, and summer time."""
_PAUSED_NIGHTS = 3
_TRIED_BY_NOW = timedelta(days=2)
_PAUSED_LONG = timedelta(hours=1)
_DOWN_AT_LEAST = 5
_DOWN_SHARE = 0.5
_INDEX_BEHIND = timedelta(minutes=15)
SHRUNK = "source-shrunk"
"""What is known of a source that lists far fewer repositories than expected."""
_TOKEN = frozenset({"needs-password", "token-refused"})
_SILENT = frozenset({"unreachable", "too-slow"})
_ENDED = {RunState.DONE, RunState.PAUSED}


@dataclass(frozen=True, slots=True)
class Alert:
    """``since`` is when it began, where that is known."""

    rule: str
    params: Mapping[str, str] = field(default_factory=dict)
    since: datetime | None = None

    @property
    def severity(self) -> Severity:
        return rules()[self.rule].severity


@dataclass(frozen=True, slots=True)
class Situation:
    """All that the rules look at. Sizes in bytes."""

    sources: Sequence[Source] = ()
    runs: Sequence[Run] = ()
    """The latest, newest first."""
    lease_until: datetime | None = None
    given_up: int = 0
    """Jobs of the latest run that were given up."""
    hosts: Sequence[HostTraffic] = ()
    unreachable: Sequence[HostHealth] = ()
    longest_unvisited: datetime | None = None
    disk_free: int | None = None
    disk_needed: int = 0
    """What all workers may take at one time."""
    outbox: int = 0
    outbox_since: datetime | None = None
    index: IndexStatus | None = None
    solutions: int = 0


def alerts(store: Store, index: Index, config: Config, now: datetime) -> list[Alert]:
    """What is wrong at this moment, the worst first. Cheap: a dozen bounded queries. Raises StorageError."""
    return judge(situation(store, index, config), now)


def situation(store: Store, index: Index, config: Config) -> Situation:
    """What is stored and measured now. Raises StorageError."""
    runs = store.runs(1, _RUNS_LOOKED_AT)[0]
    watching = store.watching
    return Situation(
        sources=store.sources(),
        runs=runs,
        lease_until=watching.lease_until(),
        given_up=_given_up(store, runs[0].id) if runs else 0,
        hosts=store.hosts.all(),
        unreachable=watching.hosts_with_unreachable(_DOWN_AT_LEAST),
        longest_unvisited=watching.longest_unvisited(),
        disk_free=_free(config.data_dir),
        disk_needed=config.workers * config.limits.git_bytes,
        outbox=store.outbox_size(),
        outbox_since=watching.outbox_since(),
        index=index.status(),
        solutions=store.count_solutions(),
    )


def judge(found: Situation, now: datetime) -> list[Alert]:
    """The alerts of a situation: errors before warnings, else in the order of the rules. Pure."""
    told = [alert for rule in _RULES for alert in rule(found, now)]
    return sorted(told, key=lambda alert: alert.severity is not Severity.ERROR)


def alert_rules() -> tuple[str, ...]:
    """The ids of all alerts there are, sorted."""
    return tuple(sorted(rule for rule in rules() if rule.startswith(_PREFIX)))


def explained(alert: Alert, lang: str) -> Explanation:
    """Message and hint in ``lang``; the message ends with the cause, where one is known."""
    told = explain(alert.rule, alert.params, lang)
    cause = alert.params.get(CAUSE, "")
    if cause not in rules():
        return told
    named = {"subject": alert.params.get("source", alert.params.get("host", "")), "detail": "", **alert.params}
    because = explain(cause, named, lang).message.strip().rstrip(":. ")
    return replace(told, message=f"{told.message} {because}.")


# --- sources ---


def _sources(found: Situation, now: datetime) -> Iterator[Alert]:
    for source in found.sources:
        # The demonstration's server is not there between two demonstrations.
        if source.paused or source.demo:
            continue
        named = {"source": source.url, CAUSE: source.last_error or ""}
        if source.last_error == SHRUNK:
            yield Alert("alert-source-shrunk", {"source": source.url}, source.failing_since)
        elif source.last_error in _TOKEN:
            yield Alert("alert-token-refused", {"source": source.url}, source.failing_since)
        elif source.last_error is not None and source.last_success_at is None and source.last_listed is None:
            yield Alert("alert-source-never-listed", named, source.failing_since or source.created_at)
        elif source.last_error is not None and _failing_long(source, now):
            yield Alert("alert-source-failing", named | {"failures": str(source.failures)}, source.failing_since)
        elif source.last_run_at is None and now - source.created_at > _TRIED_BY_NOW and _ran_since(found, source):
            yield Alert("alert-source-never-tried", {"source": source.url}, source.created_at)


def _failing_long(source: Source, now: datetime) -> bool:
    long_since = source.failing_since is not None and now - source.failing_since > _FAILING_LONG
    return long_since or source.failures >= _MANY_FAILURES


def _ran_since(found: Situation, source: Source) -> bool:
    return any(run.state in _ENDED and run.started_at > source.created_at for run in _nights(found))


# --- runs ---


def _nights(found: Situation) -> list[Run]:
    """Runs over sources, newest first: one over single repositories says nothing about the nights."""
    return [run for run in found.runs if not run.demo and not (run.plan and run.plan.urls and not run.plan.source_ids)]


def _late(found: Situation, now: datetime) -> Iterator[Alert]:
    """Only where a timer starts harvests: two of them began about a day apart."""
    nights = _nights(found)
    begun = [run.started_at for run in nights if run.state in _ENDED | {RunState.RUNNING}]
    by_timer = any(_NIGHT[0] <= later - earlier <= _NIGHT[1] for later, earlier in pairwise(begun))
    if not by_timer or all(source.paused for source in found.sources):
        return
    age = now - begun[0]
    if age > _LATE:
        rule = "alert-run-missing" if age > _MISSING else "alert-run-late"
        yield Alert(rule, {"hours": str(int(age.total_seconds() // 3600))}, begun[0])


def _ended_badly(found: Situation, now: datetime) -> Iterator[Alert]:
    if not found.runs:
        return
    run = found.runs[0]
    params = {"run": run.id, "begun": _shown(run.started_at), "left": "?" if run.left is None else str(run.left)}
    if run.state is RunState.RUNNING and (found.lease_until is None or found.lease_until < now):
        yield Alert("alert-run-dead", params, found.lease_until or run.started_at)
    elif run.state is RunState.INTERRUPTED and run.left != 0:
        yield Alert("alert-run-interrupted", params, run.ended_at)
    elif run.state is RunState.FAILED:
        yield Alert("alert-run-failed", params, run.ended_at)


def _budget(found: Situation, now: datetime) -> Iterator[Alert]:
    nights = [run for run in _nights(found) if run.state is not RunState.RUNNING]
    paused = list(takewhile(lambda run: run.state is RunState.PAUSED, nights))
    if len(paused) >= _PAUSED_NIGHTS:
        days = (now - found.longest_unvisited).days if found.longest_unvisited else 0
        yield Alert("alert-budget-small", {"nights": str(len(paused)), "days": str(days)}, paused[-1].ended_at)


def _jobs(found: Situation, now: datetime) -> Iterator[Alert]:  # noqa: ARG001 - all rules are called alike
    if found.given_up:
        yield Alert("alert-jobs-given-up", {"count": str(found.given_up)}, found.runs[0].started_at)


def _given_up(store: Store, run_id: str) -> int:
    counts = store.jobs.counts(run_id)
    return sum(counts.get(kind, {}).get(JobState.FAILED, 0) for kind in (JobKind.SOURCE, JobKind.REPOSITORY))


# --- hosts, disk, index ---


def _hosts(found: Situation, now: datetime) -> Iterator[Alert]:
    for host in found.hosts:
        if host.paused_until is not None and host.paused_until - now > _PAUSED_LONG:
            params = {"host": host.name, "until": _shown(host.paused_until), CAUSE: host.paused_for or ""}
            yield Alert("alert-host-silent" if host.paused_for in _SILENT else "alert-host-paused", params)
    for health in found.unreachable:
        if health.unreachable >= max(_DOWN_AT_LEAST, _DOWN_SHARE * health.repositories):
            counts = {"count": str(health.unreachable), "total": str(health.repositories)}
            yield Alert("alert-host-down", {"host": health.name, **counts})


def _disk(found: Situation, now: datetime) -> Iterator[Alert]:  # noqa: ARG001
    if found.disk_free is None or found.disk_free >= 2 * found.disk_needed:
        return
    rule = "alert-disk-full" if found.disk_free < found.disk_needed else "alert-disk-low"
    yield Alert(rule, {"free": _mebibytes(found.disk_free), "needed": _mebibytes(found.disk_needed)})


def _index(found: Situation, now: datetime) -> Iterator[Alert]:
    if found.index is not None and not found.index.fits and found.solutions:
        yield Alert("alert-index-unfit")
    elif found.outbox_since is not None and now - found.outbox_since > _INDEX_BEHIND:
        minutes = int((now - found.outbox_since).total_seconds() // 60)
        yield Alert("alert-index-behind", {"count": str(found.outbox), "minutes": str(minutes)}, found.outbox_since)


def _free(folder: Path) -> int | None:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None


def _shown(at: datetime) -> str:
    """In a form that German and English texts share."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _mebibytes(size: int) -> str:
    return f"{size // 2**20} MiB"


_RULES: tuple[Callable[[Situation, datetime], Iterator[Alert]], ...] = (
    *(_disk, _index, _ended_badly, _late, _sources, _hosts, _budget, _jobs),
)
