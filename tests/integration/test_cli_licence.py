# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""``allmende licence``: exit codes, the JSON contract, what may be given, what cannot be read, and what it costs."""

from __future__ import annotations

import codecs
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.checked import HEAVY
from support.licences import EUPL, MIT, SAYS_EUPL, LicenceTerminal, licence_terminal, rules

KEYS = ["expression", "range", "verdict", "confidence", "evidence", "conflicts", "input", "subject", "kind", "problems"]
EVIDENCE = ["path", "expression", "kind", "confidence", "start", "end", "line", "commit", "raw", "aside", "changed"]
PROBLEM = ["rule", "severity", "key", "path", "line", "column", "message", "hint"]


@pytest.fixture
def terminal(tmp_path: Path) -> LicenceTerminal:
    return licence_terminal(tmp_path)


# --- the contract ---


def test_one_file_is_one_object(terminal: LicenceTerminal) -> None:
    terminal.write("LICENSE", EUPL)
    done = terminal("--json", "LICENSE")
    report = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, b"")
    assert list(report) == KEYS
    assert (report["expression"], report["range"], report["verdict"]) == ("EUPL-1.2", None, "clear")
    assert (report["input"], report["subject"], report["kind"]) == ("LICENSE", "file", "network_copyleft")
    assert 0.9 <= report["confidence"] <= 1
    assert report["conflicts"] == []
    [evidence] = report["evidence"]
    assert list(evidence) == EVIDENCE
    assert (evidence["path"], evidence["expression"], evidence["kind"]) == ("LICENSE", "EUPL-1.2", "text")
    assert 0 <= evidence["start"] < evidence["end"] <= len(EUPL.decode())


def test_start_and_end_are_characters_of_the_text(terminal: LicenceTerminal) -> None:
    before = "Grußwort der Bürgermeisterin: Viel Freude damit!\n\n"
    for content in ((before.encode() + MIT), codecs.BOM_UTF16_LE + (before + MIT.decode()).encode("utf-16-le")):
        terminal.write("any name.dat", content)
        [report] = terminal.json("any name.dat")
        [evidence] = report["evidence"]
        matched = (before + MIT.decode())[evidence["start"] : evidence["end"]]
        assert (report["expression"], "Permission is hereby granted" in matched) == ("MIT", True)
        assert "Bürgermeisterin" not in matched


def test_several_inputs_are_one_object_a_line_in_their_order(terminal: LicenceTerminal) -> None:
    terminal.write("a/LICENSE", EUPL)
    terminal.write("b.txt", MIT)
    names = ["b.txt", "a", "missing", "a/LICENSE", "b.txt"]
    reports = terminal.json(*names)
    assert [report["input"] for report in reports] == names
    assert [report["expression"] for report in reports] == ["MIT", "EUPL-1.2", None, "EUPL-1.2", "MIT"]
    assert [report["verdict"] for report in reports] == ["clear", "clear", "unclear", "clear", "clear"]
    assert terminal("--json", "a", "b.txt").returncode == 0


def test_a_folder_is_judged_as_a_whole(terminal: LicenceTerminal) -> None:
    terminal.write("LICENSE", EUPL)
    terminal.write("publiccode.yml", SAYS_EUPL)
    [report] = terminal.json(".")
    assert (report["expression"], report["verdict"], report["subject"]) == ("EUPL-1.2", "clear", "folder")
    [text, declared] = report["evidence"]
    assert (text["path"], text["kind"]) == ("LICENSE", "text")
    assert (declared["path"], declared["kind"], declared["line"]) == ("publiccode.yml", "declaration", 4)
    assert (declared["raw"], declared["start"], declared["end"]) == ("EUPL-1.2", None, None)


def test_a_declaration_that_contradicts_the_text_is_a_conflict(terminal: LicenceTerminal) -> None:
    terminal.write("LICENSE", MIT)
    terminal.write("publiccode.yml", SAYS_EUPL)
    [report] = terminal.json(".")
    assert (report["expression"], report["verdict"]) == ("MIT", "conflict")
    [conflict] = report["conflicts"]
    assert (conflict["path"], conflict["declared"], conflict["found"]) == ("publiccode.yml", "EUPL-1.2", "MIT")


