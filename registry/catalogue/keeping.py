# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Nothing is lost over a soft fault: what a declaration said before it broke stays, with its old commit as origin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from registry.model import Fact, FactSource, Origin, Reading, Snapshot
from registry.vocabulary.rules import problem

NAME = "last-good"
_BREAKING = frozenset(
    {
        "file-too-large",
        "parse-failed",
        "publiccode-empty",
        "publiccode-merge-markers",
        "publiccode-not-a-file",
        "publiccode-not-a-mapping",
        "publiccode-section-skipped",
        "publiccode-syntax",
        "publiccode-too-complex",
        "reader-failed",
    }
)
"""Rules that say a publiccode.yml could not be read, wholly or in part. One that was deleted is no fault."""


def keep_last_good(
    snapshot: Snapshot,
    readings: tuple[Reading, ...],
    last_good: Callable[[str], Sequence[Fact]],
    read_at: Callable[[str, str], datetime | None],
) -> tuple[Reading, ...]:
    """The readings, and after them what publiccode.yml said when it could last be read, if it is broken now.

    ``last_good`` gives what is stored of the repository with this URL, ``read_at`` when it was read at a commit; they
    are asked only when something is broken. A field that can still be read is taken from the new file.
    """
    path = _broken_declaration(readings)
    if path is None:
        return readings
    kept = _missing(last_good(snapshot.ref.url), readings)
    if not kept:
        return readings
    origin = Origin(snapshot.ref.url, path, None, snapshot.commit)
    commit = kept[0].origin.commit or ""
    at = read_at(snapshot.ref.url, commit)
    date = at.date().isoformat() if at else ""
    told = problem("last-good-shown", origin, None, path=path, commit=commit[:8], count=str(len(kept)), date=date)
    return (*readings, Reading(NAME, tuple(kept), (told,)))


def _broken_declaration(readings: Sequence[Reading]) -> str | None:
    return next(
        (
            found.origin.path
            for reading in readings
            for found in reading.problems
            if found.rule in _BREAKING
            and found.origin is not None
            and found.origin.path is not None
            and found.origin.path.rpartition("/")[2].lower().startswith("publiccode.")
        ),
        None,
    )


def _missing(before: Sequence[Fact], readings: Sequence[Reading]) -> list[Fact]:
    read = {
        (fact.field, fact.lang)
        for reading in readings
        for fact in reading.facts
        if fact.source is FactSource.PUBLICCODE
    }
    return [fact for fact in before if fact.source is FactSource.PUBLICCODE and (fact.field, fact.lang) not in read]
