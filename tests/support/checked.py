# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""``allmende validate`` and ``allmende publiccode`` in a process and a folder of their own, as raw bytes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HEAVY = {"sqlalchemy", "alembic", "flask", "requests", "whoosh", "git", "pydantic", "babel"}
"""What no check of a file needs to load."""


@dataclass
class Terminal:
    """Runs one command (``allmende validate``) in a process of its own."""

    folder: Path
    environment: dict[str, str]
    command: tuple[str, ...] = ("validate",)

    def __call__(
        self, *arguments: str | bytes | Path, stdin: bytes = b"", program: Sequence[str] = ("-m", "registry.cli"),
        **more: str
    ) -> subprocess.CompletedProcess[bytes]:  # fmt: skip
        return subprocess.run(
            [sys.executable, *program, *self.command, *arguments],
            cwd=self.folder, env={**self.environment, **more}, input=stdin, capture_output=True, check=False,
            timeout=60,
        )  # fmt: skip

    def json(self, *arguments: str | bytes | Path, stdin: bytes = b"", **more: str) -> list[dict[str, Any]]:
        done = self("--json", *arguments, stdin=stdin, **more)
        found = [json.loads(line) for line in done.stdout.decode().splitlines()]
        assert done.returncode == int(any(one["outcome"] == "errors" for one in found)), done.stderr.decode()
        assert done.stderr == b""
        return found

    def write(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path


def terminal_in(tmp_path: Path) -> Terminal:
    """German, with an empty folder to work in and a home beside it."""
    folder = tmp_path / "here"
    folder.mkdir()
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(tmp_path), "ALLMENDE_DATA_DIR": str(tmp_path / "data"),
        "LANG": "de_DE.UTF-8", "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }  # fmt: skip
    return Terminal(folder, environment)


def rules(report: dict[str, Any]) -> list[str]:
    """The rule ids of one report, in its order."""
    return [finding["rule"] for finding in report["findings"]]
