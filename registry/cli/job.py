# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""``allmende job``: the pieces of work that harvests are made of."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import click

from registry.bootstrap import utc_now
from registry.catalogue.presenting import moment
from registry.cli.faults import redactor
from registry.cli.moments import span_of
from registry.cli.output import open_migrated, print_json
from registry.cli.printable import printable
from registry.config import ui_language
from registry.errors import InvalidInput
from registry.model import Job, JobKind, JobState
from registry.vocabulary.rules import explain, rules

_STATES = click.Choice([state.value for state in JobState])
_KINDS = click.Choice([kind.value for kind in JobKind])
_PURGED = "failed,done,lost"


@click.group()
def job() -> None:
    """Look at the jobs of harvests, and try again what was given up.

    \b
    allmende job list --state failed
    allmende job show JOB
    allmende job retry --all-failed
    allmende job purge --older-than 30d
    """


@job.command("list")
@click.option("--state", type=_STATES, help="Only in this state.")
@click.option("--kind", type=_KINDS, help="Only of this kind.")
@click.option("--run", "run_id", metavar="RUN", help="Only of this run.")
@click.option("--page", type=click.IntRange(1), default=1, show_default=True)
@click.option("--per-page", type=click.IntRange(1, 1000), default=50, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object; times in UTC.")
def list_(state: str | None, kind: str | None, run_id: str | None, page: int, per_page: int, as_json: bool) -> None:
    """List jobs, the newest first."""
    store = open_migrated().store
    wanted_state, wanted_kind = JobState(state) if state else None, JobKind(kind) if kind else None
    if run_id is not None:
        store.run(run_id)
    jobs, total = store.jobs.page(wanted_state, wanted_kind, run_id, page, per_page)
    if as_json:
        print_json({"total": total, "page": page, "per_page": per_page, "jobs": [job_json(one) for one in jobs]})
        return
    for one in jobs:
        error = f"  {_error(one)}" if one.last_error else ""
        click.echo(f"{one.id}  {one.kind:<10} {one.state:<7} {one.attempts}x  {printable(one.subject)}{error}")
    more = f", page {page}" if total > len(jobs) else ""
    click.echo(f"{total} jobs{more}.", err=True)


@job.command()
@click.argument("job_id", metavar="JOB")
@click.option("--json", "as_json", is_flag=True, help="One JSON object; times in UTC.")
def show(job_id: str, as_json: bool) -> None:
    """Show one job: what it is about, who has it, how often it was tried and what went wrong."""
    found = open_migrated().store.jobs.one(job_id)
    if as_json:
        print_json(job_json(found))
        return
    for name, value in job_json(found).items():
        text = (
            json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str("-" if value is None else value)
        )
        click.echo(f"{name}: {printable(text)}")
    if found.last_error:
        click.echo(_error(found))


@job.command()
@click.argument("job_ids", metavar="[JOB]...", nargs=-1)
@click.option("--all-failed", is_flag=True, help="All that were given up.")
@click.option("--json", "as_json", is_flag=True)
def retry(job_ids: tuple[str, ...], all_failed: bool, as_json: bool) -> None:
    """Queue again what was given up, as if it was never tried. The next run takes it along.

    Exit code 2 for a JOB that is not there or was not given up.
    """
    if bool(job_ids) == all_failed:
        raise click.UsageError("Give either JOBs or --all-failed.")
    jobs = open_migrated().store.jobs
    for job_id in job_ids:
        found = jobs.one(job_id)
        if found.state not in (JobState.FAILED, JobState.LOST) or found.kind is JobKind.HARVEST:
            raise InvalidInput(job_id, f"{found.kind}: {found.state}")
    number = jobs.retry(job_ids or None)
    if as_json:
        print_json({"retried": number})
    else:
        click.echo(f"{number} jobs queued again.")


@job.command()
@click.option(
    "--older-than",
    type=span_of,
    metavar="SPAN",
    default="30d",
    show_default=True,
    help="Ended so long ago: 36h, 30d, 8w.",
)
@click.option("--state", "states", default=_PURGED, show_default=True, help="States, with commas.")
@click.option("--json", "as_json", is_flag=True)
def purge(older_than: timedelta, states: str, as_json: bool) -> None:
    """Forget jobs that ended long ago. Runs and what they did stay in the history."""
    wanted = [word.strip() for word in states.split(",") if word.strip()]
    if unfit := [word for word in wanted if word not in _PURGED.split(",")]:
        raise click.BadParameter(f"{', '.join(unfit)}: only {_PURGED} can be purged.", param_hint="--state")
    number = open_migrated().store.jobs.purge(utc_now() - older_than, [JobState(word) for word in wanted])
    if as_json:
        print_json({"purged": number})
    else:
        click.echo(f"{number} jobs forgotten.")


def job_json(found: Job) -> dict[str, Any]:
    hide = redactor()
    return {
        "id": found.id,
        "kind": found.kind.value,
        "subject": found.subject,
        "state": found.state.value,
        "run": found.run_id,
        "host": found.host,
        "priority": found.priority,
        "attempts": found.attempts,
        "worker": found.worker,
        "created_at": moment(found.created_at),
        "run_after": moment(found.run_after),
        "started_at": moment(found.started_at),
        "heartbeat_at": moment(found.heartbeat_at),
        "lease_until": moment(found.lease_until),
        "ended_at": moment(found.ended_at),
        "last_error": hide.text(found.last_error) if found.last_error else None,
        "payload": hide.value(dict(found.payload)),
    }


def _error(found: Job) -> str:
    """The last error in the terminal's language."""
    rule, _, detail = (found.last_error or "").partition(": ")
    if rule not in rules():
        return printable(redactor().text(found.last_error or ""))
    told = explain(rule, {"subject": found.subject, "detail": detail}, ui_language())
    return printable(redactor().text(told.message.strip()))
