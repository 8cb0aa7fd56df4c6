# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""One body becomes a part of another: what belonged to it belongs to its successor, and its slug leads there.

Its row stays, dissolved, with its names: who asks for one of them is answered with the successor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from registry.errors import InvalidInput, NotFound
from registry.model import BodyEventKind
from registry.storage import writing
from registry.storage.sql import chunks, insert_new
from registry.storage.tables import (
    body,
    body_account,
    body_domain,
    body_event,
    body_relation,
    body_slug,
    repository,
    repository_identity,
    solution,
    solution_operator,
    source,
)

RULE_ITSELF, RULE_DISSOLVED = "body-merge-itself", "body-merge-dissolved"


def absorb(
    connection: Connection,
    gone_id: str,
    kept_id: str,
    now: datetime,
    *,
    on: str | None = None,
    as_of: str | None = None,
    evidence: Mapping[str, object] | None = None,
) -> list[str]:
    """Make ``gone_id`` a part of ``kept_id``; the ids of the solutions that moved, which are in the outbox by then.

    ``on`` is the ISO date of the merger, else today; ``as_of`` that of the list that told so; ``evidence`` is kept in
    the event. Raises NotFound, and InvalidInput where the two are one or the successor is itself dissolved.
    """
    rows = {row.id: row for row in connection.execute(select(body).where(body.c.id.in_([gone_id, kept_id])))}
    for wanted in (gone_id, kept_id):
        if wanted not in rows:
            raise NotFound(wanted, "no such body")
    gone, kept = rows[gone_id], rows[kept_id]
    if gone_id == kept_id:
        raise InvalidInput(gone.slug, rule=RULE_ITSELF)
    if kept.dissolved_on is not None or kept.successor_id is not None:
        raise InvalidInput(kept.slug, str(kept.dissolved_on or ""), rule=RULE_DISSOLVED)
    moved = _move(connection, gone_id, kept_id)
    day = gone.dissolved_on or on or now.date().isoformat()
    values = {"successor_id": kept_id, "dissolved_on": day, "updated_at": now}
    connection.execute(update(body).where(body.c.id == gone_id).values(values))
    connection.execute(update(body).where(body.c.successor_id == gone_id).values(successor_id=kept_id))
    connection.execute(update(body_slug).where(body_slug.c.body_id == gone_id).values(body_id=kept_id))
    insert_new(connection, body_slug, [{"slug": gone.slug, "body_id": kept_id}])
    proof: dict[str, object] = {"evidence": dict(evidence)} if evidence is not None else {}
    events = (
        (gone_id, BodyEventKind.MERGED, {"other": kept.slug, **proof}),
        (kept_id, BodyEventKind.ABSORBED, {"other": gone.slug, **proof}),
    )
    rows_of_events = [
        {"body_id": key, "kind": kind.value, "at": now, "as_of": as_of, "detail": detail}
        for key, kind, detail in events
    ]
    connection.execute(insert(body_event), rows_of_events)
    writing.reindex(connection, moved, now)
    return moved


def _move(connection: Connection, gone: str, kept: str) -> list[str]:
    solutions = list(connection.scalars(select(solution.c.id).where(solution.c.publisher_id == gone)))
    repositories = list(connection.scalars(select(repository.c.id).where(repository.c.publisher_id == gone)))
    for table in (source, repository, solution):
        connection.execute(update(table).where(table.c.publisher_id == gone).values(publisher_id=kept))
    for chunk in chunks(repositories):
        # Who publishes a repository is a part of what tells its product: the next harvest compares these again.
        outdated = update(repository_identity).where(repository_identity.c.repository_id.in_(chunk))
        connection.execute(outdated.values(version=0))
    for owned in (body_account, solution_operator):
        connection.execute(update(owned).where(owned.c.body_id == gone).values(body_id=kept))
    domains = connection.scalars(select(body_domain.c.domain).where(body_domain.c.body_id == gone)).all()
    insert_new(connection, body_domain, [{"domain": domain, "body_id": kept} for domain in domains])
    connection.execute(delete(body_domain).where(body_domain.c.body_id == gone))
    connection.execute(update(body).where(body.c.parent_id == gone, body.c.id != kept).values(parent_id=kept))
    _move_relations(connection, gone, kept)
    return solutions


def _move_relations(connection: Connection, gone: str, kept: str) -> None:
    for column in (body_relation.c.body_id, body_relation.c.target_id):
        connection.execute(update(body_relation).where(column == gone).values({column.name: kept}))
    touching = (body_relation.c.body_id == kept) | (body_relation.c.target_id == kept)
    rows = connection.execute(select(body_relation).where(touching).order_by(body_relation.c.id)).all()
    for chunk in chunks(_superfluous(rows)):
        connection.execute(delete(body_relation).where(body_relation.c.id.in_(chunk)))


def _superfluous(rows: Sequence[Any]) -> list[int]:
    """What two bodies both had, and what one had with the other."""
    seen: set[tuple[Any, ...]] = set()
    found: list[int] = []
    for row in rows:
        same = (row.body_id, row.kind, row.target_id, row.region)
        if same in seen or row.body_id == row.target_id:
            found.append(row.id)
        seen.add(same)
    return found
