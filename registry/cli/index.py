# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""``allmende index``: the search index follows the database and can be thrown away."""

from __future__ import annotations

import sys

import click

from registry.cli.output import open_migrated, print_json
from registry.search.sync import drift
from registry.search.sync import rebuild as rebuild_index


@click.group()
def index() -> None:
    """Check or rebuild the search index."""


@index.command()
def rebuild() -> None:
    """Build it anew from the database beside the live one, then swap; the catalogue stays usable meanwhile."""
    catalogue = open_migrated()
    click.echo(f"{rebuild_index(catalogue.store, catalogue.index)} solutions indexed.")


@index.command()
@click.option("--json", "as_json", is_flag=True)
def check(as_json: bool) -> None:
    """Compare the index with the database; exit code 1 and the ids when they differ."""
    catalogue = open_migrated()
    found = drift(catalogue.store, catalogue.index)
    parts = {"missing": sorted(found.missing), "extra": sorted(found.extra), "stale": sorted(found.stale)}
    differs = any(parts.values())
    if as_json:
        print_json({"current": not differs, **parts})
    elif not differs:
        click.echo("The index agrees with the database.")
    else:
        for name, ids in parts.items():
            for solution_id in ids:
                click.echo(f"{name}: {solution_id}")
        click.echo('"allmende index rebuild" mends this.', err=True)
    sys.exit(1 if differs else 0)
