# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The guarded HTTP client: addresses, redirects, tokens, conditional requests, against real servers on loopback."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harvesters.http import TokenHeader
from harvesters.pinned import dial
from registry.errors import (
    Garbage,
    NeedsPassword,
    Refused,
    Unreachable,
)
from registry.model import Limits
from support.door import BEARER, OK, PUBLIC, Cache, client, never
from support.loopback import Loopback, Reply, as_json, make_certificate
from support.telling import told


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as running:
        yield running


def test_a_plain_answer(server: Loopback) -> None:
    server.routes["/a"] = as_json({"x": 1}, ETag='"1"')
    answer = client(server).get(f"{server.url}/a?b=c#d", headers={"Accept": "application/json"})
    assert (answer.status, answer.body, answer.url) == (200, b'{"x": 1}', f"{server.url}/a?b=c")
    assert answer.headers["etag"] == answer.headers["ETag"] == '"1"'
    assert (answer.not_modified, answer.moved_permanently_to) == (False, None)
    (request,) = server.requests
    assert request.target == "/a?b=c"
    assert request.headers["host"] == f"127.0.0.1:{server.port}"
    assert request.headers["user-agent"] == "Test/1"
    assert not {"authorization", "private-token", "cookie"} & set(request.headers)


def test_connections_are_kept_and_shared(server: Loopback) -> None:
    server.routes["/a"] = OK
    door = client(server)
    for _ in range(5):
        door.get(f"{server.url}/a")
    assert server.connections == 1
    door.close()
    assert door.get(f"{server.url}/a").body == b"fine"
    assert server.connections == 2


