# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which kind of forge an unknown host is, by what it says where forges tell their version."""

from __future__ import annotations

import pytest

from harvesters.forges import probe
from registry.errors import FetchError, InvalidInput, RateLimited, Refused, Unreachable
from registry.model import ForgeKind
from support.door import client
from support.loopback import Answer, Loopback, Reply, as_json

V1, V4, V3 = "/api/v1/version", "/api/v4/version", "/api/v3/meta"
PAGE = Reply(body=b"<!doctype html>")
META = as_json({"verifiable_password_authentication": True, "installed_version": "3.14"})


@pytest.mark.parametrize(
    ("routes", "kind", "requests"),
    [
        ({V1: as_json({"version": "1.22.3"})}, ForgeKind.GITEA, 1),
        ({V1: as_json({"version": "9.0.3+gitea-1.22.0"})}, ForgeKind.FORGEJO, 1),
        ({V4: Reply(401, body=b'{"message":"401 Unauthorized"}')}, ForgeKind.GITLAB, 2),
        ({V1: Reply(410), V4: Reply(401)}, ForgeKind.GITLAB, 2),
        ({V4: as_json({"version": "17.5.1", "revision": "a"})}, ForgeKind.GITLAB, 2),
        ({V3: META}, ForgeKind.GITHUB, 3),
        ({}, None, 3),
        # A host that asks everybody for a password says nothing by it.
        ({V1: Reply(401), V4: Reply(401), V3: Reply(401)}, None, 3),
        ({V1: Reply(403), V4: Reply(403), V3: Reply(403)}, None, 3),
        # Pages of programs that answer everything with their start page.
        ({V1: PAGE, V4: PAGE, V3: PAGE}, None, 3),
        ({V1: as_json({"version": 7}), V4: as_json(["17"]), V3: as_json("x")}, None, 3),
        ({V1: as_json({}), V4: as_json(None), V3: as_json({"a": 1})}, None, 3),
        ({V1: Reply(body=b"[" * 90_000), V4: Reply(body=b"x" * 200_000), V3: META}, ForgeKind.GITHUB, 3),
    ],
)
def test_probe(routes: dict[str, Answer], kind: ForgeKind | None, requests: int) -> None:
    with Loopback(routes) as server:
        http = client(server, tokens={f"127.0.0.1:{server.port}": "geheim"})
        assert probe(http, f"{server.url}/stadt/app") is kind
        assert len(server.requests) == requests
        assert "geheim" not in str(server.requests)


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (Reply(500), Unreachable),
        (Reply(429), RateLimited),
        (Reply(302, {"Location": "https://10.0.0.1/api"}), Refused),
    ],
)
def test_a_host_that_cannot_be_asked(reply: Reply, fault: type[FetchError]) -> None:
    with Loopback({V1: reply}) as server, pytest.raises(fault):
        probe(client(server), f"{server.url}/stadt")


def test_what_is_never_asked() -> None:
    with pytest.raises(InvalidInput):
        probe(client(), "stadt")
    with pytest.raises(Refused):
        probe(client(), "https://192.168.1.1/stadt")
