# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What people decided about products, as it is replayed, and the log of that and of what the rules did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, or_, select

from registry.model import Decision, DecisionAction, Regrouping
from registry.storage import repositories
from registry.storage.identities import Pairs
from registry.storage.sql import chunks
from registry.storage.tables import merge_log, repository, solution, solution_repository


@dataclass(frozen=True, slots=True)
class Standing:
    """All decisions in order of time, and the pairs of repository ids that one of them ever joined."""

    decisions: tuple[Decision, ...]
    pairs: Pairs


def standing(connection: Connection, latest: Decision | None = None) -> Standing:
    """``latest`` is one that is not written yet."""
    query = select(merge_log).where(merge_log.c.decided).order_by(merge_log.c.id)
    found = [
        Decision(DecisionAction(row.action), row.repository_url, row.other_url, row.reason, row.at, row.actor)
        for row in connection.execute(query)
    ]
    if latest is not None:
        found.append(latest)
    joined = [(one.url, one.other) for one in found if one.action is DecisionAction.MERGE and one.other is not None]
    known = repositories.known(connection, [url for pair in joined for url in pair]) if joined else {}
    pairs = [(known[one].id, known[other].id) for one, other in joined if one in known and other in known]
    return Standing(tuple(found), pairs)


def last_parting(connection: Connection, url: str) -> tuple[str, str] | None:
    """Ids of the solutions before and after, where the last decision about this repository took it off one."""
    query = select(merge_log).where(
        merge_log.c.decided, or_(merge_log.c.repository_url == url, merge_log.c.other_url == url)
    )
    row = connection.execute(query.order_by(merge_log.c.id.desc()).limit(1)).one_or_none()
    if row is None or row.action != DecisionAction.SPLIT or row.repository_url != url:
        return None
    return row.from_solution_id, row.to_solution_id


def entries(connection: Connection, solution_id: str | None, limit: int) -> list[Regrouping]:
    """The newest first; of one solution: what came to it and left it, and decisions about its repositories."""
    query = select(merge_log)
    if solution_id is not None:
        theirs = (
            select(repository.c.url)
            .join(solution_repository, solution_repository.c.repository_id == repository.c.id)
            .where(solution_repository.c.solution_id == solution_id)
        )
        query = query.where(
            or_(
                merge_log.c.from_solution_id == solution_id,
                merge_log.c.to_solution_id == solution_id,
                merge_log.c.decided & merge_log.c.repository_url.in_(theirs),
                merge_log.c.decided & merge_log.c.other_url.in_(theirs),
            )
        )
    rows = connection.execute(query.order_by(merge_log.c.id.desc()).limit(limit)).all()
    slugs = _slugs(connection, rows)
    return [
        Regrouping(
            at=row.at,
            action=DecisionAction(row.action),
            former=slugs.get(row.from_solution_id),
            latter=slugs.get(row.to_solution_id),
            url=row.repository_url,
            other=row.other_url,
            reason=row.reason,
            actor=row.actor,
            decided=row.decided,
        )
        for row in rows
    ]


def _slugs(connection: Connection, rows: Any) -> dict[str, str]:
    ids = {key for row in rows for key in (row.from_solution_id, row.to_solution_id)}
    found: dict[str, str] = {}
    for chunk in chunks(ids):
        query = select(solution.c.id, solution.c.slug).where(solution.c.id.in_(chunk))
        found |= {row.id: row.slug for row in connection.execute(query)}
    return found
