# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A small threaded HTTP server on 127.0.0.1 that answers by script, down to single bytes and pauses."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import responses
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Request:
    """``target`` is the path with its query; header names are lower-case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True)
class Reply:
    """``pieces`` go out one by one after ``body``, ``pause`` seconds before each; ``raw`` replaces head and body."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    raw: bytes | None = None
    pieces: Iterable[bytes] = ()
    pause: float = 0.0
    close: bool = False


Answer = Reply | list[Reply] | Callable[[Request], Reply]
NOT_FOUND = Reply(404, body=b"not here")


def as_json(value: object, **headers: str) -> Reply:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Reply(200, {"Content-Type": "application/json", **named}, json.dumps(value).encode())


class Loopback:
    """``routes`` maps a target (or its path alone) to an answer; of a list the last one is repeated.

    ``requests`` keeps what was asked, ``connections`` counts what was dialled. Use as a context manager.
    """

    def __init__(
        self, routes: Mapping[str, Answer] | None = None, certificate: Path | None = None, record: bool = True
    ) -> None:
        self.routes: dict[str, Answer] = dict(routes or {})
        self.requests: list[Request] = []
        self.connections = 0
        self._record = record
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._open: set[socket.socket] = set()
        self._context: ssl.SSLContext | None = None
        if certificate is not None:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(certificate)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept, daemon=True)]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def targets(self) -> list[str]:
        return [request.target for request in self.requests]

    def __enter__(self) -> Loopback:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for connection in self._open:
                _hang_up(connection)
        for thread in self._threads:
            thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self.connections += 1
                self._open.add(connection)
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._context is not None:
                connection = self._secure(connection, self._context)
            with connection.makefile("rb") as stream:
                while (request := _read_request(stream)) is not None and self._answer(connection, request):
                    pass
        except OSError:
            pass
        finally:
            with self._lock:
                self._open.discard(connection)
            _hang_up(connection)
            connection.close()

    def _secure(self, connection: socket.socket, context: ssl.SSLContext) -> ssl.SSLSocket:
        with self._lock:
            self._open.discard(connection)
        connection.settimeout(5)
        secure = context.wrap_socket(connection, server_side=True)
        with self._lock:
            self._open.add(secure)
        return secure

    def _answer(self, connection: socket.socket, request: Request) -> bool:
        """Whether the connection stays open."""
        with self._lock:
            if self._record:
                self.requests.append(request)
            answer = self.routes.get(request.target, self.routes.get(request.target.partition("?")[0], NOT_FOUND))
            if isinstance(answer, list):
                answer = answer.pop(0) if len(answer) > 1 else answer[0]
        reply = answer if isinstance(answer, Reply) else answer(request)
        connection.sendall(_head(reply) + reply.body if reply.raw is None else reply.raw)
        for piece in reply.pieces:
            if self._stopped.wait(reply.pause):
                return False
            connection.sendall(piece)
        return not reply.close and reply.raw is None


def _head(reply: Reply) -> bytes:
    headers = dict(reply.headers)
    named = {name.lower() for name in headers}
    if not reply.pieces and not named & {"content-length", "transfer-encoding"} and reply.status != 304:
        headers["Content-Length"] = str(len(reply.body))
    lines = [f"HTTP/1.1 {reply.status} {responses.get(reply.status, 'Odd')}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("utf-8")


def _read_request(stream: Any) -> Request | None:
    first = stream.readline()
    if not first.strip():
        return None
    method, target, _ = first.decode("latin-1").split()
    headers: dict[str, str] = {}
    while (line := stream.readline().strip()) != b"":
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.lower()] = value.strip()
    return Request(method, target, headers, stream.read(int(headers.get("content-length", "0"))))


def _hang_up(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def make_certificate(folder: Path, *names: str) -> Path:
    """A self-signed certificate with its key in one PEM file, for these host names (made by the openssl command)."""
    pem = folder / f"{names[0]}.pem"
    alternative = ",".join(f"DNS:{name}" for name in names)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", f"/CN={names[0]}", "-addext", f"subjectAltName={alternative}", "-keyout", pem, "-out", f"{pem}.crt"],
        check=True, capture_output=True, timeout=30,
    )  # fmt: skip
    pem.write_bytes(pem.read_bytes() + Path(f"{pem}.crt").read_bytes())
    return pem
