# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Taking repositories out of what is shown: those that are gone for good, and those that a moderator blocked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from registry.storage import identities, outbox
from registry.storage.sql import chunks
from registry.storage.tables import solution, solution_repository


def withdraw(connection: Connection, repository_ids: Sequence[str], now: datetime) -> list[str]:
    """Withdraw solutions that have no other repository; elsewhere these leave.

    Ids of the repositories that remain: their products have to be written anew.
    """
    remaining: dict[str, None] = {}
    for chunk in chunks(repository_ids):
        theirs = select(solution_repository.c.solution_id).where(solution_repository.c.repository_id.in_(chunk))
        links = connection.execute(select(solution_repository).where(solution_repository.c.solution_id.in_(theirs)))
        staying: dict[str, list[str]] = {}
        for row in links.all():
            others = staying.setdefault(row.solution_id, [])
            if row.repository_id not in repository_ids:
                others.append(row.repository_id)
        left = [solution_id for solution_id, others in staying.items() if others]
        remaining |= dict.fromkeys(key for others in staying.values() for key in others)
        leaving = solution_repository.c.repository_id.in_(chunk)
        connection.execute(delete(solution_repository).where(solution_repository.c.solution_id.in_(left), leaving))
        ended = [solution_id for solution_id, others in staying.items() if not others]
        query = select(solution.c.id).where(solution.c.id.in_(ended), solution.c.withdrawn_at.is_(None))
        shown = list(connection.scalars(query))
        connection.execute(update(solution).where(solution.c.id.in_(shown)).values(withdrawn_at=now))
        outbox.add_deletes(connection, shown, now)
        identities.drop(connection, chunk)
    return list(remaining)
