# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The command line as people and scripts meet it: exit codes, JSON contracts, messages in two languages."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from support.terminal import MANY, Night, Terminal

pytest_plugins = ("support.terminal_fixtures",)


def test_from_nothing_to_a_found_solution(terminal: Terminal) -> None:
    assert "No sources yet" in terminal("source", "list").stdout
    url = f"{terminal.base}/stadt/anliegen"
    added = terminal.json("source", "add", url + ".git/")
    assert (added["url"], added["kind"], added["forge"]) == (url, "repository", "git")
    again = terminal("source", "add", url)
    assert again.returncode == 2
    assert "Exists already" in again.stderr
    report = terminal.json("harvest", "run")
    assert report["state"] == "done"
    assert report["counts"] == {"new": 1}
    found = terminal.json("search", "mangel")
    assert found["total"] == 1
    assert set(found["results"][0]) >= {"slug", "name", "repositories", "score"}
    assert found["results"][0]["repositories"] == [url]
    shown = terminal.json("show", found["results"][0]["slug"])
    assert shown["fields"]["name"]["value"] == "Anliegen"
    assert shown["fields"]["name"]["origin"]["path"] == "README.md"
    assert shown["signals"][0]["name"] == "open_licence"
    assert any(problem["rule"] == "licence-missing" for problem in shown["problems"])
    assert terminal("index", "check").returncode == 0
    assert "1 solutions indexed" in terminal("index", "rebuild").stdout
    assert "Anliegen" in terminal("show", "anliegen").stdout
    assert "Nothing found" in terminal("search", "quastenflosser").stdout


def test_a_paused_source_is_left_alone_and_a_removed_one_leaves_its_solution(terminal: Terminal) -> None:
    added = terminal.json("source", "add", f"{terminal.base}/stadt/anliegen")
    terminal("source", "pause", added["id"])
    assert terminal.json("harvest", "run")["counts"] == {}
    assert terminal.json("source", "show", added["url"])["paused"] is True
    terminal("source", "resume", added["id"])
    assert terminal.json("harvest", "run", "--source", added["url"])["counts"] == {"new": 1}
    assert terminal("source", "remove", added["id"]).returncode == 0
    assert terminal.json("search", "")["total"] == 1


def test_testing_a_url_has_its_contract_and_stores_nothing(terminal: Terminal) -> None:
    url = f"{terminal.base}/stadt/anliegen"
    tested = terminal.json("harvest", "test", url)
    assert set(tested) >= {"url", "outcome", "reason", "commit", "facts", "licence", "signals", "problems"}
    assert tested["outcome"] == "ok"
    assert tested["reason"] is None
    assert len(tested["commit"]) == 40
    assert set(tested["facts"]["name"]) >= {"value", "origin"}
    assert set(tested["licence"]) >= {"expression", "verdict", "evidence"}
    assert terminal.json("search", "")["total"] == 0
    missing = terminal("harvest", "test", f"{terminal.base}/stadt/fehlt", "--json")
    assert missing.returncode == 1
    assert json.loads(missing.stdout)["outcome"] == "gone"
    refused = json.loads(terminal("harvest", "test", "http://127.0.0.1:9/a/b", "--json").stdout)
    assert refused["outcome"] == "refused"


@pytest.mark.parametrize(
    ("language", "word"), [("de_DE.UTF-8", "gibt es kein Repository"), ("en_US.UTF-8", "There is no repository")]
)
def test_faults_are_told_in_the_terminals_language(terminal: Terminal, language: str, word: str) -> None:
    done = terminal("harvest", "test", f"{terminal.base}/stadt/fehlt", language=language)
    assert word in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("show", "gibt-es-nicht"), 2, "Not found"),
        (("source", "show", "gibt-es-nicht"), 2, "Not found"),
        (("source", "add", "ext::sh -c id"), 2, "is no address"),
        (("source", "add", "https://127.0.0.1/a/b"), 1, "does not fetch"),
        (("source", "import", "gibt-es-nicht.toml"), 2, "cannot be read"),
        (("source", "import"), 2, "--curated"),
        (("search", "x", "--limit", "0"), 2, "--limit"),
        (("nonsense",), 2, "No such command"),
        (("harvest", "run", "--limit", "-1"), 2, "--limit"),
    ],
)
def test_wrong_input_is_told_in_one_breath(
    terminal: Terminal, arguments: tuple[str, ...], code: int, words: str
) -> None:
    done = terminal(*arguments)
    assert done.returncode == code, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_setting_is_named(terminal: Terminal) -> None:
    done = terminal("search", "x", ALLMENDE_WORKERS="many")
    assert done.returncode == 2
    assert "ALLMENDE_WORKERS" in done.stderr


