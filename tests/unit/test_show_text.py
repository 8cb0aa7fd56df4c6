# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What ``allmende show`` prints of a solution."""

from __future__ import annotations

import pytest

from registry.assess import assess
from registry.cli import find
from registry.model import FactSource, Field, Member, Role, Solution, SolutionRecord
from registry.resolve import resolve
from support.solutions import NOW, URL, fact, reading, solution

WEB = f"{URL}-web"


def shown(resolved: Solution, capsys: pytest.CaptureFixture[str], language: str = "de") -> list[str]:
    find._print(SolutionRecord("1", "melder", resolved, assess(resolved, NOW), None, "h", NOW, NOW, NOW), language)
    return capsys.readouterr().out.splitlines()


def test_what_other_sources_say_stands_below(capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(
        solution(
            fact(Field.SOFTWARE_VERSION, "1.2.0", line=5),
            fact(Field.SOFTWARE_VERSION, "1.0.0", FactSource.MANIFEST, path="package.json", line=3),
        ),
        capsys,
    )
    place = lines.index("  software_version: 1.2.0  (publiccode.yml:5)")
    assert lines[place + 1] == "    or: 1.0.0  (package.json:3)"


def test_values_of_several_sources_have_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    contact = [{"name": None, "email": "kontakt@stadt.example"}]
    lines = shown(
        solution(
            fact(Field.KEYWORDS, ["gis"], FactSource.CODEMETA, path="codemeta.json"),
            fact(Field.KEYWORDS, ["karte"], FactSource.MANIFEST, path="package.json"),
            fact(Field.CONTACTS, contact),
        ),
        capsys,
    )
    assert "  keywords: gis  (codemeta.json:1)" in lines
    assert "  keywords: karte  (package.json:1)" in lines
    assert f"  contacts: {contact[0]}  (publiccode.yml:1)" in lines


@pytest.mark.parametrize(("language", "reason"), [("de", "Von Hand zusammengeführt."), ("en", "Merged by hand.")])
def test_repositories_have_role_and_reason(capsys: pytest.CaptureFixture[str], language: str, reason: str) -> None:
    members = {URL: Member(URL, Role.MAIN, "own"), WEB: Member(WEB, Role.FRONT_END, "decided")}
    lines = shown(resolve([reading(), reading(url=WEB)], members), capsys, language)
    assert f"  repository: {WEB} [front_end] - {reason}" in lines


def test_a_readme_without_licence_is_quoted(capsys: pytest.CaptureFixture[str]) -> None:
    text = fact(Field.SHORT_DESCRIPTION, "Wort " * 100, FactSource.README, lang="de", path="README.md")
    (line,) = (line for line in shown(solution(text), capsys) if "short_description" in line)
    assert "…" in line
    assert len(line) < 280
