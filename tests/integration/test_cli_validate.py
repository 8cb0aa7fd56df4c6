# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""``allmende validate``: exit codes, the JSON contract, what may be given, and what it costs."""

from __future__ import annotations

import json
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.checked import HEAVY, Terminal, rules, terminal_in
from support.declarations import BAD, BAD_LINE, GOOD, WITH_LOGO
from support.loopback import Loopback, Reply

KEYS = {"rule", "severity", "key", "line", "column", "message", "hint", "asked_by", "conflict", "reference"}
SEVERITIES = {"blocking", "error", "warning", "hint"}


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return terminal_in(tmp_path)


# --- the contract ---


def test_one_file_is_one_object(terminal: Terminal) -> None:
    terminal.write("publiccode.yml", BAD)
    done = terminal("--json", "publiccode.yml")
    report = json.loads(done.stdout)
    assert done.returncode == 1
    assert list(report) == ["file", "version", "outcome", "findings"]
    assert (report["file"], report["version"], report["outcome"]) == ("publiccode.yml", "0.7", "errors")
    assert all(set(finding) == KEYS and finding["severity"] in SEVERITIES for finding in report["findings"])
    [finding] = [finding for finding in report["findings"] if finding["severity"] == "error"]
    assert (finding["key"], finding["line"]) == ("softwareType", BAD_LINE)
    assert (finding["rule"], finding["column"]) == ("publiccode-value-unknown", 15)
    assert "standalone/brain" in finding["message"]
    assert "standard" in finding["asked_by"]


def test_a_good_file_is_fine_for_everybody(terminal: Terminal) -> None:
    terminal.write("publiccode.yml", GOOD)
    for options in ((), ("--reference",), ("--target", "eu"), ("--target", "opencode"), ("--target", "allmende")):
        [report] = terminal.json(*options, "publiccode.yml")
        assert (report["outcome"], report["version"]) == ("ok", "0.7"), report
    done = terminal("publiccode.yml")
    assert (done.returncode, done.stderr) == (0, b"")


def test_several_files_are_one_object_a_line(terminal: Terminal) -> None:
    terminal.write("a.yml", GOOD)
    terminal.write("b.yml", BAD)
    reports = terminal.json("b.yml", "a.yml", "missing.yml", "a.yml")
    assert [report["file"] for report in reports] == ["b.yml", "a.yml", "missing.yml", "a.yml"]
    assert [report["outcome"] for report in reports] == ["errors", "ok", "errors", "ok"]
    assert terminal("--json", "a.yml", "a.yml").returncode == 0


def test_warnings_and_hints_are_no_errors(terminal: Terminal) -> None:
    terminal.write("old.yml", GOOD.replace(b'"0.7"', b'"0.4"'))
    done = terminal("--json", "old.yml")
    report = json.loads(done.stdout)
    assert done.returncode == 0
    assert {finding["severity"] for finding in report["findings"]} <= {"warning", "hint"}
    assert report["findings"]
    severities = {finding["severity"] for finding in report["findings"]}
    assert report["outcome"] == ("warnings" if "warning" in severities else "ok")


def test_messages_in_both_languages(terminal: Terminal) -> None:
    terminal.write("b.yml", BAD)
    [german], [english] = terminal.json("--lang", "de", "b.yml"), terminal.json("--lang", "en", "b.yml")
    assert rules(german) == rules(english)
    assert german["findings"][0]["message"] != english["findings"][0]["message"]
    assert terminal.json("b.yml")[0] == german
    assert terminal.json("b.yml", LANG="C.UTF-8")[0] == english


def test_reference_mode_says_it_in_the_pipelines_words(terminal: Terminal) -> None:
    terminal.write("b.yml", BAD)
    [report] = terminal.json("--reference", "b.yml")
    [finding] = report["findings"]
    assert (finding["key"], finding["line"]) == ("softwareType", BAD_LINE)
    assert "must be one of the following" in finding["reference"]
    assert terminal.json("--target", "eu", "b.yml") == [report]


# --- what may be given ---


def test_standard_input(terminal: Terminal) -> None:
    [report] = terminal.json("-", stdin=BAD)
    assert (report["file"], report["outcome"]) == ("-", "errors")
    [report] = terminal.json("-", stdin=b"")
    assert report["outcome"] == "errors"
    assert terminal("-", "-").returncode == 2


@pytest.mark.parametrize("mode", [(), ("--reference",)])
def test_files_are_looked_up_beside_the_file(terminal: Terminal, mode: tuple[str, ...]) -> None:
    terminal.write("sub/publiccode.yml", WITH_LOGO)
    terminal.write("img/logo.png", b"not here")

    def logo(*arguments: str, stdin: bytes = b"") -> list[str]:
        [report] = terminal.json(*mode, *arguments, stdin=stdin)
        return [finding["rule"] for finding in report["findings"] if finding["key"] == "logo"]

    assert logo("sub/publiccode.yml") == ["publiccode-path-absent"]
    terminal.write("sub/img/logo.png", b"no picture")
    assert logo("sub/publiccode.yml") == ["publiccode-image-broken"]
    terminal.write("sub/img/logo.png", png())
    assert logo("sub/publiccode.yml") == []
    assert logo("-", stdin=WITH_LOGO) == ["publiccode-image-broken"]
    terminal.write("img/logo.png", png())
    assert logo("-", stdin=WITH_LOGO) == []


