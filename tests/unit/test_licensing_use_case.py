# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The use case behind ``allmende licence``: which door an input goes through, and what is never claimed."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import pytest

from harvesters.readers.reading import read_snapshot
from registry.catalogue import single
from registry.catalogue.checkout import checkout
from registry.catalogue.licensing import Licensing, Report, Subject, report_json
from registry.catalogue.reading import Visit
from registry.errors import FetchError, InvalidInput, Unreachable
from registry.model import (
    Fault,
    ForgeKind,
    LicenceVerdict,
    Limits,
    NotModified,
    Origin,
    Outcome,
    Reading,
    RepositoryRef,
    Snapshot,
)
from registry.vocabulary.rules import problem
from support.licences import EUPL, MIT, SAYS_EUPL
from support.snapshots import NOW

HERE = "https://forge.example/stadt/anliegen"


@dataclass
class Outside:
    """What URLs answer, and which doors were used."""

    answer: bytes | Exception = b""
    fresh: Fault | NotModified = Fault(Outcome.GONE, "repository-gone", {"subject": HERE})  # noqa: RUF009  # frozen
    used: list[str] = field(default_factory=list)

    def fetch(self, url: str) -> bytes:
        self.used.append(f"fetch {url}")
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def visit(self, url: str) -> Visit:
        self.used.append(f"visit {url}")
        return Visit(RepositoryRef(HERE, HERE, ForgeKind.GIT), self.fresh, None, None, 0.0)


def asked(name: str, outside: Outside | None = None, stdin: bytes = b"") -> Report:
    outside = outside or Outside()
    licensing = Licensing(
        outside.fetch, outside.visit, lambda most: stdin[:most], lambda folder: checkout(folder, Limits(), NOW),
        single.read_text, read_snapshot, lambda: NOW,
    )  # fmt: skip
    return licensing.licence(name)


def rules(report: Report) -> list[str]:
    return [problem.rule for problem in report.problems]


# --- files ---


@pytest.mark.parametrize("name", ["LICENSE", "a/b/notes.txt", "main.c", "logo.svg", "LICENSES/MIT.txt", "-license"])
def test_a_file_is_read_as_text_whatever_its_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(EUPL)
    report = asked(str(path))
    assert (report.licence.expression, report.licence.verdict) == ("EUPL-1.2", LicenceVerdict.CLEAR)
    assert [item.origin.path for item in report.licence.evidence] == [str(path)]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("publiccode.yml", "publiccode.yml"),
        ("x/y/package.json", "package.json"),
        ("https://forge.example/o/r/raw/main/pyproject.toml", "pyproject.toml"),
        ("codemeta.json", "codemeta.json"),
        ("CITATION.cff", "CITATION.cff"),
        ("README.de.md", "README.de.md"),
        ("REUSE.toml", "REUSE.toml"),
        (".reuse/dep5", ".reuse/dep5"),
        ("LICENSE", None),
        ("my-package.json", None),
        ("-", None),
    ],
)
def test_which_files_are_declarations(name: str, path: str | None) -> None:
    assert single.declared_path(name) == path


def test_a_declaration_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "publiccode.yml").write_bytes(SAYS_EUPL)
    report = asked(str(tmp_path / "publiccode.yml"))
    assert (report.licence.expression, report.licence.verdict) == (None, LicenceVerdict.UNCLEAR)
    assert [item.kind for item in report.licence.evidence] == ["declaration"]
    assert rules(report) == ["licence-input-alone"]


def test_a_readme_that_refuses_declares_and_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# Melder\n\n## License\n\nAll rights reserved.\n")
    for name in (tmp_path, tmp_path / "README.md"):
        report = asked(str(name))
        assert (report.licence.expression, report.licence.verdict) == (None, LicenceVerdict.UNCLEAR)
        assert [item.raw for item in report.licence.evidence] == ["All rights reserved"]


def test_the_tag_of_a_source_file_counts_as_it_was_asked_for(tmp_path: Path) -> None:
    # REUSE-IgnoreStart
    (tmp_path / "main.c").write_bytes(b"/* SPDX-License-Identifier: GPL-2.0-or-later */\nint main(void);\n")
    # REUSE-IgnoreEnd
    report = asked(str(tmp_path / "main.c"))
    assert (report.licence.expression, report.licence.verdict) == ("GPL-2.0-or-later", LicenceVerdict.CLEAR)
    assert report_json(report, "de")["range"] == "or-later"


def test_a_problem_names_the_file_that_was_given(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_bytes(b"Dies ist kein Lizenztext, nur ein Protokoll der Sitzung.\n" * 20)
    report = asked(str(tmp_path / "notes.txt"))
    assert report.licence.verdict is not LicenceVerdict.CLEAR
    said = report_json(report, "de")["problems"]
    assert said
    assert all("notes.txt" in (one["path"] or "") for one in said)
    assert not any("LICENSE " in one["message"].split("Legen")[0] for one in said)


# --- URLs ---


def test_the_url_of_a_file_needs_no_visit() -> None:
    outside = Outside(MIT)
    report = asked(f"{HERE}/raw/main/LICENSE", outside)
    assert (report.licence.expression, report.subject) == ("MIT", Subject.FILE)
    assert outside.used == [f"fetch {HERE}/raw/main/LICENSE"]


@pytest.mark.parametrize("rule", ["input-not-a-file", "input-gone"])
def test_a_web_page_is_tried_as_a_repository(rule: str) -> None:
    outside = Outside(InvalidInput(HERE, "HTML", rule=rule))
    report = asked(HERE, outside)
    assert outside.used == [f"fetch {HERE}", f"visit {HERE}"]
    assert rules(report) == [{"input-not-a-file": "repository-gone", "input-gone": "licence-input-gone"}[rule]]
    assert (report.readable, report.licence.verdict) == (False, LicenceVerdict.UNCLEAR)


@pytest.mark.parametrize("error", [Unreachable(HERE, "reset"), FetchError(HERE, "x"), InvalidInput(HERE, "@")])
def test_what_the_outside_refuses_is_told(error: Exception) -> None:
    outside = Outside(error)
    report = asked(HERE, outside)
    assert (report.readable, outside.used) == (False, [f"fetch {HERE}"])


# --- nothing is claimed ---


@pytest.mark.parametrize("rule", ["parse-failed", "reader-failed"])
def test_no_file_that_was_lost_means_that_there_is_no_licence(tmp_path: Path, rule: str) -> None:
    (tmp_path / "LICENSE").write_bytes(MIT)

    def lost(snapshot: Snapshot) -> tuple[Reading, ...]:
        fault = problem(rule, Origin(snapshot.ref.url, "LICENSE"), subject="x", detail="SIGKILL", name="licence")
        return (Reading("sandbox", problems=(fault,)),)

    def unused(_: object) -> NoReturn:
        raise AssertionError("a file needs no such door")

    def look(folder: str) -> Snapshot:
        return checkout(folder, Limits(), NOW)

    licensing = Licensing(unused, unused, unused, look, lost, lost, lambda: NOW)
    for name in (tmp_path, tmp_path / "LICENSE"):
        report = licensing.licence(str(name))
        assert (report.licence.expression, report.licence.verdict) == (None, LicenceVerdict.UNCLEAR)
        assert rule in rules(report)


def test_what_was_not_read_is_unclear_and_not_none() -> None:
    report = asked("/nowhere/at/all")
    said = report_json(report, "en")
    assert (said["verdict"], said["kind"], said["confidence"]) == ("unclear", "unsettled", None)
    assert rules(report) == ["licence-input-unreadable"]
