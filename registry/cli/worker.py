# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""``allmende worker``: a further process that works at the run in progress."""

from __future__ import annotations

import signal

import click

from registry.bootstrap import utc_now
from registry.cli.output import open_migrated, print_json
from registry.cli.progress import Telling, duration, run_progress
from registry.config import load


@click.command()
@click.option("--once", is_flag=True, help="End when there is nothing to do.")
@click.option("--idle-seconds", type=click.FloatRange(0, 3600), default=10.0, show_default=True,
              help="Look again after so long when there is nothing to do.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="One JSON object at the end.")
@click.option("--quiet", is_flag=True, help="No progress; only what came of it.")
def worker(once: bool, idle_seconds: float, as_json: bool, quiet: bool) -> None:
    """Work at whatever run is in progress, beside the process that leads it.

    \b
    allmende harvest run &
    allmende worker --once          on this or any other machine with the same PostgreSQL database
    allmende worker                 as a service: waits for runs

    It begins no run and ends none. Several share the work: each takes jobs that no other has. Ctrl-C and SIGTERM
    finish what is in flight; killed, its jobs go to the others. On SQLite all of them must be on one machine.
    Exit code 0.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    config = load()
    catalogue = open_migrated(config)
    progress = Telling(run_progress(config, quiet, catalogue.store.run_in_progress))
    begun = utc_now()
    try:
        done = catalogue.harvesting.work(progress, idle_seconds=idle_seconds, once=once)
    finally:
        progress.end()
    seconds = (utc_now() - begun).total_seconds()
    if as_json:
        print_json({"done": done, "seconds": round(seconds, 3)})
    else:
        click.echo(f"{done} jobs done in {duration(seconds)}.")