def test_nothing_outside_of_the_folder_is_looked_at(terminal: Terminal) -> None:
    terminal.write("secret.txt", b"x")
    terminal.write("sub/a.yml", WITH_LOGO.replace(b"img/logo.png", b"../secret.png"))
    terminal.write("sub/b.yml", WITH_LOGO.replace(b"img/logo.png", b"link.png"))
    (terminal.folder / "sub" / "link.png").symlink_to("../secret.txt")
    for report in terminal.json("sub/a.yml", "sub/b.yml"):
        assert not {"publiccode-path-absent", "publiccode-image-broken"} & set(rules(report))


def png() -> bytes:
    """One black line, wide enough for a logo."""
    width = 1_000

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + (1).to_bytes(4, "big") + bytes([8, 0, 0, 0, 0])
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(1 + width)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("name", ["missing.yml", "folder", "no\nsuch", "n" * 300, "publiccode.yml/deeper"])
def test_what_cannot_be_read_is_a_finding(terminal: Terminal, name: str) -> None:
    (terminal.folder / "folder").mkdir()
    terminal.write("publiccode.yml", GOOD)
    broken, good = terminal.json(name, "publiccode.yml")
    assert (broken["outcome"], broken["version"], good["outcome"]) == ("errors", None, "ok")
    [finding] = broken["findings"]
    assert (finding["rule"], finding["severity"], finding["key"]) == ("input-unreadable", "blocking", "")
    done = terminal(name)
    assert (done.returncode, done.stderr) == (1, b"")
    assert b"Traceback" not in done.stdout


def test_the_largest_file_and_one_byte_more(terminal: Terminal) -> None:
    limit = 512 * 2**10
    terminal.write("large.yml", GOOD + b"#" * (limit - len(GOOD)))
    terminal.write("larger.yml", GOOD + b"#" * (limit - len(GOOD) + 1))
    large, larger, endless = terminal.json("large.yml", "larger.yml", "/dev/zero")
    assert "input-too-large" not in rules(large)
    assert rules(larger) == ["input-too-large"]
    assert rules(endless) == ["input-unreadable"]  # no regular file


# --- URLs ---


@pytest.fixture
def web(terminal: Terminal) -> Iterator[Loopback]:
    raw = Reply(200, {"Content-Type": "text/plain"}, BAD)
    page = Reply(200, {"Content-Type": "text/html; charset=utf-8"}, b"<!doctype html><title>Forge</title>")
    routes = {
        "/publiccode.yml": raw,
        "/o/r/raw/main/publiccode.yml": raw,
        "/g/s/p/-/raw/main/sub/publiccode.yml": raw,
        "/o/r/raw/branch/main/publiccode.yml": raw,
        "/moved.yml": Reply(302, {"Location": "/publiccode.yml"}),
        "/o/r": page,
        "/bare.yml": Reply(200, {}, b"\n <HTML><body>"),
        "/large.yml": Reply(200, {}, b"#" * (512 * 2**10 + 1)),
        "/broken.yml": Reply(raw=b"", close=True),
        "/private.yml": Reply(403),
    }
    with Loopback(routes) as server:
        terminal.environment["ALLMENDE_EGRESS_ALLOW"] = server.url.removeprefix("http://")
        yield server


@pytest.mark.parametrize(
    "path",
    [
        "/publiccode.yml",
        "/moved.yml",
        "/o/r/blob/main/publiccode.yml",
        "/o/r/blob/main/publiccode.yml?plain=1#L3",
        "/g/s/p/-/blob/main/sub/publiccode.yml?ref_type=heads",
        "/o/r/src/branch/main/publiccode.yml",
    ],
)
def test_a_url_and_the_page_of_a_forge_about_the_file(terminal: Terminal, web: Loopback, path: str) -> None:
    [report] = terminal.json(web.url + path)
    assert (report["file"], report["version"], report["outcome"]) == (web.url + path, "0.7", "errors")
    assert "publiccode-value-unknown" in rules(report)


def test_a_url_needs_no_folder_to_write_in(terminal: Terminal, web: Loopback, tmp_path: Path) -> None:
    (tmp_path / "nobody").write_bytes(b"a file where the data folder would be")
    terminal.environment["ALLMENDE_DATA_DIR"] = str(tmp_path / "nobody" / "data")
    [report] = terminal.json(f"{web.url}/publiccode.yml")
    assert "publiccode-value-unknown" in rules(report)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("/nowhere.yml", "input-gone"),
        ("/o/r", "input-not-a-file"),
        ("/bare.yml", "input-not-a-file"),
        ("/o/r.git", "input-not-a-file"),
        ("/large.yml", "too-large"),
        ("/broken.yml", "unreachable"),
        ("/private.yml", "needs-password"),
    ],
)
def test_what_a_url_does_not_give_is_a_finding(terminal: Terminal, web: Loopback, path: str, rule: str) -> None:
    terminal.write("a.yml", GOOD)
    fetched, good = terminal.json(web.url + path, "a.yml")
    assert rules(fetched) == [rule]
    assert good["outcome"] == "ok"


