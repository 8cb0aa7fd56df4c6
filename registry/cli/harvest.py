# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""``allmende harvest``: run and test."""

from __future__ import annotations

import signal
import sys
from contextlib import ExitStack, suppress
from typing import Any

import click

from harvesters.base import canonical_url, forge_for
from registry.catalogue.harvesting import Report
from registry.catalogue.presenting import harvest_test_json, moment, problem_json
from registry.cli.output import TerminalProgress, open_migrated, print_json
from registry.config import load, ui_language
from registry.model import Fault, ForgeKind, Harvested
from registry.vocabulary.rules import explain
from registry.vocabulary.signals import explain_signal


@click.group()
def harvest() -> None:
    """Harvest the sources, or test one repository.

    \b
    allmende harvest run
    allmende harvest run --url https://github.com/it-at-m/dave
    allmende harvest test https://github.com/it-at-m/dave
    """


@harvest.command()
@click.option("--source", "source_ids", multiple=True, metavar="ID|URL", help="Only this source; may be repeated.")
@click.option("--url", "urls", multiple=True, metavar="URL", help="Only this repository; may be repeated.")
@click.option("--forge", type=click.Choice([kind.value for kind in ForgeKind]), help="Forge of --url, if not plain.")
@click.option("--limit", type=click.IntRange(1), help="Visit at most so many repositories.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object about the run.")
def run(
    source_ids: tuple[str, ...], urls: tuple[str, ...], forge: str | None, limit: int | None, as_json: bool
) -> None:
    """Harvest all sources (paused ones left out), or only those named.

    One broken repository never stops the rest. Ctrl-C finishes what is in flight and keeps what is done.
    Exit code 0 when the run was completed, 3 when it was interrupted.
    """
    # A service manager's stop is as good as Ctrl-C: finish what is in flight, keep what is done.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    config = load()
    catalogue = open_migrated(config)
    wanted = [_address(url, forge) for url in urls]
    sources = [catalogue.registering.source(source_id) for source_id in source_ids]
    if not source_ids and not urls:
        known = catalogue.registering.sources()
        sources = [source for source in known if not source.paused]
        if not sources:
            reason = "All sources are paused" if known else "No sources yet"
            click.echo(f'{reason}: see "allmende source --help".', err=True)
    with ExitStack() as stack:
        if any(source.demo for source in sources) and (address := catalogue.demonstration.address) is not None:
            # "allmende serve --demo" may be serving them already: then the port is taken, and that is fine.
            with suppress(OSError):
                stack.enter_context(catalogue.demonstration.server())
            catalogue = open_migrated(config.allowing(address))
        progress = TerminalProgress()
        report = catalogue.harvesting.run(sources, wanted, limit, progress)
        progress.end()
    if as_json:
        print_json(report_json(report))
    else:
        _print(report)
    sys.exit(3 if report.interrupted else 0)


@harvest.command()
@click.argument("url")
@click.option("--forge", type=click.Choice([kind.value for kind in ForgeKind]), help="If the host does not tell.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object with facts, licence, signals and problems.")
def test(url: str, forge: str | None, as_json: bool) -> None:
    """Read one repository exactly as the harvest does, and store nothing.

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


def _address(url: str, forge: str | None) -> tuple[str, ForgeKind]:
    canonical = canonical_url(url)
    return canonical, forge_for(canonical, ForgeKind(forge) if forge else None)


def report_json(report: Report) -> dict[str, Any]:
    run = report.run
    return {
        "run": run.id,
        "state": run.state.value,
        "started_at": moment(run.started_at),
        "ended_at": moment(run.ended_at),
        "seconds": round(report.seconds, 3),
        "counts": dict(run.counts),
        "errors": [problem_json(error) for error in run.errors],
    }


def _print(report: Report) -> None:
    counts = ", ".join(f"{count} {status}" for status, count in sorted(report.run.counts.items())) or "nothing to do"
    total = sum(report.run.counts.values())
    click.echo(f"Run {report.run.id} {report.run.state}: {counts}.")
    click.echo(f"{total} repositories in {report.seconds:.1f} s ({total / max(report.seconds, 0.001):.1f} a second).")
    for error in report.run.errors:
        told = explain(error.rule, error.params, ui_language())
        click.echo(f"{error.severity}: {told.message.strip()} {told.hint}", err=True)


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
