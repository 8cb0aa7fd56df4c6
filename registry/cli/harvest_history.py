# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""``allmende harvest history``: earlier runs; or what each did with one repository, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import click

from registry.catalogue.operating import Night
from registry.catalogue.presenting import moment
from registry.catalogue.telling import run_json
from registry.cli.moments import moment_of, shown
from registry.cli.output import open_migrated, print_json
from registry.cli.printable import printable
from registry.cli.progress import duration
from registry.config import ui_language
from registry.model import Item
from registry.storage.operations import VisitRecord
from registry.vocabulary.rules import LANGUAGES, Explanation, explain


@click.command()
@click.option("--since", type=moment_of, metavar="WHEN", help="Only runs begun since: 2026-11-20, 36h, 7d.")
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="At most so many, newest first."
)
@click.option("--source", "source_id", metavar="ID|URL", help="Only runs that met this source, with its own counts.")
@click.option("--repository", "url", metavar="URL", help="What each run did with this repository, and why.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object; times in UTC, texts in both languages.")
def history(since: datetime | None, limit: int, source_id: str | None, url: str | None, as_json: bool) -> None:
    """Show earlier runs with their counts, durations and faults.

    \b
    allmende harvest history --since 7d
    allmende harvest history --source https://github.com/it-at-m
    allmende harvest history --repository https://github.com/it-at-m/dave
    """
    if url is not None and source_id is not None:
        raise click.UsageError("Give either --source or --repository.")
    catalogue = open_migrated()
    if url is not None:
        visits = catalogue.operating.visits(url, since, limit)
        _print_visits(url, visits, as_json)
        return
    source = catalogue.registering.source(source_id) if source_id is not None else None
    nights = catalogue.operating.history(since, limit, source)
    if as_json:
        print_json({"source": source.url if source else None, "runs": [night_json(night) for night in nights]})
        return
    for night in nights:
        _print_night(night)
    if not nights:
        click.echo("No runs.")


def night_json(night: Night) -> dict[str, Any]:
    return {**run_json(night.run), "counts": dict(night.counts)}


def visit_json(visit: VisitRecord) -> dict[str, Any]:
    told = {lang: why(visit.item, lang) for lang in LANGUAGES}
    return {
        "run": visit.run_id,
        "run_state": visit.run_state.value,
        "run_started_at": moment(visit.run_started_at),
        "at": moment(visit.item.at),
        "status": visit.item.status.value,
        "rule": visit.item.rule,
        "problems": visit.item.problems,
        "seconds": round(visit.item.seconds, 3),
        "message": {lang: text.message for lang, text in told.items()},
        "hint": {lang: text.hint for lang, text in told.items()},
    }


def why(item: Item, lang: str) -> Explanation:
    """What was done with a repository, in plain language: the reason where there is one."""
    plain = explain(f"visit-{item.status.value}", {}, lang)
    if item.rule is None:
        return plain
    reason = explain(item.rule, item.params, lang)
    return Explanation(f"{plain.message} {reason.message.strip()}", reason.hint)


def _print_night(night: Night) -> None:
    run = night.run
    counts = ", ".join(f"{count} {status}" for status, count in sorted(night.counts.items())) or "nothing"
    took = duration(night.seconds) if night.seconds is not None else "goes on"
    click.echo(f"{shown(run.started_at)}  {run.id}  {run.state}, {took}: {counts}")
    for error in run.errors:
        told = explain(error.rule, error.params, ui_language())
        click.echo(f"    {error.severity}: {printable(told.message.strip())}")


def _print_visits(url: str, visits: Sequence[VisitRecord], as_json: bool) -> None:
    if as_json:
        print_json({"repository": url, "visits": [visit_json(visit) for visit in visits]})
        return
    for visit in visits:
        told = why(visit.item, ui_language())
        problems = f" ({visit.item.problems} problems)" if visit.item.problems else ""
        click.echo(f"{shown(visit.item.at)}  {visit.run_id}  {visit.item.status}: {printable(told.message)}{problems}")
        if told.hint:
            click.echo(f"    {printable(told.hint)}")
    if not visits:
        click.echo("No runs.")
