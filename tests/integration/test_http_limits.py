# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The guarded HTTP client against servers that attack, lie, dawdle and fail."""

from __future__ import annotations

import gzip
import shutil
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.utils import formatdate
from itertools import repeat

import pytest

from registry.errors import (
    FetchError,
    Garbage,
    Gone,
    NeedsPassword,
    RateLimited,
    TooLarge,
    TooSlow,
    Unreachable,
)
from support.door import OK, QUICK, client
from support.loopback import Loopback, Reply
from support.telling import told


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as running:
        yield running


def bomb() -> bytes:
    return gzip.compress(bytes(64 * 2**20), 9)


ENDLESS = {"Transfer-Encoding": "chunked"}


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        pytest.param(lambda: Reply(body=b"x" * 2**20), TooLarge, id="announced"),
        pytest.param(lambda: Reply(headers={"Content-Encoding": "gzip"}, body=bomb()), TooLarge, id="gzip bomb"),
        pytest.param(
            lambda: Reply(headers={"Content-Encoding": "deflate"}, body=zlib.compress(bytes(2**24))),
            TooLarge,
            id="deflate bomb",
        ),
        pytest.param(lambda: Reply(pieces=repeat(b"x" * 2**14), close=True), TooLarge, id="endless"),
        pytest.param(
            lambda: Reply(headers=ENDLESS, pieces=repeat(b"4000\r\n" + b"x" * 2**14 + b"\r\n")),
            TooLarge,
            id="endless chunks",
        ),
        pytest.param(lambda: Reply(headers={"Content-Length": "999"}, body=b"x", close=True), Garbage, id="cut"),
        pytest.param(lambda: Reply(headers=ENDLESS, body=b"4\r\nfine\r\n", close=True), Garbage, id="cut chunks"),
        pytest.param(lambda: Reply(headers=ENDLESS, body=b"zz\r\nfine\r\n", close=True), Garbage, id="no chunk"),
        pytest.param(lambda: Reply(headers={"Content-Encoding": "gzip"}, body=b"no gzip"), Garbage, id="no gzip"),
        pytest.param(lambda: Reply(headers={"Content-Encoding": "br"}, body=b"x"), Garbage, id="unasked encoding"),
        pytest.param(lambda: Reply(headers={"Content-Encoding": "gzip, gzip"}, body=b"x"), Garbage, id="two encodings"),
        pytest.param(lambda: Reply(raw=b"SSH-2.0-OpenSSH_9.2p1 Debian\r\n"), Garbage, id="ssh"),
        pytest.param(lambda: Reply(raw=b"\x00\xff" * 300), Garbage, id="noise"),
        pytest.param(
            lambda: Reply(raw=b"HTTP/1.1 200 OK\r\nX: " + b"y" * 2**17 + b"\r\n\r\n"), Garbage, id="long header"
        ),
        pytest.param(
            lambda: Reply(raw=b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 2000 + b"\r\n"), Garbage, id="many headers"
        ),
        pytest.param(
            lambda: Reply(raw=b"HTTP/1.1 200 OK\r\n", pieces=repeat(b"X"), pause=0.05), TooSlow, id="slow headers"
        ),
        pytest.param(lambda: Reply(pieces=repeat(b"x"), pause=0.05), TooSlow, id="slow body"),
        pytest.param(
            lambda: Reply(headers={"Connection": "close"}, pieces=repeat(b"x"), pause=0.05),
            TooSlow,
            id="slow, to be closed",
        ),
        pytest.param(
            lambda: Reply(headers=ENDLESS, pieces=repeat(b"1\r\nx\r\n"), pause=0.05), TooSlow, id="slow chunks"
        ),
        pytest.param(
            lambda: Reply(raw=b"", pieces=repeat(b"HTTP/1.1 100 Continue\r\n\r\n"), pause=0.02), TooSlow, id="continue"
        ),
        pytest.param(lambda: Reply(raw=b"", pieces=repeat(b""), pause=0.05), TooSlow, id="silence"),
    ],
)
def test_hostile_answers_cost_little(server: Loopback, reply: Callable[[], Reply], fault: type[FetchError]) -> None:
    server.routes |= {"/a": reply(), "/b": OK}
    door = client(server, limits=replace(QUICK, response_bytes=2**18))
    started = time.monotonic()
    with pytest.raises(FetchError) as caught:
        door.get(f"{server.url}/a?token=geheim")
    assert type(caught.value) is fault
    assert "geheim" not in str(caught.value)
    assert "geheim" not in told(caught.value)
    # Generous: the cap is half a second; without it these answers never end.
    assert time.monotonic() - started < 20
    assert door.get(f"{server.url}/b").body == b"fine"


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes its certificate with the openssl command")
def test_a_slow_tls_handshake_is_cut(server: Loopback) -> None:
    # A record of 16 kB is announced and then arrives a byte at a time.
    def accept(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            try:
                connection.sendall(b"\x16\x03\x03\x40\x00")
                while True:
                    connection.sendall(b"\x02")
                    time.sleep(0.05)
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        thread = threading.Thread(target=accept, args=(listener,), daemon=True)
        thread.start()
        door = client(hosts=[("127.0.0.1", port)], limits=QUICK)
        with pytest.raises(TooSlow):
            door.get(f"https://127.0.0.1:{port}/x")
        thread.join(5)
        assert not thread.is_alive()


def test_a_kept_connection_is_watched_too(server: Loopback) -> None:
    server.routes |= {"/a": OK, "/slow": Reply(headers={"Content-Length": "9999"}, pieces=repeat(b"x"), pause=0.05)}
    door = client(server, limits=QUICK)
    door.get(f"{server.url}/a")
    with pytest.raises(TooSlow):
        door.get(f"{server.url}/slow")
    assert server.connections == 1


def test_a_compressed_answer_within_the_cap(server: Loopback) -> None:
    server.routes["/a"] = Reply(headers={"Content-Encoding": "gzip"}, body=gzip.compress(b"fine" * 1000))
    assert client(server).get(f"{server.url}/a", max_bytes=4000).body == b"fine" * 1000
    with pytest.raises(TooLarge, match="> 3999 B"):
        client(server).get(f"{server.url}/a", max_bytes=3999)


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Unreachable, match="connection refused"):
        client(hosts=[("127.0.0.1", port)]).get(f"http://127.0.0.1:{port}/x")


