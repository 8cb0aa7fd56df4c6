# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""``allmende`` in processes of its own, as people and timers start it, on repositories served from loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harvesters.demo.server import GitServer


@dataclass
class Terminal:
    """Runs ``allmende`` in a process of its own on one data directory."""

    environment: Mapping[str, str]
    base: str

    def __call__(self, *arguments: str, language: str = "en_GB.UTF-8", **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "registry.cli", *arguments],
            env={**self.environment, "LANG": language, **more},
            capture_output=True,
            text=True,
            check=False,
            timeout=110,
        )

    def json(self, *arguments: str) -> Any:
        done = self(*arguments, "--json")
        assert done.returncode in (0, 1), done.stderr
        return json.loads(done.stdout)


def open_terminal(folder: Path, server: GitServer) -> Terminal:
    """With a data directory of its own in ``folder``, and the guard open for ``server``."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "ALLMENDE_DATA_DIR": str(folder / "data"),
        "ALLMENDE_REGISTER_CORE": "no",
        "ALLMENDE_EGRESS_ALLOW": server.base_url.removeprefix("http://"),
    }
    return Terminal(environment, server.base_url)


@dataclass
class Night:
    """A harvest of many repositories from a slow server, to be ended in the middle."""

    terminal: Terminal
    server: GitServer
    urls: list[str]

    def begin(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "registry.cli", "harvest", "run", "--json", *self.urls],
            env=dict(self.terminal.environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def wait_for_packs(self, number: int, running: subprocess.Popen[bytes]) -> None:
        while sum(1 for method, _ in self.server.requests if method == "POST") < number:
            assert running.poll() is None, running.communicate()
            time.sleep(0.01)


MANY = 24