def test_a_declaration_without_a_text_is_unclear(terminal: LicenceTerminal) -> None:
    terminal.write("publiccode.yml", SAYS_EUPL)
    for name in (".", "publiccode.yml"):
        [report] = terminal.json(name)
        assert (report["expression"], report["verdict"], report["confidence"]) == (None, "unclear", None)
        assert [item["expression"] for item in report["evidence"]] == ["EUPL-1.2"]


def test_npms_default_is_never_a_licence(terminal: LicenceTerminal) -> None:
    terminal.write("package.json", b'{"name": "anliegen", "version": "1.0.0", "license": "ISC"}')
    for name in (".", "package.json"):
        [report] = terminal.json(name)
        assert (report["expression"], report["verdict"]) == (None, "unclear")


def test_no_licence_is_said_plainly(terminal: LicenceTerminal) -> None:
    terminal.write("README.md", b"# Anliegen\n\nEine App.\n")
    [report] = terminal.json(".")
    assert (report["expression"], report["verdict"], report["kind"]) == (None, "none", "none")
    told = terminal(".").stdout.decode()
    assert "Es gibt keine Lizenz" in told
    assert "Betreff: Bitte um eine Lizenz für here" in told
    assert "There is no licence" in terminal(".", "--lang", "en").stdout.decode()


def test_a_readme_that_holds_a_whole_text_counts_as_text(terminal: LicenceTerminal) -> None:
    terminal.write("README.md", b"# Anliegen\n\nEine App.\n\n## Lizenz\n\n" + MIT)
    [report] = terminal.json("README.md")
    assert (report["expression"], report["verdict"]) == ("MIT", "clear")


def test_the_commit_of_the_checkout(terminal: LicenceTerminal) -> None:
    terminal.write("LICENSE", EUPL)
    terminal.write(".git/HEAD", b"a" * 40 + b"\n")
    [report] = terminal.json(".")
    assert [item["commit"] for item in report["evidence"]] == ["a" * 40]


def test_messages_in_both_languages(terminal: LicenceTerminal) -> None:
    [german], [english] = terminal.json("--lang", "de", "nowhere"), terminal.json("--lang", "en", "nowhere")
    assert rules(german) == rules(english) == ["licence-input-unreadable"]
    assert german["problems"][0]["message"] == "nowhere lässt sich nicht lesen: es gibt sie nicht."
    assert english["problems"][0]["message"] == "nowhere cannot be read: No such file or directory."
    assert list(german["problems"][0]) == PROBLEM
    assert terminal.json("nowhere")[0] == german
    assert terminal.json("nowhere", LANG="C.UTF-8")[0] == english


def test_standard_input(terminal: LicenceTerminal) -> None:
    [report] = terminal.json("-", stdin=MIT)
    assert (report["input"], report["expression"], report["evidence"][0]["path"]) == ("-", "MIT", "-")
    assert rules(terminal.json("-", stdin=b"")[0]) == ["licence-input-empty"]
    assert terminal("-", "-").returncode == 2


# --- what cannot be read ---


@pytest.mark.parametrize(
    "name", ["missing", "no\nsuch", "n" * 300, "LICENSE/deeper", "pipe", "loop", "/dev/zero", "loops/a"]
)
def test_what_cannot_be_read_is_told(terminal: LicenceTerminal, name: str) -> None:
    terminal.write("LICENSE", MIT)
    os.mkfifo(terminal.folder / "pipe")
    (terminal.folder / "loop").symlink_to("loop")
    (terminal.folder / "loops").symlink_to(".", target_is_directory=True)
    broken, good = terminal.json(name, "LICENSE")
    assert (broken["expression"], broken["verdict"], broken["evidence"]) == (None, "unclear", [])
    assert (rules(broken), good["verdict"]) == (["licence-input-unreadable"], "clear")
    done = terminal(name)
    assert (done.returncode, done.stderr) == (1, b"")
    assert "lässt sich nicht lesen" in done.stdout.decode()


