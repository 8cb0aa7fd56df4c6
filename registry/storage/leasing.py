# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Beginning, taking up again and ending runs: one process leads a run, and holds a lease while it does.

A run that ends before its work is done keeps its jobs. They are gone on with under the same run (``reopen``) or taken
over by the next one (``begin``), whatever ended it: a signal, its time, or the death of its process.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, case, delete, exists, func, insert, or_, select, update

from registry.errors import HarvestRunning, NotFound
from registry.model import Job, JobKind, JobState, Plan, Problem, Run, RunState
from registry.storage import queueing, runs
from registry.storage.codec import from_json, to_json
from registry.storage.holder import is_dead, this_process, worker_holder, worker_name
from registry.storage.ids import new_id
from registry.storage.tables import item, job, run

STOP, ABORT = "stop", "abort"
"""What a run can be asked to do: finish what is in flight; and drop what is queued."""
CARRIED = 5
"""Priority of what an earlier run left: after the sources, before what they list."""
HOST_PAUSED = "host-paused"
"""Rule of the item of a repository whose host is left alone: its job stays for later."""
HOSTS_LEFT = "hosts-left"
"""Rule of a run that left the rest of a host to the next one."""
_KEPT = timedelta(days=90)
"""Rows of ended jobs are of no use to anybody after this time."""
_LEFT_OPEN = (RunState.INTERRUPTED, RunState.PAUSED, RunState.DONE, RunState.FAILED)
_HARVEST = JobKind.HARVEST.value
_QUEUED, _RUNNING = JobState.QUEUED.value, JobState.RUNNING.value
_WORK = tuple(kind.value for kind in queueing.WORK)
_OF_AN_END = frozenset({"run-interrupted", "run-paused", "run-aborted", HOSTS_LEFT})
"""Rules that say why a run ended: no longer true of one that is taken up again."""


@dataclass(frozen=True, slots=True)
class Orders:
    """What whoever works for a run has to know of it."""

    state: RunState
    asked_to: str | None
    plan: Plan | None


def begin(
    connection: Connection,
    now: datetime,
    demo: bool,
    lease_seconds: float,
    plan: Plan | None = None,
    jobs: Sequence[Job] = (),
) -> Run:
    """Take the lease and open a run with these jobs; with a plan that has no limit also with what earlier runs left.

    Runs whose process died are closed as interrupted. Raises HarvestRunning while another process holds the lease.
    """
    _close_dead(connection, now)
    _forget(connection, now)
    run_id = new_id()
    connection.execute(
        insert(run).values(
            id=run_id,
            state=RunState.RUNNING.value,
            demo=demo,
            started_at=now,
            counts={},
            errors=[],
            plan=None if plan is None else to_json(plan),
        )
    )
    _lease(connection, run_id, now, lease_seconds)
    if plan is not None and plan.limit is None:
        _take_over(connection, run_id, demo, now)
    queueing.put(connection, [replace(each, run_id=run_id) for each in jobs], now)
    return Run(id=run_id, started_at=now, state=RunState.RUNNING, demo=demo, plan=plan)


def reopen(
    connection: Connection, run_id: str | None, now: datetime, lease_seconds: float, until: datetime | None = None
) -> Run:
    """Go on with a run that ended before its work was done, or with the latest such run. ``until`` is its new budget.

    Raises NotFound when there is nothing left of it, HarvestRunning while another process holds the lease.
    """
    closed = _close_dead(connection, now)
    unfinished = exists().where(job.c.run_id == run.c.id, job.c.state.in_((_QUEUED, _RUNNING)), job.c.kind.in_(_WORK))
    is_open = and_(run.c.state.in_([state.value for state in _LEFT_OPEN]), unfinished)
    # One that died after its last job has only its end left to do.
    query = select(run).where(or_(is_open, run.c.id.in_(closed)))
    if run_id is not None:
        query = query.where(run.c.id == run_id)
    row = connection.execute(query.order_by(run.c.started_at.desc(), run.c.id.desc()).limit(1)).one_or_none()
    if row is None:
        raise NotFound(run_id or "", "nothing is left of it", rule="run-nothing-left")
    plan = replace(from_json(Plan, row.plan) if row.plan is not None else Plan(), until=until)
    errors = [error for error in row.errors if error["rule"] not in _OF_AN_END]
    values = {"state": RunState.RUNNING.value, "ended_at": None, "left": None, "asked_to": None}
    connection.execute(update(run).where(run.c.id == row.id).values(**values, plan=to_json(plan), errors=errors))
    queueing.free_of(connection, _dead_workers(connection, row.id), now)
    # Now they get an item of their own.
    connection.execute(delete(item).where(item.c.run_id == row.id, item.c.rule == HOST_PAUSED))
    _lease(connection, row.id, now, lease_seconds)
    return runs.one(connection, row.id)


