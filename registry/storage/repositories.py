# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Repositories, their other spellings, and what happens when one moves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select, update

from registry.model import Change, Descent, RepositoryState, StoredRepository
from registry.storage import claims, merging, snapshots
from registry.storage.ids import new_id
from registry.storage.sql import chunks, insert_new
from registry.storage.tables import repository as table
from registry.storage.tables import repository_alias, solution, solution_repository

_REMEMBERED = (
    "id",
    "url",
    "state",
    "detector",
    "content_hash",
    "strikes",
    "failing_since",
    "state_since",
    "settled_state",
    "settled_since",
    "descent",
    "successor_url",
    "blocked_at",
    "count_due_at",
    "visited_at",
)


@dataclass(frozen=True, slots=True)
class Known:
    """A repository's row as far as saving needs it."""

    id: str
    url: str
    solution_id: str | None
    """The solution it is a part of, shown or not."""
    blocked: bool = False


def stored(connection: Connection, urls: Iterable[str]) -> dict[str, StoredRepository]:
    """URL as asked for -> repository; aliases are resolved, unknown URLs absent."""
    # Not its facts and figures, which are long.
    columns = (table.c[name] for name in _REMEMBERED)
    rows = _by_url(connection, urls, select(*columns, solution.c.id.label("solution_id")))
    said = claims.digests(connection, [row.id for row in rows.values()])
    return {
        url: StoredRepository(
            id=row.id,
            url=row.url,
            state=RepositoryState(row.state),
            detector=row.detector,
            content_hash=row.content_hash,
            solution_id=row.solution_id,
            strikes=row.strikes,
            failing_since=row.failing_since,
            state_since=row.state_since,
            settled=RepositoryState(row.settled_state) if row.settled_state is not None else None,
            settled_since=row.settled_since,
            descent=Descent(row.descent),
            successor_url=row.successor_url,
            blocked=row.blocked_at is not None,
            count_due_at=row.count_due_at,
            visited_at=row.visited_at,
            claims=said.get(row.id, ""),
        )
        for url, row in rows.items()
    }


def known(connection: Connection, urls: Iterable[str]) -> dict[str, Known]:
    """Like ``stored``, with less to read."""
    columns = (table.c.id, table.c.url, table.c.blocked_at, solution.c.id.label("solution_id"))
    rows = _by_url(connection, urls, select(*columns))
    return {url: Known(row.id, row.url, row.solution_id, row.blocked_at is not None) for url, row in rows.items()}


def add_missing(
    connection: Connection, changes: Sequence[Change], present: dict[str, Known], now: datetime
) -> dict[str, Known]:
    """Rows for repositories never seen; gives ``present`` with these."""
    fresh = {change.ref.url: change.ref for change in changes if change.ref.url not in present}
    added = {url: Known(new_id(), url, None) for url in fresh}
    if added:
        rows = [
            {
                "id": added[url].id,
                "url": url,
                "forge": ref.forge.value,
                "state": RepositoryState.NEW.value,
                "state_since": now,
                "settled_state": RepositoryState.NEW.value,
                "settled_since": now,
                "descent": Descent.ORIGINAL.value,
                "strikes": 0,
                "first_seen_at": now,
            }
            for url, ref in fresh.items()
        ]
        connection.execute(insert(table), rows)
        spellings = {ref.fetch_url: added[url].id for url, ref in fresh.items() if ref.fetch_url != url}
        add_aliases(connection, spellings, now)
    return present | added


def move(connection: Connection, old_url: str, new_url: str, now: datetime) -> list[str]:
    """The repository of ``old_url`` now lives at ``new_url``; the old URL stays an alias.

    Where both were stored, the newcomer's row has the fresher content and stays; the old one's solution is merged into
    its solution, so that the old page's address still leads there; or, where that has other repositories, it leaves
    that. Ids of the repositories whose product lost one so.
    """
    left: list[str] = []
    found = known(connection, [old_url, new_url])
    old, new = found.get(old_url), found.get(new_url)
    if old is not None and new is not None and old.id != new.id:
        _stay_blocked(connection, old, new)
        left = _merge(connection, old, new, now)
        snapshots.drop_all(connection, old.id)
        connection.execute(delete(table).where(table.c.id == old.id))
    kept = new or old
    if kept is not None:
        connection.execute(update(table).where(table.c.id == kept.id).values(url=new_url))
        former = {old_url, *(one.url for one in (old, new) if one is not None)} - {new_url}
        connection.execute(delete(repository_alias).where(repository_alias.c.url.in_([*former, new_url])))
        connection.execute(insert(repository_alias), [_alias(url, kept.id, now) for url in sorted(former)])
        for url in sorted(former):
            merging.readdress(connection, url, new_url)
    return left


def _stay_blocked(connection: Connection, old: Known, new: Known) -> None:
    """A new address does not lift what a moderator decided."""
    if old.blocked and not new.blocked:
        columns = (table.c.blocked_at, table.c.blocked_by, table.c.blocked_reason)
        row = connection.execute(select(*columns).where(table.c.id == old.id)).one()
        connection.execute(update(table).where(table.c.id == new.id).values(row._asdict()))


def add_aliases(connection: Connection, urls: Mapping[str, str], now: datetime) -> None:
    """Other spelling -> repository id; what is an alias already stays."""
    insert_new(connection, repository_alias, [_alias(url, key, now) for url, key in urls.items()])


def drop_aliases(connection: Connection, urls: Iterable[str]) -> None:
    for chunk in chunks(list(urls)):
        connection.execute(delete(repository_alias).where(repository_alias.c.url.in_(chunk)))


def _merge(connection: Connection, old: Known, new: Known, now: datetime) -> list[str]:
    connection.execute(
        update(repository_alias).where(repository_alias.c.repository_id == old.id).values(repository_id=new.id)
    )
    gone, kept = old.solution_id, new.solution_id
    if gone is None:
        return []
    if gone == kept:
        return [new.id]
    if kept is None:
        connection.execute(
            update(solution_repository)
            .where(solution_repository.c.solution_id == gone, solution_repository.c.repository_id == old.id)
            .values(repository_id=new.id)
        )
        return []
    others = select(solution_repository.c.repository_id).where(
        solution_repository.c.solution_id == gone, solution_repository.c.repository_id != old.id
    )
    if left := list(connection.scalars(others)):
        return left
    merging.absorb(connection, gone, kept, now)
    moved = merging.Entry(merging.MERGE, gone, kept, old.url, new.url, merging.HARVEST, "repository-moved")
    merging.log(connection, [moved], now)
    return []


def _by_url(connection: Connection, urls: Iterable[str], columns: Select[Any]) -> dict[str, Any]:
    query = columns.select_from(
        table.outerjoin(solution_repository, solution_repository.c.repository_id == table.c.id).outerjoin(
            solution, solution.c.id == solution_repository.c.solution_id
        )
    )
    found: dict[str, Any] = {}
    asked = list(dict.fromkeys(urls))
    for chunk in chunks(asked):
        found |= {row.url: row for row in connection.execute(query.where(table.c.url.in_(chunk)))}
    for chunk in chunks(url for url in asked if url not in found):
        aliased = (
            query.add_columns(repository_alias.c.url.label("alias"))
            .join(repository_alias, repository_alias.c.repository_id == table.c.id)
            .where(repository_alias.c.url.in_(chunk))
        )
        found |= {row.alias: row for row in connection.execute(aliased)}
    return found


def _alias(url: str, repository_id: str, now: datetime) -> dict[str, Any]:
    return {"url": url, "repository_id": repository_id, "created_at": now}
