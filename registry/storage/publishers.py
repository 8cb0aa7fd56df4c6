# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Publishers and which of them a repository belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select, update

from registry.errors import AlreadyExists, NotFound
from registry.model import Publisher, PublisherKind
from registry.storage.ids import new_id
from registry.storage.slugs import choose
from registry.storage.sql import chunks
from registry.storage.tables import publisher as table
from registry.storage.tables import publisher_forge_organisation as organisations
from registry.storage.tables import repository, repository_identity, solution, solution_repository


def every(connection: Connection) -> list[Publisher]:
    rows = connection.execute(select(table).order_by(func.lower(table.c.name), table.c.slug)).all()
    return _publishers(connection, rows)


def by_slug(connection: Connection, slug: str) -> Publisher:
    found = _publishers(connection, connection.execute(select(table).where(table.c.slug == slug)).all())
    if not found:
        raise NotFound(slug, "no such publisher")
    return found[0]


def by_ids(connection: Connection, ids: Iterable[str | None]) -> dict[str, Publisher]:
    found: dict[str, Publisher] = {}
    for chunk in chunks(key for key in ids if key is not None):
        rows = connection.execute(select(table).where(table.c.id.in_(chunk))).all()
        found |= {publisher.id: publisher for publisher in _publishers(connection, rows)}
    return found


def save(connection: Connection, given: Publisher) -> tuple[Publisher, list[str]]:
    """Write a publisher; also the ids of the solutions whose search entry this may change.

    Known by id, else by slug, else (neither given) by the same name and country where official key and URI do not
    contradict: importing a file twice must not double anybody. Solutions without a publisher whose repository lies
    below one of its accounts become its own.
    """
    known_id = _known(connection, given)
    saved = _identified(connection, given, known_id)
    values = {
        "slug": saved.slug,
        "name": saved.name,
        "kind": saved.kind.value,
        "country": saved.country,
        "official_key": saved.official_key,
        "uri": saved.uri,
    }
    if known_id is None:
        connection.execute(insert(table).values(id=saved.id, **values))
    else:
        connection.execute(update(table).where(table.c.id == saved.id).values(values))
    _save_organisations(connection, saved)
    touched = set(_adopt_orphans(connection, saved))
    touched.update(connection.scalars(select(solution.c.id).where(solution.c.publisher_id == saved.id)))
    return saved, sorted(touched)


def owners(connection: Connection, urls: Iterable[str]) -> dict[str, str]:
    """Repository URL -> id of the publisher with the longest account URL above it; unowned URLs are absent."""
    above = {url: _prefixes(url) for url in urls}
    keys: dict[str, str] = {}
    for chunk in chunks(prefix for prefixes in above.values() for prefix in prefixes):
        rows = connection.execute(
            select(organisations.c.key, organisations.c.publisher_id).where(organisations.c.key.in_(chunk))
        )
        keys |= {row.key: row.publisher_id for row in rows}
    found = {
        url: next((keys[prefix] for prefix in prefixes if prefix in keys), None) for url, prefixes in above.items()
    }
    return {url: owner for url, owner in found.items() if owner is not None}


def by_uris(connection: Connection, uris: Iterable[str]) -> dict[str, str]:
    """Official URI -> publisher id. A URI that two publishers share names neither."""
    found: dict[str, str] = {}
    for chunk in chunks(uris):
        rows = connection.execute(
            select(table.c.uri, func.min(table.c.id).label("id"))
            .where(table.c.uri.in_(chunk))
            .group_by(table.c.uri)
            .having(func.count() == 1)
        )
        found |= {row.uri: row.id for row in rows}
    return found


def _publishers(connection: Connection, rows: Sequence[Any]) -> list[Publisher]:
    accounts: dict[str, list[str]] = {}
    for chunk in chunks(row.id for row in rows):
        query = select(organisations).where(organisations.c.publisher_id.in_(chunk)).order_by(organisations.c.key)
        for account in connection.execute(query):
            accounts.setdefault(account.publisher_id, []).append(account.url)
    return [
        Publisher(
            id=row.id,
            slug=row.slug,
            name=row.name,
            kind=PublisherKind(row.kind),
            country=row.country,
            official_key=row.official_key,
            uri=row.uri,
            forge_organisations=tuple(accounts.get(row.id, ())),
        )
        for row in rows
    ]


