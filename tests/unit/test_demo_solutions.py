# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The data of the demonstration: enough of it, well-formed, in two languages, and each record with its evidence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harvesters.demo.solutions import (
    BROKEN,
    FOLDER,
    LANGUAGES,
    DemoSolution,
    Life,
    Quirk,
    demo_solutions,
    publishers,
)
from registry.bodies.keys import LAENDER, land_of
from registry.model import BodyKind, BodyOrigin
from registry.vocabulary.categories import categories

SOLUTIONS = demo_solutions()
CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "repos_A.tsv"
LANDSCAPE = Path(__file__).parents[3] / "shared" / "facts" / "landscape.md"
SEARCHED = (
    "Mängelmelder", "Terminvergabe", "Bürgerbeteiligung", "Ratsinformation", "Baumpatenschaft", "Parkplätze", "Hitze",
    "Open Data", "Digitalen Zwilling", "Urbane Datenplattform", "Ehrenamtskarte",
)  # fmt: skip

every_solution = pytest.mark.parametrize("solution", SOLUTIONS, ids=[solution.key for solution in SOLUTIONS])


def test_there_are_enough_and_none_twice() -> None:
    assert len(SOLUTIONS) >= 55
    assert sum(solution.publisher.country == "DE" for solution in SOLUTIONS) >= 40
    assert len({solution.key.lower() for solution in SOLUTIONS}) == len(SOLUTIONS)
    assert len({solution.name for solution in SOLUTIONS}) == len(SOLUTIONS)


@every_solution
def test_texts_are_of_the_right_size_and_differ_between_the_languages(solution: DemoSolution) -> None:
    assert tuple(solution.texts) == LANGUAGES
    for text in solution.texts.values():
        assert 20 <= len(text.short) <= 150
        assert 150 <= len(text.long) <= 600
        assert 2 <= len(text.features) <= 4
        assert len(set(text.features)) == len(text.features)
    german, english = (solution.texts[language] for language in LANGUAGES)
    assert german.short != english.short
    assert german.long != english.long
    assert german.features != english.features


def test_no_text_serves_two_solutions() -> None:
    longs = [text.long for solution in SOLUTIONS for text in solution.texts.values()]
    assert len(set(longs)) == len(longs)


@pytest.mark.parametrize("word", SEARCHED)
def test_what_people_search_for_occurs(word: str) -> None:
    german = [solution.texts["de"] for solution in SOLUTIONS]
    assert any(word in " ".join((text.short, text.long, *text.features)) for text in german)


@every_solution
def test_categories_are_of_the_standard(solution: DemoSolution) -> None:
    unknown = set(solution.categories) - set(categories())
    assert bool(unknown) == (Quirk.UNKNOWN_CATEGORY in solution.quirks)
    if solution.declaration:
        assert set(solution.categories) & set(categories())


@every_solution
def test_a_licence_is_stated_only_with_its_evidence(solution: DemoSolution) -> None:
    if solution.licence:
        assert re.search(r"\b[MBF]\b|declared", solution.evidence), solution.evidence
        assert "not verified" not in solution.evidence
    else:
        assert not solution.licence_files
        assert re.search("not verified|not stored|no licence file", solution.evidence), solution.evidence
    for text in solution.licence_files.values():
        assert (FOLDER / "licences" / f"LICENSE-{text}.txt").is_file()


@every_solution
def test_no_life_looks_dead_without_a_fact(solution: DemoSolution) -> None:
    if solution.course.life not in (Life.ACTIVE, Life.FINISHED):
        assert re.search("archiv|historisch|last commit", solution.evidence)
    if solution.status == "obsolete":
        assert solution.course.life is Life.ARCHIVED


@pytest.mark.skipif(not LANDSCAPE.is_file(), reason="the collection of facts is not part of the project")
@every_solution
def test_the_evidence_names_the_repository(solution: DemoSolution) -> None:
    landscape, corpus = LANDSCAPE.read_text(encoding="utf-8"), CORPUS.read_text(encoding="utf-8")
    row = re.match(r"landscape (\d+)\b", solution.evidence)
    if row is None:
        assert f"https://github.com/{solution.key}\t" in corpus
        return
    line = next(line for line in landscape.splitlines() if line.startswith(f"| {row[1]} |"))
    assert solution.owner in line
    assert "existence nv" not in line
    stem, last = re.fullmatch(r"(.*?)[-.]?([^-.]*)", solution.repository).groups()  # type: ignore[union-attr]
    # The rows name families of repositories in short: "stadtpuls (seen: -frontend, ...)", "klarschiff-{...}".
    assert solution.repository in line or (stem in line and last in line)


def test_every_kind_of_life_and_every_quirk_is_there() -> None:
    assert {solution.course.life for solution in SOLUTIONS} == set(Life)
    assert frozenset[Quirk]().union(*(solution.quirks for solution in SOLUTIONS)) == set(Quirk)
    assert sum(bool(BROKEN & solution.quirks) for solution in SOLUTIONS) >= 5
    assert sum(not solution.declaration for solution in SOLUTIONS) >= 12
    standards = {solution.standard for solution in SOLUTIONS if solution.declaration}
    assert standards == {"0.2", "0.2.2", "0.3", "0.4", "0.5.0", "0.7"}


def test_publishers_are_all_used_and_keyed_by_their_slug() -> None:
    assert {solution.publisher.slug for solution in SOLUTIONS} == set(publishers())
    for slug, publisher in publishers().items():
        assert publisher.slug == slug
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
        assert publisher.country is not None
        assert re.fullmatch("[A-Z]{2}", publisher.country)
        if publisher.country == "DE" and publisher.keys.official:
            assert re.fullmatch(r"\d{8}", publisher.keys.official)
        if publisher.uri:
            assert publisher.uri.startswith("https://")


def test_publishers_are_of_the_land_that_their_key_says() -> None:
    keyed = [body for body in publishers().values() if body.keys.ags]
    assert {body.slug for body in keyed} >= {"muenchen", "ulm", "bielefeld"}
    for body in keyed:
        assert body.land == land_of(body.keys.ags or "")
        assert body.kind is BodyKind.TOWN
    for body in publishers().values():
        assert body.origin is BodyOrigin.DEMO
        assert body.land is None or (body.country == "DE" and body.land in {land.iso for land in LAENDER.values()})
        # Of how many live there the register knows the figure and its date.
        assert body.population is None
