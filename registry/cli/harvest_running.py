# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A run from the command line: what is asked for, the progress, what came of it, and with which code it ends."""

from __future__ import annotations

import logging
import signal
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import click

from registry.bootstrap import Catalogue, utc_now
from registry.catalogue.alerting import Alert, explained
from registry.catalogue.harvesting import DryRun, Report
from registry.catalogue.presenting import problem_json
from registry.catalogue.telling import alert_json, run_json
from registry.cli import EXIT_AGAIN, EXIT_FINDINGS
from registry.cli.output import fill_register, open_migrated, print_json
from registry.cli.printable import printable
from registry.cli.progress import Telling, duration, run_progress
from registry.config import Config, load, ui_language
from registry.model import ForgeKind, Item, Plan, Run, RunState, Severity, Source
from registry.vocabulary.rules import explain

_EARLY = frozenset({RunState.INTERRUPTED, RunState.PAUSED, RunState.ABORTED, RunState.FAILED})

_log = logging.getLogger("allmende.harvest")


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asked for."""

    sources: Sequence[str] = ()
    """Ids or URLs; none of these and no ``urls``: all that are not paused."""
    urls: tuple[tuple[str, ForgeKind], ...] = ()
    limit: int | None = None
    max_minutes: float | None = None
    since: datetime | None = None
    dry_run: bool = False
    resumes: bool = False
    run_id: str | None = None
    """Of the run that is resumed; None: the latest."""


def run_now(wish: Wish, *, as_json: bool, quiet: bool) -> int:
    """Run, tell, and say with which exit code the command ends."""
    # A service manager's stop is as good as Ctrl-C, also before the run begins and after it.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    config = load()
    catalogue = open_migrated(config)
    fill_register(config, catalogue)
    sources = _sources(catalogue, wish)
    with ExitStack() as stack:
        catalogue = _with_demonstration(catalogue, config, sources, stack)
        progress = Telling(run_progress(config, quiet, catalogue.store.run_in_progress))
        stack.callback(progress.end)
        if wish.dry_run:
            found = catalogue.harvesting.dry_run(_plan(wish, sources), progress)
            progress.end()
            return _print_dry_run(found, as_json=as_json)
        report = _run(catalogue, wish, sources, progress)
        progress.end()
    alerts = _to_act_on(catalogue, wish, sources)
    _log_end(catalogue, report)
    if as_json:
        print_json({**report_json(report), "alerts": [alert_json(alert) for alert in alerts]})
    else:
        print_run(report.run, report.seconds)
        print_alerts(alerts)
    if report.run.state in _EARLY:
        return EXIT_AGAIN
    return EXIT_FINDINGS if alerts else 0


def report_json(report: Report) -> dict[str, Any]:
    """``allmende harvest run --json``; ``seconds`` is how long this process was at it."""
    return {**run_json(report.run), "seconds": round(report.seconds, 3)}


def print_run(run: Run, seconds: float | None = None) -> None:
    """What came of a run: on standard output, its faults on standard error."""
    counts = ", ".join(f"{count} {status}" for status, count in sorted(run.counts.items())) or "nothing to do"
    click.echo(f"Run {run.id} {run.state}: {counts}.")
    if seconds is not None:
        total = sum(run.counts.values())
        rate = total / max(seconds, 0.001)
        click.echo(f"{total} repositories in {duration(seconds)} ({rate:.1f} a second).")
    if run.left and run.state is not RunState.ABORTED:
        click.echo(f'{run.left} left: the next run goes on there, or "allmende harvest resume" now.')
    for error in run.errors:
        told = explain(error.rule, error.params, ui_language())
        click.echo(f"{error.severity}: {told.message.strip()} {told.hint}".rstrip(), err=True)


def print_alerts(alerts: Sequence[Alert]) -> None:
    for alert in alerts:
        told = explained(alert, ui_language())
        click.echo(f"{alert.severity}: {told.message} {told.hint}".rstrip(), err=True)


def _sources(catalogue: Catalogue, wish: Wish) -> list[Source]:
    if wish.resumes:
        return []
    if wish.sources or wish.urls:
        return [catalogue.registering.source(name) for name in wish.sources]
    known = catalogue.registering.sources()
    found = [source for source in known if not source.paused]
    if not found:
        reason = "All sources are paused" if known else "No sources yet"
        click.echo(f'{reason}: see "allmende source --help".', err=True)
    return found


def _with_demonstration(catalogue: Catalogue, config: Config, sources: Sequence[Source], stack: ExitStack) -> Catalogue:
    address = catalogue.demonstration.address
    if address is None or not any(source.demo for source in sources):
        return catalogue
    # "allmende serve --demo" may be serving them already: then the port is taken, and that is fine.
    with suppress(OSError):
        stack.enter_context(catalogue.demonstration.server())
    return open_migrated(config.allowing(address))


def _until(wish: Wish) -> datetime | None:
    return None if wish.max_minutes is None else utc_now() + timedelta(minutes=wish.max_minutes)


def _plan(wish: Wish, sources: Sequence[Source]) -> Plan:
    return Plan(
        source_ids=tuple(source.id for source in sources),
        urls=wish.urls,
        limit=wish.limit,
        since=wish.since,
        until=_until(wish),
    )


def _run(catalogue: Catalogue, wish: Wish, sources: Sequence[Source], progress: Telling) -> Report:
    if wish.resumes:
        return catalogue.harvesting.resume(wish.run_id, progress, _until(wish))
    return catalogue.harvesting.run(_plan(wish, sources), progress=progress)


def _to_act_on(catalogue: Catalogue, wish: Wish, sources: Sequence[Source]) -> list[Alert]:
    """Alerts of severity error: of what was harvested, or of everything where everything was."""
    if wish.urls and not wish.sources:
        return []
    mine = {source.url for source in sources} if wish.sources else None
    return [
        alert
        for alert in catalogue.operating.alerts()
        if alert.severity is Severity.ERROR and (mine is None or alert.params.get("source") in mine)
    ]


def _log_end(catalogue: Catalogue, report: Report) -> None:
    run = report.run
    for source in catalogue.registering.sources() if _log.isEnabledFor(logging.INFO) else ():
        if source.last_run_at is not None and source.last_run_at >= run.started_at:
            fields = {"run": run.id, "url": source.url, "listed": source.last_listed, "rule": source.last_error}
            _log.log(logging.WARNING if source.last_error else logging.INFO, "source-listed", extra=fields)
    told = {"counts": dict(run.counts), "errors": [error.rule for error in run.errors], "left": run.left}
    seconds = round(report.seconds, 3)
    _log.info("run-ended", extra={"run": run.id, "state": run.state.value, "seconds": seconds, **told})


def _print_dry_run(found: DryRun, *, as_json: bool) -> int:
    if as_json:
        print_json(
            {
                "dry_run": True,
                "counts": dict(found.counts),
                "items": [_item_json(item) for item in found.items],
                "errors": [problem_json(error) for error in found.errors],
            }
        )
        return 0
    for item in found.items:
        reason = ""
        if item.rule is not None:
            reason = f": {explain(item.rule, item.params, ui_language()).message.strip()}"
        click.echo(printable(f"{item.status:<9} {item.repository}{reason}"))
    counts = ", ".join(f"{count} {status}" for status, count in found.counts.items()) or "nothing to do"
    click.echo(f"Nothing was stored. A run would find: {counts}.", err=True)
    return 0


def _item_json(item: Item) -> dict[str, Any]:
    return {"repository": item.repository, "status": item.status.value, "rule": item.rule, "params": dict(item.params)}