def test_no_more_than_per_host_at_a_time(server: Loopback) -> None:
    busy = peak = 0
    lock = threading.Lock()

    def slowly(_: object) -> Reply:
        nonlocal busy, peak
        with lock:
            busy += 1
            peak = max(peak, busy)
        time.sleep(0.02)
        with lock:
            busy -= 1
        return OK

    server.routes["/a"] = slowly
    door = client(server, limits=Limits(per_host=2))
    threads = [threading.Thread(target=door.get, args=(f"{server.url}/a",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(server.requests) == 8
    assert peak == 2


def test_nothing_is_dialled_for_a_refused_url() -> None:
    door = client(connect=never, resolve=lambda _host, _port: ["127.0.0.1"])
    for url in ("http://127.0.0.1/x", "https://intern.example/x", "https://u:p@example.org/x", "file:///etc/passwd"):
        with pytest.raises(Refused):
            door.get(url)


def test_rebinding_the_name_after_the_check_leads_nowhere(server: Loopback) -> None:
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    dialled: list[tuple[str, int]] = []

    def recording(where: tuple[str, int], _: float) -> socket.socket:
        dialled.append(where)
        raise ConnectionRefusedError

    door = client(resolve=lambda _host, _port: next(answers), connect=recording)
    with pytest.raises(Unreachable):
        door.get("https://rebound.example/x")
    assert dialled == [(PUBLIC, 443)]
    with pytest.raises(Refused):
        door.get("https://rebound.example/x")
    assert dialled == [(PUBLIC, 443)]
    assert server.requests == []


def test_the_checked_address_is_dialled_under_the_hosts_name(server: Loopback) -> None:
    server.routes["/a"] = OK
    host = ("git.intern.example", server.port)
    door = client(hosts=[host], resolve=lambda _host, _port: ["127.0.0.1", "10.0.0.1"])
    assert door.get(f"http://git.intern.example:{server.port}/a").body == b"fine"
    assert server.requests[0].headers["host"] == f"git.intern.example:{server.port}"


def test_the_environment_has_no_say(server: Loopback, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    server.routes["/a"] = OK
    with Loopback() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        netrc = tmp_path / "netrc"
        netrc.write_text("machine 127.0.0.1 login eve password geheim\n")
        monkeypatch.setenv("NETRC", str(netrc))
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nonexistent")
        assert client(server).get(f"{server.url}/a").body == b"fine"
        assert proxy.connections == 0
    assert "authorization" not in server.requests[0].headers


def to(location: str, status: int = 302) -> Reply:
    return Reply(status, {"Location": location}, b"elsewhere")


def test_redirects_are_followed_and_permanent_ones_reported(server: Loopback) -> None:
    server.routes |= {
        "/old": to("/new", 301),
        "/older": to("/old", 308),
        "/now": to("/new", 307),
        "/mixed": to("/old2", 301),
        "/old2": to("/new"),
        "/late": to("/old"),
        "/new": OK,
    }
    door = client(server)
    moved = {path: door.get(f"{server.url}/{path}").moved_permanently_to for path in ("older", "now", "mixed", "late")}
    assert moved == {"older": f"{server.url}/new", "now": None, "mixed": f"{server.url}/old2", "late": None}
    assert door.get(f"{server.url}/older").url == f"{server.url}/new"
    assert server.connections == 1


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/meta-data",
        "https://10.0.0.1/x",
        "http://127.0.0.1:1/x",
        "//127.1/x",
        "https://example.org:22/x",
        "http://example.org/x",
        "file:///etc/passwd",
        "gopher://127.0.0.1/x",
        "https://user:geheim@example.org/x",
    ],
)
def test_a_redirect_is_checked_like_the_first_url(server: Loopback, location: str) -> None:
    server.routes["/a"] = to(location)
    with pytest.raises(Refused) as caught:
        client(server).get(f"{server.url}/a")
    assert caught.value.rule == "fetch-refused-redirect"
    assert caught.value.subject == f"{server.url}/a", "what was asked for, not where it leads"
    assert "geheim" not in told(caught.value)
    assert len(server.requests) == 1


def test_a_public_server_does_not_redirect_into_the_private_network(server: Loopback) -> None:
    """The public server is played by the one on loopback: only the name server and the dialling are ours."""
    server.routes["/a"] = to(f"http://127.0.0.1:{server.port}/inside")
    door = client(
        server,
        hosts=[("public.example", 8080)],
        resolve=lambda _host, _port: [PUBLIC],
        connect=lambda where, seconds: (
            dial(("127.0.0.1", server.port), seconds) if where[0] == PUBLIC else never(where, 0)
        ),
    )
    with pytest.raises(Refused) as caught:
        door.get("http://public.example:8080/a")
    assert caught.value.rule == "fetch-refused-redirect"
    assert caught.value.subject == "http://public.example:8080/a"
    assert caught.value.detail == f"http://127.0.0.1:{server.port}/inside"
    assert server.targets() == ["/a"]


def test_redirects_end(server: Loopback) -> None:
    server.routes |= {"/a": to("/b"), "/b": to("/a"), "/nowhere": Reply(302), "/odd": to("http://[::1")}
    with pytest.raises(Garbage, match=r"answer-redirects.*> 5"):
        client(server).get(f"{server.url}/a")
    assert len(server.requests) == 6
    for path in ("/nowhere", "/odd"):
        with pytest.raises(Garbage, match=r"answer-redirects.*HTTP 302"):
            client(server).get(f"{server.url}{path}")


def test_a_token_stays_with_its_host(server: Loopback) -> None:
    with Loopback({"/other": OK, "/back": to(f"{server.url}/own")}) as other:
        server.routes |= {
            "/own": OK,
            "/same": to("/own"),
            "/away": to(f"{other.url}/other"),
            "/round": to(f"{other.url}/back"),
        }
        door = client(server, other, tokens={f"127.0.0.1:{server.port}": "geheim"})

        def sent(path: str, header: TokenHeader | None = BEARER) -> list[str | None]:
            server.requests.clear()
            other.requests.clear()
            door.get(f"{server.url}{path}", token_header=header, headers={"Private-Token": "own", "Cookie": "a=b"})
            for request in other.requests:
                assert not {"authorization", "private-token", "cookie"} & set(request.headers)
                assert "geheim" not in str(request.headers)
            return [request.headers.get("authorization") for request in server.requests]

        assert sent("/own") == ["Bearer geheim"]
        assert sent("/own", None) == [None]
        assert sent("/same") == ["Bearer geheim", "Bearer geheim"]
        assert sent("/away") == ["Bearer geheim"]
        assert sent("/round") == ["Bearer geheim", "Bearer geheim"]
        other.requests.clear()
        door.get(f"{other.url}/other", token_header=BEARER)
        assert "authorization" not in other.requests[0].headers


@pytest.mark.parametrize("status", [401, 403])
def test_a_token_that_is_not_accepted_is_told_apart(server: Loopback, status: int) -> None:
    server.routes["/a"] = Reply(status)
    for tokens, rule in (({}, "needs-password"), ({f"127.0.0.1:{server.port}": "geheim"}, "token-refused")):
        with pytest.raises(NeedsPassword) as caught:
            client(server, tokens=tokens).get(f"{server.url}/a", token_header=BEARER)
        assert (caught.value.rule, caught.value.detail) == (rule, f"HTTP {status}")
        assert "ALLMENDE_TOKEN_" in told(caught.value)


def test_a_token_never_travels_in_the_clear(server: Loopback) -> None:
    server.routes["/a"] = Reply(401)
    door = client(
        hosts=[("git.intern.example", server.port)],
        tokens={f"git.intern.example:{server.port}": "geheim"},
        resolve=lambda _host, _port: ["10.0.0.7"],
        connect=lambda _where, seconds: dial(("127.0.0.1", server.port), seconds),
    )
    with pytest.raises(NeedsPassword) as caught:
        door.get(f"http://git.intern.example:{server.port}/a", token_header=BEARER)
    assert caught.value.rule == "needs-password", "no token was sent, so none was refused"
    assert "authorization" not in server.requests[0].headers


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes its certificate with the openssl command")
def test_tls_is_verified_for_the_host_name_not_the_address(tmp_path: Path) -> None:
    pem = make_certificate(tmp_path, "git.intern.example")
    with Loopback({"/a": OK, "/down": to("http://git.intern.example:1/x")}, certificate=pem) as server:
        hosts = [("git.intern.example", server.port), ("other.example", server.port)]
        trusting = client(server, hosts=hosts, resolve=lambda _host, _port: ["127.0.0.1"], ca_file=Path(f"{pem}.crt"))
        assert trusting.get(f"https://git.intern.example:{server.port}/a").body == b"fine"
        assert server.requests[0].headers["host"] == f"git.intern.example:{server.port}"
        for url in (f"https://other.example:{server.port}/a", f"https://127.0.0.1:{server.port}/a"):
            with pytest.raises(Unreachable, match="certificate-refused") as caught:
                trusting.get(url)
            assert "Zertifikat" in told(caught.value)
        with pytest.raises(Refused):
            trusting.get(f"https://git.intern.example:{server.port}/down")
        public = client(server, hosts=hosts, resolve=lambda _host, _port: ["127.0.0.1"])
        with pytest.raises(Unreachable, match="certificate"):
            public.get(f"https://git.intern.example:{server.port}/a")
        assert len(server.requests) == 2


def test_an_unchanged_page_is_not_sent_again(server: Loopback) -> None:
    server.routes["/a"] = lambda request: (
        Reply(304, {"ETag": '"1"'})
        if request.headers.get("if-none-match") == '"1"'
        else Reply(200, {"ETag": '"1"'}, b"[]")
    )
    cache = Cache()
    door = client(server, cache=cache)
    url = f"{server.url}/a"
    assert not door.get(url, conditional=True).not_modified
    again = door.get(url, conditional=True)
    assert (again.not_modified, again.status, again.body) == (True, 304, b"[]")
    assert not door.get(url).not_modified
    kept = cache.kept[url]
    assert (kept.etag, kept.status) == ('"1"', 200)
    assert kept.fetched_at.utcoffset() == datetime.now(UTC).utcoffset()
    # A damaged row is not trusted.
    cache.kept[url] = replace(kept, body=b"damaged")
    assert door.get(url, conditional=True).body == b"[]"


def test_an_unchanged_page_by_its_date(server: Loopback) -> None:
    date = "Sun, 22 Nov 2026 08:00:00 GMT"
    server.routes["/a"] = [Reply(200, {"Last-Modified": date}, b"x"), Reply(304)]
    server.routes["/b"] = OK
    door = client(server, cache=(cache := Cache()))
    door.get(f"{server.url}/a", conditional=True)
    assert door.get(f"{server.url}/a", conditional=True).body == b"x"
    assert server.requests[1].headers["if-modified-since"] == date
    door.get(f"{server.url}/b", conditional=True)
    assert list(cache.kept) == [f"{server.url}/a"]


def test_how_fast_unchanged_repositories_are_asked() -> None:
    """Prints a figure for the record; it decides nothing."""
    with Loopback({"/a/info/refs": OK}, record=False) as server:
        door = client(server, limits=Limits(per_host=8))

        def ask() -> None:
            for _ in range(50):
                door.get(f"{server.url}/a/info/refs?service=git-upload-pack")

        started = time.monotonic()
        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        print(
            f"\n{400 / (time.monotonic() - started):.0f} guarded GETs a second, 8 threads, server in the same process"
        )
        assert 1 <= server.connections <= 16