def end(connection: Connection, run_id: str, state: RunState, now: datetime, errors: Sequence[Problem]) -> Run:
    """Close the run and free the lease. A run that was closed as dead meanwhile stays as it is."""
    if runs.one(connection, run_id).state is RunState.RUNNING:
        runs.add_errors(connection, run_id, errors)
        _close(connection, run_id, state, now)
        connection.execute(
            update(job)
            .where(job.c.kind == _HARVEST, job.c.subject == run_id, job.c.state == _RUNNING)
            .values(state="failed" if state is RunState.FAILED else "done", ended_at=now, lease_until=now)
        )
    return runs.one(connection, run_id)


def ask(connection: Connection, run_id: str, order: str, now: datetime) -> Run:
    """Ask a run to stop or to abort; whoever leads it does so soon. What nobody leads is aborted here and now.

    Raises NotFound.
    """
    asked = runs.one(connection, run_id)
    if asked.state is RunState.RUNNING and not _is_dead(connection, run_id, now):
        # Who asked to abort does not take that back by asking to stop.
        keep = and_(run.c.asked_to.is_not(None), run.c.asked_to == ABORT)
        connection.execute(update(run).where(run.c.id == run_id, ~keep).values(asked_to=order))
    elif order == ABORT and asked.state in (RunState.RUNNING, RunState.INTERRUPTED, RunState.PAUSED):
        _close_dead(connection, now)
        _close(connection, run_id, RunState.ABORTED, asked.ended_at or now)
    return runs.one(connection, run_id)


def orders(connection: Connection, run_id: str) -> Orders:
    """Raises NotFound."""
    row = connection.execute(select(run.c.state, run.c.asked_to, run.c.plan).where(run.c.id == run_id)).one_or_none()
    if row is None:
        raise NotFound(run_id, "no such run")
    return Orders(RunState(row.state), row.asked_to, None if row.plan is None else from_json(Plan, row.plan))


def in_progress(connection: Connection) -> str | None:
    """The id of the run in progress."""
    query = select(run.c.id).where(run.c.state == RunState.RUNNING.value).order_by(run.c.started_at.desc())
    return connection.scalars(query.limit(1)).first()


def left(connection: Connection, run_id: str) -> int:
    """Jobs that are not done."""
    unfinished = job.c.run_id == run_id, job.c.state.in_((_QUEUED, _RUNNING)), job.c.kind.in_(_WORK)
    return connection.scalar(select(func.count()).select_from(job).where(*unfinished)) or 0


def _lease(connection: Connection, run_id: str, now: datetime, lease_seconds: float) -> None:
    connection.execute(
        insert(job).values(
            id=new_id(),
            kind=_HARVEST,
            subject=run_id,
            payload={"lease_seconds": lease_seconds, "holder": this_process()},
            state=_RUNNING,
            attempts=1,
            worker=worker_name("leader"),
            created_at=now,
            run_after=now,
            started_at=now,
            heartbeat_at=now,
            lease_until=now + timedelta(seconds=lease_seconds),
        )
    )


def _forget(connection: Connection, now: datetime) -> None:
    """Leases and failures of long ago: the table stays as large as a run."""
    long_ago = job.c.ended_at < now - _KEPT
    over = job.c.state.in_((JobState.DONE.value, JobState.FAILED.value, JobState.LOST.value))
    connection.execute(delete(job).where(over, long_ago))


