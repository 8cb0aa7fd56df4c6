# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""``allmende licence URL``: files, pages of forges about files, and whole repositories read as the harvest does."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from harvesters.demo.server import GitServer
from support.licences import EUPL, MIT, SAYS_EUPL, LicenceTerminal, licence_terminal, rules
from support.loopback import Loopback, Reply
from support.repos import Commit, build


@pytest.fixture
def terminal(tmp_path: Path) -> LicenceTerminal:
    return licence_terminal(tmp_path)


# --- files ---


@pytest.fixture
def web(terminal: LicenceTerminal) -> Iterator[Loopback]:
    text = Reply(200, {"Content-Type": "text/plain"}, MIT)
    routes = {
        "/LICENSE": text,
        "/o/r/raw/main/LICENSE": text,
        "/g/s/p/-/raw/main/sub/LICENSE.md": text,
        "/o/r/raw/branch/main/LICENSE": text,
        "/o/r": Reply(200, {"Content-Type": "text/html; charset=utf-8"}, b"<!doctype html><title>Forge</title>"),
        "/large": Reply(200, {}, b"#" * (512 * 2**10 + 1)),
        "/broken": Reply(raw=b"", close=True),
        "/private": Reply(403),
    }
    with Loopback(routes) as server:
        terminal.environment["ALLMENDE_EGRESS_ALLOW"] = server.url.removeprefix("http://")
        yield server


@pytest.mark.parametrize(
    "path",
    [
        "/LICENSE",
        "/o/r/blob/main/LICENSE?plain=1#L3",
        "/g/s/p/-/blob/main/sub/LICENSE.md?ref_type=heads",
        "/o/r/src/branch/main/LICENSE",
    ],
)
def test_a_url_and_the_page_of_a_forge_about_the_file(terminal: LicenceTerminal, web: Loopback, path: str) -> None:
    [report] = terminal.json(web.url + path)
    assert (report["input"], report["expression"], report["subject"]) == (web.url + path, "MIT", "file")


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("/nowhere", "licence-input-gone"),
        ("/o/r/blob/main/nothing", "licence-input-gone"),
        ("/large", "too-large"),
        ("/broken", "unreachable"),
        ("/private", "needs-password"),
    ],
)
def test_what_a_url_does_not_give_is_told(terminal: LicenceTerminal, web: Loopback, path: str, rule: str) -> None:
    terminal.write("LICENSE", MIT)
    fetched, good = terminal.json(web.url + path, "LICENSE")
    assert (fetched["verdict"], rules(fetched), good["verdict"]) == ("unclear", [rule], "clear")


@pytest.mark.parametrize(
    ("url", "rule"),
    [
        ("http://127.0.0.1:9/LICENSE", "fetch-refused-scheme"),
        ("https://127.0.0.1/LICENSE", "fetch-refused-address"),
        ("file:///etc/passwd", "fetch-refused-scheme"),
        ("https://user:geheim@127.0.0.1/LICENSE", "fetch-refused-login"),
    ],
)
def test_the_guard_stands_before_every_url(terminal: LicenceTerminal, url: str, rule: str) -> None:
    [report] = terminal.json(url)
    assert rules(report) == [rule]
    assert "geheim" not in json.dumps(report["problems"])


# --- repositories ---


@pytest.fixture
def forge(terminal: LicenceTerminal, tmp_path: Path) -> Iterator[str]:
    root = tmp_path / "repositories"
    now = int(time.time()) - 86_400
    readme = b"# Anliegen\n\nEin Werkzeug, mit dem Menschen der Stadt einen Mangel melden.\n"
    build(root / "stadt" / "klar.git", [Commit(now, {"LICENSE": EUPL, "publiccode.yml": SAYS_EUPL})])
    build(root / "stadt" / "streit.git", [Commit(now, {"LICENSE": MIT, "publiccode.yml": SAYS_EUPL})])
    build(root / "stadt" / "ohne.git", [Commit(now, {"README.md": readme})])
    build(root / "stadt" / "riesig.git", [Commit(now, {"LICENSE": MIT * 1_000, "README.md": readme})])
    with GitServer(root) as server:
        terminal.environment["ALLMENDE_EGRESS_ALLOW"] = server.base_url.removeprefix("http://")
        yield f"{server.base_url}/stadt"


@pytest.mark.parametrize("suffix", ["", ".git", "/"])
def test_a_repository_is_read_as_the_harvest_does(terminal: LicenceTerminal, forge: str, suffix: str) -> None:
    [report] = terminal.json(f"{forge}/klar{suffix}")
    assert (report["expression"], report["verdict"], report["subject"]) == ("EUPL-1.2", "clear", "repository")
    assert [item["path"] for item in report["evidence"]] == ["LICENSE", "publiccode.yml"]
    assert all(len(item["commit"]) == 40 for item in report["evidence"])


def test_each_repository_by_its_own(terminal: LicenceTerminal, forge: str) -> None:
    names = ["streit", "ohne", "riesig", "fehlt", "klar"]
    reports = terminal.json(*(f"{forge}/{name}" for name in names))
    assert [report["verdict"] for report in reports] == ["conflict", "none", "unclear", "unclear", "clear"]
    assert [report["expression"] for report in reports] == ["MIT", None, None, None, "EUPL-1.2"]
    assert reports[0]["conflicts"][0]["declared"] == "EUPL-1.2"
    assert rules(reports[3]) == ["licence-input-gone"]


def test_the_letter_names_the_repository(terminal: LicenceTerminal, forge: str) -> None:
    for lang, words in (("de", "Bitte um eine Lizenz"), ("en", "Request for a licence")):
        told = terminal(f"{forge}/ohne", "--lang", lang).stdout.decode()
        assert words in told
        assert f"({forge}/ohne)" in " ".join(told.split())


def test_nothing_is_stored(terminal: LicenceTerminal, forge: str, tmp_path: Path) -> None:
    terminal.environment["TMPDIR"] = str(terminal.folder)
    terminal(f"{forge}/klar", f"{forge}/fehlt")
    assert not (tmp_path / "data").exists()
    assert list(terminal.folder.iterdir()) == []
