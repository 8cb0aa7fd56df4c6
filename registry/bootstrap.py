# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The one place that chooses store, index and clients. Nothing connects at import time or in ``open_catalogue``."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from harvesters.base import Forge
from harvesters.forges import open_forge
from harvesters.git.door import GitDoor
from harvesters.guard import Guard
from harvesters.http import HttpClient
from harvesters.readers.wanted import Selection
from harvesters.sandbox import Sandbox
from registry.catalogue.demonstrating import Demonstration
from registry.catalogue.finding import Finding
from registry.catalogue.grouping import Grouping
from registry.catalogue.harvesting import Harvesting
from registry.catalogue.registering import Registering
from registry.config import Config
from registry.model import ForgeKind, Reading, Snapshot
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
    demonstration: Demonstration
    store: Store
    index: Index


class OpenDoor:
    """The guarded clients for one run: one HTTP client, one git door, the sandbox; closed together."""

    def __init__(self, config: Config, store: Store) -> None:
        guard = Guard(config.egress)
        self._http = HttpClient(guard, config.egress, config.limits, store.request_cache())
        self._git = GitDoor(guard, config.limits, config.work_dir, Selection(), config.egress.user_agent)
        self._limits = config.limits
        self._sandbox: Sandbox | None = None
        self._lock = threading.Lock()
        self._workers = config.workers

    def open_forge(self, kind: ForgeKind) -> Forge:
        return open_forge(kind, self._http, self._git)

    def read(self, snapshot: Snapshot) -> tuple[Reading, ...]:
        """Parse in the sandbox, which starts at the first snapshot: a night without changes needs none."""
        with self._lock:
            if self._sandbox is None:
                self._sandbox = Sandbox(self._limits, workers=min(2, self._workers))
            sandbox = self._sandbox
        return sandbox.read(snapshot)

    def sweep(self) -> int:
        return self._git.sweep()

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
    def door() -> Iterator[OpenDoor]:
        opened = OpenDoor(config, store)
        try:
            yield opened
        finally:
            opened.close()

    def forge(kind: ForgeKind) -> Forge:
        return OpenDoor(config, store).open_forge(kind)

    registering = Registering(store, Guard(config.egress).check, forge, clock)
    return Catalogue(
        finding=Finding(store, index, demo=config.demo, check_schema=lambda: migrate.check(config.database_url)),
        grouping=Grouping(store, index, clock),
        harvesting=Harvesting(store, index, door, clock, config.workers),
        registering=registering,
        demonstration=Demonstration(config.demo_dir, registering),
        store=store,
        index=index,
    )
