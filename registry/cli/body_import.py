# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""``allmende body import``: the official list of municipalities, or a table of the operator's own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import click

from registry.bodies.rows import BadRow, InvalidRows
from registry.catalogue.enrolling import ListKind, Report
from registry.cli import EXIT_FINDINGS
from registry.cli.body_report import Words, report_json, rows_json, told
from registry.cli.output import fill_register, open_migrated, print_error, print_json
from registry.cli.printable import printable
from registry.config import load, moving_wanted, ui_language
from registry.storage.enrolment import Progress
from registry.vocabulary.rules import explain

_MOST_ROWS = 50


def _day(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    try:
        return None if value is None else date.fromisoformat(value).isoformat()
    except ValueError:
        raise click.BadParameter(f"{value} is no date such as 2024-12-31.", context, option) from None


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would change and write nothing.")
@click.option("--table", is_flag=True, help="FILE is a CSV table, whatever it looks like.")
@click.option("--skip-bad", is_flag=True, help="Leave wrong rows of a table out instead of refusing it.")
@click.option("--accept", is_flag=True, help="Take a list that lacks unusually many known bodies.")
@click.option(
    "--population-as-of", callback=_day, metavar="DATE", help="Day of the list's populations, if you know it."
)
@click.option("--all", "everything", is_flag=True, help="Name every change, not the first ones of each kind.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object about what changed.")
def import_(
    file: Path,
    dry_run: bool,
    table: bool,
    skip_bad: bool,
    accept: bool,
    population_as_of: str | None,
    everything: bool,
    as_json: bool,
) -> None:
    """Take the official German list of municipalities (GV100AD, text or zip) or a CSV table into the register.

    Importing the same file again changes nothing. Which kind of file it is shows in its content.

    \b
    allmende body import GV100AD3112Q.zip --dry-run
    allmende body import GV100AD3112Q.zip --population-as-of 2024-12-31
    allmende body import our-bodies.csv --skip-bad

    Exit code 0 when it was taken (or would be), 1 when rows are wrong or were left out, or when a dry run shows that
    it would be refused, 2 when it cannot be used, 3 when the database is busy.
    """
    lang = ui_language()
    config = load()
    catalogue = open_migrated(config)
    fill_register(config, catalogue)
    try:
        with _progress(not as_json and not dry_run) as progress:
            report = catalogue.enrolling.import_file(
                file,
                kind=ListKind.TABLE if table else None,
                dry_run=dry_run,
                accept=accept,
                skip_bad=skip_bad,
                population_as_of=population_as_of,
                progress=progress,
            )
    except InvalidRows as error:
        _print_rows(error, lang, as_json)
        sys.exit(EXIT_FINDINGS)
    if as_json:
        print_json(report_json(report))
    else:
        _print(report, lang, everything)
    sys.exit(EXIT_FINDINGS if report.skipped or (report.refused and dry_run) else 0)


@contextmanager
def _progress(wanted: bool) -> Iterator[Progress | None]:
    """A bar on a terminal, nothing elsewhere."""
    if not (wanted and sys.stderr.isatty() and moving_wanted()):
        yield None
        return
    with click.progressbar(length=1, label="  import", file=sys.stderr) as bar:

        def progress(done: int, total: int) -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        yield progress


def _print_rows(error: InvalidRows, lang: str, as_json: bool) -> None:
    if as_json:
        print_json({"imported": False, "file": error.subject, "rows": rows_json(error.rows, lang)})
        return
    for row in error.rows[:_MOST_ROWS]:
        _print_row(error.subject, row, lang)
    if len(error.rows) > _MOST_ROWS:
        click.echo(Words(lang).text("more", count=str(len(error.rows) - _MOST_ROWS)), err=True)
    print_error(error)


def _print_row(file: str, row: BadRow, lang: str) -> None:
    message = explain(row.rule, row.words, lang).message
    place = Words(lang).text("line", file=file, line=str(row.line))
    click.echo(printable(f"{place} {message}"), err=True)


def _print(report: Report, lang: str, everything: bool) -> None:
    for row in report.skipped:
        _print_row(Words(lang).text("left-out"), row, lang)
    for line in told(report, lang, everything):
        click.echo(printable(line))
