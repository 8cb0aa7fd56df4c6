# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""``allmende licences explain`` and ``combine``: texts with sources, codes, the JSON, and what is no licence."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from support.checked import HEAVY, Terminal, terminal_in

USES = ["own", "provider", "hosting", "publishing"]
COMBINATION = ["expressions", "use", "verdict", "outgoing", "chosen", "hints", "pairs", "note"]


@pytest.fixture
def explain(tmp_path: Path) -> Terminal:
    return replace(terminal_in(tmp_path), command=("licences", "explain"))


@pytest.fixture
def combine(tmp_path: Path) -> Terminal:
    return replace(terminal_in(tmp_path), command=("licences", "combine"))


def test_four_uses_with_sources(explain: Terminal) -> None:
    done = explain("--json", "EUPL v1.2")
    told = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, b"")
    keys = ["expression", "names", "kind", "refusals", "osi_approved", "fsf_free", "uses", "lists", "note"]
    assert list(told) == keys
    assert (told["expression"], told["osi_approved"], told["fsf_free"]) == ("EUPL-1.2", True, True)
    assert list(told["uses"]) == USES
    for hints in told["uses"].values():
        assert hints
        assert all(set(hint["text"]) == set(hint["source"]) == {"de", "en"} for hint in hints)
        assert all(hint["url"].startswith("https://") for hint in hints)
    assert "keine Rechtsberatung" in told["note"]["text"]["de"]


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("de", ["von Ihrem IT-Dienstleister betreiben lassen", "Quelle:", "keine Rechtsberatung", "OSI: anerkannt"]),
        ("en", ["let your IT provider run it for you", "Source:", "legal advice", "OSI: approved"]),
    ],
)
def test_for_people_in_both_languages(explain: Terminal, lang: str, words: list[str]) -> None:
    done = explain("GPL-3.0-or-later", "--lang", lang)
    told = " ".join(done.stdout.decode().split())
    assert done.returncode == 0
    assert [word for word in words if word not in told] == []


def test_not_assessed_is_not_no(explain: Terminal) -> None:
    assert json.loads(explain("--json", "DL-DE-BY-2.0").stdout)["osi_approved"] is None
    assert "OSI: nicht bewertet" in explain("DL-DE-BY-2.0").stdout.decode()


def test_several_licences_are_one_object_a_line(explain: Terminal) -> None:
    lines = explain("--json", "MIT", "MIT OR Apache-2.0").stdout.splitlines()
    assert [json.loads(line)["expression"] for line in lines] == ["MIT", "MIT OR Apache-2.0"]


@pytest.mark.parametrize("name", ["GPL", "free for towns", "", "MIT/Apache-2.0", "x" * 5_000, "\x1b[31m"])
def test_what_is_no_licence_is_told(explain: Terminal, name: str) -> None:
    done = explain(name)
    assert (done.returncode, done.stdout) == (2, b"")
    assert "kein SPDX-Ausdruck" in done.stderr.decode()
    assert b"\x1b" not in done.stderr


@pytest.mark.parametrize(
    ("licences", "use", "verdict"),
    [
        (("EUPL-1.2", "GPL-3.0-only"), "publishing", "yes"),
        (("MIT", "Apache-2.0", "AGPL-3.0-or-later"), "publishing", "yes"),
        (("GPL-2.0-only", "GPL-3.0-only"), "publishing", "no"),
        (("GPL-2.0-only", "GPL-3.0-only"), "own", "yes"),
        (("MIT", "LicenseRef-something"), "publishing", "unknown"),
    ],
)
def test_what_can_be_combined(combine: Terminal, licences: tuple[str, ...], use: str, verdict: str) -> None:
    done = combine("--json", *licences, "--use", use)
    told = json.loads(done.stdout)
    assert list(told) == COMBINATION
    assert (told["expressions"], told["use"], told["verdict"]) == (list(licences), use, verdict)
    assert done.returncode == (0 if verdict == "yes" else 1)
    assert len(told["pairs"]) == len(licences) * (len(licences) - 1) // 2
    assert all(hint["url"] and hint["source"]["de"] for hint in told["hints"])
    shown = combine(*licences, "--use", use, "--lang", "en")
    assert shown.returncode == done.returncode
    assert licences[0] in shown.stdout.decode()


def test_the_matrix_is_credited(combine: Terminal) -> None:
    told = combine("MIT", "GPL-3.0-only", "--use", "publishing").stdout.decode()
    assert "OSADL" in told
    assert "CC BY 4.0" in told


@pytest.mark.parametrize(
    "arguments",
    [("MIT", "--use", "own"), ("MIT",) * 6 + ("--use", "own"), ("MIT", "ISC"), ("MIT", "ISC", "--use", "sell"), ()],
)
def test_wrong_usage(combine: Terminal, arguments: tuple[str, ...]) -> None:
    done = combine(*arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"Traceback" not in done.stderr


def test_no_database_no_web_and_no_detector_are_loaded(explain: Terminal) -> None:
    unwanted = HEAVY | {"numpy", "licenseclassifier", "harvesters.licences.detecting"}
    program = (
        "import sys, registry.cli\n"
        "try: registry.cli.main()\n"
        f"finally: print(sorted({unwanted!r} & set(sys.modules)), file=sys.stderr)\n"
    )
    assert explain("MIT", program=("-c", program)).stderr == b"[]\n"


def test_help_teaches(explain: Terminal) -> None:
    assert "allmende licences explain EUPL-1.2" in explain("--help").stdout.decode()
    combine = replace(explain, command=("licences", "combine"))
    assert "allmende licences combine EUPL-1.2 GPL-3.0-only --use publishing" in combine("--help").stdout.decode()
