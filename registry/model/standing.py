# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""How a repository stands: for the page of its solution, and all of it for an operator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from registry.model.books import Descent, Fault, Item, RepositoryState
from registry.model.sources import ForgeKind


@dataclass(frozen=True, slots=True)
class Standing:
    """What visitors are told of a repository beside its content."""

    url: str
    state: RepositoryState
    since: datetime | None
    """Since when it is in this state, as far as was seen."""
    descent: Descent
    archived_since: datetime | None = None
    """Since when it was seen to be archived, also while it cannot be reached."""
    former_urls: tuple[str, ...] = ()
    """Where it was before it moved."""
    successor_url: str | None = None
    successor_slug: str | None = None
    """Of the solution that the successor is a part of, where it is in the catalogue."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """A repository that is blocked: since when, by whom and why."""

    url: str
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class KeptSnapshot:
    """A stored snapshot. ``good``: its declaration could be read."""

    commit: str
    taken_at: datetime
    good: bool


@dataclass(frozen=True, slots=True)
class RepositoryRecord:
    """All that is stored of a repository but its content."""

    id: str
    standing: Standing
    forge: ForgeKind
    strikes: int
    failing_since: datetime | None
    fault: Fault | None
    first_seen_at: datetime
    visited_at: datetime | None
    checked_at: datetime | None
    """Of the last visit that found it."""
    commit: str | None
    branch: str | None
    blocked: Blocked | None
    source_url: str | None
    slug: str | None
    """Of the solution it is a part of, unless that is withdrawn."""
    snapshots: tuple[KeptSnapshot, ...]
    """The newest first."""
    items: tuple[Item, ...]
    """Of the last runs that met it, the newest first."""
