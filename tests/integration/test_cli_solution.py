# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""``allmende solution`` as an operator meets it: split, merge, log, exit codes, both languages."""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from harvesters.demo.server import GitServer
from registry.cli import cli, exit_code
from registry.errors import StorageError
from registry.storage import database, migrate
from registry.vocabulary.rules import explain
from support.repos import Commit, build
from support.terminal import Terminal, open_terminal


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    root = tmp_path / "repositories"
    for name in ("melder", "melder-frontend", "baumkataster"):
        readme = f"# {name}\n\nEin Werkzeug der Stadt für alle Menschen, die etwas melden wollen.\n".encode()
        build(root / "stadt" / f"{name}.git", [Commit(int(time.time()) - 86_400, {"README.md": readme}, message=name)])
    with GitServer(root) as server:
        opened = open_terminal(tmp_path, server)
        urls = [f"--url={opened.base}/stadt/{name}" for name in ("melder", "melder-frontend", "baumkataster")]
        assert opened.json("harvest", "run", *urls)["counts"] == {"new": 3}
        yield opened


def test_a_product_is_taken_apart_put_together_and_the_log_says_so(terminal: Terminal) -> None:
    front = f"{terminal.base}/stadt/melder-frontend"
    assert terminal.json("search", "werkzeug")["total"] == 2
    parted = terminal.json("solution", "split", "melder", f"{front}.git", "--reason", "Ein eigenes Produkt")
    assert parted == {"slug": "melder", "parted": "melder-frontend", "changed": True}
    assert terminal.json("search", "werkzeug")["total"] == 3
    twice = terminal("solution", "split", "melder", front, "--reason", "Noch einmal")
    assert (twice.returncode, "already" in twice.stdout) == (0, True)
    merged = terminal("solution", "merge", "melder", "melder-frontend", "--reason", "Doch eines")
    assert (merged.returncode, merged.stdout) == (0, "melder-frontend is now a part of melder.\n")
    assert terminal.json("search", "werkzeug")["total"] == 2
    assert len(terminal.json("show", "melder-frontend")["repositories"]) == 2
    entries = terminal.json("solution", "log", "melder-frontend")["entries"]
    decided = [entry for entry in entries if entry["decided"]]
    assert [(entry["action"], entry["reason"], entry["actor"]) for entry in decided] == [
        ("merge", "Doch eines", "operator"), ("split", "Ein eigenes Produkt", "operator"),
    ]  # fmt: skip
    assert decided[1]["repository"] == front
    assert terminal.json("solution", "log", "baumkataster")["entries"] == []
    german = terminal("solution", "log", language="de_DE.UTF-8").stdout
    assert "Ein eigenes Produkt" in german
    assert "heißen gleich bis auf den Teil" in german


@pytest.mark.parametrize(
    ("arguments", "code", "german", "english"),
    [
        (("split", "fehlt", "URL/melder", "--reason", "x"), 2, "gibt es nicht", "There is no solution"),
        (("split", "melder", "URL/baumkataster", "--reason", "x"), 2, "gehört nicht zu „melder“", "is no part of"),
        (("split", "baumkataster", "URL/baumkataster", "--reason", "x"), 2, "einzige Repository", "only repository"),
        (("split", "melder", "kein url", "--reason", "x"), 2, "", ""),
        (("split", "melder", "URL/melder", "--reason", " "), 2, "Grund", "reason"),
        (("split", "melder", "URL/melder"), 2, "--reason", "--reason"),
        (("merge", "melder", "melder", "--reason", "x"), 2, "zweimal", "twice"),
        (("merge", "melder", "fehlt", "--reason", "x"), 2, "allmende search", "allmende search"),
        (("log", "fehlt"), 2, "fehlt", "fehlt"),
    ],
)
def test_what_is_wrong_is_said_in_both_languages(
    terminal: Terminal, arguments: tuple[str, ...], code: int, german: str, english: str
) -> None:
    given = [argument.replace("URL", f"{terminal.base}/stadt") for argument in arguments]
    for language, expected in (("de_DE.UTF-8", german), ("en_GB.UTF-8", english)):
        done = terminal("solution", *given, language=language)
        assert (done.returncode, done.stdout) == (code, ""), done.stderr
        assert expected in done.stderr
        assert "Traceback" not in done.stderr


def test_nothing_to_tell_is_told(terminal: Terminal, tmp_path: Path) -> None:
    empty = Terminal({**terminal.environment, "ALLMENDE_DATA_DIR": str(tmp_path / "leer")}, terminal.base)
    done = empty("solution", "log")
    assert (done.returncode, done.stdout) == (0, "Nothing was merged or split so far.\n")


def test_after_a_migration_the_search_finds_what_it_found_before(terminal: Terminal) -> None:
    folder = Path(terminal.environment["ALLMENDE_DATA_DIR"])
    url = f"sqlite:///{folder / 'allmende.sqlite'}"
    migrate.downgrade(url, "0001")
    header = next((folder / "index").rglob("header.json"))
    header.write_text("{}", encoding="utf-8")
    done = terminal("migrate")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1:] == ["The search index was built anew: 2 solutions."]
    assert terminal.json("search", "werkzeug")["total"] == 2
    assert len(terminal("migrate").stdout.splitlines()) == 1


def test_while_another_program_writes_a_decision_is_to_be_tried_again(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in terminal.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(database, "BUSY_SECONDS", 0)
    monkeypatch.setattr(sys, "argv", ["allmende", "solution", "merge", "melder", "baumkataster", "--reason", "x"])
    where = Path(terminal.environment["ALLMENDE_DATA_DIR"]) / "allmende.sqlite"
    with sqlite3.connect(where, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError) as raised:
            cli.main(args=sys.argv[1:], standalone_mode=False)
        other.execute("ROLLBACK")
    assert (raised.value.rule, exit_code(raised.value)) == ("storage-busy", 3)
    assert "Try again" in explain("storage-busy", raised.value.params, "en").hint
