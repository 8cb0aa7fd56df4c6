# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A forge on loopback in a process of its own: ``git http-backend`` and listings as GitHub and Gitea give them.

``/api/v3/orgs/stadt/repos`` (GitHub, pages of 100, ETags) and ``/api/v1/orgs/stadt/repos`` (Gitea, pages of 50) wait
20 ms before they answer. ``/-/asked`` tells how many requests of the API and of git came since it was asked last.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import Message
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from harvesters.demo.server import GitServer

LATENCY = 0.02
ORGANISATION = "stadt"
_PAGES = {"/api/v3/orgs/stadt/repos": 100, "/api/v1/orgs/stadt/repos": 50}


class Listings:
    """What a forge says beside git: the repositories below ``root`` with the dates of their last change."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.base_url = ""
        self.server: GitServer | None = None
        self._told = 0

    def answer(self, target: str, headers: Message) -> tuple[int, Mapping[str, str], bytes] | None:
        parts = urlsplit(target)
        if parts.path == "/-/asked":
            return 200, {"Content-Type": "application/json"}, json.dumps(self._asked()).encode()
        most = _PAGES.get(parts.path)
        if most is None:
            return None
        time.sleep(LATENCY)
        number = int(dict(parse_qsl(parts.query)).get("page", "1"))
        names = sorted(entry.name for entry in os.scandir(self._root / ORGANISATION))
        page = names[(number - 1) * most : number * most]
        body = json.dumps([self._item(name.removesuffix(".git")) for name in page]).encode()
        said = {"X-Total-Count": str(len(names)), "Content-Type": "application/json"}
        if number * most < len(names):
            said["Link"] = f'<{self.base_url}{parts.path}?page={number + 1}&per_page={most}&limit={most}>; rel="next"'
        if most == 100:
            said["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
            if headers.get("If-None-Match") == said["ETag"]:
                return 304, said, b""
        return 200, said, body

    def _item(self, name: str) -> Mapping[str, object]:
        main = self._root / ORGANISATION / f"{name}.git" / "refs" / "heads" / "main"
        changed = datetime.fromtimestamp(main.stat().st_mtime, UTC)
        # So long ago that every forge's date is trusted, and still another one after a change.
        at = f"2026-01-01T{changed:%H:%M:%S}Z"
        url = f"{self.base_url}/{ORGANISATION}/{name}"
        return {
            "name": name, "full_name": f"{ORGANISATION}/{name}", "html_url": url, "clone_url": f"{url}.git",
            "pushed_at": at, "updated_at": at, "size": 1000, "archived": False, "fork": False, "private": False,
            "empty": False, "mirror": False, "default_branch": "main", "description": f"Werkzeug {name}",
        }  # fmt: skip

    def _asked(self) -> Mapping[str, int]:
        assert self.server is not None
        log = [path for _, path in self.server.requests if path != "/-/asked"]
        fresh, self._told = log[self._told :], len(log)
        api = sum(path.startswith("/api/") for path in fresh)
        return {"api": api, "git": len(fresh) - api}


def serve(root: Path) -> None:
    """Serves until standard input closes; the first line of standard output is the address."""
    listings = Listings(root)
    with GitServer(root, beside=listings.answer) as server:
        listings.base_url, listings.server = server.base_url, server
        print(server.base_url, flush=True)
        sys.stdin.read()


@contextmanager
def serving(root: Path) -> Iterator[str]:
    """The address of a forge that runs in another process meanwhile."""
    command = [sys.executable, "-m", "benchmarks.loopback", str(root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.stdin.close()


def asked(base_url: str) -> Mapping[str, int]:
    """Requests since the last time, by ``api`` and ``git``."""
    with urllib.request.urlopen(f"{base_url}/-/asked", timeout=30) as answer:
        return dict(json.loads(answer.read()))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=Path)
    serve(parser.parse_args().root)
