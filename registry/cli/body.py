# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""``allmende body``: the register of municipalities, public bodies and operators."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import click

from registry.bootstrap import Catalogue
from registry.catalogue.body_json import bodies_json, details_json, located_json, merge_json, moved
from registry.catalogue.locating import Located, country_code, land_code
from registry.cli import EXIT_FINDINGS, LazyGroup
from registry.cli.body_lines import details_lines, found_lines, identity, page_lines
from registry.cli.output import fill_register, forgive_terminal, open_migrated, print_json
from registry.config import load
from registry.errors import InvalidInput
from registry.model import BodyKind, BodyQuery, BodySort, MatchOutcome, SizeClass

_LAZY = {
    "import": ("registry.cli.body_import:import_", "Take in the official list (GV100AD) or a table of your own."),
}
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object.")
_KINDS = click.Choice([kind.value for kind in BodyKind])
_LONGEST_LINE = 4096
"""Bytes of a name on standard input."""
_Command = TypeVar("_Command", bound=Callable[..., Any])


class _Body(LazyGroup):
    """Its own commands before those that are loaded when used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(super().list_commands(ctx))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        texts = {name: text for name, (_, text) in _LAZY.items()}
        for name, command in self.commands.items():
            texts[name] = command.get_short_help_str(100)
        with formatter.section("Commands"):
            formatter.write_dl(sorted(texts.items()))


@click.group(cls=_Body, lazy=_LAZY)
def body() -> None:
    """Find municipalities, public bodies and operators; say that two became one; import lists of them.

    \b
    allmende body find "Stadt Ulm"
    allmende body find Neustadt --land Hessen
    allmende body show 08421000
    allmende body list --land DE-SH --kind municipal_association
    allmende body import GV100AD.zip --dry-run

    A body is known by its slug ("ulm", as in the address of its page), by its key (ARS or AGS) and by its names. A list
    of German municipalities comes with Allmende; "allmende body import" replaces it by the official one.
    """


def _filters(command: _Command) -> _Command:
    command = click.option("--land", help='German Land: "DE-SH", "Hessen" or "06".')(command)
    return click.option("--country", help="Country of two letters (ISO 3166): DE, AT, IT.")(command)


@body.command()
@click.argument("name")
@_filters
@click.option("--kind", "kinds", type=_KINDS, multiple=True, help="Only of this kind; several may be given.")
@_JSON
def find(name: str, land: str | None, country: str | None, kinds: tuple[str, ...], as_json: bool) -> None:
    """Say which body NAME means, as people write it: one, several that fit, or none. Never a guess.

    \b
    allmende body find "LK Vorpommern-Greifswald"
    allmende body find "Köln, Stadt" --json
    allmende body find Neustadt --land Hessen --kind town
    allmende body find - < names.txt

    A NAME of "-" reads names from standard input, one a line, and prints one JSON object a line. The outcome is "match"
    (exactly one fits), "ambiguous" (all that fit, the best first; also a single one that is spelt otherwise) or
    "unknown". Each has exit code 0.
    """
    catalogue = _open()
    wanted = [BodyKind(kind) for kind in kinds]

    def located(text: str) -> Located:
        return catalogue.locating.find(text, country=country, land=land, kinds=wanted)

    if name == "-":
        for text in _names():
            print_json(located_json(located(text)), indent=None)
    elif as_json:
        print_json(located_json(located(name)))
    else:
        found = located(name)
        _echo(found_lines(found))
        if found.outcome is MatchOutcome.UNKNOWN and not catalogue.locating.state().bodies:
            click.echo(_EMPTY)


@body.command()
@click.argument("what", metavar="SLUG|KEY|NAME")
@_JSON
def show(what: str, as_json: bool) -> None:
    """Show all about one body: keys with their date, names, where it belongs, what it publishes and who serves it.

    \b
    allmende body show ulm
    allmende body show "08 4 21 0000 000"
    allmende body show bfs:351
    allmende body show "Landkreis Harburg" --json
    """
    found = _open().locating.show(what)
    if as_json:
        print_json(details_json(found))
    else:
        _echo(details_lines(found))


@body.command("list")
@_filters
@click.option("--kind", "kinds", type=_KINDS, multiple=True, help="Only of this kind; several may be given.")
@click.option(
    "--size", "sizes", type=click.Choice([size.value for size in SizeClass]), multiple=True, help="Only of this size."
)
@click.option("--text", default="", help="Only those with these words in a name, or these digits at a key's start.")
@click.option("--publishes", is_flag=True, help="Only those that publish a solution.")
@click.option(
    "--sort", type=click.Choice([sort.value for sort in BodySort]), default=BodySort.NAME.value, show_default=True
)
@click.option("--page", type=click.IntRange(1, 1_000_000), default=1, show_default=True)
@click.option("--limit", type=click.IntRange(1, 500), default=50, show_default=True, help="Bodies on a page.")
@_JSON
def list_(
    land: str | None,
    country: str | None,
    kinds: tuple[str, ...],
    sizes: tuple[str, ...],
    text: str,
    publishes: bool,
    sort: str,
    page: int,
    limit: int,
    as_json: bool,
) -> None:
    """List bodies, and count them by Land, kind and size.

    \b
    allmende body list --publishes --sort solutions
    allmende body list --land Sachsen --kind county
    allmende body list --text weinstraße --json
    """
    query = BodyQuery(
        text=text,
        lands=_one(land_code(land)),
        kinds=tuple(BodyKind(kind) for kind in kinds),
        sizes=tuple(SizeClass(size) for size in sizes),
        countries=_one(country_code(country)),
        publishes=True if publishes else None,
        sort=BodySort(sort),
        page=page,
        per_page=limit,
    )
    locating = _open().locating
    found = locating.browse(query)
    if as_json:
        print_json(bodies_json(found, page, limit, None))
        return
    _echo(page_lines(found, page, limit, locating.parents(found.bodies)))
    if not found.total and not locating.state().bodies:
        click.echo(_EMPTY)


@body.command()
@click.argument("old")
@click.argument("new")
@click.option("--yes", is_flag=True, help="Do not ask.")
@_JSON
def merge(old: str, new: str, yes: bool, as_json: bool) -> int:
    """Make OLD a part of NEW: a municipality that was merged, or a body that is in the register twice.

    \b
    allmende body merge altdorf neudorf
    allmende body merge 010010000000 010020000000 --yes

    What OLD publishes, its accounts, domains and members go to NEW. OLD stays as history: its names are still found,
    its address leads to NEW. It cannot be taken back. Shows what will move and asks before; exit code 1 where the
    answer is no.
    """
    locating = _open().locating
    plan = locating.merging(old, new)
    if plan.done:
        _tell(as_json, merge_json(plan, False), f"{plan.gone.slug} is a part of {plan.kept.slug} already.")
        return 0
    if not yes:
        click.echo(f"{identity(plan.gone)}\nbecomes a part of\n{identity(plan.kept)}", err=True)
        what = ", ".join(f"{name} {number}" for name, number in moved(plan).items() if number) or "nothing"
        click.echo(f"What moves: {what}.", err=True)
        if not click.confirm("This cannot be taken back. Merge them?", err=True):
            click.echo("Nothing was changed.", err=True)
            return EXIT_FINDINGS
    changed = locating.merge(plan.gone.slug, plan.kept.slug)
    _tell(as_json, merge_json(plan, changed), f"{plan.gone.slug} is now a part of {plan.kept.slug}.")
    return 0


_EMPTY = (
    "The register is empty. ALLMENDE_REGISTER_CORE=yes loads the one that is shipped, "
    '"allmende body import FILE" another one.'
)


def _open() -> Catalogue:
    forgive_terminal()
    config = load()
    catalogue = open_migrated(config)
    fill_register(config, catalogue)
    return catalogue


def _names() -> Iterator[str]:
    """The lines of standard input. Raises InvalidInput where there is none, or a line is no name."""
    if sys.stdin is None:
        raise InvalidInput("-", "closed", rule="input-unreadable")
    try:
        while line := sys.stdin.buffer.readline(_LONGEST_LINE):
            yield line.decode("utf-8", errors="replace").strip("\r\n\ufeff")
    except OSError as error:
        raise InvalidInput("-", error.strerror or "", rule="input-unreadable") from None


def _tell(as_json: bool, value: Any, text: str) -> None:
    if as_json:
        print_json(value)
    else:
        click.echo(text)


def _echo(lines: Sequence[str]) -> None:
    for line in lines:
        click.echo(line)


def _one(value: str | None) -> tuple[str, ...]:
    return () if value is None else (value,)
