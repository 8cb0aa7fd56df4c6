# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""``allmende publiccode fix`` on real files and ``suggest`` on a real repository, and what stops them."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from harvesters.demo.server import GitServer
from support.checked import HEAVY, Terminal, terminal_in
from support.declarations import BAD, GOOD
from support.repos import Commit, build

OLD = GOOD.replace(b'"0.7"', b"0.2 # keep me").replace(b"- DE", b"- de").replace(b"EUPL-1.2", b'"EUPL 1.2"')
README = b"# Anliegen\n\nEin Werkzeug, mit dem Menschen der Stadt einen Mangel melden und die Antwort lesen.\n"


@pytest.fixture
def fix(tmp_path: Path) -> Terminal:
    return replace(terminal_in(tmp_path), command=("publiccode", "fix"))


def validated(fix: Terminal, *arguments: str) -> dict[str, object]:
    done = replace(fix, command=("validate", "--json"))(*arguments)
    return dict(json.loads(done.stdout))


def test_the_file_is_mended_in_place(fix: Terminal) -> None:
    path = fix.write("publiccode.yml", OLD)
    path.chmod(0o640)
    done = fix("publiccode.yml")
    assert (done.returncode, done.stdout) == (0, b""), done.stderr.decode()
    mended = path.read_bytes()
    assert mended != OLD
    assert b"# keep me" in mended
    read = yaml.safe_load(mended)
    assert read["publiccodeYmlVersion"] == "0.7"
    assert read["legal"]["license"] == "EUPL-1.2"
    assert read["intendedAudience"]["countries"] == ["DE"]
    assert path.stat().st_mode & 0o777 == 0o640
    assert [entry.name for entry in fix.folder.iterdir()] == ["publiccode.yml"]
    assert validated(fix, "publiccode.yml")["outcome"] == "ok"
    told = done.stderr.decode()
    assert "Berichtigt:" in told
    assert "publiccode.yml:1:" in told
    assert told.rstrip().endswith("publiccode.yml ist geschrieben.")


def test_a_second_time_changes_nothing(fix: Terminal) -> None:
    path = fix.write("publiccode.yml", OLD)
    fix("publiccode.yml")
    before = (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino)
    done = fix("publiccode.yml")
    assert done.returncode == 0
    assert "nichts zu berichtigen" in done.stderr.decode()
    assert (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino) == before


def test_what_is_left_to_decide_is_told(fix: Terminal) -> None:
    path = fix.write("publiccode.yml", BAD)
    done = fix("publiccode.yml", "--lang", "en")
    assert done.returncode == 1
    told = done.stderr.decode()
    assert "Left to decide:" in told
    assert "[softwareType]" in told
    assert b"standalone/brain" in path.read_bytes()
    assert validated(fix, "publiccode.yml")["outcome"] == "errors"


@pytest.mark.parametrize("name", ["publiccode.yml", "-"])
def test_a_file_beside_that_is_absent_is_left_to_decide(fix: Terminal, name: str) -> None:
    content = OLD + b"\nlogo: a.svg\n"
    fix.write("publiccode.yml", content)
    done = fix(name, stdin=content)
    assert done.returncode == 1
    assert "publiccode-path-absent [logo]" in done.stderr.decode()
    fix.write("a.svg", b"<svg/>")
    assert fix(name, stdin=content).returncode == 0


@pytest.mark.parametrize(("option", "code"), [("--diff", 0), ("--check", 1)])
def test_a_difference_writes_nothing_and_patch_takes_it(fix: Terminal, option: str, code: int) -> None:
    path = fix.write("publiccode.yml", OLD)
    done = fix(option, "publiccode.yml")
    assert done.returncode == code
    assert path.read_bytes() == OLD
    assert "Würde berichtigt:" in done.stderr.decode()
    subprocess.run(["git", "apply", "-p0", "-"], input=done.stdout, cwd=fix.folder, check=True)
    patched = path.read_bytes()
    assert fix(option, "publiccode.yml").returncode == 0
    assert fix("publiccode.yml").returncode == 0
    assert path.read_bytes() == patched


def test_another_file_and_standard_streams(fix: Terminal) -> None:
    path = fix.write("old.yml", OLD)
    assert fix("old.yml", "-o", "new.yml").returncode == 0
    assert path.read_bytes() == OLD
    mended = (fix.folder / "new.yml").read_bytes()
    for done in (fix("-", stdin=OLD), fix("old.yml", "-o", "-")):
        assert (done.returncode, done.stdout) == (0, mended)
    assert fix("-", stdin=GOOD).stdout == GOOD
    assert fix("-", "--diff", stdin=GOOD).stdout == b""
    fix.write("good.yml", GOOD)
    assert fix("good.yml", "-o", "copy.yml").returncode == 0
    assert (fix.folder / "copy.yml").read_bytes() == GOOD


def test_a_read_only_file_stays_as_it_is(fix: Terminal) -> None:
    path = fix.write("publiccode.yml", OLD)
    path.chmod(0o444)
    done = fix("publiccode.yml")
    assert done.returncode == 2
    assert "lässt sich nicht schreiben" in done.stderr.decode()
    assert path.read_bytes() == OLD


