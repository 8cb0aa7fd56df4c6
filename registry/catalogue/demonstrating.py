# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The demonstration: repositories built at first start, served on loopback and harvested like any others.

Their address is part of their identity, so the port chosen at first start is remembered in the data directory.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from harvesters.demo import DemoRepository, build, publishers
from harvesters.demo.server import GitServer
from registry.catalogue.registering import PublisherEntry, Registering
from registry.errors import InvalidInput
from registry.model import Body, ForgeKind, HostPort, Source, SourceKind

HOST = "127.0.0.1"


class Demonstration:
    """``folder`` holds the bare repositories and the remembered port."""

    def __init__(self, folder: Path, registering: Registering) -> None:
        self._folder = folder
        self._registering = registering

    @property
    def _port_file(self) -> Path:
        return self._folder / "port"

    @property
    def address(self) -> HostPort | None:
        """Where the repositories are (to be) served; None before the first start."""
        with suppress(OSError, ValueError):
            return HostPort(HOST, int(self._port_file.read_text(encoding="ascii")))
        return None

    def claim_address(self) -> HostPort:
        """The remembered address, at first start that of a free port."""
        if (known := self.address) is not None:
            return known
        self._folder.mkdir(parents=True, exist_ok=True)
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            port = probe.getsockname()[1]
        fresh = self._port_file.with_suffix(".new")
        fresh.write_text(f"{port}\n", encoding="ascii")
        fresh.replace(self._port_file)
        return HostPort(HOST, port)

    def prepare(self, now: datetime, progress: Callable[[int, int], None]) -> int:
        """Build what is missing and register every repository as a source; the number of repositories."""
        built = build(self._folder / "repositories", now, progress)
        self._registering.import_publishers(self._entries(built), demo=True)
        return len(built)

    def sources(self) -> list[Source]:
        return [source for source in self._registering.sources() if source.demo]

    def server(self) -> GitServer:
        """A server for the repositories at their address, not yet started. Raises InvalidInput before ``prepare``."""
        address = self.address
        if address is None:
            raise InvalidInput(str(self._folder), "holds no demonstration yet")
        return GitServer(self._folder / "repositories", host=address.host, port=address.port)

    def _entries(self, built: list[DemoRepository]) -> list[PublisherEntry]:
        address = self.claim_address()
        base = f"http://{address.host}:{address.port}"
        urls: dict[str, list[str]] = {}
        for repository in built:
            urls.setdefault(repository.publisher, []).append(f"{base}/{repository.owner}/{repository.name}")
        return [_entry(publisher, urls.get(key, [])) for key, publisher in publishers().items()]


def _entry(publisher: Body, urls: list[str]) -> PublisherEntry:
    sources = tuple((url, SourceKind.REPOSITORY) for url in urls)
    return PublisherEntry(publisher=publisher, sources=sources, forge=ForgeKind.GIT)
