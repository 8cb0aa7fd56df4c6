# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""``allmende repository`` and ``source accept`` as an operator meets them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harvesters.demo.server import GitServer
from support.repos import Commit, build

README = b"# Anliegen\n\nEin Werkzeug, mit dem Menschen der Stadt einen Mangel melden und die Antwort lesen.\n"
REASON = ("--reason", "Kein Code der Verwaltung")


@dataclass
class Terminal:
    """Runs ``allmende`` in a process of its own on one data directory."""

    environment: Mapping[str, str]
    url: str

    def __call__(self, *arguments: str, language: str = "en_GB.UTF-8") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "registry.cli", *arguments],
            env={**self.environment, "LANG": language},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def json(self, *arguments: str) -> Any:
        done = self(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    root = tmp_path / "repositories"
    build(root / "stadt" / "anliegen.git", [Commit(int(time.time()) - 86_400, {"README.md": README})])
    with GitServer(root) as server:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "ALLMENDE_DATA_DIR": str(tmp_path / "data"),
            "ALLMENDE_EGRESS_ALLOW": server.base_url.removeprefix("http://"),
        }
        made = Terminal(environment, f"{server.base_url}/stadt/anliegen")
        assert made("source", "add", made.url, "--forge", "git", "--kind", "repository").returncode == 0
        assert made("harvest", "run").returncode == 0
        yield made


def test_show_block_list_and_unblock(terminal: Terminal) -> None:
    found = terminal.json("repository", "show", terminal.url)
    assert (found["url"], found["state"], found["descent"], found["strikes"]) == (terminal.url, "active", "original", 0)
    assert (found["solution"], found["source"], found["blocked"]) == ("anliegen", terminal.url, None)
    assert [one["good"] for one in found["snapshots"]] == [True]
    assert [one["status"] for one in found["items"]] == ["new"]

    assert terminal.json("repository", "block", terminal.url, *REASON)["changed"] is True
    assert terminal.json("repository", "block", terminal.url, *REASON)["changed"] is False
    assert terminal("show", "anliegen").returncode == 2
    assert json.loads(terminal("search", "Mangel", "--json").stdout)["total"] == 0
    listed = terminal.json("repository", "list")
    assert (listed["counts"]["blocked"], listed["counts"]["active"]) == (1, 0)
    assert [(one["url"], one["by"], one["reason"]) for one in listed["blocked"]] == [
        (terminal.url, "operator", REASON[1])
    ]

    terminal("harvest", "run")
    found = terminal.json("repository", "show", terminal.url)
    assert (found["items"][0]["status"], found["items"][0]["rule"]) == ("skipped", "repository-blocked")
    assert found["blocked"]["reason"] == REASON[1]

    assert terminal.json("repository", "unblock", terminal.url, *REASON)["changed"] is True
    assert terminal("harvest", "run").returncode == 0
    assert terminal("show", "anliegen").returncode == 0
    assert "active" in terminal("repository", "show", terminal.url).stdout


def test_what_is_not_known_and_what_has_no_reason(terminal: Terminal) -> None:
    unknown = terminal("repository", "block", "https://git.example/nie/gesehen", *REASON, language="de_DE.UTF-8")
    assert (unknown.returncode, "ist nicht bekannt" in unknown.stderr) == (2, True)
    assert terminal("repository", "block", terminal.url, "--reason", "  ").returncode == 2
    assert terminal("repository", "block", terminal.url).returncode == 2
    assert terminal("repository", "show", "kein Repository").returncode == 2


def test_an_operator_says_that_the_smaller_number_is_right(terminal: Terminal) -> None:
    accepted = terminal.json("source", "accept", terminal.url, "--count", "3")
    assert accepted["url"] == terminal.url
    assert terminal("source", "accept", terminal.url).returncode == 0
    assert terminal("source", "accept", "https://git.example/niemand").returncode == 2
