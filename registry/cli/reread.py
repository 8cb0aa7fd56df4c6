# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""``allmende reread``: the stored snapshots once more, after an update of the program."""

from __future__ import annotations

import signal
import sys
from typing import Any

import click

from registry.catalogue.rereading import Reread
from registry.cli.output import TerminalProgress, open_migrated, print_json
from registry.model import Item


@click.command()
@click.argument("slugs", nargs=-1, metavar="[SLUG]...")
@click.option("--all", "everything", is_flag=True, help="Also what the present readers have read already.")
@click.option("--workers", type=click.IntRange(1, 32), help="Processes that read at the same time.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object about what came of it.")
def reread(slugs: tuple[str, ...], everything: bool, workers: int | None, as_json: bool) -> None:
    """Read stored snapshots again, without the network: after an update, or to be sure.

    Without a SLUG it takes all repositories that an older version has read; killed or stopped, it goes on there when it
    is called again. With SLUGs it takes the repositories of these solutions.
    Exit code 0 when all could be read, 1 when some could not, 3 when it was stopped or a harvest is running.
    """
    if slugs and everything:
        raise click.UsageError("Give either --all or SLUGs.")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    catalogue = open_migrated()
    progress = TerminalProgress()
    report = catalogue.rereading.run(slugs or None, everything, workers, progress)
    progress.end()
    if as_json:
        print_json(reread_json(report))
    else:
        _print(report)
    sys.exit(3 if report.interrupted else 1 if report.failed else 0)


def reread_json(report: Reread) -> dict[str, Any]:
    return {
        "changed": report.changed,
        "unchanged": report.unchanged,
        "overtaken": report.overtaken,
        "failed": [_failed_json(item) for item in report.failed],
        "left": report.left,
        "interrupted": report.interrupted,
        "seconds": round(report.seconds, 3),
    }


def _failed_json(item: Item) -> dict[str, Any]:
    return {"repository": item.repository, "rule": item.rule, "params": dict(item.params)}


def _print(report: Reread) -> None:
    rate = report.done / max(report.seconds, 0.001)
    click.echo(
        f"{report.done} repositories read again in {report.seconds:.1f} s ({rate:.1f} a second): "
        f"{report.changed} changed, {report.unchanged} unchanged, {len(report.failed)} failed."
    )
    if report.overtaken:
        click.echo(f"{report.overtaken} changed meanwhile: call it again if you like.", err=True)
    if report.left:
        click.echo(f'{report.left} left: "allmende reread" goes on there.', err=True)
