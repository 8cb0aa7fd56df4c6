# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Snapshots made by hand for the tests of readers and sandbox."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from registry.model import (
    Activity,
    EntryKind,
    Fact,
    Field,
    ForgeFacts,
    ForgeKind,
    Reading,
    RepositoryRef,
    Snapshot,
    TreeEntry,
)

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
COMMIT = "c0ffee" + "0" * 34


def entry(path: str, kind: EntryKind = EntryKind.FILE) -> TreeEntry:
    return TreeEntry(path, kind, "0" * 40)


def snapshot(
    files: Mapping[str, bytes] | None = None,
    entries: Iterable[TreeEntry] = (),
    facts: ForgeFacts | None = None,
    oversized: tuple[str, ...] = (),
    url: str = "https://forge.example/stadt/maengelmelder",
) -> Snapshot:
    """A snapshot of these files; ``entries`` are there in addition, without bytes."""
    files = dict(files or {})
    return Snapshot(
        ref=RepositoryRef(url, f"{url}.git", ForgeKind.GIT, facts or ForgeFacts()),
        commit=COMMIT,
        branch="main",
        taken_at=NOW,
        detector="d",
        entries=(*(entry(path) for path in files), *entries),
        files=files,
        activity=Activity(NOW, 1),
        oversized=oversized,
    )


def values(reading: Reading, field: Field) -> list[object]:
    return [fact.value for fact in reading.facts if fact.field is field]


def items(reading: Reading, field: Field) -> list[object]:
    """The items of a list of which each has a fact, and so an origin, of its own."""
    found = values(reading, field)
    assert all(isinstance(each, list) and len(each) == 1 for each in found)
    return [item for each in found if isinstance(each, list) for item in each]


def value(reading: Reading, field: Field, lang: str | None = None) -> object:
    """The only value of a field (in a language)."""
    found = facts(reading, field, lang)
    assert len(found) == 1, f"{len(found)} facts for {field}"
    return found[0].value


def facts(reading: Reading, field: Field, lang: str | None = None) -> list[Fact]:
    return [fact for fact in reading.facts if fact.field is field and (lang is None or fact.lang == lang)]


def rules(reading: Reading) -> list[str]:
    return [problem.rule for problem in reading.problems]
