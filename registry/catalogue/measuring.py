# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Figures for Prometheus, computed from the database when they are asked for: no process has to count for another.

Names and units follow https://prometheus.io/docs/practices/naming/; what each one means is in ``docs/operating.md``.
"""

from __future__ import annotations

import platform
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import reduce
from typing import TYPE_CHECKING

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector, CollectorRegistry

from registry import __version__
from registry.catalogue.alerting import Situation, alert_rules, judge, situation
from registry.catalogue.withholding import added, without_private
from registry.model import HostTraffic, Run, RunState, Source
from registry.search.index import Index
from registry.storage.store import Store

if TYPE_CHECKING:
    from registry.config import Config

MOST_SOURCES, MOST_HOSTS = 500, 200
"""Series a scrape has at most: the sources in trouble and the busiest hosts come first."""
OTHER = "other"
_KEPT_SECONDS = 5.0
_PREFIX = "allmende_"


class Measuring:
    """``registry()`` gives what ``prometheus_client`` writes out. Figures are kept for a few seconds per process."""

    def __init__(self, store: Store, index: Index, config: Config, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._index = index
        self._config = config
        self._clock = clock
        self._kept: dict[bool, tuple[float, list[Metric]]] = {}
        self._lock = threading.Lock()

    def registry(self, *, withhold: bool) -> CollectorRegistry:
        """A registry of its own with all figures; ``withhold``: the operator's own forges are not named.

        Raises StorageError.
        """
        made = CollectorRegistry(auto_describe=False)
        made.register(_Fixed(self._figures(withhold)))
        return made

    def _figures(self, withhold: bool) -> list[Metric]:
        with self._lock:
            kept = self._kept.get(withhold)
            if kept is not None and time.monotonic() - kept[0] < _KEPT_SECONDS:
                return kept[1]
            figures = list(self._measured(withhold))
            self._kept[withhold] = (time.monotonic(), figures)
            return figures

    def _measured(self, withhold: bool) -> Iterator[Metric]:
        found = situation(self._store, self._index, self._config)
        if withhold:
            found = without_private(found, self._config.egress)
        now = self._clock()
        yield from _of_sources(found.sources)
        stored = [((state,), number) for state, number in self._store.state_counts().items()]
        yield _gauge("repositories", "Repositories by state.", ("state",), stored)
        yield from _of_hosts(found.hosts, now)
        yield from _of_runs(found.runs)
        jobs = [
            ((kind.value, state.value), number)
            for kind, states in self._store.jobs.counts().items()
            for state, number in states.items()
        ]
        yield _gauge("jobs", "Rows of the job table.", ("kind", "state"), jobs)
        yield from _of_the_catalogue(found)
        alerts = Counter(alert.rule for alert in judge(found, now))
        told = [((rule,), alerts[rule]) for rule in alert_rules()]
        yield _gauge("alerts", "Alerts in force; those that are not are 0.", ("rule",), told)


class _Fixed(Collector):
    def __init__(self, figures: Sequence[Metric]) -> None:
        self._figures = figures

    def collect(self) -> Iterable[Metric]:
        return self._figures


def _gauge(
    name: str, meaning: str, labels: Sequence[str], rows: Iterable[tuple[Sequence[str], float]]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(_PREFIX + name, meaning, labels=labels)
    for values, number in rows:
        family.add_metric(values, number)
    return family


def _counter(name: str, meaning: str, rows: Iterable[tuple[Sequence[str], float]]) -> CounterMetricFamily:
    family = CounterMetricFamily(_PREFIX + name, meaning, labels=("host",))
    for values, number in rows:
        family.add_metric(values, number)
    return family


def _of_sources(sources: Sequence[Source]) -> Iterator[Metric]:
    kinds = Counter(_kind(source) for source in sources)
    yield _gauge("sources", "Sources by how they fare.", ("state",), [((kind,), n) for kind, n in kinds.items()])
    shown = sorted((source for source in sources if not source.paused), key=lambda one: (-one.failures, one.url))
    shown = shown[:MOST_SOURCES]
    label = ("source",)
    yield _gauge(
        "source_last_success_timestamp_seconds",
        "When the source was last listed in full.",
        label,
        [((one.url,), one.last_success_at.timestamp()) for one in shown if one.last_success_at],
    )
    yield _gauge(
        "source_failures",
        "Harvests in a row in which the source could not be listed.",
        label,
        [((one.url,), one.failures) for one in shown],
    )
    yield _gauge(
        "source_listed_repositories",
        "Repositories the source listed when it was last listed in full.",
        label,
        [((one.url,), one.last_listed) for one in shown if one.last_listed is not None],
    )


def _kind(source: Source) -> str:
    if source.paused:
        return "paused"
    if source.last_error is not None:
        return "failing"
    return "new" if source.last_run_at is None else "ok"


def _of_hosts(hosts: Sequence[HostTraffic], now: datetime) -> Iterator[Metric]:
    busiest = sorted(hosts, key=lambda host: (-host.requests, host.name))
    shown = busiest[:MOST_HOSTS]
    if busiest[MOST_HOSTS:]:
        shown = [*shown, reduce(added, busiest[MOST_HOSTS:], HostTraffic(OTHER))]
    yield _counter("host_requests", "Requests sent to the host.", [((one.name,), one.requests) for one in shown])
    yield _counter(
        "host_not_modified",
        "Requests the host answered with 304 Not Modified.",
        [((one.name,), one.not_modified) for one in shown],
    )
    yield _counter("host_bytes", "Bytes received from the host.", [((one.name,), one.bytes) for one in shown])
    yield _counter("host_failures", "Requests to the host that failed.", [((one.name,), one.failures) for one in shown])
    yield _counter(
        "host_request_seconds", "Time spent on requests to the host.", [((one.name,), one.seconds) for one in shown]
    )
    paused = [((one.name,), float(one.paused_until is not None and one.paused_until > now)) for one in shown]
    yield _gauge("host_paused", "1 while the host is left alone.", ("host",), paused)


def _of_runs(runs: Sequence[Run]) -> Iterator[Metric]:
    latest: dict[RunState, Run] = {}
    for run in runs:
        if run.ended_at is not None:
            latest.setdefault(run.state, run)
    ended = [(run, run.ended_at) for run in latest.values() if run.ended_at is not None]
    label = ("state",)
    yield _gauge(
        "run_last_end_timestamp_seconds",
        "When the latest harvest that ended in this state ended.",
        label,
        [((run.state.value,), at.timestamp()) for run, at in ended],
    )
    yield _gauge(
        "run_duration_seconds",
        "How long the latest harvest that ended in this state took.",
        label,
        [((run.state.value,), (at - run.started_at).total_seconds()) for run, at in ended],
    )
    last = next((run for run in runs if run.ended_at is not None), None)
    counts = last.counts if last is not None else {}
    yield _gauge(
        "run_items",
        "Repositories of the latest harvest that ended, by outcome.",
        ("status",),
        [((status,), number) for status, number in counts.items()],
    )
    left = last.left if last is not None and last.left is not None else 0
    yield _gauge("run_left", "What the latest harvest that ended left for the next.", (), [((), left)])
    running = sum(run.state is RunState.RUNNING for run in runs)
    yield _gauge("run_in_progress", "1 while a harvest runs.", (), [((), min(1, running))])


def _of_the_catalogue(found: Situation) -> Iterator[Metric]:
    index = found.index
    yield _gauge("solutions", "Solutions in the catalogue.", (), [((), found.solutions)])
    yield _gauge("outbox_pending", "Solutions of which the index does not know the latest.", (), [((), found.outbox)])
    yield _gauge("index_documents", "Documents in the search index.", (), [((), index.documents if index else 0)])
    yield _gauge("index_fits", "1 where the index can be read by this version.", (), [((), bool(index and index.fits))])
    if found.disk_free is not None:
        yield _gauge("disk_free_bytes", "Free space in the data directory.", (), [((), found.disk_free)])
    labels = ("version", "python")
    build = [((__version__, platform.python_version()), 1.0)]
    yield _gauge("build_info", "Version of Allmende and of Python.", labels, build)
