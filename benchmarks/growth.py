# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whether a night costs more a repository when there are more of them: 1,000, 4,000 and 16,000 small repositories.

The engine, the store, the index and the clients are the real ones, the listing comes over HTTP from a server in a
process of its own. What git would fetch and the sandbox would read is made up on the spot, so that 16,000 first visits
take minutes; how fast these are is for ``benchmarks.night``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

from harvesters.forges import open_forge
from harvesters.guard import Guard
from harvesters.http import HttpClient
from harvesters.refs import Advertisement
from registry.catalogue.harvesting import Harvesting
from registry.config import Config, load
from registry.model import (
    Activity,
    EntryKind,
    Fact,
    FactSource,
    Field,
    ForgeKind,
    HostPort,
    HostTraffic,
    KnownHistory,
    Origin,
    Reading,
    RepositoryRef,
    Snapshot,
    Source,
    SourceKind,
    TreeEntry,
)
from registry.search.index import open_index
from registry.storage import migrate
from registry.storage.store import Store

SIZES = (1_000, 4_000, 16_000)
CHANGED = 100
"""One in so many changes before a changed night."""
TARGET = 1.10
_PAGE = 100
_BEGIN = datetime(2026, 6, 1, 2, tzinfo=UTC)


class _Listing(BaseHTTPRequestHandler):
    """GitHub's listing of one organisation, and ``info/refs`` of each repository."""

    protocol_version = "HTTP/1.1"
    count = 0
    night = 0

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/-/night":
            type(self).night += 1
            self._reply(200, b"ok")
        elif parts.path.endswith("/info/refs"):
            self._reply(200, _advertised(parts.path.removesuffix(".git/info/refs"), self.night))
        elif parts.path == "/api/v3/orgs/stadt/repos":
            self._list(int(parse_qs(parts.query).get("page", ["1"])[0]))
        else:
            self._reply(404, b"{}")

    def _list(self, page: int) -> None:
        base = f"http://{self.headers['Host']}"
        numbers = range((page - 1) * _PAGE, min(page * _PAGE, self.count))
        body = json.dumps([_item(base, number, self.night) for number in numbers]).encode()
        said = {"ETag": f'"{hashlib.sha256(body).hexdigest()[:32]}"', "Content-Type": "application/json"}
        if page * _PAGE < self.count:
            said["Link"] = f'<{base}/api/v3/orgs/stadt/repos?per_page={_PAGE}&page={page + 1}>; rel="next"'
        if self.headers.get("If-None-Match") == said["ETag"]:
            self._reply(304, b"", **said)
        else:
            self._reply(200, body, **said)

    def _reply(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def _state(number: int, night: int) -> int:
    """The last night before which this repository changed."""
    return night if number % CHANGED == night % CHANGED else max(0, night - (night - number) % CHANGED)


def _item(base: str, number: int, night: int) -> dict[str, object]:
    at = _BEGIN - timedelta(days=200 - _state(number, night))
    url = f"{base}/stadt/p{number}"
    return {
        "name": f"p{number}", "full_name": f"stadt/p{number}", "html_url": url, "clone_url": f"{url}.git",
        "pushed_at": f"{at:%Y-%m-%dT%H:%M:%SZ}", "size": 1000, "archived": False, "fork": False, "private": False,
        "default_branch": "main", "description": f"Werkzeug {number}", "stargazers_count": number % 50,
    }  # fmt: skip


def _advertised(path: str, night: int) -> bytes:
    number = int(path.rpartition("/p")[2])
    oid = hashlib.sha1(f"{number} {_state(number, night)}".encode()).hexdigest()
    lines = (f"{oid} HEAD\0symref=HEAD:refs/heads/main", f"{oid} refs/heads/main")
    return b"001e# service=git-upload-pack\n0000" + b"".join(map(_packet, lines)) + b"0000"


def _packet(line: str) -> bytes:
    return b"%04x" % (len(line) + 5) + line.encode() + b"\n"


def serve(count: int) -> None:
    """Until standard input closes; the first line of standard output is the port."""
    _Listing.count = count
    with ThreadingHTTPServer(("127.0.0.1", 0), _Listing) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(server.server_address[1], flush=True)
        sys.stdin.read()
        server.shutdown()


@contextmanager
def serving(count: int) -> Iterator[int]:
    command = [sys.executable, "-m", "benchmarks.growth", "--serve", str(count)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.stdin.close()


class _Git:
    """Where git would fetch: two small files of the repository's own."""

    def snapshot(
        self, ref: RepositoryRef, advertisement: Advertisement, now: datetime, history: KnownHistory | None = None
    ) -> Snapshot:
        del history
        commit = advertisement.head
        name = ref.url.rpartition("/")[2]
        files = {"README.md": f"# {name}\n\nEin Werkzeug der Stadt, Stand {commit}.\n".encode(), "LICENSE": b"MIT\n"}
        entries = tuple(TreeEntry(path, EntryKind.FILE, "0" * 40, len(body)) for path, body in files.items())
        activity = Activity(now, 30, now - timedelta(days=400), now, now, 9, 2)
        return Snapshot(ref, commit, "main", now, "", entries, files, activity)


class _Door:
    def __init__(self, config: Config, store: Store) -> None:
        self._http = HttpClient(Guard(config.egress), config.egress, config.limits, store.request_cache())

    def open_forge(self, kind: ForgeKind) -> object:
        return open_forge(kind, self._http, _Git())

    def open_peer(self, kind: object) -> object:
        raise NotImplementedError

    def read(self, snapshot: Snapshot) -> tuple[Reading, ...]:
        name = snapshot.ref.url.rpartition("/")[2]
        origin = Origin(snapshot.ref.url, "README.md", 1, snapshot.commit)
        said = {
            Field.NAME: f"Werkzeug {name}",
            Field.SHORT_DESCRIPTION: f"Hilft der Stadt bei {name}, Stand {snapshot.commit[:8]}, ohne Papier.",
            Field.KEYWORDS: ["stadt", name],
            Field.DEVELOPMENT_STATUS: "stable",
            Field.DECLARED_LICENCE: "MIT",
        }
        return (
            Reading(
                "growth", tuple(Fact(field, value, origin, FactSource.PUBLICCODE) for field, value in said.items())
            ),
        )

    def sweep(self) -> int:
        return 0

    def traffic(self) -> tuple[HostTraffic, ...]:
        return self._http.traffic.take()


@dataclass(frozen=True)
class Cost:
    """Of one night, each by repository: microseconds of wall time and of this process's processors."""

    wall: float
    cpu: float
    counts: str


def night(folder: Path, port: int, day: int, count: int) -> Cost:
    """One night in this process, ``day`` days after the first."""
    config = load({"ALLMENDE_DATA_DIR": str(folder)}).allowing(HostPort("127.0.0.1", port))
    migrate.upgrade(config.database_url)
    store, index = Store.open(config.database_url), open_index(config.search_url)

    @contextmanager
    def door() -> Iterator[_Door]:
        yield _Door(config, store)

    harvesting = Harvesting(store, index, door, lambda: _BEGIN + timedelta(days=day), config.workers)
    sources = store.sources()
    if not sources:
        url = f"http://127.0.0.1:{port}/stadt"
        sources = [store.add_source(Source("", url, SourceKind.ORGANISATION, ForgeKind.GITHUB, _BEGIN))]
    before, started = os.times(), time.perf_counter()
    report = harvesting.run(sources)
    wall, after = time.perf_counter() - started, os.times()
    cpu = after.user + after.system - before.user - before.system
    return Cost(wall / count * 1e6, cpu / count * 1e6, json.dumps(dict(report.run.counts)))


def _night_of_its_own(folder: Path, port: int, day: int, count: int) -> Cost:
    """In a process of its own, as a timer starts it: what the night before left in memory costs it nothing."""
    what = json.dumps([str(folder), port, day, count])
    command = [sys.executable, "-m", "benchmarks.growth", "--night", what]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return Cost(**json.loads(done.stdout))


def measure(count: int, rounds: int) -> dict[str, Cost]:
    """The best of ``rounds`` unchanged and changed nights after a first one."""
    folder = Path(tempfile.mkdtemp(prefix="allmende-growth-"))
    try:
        with serving(count) as port:
            found = {"first": [_night_of_its_own(folder, port, 0, count)], "unchanged": [], "changed": []}
            for number in range(rounds):
                found["unchanged"].append(_night_of_its_own(folder, port, 2 * number + 1, count))
                urlopen(f"http://127.0.0.1:{port}/-/night", timeout=30).close()
                found["changed"].append(_night_of_its_own(folder, port, 2 * number + 2, count))
        return {name: min(costs, key=lambda cost: cost.cpu) for name, costs in found.items()}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main(sizes: Sequence[int] = SIZES, rounds: int = 2) -> None:
    """Print what each size costs a repository, and how much more that is than at the smallest."""
    base: dict[str, Cost] = {}
    print(f"microseconds a repository, best of {rounds} (target: at most {TARGET:.2f} x the smallest)")
    for size in sizes:
        costs = measure(size, rounds)
        base = base or costs
        for night, cost in costs.items():
            wall, cpu = cost.wall / base[night].wall, cost.cpu / base[night].cpu
            told = f"{cost.wall:9.0f} wall {wall:5.2f} x  {cost.cpu:9.0f} cpu {cpu:5.2f} x  {cost.counts}"
            print(f"  {size:6} {night:10} {told}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=lambda text: [int(part) for part in text.split(",")], default=SIZES)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--night", type=json.loads, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve is not None:
        serve(given.serve)
    elif given.night is not None:
        at, *numbers = given.night
        print(json.dumps(asdict(night(Path(at), *numbers))))
    else:
        main(given.sizes, given.rounds)
