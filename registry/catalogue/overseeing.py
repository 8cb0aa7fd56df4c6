# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the pages of harvests, sources and operation show, and what monitoring fetches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from prometheus_client.registry import CollectorRegistry

from registry.catalogue.alerting import Alert, judge, situation
from registry.catalogue.measuring import Measuring
from registry.catalogue.withholding import may_be_named, united, without_private
from registry.model import (
    Body,
    HostTraffic,
    Item,
    ItemStatus,
    JobKind,
    JobState,
    Run,
    RunState,
    Source,
)
from registry.search.index import Index
from registry.storage.store import Store

if TYPE_CHECKING:
    from registry.config import Config

_OPEN = (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class Headway:
    """How far a run in progress has come; ``left`` grows while ``sources_left`` are still to be listed."""

    done: int
    left: int
    sources_left: int

    @property
    def known(self) -> int:
        """Repositories known so far, done or not."""
        return self.done + self.left


@dataclass(frozen=True, slots=True)
class SourceHealth:
    source: Source
    publisher: Body | None


class Overseeing:
    """Reading only. Every method raises StorageError."""

    def __init__(self, store: Store, index: Index, config: Config, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._index = index
        self._config = config
        self._clock = clock
        self._measuring = Measuring(store, index, config, clock)

    def items(
        self, run_id: str, page: int, per_page: int, status: ItemStatus | None = None, text: str = ""
    ) -> tuple[list[Item], int]:
        """What a run did with repositories whose address has ``text``, faults first, and their total.

        Raises NotFound.
        """
        return self._store.watching.items(run_id, page, per_page, status, text)

    def headway(self, run: Run) -> Headway | None:
        """None for a run that has ended."""
        if run.state is not RunState.RUNNING:
            return None
        counts = self._store.jobs.counts(run.id)
        left = {kind: sum(states.get(state, 0) for state in _OPEN) for kind, states in counts.items()}
        done = sum(run.counts.values())
        return Headway(done, left.get(JobKind.REPOSITORY, 0), left.get(JobKind.SOURCE, 0))

    def sources(self, *, withhold: bool) -> list[SourceHealth]:
        """All sources, those in trouble first; ``withhold`` leaves out those on the operator's own hosts."""
        publishers = {publisher.id: publisher for publisher in self._store.publishers()}
        shown = [
            source for source in self._store.sources() if not withhold or may_be_named(source, self._config.egress)
        ]
        shown.sort(key=lambda source: (source.paused, source.last_error is None, -source.failures, source.url))
        return [SourceHealth(source, publishers.get(source.publisher_id or "")) for source in shown]

    def alerts(self, *, withhold: bool) -> list[Alert]:
        """What is wrong at this moment, the worst first."""
        found = situation(self._store, self._index, self._config)
        if withhold:
            found = without_private(found, self._config.egress)
        return judge(found, self._clock())

    def hosts(self, *, withhold: bool) -> list[HostTraffic]:
        """What each host cost so far, the busiest first."""
        hosts = self._store.hosts.all()
        return sorted(united(hosts, self._config.egress) if withhold else hosts, key=lambda host: -host.requests)

    def figures(self, *, withhold: bool) -> CollectorRegistry:
        """The figures for Prometheus."""
        return self._measuring.registry(withhold=withhold)
