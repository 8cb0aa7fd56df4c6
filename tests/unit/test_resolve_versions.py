# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Declared and released versions: which one is used, and when one is behind the other."""

from __future__ import annotations

import pytest

from registry.model import Fact, FactSource, Field, Severity
from support.solutions import fact, history, rules_of, solution, value_of

S = FactSource


def versioned(value: str, source: FactSource = S.PUBLICCODE) -> Fact:
    path = {S.PUBLICCODE: "publiccode.yml", S.CODEMETA: "codemeta.json", S.MANIFEST: "package.json"}[source]
    return fact(Field.SOFTWARE_VERSION, value, source, path=path)


@pytest.mark.parametrize(
    ("facts", "tags", "chosen"),
    [
        ([versioned("1.2.0")], {"v1.4.0": 3}, "1.2.0"),
        ([versioned("0.0.0", S.MANIFEST)], {"v1.4.0": 3}, "1.4.0"),
        ([versioned("0.9", S.MANIFEST)], {}, "0.9"),
        ([versioned("0.9", S.MANIFEST)], {"v2.0-rc1": 3, "chart-1.1": 4, "7": 5}, "0.9"),
        ([], {"release-2024.1": 2, "release-2023.4": 300}, "2024.1"),
        ([], {"1.0.0.Final": 2}, "1.0.0"),
    ],
)
def test_the_version_is_what_is_declared_else_what_is_released(
    facts: list[Fact], tags: dict[str, float], chosen: str
) -> None:
    assert value_of(solution(*facts, activity=history(tags=tags)), Field.SOFTWARE_VERSION) == [chosen]


@pytest.mark.parametrize(
    ("stated", "tags", "behind"),
    [
        (versioned("1.2.0"), {"v1.4.0": 3}, "v1.4.0"),
        (versioned("v1.2"), {"v1.10": 30, "v1.9": 3}, "v1.10"),
        (versioned("1.2", S.CODEMETA), {"1.2.1": 3}, "1.2.1"),
        (versioned("1.4.0"), {"v1.4.0": 3}, None),
        (versioned("1.4"), {"v1.4.0": 3}, None),
        (versioned("2.0"), {"v1.4.0": 3}, None),
        (versioned("1.2.0"), {"v2.0-rc1": 3, "api-3.0": 3}, None),
        (versioned("1.2.0"), {"2024.1": 3}, None),
        (versioned("1.2.0-SNAPSHOT"), {"v1.4.0": 3}, None),
        (versioned("aktuell"), {"v1.4.0": 3}, None),
        (versioned("0.1.0", S.MANIFEST), {"v1.4.0": 3}, None),
    ],
)
def test_a_stated_version_behind_the_releases_is_a_hint(
    stated: Fact, tags: dict[str, float], behind: str | None
) -> None:
    resolved = solution(stated, activity=history(tags=tags))
    assert rules_of(resolved) == (["version-behind-release"] if behind else [])
    for found in resolved.problems:
        assert found.severity is Severity.HINT
        assert found.params == {"declared": stated.value, "tag": behind, "path": stated.origin.path}
