# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Rows of jobs within a caller's transaction: put in line, taken, given back, ended.

Lines are put in and jobs ended by writers, who come one after the other. Jobs are taken without waiting for them:
whatever row another transaction holds is left out (PostgreSQL: FOR UPDATE SKIP LOCKED; SQLite has one writer anyway).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, delete, insert, or_, select, update

from registry.model import Job, JobKind, JobState, RunState
from registry.storage.ids import new_id
from registry.storage.sql import chunks
from registry.storage.tables import host, run
from registry.storage.tables import job as table

WORK = (JobKind.SOURCE, JobKind.REPOSITORY)
"""What workers do; a lease of a run is not work."""
CRASHED = "job-crashed"
"""Rule of a job whose process died over it."""
_ALONE = f"{CRASHED} alone"
"""Of a suspect that is the first thing its process does, and the only one: a death then is its own."""
AFTER_A_CRASH = 1_000
"""Added to the priority of a suspect: what may have ended a process comes after what did not."""
PEERS = 0
"""Priority of listing a peer's catalogue, before anything went wrong with it."""
NEVER_VISITED = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for the last visit of what was never visited: the first in line."""
_HEARD_OUT = timedelta(minutes=15)
"""Repositories wait so long at most for a peer's catalogue that is being listed."""
_QUEUED, _RUNNING = JobState.QUEUED.value, JobState.RUNNING.value
_Key = tuple[str | None, str, str]
_SEEN = ("", -1)


def put(connection: Connection, jobs: Sequence[Job], now: datetime, weaker: Collection[int] = ()) -> list[Job]:
    """Insert these jobs, without those whose kind and subject their run has already; what is new, with ids.

    A queued one of a priority in ``weaker`` knows less than its double: it gets its payload, or is done with it, which
    is new too.
    """
    known = _known(connection, jobs)
    added: list[Job] = []
    improved: list[Job] = []
    for each in jobs:
        key = _key(each)
        there = known.get(key) if each.run_id is not None else None
        if there is None:
            added.append(each if each.id else replace(each, id=new_id()))
        elif there[1] in weaker and _improve(connection, there[0], each, now) and each.state is not JobState.QUEUED:
            improved.append(replace(each, id=there[0]))
        known[key] = _SEEN
    if added:
        connection.execute(insert(table), [_row(each, now) for each in added])
        _drop_given_up(connection, added)
    return added + improved


def _key(job: Job) -> _Key:
    return job.run_id, job.kind.value, job.subject


def _known(connection: Connection, jobs: Sequence[Job]) -> dict[_Key, tuple[str, int]]:
    """Id and priority of the jobs that these double; a priority of -1 is of what is not queued any more."""
    found: dict[_Key, tuple[str, int]] = {}
    for kind, run_id in {(job.kind, job.run_id) for job in jobs if job.run_id is not None}:
        subjects = [job.subject for job in jobs if job.kind is kind and job.run_id == run_id]
        for chunk in chunks(subjects):
            query = select(table.c.id, table.c.subject, table.c.state, table.c.priority).where(
                table.c.run_id == run_id, table.c.kind == kind.value, table.c.subject.in_(chunk)
            )
            for row in connection.execute(query):
                found[(run_id, kind.value, row.subject)] = (row.id, row.priority if row.state == _QUEUED else -1)
    return found


def _improve(connection: Connection, job_id: str, better: Job, now: datetime) -> bool:
    """False where somebody took it up meanwhile."""
    values: dict[str, Any] = {"payload": dict(better.payload), "host": better.host}
    if better.state is not JobState.QUEUED:
        values |= {"state": better.state.value, "ended_at": now}
    queued = table.c.id == job_id, table.c.state == _QUEUED
    return connection.execute(update(table).where(*queued).values(values)).rowcount == 1


def _drop_given_up(connection: Connection, fresh: Sequence[Job]) -> None:
    """What an earlier run gave up is tried by this one: its row has told what it had to."""
    for chunk in chunks(job.subject for job in fresh if job.run_id is not None):
        connection.execute(
            delete(table).where(
                table.c.state == JobState.FAILED.value,
                table.c.subject.in_(chunk),
                table.c.run_id.in_(select(run.c.id).where(run.c.state != RunState.RUNNING.value)),
            )
        )


def take(
    connection: Connection,
    worker: str,
    now: datetime,
    limit: int,
    lease_seconds: float,
    kinds: Sequence[JobKind],
    run_id: str | None,
    busy_hosts: Collection[str],
    suspects: bool | None,
    alone: bool = False,
) -> list[Job]:
    """Jobs that now belong to ``worker``; see ``Jobs.claim``."""
    free_expired(connection, now, kinds, run_id)
    if run_id is not None and JobKind.REPOSITORY in kinds and _peers_are_heard(connection, now, run_id):
        kinds = [kind for kind in kinds if kind is not JobKind.REPOSITORY]
    wanted = [
        table.c.state == _QUEUED,
        table.c.kind.in_([kind.value for kind in kinds]),
        table.c.run_after <= now,
        _of_run(run_id),
        or_(table.c.host.is_(None), table.c.host.not_in(select(host.c.name).where(host.c.paused_until > now))),
    ]
    if busy_hosts:
        wanted.append(or_(table.c.host.is_(None), table.c.host.not_in(sorted(busy_hosts))))
    if suspects is not None:
        wanted.append(table.c.crashes > 0 if suspects else table.c.crashes == 0)
    query = select(table).where(*wanted).order_by(table.c.priority, table.c.run_after, table.c.id).limit(limit)
    rows = connection.execute(_unlocked(query)).all()
    mine = {
        "state": _RUNNING,
        "worker": worker,
        "attempts": table.c.attempts + 1,
        "started_at": now,
        "heartbeat_at": now,
        "lease_until": now + timedelta(seconds=lease_seconds),
        "ended_at": None,
        **({"last_error": _ALONE} if alone else {}),
    }
    if rows:
        connection.execute(update(table).where(table.c.id.in_([row.id for row in rows])).values(mine))
    known = {**mine, "state": _RUNNING}
    return [_job_of({**row._mapping, **known, "attempts": row.attempts + 1}) for row in rows]


