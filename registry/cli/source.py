# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""``allmende source``: what is harvested."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from registry.catalogue.presenting import moment
from registry.catalogue.registering import CURATED
from registry.cli.output import open_migrated, print_json
from registry.model import ForgeKind, Source, SourceKind


@click.group()
def source() -> None:
    """Configure what is harvested: organisations on forges and single repositories.

    \b
    allmende source add https://github.com/it-at-m
    allmende source add https://gitlab.opencode.de/GROUP/PROJECT
    allmende source import my-sources.toml
    """


@source.command()
@click.argument("url")
@click.option("--forge", type=click.Choice([kind.value for kind in ForgeKind]), help="If the host does not tell.")
@click.option("--kind", type=click.Choice([kind.value for kind in SourceKind]), help="If the address does not tell.")
@click.option("--json", "as_json", is_flag=True)
def add(url: str, forge: str | None, kind: str | None, as_json: bool) -> None:
    """Add an organisation (GitHub organisation or user, GitLab group) or one repository."""
    added = open_migrated().registering.add(
        url, ForgeKind(forge) if forge else None, SourceKind(kind) if kind else None
    )
    if as_json:
        print_json(_json(added))
    else:
        click.echo(f"Added {added.kind} {added.url} ({added.forge}). Next: allmende harvest run --source {added.id}")


@source.command("list")
@click.option("--json", "as_json", is_flag=True)
def list_(as_json: bool) -> None:
    """List the sources."""
    found = open_migrated().registering.sources()
    if as_json:
        print_json({"sources": [_json(item) for item in found]})
        return
    for item in found:
        marks = " paused" if item.paused else ""
        marks += f" failing: {item.last_error}" if item.last_error else ""
        click.echo(f"{item.id}  {item.kind:<12} {item.forge:<7} {item.url}{marks}")
    if not found:
        click.echo(
            'No sources yet. Add one with "allmende source add URL", or the curated ones shipped with '
            'Allmende with "allmende source import --curated".'
        )


@source.command()
@click.argument("source_id", metavar="ID|URL")
@click.option("--json", "as_json", is_flag=True)
def show(source_id: str, as_json: bool) -> None:
    """Show one source."""
    found = _json(open_migrated().registering.source(source_id))
    if as_json:
        print_json(found)
    else:
        for name, value in found.items():
            click.echo(f"{name}: {'-' if value is None else value}")


@source.command()
@click.argument("source_id", metavar="ID|URL")
def pause(source_id: str) -> None:
    """Do not harvest it until it is resumed."""
    click.echo(f"Paused {open_migrated().registering.pause(source_id, True).url}")


@source.command()
@click.argument("source_id", metavar="ID|URL")
def resume(source_id: str) -> None:
    """Harvest it again."""
    click.echo(f"Resumed {open_migrated().registering.pause(source_id, False).url}")


@source.command()
@click.argument("source_id", metavar="ID|URL")
def remove(source_id: str) -> None:
    """Remove it; what it brought stays in the catalogue."""
    click.echo(f"Removed {open_migrated().registering.remove(source_id).url}")


@source.command("import")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--curated", is_flag=True, help="The public organisations shipped with Allmende.")
@click.option("--json", "as_json", is_flag=True)
def import_(file: Path | None, curated: bool, as_json: bool) -> None:
    """Import publishers with their forge organisations and repositories from a TOML file.

    \b
    [[publisher]]
    name = "Stadt Beispiel"
    kind = "municipality"
    country = "DE"
    official_key = "09162000"
    uri = "https://www.beispiel.example"
    forge_organisations = ["https://github.com/stadt-beispiel"]
    repositories = ["https://git.example/stadt/anliegen"]
    """
    if (file is None) == (not curated):
        raise click.UsageError("Give either a FILE or --curated.")
    done = open_migrated().registering.import_file(file or CURATED)
    if as_json:
        print_json({"publishers": done.publishers, "added": done.added, "known": done.known})
    else:
        click.echo(f"{done.publishers} publishers, {done.added} sources added, {done.known} known before.")


def _json(item: Source) -> dict[str, Any]:
    return {
        "id": item.id,
        "url": item.url,
        "kind": item.kind.value,
        "forge": item.forge.value,
        "paused": item.paused,
        "demo": item.demo,
        "publisher_id": item.publisher_id,
        "created_at": moment(item.created_at),
        "last_run_at": moment(item.last_run_at),
        "last_listed": item.last_listed,
        "last_error": item.last_error,
    }
