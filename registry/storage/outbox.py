# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the search index still has to learn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from registry.model import OutboxAction, OutboxEntry
from registry.storage.sql import chunks, upsert
from registry.storage.tables import outbox as table
from registry.storage.tables import setting

_POSITION = "outbox_position"


def add_upserts(connection: Connection, solution_ids: Iterable[str], now: datetime) -> None:
    _add(connection, solution_ids, OutboxAction.UPSERT, now)


def add_deletes(connection: Connection, solution_ids: Iterable[str], now: datetime) -> None:
    _add(connection, solution_ids, OutboxAction.DELETE, now)


def pending(connection: Connection, limit: int) -> list[OutboxEntry]:
    """The latest entry of each solution, the oldest of these first."""
    latest = (
        select(func.max(table.c.seq).label("seq"))
        .group_by(table.c.solution_id)
        .order_by(func.max(table.c.seq))
        .limit(limit)
    )
    rows = connection.execute(select(table).where(table.c.seq.in_(latest)).order_by(table.c.seq))
    return [OutboxEntry(row.seq, row.solution_id, OutboxAction(row.action)) for row in rows]


def done(connection: Connection, seqs: Sequence[int]) -> None:
    """Forget these entries and the earlier ones of the same solutions, which they stood for."""
    newer = table.alias("newer")
    for chunk in chunks(seqs):
        covered = select(newer.c.seq).where(
            newer.c.seq.in_(chunk), newer.c.solution_id == table.c.solution_id, newer.c.seq >= table.c.seq
        )
        solutions = select(newer.c.solution_id).where(newer.c.seq.in_(chunk))
        connection.execute(delete(table).where(table.c.solution_id.in_(solutions), covered.exists()))


def size(connection: Connection) -> int:
    """Solutions with something pending."""
    return connection.scalar(select(func.count(table.c.solution_id.distinct()))) or 0


def position(connection: Connection) -> int:
    """The highest number ever given, 0 before the first: an index that has seen it is current once nothing pends."""
    return int(connection.scalar(select(setting.c.value).where(setting.c.key == _POSITION)) or 0)


def _add(connection: Connection, solution_ids: Iterable[str], action: OutboxAction, now: datetime) -> None:
    rows = [{"solution_id": key, "action": action.value, "created_at": now} for key in dict.fromkeys(solution_ids)]
    if not rows:
        return
    connection.execute(insert(table), rows)
    # Kept apart from the rows, which are deleted: in the same transaction, so that neither runs ahead of the other.
    highest = connection.execute(select(func.max(table.c.seq))).scalar_one()
    upsert(connection, setting, {"key": _POSITION, "value": str(highest)})
