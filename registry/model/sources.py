# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is harvested: publishers, sources, and repositories as forges list them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class ForgeKind(StrEnum):
    """A kind of host; ``GIT`` is any smart HTTP(S) git server without an API we use."""

    GITHUB = "github"
    GITLAB = "gitlab"
    GIT = "git"


class SourceKind(StrEnum):
    ORGANISATION = "organisation"
    REPOSITORY = "repository"


class PublisherKind(StrEnum):
    """Kinds of bodies that publish; the register of bodies (own issue) refines them."""

    MUNICIPALITY = "municipality"
    COUNTY = "county"
    MUNICIPAL_ASSOCIATION = "municipal_association"
    IT_PROVIDER = "it_provider"
    STATE = "state"
    NATIONAL = "national"
    COMPANY = "company"
    ASSOCIATION = "association"
    RESEARCH = "research"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Publisher:
    """The body behind a source or solution.

    ``official_key`` is text with leading zeros (ARS, AGS or a foreign key) or None where not certain.
    ``forge_organisations`` are canonical URLs of accounts on forges ("https://github.com/it-at-m").
    """

    id: str
    slug: str
    name: str
    kind: PublisherKind
    country: str | None = None
    """ISO 3166-1 alpha-2, upper case."""
    official_key: str | None = None
    uri: str | None = None
    forge_organisations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """What an operator or maintainer configured to be harvested."""

    id: str
    url: str
    """Canonical URL of the organisation (or GitLab group) or of the one repository."""
    kind: SourceKind
    forge: ForgeKind
    created_at: datetime
    publisher_id: str | None = None
    paused: bool = False
    demo: bool = False
    last_run_at: datetime | None = None
    last_listed: int | None = None
    """Repositories listed by the last successful run: a sudden drop is an error of a later run."""
    last_error: str | None = None
    """Rule id of the last failure of listing, None after a success."""


@dataclass(frozen=True, slots=True)
class ForgeFacts:
    """What the forge itself says of a repository; None means the forge did not say."""

    name: str | None = None
    description: str | None = None
    homepage: str | None = None
    default_branch: str | None = None
    archived: bool | None = None
    fork: bool | None = None
    mirror: bool | None = None
    private: bool | None = None
    empty: bool | None = None
    parent_url: str | None = None
    """Canonical URL of what a fork was forked from."""
    licence: str | None = None
    """SPDX id as the forge claims it; NOASSERTION and the like are None."""
    topics: tuple[str, ...] = ()
    stars: int | None = None
    issues_url: str | None = None


@dataclass(frozen=True, slots=True)
class RepositoryRef:
    """A repository as a forge lists it.

    ``url`` is the canonical URL (https, lower-case host, no ``.git``, no trailing slash, case as the forge gives it;
    http only where the egress rules allow that host). ``detector`` changes whenever the repository's content may
    have changed (for example the forge's ``pushed_at``); None means: ask git (``info/refs``).
    """

    url: str
    fetch_url: str
    forge: ForgeKind
    facts: ForgeFacts = field(default_factory=ForgeFacts)
    detector: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a forge's listing. ``total`` is the expected number of repositories where the forge tells it."""

    repositories: tuple[RepositoryRef, ...]
    next_url: str | None = None
    total: int | None = None
