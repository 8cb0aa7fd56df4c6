# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""One solution taken into another, taken back, and the log of both: no slug ever leads nowhere or somewhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, insert, or_, select, update

from registry.errors import StorageError
from registry.model import Role, Solution
from registry.storage import outbox
from registry.storage.codec import load
from registry.storage.tables import (
    merge_log,
    repository,
    repository_alias,
    solution,
    solution_repository,
    solution_slug,
)

MERGE, SPLIT = "merge", "split"
HARVEST = "harvest"
"""The actor of what rules did."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log. ``url`` was joined to ``other``, or taken off it; a person's MERGE joins ``other``."""

    action: str
    former: str
    """Id of the solution before."""
    latter: str
    """Id of the solution after."""
    url: str | None
    other: str | None
    actor: str
    reason: str
    """Rule id, or a person's words where ``decided``."""
    decided: bool = False


def log(connection: Connection, entries: Sequence[Entry], now: datetime) -> None:
    rows = [
        {
            "at": now,
            "action": entry.action,
            "from_solution_id": entry.former,
            "to_solution_id": entry.latter,
            "repository_url": entry.url,
            "other_url": entry.other,
            "actor": entry.actor,
            "reason": entry.reason,
            "decided": entry.decided,
        }
        for entry in entries
    ]
    if rows:
        connection.execute(insert(merge_log), rows)


def absorb(connection: Connection, gone: str, kept: str, now: datetime) -> None:
    """The solution ``gone`` is no longer shown: its slugs lead to ``kept``, which was first seen when the older was."""
    connection.execute(update(solution_slug).where(solution_slug.c.solution_id == gone).values(solution_id=kept))
    first_seen = select(solution.c.first_seen_at).where(solution.c.id.in_([gone, kept])).order_by("first_seen_at")
    earliest = connection.scalars(first_seen).first()
    connection.execute(update(solution).where(solution.c.id == kept).values(first_seen_at=earliest))
    connection.execute(update(solution).where(solution.c.id == gone).values(withdrawn_at=now))
    outbox.add_deletes(connection, [gone], now)


def former(connection: Connection, url: str) -> str | None:
    """The solution that this repository brought along when it was joined to another, if nobody has it now.

    Only the main repository of a solution brings it: what merely came along with that one has no right to its slug.
    """
    theirs = select(repository.c.id).where(repository.c.url == url)
    aliases = select(repository_alias.c.url).where(repository_alias.c.repository_id.in_(theirs))
    names = {url, *connection.scalars(aliases)}
    brought = or_(
        and_(~merge_log.c.decided, merge_log.c.repository_url.in_(names)),
        and_(merge_log.c.decided, merge_log.c.other_url.in_(names)),
    )
    query = (
        select(solution.c.id, solution.c.document)
        .join(merge_log, merge_log.c.from_solution_id == solution.c.id)
        .outerjoin(solution_repository, solution_repository.c.solution_id == solution.c.id)
        .where(
            brought,
            merge_log.c.action == MERGE,
            merge_log.c.from_solution_id != merge_log.c.to_solution_id,
            solution.c.withdrawn_at.is_not(None),
            solution_repository.c.solution_id.is_(None),
        )
        .order_by(merge_log.c.id.desc())
    )
    # An absorbed solution's document stays as it last was.
    return next((str(row.id) for row in connection.execute(query) if _main_url(row.document) in names), None)


def _main_url(document: str) -> str | None:
    try:
        parts = load(Solution, document).repositories
    except StorageError:
        return None
    return next((part.url for part in parts if part.role is Role.MAIN), None)


def take_along(connection: Connection, former_id: str, solution_id: str) -> None:
    """The slug that an absorbed solution had leads to this one: to itself again, or where its repository went."""
    slug = select(solution.c.slug).where(solution.c.id == former_id).scalar_subquery()
    connection.execute(update(solution_slug).where(solution_slug.c.slug == slug).values(solution_id=solution_id))


def readdress(connection: Connection, old_url: str, new_url: str) -> None:
    """Decisions follow a repository that moved; the log of what rules did stays as it was."""
    for column in (merge_log.c.repository_url, merge_log.c.other_url):
        values: dict[Any, str] = {column: new_url}
        connection.execute(update(merge_log).where(merge_log.c.decided, column == old_url).values(values))
