# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A forge's listing of repositories, played on loopback: in pages, with the headers of its kind, and conditionally."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from harvesters.base import Forge
from registry.model import ForgeKind
from support.loopback import Loopback, Reply, Request

DATE = "Sun, 22 Nov 2026 09:00:00 GMT"
OLD = "2026-11-01T10:00:00Z"


def github(number: int) -> dict[str, Any]:
    name = f"stadt/r{number}"
    return {"id": number, "full_name": name, "name": f"r{number}", "pushed_at": OLD, "fork": False}


def gitlab(number: int) -> dict[str, Any]:
    return {"id": number, "path_with_namespace": f"stadt/r{number}", "last_activity_at": OLD}


def gitea(number: int) -> dict[str, Any]:
    return {"id": number, "full_name": f"stadt/r{number}", "updated_at": OLD, "mirror": False, "size": 7}


def bitbucket(number: int) -> dict[str, Any]:
    return {"uuid": f"{{{number}}}", "full_name": f"stadt/r{number}", "scm": "git", "updated_on": OLD}


@dataclass(frozen=True)
class Kind:
    """How one kind of forge lists: ``ways`` says by which headers it leads on, ``most`` is the server's page cap."""

    forge: ForgeKind
    item: Callable[[int], dict[str, Any]]
    path: str
    size: str
    most: int
    ways: frozenset[str]

    def __str__(self) -> str:
        return f"{self.forge}-{self.most}-{'+'.join(sorted(self.ways)) or 'silent'}"


def _gitea(forge: ForgeKind, most: int, *ways: str) -> Kind:
    return Kind(forge, gitea, "/api/v1/orgs/stadt/repos", "limit", most, frozenset(ways))


def _gitlab(most: int, *ways: str) -> Kind:
    return Kind(ForgeKind.GITLAB, gitlab, "/api/v4/groups/stadt/projects", "per_page", most, frozenset(ways))


KINDS = (
    Kind(ForgeKind.GITHUB, github, "/api/v3/orgs/stadt/repos", "per_page", 100, frozenset({"link"})),
    _gitlab(100, "keyset"),
    _gitlab(100, "next", "total"),
    _gitlab(20, "link", "next", "total"),
    _gitea(ForgeKind.GITEA, 50, "link", "count"),
    _gitea(ForgeKind.GITEA, 30, "link", "count"),
    _gitea(ForgeKind.GITEA, 30, "count"),
    _gitea(ForgeKind.FORGEJO, 50, "link", "count"),
    _gitea(ForgeKind.FORGEJO, 10, "count"),
    Kind(ForgeKind.BITBUCKET, bitbucket, "/2.0/repositories/stadt", "pagelen", 100, frozenset({"body"})),
)


@dataclass
class Shelf:
    """``between`` is called before each page with its number: things move while somebody reads."""

    server: Loopback
    kind: Kind
    items: list[dict[str, Any]]
    conditional: bool = True
    headers_with_304: bool = False
    between: Callable[[int, Shelf], None] = lambda _number, _shelf: None
    statuses: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.server.routes[self.kind.path] = self.answer

    def answer(self, request: Request) -> Reply:
        parts = urlsplit(request.target)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        size = min(int(query[self.kind.size]), self.kind.most)
        number = int(query.get("page", "1"))
        self.between(number, self)
        start = (number - 1) * size
        if "keyset" in self.kind.ways:
            after = int(query.get("id_after", "-1"))
            start = next((at for at, item in enumerate(self.items) if item["id"] > after), len(self.items))
        page = self.items[start : start + size]
        more = start + size < len(self.items)
        headers, body = self._leading(parts.path, query, number, page, more)
        payload = json.dumps(body).encode()
        etag = f'"{hashlib.sha256(payload).hexdigest()[:12]}"'
        if self.conditional and request.headers.get("if-none-match") == etag:
            self.statuses.append(304)
            return Reply(304, {"Date": DATE, **(headers if self.headers_with_304 else {})})
        self.statuses.append(200)
        return Reply(200, {"Date": DATE, **headers, **({"ETag": etag} if self.conditional else {})}, payload)

    def _leading(
        self, path: str, query: dict[str, str], number: int, page: list[dict[str, Any]], more: bool
    ) -> tuple[dict[str, str], Any]:
        ways, headers = self.kind.ways, {}
        key, value = ("id_after", page[-1]["id"]) if "keyset" in ways and page else ("page", number + 1)
        joined = "&".join(f"{name}={text}" for name, text in {**query, key: str(value)}.items())
        following = f"{self.server.url}{path}?{joined}"
        if more and ways & {"link", "keyset"}:
            headers["Link"] = f'<{following}>; rel="next"'
        elif number > 1 and "link" in ways:
            headers["Link"] = f'<{self.server.url}{path}>; rel="first"'
        if "next" in ways:
            headers["X-Next-Page"] = str(number + 1) if more else ""
        if ways & {"total", "count"}:
            headers["X-Total" if "total" in ways else "X-Total-Count"] = str(len(self.items))
        if "body" in ways:
            return headers, {"values": page, "size": len(self.items), **({"next": following} if more else {})}
        return headers, page


def listed(forge: Forge, url: str) -> list[str]:
    """Names of all repositories, as often as they are given."""
    return [ref.url.rpartition("/")[2] for page in forge.list(url) for ref in page.repositories]