def test_a_connection_that_takes_too_long() -> None:
    def hang(_: tuple[str, int], seconds: float) -> socket.socket:
        assert seconds <= 1.0
        raise TimeoutError

    with pytest.raises(TooSlow):
        client(hosts=[("127.0.0.1", 9)], connect=hang, limits=QUICK).get("http://127.0.0.1:9/x")


@pytest.mark.parametrize(
    ("status", "headers", "fault"),
    [
        (204, {}, Garbage),
        (304, {}, Garbage),
        (400, {}, Garbage),
        (401, {}, NeedsPassword),
        (403, {}, NeedsPassword),
        (404, {}, Gone),
        (410, {}, Gone),
        (451, {}, Gone),
        (418, {}, Garbage),
        (500, {}, Unreachable),
        (501, {}, Unreachable),
        (429, {}, RateLimited),
        (429, {"Retry-After": "60"}, RateLimited),
        (503, {"Retry-After": "3600"}, RateLimited),
        (403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "99999999999"}, RateLimited),
        (403, {"Retry-After": "60"}, RateLimited),
    ],
)
def test_statuses(server: Loopback, status: int, headers: dict[str, str], fault: type[FetchError]) -> None:
    server.routes["/a"] = Reply(status, headers, b"why")
    with pytest.raises(FetchError) as caught:
        client(server).get(f"{server.url}/a?private_token=geheim")
    assert type(caught.value) is fault
    assert caught.value.subject == f"{server.url}/a"
    assert f"HTTP {status}" in told(caught.value)
    assert "geheim" not in f"{caught.value}{caught.value.params}{caught.value.args}"
    assert len(server.requests) == 1


def test_when_a_rate_limit_ends(server: Loopback) -> None:
    server.routes |= {
        "/seconds": Reply(429, {"Retry-After": "61"}),
        "/date": Reply(429, {"Retry-After": formatdate(time.time() + 100, usegmt=True)}),
        "/reset": Reply(403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(time.time()) + 100)}),
        "/abuse": Reply(403, body=b'{"message": "You have exceeded a secondary rate limit."}'),
        "/odd": Reply(429, {"Retry-After": "soon"}),
    }
    found = {}
    for path in ("seconds", "date", "reset", "abuse", "odd"):
        with pytest.raises(RateLimited) as caught:
            client(server).get(f"{server.url}/{path}")
        found[path] = caught.value.retry_after
    assert (found["seconds"], found["abuse"], found["odd"]) == (61.0, None, None)
    assert found["date"] == pytest.approx(100, abs=30)
    assert found["reset"] == pytest.approx(100, abs=30)


@pytest.mark.parametrize(
    "first",
    [
        Reply(502),
        Reply(503),
        Reply(504),
        Reply(429, {"Retry-After": "0"}),
        Reply(503, {"Retry-After": "0"}),
        Reply(raw=b""),
    ],
)
def test_a_passing_fault_is_tried_again(server: Loopback, first: Reply) -> None:
    server.routes["/a"] = [first, OK]
    assert client(server).get(f"{server.url}/a").body == b"fine"
    assert len(server.requests) == 2


def test_trying_again_ends(server: Loopback) -> None:
    server.routes |= {"/bad": Reply(502), "/mute": Reply(raw=b""), "/busy": Reply(429, {"Retry-After": "0"})}
    for path, fault in (("bad", Unreachable), ("mute", Unreachable), ("busy", RateLimited)):
        server.requests.clear()
        with pytest.raises(fault):
            client(server).get(f"{server.url}/{path}")
        assert len(server.requests) == 3
