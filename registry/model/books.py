# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Deciding and keeping books: stored repositories, changes, runs and items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from registry.model.readings import Problem, Reading
from registry.model.snapshots import Snapshot
from registry.model.solutions import Assessment, Solution
from registry.model.sources import RepositoryRef


class RepositoryState(StrEnum):
    NEW = "new"
    ACTIVE = "active"
    UNREACHABLE = "unreachable"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class StoredRepository:
    """What the store remembers of a repository: all that ``decide`` needs."""

    id: str
    url: str
    state: RepositoryState
    detector: str | None
    content_hash: str | None
    """Hash of the last resolved content (see ``registry.decide.content_hash``)."""
    solution_id: str | None
    strikes: int = 0
    """Consecutive harvests that said "gone"."""
    failing_since: datetime | None = None


class ChangeKind(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    GONE = "gone"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Fault:
    """A failed harvest of one repository in the terms of ``registry.errors``: outcome and rule id."""

    outcome: Outcome
    rule: str
    params: Mapping[str, str] = field(default_factory=dict)


class Outcome(StrEnum):
    """The outcome of harvesting one repository as ``allmende harvest test --json`` prints it."""

    OK = "ok"
    GONE = "gone"
    MOVED = "moved"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Harvested:
    """A repository read, resolved and assessed afresh."""

    snapshot: Snapshot
    readings: tuple[Reading, ...]
    solution: Solution
    assessment: Assessment
    content_hash: str


@dataclass(frozen=True, slots=True)
class Change:
    """The outcome of deciding: what ``Store.save`` shall write for one repository, in one transaction."""

    kind: ChangeKind
    ref: RepositoryRef
    state: RepositoryState
    detector: str | None
    strikes: int
    failing_since: datetime | None
    harvested: Harvested | None = None
    """Present for NEW and CHANGED (write everything)."""
    fault: Fault | None = None
    moved_from: str | None = None
    """Canonical URL that becomes an alias of ``ref.url``."""


class ItemStatus(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    GONE = "gone"
    MOVED = "moved"
    REFUSED = "refused"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Item:
    """What a run did with one repository; shown to its maintainer."""

    repository: str
    status: ItemStatus
    rule: str | None = None
    """Rule id of the reason for anything that is not plainly fine."""
    params: Mapping[str, str] = field(default_factory=dict)
    problems: int = 0
    seconds: float = 0.0
    at: datetime | None = None
    solution_slug: str | None = None
    """Filled by the store when read."""


class RunState(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Run:
    """Bookkeeping of one harvest. ``counts`` has a figure an ItemStatus that occurred."""

    id: str
    started_at: datetime
    state: RunState
    ended_at: datetime | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    errors: tuple[Problem, ...] = ()
    """Faults of the run itself, such as a source that could not be listed."""
    demo: bool = False
