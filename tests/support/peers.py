# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Catalogues of peers on loopback, and their adapters."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from harvesters.http import HttpClient
from harvesters.peers import Entry, PeerPage, open_peer
from registry.model import Fact, Field, ForgeKind, Json, PeerKind, Problem, Source, SourceKind
from support.loopback import Loopback, Reply

NOW = datetime(2026, 11, 22, tzinfo=UTC)


class NoGit:
    """A git door that nobody may open."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"git.{name} was asked for")


def source(url: str, kind: PeerKind, /, **options: Json) -> Source:
    return Source("s", url, SourceKind.PEER, ForgeKind.GIT, NOW, peer=kind, title="Nachbar", options=options)


def pages(http: HttpClient, url: str, kind: PeerKind, git: Any = None, /, **options: Json) -> list[PeerPage]:
    return list(open_peer(kind, http, git or NoGit()).entries(source(url, kind, **options)))


def entries(found: list[PeerPage]) -> list[Entry]:
    return [entry for page in found for entry in page.entries]


def problems(found: list[PeerPage]) -> list[Problem]:
    return [problem for page in found for problem in page.problems]


def urls(found: list[PeerPage]) -> list[str]:
    return [entry.url for entry in entries(found)]


def said(entry: Entry, field: Field) -> list[Json]:
    return [fact.value for fact in entry.facts if fact.field is field]


def facts(entry: Entry) -> dict[tuple[Field, str | None], Json]:
    return {(fact.field, fact.lang): fact.value for fact in entry.facts}


def api(*software: Json, size: int = 2) -> dict[str, Any]:
    """Routes of a catalogue API that gives its software in pages, with ETags."""

    def answer(request: Any) -> Reply:
        start = int(request.target.partition("after%5D=")[2].partition("&")[0] or 0)
        following = f"?page[after]={start + size}" if start + size < len(software) else None
        body = json.dumps({"data": software[start : start + size], "links": {"prev": None, "next": following}})
        tag = f'"{abs(hash(body))}"'
        if request.headers.get("if-none-match") == tag:
            return Reply(304)
        return Reply(200, {"ETag": tag}, body.encode())

    return {"/v1/software": answer}


def serve(routes: dict[str, Any]) -> Loopback:
    return Loopback(routes)


__all__ = ["Fact", "NoGit", "api", "entries", "facts", "pages", "problems", "said", "serve", "source", "urls"]
