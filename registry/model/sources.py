# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is harvested: sources, and repositories as forges list them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

Json = Any
"""A JSON value: str, int, float, bool, None, or lists and string-keyed dicts of these."""


class ForgeKind(StrEnum):
    """A kind of host; ``GIT`` is any smart HTTP(S) git server without an API we use."""

    GITHUB = "github"
    GITLAB = "gitlab"
    GITEA = "gitea"
    FORGEJO = "forgejo"
    BITBUCKET = "bitbucket"
    GIT = "git"


class SourceKind(StrEnum):
    ORGANISATION = "organisation"
    REPOSITORY = "repository"
    PEER = "peer"


class PeerKind(StrEnum):
    """How another catalogue publishes its entries; the adapters are in ``harvesters/peers``."""

    OPEN_CATALOG_API = "open-catalog-api"
    """The API of developers-italia-api, also used in Switzerland: pages by cursor."""
    JSON = "json"
    """Any JSON document, its entries and their fields found by JSONPath (RFC 9535)."""
    CODE_JSON = "code-json"
    """code.json 2.0 of US agencies (https://code.gov)."""
    MARKDOWN = "markdown"
    """A folder of Markdown files with YAML front matter in a git repository."""
    PUBLICCODE_LIST = "publiccode-list"
    """A list of publiccode.yml addresses or repository URLs, one a line, or YAML/JSON."""


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
    peer: PeerKind | None = None
    """Only with ``SourceKind.PEER``; ``forge`` is then GIT and says nothing."""
    title: str | None = None
    """How a peer's catalogue is called where its claims are shown."""
    options: Mapping[str, Json] = field(default_factory=dict)
    """A peer's: ``entries``, ``url``, ``name``, ``description`` ... (JSONPath), ``folder`` (Markdown), ``licence`` and
    ``attribution`` (of the peer's data)."""
    expected: int | None = None
    """Repositories that the operator knows it has; far fewer are an error of the run. None: as listed before."""
    failures: int = 0
    """Consecutive runs in which it could not be listed."""
    failing_since: datetime | None = None
    last_success_at: datetime | None = None


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
    template: bool | None = None
    """Others are meant to begin their own repository from it."""
    mirror_of: str | None = None
    """Web address of what a mirror copies, as the forge gives it."""


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
    changed_at: datetime | None = None
    """When the forge says that something was last pushed."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a forge's listing. ``total`` is the expected number of repositories where the forge tells it."""

    repositories: tuple[RepositoryRef, ...]
    next_url: str | None = None
    total: int | None = None
