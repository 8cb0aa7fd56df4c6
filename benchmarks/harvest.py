# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Harvest of small repositories over loopback: the first night, and the second one with nothing changed.

The reference, in the same run on the same repositories and with as many at a time: a bare ``blob:none`` clone of the
full history every night, as a simple crawler does it, without reading anything.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

from harvesters.demo.server import GitServer
from registry.bootstrap import open_catalogue
from registry.config import load
from registry.model import ForgeKind, HostPort
from registry.storage import migrate

LICENCES = Path(__file__).parent.parent / "harvesters" / "demo" / "licences"
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null"}


def _stream(number: int, commits: int, now: datetime) -> bytes:
    licence = (LICENCES / ("LICENSE-EUPL-1.2.txt" if number % 2 else "LICENSE-MIT.txt")).read_bytes()
    parts: list[bytes] = []
    for commit in range(commits):
        at = int((now - timedelta(days=(commits - commit) * 3)).timestamp())
        parts.append(
            b"commit refs/heads/main\ncommitter Autor %d <autor%d@example.org> %d +0000\n"
            % (commit % 4, commit % 4, at)
        )
        parts.append(b"data 4\nWork\n")
        files = {b"src/module%d.py" % (commit % 7): b"value = %d\n" % commit}
        if commit == 0:
            files[b"LICENSE"] = licence
            files[b"README.md"] = b"# Projekt %d\n\nEin kleines Werkzeug einer Stadt, Nummer %d.\n" % (number, number)
            files[b"Dockerfile"] = b"FROM scratch\n"
            files[b"docs/index.md"] = b"# Handbuch\n"
            files[b"publiccode.yml"] = (
                b'publiccodeYmlVersion: "0.4"\nname: Projekt %d\nurl: https://git.example/p%d\nlegal: {license: %s}\n'
                b"description:\n  de:\n    shortDescription: Werkzeug Nummer %d\n"
                % (number, number, b"EUPL-1.2" if number % 2 else b"MIT", number)
            )
        for path, body in files.items():
            parts.append(b"M 100644 inline %s\ndata %d\n%s\n" % (path, len(body), body))
    parts.append(b"reset refs/tags/v1.0\nfrom refs/heads/main\n\n")
    return b"".join(parts)


def _build(root: Path, count: int, commits: int, now: datetime) -> None:
    for number in range(count):
        path = root / f"p{number}.git"
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(path)], check=True, env=ENVIRONMENT)
        subprocess.run(
            ["git", "-C", str(path), "fast-import", "--quiet"],
            input=_stream(number, commits, now),
            check=True,
            env=ENVIRONMENT,
        )


def _clone_all(base: str, count: int, folder: Path, at_once: int) -> float:
    def clone(number: int) -> None:
        target = str(folder / str(number))
        command = ["git", "clone", "-q", "--bare", "--filter=blob:none", f"{base}/p{number}.git", target]
        subprocess.run(command, check=True, env=ENVIRONMENT)

    started = time.perf_counter()
    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(clone, range(count)))
    return time.perf_counter() - started


def main(count: int = 200, commits: int = 30) -> None:
    """Print repositories a second of both nights beside the reference."""
    now = datetime.now(UTC)
    folder = Path(tempfile.mkdtemp(prefix="allmende-bench-"))
    try:
        root = folder / "repositories"
        root.mkdir()
        _build(root, count, commits, now)
        with GitServer(root) as server:
            port = int(server.base_url.rsplit(":", 1)[1])
            config = load({"ALLMENDE_DATA_DIR": str(folder / "data")}).allowing(HostPort("127.0.0.1", port))
            migrate.upgrade(config.database_url)
            catalogue = open_catalogue(config)
            urls = [(f"{server.base_url}/p{number}", ForgeKind.GIT) for number in range(count)]
            first = catalogue.harvesting.run([], urls)
            second = catalogue.harvesting.run([], urls)
            reference = _clone_all(server.base_url, count, folder / "clones", config.workers)
        print(f"harvest of {count} small repositories ({commits} commits each), {config.workers} at a time, loopback")
        for name, report, target in (("first night", first, 5), ("unchanged night", second, 100)):
            rate = count / report.seconds
            print(
                f"  {name:16} {rate:8.1f}/s  (target {target}/s)  {reference / report.seconds:6.2f} x reference", end=""
            )
            print(f"  {dict(report.run.counts)}")
        print(f"  {'reference':16} {count / reference:8.1f}/s  (bare blob:none clones, nothing read)")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--commits", type=int, default=30)
    given = parser.parse_args()
    main(given.count, given.commits)
