# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A repository at one commit: its tree, wanted files and activity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from registry.model.sources import RepositoryRef

COUNT_EVERY = timedelta(days=7)
"""A history counted less than this ago is not counted again: a change then shows in its dates and tags only."""


class EntryKind(StrEnum):
    FILE = "file"
    EXECUTABLE = "executable"
    TREE = "tree"
    SYMLINK = "symlink"
    SUBMODULE = "submodule"


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """One path of the listed part of the tree: the root and, one level down, a few known folders."""

    path: str
    kind: EntryKind
    oid: str
    size: int | None = None
    """Bytes where known (only wanted files are asked for)."""


@dataclass(frozen=True, slots=True)
class Tag:
    name: str
    commit: str
    at: datetime
    """Date of the tag object, or of the commit for a lightweight tag."""


@dataclass(frozen=True, slots=True)
class Activity:
    """Figures of the commit graph of the default branch; authors were counted in memory, no identity is kept.

    The 12 months end at ``counted_at``, or at ``observed_at`` where that is None. Bots ("[bot]", dependabot, renovate
    ...) do not count as human.
    """

    observed_at: datetime
    commits: int
    first_commit_at: datetime | None = None
    last_commit_at: datetime | None = None
    last_human_commit_at: datetime | None = None
    commits_12_months: int = 0
    """Human commits."""
    authors_12_months: int = 0
    """Distinct human authors."""
    tags: tuple[Tag, ...] = ()
    """Newest first, at most 100."""
    tag_count: int = 0
    complete: bool = True
    """False when a limit cut the history: counts are then lower bounds and ``first_commit_at`` is None."""
    counted_at: datetime | None = None
    """When the whole history was last counted; None is ``observed_at``. Commits since then show in the dates only."""
    counted_commit: str | None = None
    """The commit up to which it was counted; None is the snapshot's own."""


@dataclass(frozen=True, slots=True)
class KnownHistory:
    """What is stored of a repository's history: a change soon after the last count need not count it again."""

    commit: str
    activity: Activity


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Raw bytes of the wanted files of a repository at one commit, and what git tells without a checkout.

    ``files`` maps paths to contents; a wanted file over the size cap is absent from it and named in ``oversized``.
    """

    ref: RepositoryRef
    commit: str
    branch: str | None
    taken_at: datetime
    detector: str
    """Hash over HEAD and tags as ``info/refs`` advertised them (or the ref's own detector): equal means unchanged."""
    entries: tuple[TreeEntry, ...]
    files: Mapping[str, bytes]
    activity: Activity
    oversized: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotModified:
    ref: RepositoryRef
    detector: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The repository answers at another canonical URL; the old one becomes an alias."""

    ref: RepositoryRef
    to: RepositoryRef
