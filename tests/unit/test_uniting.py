# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Several statements about one field: what counts together, and what contradicts what."""

from __future__ import annotations

from typing import Any

import pytest

from registry.model import PER_LANGUAGE, FactSource, Field, Solution
from registry.resolve import UNITED, differing, resolve, united
from support.solutions import fact, reading, solution

S = FactSource
WEB = "https://forge.example/stadt/melder-web"


def others(resolved: Solution, name: Field) -> list[Any]:
    return [other.value for value in resolved.fields[name] for other in differing(value)]


def test_lists_of_several_sources_and_repositories_count_together_each_value_with_its_origin() -> None:
    resolved = resolve(
        [
            reading(
                fact(Field.KEYWORDS, ["gis", "karte"], S.CODEMETA, path="codemeta.json"),
                fact(Field.KEYWORDS, ["karte", "stadt"], S.MANIFEST, path="package.json"),
            ),
            reading(fact(Field.KEYWORDS, ["web"], S.MANIFEST, path="package.json", url=WEB), url=WEB),
        ]
    )
    found = united(resolved.fields[Field.KEYWORDS])
    assert [(item, one.origin.path, one.origin.repository == WEB) for item, one in found] == [
        ("gis", "codemeta.json", False),
        ("karte", "codemeta.json", False),
        ("stadt", "package.json", False),
        ("web", "package.json", True),
    ]
    assert others(resolved, Field.KEYWORDS) == []


def test_values_that_are_tables_count_once_too() -> None:
    service = {"leika": "99050012104000", "ozg": None, "themenfeld": None, "lebenslage": None}
    main = reading(fact(Field.PUBLIC_SERVICES, [service]))
    part = reading(fact(Field.PUBLIC_SERVICES, [dict(reversed(service.items()))], url=WEB), url=WEB)
    assert [item for item, _ in united(resolve([main, part]).fields[Field.PUBLIC_SERVICES])] == [service]


def test_a_list_that_is_stated_as_a_whole_is_not_mixed() -> None:
    resolved = solution(
        fact(Field.PLATFORMS, ["web"]), fact(Field.PLATFORMS, ["linux"], S.MANIFEST, path="package.json")
    )
    assert [item for item, _ in united(resolved.fields[Field.PLATFORMS])] == ["web"]
    assert others(resolved, Field.PLATFORMS) == [["linux"]]


def test_only_lists_are_united() -> None:
    assert not UNITED & PER_LANGUAGE
    assert Field.CATEGORIES not in UNITED


@pytest.mark.parametrize(
    ("name", "used", "other", "differ"),
    [
        (Field.NAME, "Mängelmelder", "MÄNGELMELDER!", False),
        (Field.NAME, "Mängelmelder", "Schadensmelder", True),
        (Field.NAME, "Mängelmelder", "README", False),
        (Field.NAME, "Mängelmelder", "maengelmelder-frontend", False),
        (Field.NAME, "市民", "市政", True),
        (Field.SOFTWARE_VERSION, "1.4.0", "v1.4.0", False),
        (Field.SOFTWARE_VERSION, "1.4.0", "14.0", True),
        (Field.LANDING_URL, "https://melder.example/", "http://melder.example", False),
        (Field.LANDING_URL, "https://melder.example/", "https://melder.example/neu", True),
        (Field.REPOSITORY_URL, "https://forge.example/a/b", "git+https://forge.example/a/b.git", False),
        (Field.PLATFORMS, ["web", "ios"], ["ios", "web"], False),
        (Field.ORGANISATION, {"uri": None, "name": "A"}, {"uri": None, "name": "B"}, True),
    ],
)
def test_what_differs_is_not_the_spelling(name: Field, used: Any, other: Any, differ: bool) -> None:
    resolved = solution(fact(name, used), fact(name, other, S.README, path="README.md"))
    assert others(resolved, name) == ([other] if differ else [])


@pytest.mark.parametrize(("source", "differ"), [(S.README, False), (S.MANIFEST, False), (S.PUBLICCODE, True)])
def test_what_a_part_says_of_itself_contradicts_nobody(source: FactSource, differ: bool) -> None:
    main = reading(fact(Field.SHORT_DESCRIPTION, "Mängel melden", lang="de"))
    part = reading(fact(Field.SHORT_DESCRIPTION, "Die Oberfläche dazu", source, lang="de", url=WEB), url=WEB)
    assert bool(others(resolve([main, part]), Field.SHORT_DESCRIPTION)) is differ


def test_the_same_other_saying_is_told_once_and_the_name_of_the_address_never() -> None:
    resolved = solution(
        fact(Field.NAME, "Beteiligung"),
        fact(Field.NAME, "Mitmachen", S.MANIFEST, path="package.json"),
        fact(Field.NAME, "mitmachen", S.README, path="README.md"),
    )
    assert others(resolved, Field.NAME) == ["Mitmachen"]
