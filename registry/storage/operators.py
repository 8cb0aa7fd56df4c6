# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who maintains or runs a solution, as its publisher says: each claim with its origin, matched against the register."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from registry.bodies.attributing import contractor
from registry.model import Fact, Field, Json, MatchOutcome, OperatorClaim, Solution
from registry.storage.attributing import StoredRegister, present
from registry.storage.sql import chunks
from registry.storage.tables import solution_operator as table

_MOST = 50
_DATE = 10


def save(connection: Connection, solution_id: str, solution: Solution, known: bool) -> bool:
    """Write the claims of a solution; whether others were stored. ``known`` says that it is stored already."""
    claims = _claims(connection, solution)
    if known:
        before = list(of_solutions(connection, [solution_id]).get(solution_id, ()))
        if before == claims:
            return False
        connection.execute(delete(table).where(table.c.solution_id == solution_id))
    if claims:
        connection.execute(insert(table), [{"solution_id": solution_id, **_values(claim)} for claim in claims])
    return bool(claims) or known


def of_solutions(connection: Connection, solution_ids: Iterable[str]) -> dict[str, tuple[OperatorClaim, ...]]:
    """Solution id -> claims, in the order said; solutions without any are absent."""
    found: dict[str, list[OperatorClaim]] = {}
    for chunk in chunks(solution_ids):
        query = select(table).where(table.c.solution_id.in_(chunk)).order_by(table.c.id)
        for row in connection.execute(query):
            found.setdefault(row.solution_id, []).append(_claim(row))
    return {key: tuple(claims) for key, claims in found.items()}


def solutions_of(connection: Connection, body_id: str) -> list[str]:
    """Ids of the solutions of which somebody says that this body maintains or runs them."""
    query = select(table.c.solution_id).where(table.c.body_id == body_id).distinct().order_by(table.c.solution_id)
    return list(connection.scalars(query))


def readdress(connection: Connection, solution_id: str, old: str, new: str) -> None:
    """A repository has another URL: the origins of the claims name that."""
    for row in connection.execute(select(table.c.id, table.c.origin).where(table.c.solution_id == solution_id)).all():
        if row.origin.get("repository") == old:
            changed = update(table).where(table.c.id == row.id).values(origin={**row.origin, "repository": new})
            connection.execute(changed)


def _claims(connection: Connection, solution: Solution) -> list[OperatorClaim]:
    said = list(_said(solution))[:_MOST]
    register = StoredRegister(connection)
    return [_matched(connection, register, item, fact) for item, fact in said]


def _said(solution: Solution) -> Iterator[tuple[Json, Fact]]:
    """The list that one publisher states as a whole; what has another shape than promised is left out."""
    for value in solution.fields.get(Field.CONTRACTORS, ()):
        for item in value.fact.value if isinstance(value.fact.value, list) else ():
            if isinstance(item, dict) and isinstance(item.get("name"), str) and item["name"].strip():
                yield item, value.fact


def _matched(connection: Connection, register: StoredRegister, item: Json, fact: Fact) -> OperatorClaim:
    name, website = item["name"].strip(), _text(item.get("website"))
    found = contractor(name, website, register)
    meant = found.bodies[0].body_id if found.outcome is MatchOutcome.MATCH else None
    body = present(connection, [meant]).get(meant) if meant is not None else None
    outcome = found.outcome if meant is None or body is not None else MatchOutcome.UNKNOWN
    until = _text(item.get("until"))
    origin = {"repository": fact.origin.repository, "path": fact.origin.path, "line": fact.origin.line}
    return OperatorClaim(
        name=name,
        body_id=body.id if body is not None else None,
        outcome=outcome,
        website=website,
        until=until if until is not None and len(until) <= _DATE else None,
        origin={**origin, "commit": fact.origin.commit},
    )


def _text(value: Json) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _values(claim: OperatorClaim) -> dict[str, Any]:
    return {
        "name": claim.name,
        "body_id": claim.body_id,
        "outcome": claim.outcome.value,
        "website": claim.website,
        "until": claim.until,
        "origin": dict(claim.origin),
    }


def _claim(row: Any) -> OperatorClaim:
    return OperatorClaim(row.name, row.body_id, MatchOutcome(row.outcome), row.website, row.until, row.origin)
