# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""``allmende solution``: which repositories are one product, decided by people."""

from __future__ import annotations

from typing import Any

import click

from registry.catalogue.presenting import moment
from registry.cli.output import open_migrated, print_json
from registry.config import ui_language
from registry.model import Regrouped, Regrouping
from registry.vocabulary.rules import explain

_REASON = click.option("--reason", required=True, help="Why; it stands in the log for whoever asks later.")
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object.")


@click.group()
def solution() -> None:
    """Decide which repositories are one product, and see why they are.

    \b
    allmende solution split buergerbus https://github.com/stadt/buergerbus-karte --reason "A product of its own"
    allmende solution merge buergerbus buergerbus-2 --reason "The same product"
    allmende solution log buergerbus
    """


@solution.command()
@click.argument("slug")
@click.argument("repository")
@_REASON
@_JSON
def split(slug: str, repository: str, reason: str, as_json: bool) -> None:
    """Take REPOSITORY (its URL) off the solution SLUG: it becomes a solution of its own.

    SLUG stays with the others. Counts also for every later harvest; "allmende solution merge" takes it back.
    """
    done = open_migrated().grouping.split(slug, repository, reason)
    if as_json:
        print_json(_json(done))
    elif done.done:
        click.echo(f"{repository} is now the solution {done.parted}; {done.slug} goes on without it.")
    else:
        click.echo(f"{repository} is a solution of its own already: {done.parted}.")


@solution.command()
@click.argument("slug")
@click.argument("other", metavar="SLUG")
@_REASON
@_JSON
def merge(slug: str, other: str, reason: str, as_json: bool) -> None:
    """Make two solutions one: the first SLUG stays, the second leads there.

    Counts also for every later harvest; "allmende solution split" takes it back.
    """
    done = open_migrated().grouping.merge(slug, other, reason)
    if as_json:
        print_json(_json(done))
    elif done.done:
        click.echo(f"{other} is now a part of {done.slug}.")
    else:
        click.echo(f"{slug} and {other} are one solution already: {done.slug}.")


@solution.command()
@click.argument("slug", required=False)
@click.option("--limit", type=click.IntRange(1, 10_000), default=200, show_default=True, help="At most so many lines.")
@_JSON
def log(slug: str | None, limit: int, as_json: bool) -> None:
    """Show what came together and parted, the newest first: when, by whom, why."""
    entries = open_migrated().grouping.log(slug, limit)
    if as_json:
        print_json({"entries": [_entry_json(entry) for entry in entries]})
        return
    for entry in entries:
        click.echo(_line(entry))
    if not entries:
        click.echo("Nothing was merged or split so far.")


def _json(done: Regrouped) -> dict[str, Any]:
    return {"slug": done.slug, "parted": done.parted, "changed": done.done}


def _entry_json(entry: Regrouping) -> dict[str, Any]:
    return {
        "at": moment(entry.at),
        "action": entry.action.value,
        "from": entry.former,
        "to": entry.latter,
        "repository": entry.url,
        "other": entry.other,
        "reason": entry.reason,
        "decided": entry.decided,
        "actor": entry.actor,
    }


def _line(entry: Regrouping) -> str:
    """The reason of a rule is its text in the terminal's language, that of a person their own words."""
    reason = entry.reason if entry.decided else explain(entry.reason, {}, ui_language()).message
    where = entry.latter or "-"
    if entry.former not in (None, entry.latter):
        where = f"{entry.former} -> {where}"
    pair = " + ".join(filter(None, (entry.url, entry.other))) if entry.action == "merge" else entry.url or ""
    return f"{moment(entry.at)}  {entry.action:<5}  {where}  {pair}  {entry.actor}: {reason}"
