# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""``allmende search`` and ``allmende show``."""

from __future__ import annotations

from collections.abc import Sequence

import click

from registry.catalogue.presenting import reason_json, search_json, solution_json
from registry.catalogue.quoting import shown_text
from registry.cli.output import open_migrated, print_json
from registry.config import load, ui_language
from registry.model import PER_LANGUAGE, Fact, Field, FieldValue, Query, Solution, SolutionRecord
from registry.resolve import UNITED, differing, united
from registry.vocabulary.signals import explain_signal


@click.command()
@click.argument("query")
@click.option("--limit", type=click.IntRange(1, 100), default=20, show_default=True, help="At most so many results.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object: total and results.")
def search(query: str, limit: int, as_json: bool) -> None:
    """Search the catalogue, as the web page does.

    \b
    allmende search Mängelmelder
    allmende search '"digitaler Zwilling" -Simulation' --limit 5 --json
    """
    config = load()
    catalogue = open_migrated(config)
    page = catalogue.finding.find(Query(text=query, per_page=limit))
    if as_json:
        print_json(search_json(page))
        return
    if not page.candidates:
        if catalogue.store.count_solutions() == 0:
            click.echo(f"The catalogue in {config.data_dir} is empty. ALLMENDE_DATA_DIR names another one.")
        else:
            click.echo('Nothing found. Try fewer or other words; "allmende source list" shows what is harvested.')
        return
    for candidate in page.candidates:
        record = candidate.record
        publisher = f" ({record.publisher.title})" if record.publisher else ""
        click.secho(record.slug, bold=True, nl=False)
        click.echo(f"  {record.solution.name}{publisher}  [{record.assessment.state}]")
    click.echo(f"{page.total} found" + (f", {limit} shown" if page.total > limit else ""))


@click.command()
@click.argument("slug")
@click.option("--json", "as_json", is_flag=True, help="Every field with value and origin, signals, problems.")
def show(slug: str, as_json: bool) -> None:
    """Show one solution with the origin of every field."""
    finding = open_migrated().finding
    record = finding.solution(slug)
    if as_json:
        print_json(solution_json(record, finding.cited(record)))
    else:
        _print(record, ui_language())


def _print_field(solution: Solution, field: Field, values: Sequence[FieldValue]) -> None:
    """The chosen value, or all values of a list that several sources add to; then what others say instead."""
    if field in UNITED:
        for item, fact in united(values):
            click.echo(f"  {field}: {item}  ({_place(fact)})")
        return
    for value in values:
        tag = f"[{value.fact.lang}]" if field in PER_LANGUAGE else ""
        click.echo(f"  {field}{tag}: {_shown(solution, value.fact)}  ({_place(value.fact)})")
        for other in differing(value):
            click.echo(f"    or: {_shown(solution, other)}  ({_place(other)})")


def _shown(solution: Solution, fact: Fact) -> object:
    return shown_text(solution, fact)[0] if isinstance(fact.value, str) else fact.value


def _place(fact: Fact) -> str:
    origin = fact.origin
    return f"{origin.path or origin.repository}{f':{origin.line}' if origin.line else ''}"


def _print(record: SolutionRecord, language: str) -> None:
    solution = record.solution
    click.secho(solution.name, bold=True)
    for field, values in solution.fields.items():
        if field is not Field.LONG_DESCRIPTION_HTML:
            _print_field(solution, field, values)
    licence = solution.licence
    later = f", range {licence.range}" if licence.range else ""
    click.echo(f"  licence: {licence.expression or '-'} ({licence.verdict}{later})")
    for part in solution.repositories:
        reason = reason_json(part.reason)
        because = f" - {reason[language]}" if reason else ""
        click.echo(f"  repository: {part.url} [{part.role}]{because}")
    for signal in record.assessment.signals:
        click.echo(f"  {signal.name}: {signal.verdict} - {explain_signal(signal, language)}")
    click.echo(f"  problems: {len(solution.problems)}")
