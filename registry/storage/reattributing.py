# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Attributing stored solutions anew, since the register knows others now; and who runs what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select, update

from registry.bodies.evidence import Evidence, evidence_of
from registry.errors import StorageError
from registry.model import Attribution, ForgeFacts, MatchOutcome, OperatorClaim, Role, Solution, SolutionRecord
from registry.storage import attributing, identities, operators, publishers, solutions, writing
from registry.storage.attributing import Publishing
from registry.storage.codec import from_json, load
from registry.storage.database import Database
from registry.storage.tables import repository, solution, solution_operator, solution_repository, source


@dataclass(frozen=True, slots=True)
class Again:
    """One page: the id of the last solution looked at (None: there is none after it), how many, how many changed."""

    last: str | None
    looked_at: int
    changed: int


class Attributing:
    """Reached as ``store.attributing``. Each call is a transaction of its own and raises StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def again(self, after: str, limit: int, now: datetime) -> Again:
        """Attribute the next solutions after this id of whose publisher or operators something is not known.

        What the search index holds of them goes to the outbox where it changed. Nothing is fetched.
        """
        with self._database.write() as connection:
            rows = _page(connection, after, limit)
            if not rows:
                return Again(None, 0, 0)
            return Again(rows[-1].id, len(rows), _attribute(connection, rows, now))

    def operated_by(self, body_id: str) -> list[tuple[SolutionRecord, tuple[OperatorClaim, ...]]]:
        """Solutions that are shown and of which somebody says that this body maintains or runs them, by name."""
        with self._database.read() as connection:
            found = solutions.by_ids(connection, operators.solutions_of(connection, body_id))
            claims = operators.of_solutions(connection, found)
        mine = [
            (record, tuple(claim for claim in claims.get(key, ()) if claim.body_id == body_id))
            for key, record in found.items()
        ]
        return sorted(mine, key=lambda one: (one[0].solution.name.casefold(), one[0].slug))


def _page(connection: Connection, after: str, limit: int) -> Sequence[Any]:
    main = and_(solution_repository.c.solution_id == solution.c.id, solution_repository.c.role == Role.MAIN.value)
    query = (
        select(
            solution.c.id,
            solution.c.document,
            solution.c.publisher_id,
            solution.c.attribution,
            repository.c.id.label("repository_id"),
            repository.c.url,
            repository.c.facts,
            repository.c.source_id,
            repository.c.publisher_id.label("repository_publisher_id"),
            repository.c.attribution.label("repository_attribution"),
            source.c.publisher_id.label("source_publisher_id"),
        )
        .join(solution_repository, main)
        .join(repository, repository.c.id == solution_repository.c.repository_id)
        .outerjoin(source, source.c.id == repository.c.source_id)
        .where(_is_open(), solution.c.id > after)
        .order_by(solution.c.id)
        .limit(limit)
    )
    return connection.execute(query).all()


def _is_open() -> ColumnElement[bool]:
    unmatched = exists().where(
        solution_operator.c.solution_id == solution.c.id, solution_operator.c.outcome != MatchOutcome.MATCH.value
    )
    return or_(solution.c.publisher_id.is_(None), solution.c.attribution.is_(None), unmatched)


def _attribute(connection: Connection, rows: Sequence[Any], now: datetime) -> int:
    readable = {row.id: found for row in rows if (found := _solution(row)) is not None}
    there = [row for row in rows if row.id in readable]
    owners = publishers.owners(connection, [row.url for row in there])
    evidence = {row.id: _evidence(row, readable[row.id], owners.get(row.url)) for row in there}
    told = attributing.attributions(connection, evidence)
    made = attributing.settled(connection, {row.id: _judged(row, told[row.id]) for row in there})
    changed = {row.id for row in there if _write(connection, row, made[row.id])}
    moved = [row for row in there if row.publisher_id != _id(made[row.id])]
    identities.outdate(connection, [row.repository_id for row in moved])
    writing.reindex(connection, [row.id for row in moved], now)
    changed |= {row.id for row in there if operators.save(connection, row.id, readable[row.id], known=True)}
    return len(changed)


def _solution(row: Any) -> Solution | None:
    try:
        return load(Solution, row.document)
    except StorageError:
        return None


def _evidence(row: Any, found: Solution, owner: str | None) -> Evidence:
    facts = from_json(ForgeFacts, row.facts) if row.facts is not None else ForgeFacts()
    stored = _Stored(row.source_id, row.source_publisher_id, row.repository_publisher_id, row.repository_attribution)
    return evidence_of(found, row.url, facts, attributing.configured_for(stored), owner)


@dataclass(frozen=True, slots=True)
class _Stored:
    """What ``configured_for`` looks at."""

    source_id: str | None
    source_publisher_id: str | None
    publisher_id: str | None
    attribution: Any


def _judged(row: Any, fresh: Attribution) -> Attribution:
    """A publisher that is known stays: only what is open is answered here."""
    if row.publisher_id is None:
        return fresh
    before = attributing.attribution_of(row.attribution)
    if before is None and fresh.outcome is MatchOutcome.MATCH and fresh.body_id == row.publisher_id:
        return fresh
    return attributing.kept(row.publisher_id, before)


def _write(connection: Connection, row: Any, made: Publishing) -> bool:
    values: Mapping[str, Any] = {
        "publisher_id": _id(made),
        "attribution": attributing.attribution_json(made.attribution),
    }
    if (row.publisher_id, row.attribution) == (values["publisher_id"], values["attribution"]):
        return False
    connection.execute(update(solution).where(solution.c.id == row.id).values(values))
    if row.repository_publisher_id is None or row.repository_publisher_id == values["publisher_id"]:
        connection.execute(update(repository).where(repository.c.id == row.repository_id).values(values))
    return True


def _id(made: Publishing) -> str | None:
    return made.body.id if made.body is not None else None
