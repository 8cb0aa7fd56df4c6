# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Nothing is lost over a soft fault: what a declaration said before it broke stays, with its old commit as origin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from registry.declarations import broken_declaration
from registry.model import Fact, FactSource, Origin, Reading, Snapshot
from registry.vocabulary.rules import problem

NAME = "last-good"


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
    path = broken_declaration(readings)
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


def replay(
    before: Sequence[Snapshot],
    read: Callable[[Snapshot], Sequence[Reading]],
    stored: Sequence[Fact],
    newest: str,
) -> list[Fact]:
    """What a harvest would have kept at the commit ``newest`` if these readers had read all commits ``before`` it.

    ``before`` begins with the last good snapshot. What is ``stored`` of commits of which no snapshot is left is taken
    as it was read then.
    """
    kept: list[Fact] = []
    for snapshot in before:
        readings = read(snapshot)
        declared = [fact for reading in readings for fact in reading.facts if fact.source is FactSource.PUBLICCODE]
        kept = [*declared, *(_missing(kept, readings) if broken_declaration(readings) is not None else ())]
    there = {newest, *(snapshot.commit for snapshot in before)}
    lost = [fact for fact in stored if fact.source is FactSource.PUBLICCODE and fact.origin.commit not in there]
    again = {(fact.field, fact.lang) for fact in lost}
    return [*lost, *(fact for fact in kept if (fact.field, fact.lang) not in again)]


def _missing(before: Sequence[Fact], readings: Sequence[Reading]) -> list[Fact]:
    read = {
        (fact.field, fact.lang)
        for reading in readings
        for fact in reading.facts
        if fact.source is FactSource.PUBLICCODE
    }
    return [fact for fact in before if fact.source is FactSource.PUBLICCODE and (fact.field, fact.lang) not in read]
