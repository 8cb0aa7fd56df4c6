# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The draft of a publiccode.yml: YAML whatever was read, every guess and every gap marked, nothing invented."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from harvesters.publiccode.checking import check
from harvesters.publiccode.drafting import draft
from registry.model import Fact, FactSource, Field, Solution
from support.solutions import URL, fact, history, solution, text

MARK = "# Allmende: "
LONG = (
    "Der Mängelmelder nimmt Hinweise von Bürgerinnen und Bürgern auf, zeigt sie auf einer Karte und leitet sie an das "
    "zuständige Amt weiter.\n\nEr läuft auf dem eigenen Server: # ohne fremde Dienste"
)


def readme(name: Field, value: Any, line: int = 1, lang: str | None = None) -> Fact:
    return fact(name, value, FactSource.README, path="README.md", line=line, lang=lang)


def tree(name: Field, value: list[str], path: str) -> Fact:
    return fact(name, value, FactSource.TREE, path=path, line=None)


def melder(**given: Any) -> Solution:
    """A repository with a README, a licence, a compose file and a package.json, but no publiccode.yml."""
    return solution(
        readme(Field.NAME, "Mängelmelder"),
        readme(Field.SHORT_DESCRIPTION, "Nimmt Hinweise auf Mängel in der Stadt auf.", 3, "de"),
        readme(Field.LONG_DESCRIPTION, LONG, 3, "de"),
        tree(Field.CONTAINER, ["compose"], "compose.yml"),
        tree(Field.PACKAGE_MANIFESTS, ["npm"], "package.json"),
        fact(Field.KEYWORDS, ["Reporting issues", "communications"], FactSource.MANIFEST, path="package.json", line=7),
        text("EUPL-1.2"),
        **{"activity": history(10, tags={"v1.4.0": 20, "v1.3.0": 200}), **given},
    )


def marked_lines(drafted: str) -> set[int]:
    return {number for number, line in enumerate(drafted.split("\n"), 1) if MARK in line}


def unmarked_findings(drafted: str) -> list[tuple[str, str | None, int | None]]:
    marked = marked_lines(drafted)
    return [
        (found.rule, found.key, found.origin and found.origin.line)
        for found in check(drafted.encode()).findings
        if not (found.origin and found.origin.line in marked)
    ]


def test_what_was_read_is_there_with_its_origin() -> None:
    drafted = draft(melder())
    said = yaml.safe_load(drafted)
    assert said["publiccodeYmlVersion"] == "0.7"
    assert (said["name"], said["url"]) == ("Mängelmelder", URL)
    assert said["legal"]["license"] == "EUPL-1.2"
    assert (said["platforms"], said["softwareType"]) == (["web"], "standalone/web")
    assert said["categories"] == ["communications"]
    assert said["description"]["de"]["longDescription"] == LONG + "\n"
    assert 'name: "Mängelmelder"  # Allmende: prüfen: aus README.md, Zeile 1' in drafted
    assert "softwareVersion: v1.4.0  # Allmende: prüfen: vom Git-Tag v1.4.0" in drafted.replace('"', "")
    assert "license: EUPL-1.2  # Allmende: prüfen: aus LICENSE" in drafted


def test_what_nobody_knows_is_a_marked_gap() -> None:
    said = yaml.safe_load(draft(melder()))
    assert said["developmentStatus"] is None
    assert said["maintenance"] == {"type": None}
    assert said["localisation"] == {"localisationReady": None, "availableLanguages": None}
    assert said["description"]["de"]["features"] is None


@pytest.mark.parametrize("lang", ["de", "en"])
@pytest.mark.parametrize("archived", [True, False])
def test_the_check_finds_fault_with_marked_lines_only(lang: str, archived: bool) -> None:
    for drafted in (draft(melder(archived=archived), lang), draft(solution(), lang)):
        assert unmarked_findings(drafted) == []
        assert check(drafted.encode()).findings


def test_an_archived_repository_is_taken_for_obsolete() -> None:
    assert yaml.safe_load(draft(melder(archived=True)))["developmentStatus"] == "obsolete"


def test_every_value_is_marked() -> None:
    drafted = draft(melder(homepage="https://melder.example"))
    values = [line for line in drafted.split("\n") if ": " in line and not line.lstrip().startswith(("#", "-"))]
    body = [line for line in values if line.strip() and not line.startswith("publiccodeYmlVersion")]
    unmarked = [line for line in body if MARK not in line]
    assert unmarked == [line for line in unmarked if line.startswith("      ")], "only text inside longDescription"


def test_without_a_recognised_licence_no_text_of_the_readme_is_passed_on() -> None:
    facts = [readme(Field.NAME, "Melder"), readme(Field.LONG_DESCRIPTION, LONG, 3, "de")]
    facts.append(readme(Field.SHORT_DESCRIPTION, "Nimmt Hinweise auf Mängel auf.", 3, "de"))
    drafted = draft(solution(*facts))
    assert "fremde Dienste" not in drafted
    assert yaml.safe_load(drafted)["legal"] == {"license": None}
    assert "fremde Dienste" in draft(solution(*facts, text("MIT")))


