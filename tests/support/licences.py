# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Licence texts of our own repository and small files that state a licence, for tests."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.checked import Terminal, terminal_in

ROOT = Path(__file__).parents[2]
EUPL = (ROOT / "LICENSE").read_bytes()
MIT = b"""MIT License

Copyright (c) 2026 Stadt Musterhausen

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
"""
SAYS_EUPL = b'publiccodeYmlVersion: "0.7"\nname: Anliegen\nlegal:\n  license: EUPL-1.2\n'


@dataclass
class LicenceTerminal(Terminal):
    """``allmende licence`` in a process and a folder of its own."""

    command: tuple[str, ...] = ("licence",)

    def json(self, *arguments: str | bytes | Path, stdin: bytes = b"", **more: str) -> list[dict[str, Any]]:
        done = self("--json", *arguments, stdin=stdin, **more)
        found = [json.loads(line) for line in done.stdout.decode().splitlines()]
        assert done.stderr == b""
        assert done.returncode == int(any(one["verdict"] != "clear" for one in found))
        return found


def licence_terminal(tmp_path: Path) -> LicenceTerminal:
    """German, with an empty folder to work in and a home beside it."""
    made = terminal_in(tmp_path)
    return LicenceTerminal(made.folder, made.environment)


def rules(report: dict[str, Any]) -> list[str]:
    """The rule ids of one report, in its order."""
    return [problem["rule"] for problem in report["problems"]]