def _known(connection: Connection, given: Publisher) -> str | None:
    if given.id:
        found = connection.scalar(select(table.c.id).where(table.c.id == given.id))
        if found is not None or not given.slug:
            return found
    if given.slug:
        return connection.scalar(select(table.c.id).where(table.c.slug == given.slug))
    query = select(table.c.id).where(table.c.name == given.name, table.c.country.is_not_distinct_from(given.country))
    for column, value in ((table.c.official_key, given.official_key), (table.c.uri, given.uri)):
        if value is not None:
            query = query.where(or_(column.is_(None), column == value))
    return connection.scalar(query.order_by(table.c.id).limit(1))


def _identified(connection: Connection, given: Publisher, known_id: str | None) -> Publisher:
    if known_id is not None:
        slug = given.slug or connection.execute(select(table.c.slug).where(table.c.id == known_id)).scalar_one()
        return replace(given, id=known_id, slug=slug)

    def taken(slug: str) -> bool:
        return connection.scalar(select(table.c.id).where(table.c.slug == slug)) is not None

    slug = given.slug or choose(given.name, None, taken, fallback="publisher")
    return replace(given, id=given.id or new_id(), slug=slug)


def _save_organisations(connection: Connection, saved: Publisher) -> None:
    keys = {_key(url): url for url in saved.forge_organisations}
    for chunk in chunks(keys):
        query = (
            select(organisations.c.url, table.c.name)
            .join(table, table.c.id == organisations.c.publisher_id)
            .where(organisations.c.key.in_(chunk), organisations.c.publisher_id != saved.id)
        )
        for clash in connection.execute(query):
            raise AlreadyExists(clash.url, f"belongs to {clash.name}, so it cannot be an account of {saved.name}")
    connection.execute(delete(organisations).where(organisations.c.publisher_id == saved.id))
    if keys:
        rows = [{"key": key, "url": url, "publisher_id": saved.id} for key, url in keys.items()]
        connection.execute(insert(organisations), rows)


def _adopt_orphans(connection: Connection, saved: Publisher) -> list[str]:
    """Ids of the solutions without a publisher that now have one."""
    below = [
        func.lower(repository.c.url).startswith(_key(url) + "/", autoescape=True) for url in saved.forge_organisations
    ]
    if not below:
        return []
    _adopt_repositories(connection, saved, or_(*below))
    query = (
        select(solution.c.id, repository.c.url)
        .join(solution_repository, solution_repository.c.solution_id == solution.c.id)
        .join(repository, repository.c.id == solution_repository.c.repository_id)
        .where(solution.c.publisher_id.is_(None), solution_repository.c.role == "main", or_(*below))
    )
    found = [(row.id, row.url) for row in connection.execute(query)]
    owner_of = owners(connection, [url for _, url in found])
    mine = [solution_id for solution_id, url in found if owner_of.get(url) == saved.id]
    for chunk in chunks(mine):
        connection.execute(update(solution).where(solution.c.id.in_(chunk)).values(publisher_id=saved.id))
    return mine


def _adopt_repositories(connection: Connection, saved: Publisher, below: ColumnElement[bool]) -> None:
    """Who publishes a repository is a part of what tells its product: the next harvest compares these again."""
    query = select(repository.c.id, repository.c.url).where(repository.c.publisher_id.is_(None), below)
    found = {row.url: row.id for row in connection.execute(query)}
    owner_of = owners(connection, found)
    for chunk in chunks(key for url, key in found.items() if owner_of.get(url) == saved.id):
        connection.execute(update(repository).where(repository.c.id.in_(chunk)).values(publisher_id=saved.id))
        outdated = update(repository_identity).where(repository_identity.c.repository_id.in_(chunk))
        connection.execute(outdated.values(version=0))


def _key(url: str) -> str:
    return url.rstrip("/").lower()


def _prefixes(url: str) -> list[str]:
    """The URLs above a repository, the longest first: its group, the group above that, ... without the bare host."""
    scheme, separator, rest = _key(url).partition("://")
    segments = rest.split("/")
    return [scheme + separator + "/".join(segments[:end]) for end in range(len(segments), 1, -1)]
