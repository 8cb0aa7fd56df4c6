# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""``allmende body import`` as an operator types it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.gv_lines import text
from support.gv_states import after, before, renamed


def run(folder: Path, *arguments: str, lang: str = "C.UTF-8") -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "ALLMENDE_DATA_DIR": str(folder / "data"),
        "ALLMENDE_REGISTER_CORE": "no",
        "LC_ALL": lang,
    }
    command = [sys.executable, "-m", "registry.cli", "body", "import", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    for name, lines in (("before", before()), ("after", after()), ("renamed", renamed())):
        (tmp_path / f"{name}.txt").write_bytes(text(lines))
    return tmp_path


def test_a_dry_run_says_in_plain_words_what_would_change(lists: Path) -> None:
    first = run(lists, str(lists / "before.txt"))
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.startswith("19 bodies read, as of 2025-12-31 (Gebietsstand).\nnew: 19\n")
    told = run(lists, str(lists / "after.txt"), "--dry-run")
    assert told.returncode == 0
    for line in (
        "  Gemeinde Bergcron (072000006006)",
        "  Gemeinde Altheim: 071990001001 -> 072000001001",
        "  Gemeinde Oberdorf (071985001002) became a part of Stadt Musterstadt: the areas add up"
        " (700 ha, gained 700 ha).",
        "  Gemeinde Ehrenheim (071990005005): successor unknown. Enter it: allmende body merge ehrenheim SUCCESSOR",
        "Dry run: nothing was written.",
    ):
        assert line in told.stdout.splitlines()
    again = run(lists, str(lists / "before.txt"))
    assert again.stdout.splitlines()[1:] == ["Nothing changes."]


def test_in_german(lists: Path) -> None:
    run(lists, str(lists / "before.txt"))
    told = run(lists, str(lists / "renamed.txt"), "--dry-run", lang="de_DE.UTF-8").stdout
    assert "umbenannt: 1\n  Gemeinde Unterdorf -> Gemeinde Schönblick\n" in told
    assert told.endswith("Probelauf: Nichts wurde geschrieben.\n")


def test_as_json(lists: Path) -> None:
    run(lists, str(lists / "before.txt"))
    done = run(lists, str(lists / "after.txt"), "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["imported"], found["as_of"], found["read"]) == (0, True, "2026-06-30", 16)
    assert found["counts"]["added"] == 1
    merged = {one["name"]: (one["into"]["name"], one["evidence"]["proof"]) for one in found["merged"]}
    assert merged == {
        "Oberdorf": ("Musterstadt", "areas"),
        "Bergheim": ("Bergcron", "areas"),
        "Cronheim": ("Bergcron", "areas"),
    }
    assert [one["name"] for one in found["dissolved"]] == ["Ehrenheim"]


def test_wrong_lines_are_named_and_nothing_is_taken(lists: Path) -> None:
    path = lists / "odd.txt"
    path.write_bytes(text([*before(), "60 cut", "77"]))
    done = run(lists, str(path))
    assert done.returncode == 1
    assert "odd.txt, line 26: is too short with 6 characters, probably cut off." in done.stderr
    assert "odd.txt, line 27: begins with" in done.stderr
    assert "Nothing was taken over." in done.stderr
    assert run(lists, str(lists / "before.txt"), "--dry-run").stdout.count("new: 19") == 1


def test_wrong_rows_of_a_table_can_be_left_out(lists: Path) -> None:
    path = lists / "own.csv"
    path.write_text("name;kind\nZweckverband Muster;Zweckverband\nX;what\n", encoding="utf-8")
    refused = run(lists, str(path), "--json")
    assert refused.returncode == 1
    found = json.loads(refused.stdout)
    assert (found["imported"], [(row["line"], row["rule"]) for row in found["rows"]]) == (False, [(3, "table-kind")])
    done = run(lists, str(path), "--skip-bad")
    assert done.returncode == 1
    assert "new: 1\n  Zweckverband Muster\n" in done.stdout
    assert run(lists, str(path), "--skip-bad", "--json").stdout.count('"added": 0') == 1


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (b"<html></html>", 2, "neither a list GV100AD nor a table"),
        (b"", 2, "no line with a body"),
        (b"PK\x03\x04" + bytes(50), 2, "cannot be read"),
    ],
)
def test_files_that_cannot_be_used(lists: Path, content: bytes, code: int, said: str) -> None:
    path = lists / "file"
    path.write_bytes(content)
    done = run(lists, str(path))
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr


def test_an_older_list_and_a_wrong_date(lists: Path) -> None:
    run(lists, str(lists / "after.txt"))
    done = run(lists, str(lists / "before.txt"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "2025-12-31" in done.stderr
    assert "2026-06-30" in done.stderr
    assert run(lists, str(lists / "after.txt"), "--population-as-of", "soon").returncode == 2


def test_no_permission(lists: Path) -> None:
    """Root may read everything: there it is a folder that stands in the way."""
    path = lists / "before.txt"
    path.chmod(0)
    target = path if os.geteuid() else lists
    done = run(lists, str(target))
    assert done.returncode == 2
    assert str(target) in done.stderr
