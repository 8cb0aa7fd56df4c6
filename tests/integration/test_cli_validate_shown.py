# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What ``allmende validate`` shows to people, and that nothing in a file or its name reaches their terminal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from registry.cli.printable import cells
from support.checked import Terminal, rules, terminal_in
from support.declarations import BAD, BAD_LINE, GOOD


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return terminal_in(tmp_path)


def shown(terminal: Terminal, content: bytes, *arguments: str, **more: str) -> list[str]:
    terminal.write("f.yml", content)
    return terminal(*arguments, "f.yml", **more).stdout.decode().splitlines()


def under_caret(lines: Sequence[str], rule: str) -> str:
    """What stands above the caret of this rule's finding, to the end of its line."""
    at = next(number for number, line in enumerate(lines) if f" {rule} " in line)
    assert set(lines[at + 2][9:]) <= {" ", "^"}, lines[at : at + 3]
    line, caret = lines[at + 1], lines[at + 2].index("^")
    return next(line[start:] for start in range(len(line)) if cells(line[:start]) == caret)


def test_the_line_with_a_caret_what_to_do_and_who_asks(terminal: Terminal) -> None:
    lines = shown(terminal, BAD)
    head = next(line for line in lines if "publiccode-value-unknown" in line)
    assert head.startswith(f"f.yml:{BAD_LINE}:15: Fehler publiccode-value-unknown [softwareType] ")
    assert under_caret(lines, "publiccode-value-unknown") == "standalone/brain"
    assert any(line.strip().startswith("Abhilfe: ") for line in lines)
    assert any(line.strip().startswith("Wer es verlangt: der Standard") for line in lines)
    assert lines[-1].startswith("f.yml: nicht in Ordnung, 1 Fehler")
    english = shown(terminal, BAD, "--lang", "en")
    assert english[-1].startswith("f.yml: needs mending, 1 error")


@pytest.mark.parametrize(
    "value",
    [
        "{key: äöü, softwareType: VALUE}",
        "softwareType:          VALUE",
        "softwareType: VALUE # " + "日本" * 300,
        '{"日本語": x, softwareType: VALUE}',
        "{a: " + "x" * 3_000 + ", softwareType: VALUE}",
        "{a: '👩‍👧👩‍👧', softwareType: VALUE, b: " + "x" * 3_000 + "}",
    ],
)
def test_the_caret_is_under_the_value_whatever_the_line(terminal: Terminal, value: str) -> None:
    lines = shown(terminal, value.replace("VALUE", "standalone/brain").encode(), COLUMNS="80")
    assert under_caret(lines, "publiccode-value-unknown").startswith("standalone/brain")
    assert all(len(line) < 120 for line in lines if line[6:9] == " | ")


def test_the_pipelines_verdict_in_plain_words(terminal: Terminal) -> None:
    assert "nehmen diese Datei an" in shown(terminal, GOOD, "--reference")[-1]
    assert "weisen diese Datei ab" in shown(terminal, BAD, "--reference")[-1]
    assert "reject this file" in shown(terminal, BAD, "--target", "eu", "--lang", "en")[-1]
    assert not any("diese Datei" in line for line in shown(terminal, BAD))


def test_what_only_an_old_version_asks_for_is_said_to_be_so(terminal: Terminal) -> None:
    lines = shown(terminal, GOOD.replace(b'"0.7"', b'"0.3"').replace(b"releaseDate:", b"x-date:"))
    at = next(number for number, line in enumerate(lines) if "publiccode-key-once-required [releaseDate]" in line)
    assert "Version 0.3 des Standards" in lines[at]
    assert "         Wer es verlangt: der Standard (Version 0.3); openCoDE" in lines[at : at + 6]


def test_a_consequence_of_an_error_of_structure_is_told_as_one(terminal: Terminal) -> None:
    content = GOOD.replace(b"localisationReady: true", b"localisationReady: yes")
    line = content[: content.index(b"localisationReady: yes")].count(b"\n") + 1
    lines = shown(terminal, content, "--reference", "--lang", "en")
    at = next(number for number, text in enumerate(lines) if "publiccode-wrong-type" in text)
    assert "localisationReady has the wrong form: true or false belongs here." in lines[at]
    assert "         What to do: Write the entry in this form: localisationReady: true" in lines[at:]
    assert f"         What to do: Probably a consequence of the error in line {line}." in "\n".join(lines)
    assert not any("Probably" in text for text in shown(terminal, content, "--lang", "en"))


