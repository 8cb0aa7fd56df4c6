# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A read-only smart HTTP git server on loopback: ``git http-backend`` behind Python's own threaded HTTP server.

It stands in for a forge in the demo and in the tests. Only ``git-upload-pack`` is served, with partial clones allowed
as on the large forges. ``/org/name`` and ``/org/name.git`` both find the bare repository ``ROOT/org/name.git``.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO, Self
from urllib.parse import unquote, urlsplit

ADVERTISEMENT = "/info/refs"
UPLOAD_PACK = "/git-upload-pack"
REQUEST_BYTES = 16 * 2**20
CHUNK = 64 * 2**10
SERVER_CONFIG = {
    "http.receivepack": "false",
    "http.getanyfile": "false",
    "uploadpack.allowFilter": "true",
    "uploadpack.allowAnySHA1InWant": "true",
    "uploadpack.allowReachableSHA1InWant": "true",
    "safe.directory": "*",
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "gc.auto": "0",
    "pack.threads": "1",
}


Beside = Callable[[str, "Message[str, str]"], tuple[int, Mapping[str, str], bytes] | None]
"""Path with query and headers of a GET -> status, headers and body; None for what is git's."""


class GitServer:
    """Serves the bare repositories below ``root``; a context manager.

    ``latency`` (seconds) is waited before each answer, for benchmarks. ``partial=False`` is a server that knows no
    filters and sends everything. ``beside`` answers what else a forge serves. Raises OSError when the address cannot
    be bound.
    """

    def __init__(
        self,
        root: Path,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        latency: float = 0.0,
        partial: bool = True,
        beside: Beside | None = None,
    ) -> None:
        self.root = root.resolve()
        self.beside = beside
        self.latency = latency
        self.environment = _environment(self.root, partial)
        self._log: list[tuple[str, str]] = []
        self._answers: dict[tuple[str, str], tuple[object, bytes]] = {}
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._thread: threading.Thread | None = None
        self._server = _Server((host, port), self)

    @property
    def base_url(self) -> str:
        """Without a trailing slash: ``http://127.0.0.1:PORT``."""
        host, port = self._server.server_address[:2]
        name = host.decode() if isinstance(host, bytes) else host
        return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"

    @property
    def requests(self) -> list[tuple[str, str]]:
        """A copy of the log: method and path (with query) of every request so far."""
        with self._lock:
            return list(self._log)

    def start(self) -> None:
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="git-server", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Closes the socket, ends open connections and their git processes; may be called twice."""
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._thread = None
        with self._lock:
            for process in self._running:
                process.kill()
        self._server.close_connections()
        self._server.server_close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def record(self, method: str, path: str) -> None:
        with self._lock:
            self._log.append((method, path))

    def repository(self, name: str) -> Path | None:
        """The bare repository a URL path means, None where there is none below the root."""
        parts = name.strip("/").split("/")
        if any(part in ("", ".", "..") or "\\" in part or "\0" in part or part.startswith(".") for part in parts):
            return None
        plain = self.root.joinpath(*parts)
        for path in (plain, plain.with_name(plain.name + ".git")):
            if (path / "HEAD").is_file() and path.resolve().is_relative_to(self.root):
                return path
        return None

    def advertisement(self, repository: Path, protocol: str) -> bytes:
        """The backend's own answer to ``info/refs``, kept until a stat of refs, HEAD or config differs."""
        key = (str(repository), protocol)
        state = _fingerprint(repository)
        with self._lock:
            known = self._answers.get(key)
        if known is not None and known[0] == state:
            return known[1]
        with self.backend(repository, ADVERTISEMENT, {"HTTP_GIT_PROTOCOL": protocol}) as process:
            answer, _ = process.communicate(b"")
        with self._lock:
            self._answers[key] = (state, answer)
        return answer

    def backend(self, repository: Path, service: str, extra: dict[str, str]) -> _Backend:
        post = service == UPLOAD_PACK
        environment = self.environment | {
            "PATH_INFO": "/" + str(repository.relative_to(self.root)) + service,
            "REQUEST_METHOD": "POST" if post else "GET",
            "QUERY_STRING": "" if post else "service=git-upload-pack",
        }
        return _Backend(self._running, self._lock, environment | {key: value for key, value in extra.items() if value})


