# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which repositories are one product: what tells them, what came of it, and what people decided instead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from registry.model.solutions import Role


@dataclass(frozen=True, slots=True)
class Identity:
    """What a repository says and shows of the product it belongs to; all that ``registry.identity`` compares.

    URLs are as declared, for they are compared by place (host and path), not by spelling.
    """

    url: str
    """Canonical URL of the repository."""
    aliases: tuple[str, ...] = ()
    """Former URLs of the repository."""
    publisher: str | None = None
    """Id of the publisher the catalogue knows behind it."""
    name: str | None = None
    """The product's name as publiccode.yml, else codemeta or a manifest declares it; no README title."""
    title: str | None = None
    """The first heading of the README."""
    declares: bool = False
    """Has a publiccode.yml that could be read."""
    declared_url: str | None = None
    """``url`` of publiccode.yml."""
    code_url: str | None = None
    """Where codemeta or a manifest says the code lies."""
    suite: str | None = None
    software_type: str | None = None
    based_on: tuple[str, ...] = ()
    mirror_of: tuple[str, ...] = ()
    """What README or forge description names as the original of this mirror."""
    mirror: bool = False
    """The forge says so, or the repository's own words."""
    fork: bool = False
    parent_url: str | None = None
    archived: bool = False
    head: str | None = None
    """Commit id at the tip of the default branch."""
    tag_commits: tuple[str, ...] = ()
    """Commit ids of the newest tags: the same in two repositories means a common history."""
    commits: int = 0
    first_commit_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A repository's part in a product and the rule that put it there."""

    url: str
    role: Role
    reason: str
    """Rule id of ``registry/vocabulary/rules/identity.toml``."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """The repositories of one product; the first member is the main one."""

    members: tuple[Member, ...]


class DecisionAction(StrEnum):
    MERGE = "merge"
    SPLIT = "split"


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about repositories, against or beyond the rules; replayed in order of time.

    MERGE: ``url`` and ``other`` are one product. SPLIT: ``url`` is a product of its own, whatever the rules say.
    """

    action: DecisionAction
    url: str
    other: str | None
    reason: str
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class Regrouping:
    """One line of the log: a repository came to a product or left one, by the rules or because a person decided so."""

    at: datetime
    action: DecisionAction
    former: str | None
    """Slug of the solution before; the same as ``latter`` for a repository that had none."""
    latter: str | None
    """Slug of the solution after."""
    url: str | None
    """The repository that came or left. A person's MERGE joins ``other`` to it."""
    other: str | None
    reason: str
    """Rule id, or the person's words where ``decided``."""
    actor: str
    decided: bool


@dataclass(frozen=True, slots=True)
class Regrouped:
    """What came of a decision: where the product is shown now, and where the repository that was taken off is."""

    slug: str
    parted: str | None = None
    done: bool = True
    """False where it was so already."""
