# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""``allmende harvest status``: how the run in progress goes, or how the last one went, and what is wrong."""

from __future__ import annotations

import sys
from typing import Any

import click

from registry.catalogue.operating import Standing
from registry.catalogue.presenting import moment
from registry.catalogue.telling import alert_json, run_json
from registry.cli.harvest_running import print_alerts, print_run
from registry.cli.moments import shown
from registry.cli.output import open_migrated, print_json
from registry.cli.progress import duration
from registry.config import ui_language
from registry.model import HostTraffic, Severity
from registry.storage.operations import Worker
from registry.vocabulary.rules import explain


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object; times in UTC.")
def status(as_json: bool) -> None:
    """Say how harvesting stands: the run in progress, or the last one; what is left; what is wrong.

    \b
    allmende harvest status
    watch -n 10 allmende harvest status
    allmende harvest status --json | jq '.alerts[].rule'

    Times are local. Exit code 1 when an alert of severity error stands, else 0: a monitoring check can call it.
    """
    found = open_migrated().operating.standing()
    if as_json:
        print_json(standing_json(found))
    else:
        _print(found)
    sys.exit(1 if any(alert.severity is Severity.ERROR for alert in found.alerts) else 0)


def standing_json(found: Standing) -> dict[str, Any]:
    return {
        "going_on": found.going_on,
        "run": run_json(found.run) if found.run is not None else None,
        "done": found.done,
        "left": found.left,
        "sources_left": found.sources_left,
        "rate": None if found.rate is None else round(found.rate, 2),
        "seconds_left": None if found.seconds_left is None else round(found.seconds_left),
        "resumable": found.resumable,
        "due_at": moment(found.due_at),
        "jobs": {kind.value: {state.value: n for state, n in states.items()} for kind, states in found.jobs.items()},
        "workers": [_worker_json(worker) for worker in found.workers],
        "paused_hosts": [_host_json(host) for host in found.paused_hosts],
        "alerts": [alert_json(alert) for alert in found.alerts],
        "older_read": found.older_read,
    }


def _worker_json(worker: Worker) -> dict[str, Any]:
    return {
        "name": worker.name,
        "leads": worker.leads,
        "jobs": worker.jobs,
        "heartbeat_at": moment(worker.heartbeat_at),
        "lease_until": moment(worker.lease_until),
    }


def _host_json(host: HostTraffic) -> dict[str, Any]:
    return {"host": host.name, "until": moment(host.paused_until), "rule": host.paused_for}


def _print(found: Standing) -> None:
    if found.run is None:
        click.echo('There was no harvest yet. Start one with "allmende harvest run".')
    elif found.going_on:
        _print_going_on(found)
    else:
        click.echo(f"{shown(found.run.started_at)} to {shown(found.run.ended_at)}:")
        print_run(found.run)
        if found.resumable:
            click.echo(f"What is left may begin at {shown(found.due_at)}.")
    for kind, states in sorted(found.jobs.items()):
        click.echo(f"  jobs, {kind}: " + ", ".join(f"{number} {state}" for state, number in sorted(states.items())))
    for worker in found.workers:
        what = f"leads the run, {worker.jobs} jobs" if worker.leads else f"{worker.jobs} jobs"
        click.echo(f"  {worker.name}: {what}, last heartbeat {shown(worker.heartbeat_at)}")
    for host in found.paused_hosts:
        told = explain(host.paused_for or "", {"subject": host.name, "detail": ""}, ui_language())
        click.echo(f"  {host.name} is left alone until {shown(host.paused_until)}: {told.message.strip(' :')}")
    print_alerts(found.alerts)
    if found.older_read:
        told = explain("readers-newer", {"count": str(found.older_read)}, ui_language())
        click.echo(f"{told.message} {told.hint}", err=True)


def _print_going_on(found: Standing) -> None:
    if found.run is None:
        return
    more = f", {found.sources_left} sources still to be listed" if found.sources_left else ""
    click.echo(f"Run {found.run.id} goes on since {shown(found.run.started_at)}.")
    click.echo(f"{found.done} of {found.done + found.left} repositories done{more}.")
    if found.rate:
        left = f", {duration(found.seconds_left)} left" if found.seconds_left is not None else ""
        click.echo(f"{found.rate:.1f} a second of late{left}.")
