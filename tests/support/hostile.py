# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Loopback servers that misbehave: canned answers, slow ones, and a relay that cuts the line in the middle."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

Script = Callable[[socket.socket, threading.Event], None]
"""Talks to one client; the event is set when the server stops."""


class HostileServer:
    """Runs ``script`` for every connection, in a thread each."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self.connections = 0

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._threads.append(threading.Thread(target=self._accept))
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for thread in self._threads:
            thread.join(5)

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with self._lock:
            self.connections += 1
        with connection, contextlib.suppress(OSError):
            connection.settimeout(5)
            self._script(connection, self._stopping)


def answering(status: str, body: bytes = b"", *headers: str, delay: float = 0.0) -> Script:
    """One canned HTTP answer to each connection's first request."""

    def script(connection: socket.socket, stopping: threading.Event) -> None:
        _request(connection)
        stopping.wait(delay)
        _answer(connection, status, body, *headers)

    return script


class Crowd:
    """Keeps each first request waiting, then answers 404. ``most`` is how many waited at the same time."""

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._lock = threading.Lock()
        self._waiting = 0
        self.most = 0

    def __call__(self, connection: socket.socket, stopping: threading.Event) -> None:
        _request(connection)
        with self._lock:
            self._waiting += 1
            self.most = max(self.most, self._waiting)
        stopping.wait(self._delay)
        # Before the answer: from then on the client may come again.
        with self._lock:
            self._waiting -= 1
        _answer(connection, "404 Not Found")


def saying(raw: bytes) -> Script:
    """Bytes that need not be HTTP."""

    def script(connection: socket.socket, _stopping: threading.Event) -> None:
        _request(connection)
        connection.sendall(raw)

    return script


def dripping(connection: socket.socket, stopping: threading.Event) -> None:
    """A slow loris: a valid header, then a byte now and then, for ever."""
    _request(connection)
    connection.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/x-git-upload-pack-advertisement\r\n"
        b"Content-Length: 100000\r\n\r\n001e# service=git-upload-pack\n0000"
    )
    while not stopping.wait(0.1):
        connection.sendall(b"0")


def cutting(port: int, after: int = 2**30, swap: tuple[bytes, bytes] = (b"", b"")) -> Script:
    """Relays to the server at ``port`` and hangs up after so many bytes of its answers.

    ``swap`` replaces bytes in what the client says, so that it gets other objects than it asked for.
    """

    def script(connection: socket.socket, _stopping: threading.Event) -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as real:
            sending = threading.Thread(target=_pump, args=(connection, real, 2**30, swap))
            sending.start()
            _pump(real, connection, after)
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            sending.join(5)

    return script


def _pump(source: socket.socket, sink: socket.socket, most: int, swap: tuple[bytes, bytes] = (b"", b"")) -> None:
    with contextlib.suppress(OSError):
        while most > 0 and (chunk := source.recv(min(most, 65_536))):
            sink.sendall(chunk.replace(*swap) if swap[0] else chunk)
            most -= len(chunk)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_RDWR)


def _answer(connection: socket.socket, status: str, body: bytes = b"", *headers: str) -> None:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)


def _request(connection: socket.socket) -> bytes:
    got = b""
    while b"\r\n\r\n" not in got and (chunk := connection.recv(65_536)):
        got += chunk
    return got
