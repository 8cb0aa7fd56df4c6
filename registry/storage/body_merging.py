# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A person says that one body became a part of another: whether that can be, what it moves, and doing it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, or_, select

from registry.errors import InvalidInput, NotFound
from registry.model import Body, BodyMerge
from registry.storage import absorbing, body_rows
from registry.storage.tables import (
    body,
    body_account,
    body_domain,
    body_relation,
    repository,
    solution,
    solution_operator,
    source,
)

RULE_COUNTRY, RULE_GONE = "body-merge-country", "body-merge-gone"


def preview(connection: Connection, from_id: str, into_id: str) -> BodyMerge:
    """What a merge would move; nothing is changed. Raises as ``merge``."""
    gone, kept = checked(connection, from_id, into_id)
    relation = body_relation.c

    def count(*clauses: object) -> int:
        return connection.scalar(select(func.count()).where(*clauses)) or 0  # type: ignore[arg-type]

    return BodyMerge(
        gone=gone,
        kept=kept,
        solutions=count(solution.c.publisher_id == from_id),
        repositories=count(repository.c.publisher_id == from_id),
        sources=count(source.c.publisher_id == from_id),
        operated=count(solution_operator.c.body_id == from_id),
        accounts=count(body_account.c.body_id == from_id),
        domains=count(body_domain.c.body_id == from_id),
        children=count(body.c.parent_id == from_id),
        relations=count(or_(relation.body_id == from_id, relation.target_id == from_id)),
        done=gone.successor_id == kept.id,
    )


def merge(connection: Connection, from_id: str, into_id: str, now: datetime) -> bool:
    """Make one body a part of the other; False where it was so already.

    Raises NotFound; InvalidInput for a body and itself, for bodies of different countries, where the first became a
    part of a third, and where the second exists no longer (so no circle comes about).
    """
    gone, kept = checked(connection, from_id, into_id)
    if gone.successor_id == kept.id:
        return False
    absorbing.absorb(connection, from_id, into_id, now)
    return True


def checked(connection: Connection, from_id: str, into_id: str) -> tuple[Body, Body]:
    found = body_rows.by_ids(connection, [from_id, into_id])
    for wanted in (from_id, into_id):
        if wanted not in found:
            raise NotFound(wanted)
    gone, kept = found[from_id], found[into_id]
    if gone.id == kept.id:
        raise InvalidInput(gone.slug, rule=absorbing.RULE_ITSELF)
    if kept.dissolved_on is not None or kept.successor_id is not None:
        raise InvalidInput(kept.slug, kept.dissolved_on or "", rule=absorbing.RULE_DISSOLVED)
    if gone.successor_id is not None and gone.successor_id != kept.id:
        following = body_rows.by_ids(connection, [gone.successor_id])[gone.successor_id]
        raise InvalidInput(gone.slug, following.slug, rule=RULE_GONE)
    if gone.country != kept.country:
        raise InvalidInput(gone.slug, f"{gone.country or '-'}, {kept.country or '-'}", rule=RULE_COUNTRY)
    return gone, kept
