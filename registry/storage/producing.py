# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Writing one product from its repositories: the one just read, or all of them as they are stored."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, func, select

from registry.assess import assess
from registry.decide import content_hash
from registry.model import Attribution, AttributionVia, Decision, Harvested, MatchOutcome, Member
from registry.resolve import resolve
from registry.storage import attributing, publishers, readings, writing
from registry.storage.attributing import Publishing
from registry.storage.sql import chunks
from registry.storage.tables import repository
from registry.storage.writing import Product

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Fresh:
    """A repository read in this batch: its own solution serves where it is the only repository of its product."""

    harvested: Harvested
    publishing: Publishing


@dataclass(frozen=True, slots=True)
class Work:
    """What a regrouping is given. ``anchors`` says which repository takes a solution along, against the usual order."""

    now: datetime
    demo: bool = False
    fresh: Mapping[str, Fresh] = field(default_factory=dict)
    """By repository id."""
    stale: Set[str] = frozenset()
    """Ids of repositories whose product is written in any case: it lost a part, or one has another address."""
    decision: Decision | None = None
    """Taken just now, not yet in the log."""
    anchors: Mapping[str, str] = field(default_factory=dict)
    """Solution id -> repository id."""
    visited: bool = True
    """False where ``fresh`` was read again from what is stored: nobody looked whether it is still there."""


@dataclass(frozen=True, slots=True)
class Part:
    """A product to be written: the repositories by id, the main one first, and the solution that it is so far."""

    solution_id: str | None
    members: Mapping[str, Member]
    same_main: bool
    new_main: bool
    """The main repository was in no solution so far: the slug came from a lesser part."""
    leaves: str | None
    """The solution that the main repository was a part of, where that is another one."""
    demo: bool


def write(connection: Connection, part: Part, work: Work) -> str | None:
    """The solution's id; None where nothing can be written since what is stored of a repository cannot be read."""
    main = next(iter(part.members))
    fresh = work.fresh.get(main)
    publishing = fresh.publishing if fresh is not None else _publishing(connection, main)
    links = {key: (member.role.value, member.reason) for key, member in part.members.items()}
    if len(part.members) == 1 and fresh is not None:
        solution, assessment, hashed = (
            fresh.harvested.solution, fresh.harvested.assessment, fresh.harvested.content_hash
        )  # fmt: skip
    else:
        read = readings.load(connection, part.members)
        if any(key not in read for key in part.members):
            # Logged there. The product stays as it is until its repository is read again.
            return None
        by_url = {member.url: member for member in part.members.values()}
        solution = resolve([read[key] for key in part.members], by_url)
        assessment, hashed = assess(solution, work.now), content_hash(solution)
    return writing.save_solution(
        connection,
        Product(
            solution_id=part.solution_id,
            solution=solution,
            assessment=assessment,
            content_hash=hashed,
            links=links,
            publishing=publishing,
            keeps_publisher=part.same_main,
            renames=part.new_main,
            leaves=part.leaves,
            demo=part.demo,
            checked_at=work.now if _is_seen(part, work) else _checked_at(connection, part.members),
            now=work.now,
        ),
    )


def _is_seen(part: Part, work: Work) -> bool:
    return work.visited and not part.members.keys().isdisjoint(work.fresh)


def _publishing(connection: Connection, repository_id: str) -> Publishing:
    """Whom the repository had when it was read, else the owner of its account."""
    columns = select(repository.c.url, repository.c.publisher_id, repository.c.attribution)
    row = connection.execute(columns.where(repository.c.id == repository_id)).one()
    told = attributing.attribution_of(row.attribution)
    if row.publisher_id is not None:
        told = attributing.kept(row.publisher_id, told)
    elif (owner := publishers.owners(connection, [row.url]).get(row.url)) is not None:
        told = Attribution(MatchOutcome.MATCH, AttributionVia.ACCOUNT, body_id=owner)
    return attributing.settled(connection, {row.url: told})[row.url]


def _checked_at(connection: Connection, repository_ids: Iterable[str]) -> datetime | None:
    found = [
        connection.scalar(select(func.max(repository.c.checked_at)).where(repository.c.id.in_(chunk)))
        for chunk in chunks(repository_ids)
    ]
    return max((at for at in found if at is not None), default=None)
