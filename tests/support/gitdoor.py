# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A git door for loopback servers, as the tests of it and of the forges need one."""

from __future__ import annotations

import os
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

from harvesters.git.door import GitDoor
from harvesters.git.reading import Select
from harvesters.guard import Guard
from harvesters.http import HttpClient
from harvesters.refs import Advertisement, read_advertisement
from registry.model import EgressRules, EntryKind, ForgeKind, HostPort, Limits, RepositoryRef, Snapshot, TreeEntry

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
WAYS = ("quick", "git")
"""Without a git process where that is possible, and always with git. Tests that go both set ``chosen.way``."""
chosen = SimpleNamespace(way="quick")
NO_HEAD = Advertisement(head="1" * 40, branch="main", tags={}, detector="d")


@dataclass(frozen=True)
class SelectAll:
    """Wants every regular file it is shown, and even what is none: the door has to refuse that."""

    folders: frozenset[str] = frozenset({"docs"})

    def sought(self, entries: Sequence[TreeEntry]) -> Sequence[TreeEntry]:
        return ()

    def is_sought(self, entry: TreeEntry) -> bool:
        return False

    def wanted(self, entries: Sequence[TreeEntry]) -> Sequence[TreeEntry]:
        return [entry for entry in entries if entry.kind is not EntryKind.TREE]


def open_door(base_url: str, work: Path, limits: Limits | None = None, select: Select | None = None) -> GitDoor:
    parts = urlsplit(base_url)
    rules = EgressRules(allow=frozenset({HostPort(parts.hostname or "", parts.port or 80)}))
    guard, limits = Guard(rules), limits or Limits()
    http = HttpClient(guard, rules, limits) if chosen.way == "quick" else None
    return GitDoor(guard, limits, work, select or SelectAll(), http=http)


def reference(url: str) -> RepositoryRef:
    return RepositoryRef(url=url, fetch_url=url, forge=ForgeKind.GIT)


def advertised(url: str) -> Advertisement:
    with urllib.request.urlopen(url + "/info/refs?service=git-upload-pack", timeout=5) as answer:
        return read_advertisement(answer.read(), url)


def read(door: GitDoor, url: str, advertisement: Advertisement | None = None) -> Snapshot:
    return door.snapshot(reference(url), advertisement or advertised(url), NOW)


def is_empty(folder: Path) -> bool:
    return not folder.exists() or not any(folder.iterdir())


def processes_about(text: str) -> list[str]:
    """Command lines of living processes that mention ``text``."""
    found = []
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                line = Path(entry.path, "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            except OSError:
                continue
            if text in line and int(entry.name) != os.getpid():
                found.append(line)
    return found