def _peers_are_heard(connection: Connection, now: datetime, run_id: str) -> bool:
    """Whether a peer's catalogue is being listed, or is about to be: repositories wait, for each is visited once a run
    and has to be read with all that is claimed of it. One that failed or crashed lost its place and holds up nobody.
    """
    paused = select(host.c.name).where(host.c.paused_until > now)
    soon = and_(
        table.c.state == _QUEUED,
        table.c.run_after <= now,
        or_(table.c.host.is_(None), table.c.host.not_in(paused)),
    )
    query = select(table.c.id).where(
        table.c.run_id == run_id,
        table.c.kind == JobKind.SOURCE.value,
        table.c.priority == PEERS,
        or_(and_(table.c.state == _RUNNING, table.c.started_at > now - _HEARD_OUT), soon),
    )
    return connection.scalar(query.limit(1)) is not None


def free_expired(connection: Connection, now: datetime, kinds: Sequence[JobKind], run_id: str | None) -> int:
    """Queue again what belongs to workers that were not heard of for too long."""
    expired = select(table.c.id, table.c.crashes).where(
        table.c.state == _RUNNING,
        table.c.kind.in_([kind.value for kind in kinds]),
        table.c.lease_until < now,
        _of_run(run_id),
    )
    return _free(connection, connection.execute(_unlocked(expired)).all(), now)


def free_of(connection: Connection, workers: Iterable[str], now: datetime) -> int:
    """Queue again what belongs to workers that are known to be dead."""
    number = 0
    for chunk in chunks(workers):
        theirs = select(table.c.id).where(
            table.c.state == _RUNNING, table.c.kind.in_([kind.value for kind in WORK]), table.c.worker.in_(chunk)
        )
        number += _free(connection, connection.execute(_unlocked(theirs)).all(), now)
    return number


def _free(connection: Connection, rows: Sequence[Row[Any]], now: datetime) -> int:
    """In line again behind everything that no process died over. A death among others only makes a suspect."""
    for chunk in chunks(row.id for row in rows):
        is_first = table.c.crashes == 0
        connection.execute(
            update(table)
            .where(table.c.id.in_(chunk))
            .values(
                state=_QUEUED,
                worker=None,
                lease_until=None,
                run_after=now,
                crashes=case((is_first, 1), (table.c.last_error == _ALONE, table.c.crashes + 1), else_=table.c.crashes),
                priority=table.c.priority + case((is_first, AFTER_A_CRASH), else_=0),
                last_error=CRASHED,
            )
        )
    return len(rows)


def end(
    connection: Connection, job_ids: Sequence[str], worker: str, state: JobState, now: datetime, error: str | None
) -> set[str]:
    """End these jobs; the ids of those that were still this worker's, which only these are ended."""
    ended: set[str] = set()
    for chunk in chunks(sorted(job_ids)):
        statement = (
            update(table)
            .where(table.c.id.in_(chunk), table.c.worker == worker, table.c.state == _RUNNING)
            .values(state=state.value, ended_at=now, lease_until=None, last_error=error)
            .returning(table.c.id)
        )
        ended.update(connection.scalars(statement))
    return ended


def put_back(connection: Connection, job_ids: Sequence[str], worker: str, counts: bool, **values: Any) -> set[str]:
    """Queue these jobs of a worker again; without ``counts`` as if they had not been begun. The ids of what was its."""
    back: set[str] = set()
    if not counts:
        values["attempts"] = table.c.attempts - 1
    for chunk in chunks(sorted(job_ids)):
        statement = (
            update(table)
            .where(table.c.id.in_(chunk), table.c.worker == worker, table.c.state == _RUNNING)
            .values(state=_QUEUED, worker=None, lease_until=None, **values)
            .returning(table.c.id)
        )
        back.update(connection.scalars(statement))
    return back


def _of_run(run_id: str | None) -> ColumnElement[bool]:
    if run_id is not None:
        return table.c.run_id == run_id
    going = select(run.c.id).where(run.c.state == RunState.RUNNING.value)
    return or_(table.c.run_id.is_(None), table.c.run_id.in_(going))


def _unlocked(query: Select[Any]) -> Select[Any]:
    # Rendered on PostgreSQL only.
    return query.with_for_update(skip_locked=True, of=table)


def _row(job: Job, now: datetime) -> dict[str, Any]:
    return {
        "id": job.id or new_id(),
        "kind": job.kind.value,
        "subject": job.subject,
        "state": job.state.value,
        "run_id": job.run_id,
        "payload": dict(job.payload),
        "host": job.host,
        "priority": job.priority,
        "attempts": job.attempts,
        "crashes": job.crashes,
        "created_at": job.created_at or now,
        "run_after": job.run_after or now,
        "ended_at": now if job.state is JobState.DONE else None,
    }


_COLUMNS = tuple(column.name for column in table.columns)


def _job_of(values: Any) -> Job:
    found = {name: values[name] for name in _COLUMNS if name in values}
    return Job(**{**found, "kind": JobKind(found["kind"]), "state": JobState(found["state"])})


def job_of(row: Row[Any]) -> Job:
    """A row of the table."""
    return _job_of(row._mapping)
