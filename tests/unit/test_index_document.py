# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the search index is given of a solution."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.model import Body, BodyKind, FactSource, Field, IndexDocument, Role, SizeClass, Solution, State
from registry.resolve import resolve
from registry.storage.codec import dump, load
from registry.storage.indexing import index_document
from support.solutions import fact, history, reading, solution

WEB = "https://forge.example/stadt/melder-web"


def document(resolved: Solution) -> IndexDocument:
    return index_document("1", "melder", resolved, State.UNKNOWN, None)


@pytest.mark.parametrize(
    ("service", "texts"),
    [
        (
            {"leika": "99050012104000", "ozg": "10050", "themenfeld": "Familie & Kind", "lebenslage": "Geburt"},
            ("LeiKa 99050012104000", "99 050 012 104 000", "OZG 10050", "Familie & Kind", "Geburt"),
        ),
        ({"leika": "99 050 012 104 000"}, ("LeiKa 99050012104000", "99 050 012 104 000")),
        ({"ozg": "OZG-ID: 10050"}, ("OZG 10050",)),
        ({"leika": "99050012", "ozg": None, "themenfeld": None, "lebenslage": None}, ("LeiKa 99050012",)),
        ({"leika": None, "ozg": None}, ()),
        ({"leika": 99050012104000, "themenfeld": ["Bauen"]}, ("Bauen",)),
        ("99050012104000", ()),
    ],
)
def test_public_services_are_found_in_the_forms_people_type(service: Any, texts: tuple[str, ...]) -> None:
    assert document(solution(fact(Field.PUBLIC_SERVICES, [service]))).services == texts


def test_other_names_keywords_standards_and_what_is_supported() -> None:
    found = document(
        solution(
            fact(Field.NAME, "Mängelmelder"),
            fact(Field.LOCALISED_NAME, "Mängelmelder", lang="de"),
            fact(Field.LOCALISED_NAME, "Pothole reporter", lang="en"),
            fact(Field.KEYWORDS, ["gis"], FactSource.CODEMETA, path="codemeta.json"),
            fact(Field.KEYWORDS, ["karte"], FactSource.MANIFEST, path="package.json"),
            fact(Field.STANDARDS, ["oparl"], FactSource.README, path="README.md"),
            fact(Field.SUPPORTS, ["alias:eidas", "urn:example:x"]),
        )
    )
    assert found.names == ("Pothole reporter",)
    assert found.keywords == ("melder", "gis", "karte")
    assert (found.standards, found.supports) == (("oparl",), ("eidas", "urn:example:x"))


@pytest.mark.parametrize(
    ("publisher", "land", "kind", "size"),
    [
        (None, None, None, None),
        (Body("b", "ulm", "Ulm", BodyKind.TOWN, "DE", land="DE-BW", population=128_928), "DE-BW", "town", "large"),
        (Body("b", "ulm", "Ulm", BodyKind.TOWN, "DE", land="DE-BW"), "DE-BW", "town", None),
        (
            Body("b", "kreis", "Harburg", BodyKind.COUNTY, "DE", land="DE-NI", population=260_000),
            "DE-NI",
            "county",
            None,
        ),
        (Body("b", "bari", "Bari", BodyKind.TOWN, "IT", population=316_000), None, "town", "large"),
    ],
)
def test_land_kind_and_size_are_those_of_the_publisher(
    publisher: Body | None, land: str | None, kind: str | None, size: str | None
) -> None:
    found = index_document("1", "melder", solution(), State.UNKNOWN, publisher)
    assert (found.land, found.kind, found.size) == (land, kind, size)


SIZES = {
    SizeClass.RURAL: (1, 5_000),
    SizeClass.SMALL: (5_000, 20_000),
    SizeClass.MEDIUM: (20_000, 100_000),
    SizeClass.LARGE: (100_000, 10_000_000),
}


@given(population=st.integers(min_value=1, max_value=4_000_000))
def test_a_size_is_told_for_every_municipality_of_known_population(population: int) -> None:
    town = Body("b", "ort", "Ort", BodyKind.MUNICIPALITY, "DE", population=population)
    found = index_document("1", "melder", solution(), State.UNKNOWN, town).size
    assert found is not None
    smallest, below = SIZES[found]
    assert smallest <= population < below


def test_what_changes_of_the_publisher_changes_the_hash_of_the_document() -> None:
    town = Body("b", "ort", "Ort", BodyKind.MUNICIPALITY, "DE", land="DE-ST", population=4_900)
    bodies = (
        None,
        town,
        replace(town, land="DE-SN"),
        replace(town, kind=BodyKind.TOWN),
        replace(town, population=5_100),
    )
    hashes = {index_document("1", "melder", solution(), State.UNKNOWN, body).content_hash for body in bodies}
    assert len(hashes) == len(bodies)
    same_class = index_document("1", "melder", solution(), State.UNKNOWN, replace(town, population=4_800))
    assert same_class.content_hash in hashes


def test_every_new_field_changes_the_hash_of_the_document() -> None:
    said = {
        Field.KEYWORDS: ["gis"],
        Field.STANDARDS: ["oparl"],
        Field.SUPPORTS: ["alias:eidas"],
        Field.PUBLIC_SERVICES: [{"leika": None, "ozg": "10050"}],
    }
    hashes = {document(solution(fact(name, value))).content_hash for name, value in said.items()}
    assert len(hashes | {document(solution()).content_hash}) == len(said) + 1


@pytest.mark.parametrize(("name", "counts"), [("melder-web", True), ("melder-kopie", False)])
def test_activity_of_copies_does_not_count(name: str, counts: bool) -> None:
    late, early = history(1), history(100)
    further = reading(url=f"https://forge.example/stadt/{name}", activity=late, mirror=not counts)
    resolved = resolve([reading(activity=early), further])
    assert [part.role is Role.MIRROR for part in resolved.repositories] == [False, not counts]
    assert document(resolved).last_activity == (late if counts else early).last_human_commit_at


def test_solutions_stored_before_the_new_fields_are_still_read() -> None:
    old = """{"name": "Melder", "fields": {"name": [{"fact": {"field": "name", "value": "Melder", "origin":
        {"repository": "https://forge.example/a"}, "source": "readme"}}]}, "repositories": [{"url":
        "https://forge.example/a", "role": "main", "reason": "own", "commit": "c", "taken_at": "2026-01-01T00:00:00Z",
        "activity": {"observed_at": "2026-01-01T00:00:00Z", "commits": 1}}],
        "licence": {"expression": null, "verdict": "none"}}"""
    read = load(Solution, old)
    assert read.repositories[0].licence is None
    assert document(read).name == "Melder"
    assert load(Solution, dump(read)) == read
