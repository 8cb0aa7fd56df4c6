# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""``allmende validate`` and ``publiccode fix`` on closed and full streams, pipes and links: told, never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.checked import Terminal, terminal_in
from support.declarations import BAD, GOOD

VALIDATE, FIX = ("validate",), ("publiccode", "fix")
OLD = GOOD.replace(b'"0.7"', b"0.2")


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return terminal_in(tmp_path)


def in_a_shell(terminal: Terminal, *arguments: str, streams: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["sh", "-c", f'"$@" {streams}', "sh", sys.executable, "-m", "registry.cli", *arguments],
        cwd=terminal.folder, env=terminal.environment, capture_output=True, check=False, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize(
    "arguments",
    [
        ("validate", "b.yml", "--json"),
        ("validate", "b.yml"),
        ("publiccode", "fix", "b.yml", "-o", "-"),
        ("publiccode", "fix", "b.yml", "--diff"),
        ("publiccode", "rules"),
    ],
)
def test_where_there_is_no_room_for_what_is_printed(terminal: Terminal, arguments: tuple[str, ...]) -> None:
    terminal.write("b.yml", BAD.replace(b'"0.7"', b"0.2"))
    done = in_a_shell(terminal, *arguments, streams="> /dev/full")
    assert done.returncode == 3, done.stderr.decode()
    assert "Die Ausgabe lässt sich nicht schreiben" in done.stderr.decode()
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("command", [VALIDATE, FIX])
def test_closed_standard_input(terminal: Terminal, command: tuple[str, ...]) -> None:
    done = in_a_shell(terminal, *command, "-", streams="<&-")
    assert (done.returncode, done.stdout) == (1, b"")
    assert "lässt sich nicht lesen" in done.stderr.decode()
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_closed_standard_output(terminal: Terminal, options: tuple[str, ...]) -> None:
    terminal.write("b.yml", BAD)
    done = in_a_shell(terminal, "validate", "b.yml", *options, streams=">&-")
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.parametrize("command", [VALIDATE, FIX])
def test_nobody_waits_for_a_pipe(terminal: Terminal, command: tuple[str, ...]) -> None:
    os.mkfifo(terminal.folder / "pipe")
    done = in_a_shell(terminal, *command, "pipe", streams="")
    assert done.returncode == 1
    assert "lässt sich nicht lesen: Es ist keine gewöhnliche Datei." in (done.stdout + done.stderr).decode()


@pytest.mark.parametrize(
    ("lang", "words"), [("de", "lässt sich nicht schreiben"), ("en", "cannot be written")], ids=["de", "en"]
)
def test_errors_come_in_the_language_asked_for(terminal: Terminal, lang: str, words: str) -> None:
    terminal.write("ro.yml", OLD).chmod(0o444)
    other = {"de": "C", "en": "de_DE.UTF-8"}[lang]
    terminal.command = FIX
    done = terminal("ro.yml", "--lang", lang, LANG=other)
    assert done.returncode == 2
    assert words in done.stderr.decode()


def test_what_was_mended_is_shown_and_nothing_asked_for(terminal: Terminal) -> None:
    terminal.write("old.yml", OLD.replace(b"EUPL-1.2", b"eupl 1.2"))
    terminal.command = FIX
    told = terminal("old.yml").stderr.decode()
    assert '       - publiccodeYmlVersion: 0.2\n       + publiccodeYmlVersion: "0.7"\n' in told
    assert "       -   license: eupl 1.2\n       +   license: EUPL-1.2\n" in told
    assert told.count("+ publiccodeYmlVersion") == 1
    assert "Abhilfe" not in told
    assert "Achtung: Die Anleitung von openCoDE" in told


def test_a_file_of_two_names_stays_one(terminal: Terminal) -> None:
    first = terminal.write("a.yml", OLD)
    os.link(first, terminal.folder / "b.yml")
    terminal.command = FIX
    assert terminal("b.yml").returncode == 0
    assert os.path.samefile(first, terminal.folder / "b.yml")
    assert b'"0.7"' in first.read_bytes()
    assert sorted(os.listdir(terminal.folder)) == ["a.yml", "b.yml"]