def test_a_file_without_permission(terminal: LicenceTerminal) -> None:
    terminal.write("LICENSE", MIT).chmod(0)
    if os.access(terminal.folder / "LICENSE", os.R_OK):
        pytest.skip("root reads everything")
    [report] = terminal.json("LICENSE")
    assert report["problems"][0]["message"] == "LICENSE lässt sich nicht lesen: Das Recht dazu fehlt."


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "licence-input-empty"),
        (b" \n\n", "licence-input-empty"),
        (b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 40, "licence-input-binary"),
        (b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\n" + b"stream text " * 50, "licence-input-binary"),
        (b"\x89PNG\r\n\x1a\n" + bytes(2000), "licence-input-binary"),
        (b"x" * (10 * 2**20), "licence-input-too-large"),
    ],
    ids=["empty", "blank", "elf", "pdf", "png", "10 MiB"],
)
def test_what_is_no_text(terminal: LicenceTerminal, content: bytes, rule: str) -> None:
    terminal.write("LICENSE", content)
    for names in (("LICENSE",), ("LICENSE", "LICENSE")):
        for report in terminal.json(*names):
            assert (report["expression"], report["verdict"], rules(report)) == (None, "unclear", [rule])


@pytest.mark.parametrize(
    ("content", "expression"),
    [
        (codecs.BOM_UTF16_LE + MIT.decode().encode("utf-16-le") + b"\xd8", "MIT"),
        (codecs.BOM_UTF16_BE + b"\xd8\x00" * 500, None),
        (codecs.BOM_UTF8 + MIT + b"\xff\xfe\xff", "MIT"),
        (MIT.replace(b"Musterhausen", b"M\xfcsterhausen"), "MIT"),
        (MIT.replace(b"\n", b"\r\n"), "MIT"),
        (b"\x00\x01" * 20 + MIT, None),
        (b"(" * 100_000, None),
        (b"<" * 100_000 + b"license", None),
    ],
    ids=["utf-16 cut", "utf-16 surrogates", "broken utf-8", "latin-1", "crlf", "nul", "brackets", "tags"],
)
def test_odd_bytes_are_read_or_told(terminal: LicenceTerminal, content: bytes, expression: str | None) -> None:
    terminal.write("LICENSE", content)
    [alone], [first, _] = terminal.json("LICENSE"), terminal.json("LICENSE", "LICENSE")
    assert alone == first
    assert (alone["expression"], alone["verdict"]) == (expression, "clear" if expression else "unclear")
    assert alone["problems"] or expression


def test_a_folder_without_anything(terminal: LicenceTerminal) -> None:
    (terminal.folder / "empty").mkdir()
    [report] = terminal.json("empty")
    assert (report["verdict"], rules(report)) == ("unclear", ["licence-input-empty"])


def test_a_large_licence_in_a_folder_does_no_harm(terminal: LicenceTerminal) -> None:
    terminal.write("LICENSE", MIT * 10_000)
    [report] = terminal.json(".")
    assert (report["expression"], report["verdict"]) == (None, "unclear")


def test_ten_thousand_licences_do_no_harm(terminal: LicenceTerminal) -> None:
    (terminal.folder / "LICENSES").mkdir()
    for number in range(10_000):
        (terminal.folder / "LICENSES" / f"MIT-{number}.txt").write_bytes(b"x")
    terminal.write("LICENSE", EUPL)
    [report] = terminal.json(".")
    assert (report["expression"], report["verdict"]) == ("EUPL-1.2", "clear")
    assert len(report["evidence"]) < 100


def test_links_in_a_folder_are_not_followed(terminal: LicenceTerminal) -> None:
    terminal.write("secret.txt", MIT)
    (terminal.folder / "project").mkdir()
    (terminal.folder / "project" / "LICENSE").symlink_to("../secret.txt")
    (terminal.folder / "project" / "LICENSES").symlink_to("LICENSES")
    [report] = terminal.json("project")
    assert report["expression"] is None
    assert "licence-link" in rules(report)


# --- streams ---