def test_a_full_disk_leaves_the_file_as_it_was(fix: Terminal) -> None:
    path = fix.write("publiccode.yml", OLD)
    done = subprocess.run(
        [sys.executable, "-m", "registry.cli", "publiccode", "fix", "publiccode.yml"],
        cwd=fix.folder, env={**fix.environment, "PYTHONDONTWRITEBYTECODE": "1"}, capture_output=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200)),
    )  # fmt: skip
    assert done.returncode == 3, done.stderr
    assert "lässt sich nicht schreiben" in done.stderr.decode()
    assert path.read_bytes() == OLD
    assert [entry.name for entry in fix.folder.iterdir()] == ["publiccode.yml"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("missing.yml",), 1, "lässt sich nicht lesen: Es gibt sie nicht."),
        (("folder",), 1, "lässt sich nicht lesen"),
        (("large.yml",), 1, "größer"),
        (("a.yml", "-o", "no/such/folder"), 2, "lässt sich nicht schreiben"),
        (("a.yml", "-o", "b.yml", "--diff"), 2, "choose"),
        ((), 2, "Missing argument"),
    ],
)
def test_what_cannot_be_done_is_told(fix: Terminal, arguments: tuple[str, ...], code: int, words: str) -> None:
    (fix.folder / "folder").mkdir()
    fix.write("a.yml", OLD)
    fix.write("large.yml", b"#" * (512 * 2**10 + 1))
    done = fix(*arguments)
    assert (done.returncode, done.stdout) == (code, b"")
    assert words in done.stderr.decode()
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"just text", b"a: [", b"- a\n- b\n", b"\x00" * 50])
def test_what_is_no_declaration_loses_nothing(fix: Terminal, content: bytes) -> None:
    path = fix.write("publiccode.yml", content)
    assert fix("publiccode.yml").returncode == 1
    assert content.strip(b"\xff\xfe\x00") in path.read_bytes()


def test_mending_loads_no_database_no_web_and_no_client(fix: Terminal) -> None:
    fix.write("a.yml", GOOD)
    program = (
        f"import sys, registry.cli\ntry: registry.cli.main()\nfinally: print(sorted({HEAVY!r} & set(sys.modules)))\n"
    )
    assert fix("a.yml", program=("-c", program)).stdout == b"[]\n"


def test_nothing_of_the_file_reaches_the_terminal_as_a_command(fix: Terminal) -> None:
    fix.write("a.yml", BAD.replace(b"standalone/brain", '"\x1b[31m\x9b2J\u202ebrain"'.encode()))
    assert not [char for char in fix("a.yml").stderr.decode() if char != "\n" and not char.isprintable()]


# --- suggest ---


@pytest.fixture
def suggest(tmp_path: Path) -> Iterator[tuple[Terminal, str]]:
    root = tmp_path / "repositories"
    now = int(time.time()) - 86_400
    licence = (Path(__file__).parents[2] / "LICENSES" / "EUPL-1.2.txt").read_bytes()
    files = {"README.md": README, "LICENSE": licence, "package.json": b'{"name": "anliegen", "version": "2.1.0"}'}
    build(root / "stadt" / "anliegen.git", [Commit(now, files)])
    build(root / "stadt" / "fertig.git", [Commit(now, {**files, "publiccode.yml": GOOD})])
    with GitServer(root) as server:
        terminal = replace(terminal_in(tmp_path), command=("publiccode", "suggest"))
        terminal.environment["ALLMENDE_EGRESS_ALLOW"] = server.base_url.removeprefix("http://")
        yield terminal, server.base_url


def test_a_draft_from_a_repository(suggest: tuple[Terminal, str]) -> None:
    terminal, base = suggest
    done = terminal(f"{base}/stadt/anliegen")
    assert done.returncode == 0, done.stderr.decode()
    drafted = yaml.safe_load(done.stdout)
    assert drafted["publiccodeYmlVersion"] == "0.7"
    assert drafted["url"] == f"{base}/stadt/anliegen"
    assert drafted["legal"]["license"].startswith("EUPL-1.2")
    assert "Mangel melden" in json.dumps(drafted["description"], ensure_ascii=False)
    assert "allmende validate" in done.stderr.decode()
    written = terminal(f"{base}/stadt/anliegen.git/", "-o", "draft.yml")
    assert (written.returncode, written.stdout) == (0, b"")
    assert (terminal.folder / "draft.yml").read_bytes() == done.stdout


def test_a_draft_overwrites_nothing(suggest: tuple[Terminal, str]) -> None:
    terminal, base = suggest
    path = terminal.write("mine.yml", b"mine")
    done = terminal(f"{base}/stadt/anliegen", "-o", "mine.yml")
    assert done.returncode == 2
    assert "gibt es schon" in done.stderr.decode()
    assert path.read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("path", "code", "words"),
    [
        ("/stadt/fertig", 1, "hat schon eine publiccode.yml"),
        ("/stadt/fehlt", 1, "gibt es kein Repository"),
        ("", 1, "nicht die eines Repositorys"),
    ],
)
def test_where_there_is_nothing_to_draft(suggest: tuple[Terminal, str], path: str, code: int, words: str) -> None:
    terminal, base = suggest
    done = terminal(base + path)
    assert (done.returncode, done.stdout) == (code, b""), done.stderr.decode()
    assert words in done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_help_teaches(fix: Terminal) -> None:
    for command in (("publiccode",), ("publiccode", "fix"), ("publiccode", "suggest")):
        told = replace(fix, command=command)("--help").stdout.decode()
        assert "allmende publiccode " in told
    assert os.listdir(fix.folder) == []
