# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The one place that chooses store, index and clients. Nothing connects at import time or in ``open_catalogue``."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from harvesters.base import Forge
from harvesters.forges import open_forge, probe
from harvesters.git.door import GitDoor
from harvesters.guard import Guard
from harvesters.http import HttpClient
from harvesters.peers import Peer, open_peer
from harvesters.readers.wanted import Selection
from harvesters.sandbox import Sandbox
from registry.catalogue.alerting import alerts
from registry.catalogue.demonstrating import Demonstration
from registry.catalogue.doctoring import Patient
from registry.catalogue.enrolling import Enrolling
from registry.catalogue.finding import Finding
from registry.catalogue.grouping import Grouping
from registry.catalogue.harvesting import Harvesting, Pace
from registry.catalogue.locating import Locating
from registry.catalogue.moderating import Moderating
from registry.catalogue.operating import Operating
from registry.catalogue.overseeing import Overseeing
from registry.catalogue.pruning import Pruning
from registry.catalogue.registering import Registering
from registry.catalogue.rereading import Rereading
from registry.catalogue.trying import NoReading, Recollection
from registry.config import Config
from registry.model import ForgeKind, HostTraffic, PeerKind, Reading, Snapshot
from registry.search.index import Index, open_index
from registry.storage import migrate
from registry.storage.store import Store


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The use cases, wired; ``store`` and ``index`` are there for ``jobs`` and maintenance."""

    finding: Finding
    grouping: Grouping
    harvesting: Harvesting
    registering: Registering
    rereading: Rereading
    pruning: Pruning
    demonstration: Demonstration
    operating: Operating
    overseeing: Overseeing
    moderating: Moderating
    locating: Locating
    enrolling: Enrolling
    store: Store
    index: Index


class OpenDoor:
    """The guarded clients for one run: one HTTP client, one git door, the sandbox; closed together.

    A ``dry`` one asks, and neither reads repositories nor remembers answers.
    """

    def __init__(self, config: Config, store: Store, *, dry: bool = False) -> None:
        guard = Guard(config.egress)
        known = store.request_cache()
        self._http = HttpClient(guard, config.egress, config.limits, Recollection(known) if dry else known)
        self._dry = dry
        self._git = GitDoor(guard, config.limits, config.work_dir, Selection(), config.egress.user_agent, self._http)
        self._limits = config.limits
        self._sandbox: Sandbox | None = None
        self._lock = threading.Lock()
        self._workers = config.workers

    def open_forge(self, kind: ForgeKind) -> Forge:
        return open_forge(kind, self._http, NoReading() if self._dry else self._git)

    def open_peer(self, kind: PeerKind) -> Peer:
        return open_peer(kind, self._http, self._git)

    def probe(self, url: str) -> ForgeKind | None:
        """Which kind of forge a host says it is."""
        return probe(self._http, url)

    def read(self, snapshot: Snapshot) -> tuple[Reading, ...]:
        """Parse in the sandbox, which starts at the first snapshot: a night without changes needs none."""
        with self._lock:
            if self._sandbox is None:
                self._sandbox = Sandbox(self._limits, workers=min(2, self._workers))
            sandbox = self._sandbox
        return sandbox.read(snapshot)

    def sweep(self) -> int:
        return self._git.sweep()

    def traffic(self) -> tuple[HostTraffic, ...]:
        """What each host was asked since the last time."""
        return self._http.traffic.take()

    def close(self) -> None:
        if self._sandbox is not None:
            self._sandbox.close()


def utc_now() -> datetime:
    return datetime.now(UTC)


def open_catalogue(config: Config, clock: Callable[[], datetime] = utc_now) -> Catalogue:
    """Wire everything for this configuration."""
    store = Store.open(config.database_url)
    index = open_index(config.search_url)

    @contextlib.contextmanager
    def door(*, dry: bool = False) -> Iterator[OpenDoor]:
        opened = OpenDoor(config, store, dry=dry)
        try:
            yield opened
        finally:
            opened.close()

    def forge(kind: ForgeKind) -> Forge:
        return OpenDoor(config, store).open_forge(kind)

    pace = Pace(config.workers, config.limits.per_host, config.retry_seconds)
    # Reading again waits for nothing but the processor.
    reading_workers = min(config.workers, os.cpu_count() or 1)
    registering = Registering(
        store, Guard(config.egress).check, forge, clock, lambda url: OpenDoor(config, store).probe(url)
    )
    return Catalogue(
        finding=Finding(store, index, demo=config.demo, check_schema=lambda: migrate.check(config.database_url)),
        grouping=Grouping(store, index, clock),
        harvesting=Harvesting(store, index, door, clock, pace=pace, open_dry_door=lambda: door(dry=True)),
        registering=registering,
        pruning=Pruning(store, clock),
        rereading=Rereading(store, index, lambda workers: Sandbox(config.limits, workers), clock, reading_workers),
        demonstration=Demonstration(config.demo_dir, registering),
        operating=Operating(store, lambda: alerts(store, index, config, clock()), clock),
        overseeing=Overseeing(store, index, config, clock),
        moderating=Moderating(store, index, clock),
        locating=Locating(store, index, clock),
        enrolling=Enrolling(store, clock, index),
        store=store,
        index=index,
    )


def ensure_register(config: Config, catalogue: Catalogue, told: Callable[[], None] = lambda: None) -> bool:
    """Load the shipped core of the register where it is missing or older than this program's; whether it was.

    ``told`` is called before that takes its seconds. Several processes may do so at once: writers wait for each other,
    and the second finds nothing to do. Raises StorageError.
    """
    if not config.register_core or catalogue.enrolling.core_is_current():
        return False
    told()
    return catalogue.enrolling.import_core()


def open_patient(config: Config, *, deep: bool, clock: Callable[[], datetime] = utc_now) -> Patient:
    """What ``allmende doctor`` looks at. Nothing is made and nothing connects here."""

    def http() -> HttpClient:
        return HttpClient(Guard(config.egress), config.egress, config.limits)

    return Patient(config, Store.open(config.database_url), open_index(config.search_url), http, clock(), deep)
