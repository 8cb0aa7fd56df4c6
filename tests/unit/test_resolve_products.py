# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Products of several repositories: their parts, what each may say, and whose problems are told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from registry.model import Fact, FactSource, Field, Member, Origin, RepositoryReading, Role
from registry.resolve import resolve
from registry.vocabulary.rules import problem
from support.solutions import COMMIT, NOW, URL, declared, fact, reading, rules_of, text, value_of

S = FactSource


def named(name: str, source: FactSource) -> Fact:
    return fact(Field.NAME, name, source, path=source.value)


def further(name: str, **forge: Any) -> RepositoryReading:
    return reading(url=f"https://forge.example/stadt/{name}", **forge)


@pytest.mark.parametrize(
    ("repository", "role"),
    [
        (further("melder-frontend"), Role.FRONT_END),
        (further("melder-app"), Role.FRONT_END),
        (further("melder-docs"), Role.DOCUMENTATION),
        (further("melder-api"), Role.BACK_END),
        (further("melder", mirror=True), Role.MIRROR),
        (further("melder", fork=True), Role.FORK),
        (further("melder-helm"), Role.DEPLOYMENT),
        (further("melder-neu"), Role.BACK_END),
    ],
)
def test_the_first_repository_is_the_main_one(repository: RepositoryReading, role: Role) -> None:
    parts = resolve([reading(), repository]).repositories
    assert [(part.role, part.reason) for part in parts] == [(Role.MAIN, "own"), (role, "given")]
    assert (parts[0].url, parts[0].commit, parts[0].taken_at) == (URL, COMMIT, NOW)


def test_a_better_source_in_a_further_repository_wins_and_the_main_one_among_equals() -> None:
    other = "https://forge.example/stadt/melder-api"
    resolved = resolve(
        [
            reading(named("Aus der README", S.README), fact(Field.PLATFORMS, ["web"])),
            reading(named("Melder", S.PUBLICCODE), fact(Field.PLATFORMS, ["linux"], url=other), url=other),
        ]
    )
    assert resolved.name == "Melder"
    assert value_of(resolved, Field.PLATFORMS) == [["web"]]


def members(**roles: Role) -> dict[str, Member]:
    """By the last part of the URL, underscores for dashes."""
    urls = {f"https://forge.example/stadt/{name.replace('_', '-')}": role for name, role in roles.items()}
    return {url: Member(url, role, "own" if role is Role.MAIN else "part-name") for url, role in urls.items()}


def test_members_say_role_and_reason_and_which_one_is_the_main_repository() -> None:
    named = members(melder=Role.MAIN, melder_web=Role.FRONT_END, melder_kern=Role.MODULE)
    parts = resolve([further("melder-web"), further("melder-kern"), reading()], named).repositories
    assert [(part.url.rpartition("/")[2], part.role, part.reason) for part in parts] == [
        ("melder", Role.MAIN, "own"),
        ("melder-web", Role.FRONT_END, "part-name"),
        ("melder-kern", Role.MODULE, "part-name"),
    ]


SAID = {
    Field.PLATFORMS: ["web"],
    Field.CONTAINER: ["compose"],
    Field.STANDARDS: ["oparl"],
    Field.DOCUMENTATION: ["docs"],
    Field.DOCUMENTATION_URL: "https://docs.example/",
    Field.ARCHIVED: True,
}


@pytest.mark.parametrize(
    ("role", "heard"),
    [
        (Role.FRONT_END, {*SAID} - {Field.ARCHIVED}),
        (Role.BACK_END, {*SAID} - {Field.ARCHIVED}),
        (Role.DOCUMENTATION, {Field.STANDARDS, Field.DOCUMENTATION, Field.DOCUMENTATION_URL}),
        (Role.DEPLOYMENT, {Field.CONTAINER}),
        (Role.MODULE, {Field.STANDARDS}),
        (Role.MIRROR, set()),
        (Role.FORK, set()),
    ],
)
def test_a_part_speaks_of_what_is_its_own(role: Role, heard: set[Field]) -> None:
    url = "https://forge.example/stadt/melder-teil"
    part = reading(*(fact(name, value, url=url) for name, value in SAID.items()), url=url)
    named = members(melder=Role.MAIN, melder_teil=role)
    assert set(resolve([reading(), part], named).fields) - {Field.NAME} == heard


def test_copies_are_listed_and_neither_heard_nor_blamed() -> None:
    url = "https://forge.example/stadt/melder-kopie"
    told = [problem("publiccode-missing", Origin(url)), problem("licence-missing", Origin(url))]
    copy = reading(named("Kopie", S.PERSON), declared("MIT"), url=url, problems=told)
    resolved = resolve([reading(named("Melder", S.README)), copy], members(melder=Role.MAIN, melder_kopie=Role.MIRROR))
    assert (resolved.name, len(resolved.repositories), resolved.problems) == ("Melder", 2, ())
    assert [candidate.value for candidate in resolved.fields[Field.NAME][0].candidates] == ["Melder", "melder"]


def test_a_missing_publiccode_is_told_once_and_not_where_a_part_has_one() -> None:
    url = "https://forge.example/stadt/melder-web"
    missing = [problem("publiccode-missing", Origin(where)) for where in (URL, url)]
    silent = [reading(problems=missing[:1]), further("melder-web", problems=missing[1:])]
    assert resolve(silent).problems == (missing[0],)
    speaking = reading(fact(Field.PLATFORMS, ["web"], url=url), url=url)
    assert resolve([silent[0], speaking]).problems == ()


@pytest.mark.parametrize(
    ("role", "licence", "rules_told"),
    [
        (Role.FRONT_END, "MIT", ["part-licence-differs"]),
        (Role.MODULE, "MIT", ["part-licence-differs"]),
        (Role.FRONT_END, "EUPL-1.2", []),
        (Role.DOCUMENTATION, "CC-BY-4.0", []),
        (Role.MIRROR, "MIT", []),
    ],
)
def test_a_part_under_another_licence_is_told(role: Role, licence: str, rules_told: list[str]) -> None:
    url = "https://forge.example/stadt/melder-teil"
    part = reading(replace(text(licence), origin=Origin(url, "LICENSE", 1, COMMIT)), url=url)
    resolved = resolve([reading(text("EUPL-1.2")), part], members(melder=Role.MAIN, melder_teil=role))
    assert rules_of(resolved) == rules_told
    assert [one.licence for one in resolved.repositories] == ["EUPL-1.2", licence]
    assert resolved.licence.expression == "EUPL-1.2"
    for found in resolved.problems:
        assert found.params == {"part": url, "licence": licence, "main": "EUPL-1.2"}
        assert found.origin == Origin(url, "LICENSE", 1, COMMIT)


def test_the_address_of_another_part_is_no_other_address() -> None:
    web = "https://forge.example/stadt/melder-web"
    main = reading(fact(Field.UPSTREAM_URL, f"{web}.git"))
    assert rules_of(resolve([main])) == ["declared-url-differs"]
    assert rules_of(resolve([main, further("melder-web")])) == []


def test_a_part_does_not_outvote_the_licence_of_the_main_repository() -> None:
    url = "https://forge.example/stadt/melder-web"
    part = reading(replace(declared("MIT"), origin=Origin(url, "publiccode.yml", 1, COMMIT)), url=url)
    resolved = resolve([reading(declared("EUPL-1.2", "package.json")), part])
    assert value_of(resolved, Field.DECLARED_LICENCE) == ["EUPL-1.2"]