class _Backend:
    """One ``git http-backend`` process, registered so that ``stop`` can end it."""

    def __init__(self, running: set[subprocess.Popen[bytes]], lock: threading.Lock, environment: dict[str, str]):
        self._running, self._lock, self._environment = running, lock, environment

    def __enter__(self) -> subprocess.Popen[bytes]:
        self.process = subprocess.Popen(
            [shutil.which("git") or "git", "http-backend"],
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        with self._lock:
            self._running.add(self.process)
        return self.process

    def __exit__(self, *exc: object) -> None:
        with self._lock:
            self._running.discard(self.process)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()
        if exc[0] is not None:
            self.process.kill()
        self.process.wait()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], git: GitServer) -> None:
        self.git = git
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        super().__init__(address, _Answer)

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        if isinstance(request, socket.socket):
            with self._guard:
                self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        if isinstance(request, socket.socket):
            with self._guard:
                self._open.discard(request)
        super().shutdown_request(request)

    def close_connections(self) -> None:
        with self._guard:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away in the middle is no event for a demo server."""


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def do_GET(self) -> None:
        beside = self.server.git.beside
        other = beside(self.path, self.headers) if beside is not None else None
        if other is not None:
            self.server.git.record(self.command, self.path)
            return self._whole(*other)
        repository = self._repository(ADVERTISEMENT)
        if repository is None or urlsplit(self.path).query != "service=git-upload-pack":
            return self._plain(404, "not found\n")
        return self._cgi(iter([self.server.git.advertisement(repository, self.headers.get("Git-Protocol", ""))]))

    def do_POST(self) -> None:
        body = self._body()
        repository = self._repository(UPLOAD_PACK)
        if body is None:
            return self._plain(413, "request too large\n")
        if repository is None:
            return self._plain(404, "not found\n")
        extra = {
            "HTTP_GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
        }
        with self.server.git.backend(repository, UPLOAD_PACK, extra) as process:
            feeder = threading.Thread(target=_feed, args=(process.stdin, body), daemon=True)
            feeder.start()
            try:
                return self._cgi(_chunks(process.stdout))
            finally:
                if process.stdin is not None and process.poll() is None:
                    process.kill()
                feeder.join()

    def _repository(self, service: str) -> Path | None:
        git = self.server.git
        git.record(self.command, self.path)
        if git.latency:
            time.sleep(git.latency)
        path = unquote(urlsplit(self.path).path)
        return git.repository(path.removesuffix(service)) if path.endswith(service) else None

    def _body(self) -> bytes | None:
        """The request's body; None where it is larger than we take."""
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return self._chunked()
        length = int(self.headers.get("Content-Length") or 0)
        if length > REQUEST_BYTES:
            self.close_connection = True
            return None
        return self.rfile.read(length)

    def _chunked(self) -> bytes | None:
        parts: list[bytes] = []
        total = 0
        while size := int(self.rfile.readline(32).split(b";")[0], 16):
            total += size
            if total > REQUEST_BYTES:
                self.close_connection = True
                return None
            parts.append(self.rfile.read(size))
            self.rfile.readline(8)
        self.rfile.readline(8)
        return b"".join(parts)

    def _cgi(self, chunks: Iterator[bytes]) -> None:
        """Passes on what the backend says: its header lines, then the body, in one piece where it is short."""
        head = b""
        for chunk in chunks:
            head += chunk
            if b"\r\n\r\n" in head:
                break
        lines, found, rest = head.partition(b"\r\n\r\n")
        if not found:
            return self._plain(502, "the backend gave no answer\n")
        headers = [line.split(": ", 1) for line in lines.decode("latin-1").split("\r\n")]
        self.send_response(next((int(pair[1].split()[0]) for pair in headers if pair[0].lower() == "status"), 200))
        for pair in headers:
            if pair[0].lower() != "status":
                self.send_header(*pair)
        following = next(chunks, None)
        if following is None:
            self.send_header("Content-Length", str(len(rest)))
            self.end_headers()
            self.wfile.write(rest)
            return None
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self._send_chunk(rest)
        self._send_chunk(following)
        for chunk in chunks:
            self._send_chunk(chunk)
        self.wfile.write(b"0\r\n\r\n")
        return None

    def _send_chunk(self, chunk: bytes) -> None:
        if chunk:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))

    def _plain(self, status: int, text: str) -> None:
        self._whole(status, {"Content-Type": "text/plain; charset=utf-8"}, text.encode())

    def _whole(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Requests are in ``GitServer.requests``; nothing goes to stderr."""


def _feed(pipe: IO[bytes] | None, body: bytes) -> None:
    """A thread of its own, since the backend may answer before it has read the whole request."""
    if pipe is None:
        return
    with suppress(BrokenPipeError, ValueError):
        pipe.write(body)
        pipe.close()


def _chunks(pipe: IO[bytes] | None) -> Iterator[bytes]:
    while pipe is not None and (chunk := os.read(pipe.fileno(), CHUNK)):
        yield chunk


def _environment(root: Path, partial: bool) -> dict[str, str]:
    config = SERVER_CONFIG | ({} if partial else {"uploadpack.allowFilter": "false"})
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": "/nonexistent",
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_COUNT": str(len(config)),
        "GIT_PROJECT_ROOT": str(root),
        "GIT_HTTP_EXPORT_ALL": "1",
        "REMOTE_ADDR": "127.0.0.1",
    }
    for number, (key, value) in enumerate(config.items()):
        environment[f"GIT_CONFIG_KEY_{number}"] = key
        environment[f"GIT_CONFIG_VALUE_{number}"] = value
    return environment


def _fingerprint(repository: Path) -> object:
    """Changes with every change of a ref: git replaces files by renaming, so inode and times move."""
    seen: list[tuple[str, int, int, int]] = []
    folders = [repository / "refs"]
    paths = [repository / name for name in ("HEAD", "packed-refs", "config")]
    while folders:
        folder = folders.pop()
        paths.append(folder)
        with os.scandir(folder) as entries:
            for entry in entries:
                (folders if entry.is_dir(follow_symlinks=False) else paths).append(Path(entry.path))
    for path in paths:
        try:
            stat = path.stat()
        except FileNotFoundError:
            continue
        seen.append((str(path), stat.st_mtime_ns, stat.st_ino, stat.st_size))
    return tuple(sorted(seen))
