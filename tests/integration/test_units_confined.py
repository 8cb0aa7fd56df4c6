# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The program under the system calls, socket families and memory rules of docs/systemd: git, the sandbox, all of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from support import confined

LAUNCHER = Path(confined.__file__)
pytestmark = pytest.mark.skipif(not confined.available(), reason="needs systemd-analyze and the kernel's headers")


def run(*command: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(LAUNCHER), *command],
        check=False,
        capture_output=True,
        text=True,
        timeout=100,
        env={**os.environ, **environ},
    )


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("import socket; socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)", "Address family not supported"),
        ("import mmap; mmap.mmap(-1, 4096, prot=7)", "Permission denied"),
        ("import ctypes; print('traced', ctypes.CDLL(None).ptrace(0, 0, 0, 0))", "traced -1"),
        ("import socket; socket.socket(socket.AF_INET).close(); print('fine')", "fine"),
    ],
)
def test_the_rules_are_in_force(what: str, expected: str) -> None:
    done = run(sys.executable, "-c", what)
    assert expected in done.stdout + done.stderr


def test_everything_the_harvest_stands_on_works(tmp_path: Path) -> None:
    """``doctor`` runs git, parses in the sandbox, opens database and index."""
    settings = {"ALLMENDE_DATA_DIR": str(tmp_path), "ALLMENDE_METRICS_TOKEN": "x" * 20}
    program = [sys.executable, "-m", "registry.cli"]
    migrated = run(*program, "migrate", **settings)
    assert migrated.returncode == 0, migrated.stderr
    checks = {
        check["name"]: check["grade"]
        for check in json.loads(run(*program, "doctor", "--json", **settings).stdout)["checks"]
    }
    assert {checks[name] for name in ("git", "sandbox", "database", "index")} == {"ok"}
