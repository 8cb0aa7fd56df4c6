# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Writing solutions: identity, document, assessment, links, and the outbox row when the search entry changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from registry.model import Assessment, Harvested, Publisher, Role
from registry.storage import outbox, publishers, repositories
from registry.storage.codec import dump
from registry.storage.ids import new_id
from registry.storage.indexing import index_document
from registry.storage.repositories import Known
from registry.storage.slugs import choose
from registry.storage.solutions import documents
from registry.storage.sql import chunks
from registry.storage.tables import signal, solution_repository, solution_slug
from registry.storage.tables import solution as table


@dataclass(frozen=True, slots=True)
class Fresh:
    """A harvested repository with what the store knows of it."""

    repository: Known
    url: str
    harvested: Harvested
    publisher: Publisher | None
    demo: bool
    now: datetime


def save_solution(connection: Connection, fresh: Fresh) -> str:
    """Write the solution of which this repository is the main one; its id.

    A repository keeps its solution, and a solution its slug, for ever. The outbox gets a row only where the search
    document differs from the last one. ``updated_at`` moves only with the content hash.
    """
    present = None
    if fresh.repository.solution_id is not None:
        present = connection.execute(select(table).where(table.c.id == fresh.repository.solution_id)).one()
    publisher = fresh.publisher
    if publisher is None and present is not None:
        publisher = publishers.by_ids(connection, [present.publisher_id]).get(present.publisher_id)
    values = _values(fresh, publisher)
    if present is None:
        solution_id, slug = new_id(), _new_slug(connection, fresh, publisher)
    else:
        solution_id, slug = present.id, present.slug
    document = index_document(solution_id, slug, fresh.harvested.solution, fresh.harvested.assessment.state, publisher)
    values["index_hash"] = document.content_hash
    if present is None:
        row = {"id": solution_id, "slug": slug, "demo": fresh.demo, "first_seen_at": fresh.now, "updated_at": fresh.now}
        connection.execute(insert(table).values(row | values))
        connection.execute(insert(solution_slug).values(slug=slug, solution_id=solution_id))
    else:
        if present.content_hash != fresh.harvested.content_hash:
            values["updated_at"] = fresh.now
        connection.execute(update(table).where(table.c.id == solution_id).values(values))
    if present is None or present.withdrawn_at is not None or present.index_hash != document.content_hash:
        outbox.add_upserts(connection, [solution_id], fresh.now)
    _save_links(connection, solution_id, fresh)
    save_signals(connection, solution_id, fresh.harvested.assessment)
    return solution_id


def save_assessments(connection: Connection, assessments: Sequence[tuple[str, Assessment]], now: datetime) -> None:
    for solution_id, assessment in assessments:
        connection.execute(update(table).where(table.c.id == solution_id).values(_assessed(assessment)))
        save_signals(connection, solution_id, assessment)
    reindex(connection, [solution_id for solution_id, _ in assessments], now)


def save_signals(connection: Connection, solution_id: str, assessment: Assessment) -> None:
    connection.execute(delete(signal).where(signal.c.solution_id == solution_id))
    rows = [
        {"solution_id": solution_id, "name": one.name.value, "verdict": one.verdict.value, "reason": one.reason}
        for one in assessment.signals
    ]
    if rows:
        connection.execute(insert(signal), rows)


def reindex(connection: Connection, solution_ids: Sequence[str], now: datetime) -> None:
    """Put those whose search document differs from the last one into the outbox."""
    stored: dict[str, str] = {}
    for chunk in chunks(solution_ids):
        query = select(table.c.id, table.c.index_hash).where(table.c.id.in_(chunk))
        stored |= {row.id: row.index_hash for row in connection.execute(query)}
    stale = [found for found in documents(connection, solution_ids) if found.content_hash != stored[found.id]]
    for found in stale:
        connection.execute(update(table).where(table.c.id == found.id).values(index_hash=found.content_hash))
    outbox.add_upserts(connection, [found.id for found in stale], now)


def _values(fresh: Fresh, publisher: Publisher | None) -> dict[str, Any]:
    resolved = fresh.harvested.solution
    return _assessed(fresh.harvested.assessment) | {
        "name": resolved.name,
        "document": dump(resolved),
        "content_hash": fresh.harvested.content_hash,
        "publisher_id": publisher.id if publisher is not None else None,
        "licence": resolved.licence.expression,
        "licence_verdict": resolved.licence.verdict.value,
        "checked_at": fresh.now,
        "withdrawn_at": None,
    }


def _assessed(assessment: Assessment) -> dict[str, Any]:
    return {
        "assessment": dump(assessment),
        "state": assessment.state.value,
        "assessment_valid_until": assessment.valid_until,
    }


def _new_slug(connection: Connection, fresh: Fresh, publisher: Publisher | None) -> str:
    def taken(slug: str) -> bool:
        query = select(solution_slug.c.slug).where(solution_slug.c.slug == slug)
        return connection.scalar(query) is not None

    return choose(fresh.harvested.solution.name, publisher.slug if publisher is not None else None, taken)


def _save_links(connection: Connection, solution_id: str, fresh: Fresh) -> None:
    parts = {part.url: part for part in fresh.harvested.solution.repositories}
    own = parts.pop(fresh.url, None)
    links = {fresh.repository.id: (Role.MAIN, own.reason if own is not None else "own")}
    if parts:
        # Those not stored yet are linked when this solution is next written after their own harvest.
        found = repositories.known(connection, parts)
        for url, one in found.items():
            role = Role.MIRROR if parts[url].role is Role.MAIN else parts[url].role
            links.setdefault(one.id, (role, parts[url].reason))
    connection.execute(delete(solution_repository).where(solution_repository.c.solution_id == solution_id))
    connection.execute(
        insert(solution_repository),
        [
            {"solution_id": solution_id, "repository_id": key, "role": role.value, "reason": reason}
            for key, (role, reason) in links.items()
        ],
    )
