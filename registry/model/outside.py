# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Rules for the outside: what the guarded door lets out, and its limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class HostPort:
    host: str
    """Lower-case host name or IP literal without brackets."""
    port: int


@dataclass(frozen=True, slots=True)
class EgressRules:
    """What the guarded door lets out: https to public addresses on port 443, and the exceptions here.

    An exception opens exactly one host and port, for https and http, also at private and loopback addresses.
    """

    allow: frozenset[HostPort] = frozenset()
    tokens: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Host -> access token; sent to that host only, never over a redirect to another."""
    user_agent: str = "Allmende/0.1"
    """The configuration appends the operator's contact URL."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps of the door. Sizes in bytes, times in seconds."""

    connect_seconds: float = 10.0
    read_seconds: float = 30.0
    total_seconds: float = 60.0
    """Wall time of one HTTP request with its body."""
    response_bytes: int = 20 * 2**20
    refs_bytes: int = 8 * 2**20
    redirects: int = 5
    git_seconds: float = 120.0
    """Wall time of all git work for one repository."""
    git_bytes: int = 300 * 2**20
    """Disk a repository's temporary clone may take."""
    history_commits: int = 200_000
    file_bytes: int = 512 * 2**10
    snapshot_files: int = 200
    tree_entries: int = 5_000
    """Root entries looked at; more are cut and said."""
    per_host: int = 4
    """Connections or git processes to one host at a time."""
    host_delay_seconds: float = 0.0
    """Between the starts of two requests to one host."""
    parse_seconds: float = 10.0
    """Wall time of the sandbox for one repository's files."""
    parse_memory_bytes: int = 1024 * 2**20


@dataclass(frozen=True, slots=True)
class ConditionalRequest:
    """A remembered answer of an API page: sent again with If-None-Match / If-Modified-Since."""

    url: str
    etag: str | None
    last_modified: str | None
    status: int
    sha256: str
    fetched_at: datetime
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    """Lower-case names: those that lead to the next page, which a 304 may leave out."""