def _close_dead(connection: Connection, now: datetime) -> list[str]:
    """Ids of the runs that this closed."""
    held = select(job).where(job.c.kind == _HARVEST, job.c.state == _RUNNING).with_for_update()
    for lease in connection.execute(held).all():
        if lease.lease_until > now and not is_dead(lease.payload.get("holder", {})):
            since = lease.started_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            raise HarvestRunning(_HARVEST, f"{lease.worker} since {since}")
        connection.execute(update(job).where(job.c.id == lease.id).values(state=JobState.LOST.value, ended_at=now))
    dead = list(connection.scalars(select(run.c.id).where(run.c.state == RunState.RUNNING.value)))
    for run_id in dead:
        _close(connection, run_id, RunState.INTERRUPTED, now)
    return dead


def _is_dead(connection: Connection, run_id: str, now: datetime) -> bool:
    held = select(job.c.lease_until, job.c.payload).where(job.c.subject == run_id, job.c.state == _RUNNING)
    lease = connection.execute(held.where(job.c.kind == _HARVEST)).one_or_none()
    return lease is None or lease.lease_until <= now or is_dead(lease.payload.get("holder", {}))


def _close(connection: Connection, run_id: str, state: RunState, now: datetime) -> None:
    of_run = job.c.run_id == run_id
    unfinished = left(connection, run_id)
    if state is RunState.ABORTED:
        connection.execute(delete(job).where(of_run, job.c.state.in_((_QUEUED, _RUNNING))))
    if state in (RunState.ABORTED, RunState.DONE):
        connection.execute(delete(job).where(of_run, job.c.state == JobState.DONE.value))
    values: dict[str, Any] = {"state": state.value, "ended_at": now, "asked_to": None}
    values["left"] = unfinished or None
    values["counts"] = runs.counts(connection, [run_id]).get(run_id, {})
    connection.execute(update(run).where(run.c.id == run_id).values(values))


def _take_over(connection: Connection, run_id: str, demo: bool, now: datetime) -> None:
    """What earlier runs left, the latest first; their other rows have done their duty, but for what was given up."""
    ended = select(run.c.id).where(run.c.demo == demo, run.c.state.in_([state.value for state in _LEFT_OPEN]))
    with_jobs = ended.where(exists().where(job.c.run_id == run.c.id, job.c.state != JobState.FAILED.value))
    for old in list(connection.scalars(with_jobs.order_by(run.c.started_at.desc()))):
        queueing.free_of(connection, _dead_workers(connection, old), now)
        running = select(job.c.id, job.c.worker).where(job.c.run_id == old, job.c.state == _RUNNING)
        for row in connection.execute(running).all():
            # Its worker lives and works for a run that has ended: what it brings is dropped.
            queueing.put_back(connection, [row.id], row.worker, counts=False)
        ours = job.alias()
        twice = exists().where(ours.c.run_id == run_id, ours.c.kind == job.c.kind, ours.c.subject == job.c.subject)
        queued = job.c.run_id == old, job.c.state == _QUEUED
        calm = update(job).where(*queued, ~twice).values(run_id=run_id, attempts=0)
        repositories = job.c.kind == JobKind.REPOSITORY.value
        connection.execute(
            calm.where(repositories).values(
                priority=CARRIED + case((job.c.crashes > 0, queueing.AFTER_A_CRASH), else_=0)
            )
        )
        connection.execute(calm)
        connection.execute(delete(job).where(job.c.run_id == old, job.c.state.in_((_QUEUED, JobState.DONE.value))))
        connection.execute(update(run).where(run.c.id == old).values(left=None))


def _dead_workers(connection: Connection, run_id: str) -> list[str]:
    query = select(job.c.worker).where(job.c.run_id == run_id, job.c.state == _RUNNING).distinct()
    return [worker for worker in connection.scalars(query) if worker is not None and is_dead(worker_holder(worker))]
