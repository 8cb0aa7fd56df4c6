# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Bookkeeping of harvests: the lease that lets one process harvest at a time, runs and their items."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from registry.errors import HarvestRunning, NotFound
from registry.model import Item, ItemStatus, Problem, Run, RunState
from registry.storage.codec import from_json, to_json
from registry.storage.holder import is_dead, this_process
from registry.storage.ids import new_id
from registry.storage.sql import chunks
from registry.storage.tables import item, job, run, solution, solution_repository

_HARVEST = "harvest"


def begin(connection: Connection, now: datetime, demo: bool, lease_seconds: float) -> Run:
    """Take the lease and open a run; runs whose process died are closed as interrupted."""
    held = select(job).where(job.c.kind == _HARVEST, job.c.state == "running").with_for_update()
    for lease in connection.execute(held).all():
        if lease.lease_until > now and not is_dead(lease.payload.get("holder", {})):
            since = lease.started_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            raise HarvestRunning(_HARVEST, f"{lease.worker} since {since}")
        connection.execute(update(job).where(job.c.id == lease.id).values(state="lost", ended_at=now))
    for dead in connection.execute(select(run.c.id).where(run.c.state == RunState.RUNNING.value)).all():
        _close(connection, dead.id, RunState.INTERRUPTED, now, None)
    run_id = new_id()
    connection.execute(
        insert(run).values(id=run_id, state=RunState.RUNNING.value, demo=demo, started_at=now, counts={}, errors=[])
    )
    connection.execute(
        insert(job).values(
            id=new_id(),
            kind=_HARVEST,
            subject=run_id,
            payload={"lease_seconds": lease_seconds, "holder": this_process()},
            state="running",
            attempts=1,
            worker=f"process {os.getpid()} on {socket.gethostname()}",
            created_at=now,
            run_after=now,
            started_at=now,
            heartbeat_at=now,
            lease_until=now + timedelta(seconds=lease_seconds),
        )
    )
    return Run(id=run_id, started_at=now, state=RunState.RUNNING, demo=demo)


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


def end(connection: Connection, run_id: str, state: RunState, now: datetime, errors: Sequence[Problem]) -> Run:
    """Close the run and free the lease. A run that was closed as dead meanwhile stays interrupted."""
    if _row(connection, run_id).state == RunState.RUNNING.value:
        _close(connection, run_id, state, now, errors)
        connection.execute(
            update(job)
            .where(job.c.kind == _HARVEST, job.c.subject == run_id, job.c.state == "running")
            .values(state="failed" if state is RunState.FAILED else "done", ended_at=now, lease_until=now)
        )
    return one(connection, run_id)


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
    slugs = solution_slugs(connection, [row.repository_id for row in rows if row.repository_id is not None])
    return [_item(row, slugs.get(row.repository_id)) for row in rows], total


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


def _close(
    connection: Connection, run_id: str, state: RunState, now: datetime, errors: Sequence[Problem] | None
) -> None:
    values: dict[str, Any] = {"state": state.value, "ended_at": now}
    values["counts"] = _counts(connection, [run_id]).get(run_id, {})
    if errors is not None:
        values["errors"] = [to_json(error) for error in errors]
    connection.execute(update(run).where(run.c.id == run_id).values(values))


def _counts(connection: Connection, run_ids: Sequence[str]) -> dict[str, dict[str, int]]:
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
    live = _counts(connection, [row.id for row in rows if row.state == RunState.RUNNING.value])
    return [_run(row, live.get(row.id, row.counts)) for row in rows]


def _run(row: Any, counts: Mapping[str, int]) -> Run:
    return Run(
        id=row.id,
        started_at=row.started_at,
        state=RunState(row.state),
        ended_at=row.ended_at,
        counts={status.value: counts[status.value] for status in ItemStatus if status.value in counts},
        errors=tuple(from_json(Problem, error) for error in row.errors),
        demo=row.demo,
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
