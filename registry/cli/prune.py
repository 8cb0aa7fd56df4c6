# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""``allmende prune``: what is stored and no longer needed goes."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

import click

from registry.catalogue.pruning import Freed, Keep
from registry.cli.output import open_migrated, print_json
from registry.storage.snapshots import KEPT

_DAYS = click.IntRange(1, 10_000)


@click.command()
@click.option("--keep", type=click.IntRange(1, 100), default=KEPT, show_default=True, help="Snapshots a repository.")
@click.option("--items-days", type=_DAYS, default=14, show_default=True, help="Items of unchanged repositories.")
@click.option("--runs-days", type=_DAYS, default=400, show_default=True, help="Runs with their other items.")
@click.option("--requests-days", type=_DAYS, default=60, show_default=True, help="Remembered answers without use.")
@click.option("--dry-run", is_flag=True, help="Say what would go and delete nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object about what went.")
def prune(keep: int, items_days: int, runs_days: int, requests_days: int, dry_run: bool, as_json: bool) -> None:
    """Delete what is no longer needed, and give the room back.

    The newest snapshot of a repository and the last one whose publiccode.yml could be read always stay, and so does the
    last thing that was done to each repository. Harvest and web go on meanwhile. Every harvest prunes a little itself.
    """
    days = (timedelta(days=number) for number in (items_days, runs_days, requests_days))
    freed = open_migrated().pruning.run(Keep(keep, *days), dry_run)
    if as_json:
        print_json({"dry_run": dry_run, **asdict(freed)})
    else:
        _print(freed, dry_run)


def _print(freed: Freed, dry_run: bool) -> None:
    what = (
        f"{freed.snapshots} snapshots, {freed.files} files without a snapshot, {freed.items} items, {freed.runs} runs, "
        f"{freed.jobs} jobs, {freed.requests} remembered answers"
    )
    click.echo(f"{'Would delete' if dry_run else 'Deleted'}: {what}.")
    if not dry_run:
        before, after, free = (size / 2**20 for size in (freed.bytes_before, freed.bytes_after, freed.reusable))
        click.echo(f"Database: {before:.1f} MiB before, {after:.1f} MiB now, {free:.1f} MiB of it free for new rows.")
