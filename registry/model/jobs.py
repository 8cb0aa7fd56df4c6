# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Jobs: the work of a run as rows that any process may take over, and what each host costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from registry.model.readings import Fact
from registry.model.sources import Json


class JobKind(StrEnum):
    HARVEST = "harvest"
    """The lease of a run's leading process; its subject is the run."""
    SOURCE = "source"
    """List a source; its subject is the source's id."""
    REPOSITORY = "repository"
    """Visit a repository; its subject is the URL."""


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    """Given up after its last attempt; ``allmende job retry`` queues it again."""
    LOST = "lost"
    """A lease of a run whose process died."""


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work. A running one belongs to ``worker`` until ``lease_until``."""

    id: str
    kind: JobKind
    subject: str
    state: JobState = JobState.QUEUED
    run_id: str | None = None
    payload: Mapping[str, Json] = field(default_factory=dict)
    """All that is needed to do it again elsewhere; see ``registry.catalogue.tasks``."""
    host: str | None = None
    priority: int = 0
    """Lower ones first."""
    attempts: int = 0
    """Times it was begun."""
    crashes: int = 0
    """Times that the process which did it died."""
    run_after: datetime | None = None
    worker: str | None = None
    created_at: datetime | None = None
    started_at: datetime | None = None
    heartbeat_at: datetime | None = None
    lease_until: datetime | None = None
    ended_at: datetime | None = None
    last_error: str | None = None
    """Rule id, after it the detail where there is one."""


@dataclass(frozen=True, slots=True)
class HostTraffic:
    """What one host was asked since the catalogue began, or in one span where it is an increment."""

    name: str
    requests: int = 0
    not_modified: int = 0
    bytes: int = 0
    failures: int = 0
    seconds: float = 0.0
    paused_until: datetime | None = None
    """The host asked to be left alone until then, or does not answer."""
    paused_for: str | None = None
    """Rule id of the reason."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a peer's catalogue says of a repository. ``facts`` have ``FactSource.PEER`` and the entry as origin."""

    source_id: str
    repository_url: str
    entry: str
    """The entry's id or path in the peer's catalogue."""
    facts: tuple[Fact, ...]