def test_the_line_is_shown_once_where_several_findings_are_about_it(terminal: Terminal) -> None:
    lines = shown(terminal, b"x-a: 1\n")
    assert sum(" publiccode-key-missing " in line for line in lines) > 3
    assert sum(line.startswith("     1 | ") for line in lines) == 1


def test_several_files_end_with_a_count(terminal: Terminal) -> None:
    terminal.write("a.yml", GOOD)
    terminal.write("b.yml", BAD)
    last = terminal("a.yml", "b.yml", "missing").stdout.decode().splitlines()[-1]
    assert last == "3 Dateien geprüft: 1 in Ordnung, 0 mit Warnungen, 2 mit Fehlern."


def test_nobody_is_told_to_mend_what_another_asks_for_without_hearing_so(terminal: Terminal) -> None:
    """openCoDE's guide prescribes a version that the standard has left behind."""
    content = GOOD.replace(b'"0.7"', b'"0.4"')
    terminal.write("f.yml", content)
    [report] = terminal.json("f.yml")
    [finding] = [one for one in report["findings"] if one["rule"] == "publiccode-version-old"]
    assert "openCoDE" in finding["conflict"]
    assert any("openCoDE" in line and line.strip().startswith("Achtung") for line in shown(terminal, content))


# --- hostile ---

INJECTION = "\x1b[31m\x1b]0;böse\x07\x9b2J\u202e\r"


def test_nothing_in_the_file_reaches_the_terminal_as_a_command(terminal: Terminal) -> None:
    hostile = BAD.replace(b"standalone/brain", f'"{INJECTION}brain"'.encode()) + f"{INJECTION}x: {INJECTION}\n".encode()
    terminal.write("f.yml", hostile)
    for options in ((), ("--json",), ("--reference",), ("--reference", "--json")):
        out = terminal(*options, "f.yml").stdout.decode()
        assert not [char for char in out if char != "\n" and not char.isprintable()], options


@pytest.mark.parametrize(
    "name", [b"\x1b[31mrot.yml", b"\xff\xfe.yml", "\u202elmy.yml".encode(), b"a\nb.yml", b"-x.yml", b"{subject}.yml"]
)
def test_hostile_file_names(terminal: Terminal, name: bytes) -> None:
    with open(os.path.join(os.fsencode(terminal.folder), name), "wb") as file:
        file.write(BAD)
    done = terminal("--json", "--", name)
    assert (done.returncode, done.stderr) == (1, b"")
    [line] = done.stdout.splitlines()
    assert os.fsencode(json.loads(line)["file"]) == name
    done = terminal("--", name)
    assert (done.returncode, done.stderr) == (1, b"")
    assert not [char for char in done.stdout.decode() if char != "\n" and not char.isprintable()]
    assert rules(json.loads(line)) != ["input-unreadable"]


def test_no_colour_in_a_pipe_nor_where_nobody_wants_it(terminal: Terminal) -> None:
    assert b"\x1b" not in terminal("missing").stdout
    script = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"
    terminal.write("b.yml", BAD)

    def on_a_terminal(**more: str) -> bytes:
        command = [sys.executable, "-c", script, sys.executable, "-m", "registry.cli", "validate", "b.yml"]
        environment = {**terminal.environment, "TERM": "xterm", **more}
        done = subprocess.run(command, cwd=terminal.folder, env=environment, capture_output=True, check=False,
                              stdin=subprocess.DEVNULL, timeout=60)  # fmt: skip
        assert done.returncode == 1, done.stderr
        return done.stdout

    assert b"\x1b[31m" in on_a_terminal()
    assert b"\x1b" not in on_a_terminal(NO_COLOR="1")
    assert b"\x1b" not in on_a_terminal(TERM="dumb")
