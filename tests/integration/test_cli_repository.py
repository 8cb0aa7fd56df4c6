# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""``allmende repository`` and ``source accept`` as an operator meets them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from harvesters.demo.server import GitServer
from support.repos import Commit, build
from support.terminal import Terminal, open_terminal

NAME = "stadt/anliegen"
README = b"# Anliegen\n\nEin Werkzeug, mit dem Menschen der Stadt einen Mangel melden und die Antwort lesen.\n"
REASON = ("--reason", "Kein Code der Verwaltung")


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    root = tmp_path / "repositories"
    build(root / "stadt" / "anliegen.git", [Commit(int(time.time()) - 86_400, {"README.md": README})])
    with GitServer(root) as server:
        made = open_terminal(tmp_path, server)
        assert made("source", "add", f"{made.base}/{NAME}", "--forge", "git", "--kind", "repository").returncode == 0
        assert made("harvest", "run").returncode == 0
        yield made


def test_show_block_list_and_unblock(terminal: Terminal) -> None:
    url = f"{terminal.base}/{NAME}"
    found = terminal.json("repository", "show", url)
    assert (found["url"], found["state"], found["descent"], found["strikes"]) == (url, "active", "original", 0)
    assert (found["solution"], found["source"], found["blocked"]) == ("anliegen", url, None)
    assert [one["good"] for one in found["snapshots"]] == [True]
    assert [one["status"] for one in found["items"]] == ["new"]

    assert terminal.json("repository", "block", url, *REASON)["changed"] is True
    assert terminal.json("repository", "block", url, *REASON)["changed"] is False
    assert terminal("show", "anliegen").returncode == 2
    assert json.loads(terminal("search", "Mangel", "--json").stdout)["total"] == 0
    listed = terminal.json("repository", "list")
    assert (listed["counts"]["blocked"], listed["counts"]["active"]) == (1, 0)
    assert [(one["url"], one["by"], one["reason"]) for one in listed["blocked"]] == [(url, "operator", REASON[1])]

    terminal("harvest", "run")
    found = terminal.json("repository", "show", url)
    assert (found["items"][0]["status"], found["items"][0]["rule"]) == ("skipped", "repository-blocked")
    assert found["blocked"]["reason"] == REASON[1]

    assert terminal.json("repository", "unblock", url, *REASON)["changed"] is True
    assert terminal("harvest", "run").returncode == 0
    assert terminal("show", "anliegen").returncode == 0
    assert "active" in terminal("repository", "show", url).stdout


def test_what_is_not_known_and_what_has_no_reason(terminal: Terminal) -> None:
    url = f"{terminal.base}/{NAME}"
    unknown = terminal("repository", "block", "https://git.example/nie/gesehen", *REASON, language="de_DE.UTF-8")
    assert (unknown.returncode, "ist nicht bekannt" in unknown.stderr) == (2, True)
    assert terminal("repository", "block", url, "--reason", "  ").returncode == 2
    assert terminal("repository", "block", url).returncode == 2
    assert terminal("repository", "show", "kein Repository").returncode == 2


def test_an_operator_says_that_the_smaller_number_is_right(terminal: Terminal) -> None:
    url = f"{terminal.base}/{NAME}"
    accepted = terminal.json("source", "accept", url, "--count", "3")
    assert accepted["url"] == url
    assert terminal("source", "accept", url).returncode == 0
    assert terminal("source", "accept", "https://git.example/niemand").returncode == 2
