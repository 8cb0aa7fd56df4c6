# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a person decides about products: one repository taken off, two products made one. Each undoes the other.

Decisions name repositories, not solutions, so that reading everything again gives the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from registry.errors import InvalidInput, NotFound
from registry.model import Decision, DecisionAction, Json, Regrouped, Role
from registry.naming import place
from registry.storage import decisions, grouping, merging, repositories
from registry.storage.merging import Entry
from registry.storage.producing import Work
from registry.storage.repositories import Known
from registry.storage.tables import audit_log, repository, solution, solution_repository, solution_slug

_COPIES = frozenset({Role.MIRROR.value, Role.FORK.value})


@dataclass(frozen=True, slots=True)
class Order:
    """Who decides, why and when."""

    reason: str
    actor: str
    now: datetime


@dataclass(frozen=True, slots=True)
class _Product:
    id: str
    slug: str
    repositories: Sequence[Any]
    """Rows with id, url and role: the main one first, copies last."""


def split(connection: Connection, slug: str, url: str, order: Order) -> Regrouped:
    """Take the repository of this URL (or alias) off the solution; the slug stays with the others.

    Raises NotFound, and InvalidInput where it is no part of the solution, or its only one.
    """
    product = _product(connection, slug)
    known = _known(connection, product, url)
    if known is None or known.solution_id is None or known.solution_id != product.id:
        if known is not None and decisions.last_parting(connection, known.url) == (product.id, known.solution_id):
            return Regrouped(product.slug, _slug_of(connection, known.id), done=False)
        raise InvalidInput(url, slug, rule="solution-not-its-repository")
    others = [row for row in product.repositories if row.id != known.id]
    if not others:
        raise InvalidInput(url, slug, rule="solution-only-repository")
    decision = Decision(DecisionAction.SPLIT, known.url, others[0].url, order.reason, order.now, order.actor)
    work = Work(order.now, decision=decision, anchors={product.id: others[0].id})
    # Where rules join what a decision had joined as well, the first only takes the decision back.
    for _ in range(2):
        grouping.regroup(connection, [row.id for row in product.repositories], work)
        after = _solution_of(connection, known.id)
        entry = Entry(
            merging.SPLIT, product.id, after, decision.url, decision.other, order.actor, order.reason, decided=True
        )
        merging.log(connection, [entry], order.now)
        if after != product.id:
            break
    _audit(connection, order, "solution.split", product.slug, {"repository": known.url, "reason": order.reason})
    return Regrouped(product.slug, _slug_of(connection, known.id), done=after != product.id)


def merge(connection: Connection, slug: str, other_slug: str, order: Order) -> Regrouped:
    """Make two solutions one: the first slug stays, the other leads to it.

    Raises NotFound, and InvalidInput for one and the same slug.
    """
    if slug == other_slug:
        raise InvalidInput(slug, rule="solution-same")
    kept, joined = _product(connection, slug), _product(connection, other_slug)
    if kept.id == joined.id:
        return Regrouped(kept.slug, done=False)
    main, other = kept.repositories[0], joined.repositories[0]
    decision = Decision(DecisionAction.MERGE, main.url, other.url, order.reason, order.now, order.actor)
    seeds = [row.id for row in (*kept.repositories, *joined.repositories)]
    grouping.regroup(connection, seeds, Work(order.now, decision=decision, anchors={kept.id: main.id}))
    entry = Entry(
        merging.MERGE, joined.id, kept.id, decision.url, decision.other, order.actor, order.reason, decided=True
    )
    merging.log(connection, [entry], order.now)
    _audit(connection, order, "solution.merge", kept.slug, {"other": joined.slug, "reason": order.reason})
    return Regrouped(kept.slug, done=_solution_of(connection, other.id) == kept.id)


def solution_id(connection: Connection, slug: str) -> str:
    """By the present slug or an old one. Raises NotFound, also for what was withdrawn."""
    query = (
        select(solution.c.id)
        .join(solution_slug, solution_slug.c.solution_id == solution.c.id)
        .where(solution_slug.c.slug == slug, solution.c.withdrawn_at.is_(None))
    )
    found = connection.scalar(query)
    if found is None:
        raise NotFound(slug, rule="solution-unknown")
    return str(found)


def _product(connection: Connection, slug: str) -> _Product:
    found = solution_id(connection, slug)
    query = (
        select(repository.c.id, repository.c.url, solution_repository.c.role)
        .join(solution_repository, solution_repository.c.repository_id == repository.c.id)
        .where(solution_repository.c.solution_id == found)
    )
    rows = connection.execute(query).all()
    rows = sorted(rows, key=lambda row: (row.role != Role.MAIN.value, row.role in _COPIES, row.url))
    if not rows:
        raise NotFound(slug, "this solution has no repository")
    present = connection.execute(select(solution.c.slug).where(solution.c.id == found)).scalar_one()
    return _Product(found, present, rows)


def _known(connection: Connection, product: _Product, url: str) -> Known | None:
    """By its URL or an alias; else the one part at this place, for grouping tells no letter case apart either."""
    known = repositories.known(connection, [url]).get(url)
    if known is not None:
        return known
    there = [row for row in product.repositories if place(row.url) == place(url)]
    return Known(there[0].id, there[0].url, product.id) if len(there) == 1 else None


def _solution_of(connection: Connection, repository_id: str) -> str:
    query = select(solution_repository.c.solution_id).where(solution_repository.c.repository_id == repository_id)
    return str(connection.execute(query).scalar_one())


def _slug_of(connection: Connection, repository_id: str) -> str:
    query = select(solution.c.slug).where(solution.c.id == _solution_of(connection, repository_id))
    return str(connection.execute(query).scalar_one())


def _audit(connection: Connection, order: Order, action: str, subject: str, detail: Json) -> None:
    row = {"at": order.now, "actor": order.actor, "action": action, "subject": subject, "detail": detail}
    connection.execute(insert(audit_log).values(row))
