# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Short ways to write repositories, facts and solutions in tests of the pure rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from registry.model import (
    Activity,
    Fact,
    FactSource,
    Field,
    ForgeFacts,
    ForgeKind,
    LicenceEvidence,
    Origin,
    Problem,
    Reading,
    RepositoryReading,
    RepositoryRef,
    Solution,
    Tag,
)
from registry.resolve import resolve

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
URL = "https://forge.example/stadt/melder"
COMMIT = "c" * 40
_SOURCES = {
    "publiccode.yml": FactSource.PUBLICCODE,
    "codemeta.json": FactSource.CODEMETA,
    "CITATION.cff": FactSource.CITATION,
    "README.md": FactSource.README,
}


def ref(url: str = URL, **facts: Any) -> RepositoryRef:
    return RepositoryRef(url=url, fetch_url=f"{url}.git", forge=ForgeKind.GIT, facts=ForgeFacts(**facts))


def fact(
    name: Field,
    value: Any,
    source: FactSource = FactSource.PUBLICCODE,
    *,
    path: str | None = "publiccode.yml",
    lang: str | None = None,
    url: str = URL,
    line: int | None = 1,
) -> Fact:
    return Fact(name, value, Origin(url, path, line, COMMIT), source, lang)


def text(expression: str | None, path: str = "LICENSE", **more: Any) -> Fact:
    value = {"expression": expression, "confidence": 0.98, "path": path, **more}
    return fact(Field.DETECTED_LICENCE, value, FactSource.LICENCE_FILE, path=path)


def declared(raw: str, path: str = "publiccode.yml") -> Fact:
    return fact(Field.DECLARED_LICENCE, raw, _SOURCES.get(path, FactSource.MANIFEST), path=path)


def annotated(expression: str, path: str = "REUSE.toml", covers: str = "all") -> Fact:
    """What REUSE.toml (or an SPDX tag in a file's head) says."""
    value = {"expression": expression, "path": path, "covers": covers}
    return fact(Field.REUSE_LICENCE, value, FactSource.REUSE, path=path)


def evidence(
    kind: str, expression: str | None, path: str | None = "LICENSE", raw: str | None = None
) -> LicenceEvidence:
    return LicenceEvidence(kind, expression, Origin(URL, path, 1, COMMIT), raw=raw)


def history(days_ago: float | None = 10, *, tags: Mapping[str, float] | None = None, **figures: Any) -> Activity:
    """A history whose last human commit was ``days_ago``; ``tags`` are names with their age in days."""
    last = NOW - timedelta(days=days_ago) if days_ago is not None else None
    made = sorted(((NOW - timedelta(days=age), name) for name, age in (tags or {}).items()), reverse=True)
    return Activity(
        **{
            "observed_at": NOW,
            "commits": 42,
            "last_commit_at": last,
            "last_human_commit_at": last,
            "tags": tuple(Tag(name, "f" * 40, at) for at, name in made),
            "tag_count": len(made),
            **figures,
        }
    )


def reading(
    *facts: Fact,
    url: str = URL,
    activity: Activity | None = None,
    problems: Sequence[Problem] = (),
    commit: str = COMMIT,
    **forge: Any,
) -> RepositoryReading:
    return RepositoryReading(
        ref=ref(url, **forge),
        commit=commit,
        taken_at=NOW,
        readings=(Reading("test", facts, tuple(problems)),),
        activity=activity or history(),
    )


def solution(*facts: Fact, **given: Any) -> Solution:
    return resolve([reading(*facts, **given)])


def value_of(resolved: Solution, name: Field) -> Any:
    return [value.fact.value for value in resolved.fields.get(name, ())]


def rules_of(resolved: Solution) -> list[str]:
    return [found.rule for found in resolved.problems]