def test_the_import_file_is_checked_before_anything_is_written(terminal: Terminal, tmp_path: Path) -> None:
    good = (
        f'[[publisher]]\nname = "Stadt A"\nkind = "municipality"\nrepositories = ["{terminal.base}/stadt/anliegen"]\n'
    )
    file = tmp_path / "sources.toml"
    file.write_text(good + '[[publisher]]\nname = "Stadt B"\nkind = "village"\n')
    refused = terminal("source", "import", str(file))
    assert refused.returncode == 2
    assert "Stadt B" in refused.stderr
    assert terminal.json("source", "list")["sources"] == []
    file.write_text(good + '[[publisher]]\nname = "Stadt B"\nrepositories = ["https://10.0.0.1/a/b"]\n')
    refused = terminal("source", "import", str(file))
    assert refused.returncode == 1
    assert "10.0.0.1" in refused.stderr
    assert terminal.json("source", "list")["sources"] == []
    file.write_text(good)
    assert terminal.json("source", "import", str(file)) == {"publishers": 1, "added": 1, "known": 0}
    assert terminal.json("source", "import", str(file)) == {"publishers": 1, "added": 0, "known": 1}


def test_the_curated_sources_can_be_imported_and_bring_45_organisations(terminal: Terminal) -> None:
    assert terminal.json("source", "import", "--curated")["added"] >= 45
    kinds = [source["kind"] for source in terminal.json("source", "list")["sources"]]
    assert kinds.count("organisation") >= 45


def test_help_teaches_without_loading_the_house(terminal: Terminal) -> None:
    done = terminal("--help")
    assert "allmende serve --demo" in done.stdout
    assert "demonstrate" not in done.stdout
    probe = "import sys, registry.cli; print(sorted({'sqlalchemy', 'flask', 'requests', 'whoosh'} & set(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_finishes_what_is_in_flight_and_keeps_it(night: Night, stop: signal.Signals) -> None:
    running = night.begin()
    night.wait_for_packs(8, running)
    running.send_signal(stop)
    output, errors = running.communicate(timeout=60)
    assert running.returncode == 3, errors
    report = json.loads(output)
    assert report["state"] == "interrupted"
    assert [error["rule"] for error in report["errors"]] == ["run-interrupted"]
    kept = report["counts"]["new"]
    assert 0 < kept < MANY
    assert night.terminal.json("search", "")["total"] == kept
    assert night.terminal("index", "check").returncode == 0
    assert night.terminal.json("harvest", "run", *night.urls)["counts"] == {"new": MANY - kept, "unchanged": kept}


def test_a_killed_run_blocks_nobody_and_loses_nothing(night: Night, tmp_path: Path) -> None:
    for packs in (6, 14):
        running = night.begin()
        night.wait_for_packs(packs, running)
        running.kill()
        running.communicate()
    report = night.terminal.json("harvest", "run", *night.urls)
    assert report["state"] == "done"
    assert sum(report["counts"].values()) == MANY
    assert set(report["counts"]) <= {"new", "unchanged"}
    assert night.terminal.json("search", "")["total"] == MANY
    assert night.terminal("index", "check").returncode == 0
    work = tmp_path / "data" / "work"
    assert not work.exists() or list(work.iterdir()) == []
