# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What peers' catalogues say of repositories, kept apart from what these say themselves.

A claim is by the address that a peer gave. It speaks of the repository under any of its addresses, so a repository's
claims are those for its URL and its aliases.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, or_, select, union_all, update

from registry.model import Claim, Fact, ForgeKind
from registry.storage.codec import from_json, to_json
from registry.storage.database import Database
from registry.storage.sql import chunks
from registry.storage.tables import claim as table
from registry.storage.tables import repository, repository_alias, source


@dataclass(frozen=True, slots=True)
class ClaimedRepository:
    """A stored repository of which peers say something, or said something when it was read."""

    url: str
    forge: ForgeKind
    detector: str | None
    claims: str
    """Digest of what they say now."""


class Claims:
    """The table of claims; each call is a transaction of its own, safe from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def replace(self, source_id: str, claims: Sequence[Claim], now: datetime) -> set[str]:
        """All that a source claims from now on; what it said before and does no longer is forgotten.

        The URLs whose claims changed, appeared or vanished. A repository named twice has its first claim. Nothing is
        written for what stays the same; of a source that was removed meanwhile nothing is kept.
        """
        fresh: dict[str, Claim] = {}
        for one in claims:
            fresh.setdefault(one.repository_url, one)
        with self._database.write() as connection:
            if connection.scalar(select(source.c.id).where(source.c.id == source_id)) is None:
                return set()
            return _replace(connection, source_id, fresh, now)

    def of(self, urls: Iterable[str]) -> tuple[tuple[Fact, ...], str]:
        """As the function ``of``."""
        with self._database.read() as connection:
            return of(connection, *urls)

    def repositories(self) -> list[ClaimedRepository]:
        """Every stored repository with claims, or with a mark of claims in its detector; not those that are blocked."""
        with self._database.read() as connection:
            return _claimed(connection)

    def counts(self) -> dict[str, int]:
        """Source id -> number of its claims."""
        with self._database.read() as connection:
            return dict(_counts(connection))


def of(connection: Connection, *urls: str) -> tuple[tuple[Fact, ...], str]:
    """The claims about the repository with one of these URLs or aliases, under any of its addresses; their digest."""
    if not _any(connection):
        return (), combined(())
    rows = [
        row
        for chunk in chunks(sorted(_addresses(connection, urls)))
        for row in connection.execute(select(table).where(table.c.repository_url.in_(chunk)))
    ]
    rows.sort(key=lambda row: (row.source_id, row.repository_url))
    facts = tuple(from_json(Fact, fact) for row in rows for fact in row.facts)
    return facts, combined(row.digest for row in rows)


def digests(connection: Connection, repository_ids: Iterable[str]) -> dict[str, str]:
    """Repository id -> digest of its claims; those without any are absent."""
    found: dict[str, list[str]] = {}
    if not _any(connection):
        return {}
    for chunk in chunks(repository_ids):
        by_url = (
            select(repository.c.id, table.c.digest)
            .join(table, table.c.repository_url == repository.c.url)
            .where(repository.c.id.in_(chunk))
        )
        by_alias = (
            select(repository_alias.c.repository_id, table.c.digest)
            .join(table, table.c.repository_url == repository_alias.c.url)
            .where(repository_alias.c.repository_id.in_(chunk))
        )
        for key, digest in connection.execute(union_all(by_url, by_alias)):
            found.setdefault(key, []).append(digest)
    return {key: combined(several) for key, several in found.items()}


def _any(connection: Connection) -> bool:
    """Most catalogues have no peers."""
    return connection.scalar(select(table.c.id).limit(1)) is not None


def combined(digests: Iterable[str]) -> str:
    """One short digest over those of several claims, whatever their order; "" for none."""
    found = sorted(digests)
    return hashlib.sha256("".join(found).encode("ascii")).hexdigest()[:16] if found else ""


def _replace(connection: Connection, source_id: str, fresh: Mapping[str, Claim], now: datetime) -> set[str]:
    query = select(table.c.id, table.c.repository_url, table.c.digest).where(table.c.source_id == source_id)
    known = {row.repository_url: row for row in connection.execute(query)}
    rows = {url: _row(source_id, one, now) for url, one in fresh.items()}
    gone = [row.id for url, row in known.items() if url not in rows]
    changed = {url: row for url, row in rows.items() if url in known and known[url].digest != row["digest"]}
    added = [row for url, row in rows.items() if url not in known]
    for chunk in chunks(gone):
        connection.execute(delete(table).where(table.c.id.in_(chunk)))
    if changed:
        names = ("entry", "facts", "digest", "seen_at")
        statement = update(table).where(table.c.id == bindparam("key"))
        statement = statement.values({name: bindparam(f"new_{name}") for name in names})
        values = [{"key": known[url].id} | {f"new_{name}": row[name] for name in names} for url, row in changed.items()]
        connection.execute(statement, values)
    if added:
        connection.execute(insert(table), added)
    return {*(set(known) - set(rows)), *changed, *(row["repository_url"] for row in added)}


def _row(source_id: str, one: Claim, now: datetime) -> dict[str, Any]:
    facts = to_json(one.facts, tuple[Fact, ...])
    said = json.dumps([source_id, one.repository_url, one.entry, facts], sort_keys=True, ensure_ascii=True)
    return {
        "source_id": source_id,
        "repository_url": one.repository_url,
        "entry": one.entry,
        "facts": facts,
        "digest": hashlib.sha256(said.encode("ascii")).hexdigest(),
        "seen_at": now,
    }


def _addresses(connection: Connection, urls: Iterable[str]) -> set[str]:
    """These URLs and all others of the repositories they lead to."""
    found = set(urls)
    aliases = select(repository_alias.c.repository_id).where(repository_alias.c.url.in_(found))
    query = select(repository.c.id, repository.c.url)
    rows = connection.execute(query.where(or_(repository.c.url.in_(found), repository.c.id.in_(aliases)))).all()
    found |= {row.url for row in rows}
    others = select(repository_alias.c.url).where(repository_alias.c.repository_id.in_([row.id for row in rows]))
    return found | set(connection.scalars(others))


def _claimed(connection: Connection) -> list[ClaimedRepository]:
    said = select(table.c.repository_url)
    aliased = select(repository_alias.c.repository_id).where(repository_alias.c.url.in_(said))
    query = select(repository.c.id, repository.c.url, repository.c.forge, repository.c.detector).where(
        or_(repository.c.url.in_(said), repository.c.id.in_(aliased), repository.c.detector.like("%:claims-%")),
        repository.c.blocked_at.is_(None),
    )
    rows = connection.execute(query.order_by(repository.c.url)).all()
    present = digests(connection, [row.id for row in rows])
    return [ClaimedRepository(row.url, ForgeKind(row.forge), row.detector, present.get(row.id, "")) for row in rows]


def _counts(connection: Connection) -> Iterable[tuple[str, int]]:
    query = select(table.c.source_id, func.count()).group_by(table.c.source_id)
    return [(row[0], row[1]) for row in connection.execute(query)]
