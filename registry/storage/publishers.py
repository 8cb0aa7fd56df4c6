# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Bodies as publishers: which of them a repository belongs to, and those that a file of sources names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select, update

from registry.bodies.spelling import spellings
from registry.errors import AlreadyExists, NotFound
from registry.model import Attribution, AttributionVia, Body, MatchOutcome
from registry.storage import body_rows, given_publishers
from registry.storage.codec import to_json
from registry.storage.ids import new_id
from registry.storage.slugs import choose
from registry.storage.sql import chunks
from registry.storage.tables import body as table
from registry.storage.tables import body_account as accounts
from registry.storage.tables import (
    body_name,
    body_slug,
    repository,
    repository_identity,
    solution,
    solution_repository,
    source,
)


def every(connection: Connection) -> list[Body]:
    """Bodies that have an account, a source or a solution."""
    used = (
        select(accounts.c.body_id),
        select(source.c.publisher_id).where(source.c.publisher_id.is_not(None)),
        select(solution.c.publisher_id).where(solution.c.publisher_id.is_not(None)),
    )
    query = select(table).where(or_(*(table.c.id.in_(one) for one in used)))
    return body_rows.bodies(connection, connection.execute(query.order_by(table.c.sort_name, table.c.slug)).all())


def by_slug(connection: Connection, slug: str) -> Body:
    """Also by the slug of one that became a part of another. Raises NotFound."""
    moved = select(body_slug.c.body_id).where(body_slug.c.slug == slug)
    rows = connection.execute(select(table).where(or_(table.c.slug == slug, table.c.id.in_(moved)))).all()
    found = body_rows.bodies(connection, rows)
    if not found:
        raise NotFound(slug, "no such body")
    return next((one for one in found if one.slug == slug), found[0])


def save(connection: Connection, given: Body) -> tuple[Body, list[str]]:
    """Write a publisher; also the ids of the solutions whose search entry this may change.

    ``given_publishers.known_id`` says which body it is: importing a file twice must not double anybody. What a list of
    bodies knows of it stays; it gets its own title and accounts. Solutions without a publisher whose repository lies
    below one of its accounts become its own.
    """
    known = given_publishers.known_id(connection, given)
    saved = _identified(connection, given, known)
    if known is None:
        connection.execute(insert(table).values(id=saved.id, **body_rows.values_of(saved)))
    else:
        connection.execute(update(table).where(table.c.id == saved.id).values(body_rows.values_of(saved)))
    _save_names(connection, saved)
    _save_organisations(connection, saved)
    touched = set(_adopt_orphans(connection, saved))
    touched.update(connection.scalars(select(solution.c.id).where(solution.c.publisher_id == saved.id)))
    return saved, sorted(touched)


def owners(connection: Connection, urls: Iterable[str]) -> dict[str, str]:
    """Repository URL -> id of the publisher with the longest account URL above it; unowned URLs are absent."""
    above = {url: _prefixes(url) for url in urls}
    keys: dict[str, str] = {}
    for chunk in chunks(prefix for prefixes in above.values() for prefix in prefixes):
        rows = connection.execute(select(accounts.c.key, accounts.c.body_id).where(accounts.c.key.in_(chunk)))
        keys |= {row.key: row.body_id for row in rows}
    found = {
        url: next((keys[prefix] for prefix in prefixes if prefix in keys), None) for url, prefixes in above.items()
    }
    return {url: owner for url, owner in found.items() if owner is not None}


def _identified(connection: Connection, given: Body, known: str | None) -> Body:
    if known is not None:
        return given_publishers.joined(body_rows.by_ids(connection, [known])[known], given)

    def taken(slug: str) -> bool:
        return connection.scalar(select(table.c.id).where(table.c.slug == slug)) is not None

    slug = given.slug or choose(given.name, None, taken, fallback="publisher")
    return replace(given, id=given.id or new_id(), slug=slug)


def _save_names(connection: Connection, saved: Body) -> None:
    """What it is called and calls itself, beside the names that are there."""
    known = set(connection.scalars(select(body_name.c.name).where(body_name.c.body_id == saved.id)))
    rows = [
        {"body_id": saved.id, "name": name.name, "kind": name.kind.value, "key": key}
        for name, key in spellings(saved)
        if name.name not in known
    ]
    if rows:
        connection.execute(insert(body_name), rows)


def _save_organisations(connection: Connection, saved: Body) -> None:
    keys = {_key(url): url for url in saved.forge_organisations}
    for chunk in chunks(keys):
        query = (
            select(accounts.c.url, table.c.name)
            .join(table, table.c.id == accounts.c.body_id)
            .where(accounts.c.key.in_(chunk), accounts.c.body_id != saved.id)
        )
        for clash in connection.execute(query):
            raise AlreadyExists(clash.url, f"belongs to {clash.name}, so it cannot be an account of {saved.name}")
    connection.execute(delete(accounts).where(accounts.c.body_id == saved.id))
    if keys:
        rows = [{"key": key, "url": url, "body_id": saved.id} for key, url in keys.items()]
        connection.execute(insert(accounts), rows)


def _adopt_orphans(connection: Connection, saved: Body) -> list[str]:
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
        connection.execute(update(solution).where(solution.c.id.in_(chunk)).values(_of_account(saved)))
    return mine


def _adopt_repositories(connection: Connection, saved: Body, below: ColumnElement[bool]) -> None:
    """Who publishes a repository is a part of what tells its product: the next harvest compares these again."""
    query = select(repository.c.id, repository.c.url).where(repository.c.publisher_id.is_(None), below)
    found = {row.url: row.id for row in connection.execute(query)}
    owner_of = owners(connection, found)
    for chunk in chunks(key for url, key in found.items() if owner_of.get(url) == saved.id):
        connection.execute(update(repository).where(repository.c.id.in_(chunk)).values(_of_account(saved)))
        outdated = update(repository_identity).where(repository_identity.c.repository_id.in_(chunk))
        connection.execute(outdated.values(version=0))


def _of_account(owner: Body) -> dict[str, Any]:
    told = Attribution(MatchOutcome.MATCH, AttributionVia.ACCOUNT, body_id=owner.id)
    return {"publisher_id": owner.id, "attribution": to_json(told)}


def _key(url: str) -> str:
    return url.rstrip("/").lower()


def _prefixes(url: str) -> list[str]:
    """The URLs above a repository, the longest first: its group, the group above that, ... without the bare host."""
    scheme, separator, rest = _key(url).partition("://")
    segments = rest.split("/")
    return [scheme + separator + "/".join(segments[:end]) for end in range(len(segments), 1, -1)]
