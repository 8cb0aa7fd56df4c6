# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A server on loopback, a fake git, and the forges between them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from harvesters.base import Forge
from harvesters.forges import open_forge
from harvesters.guard import Guard
from harvesters.http import HttpClient
from harvesters.refs import Advertisement
from registry.errors import (
    FetchError,
    MovedTo,
)
from registry.model import (
    Activity,
    ConditionalRequest,
    EgressRules,
    ForgeKind,
    HostPort,
    Limits,
    RepositoryRef,
    Snapshot,
)
from support.loopback import Loopback, Reply

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "forge-api"
needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason=f"no recorded answers at {CORPUS}")
LATER = {"Date": "Sun, 22 Nov 2026 09:00:00 GMT"}
NOW = datetime(2026, 11, 22, tzinfo=UTC)
OID = "a" * 40
OTHER = "b" * 40


def pkt(text: str) -> bytes:
    return b"%04x" % (len(text) + 5) + text.encode() + b"\n"


def refs(oid: str = OID) -> Reply:
    head = pkt(f"{oid} HEAD\0symref=HEAD:refs/heads/main")
    body = b"001e# service=git-upload-pack\n0000" + head + pkt(f"{oid} refs/heads/main") + b"0000"
    return Reply(headers={"Content-Type": "application/x-git-upload-pack-advertisement"}, body=body)


class FakeGit:
    """Remembers what a snapshot was taken of; ``moved_to`` plays git's own discovery of a redirect."""

    def __init__(self) -> None:
        self.taken: list[RepositoryRef] = []
        self.moved_to: str | None = None

    def snapshot(
        self, ref: RepositoryRef, advertisement: Advertisement, now: datetime, history: object = None
    ) -> Snapshot:
        if self.moved_to is not None:
            raise MovedTo(ref.url, self.moved_to)
        self.taken.append(ref)
        return Snapshot(
            ref,
            advertisement.head,
            advertisement.branch,
            now,
            "git's own",
            (),
            {},
            Activity(observed_at=now, commits=1),
        )


class Cache(dict[str, ConditionalRequest]):
    def put(self, request: ConditionalRequest) -> None:
        self[request.url] = request


class House:
    """A server, a fake git, and the forges between them."""

    def __init__(self, server: Loopback) -> None:
        self.server = server
        self.url = server.url
        self.routes = server.routes
        self.git = FakeGit()
        rules = EgressRules(
            allow=frozenset({HostPort("127.0.0.1", server.port)}), tokens={f"127.0.0.1:{server.port}": "geheim"}
        )

        def unasked(host: str, port: int) -> list[str]:
            raise AssertionError(f"the resolver was asked for {host}:{port}")

        self.http = HttpClient(Guard(rules, unasked), rules, Limits(), Cache())

    def forge(self, kind: ForgeKind) -> Forge:
        return open_forge(kind, self.http, self.git)

    def ref(self, path: str = "/stadt/app", **more: Any) -> RepositoryRef:
        return RepositoryRef(f"{self.url}{path}", f"{self.url}{path}.git", ForgeKind.GIT, **more)

    def fails(self, kind: ForgeKind, path: str) -> FetchError:
        with pytest.raises(FetchError) as caught:
            self.forge(kind).repository(f"{self.url}{path}")
        return caught.value


def names(forge: Forge, url: str) -> list[str]:
    return [ref.url.rpartition("/")[2] for page in forge.list(url) for ref in page.repositories]