@pytest.mark.parametrize(
    ("url", "rule"),
    [
        ("http://127.0.0.1:9/publiccode.yml", "fetch-refused-scheme"),
        ("https://127.0.0.1/publiccode.yml", "fetch-refused-address"),
        ("https://[fd00::1]/publiccode.yml", "fetch-refused-address"),
        ("file:///etc/passwd", "fetch-refused-scheme"),
        ("https://user:geheim@127.0.0.1/publiccode.yml", "fetch-refused-login"),
        ("https://github.com/stadt/anliegen", "input-not-a-file"),
        ("https://[/x", "fetch-refused-spelling"),
    ],
)
def test_the_guard_stands_before_every_url(terminal: Terminal, url: str, rule: str) -> None:
    [report] = terminal.json(url)
    assert rules(report) == [rule]
    assert report["findings"][0]["hint"]
    assert "geheim" not in report["findings"][0]["message"]


def test_a_link_to_a_private_address_is_not_followed(terminal: Terminal, web: Loopback) -> None:
    with Loopback({"/publiccode.yml": Reply(200, {}, GOOD)}) as inside:
        web.routes["/away.yml"] = Reply(302, {"Location": f"{inside.url}/publiccode.yml"})
        [report] = terminal.json(f"{web.url}/away.yml")
        assert rules(report) == ["fetch-refused-redirect"]
        assert inside.requests == []


# --- codes and costs ---


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--target", "nasa", "x"),
        ("--lang", "fr", "x"),
        ("--reference", "--target", "opencode", "x"),
        ("--nope", "x"),
    ],
)
def test_wrong_usage(terminal: Terminal, arguments: tuple[str, ...]) -> None:
    done = terminal(*arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"Traceback" not in done.stderr


def test_a_fault_of_ours_is_ours(terminal: Terminal) -> None:
    terminal.write("a.yml", GOOD)
    program = (
        "import registry.cli, registry.catalogue.validating as validating\n"
        "def check(*_): raise ZeroDivisionError('ours')\n"
        "validating.check = check\n"
        "registry.cli.main()\n"
    )
    done = terminal("a.yml", program=("-c", program))
    assert (done.returncode, done.stdout) == (70, b"")
    assert b"fault of Allmende" in done.stderr


def test_a_closed_pipe_is_nobodys_fault(terminal: Terminal) -> None:
    terminal.write("b.yml", BAD)
    command = f"{sys.executable} -m registry.cli validate {'b.yml ' * 200} | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], cwd=terminal.folder, env=terminal.environment, capture_output=True,
                          check=False, timeout=60)  # fmt: skip
    assert done.stdout.startswith(b"b.yml:")
    assert b"Traceback" not in done.stderr


def test_a_check_loads_no_database_no_web_and_no_client(terminal: Terminal) -> None:
    terminal.write("a.yml", BAD)
    program = (
        "import sys, registry.cli\n"
        "try: registry.cli.main()\n"
        f"finally: print(sorted({HEAVY!r} & set(sys.modules)), file=sys.stderr)\n"
    )
    for options in ((), ("--reference",)):
        assert terminal(*options, "a.yml", program=("-c", program)).stderr == b"[]\n"


def test_nothing_is_left_behind(terminal: Terminal, tmp_path: Path) -> None:
    terminal.write("a.yml", GOOD)
    terminal("a.yml")
    assert not (tmp_path / "data").exists()
    assert [path.name for path in terminal.folder.iterdir()] == ["a.yml"]


def test_help_teaches(terminal: Terminal) -> None:
    told = terminal("--help").stdout.decode()
    assert "allmende validate --target opencode publiccode.yml" in told
    assert "git show HEAD:publiccode.yml | allmende validate -" in told
    assert "Exit code 0" in told


@pytest.mark.parametrize(
    ("written", "version"),
    [('"0.4"', "0.4"), ("0.4", "0.4"), ('""', None), ("", None), ("0.4\npubliccodeYmlVersion: 0.5", "0.5")],
)
@pytest.mark.parametrize("mode", [(), ("--reference",)])
def test_the_version_is_the_one_declared(
    terminal: Terminal, mode: tuple[str, ...], written: str, version: str | None
) -> None:
    terminal.write("publiccode.yml", f"publiccodeYmlVersion: {written}\nname: a\n---\nname: b\n".encode())
    assert json.loads(terminal("--json", *mode, "publiccode.yml").stdout)["version"] == version
