# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every way in which a harvest goes out, against names that change their address and servers that send us elsewhere.

Nothing leaves loopback: name servers are functions, and who would dial another address fails the test.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harvesters.forges import open_forge, probe
from harvesters.git import running
from harvesters.git.door import GitDoor
from harvesters.guard import Guard
from harvesters.http import HttpClient
from harvesters.peers import open_peer
from harvesters.pinned import dial
from registry.errors import FetchError, Refused
from registry.model import EgressRules, ForgeKind, HostPort, Limits, PeerKind
from support.door import BEARER, PUBLIC
from support.gitdoor import NO_HEAD, NOW, SelectAll, is_empty, reference
from support.loopback import Loopback, Reply
from support.peers import source

LIMITS = Limits(connect_seconds=2.0, read_seconds=2.0, total_seconds=4.0, git_seconds=8.0)
TOKEN = "canary-token"


@dataclass(frozen=True)
class Outside:
    """All that asks something of the outside, behind one guard."""

    http: HttpClient
    quick: GitDoor
    slow: GitDoor


def outside(work: Path, rules: EgressRules, resolve: Any, connect: Any = dial) -> Outside:
    guard = Guard(rules, resolve)
    http = HttpClient(guard, rules, LIMITS, connect=connect)
    doors = [GitDoor(guard, LIMITS, work, SelectAll(), http=client) for client in (http, None)]
    return Outside(http, *doors)


Way = Callable[[Outside, str], object]
PEERS: dict[PeerKind, dict[str, Any]] = {
    PeerKind.OPEN_CATALOG_API: {},
    PeerKind.JSON: {"url": "$.url"},
    PeerKind.CODE_JSON: {},
    PeerKind.PUBLICCODE_LIST: {},
    PeerKind.MARKDOWN: {},
}
FORGES = (ForgeKind.GITHUB, ForgeKind.GITLAB, ForgeKind.GITEA, ForgeKind.FORGEJO)
WAYS: dict[str, Way] = {
    "get": lambda out, base: out.http.get(f"{base}/stadt/app"),
    "question": lambda out, base: out.http.query(f"{base}/api/graphql", b"{}", headers={}, token_header=BEARER),
    "pack by post": lambda out, base: out.quick.snapshot(reference(f"{base}/stadt/app"), NO_HEAD, NOW),
    "pack by git": lambda out, base: out.slow.snapshot(reference(f"{base}/stadt/app"), NO_HEAD, NOW),
    "refs": lambda out, base: open_forge(ForgeKind.GIT, out.http, out.quick).snapshot(
        reference(f"{base}/stadt/app"), None, NOW
    ),
    "probe": lambda out, base: probe(out.http, f"{base}/stadt/app"),
    **{
        f"list of {kind}": lambda out, base, kind=kind: list(
            open_forge(kind, out.http, out.quick).list(f"{base}/stadt")
        )
        for kind in FORGES
    },
    **{
        f"repository of {kind}": lambda out, base, kind=kind: open_forge(kind, out.http, out.quick).repository(
            f"{base}/stadt/app"
        )
        for kind in FORGES
    },
    **{
        f"peer {kind}": lambda out, base, kind=kind: list(
            open_peer(kind, out.http, out.quick).entries(source(f"{base}/stadt/liste", kind, **PEERS[kind]))
        )
        for kind in PEERS
    },
}  # fmt: skip


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "work"
    assert is_empty(tmp_path / "work")


