# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Storage stays bounded: old snapshots, books of nights long past and remembered answers go, what people need stays.

Safe beside a harvest and the web: each step is a short transaction of its own, and steps rest between each other.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from registry.storage.prunes import Prunes, Step
from registry.storage.snapshots import KEPT
from registry.storage.store import Store

_REST_SECONDS = 0.005
"""Between two steps, so that another writer gets its turn."""
_LIGHT_SECONDS = 3.0
_RELEASE_SECONDS = 60.0
_SPARE = 0.1
"""Share of the database that a night leaves free for the next one, which needs about as much."""
_DONE_JOBS = timedelta(days=1)
_FAILED_JOBS = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Keep:
    """What stays. Snapshots are a number a repository; the last good one and the newest stay in any case."""

    snapshots: int = KEPT
    items: timedelta = timedelta(days=14)
    """Of unchanged repositories; others stay as long as their runs."""
    runs: timedelta = timedelta(days=400)
    """Older ones stay only where they did the last that was done to a repository."""
    requests: timedelta = timedelta(days=60)


@dataclass(slots=True)
class Freed:
    """Rows that were deleted, or would be in a dry run."""

    snapshots: int = 0
    files: int = 0
    items: int = 0
    runs: int = 0
    jobs: int = 0
    requests: int = 0
    pauses: int = 0
    bytes_before: int = 0
    """Of the database on disk."""
    bytes_after: int = 0
    reusable: int = 0
    """Bytes in the database that the next rows will use."""
    file_bytes: int = 0
    """Of deleted files, as compressed."""


class Pruning:
    """Prunes on demand, and a little at the end of each run."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def run(self, keep: Keep | None = None, dry_run: bool = False) -> Freed:
        """All there is to prune. Raises StorageError; what was done before is done."""
        keep, now, prunes = keep or Keep(), self._clock(), self._store.prunes
        freed = Freed(bytes_before=prunes.compacting.room().bytes)
        after: str | None = ""
        while after is not None:
            step = prunes.snapshots(after, keep.snapshots, dry_run)
            after = _rested(step, dry_run).after
            freed.snapshots += step.rows
            freed.file_bytes += step.bytes
        after = ""
        while after is not None:
            step = prunes.files(after, dry_run)
            after = _rested(step, dry_run).after
            freed.files += step.rows
            freed.file_bytes += step.bytes
        self._books(prunes, keep, now, freed, dry_run, None)
        if not dry_run:
            prunes.compacting.release(_RELEASE_SECONDS)
            prunes.compacting.tidy(rebuild=True)
        room = prunes.compacting.room()
        freed.bytes_after, freed.reusable = room.bytes, room.free
        return freed

    def light(self, now: datetime, seconds: float = _LIGHT_SECONDS) -> Freed:
        """At the end of a run: the books of nights past, for at most about so long. The next night goes on with it.

        Snapshots are pruned whenever a repository is stored.
        """
        deadline = time.monotonic() + seconds
        freed = Freed()
        self._books(self._store.prunes, Keep(), now, freed, False, deadline)
        self._store.prunes.compacting.release(max(0.0, deadline - time.monotonic()), _SPARE)
        return freed

    def _books(
        self, prunes: Prunes, keep: Keep, now: datetime, freed: Freed, dry_run: bool, deadline: float | None
    ) -> None:
        runs_before = now - keep.runs
        steps: dict[str, Callable[[], Step]] = {
            "items": lambda: prunes.items(now - keep.items, runs_before, dry_run),
            "runs": lambda: prunes.runs(runs_before, dry_run),
            "jobs": lambda: prunes.jobs(now - _DONE_JOBS, now - _FAILED_JOBS, dry_run),
            "requests": lambda: prunes.requests(now - keep.requests, dry_run),
            "pauses": lambda: prunes.pauses(now, dry_run),
        }
        for name, step in steps.items():
            while deadline is None or time.monotonic() < deadline:
                done = _rested(step(), dry_run)
                setattr(freed, name, getattr(freed, name) + done.rows)
                if done.after is None:
                    break


def _rested(step: Step, dry_run: bool) -> Step:
    if step.rows and not dry_run:
        time.sleep(_REST_SECONDS)
    return step
