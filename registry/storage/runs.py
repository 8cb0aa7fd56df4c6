# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Runs and their items; how they begin and end is in ``leasing``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from registry.errors import HarvestRunning, NotFound
from registry.model import Item, ItemStatus, Plan, Problem, Run, RunState
from registry.storage.codec import from_json, to_json
from registry.storage.sql import chunks
from registry.storage.tables import item, job, run, solution, solution_repository

_HARVEST = "harvest"


def heartbeat(connection: Connection, run_id: str, now: datetime) -> Any:
    """Extend the lease; the run's row. Raises HarvestRunning when another process has taken the lease over."""
    row = _row(connection, run_id)
    held = select(job).where(job.c.kind == _HARVEST, job.c.subject == run_id, job.c.state == "running")
    lease = connection.execute(held).one_or_none()
    if lease is None or row.state != RunState.RUNNING.value:
        raise HarvestRunning(run_id, f"this run is {row.state}: its lease has ended")
    until = max(lease.lease_until, now + timedelta(seconds=lease.payload["lease_seconds"]))
    connection.execute(update(job).where(job.c.id == lease.id).values(heartbeat_at=now, lease_until=until))
    return row


def one(connection: Connection, run_id: str) -> Run:
    return _runs(connection, [_row(connection, run_id)])[0]


def page(connection: Connection, number: int, per_page: int) -> tuple[list[Run], int]:
    """Newest first."""
    total = connection.scalar(select(func.count()).select_from(run)) or 0
    query = select(run).order_by(run.c.started_at.desc(), run.c.id.desc())
    rows = connection.execute(query.limit(per_page).offset((number - 1) * per_page)).all()
    return _runs(connection, rows), total


def items(
    connection: Connection, run_id: str, number: int, per_page: int, status: ItemStatus | None
) -> tuple[list[Item], int]:
    """In the order in which they were stored."""
    _row(connection, run_id)
    wanted = [item.c.run_id == run_id]
    if status is not None:
        wanted.append(item.c.status == ItemStatus(status).value)
    total = connection.scalar(select(func.count()).select_from(item).where(*wanted)) or 0
    rows = connection.execute(
        select(item).where(*wanted).order_by(item.c.id).limit(per_page).offset((number - 1) * per_page)
    ).all()
    return items_from(connection, rows), total


def items_from(connection: Connection, rows: Sequence[Any]) -> list[Item]:
    """Rows of the table as items, with the solutions that their repositories belong to."""
    slugs = solution_slugs(connection, [row.repository_id for row in rows if row.repository_id is not None])
    return [_item(row, slugs.get(row.repository_id)) for row in rows]


def add_items(connection: Connection, run_id: str, rows: Sequence[tuple[Item, str | None]], now: datetime) -> None:
    """Each item with the id of its repository, if it has one."""
    if not rows:
        return
    connection.execute(
        insert(item),
        [
            {
                "run_id": run_id,
                "repository_id": repository_id,
                "repository_url": given.repository,
                "status": given.status.value,
                "rule": given.rule,
                "params": dict(given.params),
                "problems": given.problems,
                "seconds": given.seconds,
                "at": given.at or now,
            }
            for given, repository_id in rows
        ],
    )


def solution_slugs(connection: Connection, repository_ids: Sequence[str]) -> dict[str, str]:
    """Repository id -> slug of the solution it is a part of, unless that is withdrawn."""
    found: dict[str, str] = {}
    for chunk in chunks(repository_ids):
        query = (
            select(solution_repository.c.repository_id, solution.c.slug)
            .join(solution, solution.c.id == solution_repository.c.solution_id)
            .where(
                solution_repository.c.repository_id.in_(chunk),
                solution.c.withdrawn_at.is_(None),
            )
        )
        found |= {row.repository_id: row.slug for row in connection.execute(query)}
    return found


def _row(connection: Connection, run_id: str) -> Any:
    row = connection.execute(select(run).where(run.c.id == run_id)).one_or_none()
    if row is None:
        raise NotFound(run_id, "no such run")
    return row


def add_errors(connection: Connection, run_id: str, errors: Sequence[Problem]) -> None:
    """Note faults of the run itself; what it has already is not said twice."""
    if not errors:
        return
    known = list(connection.scalar(select(run.c.errors).where(run.c.id == run_id)) or [])
    fresh = [given for error in errors if (given := to_json(error)) not in known]
    if fresh:
        connection.execute(update(run).where(run.c.id == run_id).values(errors=[*known, *fresh]))


def counts(connection: Connection, run_ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """Run id -> items by status."""
    query = (
        select(item.c.run_id, item.c.status, func.count().label("number"))
        .where(item.c.run_id.in_(run_ids))
        .group_by(item.c.run_id, item.c.status)
    )
    found: dict[str, dict[str, int]] = {}
    for row in connection.execute(query):
        found.setdefault(row.run_id, {})[row.status] = row.number
    return found


def _runs(connection: Connection, rows: Sequence[Any]) -> list[Run]:
    # Only of a run in progress: those of ended ones stand in their rows.
    live = counts(connection, [row.id for row in rows if row.state == RunState.RUNNING.value])
    return [_run(row, live.get(row.id, row.counts)) for row in rows]


def _run(row: Any, figures: Mapping[str, int]) -> Run:
    return Run(
        id=row.id,
        started_at=row.started_at,
        state=RunState(row.state),
        ended_at=row.ended_at,
        counts={status.value: figures[status.value] for status in ItemStatus if status.value in figures},
        errors=tuple(from_json(Problem, error) for error in row.errors),
        demo=row.demo,
        plan=None if row.plan is None else from_json(Plan, row.plan),
        left=row.left,
    )


def _item(row: Any, slug: str | None) -> Item:
    return Item(
        repository=row.repository_url,
        status=ItemStatus(row.status),
        rule=row.rule,
        params=dict(row.params),
        problems=row.problems,
        seconds=row.seconds,
        at=row.at,
        solution_slug=slug,
    )
