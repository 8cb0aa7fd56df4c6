# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A town whose forge does what a test says: forge and door in one, with the real readers, rules, store and index."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from pathlib import Path

from harvesters.readers.reading import read_snapshot
from registry.catalogue.harvesting import Harvesting, Pace, Report
from registry.errors import Gone
from registry.model import (
    Activity,
    EntryKind,
    ForgeFacts,
    ForgeKind,
    HostTraffic,
    Item,
    Moved,
    NotModified,
    Page,
    PeerKind,
    Problem,
    Reading,
    RepositoryRef,
    Snapshot,
    Source,
    SourceKind,
    TreeEntry,
)
from registry.search.index import open_index
from registry.storage.store import Store

HOST = "forge.example"
TOWN = f"https://{HOST}/stadt"
Act = Callable[[], None]
"""What happens at a visit: nothing, waiting, or a FetchError."""


PACE = Pace(workers=3, retry_seconds=0.01, patience_seconds=5)


@dataclass
class Heard:
    """What a run told while it went on."""

    items: list[Item] = field(default_factory=list)
    faults: list[Problem] = field(default_factory=list)
    on_done: Callable[[int], None] = lambda _: None

    def done(self, item: Item, waiting: int, listing: bool) -> None:
        self.items.append(item)
        self.on_done(len(self.items))

    def said(self, fault: Problem) -> None:
        self.faults.append(fault)

    def grouping(self, left: int) -> None:
        pass


@dataclass
class Town:
    """``contents`` is what each repository says; ``acts`` what happens when one is asked, or a source is listed."""

    store: Store
    folder: Path
    pace: Pace = PACE
    now: datetime = datetime(2026, 11, 22, 3, tzinfo=UTC)
    contents: dict[str, str] = field(default_factory=dict)
    acts: dict[str, Act] = field(default_factory=dict)
    dated: bool = False
    """The forge dates changes in its listing."""
    page_size: int = 50
    asked: Counter[str] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    # --- the forge ---

    def list(self, url: str) -> Iterator[Page]:
        self._act(url)
        names = [name for name in self.contents if self.url(name).startswith(f"{url}/")]
        for start in range(0, max(1, len(names)), self.page_size):
            self._act(f"{url}?page={start // self.page_size + 1}")
            yield Page(tuple(self._ref(name) for name in names[start : start + self.page_size]))

    def repository(self, url: str) -> RepositoryRef:
        return RepositoryRef(url, f"{url}.git", ForgeKind.GIT)

    def snapshot(
        self, ref: RepositoryRef, known: str | None, now: datetime, history: object = None
    ) -> Snapshot | NotModified | Moved:
        if ref.detector is not None and ref.detector == known:
            return NotModified(ref, ref.detector)
        self._act(ref.url)
        said = self.contents.get(self.name(ref.url))
        if said is None:
            raise Gone(ref.url)
        if known == _digest(said):
            return NotModified(ref, _digest(said))
        with self.lock:
            self.taken[ref.url] += 1
        files = {"README.md": f"# {said}\n\nEin Werkzeug der Stadt: {said}.\n".encode()}
        entries = tuple(TreeEntry(path, EntryKind.FILE, "0" * 40) for path in files)
        at = self.now - timedelta(days=9)
        activity = Activity(now, 3, at, at, at, 3, 1)
        return Snapshot(ref, _digest(said), "main", now, ref.detector or _digest(said), entries, files, activity)

    def _ref(self, name: str) -> RepositoryRef:
        detector = _digest(self.contents[name]) if self.dated else None
        changed = self.now - timedelta(days=9) if self.dated else None
        facts = ForgeFacts(name=name.rpartition("/")[2])
        return replace(self.repository(self.url(name)), facts=facts, detector=detector, changed_at=changed)

    def _act(self, url: str) -> None:
        with self.lock:
            self.asked[url] += 1
        self.acts.get(url, self.acts.get(self.name(url), lambda: None))()

    def url(self, name: str) -> str:
        return name if "://" in name else f"{TOWN}/{name}"

    def name(self, url: str) -> str:
        return url.removeprefix(f"{TOWN}/")

    # --- the door ---

    def open_forge(self, kind: ForgeKind) -> Town:
        return self

    def open_peer(self, kind: PeerKind) -> Town:
        raise AssertionError("no peers here")

    def read(self, snapshot: Snapshot) -> tuple[Reading, ...]:
        return read_snapshot(snapshot)

    def sweep(self) -> int:
        return 0

    def traffic(self) -> tuple[HostTraffic, ...]:
        return ()

    # --- runs ---

    @property
    def harvesting(self) -> Harvesting:
        """As another process has it: with nothing remembered but what is stored."""

        @contextmanager
        def door() -> Iterator[Town]:
            yield self

        index = open_index(f"whoosh://{self.folder / 'index'}")
        return Harvesting(self.store, index, door, lambda: self.now, pace=self.pace)  # type: ignore[arg-type]

    def fill(self, count: int, prefix: str = "werkzeug") -> list[str]:
        names = [f"{prefix}-{number}" for number in range(count)]
        self.contents |= {name: f"Werkzeug {name}" for name in names}
        return [self.url(name) for name in names]

    def add_source(self, url: str = TOWN, kind: SourceKind = SourceKind.ORGANISATION) -> Source:
        return self.store.add_source(Source("", url, kind, ForgeKind.GIT, self.now))

    def night(self, progress: Heard | None = None) -> Report:
        self.now += timedelta(days=1)
        return self.harvesting.run(self.store.sources(), progress=progress)

    def items(self, report: Report) -> Mapping[str, Item]:
        """By URL; each repository at most once."""
        found, total = self.store.items(report.run.id, 1, 100_000)
        by_url = {item.repository: item for item in found}
        assert len(by_url) == total, Counter(item.repository for item in found).most_common(3)
        return by_url


def _digest(said: str) -> str:
    return sha1(said.encode()).hexdigest()
