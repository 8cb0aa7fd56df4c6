# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""``allmende migrate`` and ``allmende config``."""

from __future__ import annotations

import click

from registry.cli.output import fit_index, make_data_dir, print_json
from registry.config import documentation, load, shown
from registry.storage import migrate as migrations


@click.command()
def migrate() -> None:
    """Bring the database to the schema of this program, and the search index too; does nothing where both fit."""
    config = load()
    make_data_dir(config)
    before = migrations.current(config.database_url)
    migrations.upgrade(config.database_url)
    after = migrations.current(config.database_url)
    click.echo(
        f"The database is at {after}." if before == after else f"Migrated from {before or 'nothing'} to {after}."
    )
    number = fit_index(config)
    if number:
        click.echo(f"The search index was built anew: {number} solutions.")


@click.command()
@click.option("--json", "as_json", is_flag=True)
@click.option("--table", is_flag=True, help="All settings with meaning and default as a Markdown table.")
def config(as_json: bool, table: bool) -> None:
    """Print the configuration in force, secrets hidden."""
    if table:
        click.echo(documentation(), nl=False)
        return
    values = shown(load())
    if as_json:
        print_json(values)
    else:
        for name, value in values.items():
            click.echo(f"{name} = {value}")
