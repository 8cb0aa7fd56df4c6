# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""``allmende source``: what is harvested."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from registry.catalogue.peer_entries import FIELDS, peer_entry
from registry.catalogue.presenting import moment
from registry.catalogue.registering import CURATED
from registry.cli.output import open_migrated, print_json
from registry.cli.printable import printable
from registry.model import ForgeKind, PeerKind, Source, SourceKind

_KINDS = [kind.value for kind in SourceKind if kind is not SourceKind.PEER]
_Command = TypeVar("_Command", bound=Callable[..., Any])


def _peer_options(command: _Command) -> _Command:
    """Those of a peer; what each leads to is a table of the adapters."""
    texts = {
        "--title": "What the catalogue is called where its claims are shown.",
        "--licence": "SPDX id of the licence of its data.",
        "--attribution": "Whom to name for its data.",
        "--language": "Language of its texts (BCP 47).",
        "--folder": "Folder of the Markdown files.",
        "--entries": "JSONPath of the entries in the document (json).",
        "--url-path": "JSONPath of the repository's address in an entry (json, markdown).",
        "--id-path": "JSONPath of an entry's id (json).",
    }
    paths = {f"--{name.replace('_', '-')}-path": "JSONPath, likewise." for name in FIELDS}
    paths["--licence-path"] = paths.pop("--declared-licence-path")
    for name, text in reversed((texts | paths).items()):
        where = [name, "declared_licence"] if name == "--licence-path" else [name]
        command = click.option(*where, help=text)(command)
    return command


@click.group()
def source() -> None:
    """Configure what is harvested: organisations on forges, single repositories, and other catalogues (peers).

    \b
    allmende source add https://github.com/it-at-m
    allmende source add https://gitlab.opencode.de/GROUP/PROJECT
    allmende source add https://api.developers.italia.it --peer open-catalog-api
    allmende source import my-sources.toml
    """


@source.command()
@click.argument("url")
@click.option("--forge", type=click.Choice([kind.value for kind in ForgeKind]), help="If the host does not tell.")
@click.option("--kind", type=click.Choice(_KINDS), help="If the address does not tell.")
@click.option("--expected", type=click.IntRange(1), help="Repositories it is known to have: far fewer are an error.")
@click.option(
    "--peer", type=click.Choice([kind.value for kind in PeerKind]), help="It is another catalogue of this kind."
)
@_peer_options
@click.option("--json", "as_json", is_flag=True)
def add(
    url: str,
    forge: str | None,
    kind: str | None,
    expected: int | None,
    peer: str | None,
    as_json: bool,
    **options: str | None,
) -> None:
    """Add an organisation (GitHub organisation or user, GitLab group ...), one repository, or another catalogue.

    \b
    A peer's entries become sources of repositories, and claims about them that never beat what these say themselves.
    allmende source add https://code.example/repositories.json --peer json --url-path '$.repository_url' \\
        --name-path '$.name' --description-path '$.description' --language fr --licence etalab-2.0
    allmende source add https://github.com/it-at-m/opensource.muenchen.de --peer markdown --folder software
    """
    given = {name.removesuffix("_path"): value for name, value in options.items() if value is not None}
    registering = open_migrated().registering
    if peer is not None:
        if forge or kind:
            raise click.UsageError("--peer says what it is: leave out --forge and --kind.")
        title = given.pop("title", None)
        added = registering.add_peer(peer_entry(url, PeerKind(peer), title, given, expected))
    elif given:
        raise click.UsageError("Title, licence, attribution, language, folder and paths are those of a --peer.")
    else:
        added = registering.add(
            url, ForgeKind(forge) if forge else None, SourceKind(kind) if kind else None, expected=expected
        )
    if as_json:
        print_json(_json(added))
        return
    called = f"peer ({added.peer})" if added.peer else f"{added.kind}"
    where = added.url if added.peer else f"{added.url} ({added.forge})"
    click.echo(f"Added {called} {where}. Next: allmende harvest run --source {added.id}")


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
        called = item.peer or item.forge
        marks += f' "{printable(item.title)}"' if item.title else ""
        click.echo(f"{item.id}  {item.kind:<12} {called:<16} {item.url}{marks}")
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
    registering = open_migrated().registering
    shown = registering.source(source_id)
    found = _json(shown)
    if shown.peer is not None:
        found["claims"] = registering.claims().get(shown.id, 0)
    if as_json:
        print_json(found)
        return
    options = found.pop("options")
    for name, value in found.items():
        click.echo(f"{name}: {'-' if value is None else printable(str(value))}")
    for name, value in options.items():
        click.echo(f"option {name}: {printable(str(value))}")


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
@click.option("--count", type=click.IntRange(0), help="So many are expected from now on, else what it lists next.")
@click.option("--json", "as_json", is_flag=True)
def accept(source_id: str, count: int | None, as_json: bool) -> None:
    """Say that far fewer repositories than before are right: the next harvest takes what it lists."""
    accepted = open_migrated().registering.accept(source_id, count)
    if as_json:
        print_json(_json(accepted))
    else:
        click.echo(f"The next harvest takes what {accepted.url} lists.")


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

    \b
    [[peer]]
    kind = "json"
    url = "https://code.example/repositories.json"
    title = "Katalog des Beispiellands"
    licence = "CC0-1.0"
    entries = "$.repositories[*]"
    paths = { url = "$.repository_url", name = "$.name", description = "$.description" }
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
        "last_success_at": moment(item.last_success_at),
        "failures": item.failures,
        "failing_since": moment(item.failing_since),
        "expected": item.expected,
        "peer": item.peer.value if item.peer else None,
        "title": item.title,
        "options": dict(item.options),
    }
