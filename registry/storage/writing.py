# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Writing solutions: identity, document, assessment, links, and the outbox row when the search entry changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from registry.bodies.attributing import stands
from registry.model import Assessment, Body, Solution
from registry.naming import last_segment
from registry.storage import attributing, operators, outbox
from registry.storage.attributing import Publishing
from registry.storage.codec import dump
from registry.storage.ids import new_id
from registry.storage.indexing import index_document
from registry.storage.slugs import choose, slugify
from registry.storage.solutions import documents
from registry.storage.sql import chunks, upsert
from registry.storage.tables import signal, solution_repository, solution_slug
from registry.storage.tables import solution as table

_BORROWED = "name-is-borrowed"


@dataclass(frozen=True, slots=True)
class Product:
    """A solution to be written, with the repositories it is made of."""

    solution_id: str | None
    """The solution that it is so far."""
    solution: Solution
    assessment: Assessment
    content_hash: str
    links: Mapping[str, tuple[str, str]]
    """Repository id -> role and reason; these leave whatever solution they were a part of."""
    publishing: Publishing
    keeps_publisher: bool
    """Where nobody is known to publish its main repository, the solution's publisher stays."""
    renames: bool
    """It is called after another repository from now on; the slug it had leads to the new one."""
    leaves: str | None
    """The solution it comes from: an old slug of that one that fits is its own, for it had brought it along."""
    demo: bool
    checked_at: datetime | None
    """None leaves it as it is."""
    now: datetime


def save_solution(connection: Connection, product: Product) -> str:
    """Write the solution; its id.

    A solution keeps its slug unless ``renames``, and old ones for ever. The outbox gets a row only where the search
    document differs from the last one. ``updated_at`` moves only with the content hash.
    """
    present = _present(connection, product.solution_id)
    publishing = _publishing(connection, product, present)
    publisher = publishing.body
    values = _values(product, publishing)
    solution_id = new_id() if present is None else present.id
    slug = present.slug if present is not None else None
    if slug is None or product.renames:
        slug = _new_slug(connection, product, publisher, solution_id)
    document = index_document(solution_id, slug, product.solution, product.assessment.state, publisher)
    values["index_hash"] = document.content_hash
    if present is None:
        row = {"id": solution_id, "slug": slug, "demo": product.demo, "first_seen_at": product.now}
        row |= {"updated_at": product.now, "checked_at": product.now}
        connection.execute(insert(table).values(row | values))
    else:
        values["slug"] = slug
        if present.content_hash != product.content_hash:
            values["updated_at"] = product.now
        connection.execute(update(table).where(table.c.id == solution_id).values(values))
    if present is None or present.slug != slug:
        upsert(connection, solution_slug, {"slug": slug, "solution_id": solution_id})
    if present is None or present.withdrawn_at is not None or present.index_hash != document.content_hash:
        outbox.add_upserts(connection, [solution_id], product.now)
    _save_links(connection, solution_id, product.links)
    operators.save(connection, solution_id, product.solution, known=present is not None)
    save_signals(connection, solution_id, product.assessment)
    return solution_id


def _present(connection: Connection, solution_id: str | None) -> Any:
    if solution_id is None:
        return None
    columns = (table.c.id, table.c.slug, table.c.publisher_id, table.c.attribution, table.c.content_hash)
    query = select(*columns, table.c.index_hash, table.c.withdrawn_at)
    return connection.execute(query.where(table.c.id == solution_id)).one()


def _publishing(connection: Connection, product: Product, present: Any) -> Publishing:
    fresh = product.publishing
    if fresh.body is not None or present is None or present.publisher_id is None or not product.keeps_publisher:
        return fresh
    before = attributing.attribution_of(present.attribution)
    if not stands(before, fresh.attribution):
        return fresh
    one = {product.solution.name: attributing.kept(present.publisher_id, before)}
    return attributing.settled(connection, one)[product.solution.name]


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


def _values(product: Product, publishing: Publishing) -> dict[str, Any]:
    resolved = product.solution
    values = _assessed(product.assessment) | {
        "name": resolved.name,
        "document": dump(resolved),
        "content_hash": product.content_hash,
        "publisher_id": publishing.body.id if publishing.body is not None else None,
        "attribution": attributing.attribution_json(publishing.attribution),
        "licence": resolved.licence.expression,
        "licence_verdict": resolved.licence.verdict.value,
        "withdrawn_at": None,
    }
    return values if product.checked_at is None else values | {"checked_at": product.checked_at}


def _assessed(assessment: Assessment) -> dict[str, Any]:
    return {
        "assessment": dump(assessment),
        "state": assessment.state.value,
        "assessment_valid_until": assessment.valid_until,
    }


def _new_slug(connection: Connection, product: Product, publisher: Body | None, solution_id: str) -> str:
    def taken(slug: str) -> bool:
        # A solution that was absorbed keeps its slug in its own row, to have it back one day.
        query = select(table.c.id).where(table.c.slug == slug, table.c.id != solution_id)
        if connection.scalar(query) is not None:
            return True
        owner = connection.scalar(select(solution_slug.c.solution_id).where(solution_slug.c.slug == slug))
        return owner is not None and owner not in (solution_id, product.leaves)

    name, suffix = product.solution.name, publisher.slug if publisher is not None else None
    if not _is_lent(product.solution):
        return choose(name, suffix, taken)
    # The plain name is for the product that lent it, which may come later.
    own = last_segment(product.solution.repositories[0].url)
    return choose(f"{name} {suffix}" if suffix is not None else own, suffix, taken)


def _is_lent(resolved: Solution) -> bool:
    """Whether it is shown under the very name that its publiccode.yml took over from another product."""
    lent = (str(found.params.get("name")) for found in resolved.problems if found.rule == _BORROWED)
    return any(slugify(name) == slugify(resolved.name) for name in lent)


def _save_links(connection: Connection, solution_id: str, links: Mapping[str, tuple[str, str]]) -> None:
    connection.execute(delete(solution_repository).where(solution_repository.c.solution_id == solution_id))
    for chunk in chunks(links):
        connection.execute(delete(solution_repository).where(solution_repository.c.repository_id.in_(chunk)))
    connection.execute(
        insert(solution_repository),
        [
            {"solution_id": solution_id, "repository_id": key, "role": role, "reason": reason}
            for key, (role, reason) in links.items()
        ],
    )
