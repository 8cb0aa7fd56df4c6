# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Fixtures: a terminal on one data directory with two repositories on loopback, and a long night to be ended early."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from harvesters.demo.server import GitServer
from support.repos import Commit, build
from support.terminal import MANY, Night, Terminal, open_terminal

README = b"# Anliegen\n\nEin Werkzeug, mit dem Menschen der Stadt einen Mangel melden und die Antwort lesen.\n"


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    root = tmp_path / "repositories"
    now = int(time.time())
    build(root / "stadt" / "anliegen.git", [Commit(now - 86_400, {"README.md": README, "Dockerfile": b"FROM x\n"})])
    build(root / "stadt" / "baeume.git", [Commit(now - 86_400, {"README.md": "# Bäume\n\nGießen.\n".encode()})])
    with GitServer(root) as server:
        yield open_terminal(tmp_path, server)


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Night]:
    root = tmp_path / "repositories"
    for number in range(MANY):
        readme = f"# Werkzeug {number}\n\nEin Werkzeug der Stadt mit der Nummer {number}.\n".encode()
        build(root / "stadt" / f"w{number}.git", [Commit(int(time.time()) - 99_999, {"README.md": readme})])
    with GitServer(root, latency=0.1) as server:
        urls = [word for number in range(MANY) for word in ("--url", f"{server.base_url}/stadt/w{number}")]
        yield Night(open_terminal(tmp_path, server), server, urls)
