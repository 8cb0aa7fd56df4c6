# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""How repositories stand: counts for operators, one repository in full, and what a solution's page tells of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, func, select

from registry.errors import NotFound
from registry.model import (
    Blocked,
    Descent,
    Fault,
    ForgeKind,
    KeptSnapshot,
    RepositoryRecord,
    RepositoryState,
    Role,
    Standing,
)
from registry.naming import place
from registry.storage import repositories, runs
from registry.storage.codec import from_json
from registry.storage.tables import item, repository_alias, snapshot, solution_repository, source
from registry.storage.tables import repository as table

UNKNOWN = "repository-unknown"
_ITEMS = 10
STANDINGS = ("new", "active", "invalid", "archived", "unreachable", "gone", "fork", "mirror", "moved", "blocked")
"""Keys of ``counts``."""


def counts(connection: Connection) -> Mapping[str, int]:
    """Repositories by how they stand; each counts once, but "moved" counts those with a former address once more.

    Where several would fit, the first of these counts: blocked, gone, unreachable, invalid, archived, mirror, fork,
    active, new.
    """
    standing = _counted_as()
    query = select(standing.label("standing"), func.count().label("number")).group_by(standing)
    found = dict.fromkeys(STANDINGS, 0)
    found |= {row.standing: row.number for row in connection.execute(query)}
    found["moved"] = _moved(connection)
    return found


def _counted_as() -> ColumnElement[str]:
    plain = table.c.state.in_([RepositoryState.ACTIVE.value, RepositoryState.NEW.value])
    return case(
        (table.c.blocked_at.is_not(None), "blocked"),
        (~plain, table.c.state),
        (table.c.descent != Descent.ORIGINAL.value, table.c.descent),
        else_=table.c.state,
    )


def _moved(connection: Connection) -> int:
    """Most aliases are the address with ".git" that each forge gives; of the rest, other spellings do not count."""
    query = (
        select(table.c.id, table.c.url, repository_alias.c.url.label("alias"))
        .join(repository_alias, repository_alias.c.repository_id == table.c.id)
        .where(repository_alias.c.url != table.c.url + ".git")
    )
    return len({row.id for row in connection.execute(query) if place(row.alias) != place(row.url)})


def of_solution(connection: Connection, solution_id: str) -> Standing | None:
    """Of its main repository."""
    query = (
        select(table)
        .join(solution_repository, solution_repository.c.repository_id == table.c.id)
        .where(solution_repository.c.solution_id == solution_id, solution_repository.c.role == Role.MAIN.value)
    )
    row = connection.execute(query).first()
    return _standing(connection, row) if row is not None else None


def record(connection: Connection, url: str) -> RepositoryRecord:
    """By its URL or an alias. Raises NotFound."""
    known = repositories.known(connection, [url]).get(url)
    if known is None:
        raise NotFound(url, rule=UNKNOWN)
    row = connection.execute(select(table).where(table.c.id == known.id)).one()
    kept = select(snapshot.c.commit, snapshot.c.taken_at, snapshot.c.good).where(snapshot.c.repository_id == row.id)
    last = select(item).where(item.c.repository_id == row.id)
    brought_by = select(source.c.url).where(source.c.id == row.source_id)
    return RepositoryRecord(
        id=row.id,
        standing=_standing(connection, row),
        forge=ForgeKind(row.forge),
        strikes=row.strikes,
        failing_since=row.failing_since,
        fault=from_json(Fault, row.fault) if row.fault is not None else None,
        first_seen_at=row.first_seen_at,
        visited_at=row.visited_at,
        checked_at=row.checked_at,
        commit=row.commit,
        branch=row.branch,
        blocked=blocked(row),
        source_url=connection.scalar(brought_by) if row.source_id is not None else None,
        slug=runs.solution_slugs(connection, [row.id]).get(row.id),
        snapshots=tuple(
            KeptSnapshot(one.commit, one.taken_at, one.good)
            for one in connection.execute(kept.order_by(snapshot.c.taken_at.desc(), snapshot.c.id.desc()))
        ),
        items=tuple(
            runs.items_from(connection, connection.execute(last.order_by(item.c.id.desc()).limit(_ITEMS)).all())
        ),
    )


def blocked(row: Any) -> Blocked | None:
    """Of a repository's row."""
    if row.blocked_at is None:
        return None
    return Blocked(row.url, row.blocked_at, row.blocked_by or "", row.blocked_reason or "")


def _standing(connection: Connection, row: Any) -> Standing:
    successor = repositories.known(connection, [row.successor_url]) if row.successor_url else {}
    slugs = runs.solution_slugs(connection, [one.id for one in successor.values()])
    archived = RepositoryState.ARCHIVED.value in (row.state, row.settled_state)
    return Standing(
        url=row.url,
        state=RepositoryState(row.state),
        since=row.state_since,
        descent=Descent(row.descent),
        archived_since=row.settled_since if archived else None,
        former_urls=_former(connection, row),
        successor_url=row.successor_url,
        successor_slug=next(iter(slugs.values()), None),
    )


def _former(connection: Connection, row: Any) -> tuple[str, ...]:
    """Each former place once, the latest first, without the spelling that git uses."""
    names = select(repository_alias.c.url).where(repository_alias.c.repository_id == row.id)
    found: dict[str, str] = {}
    for url in connection.scalars(names.order_by(repository_alias.c.created_at.desc(), repository_alias.c.url)):
        if place(url) != place(row.url):
            found.setdefault(place(url), url.removesuffix(".git"))
    return tuple(found.values())
