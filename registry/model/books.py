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
from registry.model.sources import ForgeKind, RepositoryRef


class RepositoryState(StrEnum):
    """What the last visits found; ``registry.lifecycle`` has the table of transitions."""

    NEW = "new"
    """Known by its address only: never read."""
    ACTIVE = "active"
    INVALID = "invalid"
    """Read, but its publiccode.yml is broken: the last good one is shown. Mended, it is active by itself."""
    ARCHIVED = "archived"
    """The forge says that it is read-only."""
    UNREACHABLE = "unreachable"
    GONE = "gone"


class Descent(StrEnum):
    ORIGINAL = "original"
    FORK = "fork"
    MIRROR = "mirror"


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
    state_since: datetime | None = None
    settled: RepositoryState | None = None
    """The state to which it returns when it is found unmodified after a fault: new, active, invalid or archived."""
    settled_since: datetime | None = None
    descent: Descent = Descent.ORIGINAL
    successor_url: str | None = None
    blocked: bool = False
    """A moderator's decision: not visited and not shown, whatever it says."""
    count_due_at: datetime | None = None
    """When the whole history has to be counted again; None when the count is of the present commit."""
    visited_at: datetime | None = None
    """The last visit, whatever came of it."""
    claims: str = ""
    """Digest of what peers' catalogues say of it."""


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
    state_since: datetime | None = None
    """None leaves it as it is."""
    descent: Descent | None = None
    """None leaves it as it is; likewise ``successor_url``, where "" takes it away."""
    successor_url: str | None = None
    count_due_at: datetime | None = None
    """Written as it is: None says that nothing is due."""


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
    """Killed or stopped: ``harvest resume`` and the next run go on with what is left."""
    PAUSED = "paused"
    """Its time was up; the next run goes on with what is left."""
    ABORTED = "aborted"
    """Ended by an operator; what was left is dropped."""


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
    plan: Plan | None = None
    left: int | None = None
    """Repositories and sources left when it ended early."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run was asked to do; stored with it, so that any process can take it up again."""

    source_ids: tuple[str, ...] = ()
    urls: tuple[tuple[str, ForgeKind], ...] = ()
    """Single repositories."""
    limit: int | None = None
    since: datetime | None = None
    """Visit only what the forge says was changed since; what has no date is asked."""
    until: datetime | None = None
    """When the time budget is used up."""
    demo: bool = False
