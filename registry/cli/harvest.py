# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""``allmende harvest``: run, resume and abort; test of one repository. What only looks is in modules of its own."""

from __future__ import annotations

import sys
from datetime import datetime

import click

from harvesters.base import canonical_url, forge_for
from registry.catalogue.presenting import harvest_test_json
from registry.cli.harvest_history import history
from registry.cli.harvest_running import Wish, print_run, run_now
from registry.cli.harvest_status import status
from registry.cli.moments import moment_of
from registry.cli.output import open_migrated, print_json
from registry.config import ui_language
from registry.model import Fault, ForgeKind, Harvested
from registry.vocabulary.rules import explain
from registry.vocabulary.signals import explain_signal

_FORGE = click.Choice([kind.value for kind in ForgeKind])


@click.group()
def harvest() -> None:
    """Harvest the sources, and see how that went.

    \b
    allmende harvest run                          all sources, as each night
    allmende harvest run --max-minutes 240        stop cleanly after four hours
    allmende harvest run --source https://github.com/it-at-m
    allmende harvest run --dry-run --since 7d     what would be visited
    allmende harvest status                       how far it is, or how the last one went
    allmende harvest history --repository https://github.com/it-at-m/dave
    allmende harvest test https://github.com/it-at-m/dave
    """


@harvest.command()
@click.option("--source", "source_ids", multiple=True, metavar="ID|URL", help="Only this source; may be repeated.")
@click.option("--url", "urls", multiple=True, metavar="URL", help="Only this repository; may be repeated.")
@click.option("--forge", type=_FORGE, help="Forge of --url, if not plain.")
@click.option("--limit", type=click.IntRange(1), help="Visit at most so many repositories.")
@click.option("--max-minutes", type=click.FloatRange(0, min_open=True), help="Begin nothing new after so long.")
@click.option("--since", type=moment_of, metavar="WHEN", help="Visit only what changed since: 2026-11-20, 36h, 7d.")
@click.option("--dry-run", is_flag=True, help="List and ask, but store nothing: say what would be visited.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object about the run.")
@click.option("--quiet", is_flag=True, help="No progress; only what came of it.")
def run(
    source_ids: tuple[str, ...],
    urls: tuple[str, ...],
    forge: str | None,
    limit: int | None,
    max_minutes: float | None,
    since: datetime | None,
    dry_run: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Harvest all sources (paused ones left out), or only those named.

    First goes on with what an earlier run left. One broken repository or source never stops the rest. Ctrl-C (and a
    service manager's stop) finishes what is in flight, keeps what is done and says what is left; the time budget of
    --max-minutes does the same, and the next run goes on there, the longest waiting first.

    \b
    Exit code 0  done; single repositories or sources may have failed: the next run tries them again
              1  done, but somebody has to act: an alert of severity error stands (see "allmende harvest status")
              3  stopped early, out of time, or another run is in progress: something is left for the next run
    """
    wish = Wish(
        sources=source_ids,
        urls=tuple(_address(url, forge) for url in urls),
        limit=limit,
        max_minutes=max_minutes,
        since=since,
        dry_run=dry_run,
    )
    sys.exit(run_now(wish, as_json=as_json, quiet=quiet))


@harvest.command()
@click.argument("run_id", metavar="[RUN]", required=False)
@click.option("--max-minutes", type=click.FloatRange(0, min_open=True), help="Begin nothing new after so long.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object about the run.")
@click.option("--quiet", is_flag=True, help="No progress; only what came of it.")
def resume(run_id: str | None, max_minutes: float | None, as_json: bool, quiet: bool) -> None:
    """Go on with a run that was killed, stopped or out of time: with RUN, or the latest such one.

    It keeps its number; what it has done is not done again. "harvest run" would take over the same work and list the
    sources anew. Exit codes as "harvest run"; 2 when nothing is left of it.
    """
    sys.exit(run_now(Wish(resumes=True, run_id=run_id, max_minutes=max_minutes), as_json=as_json, quiet=quiet))


@harvest.command()
@click.argument("run_id", metavar="[RUN]", required=False)
@click.option("--keep", is_flag=True, help="Only stop it: what is left stays for the next run.")
@click.option("--json", "as_json", is_flag=True)
def abort(run_id: str | None, keep: bool, as_json: bool) -> None:
    """End the run in progress, in whatever process and on whatever machine it is led.

    It finishes what is in flight (seconds, at most ALLMENDE_GIT_SECONDS) and drops the rest. A run that was
    interrupted or paused before is closed for good: the next one starts afresh. Nothing that was stored is lost.
    """
    asked = open_migrated().operating.end(run_id, keep=keep)
    if as_json:
        print_json({"run": asked.id, "state": asked.state.value, "asked_to": "stop" if keep else "abort"})
    elif asked.ended_at is None:
        click.echo(f"Run {asked.id} was asked to {'stop' if keep else 'abort'}.")
    else:
        print_run(asked)


@harvest.command()
@click.argument("url")
@click.option("--forge", type=_FORGE, help="If the host does not tell.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object with facts, licence, signals and problems.")
def test(url: str, forge: str | None, as_json: bool) -> None:
    """Read one repository exactly as the harvest does, and store nothing.

    \b
    allmende harvest test https://github.com/it-at-m/dave
    allmende harvest test https://git.stadt.example/amt/werkzeug --forge forgejo

    Exit code 0 when it could be read, 1 when not.
    """
    asked, kind = _address(url, forge)
    visit = open_migrated().harvesting.test(asked, kind)
    if as_json:
        print_json(harvest_test_json(url, visit.ref, visit.fresh, visit.moved_from))
    elif isinstance(visit.fresh, Harvested):
        _print_harvested(visit.fresh)
    elif isinstance(visit.fresh, Fault):
        told = explain(visit.fresh.rule, visit.fresh.params, ui_language())
        click.secho(told.message.strip(), fg="red", err=True)
        click.echo(told.hint, err=True)
    sys.exit(1 if isinstance(visit.fresh, Fault) else 0)


harvest.add_command(status)
harvest.add_command(history)


def _address(url: str, forge: str | None) -> tuple[str, ForgeKind]:
    canonical = canonical_url(url)
    return canonical, forge_for(canonical, ForgeKind(forge) if forge else None)


def _print_harvested(fresh: Harvested) -> None:
    language = ui_language()
    click.secho(fresh.solution.name, bold=True)
    click.echo(f"commit {fresh.snapshot.commit}, {len(fresh.snapshot.files)} files read")
    licence = fresh.solution.licence
    later = f", range {licence.range}" if licence.range else ""
    click.echo(f"licence: {licence.expression or '-'} ({licence.verdict}{later})")
    for verdict in fresh.assessment.signals:
        click.echo(f"{verdict.name}: {verdict.verdict} - {explain_signal(verdict, language)}")
    for found in fresh.solution.problems:
        told = explain(found.rule, found.params, language)
        where = f"{found.origin.path}:{found.origin.line or 1}: " if found.origin and found.origin.path else ""
        click.echo(f"{where}{found.severity}: {told.message} {told.hint}".rstrip())