def test_texts_have_the_lengths_of_the_standard() -> None:
    short = "Ein Satz mit vielen Wörtern und ohne Ende " * 9
    drafted = draft(
        solution(
            readme(Field.SHORT_DESCRIPTION, short, 3, "de"),
            readme(Field.LONG_DESCRIPTION, "Zu kurz.", 3, "de"),
            text("MIT"),
        )
    )
    said = yaml.safe_load(drafted)["description"]["de"]
    assert len(said["shortDescription"]) <= 150
    assert said["longDescription"] is None
    long = draft(solution(readme(Field.LONG_DESCRIPTION, "Wort " * 4_000, 3, "de"), readme(
        Field.SHORT_DESCRIPTION, "Ein kurzer Satz.", 3, "de"), text("MIT")))  # fmt: skip
    assert 9_000 < len(yaml.safe_load(long)["description"]["de"]["longDescription"]) <= 10_000


def test_a_contradiction_is_told_and_not_decided() -> None:
    other = fact(Field.DECLARED_LICENCE, "MIT", FactSource.MANIFEST, path="package.json")
    drafted = draft(solution(text("EUPL-1.2"), other))
    line = next(line for line in drafted.split("\n") if "license:" in line)
    assert yaml.safe_load(drafted)["legal"] == {"license": None}
    assert "EUPL-1.2 (LICENSE)" in line
    assert "MIT (package.json)" in line


def test_a_name_and_path_from_hell_stay_text() -> None:
    name = 'a: "b" #c\r\n- {d}\x00\u2028\ud800 \\ \' &e *f !g %h @i `j'
    hostile = fact(Field.NAME, name, FactSource.README, path="x\n# y: z\nREADME.md")
    drafted = draft(solution(hostile, text("EUPL-1.2")))
    said = yaml.safe_load(drafted)
    assert said["name"].startswith('a: "b" #c - {d}')
    assert set(said) <= {
        "publiccodeYmlVersion", "name", "url", "platforms", "developmentStatus", "softwareType", "description", "legal",
        "maintenance", "localisation",
    }  # fmt: skip
    assert unmarked_findings(drafted) == []


_ANY = st.text(max_size=40)
_TAGS = st.sampled_from(["de", "en", "und", None])
_TOPICS = st.lists(st.sampled_from(["web", "procurement", "a\nb"]))
_FACTS = st.lists(
    st.one_of(
        st.builds(lambda value: readme(Field.NAME, value or "x"), _ANY),
        st.builds(lambda value, tag: readme(Field.SHORT_DESCRIPTION, value, 3, tag), _ANY, _TAGS),
        st.builds(lambda value: readme(Field.LONG_DESCRIPTION, value * 20, 3, "de"), _ANY),
        st.builds(lambda value: readme(Field.FEATURES, value, 3, "de"), st.lists(_ANY, max_size=3)),
        st.builds(lambda value: tree(Field.PLATFORMS, value, "x"), st.lists(_ANY, max_size=3)),
        st.builds(lambda value: fact(Field.SOFTWARE_VERSION, value, FactSource.MANIFEST, path="package.json"), _ANY),
        st.builds(lambda value: tree(Field.TOPICS, value, "x"), _TOPICS),
        st.just(text("EUPL-1.2")),
    ),
    max_size=8,
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(_FACTS)
def test_any_facts_give_yaml_that_means_what_was_read(facts: list[Fact]) -> None:
    drafted = draft(solution(*facts))
    said = yaml.safe_load(drafted)
    assert said["publiccodeYmlVersion"] == "0.7"
    assert isinstance(said["name"], str)
    assert said["name"].strip()


@pytest.mark.parametrize("path", ["codemeta.json", "CITATION.cff", "package.json"])
def test_the_only_statement_of_a_licence_is_taken_to_be_confirmed(path: str) -> None:
    drafted = draft(solution(fact(Field.DECLARED_LICENCE, "MIT", FactSource.CODEMETA, path=path)))
    assert f"license: MIT  # Allmende: prüfen: aus {path}\n" in drafted
    assert "widersprechen" not in drafted


def test_what_a_generator_writes_is_no_statement_of_a_licence() -> None:
    drafted = draft(solution(fact(Field.DECLARED_LICENCE, "ISC", FactSource.MANIFEST, path="package.json")))
    assert yaml.safe_load(drafted)["legal"] == {"license": None}
    assert "widersprechen" not in drafted


def test_statements_that_differ_are_told_and_not_decided() -> None:
    facts = [
        fact(Field.DECLARED_LICENCE, one, FactSource.MANIFEST, path=path)
        for one, path in (("MIT", "a.json"), ("EUPL-1.2", "b.json"))
    ]
    drafted = draft(solution(*facts))
    assert yaml.safe_load(drafted)["legal"] == {"license": None}
    assert "widersprechen sich: MIT (a.json), EUPL-1.2 (b.json)" in drafted