def in_a_shell(terminal: LicenceTerminal, *arguments: str, streams: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["bash", "-c", f'"$@" {streams}', "sh", sys.executable, "-m", "registry.cli", "licence", *arguments],
        cwd=terminal.folder, env=terminal.environment, capture_output=True, check=False, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_where_there_is_no_room_for_what_is_printed(terminal: LicenceTerminal, options: tuple[str, ...]) -> None:
    terminal.write("LICENSE", MIT)
    done = in_a_shell(terminal, "LICENSE", *options, streams="> /dev/full")
    assert done.returncode == 3, done.stderr.decode()
    assert "Die Ausgabe lässt sich nicht schreiben" in done.stderr.decode()
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_closed_standard_output(terminal: LicenceTerminal, options: tuple[str, ...]) -> None:
    terminal.write("LICENSE", MIT)
    done = in_a_shell(terminal, "LICENSE", *options, streams=">&-")
    assert (done.returncode, done.stderr) == (0, b"")


def test_closed_standard_input(terminal: LicenceTerminal) -> None:
    done = in_a_shell(terminal, "-", streams="<&-")
    assert (done.returncode, done.stdout) == (1, b"")
    assert "lässt sich nicht lesen" in done.stderr.decode()


def test_a_closed_pipe_is_nobodys_fault(terminal: LicenceTerminal) -> None:
    terminal.write("LICENSE", MIT)
    done = in_a_shell(terminal, *["LICENSE"] * 100, "--json", streams="| head -1")
    assert done.stdout.startswith(b'{"expression"')
    assert b"Traceback" not in done.stderr


def test_escape_sequences_of_a_file_do_not_reach_the_terminal(terminal: LicenceTerminal) -> None:
    terminal.write("package.json", b'{"name": "a", "license": "MIT\\u001b[31m \\u202e evil"}')
    for options in ((), ("--json",)):
        told = terminal("package.json", *options).stdout
        assert b"\x1b" not in told
        assert "\u202e".encode() not in told


# --- codes and costs ---


@pytest.mark.parametrize("arguments", [(), ("--lang", "fr", "x"), ("--nope", "x"), ("",)])
def test_wrong_usage(terminal: LicenceTerminal, arguments: tuple[str, ...]) -> None:
    done = terminal(*arguments)
    assert done.returncode == (1 if arguments == ("",) else 2)
    assert b"Traceback" not in done.stderr


def test_a_fault_of_ours_is_ours(terminal: LicenceTerminal) -> None:
    terminal.write("LICENSE", MIT)
    program = (
        "import registry.cli, registry.catalogue.licensing as licensing\n"
        "def conclude(*_): raise ZeroDivisionError('ours')\n"
        "licensing.conclude = conclude\n"
        "registry.cli.main()\n"
    )
    done = terminal("LICENSE", program=("-c", program))
    assert (done.returncode, done.stdout) == (70, b"")
    assert b"fault of Allmende" in done.stderr


def test_a_file_loads_no_database_no_web_no_client_and_no_other_process(terminal: LicenceTerminal) -> None:
    terminal.write("LICENSE", MIT)
    unwanted = HEAVY | {"harvesters.sandbox", "harvesters.http", "py3langid", "markdown_it"}
    program = (
        "import sys, registry.cli\n"
        "try: registry.cli.main()\n"
        f"finally: print(sorted({unwanted!r} & set(sys.modules)), file=sys.stderr)\n"
    )
    assert terminal("LICENSE", "--json", program=("-c", program)).stderr == b"[]\n"


def test_nothing_is_left_behind(terminal: LicenceTerminal, tmp_path: Path) -> None:
    terminal.write("LICENSE", MIT)
    terminal(".", "LICENSE")
    assert not (tmp_path / "data").exists()
    assert [path.name for path in terminal.folder.iterdir()] == ["LICENSE"]


def test_help_teaches(terminal: LicenceTerminal) -> None:
    told = terminal("--help").stdout.decode()
    assert "allmende licence https://github.com/OWNER/NAME" in told
    assert "git show HEAD:COPYING | allmende licence -" in told
    assert "Exit code 0" in told