@pytest.mark.parametrize("way", WAYS)
def test_a_name_that_is_rebound_after_the_check_leads_nowhere(
    work: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Public when it is checked, loopback for whoever asks again."""
    answers = iter([[PUBLIC]])
    dialled: list[tuple[str, int]] = []
    pinned: list[str] = []

    def resolve(_host: str, _port: int) -> Sequence[str]:
        return next(answers, ["127.0.0.1"])

    def connect(where: tuple[str, int], _seconds: float) -> socket.socket:
        dialled.append(where)
        raise ConnectionRefusedError

    def started(_arguments: object, environment: dict[str, str], *_more: object) -> None:
        pinned.extend(value for value in environment.values() if value.startswith("rebound.example:"))
        raise OSError

    monkeypatch.setattr(running, "_started", started)
    out = outside(work, EgressRules(tokens={"rebound.example": TOKEN}), resolve, connect)
    with pytest.raises(FetchError):
        WAYS[way](out, "https://rebound.example")
    assert set(dialled) <= {(PUBLIC, 443)}
    assert set(pinned) <= {f"rebound.example:443:{PUBLIC}"}
    if way != "probe":
        assert dialled or pinned, "the first answer of the name server was used"
    dialled.clear()
    with pytest.raises(Refused):
        WAYS[way](out, "https://rebound.example")
    assert dialled == []


class Everywhere(dict[str, Any]):
    """Routes of a server that answers everything alike."""

    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self.reply = reply

    def get(self, *_: object) -> Any:
        return self.reply


LOCATIONS = {
    "another port": "http://127.0.0.1:{trap}/stadt/app",
    "loopback by name": "http://localhost:{trap}/stadt/app/info/refs?service=git-upload-pack",
    "loopback in disguise": "http://127.1:{trap}/stadt/app",
    "loopback as IPv6": "http://[::ffff:127.0.0.1]:{trap}/stadt/app",
    "metadata": "https://169.254.169.254/latest/meta-data",
    "file": "file:///etc/passwd",
    "transport": "ext::sh -c touch% /tmp/canary",
}


@pytest.mark.parametrize("location", LOCATIONS)
@pytest.mark.parametrize("way", WAYS)
def test_no_way_out_follows_a_server_into_the_private_network(work: Path, way: str, location: str) -> None:
    with Loopback() as trap, Loopback() as server:
        status = 307 if way in ("question", "pack by post") else 302
        server.routes = Everywhere(Reply(status, {"Location": LOCATIONS[location].format(trap=trap.port)}))
        rules = EgressRules(
            allow=frozenset({HostPort("127.0.0.1", server.port)}), tokens={f"127.0.0.1:{server.port}": TOKEN}
        )
        out = outside(work, rules, lambda _host, _port: ["127.0.0.1"])
        with pytest.raises(FetchError) as caught:
            WAYS[way](out, server.url)
        assert trap.connections == 0
        assert TOKEN not in f"{caught.value}{caught.value.params}"
        assert 1 <= len(server.requests) <= 4, "and it is not asked over and over"


@pytest.mark.parametrize("way", WAYS)
def test_a_server_that_sends_us_in_circles_is_left(work: Path, way: str) -> None:
    with Loopback() as server:
        server.routes = Everywhere(Reply(302, {"Location": "/again"}))
        rules = EgressRules(allow=frozenset({HostPort("127.0.0.1", server.port)}))
        out = outside(work, rules, lambda _host, _port: ["127.0.0.1"])
        if way == "probe":
            assert WAYS[way](out, server.url) is None, "three places are asked, and none says anything"
        else:
            with pytest.raises(FetchError):
                WAYS[way](out, server.url)
        assert 1 <= len(server.requests) <= 3 * (LIMITS.redirects + 1)


@pytest.mark.parametrize("way", WAYS)
def test_a_token_is_not_sent_to_who_asks_for_it(work: Path, way: str) -> None:
    """A server without a token of the operator's demands one; that of another host is not given."""
    with Loopback() as server:
        server.routes = Everywhere(Reply(401, {"WWW-Authenticate": 'Basic realm="please"'}, b"token?"))
        rules = EgressRules(
            allow=frozenset({HostPort("127.0.0.1", server.port)}),
            tokens={"127.0.0.1": TOKEN, "127.0.0.1:1": TOKEN, "GITHUB_COM": TOKEN, "gitlab.com": TOKEN},
        )
        out = outside(work, rules, lambda _host, _port: ["127.0.0.1"])
        if way == "probe":
            assert WAYS[way](out, server.url) is None
        else:
            with pytest.raises(FetchError):
                WAYS[way](out, server.url)
        assert server.requests
        assert TOKEN not in str(server.requests)
