# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""``allmende validate``: what a maintainer runs before anybody harvests the file."""

from __future__ import annotations

import importlib
import sys
from functools import cache
from typing import Any, cast

import click

from registry.catalogue.validating import MOST_BYTES, STREAM, Report, Result, Target, Validating, report_json
from registry.cli import EXIT_FINDINGS
from registry.cli.findings import Printer
from registry.cli.printable import compact_json
from registry.cli.saying import on_a_terminal, standard_input, told_in
from registry.config import colour_wanted, load, ui_language
from registry.vocabulary.rules import LANGUAGES


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--reference", is_flag=True, help="Exactly what the Italian, Swiss and EU pipelines report.")
@click.option(
    "--target",
    type=click.Choice([target.value for target in Target]),
    help="Who shall take the file; demands that only others make become hints. eu is the same as --reference.",
)
@click.option("--json", "as_json", is_flag=True, help="A JSON object; for several files one object a line.")
@click.option("--lang", type=click.Choice(LANGUAGES), help="Language of the messages; default: the terminal's.")
def validate(files: tuple[str, ...], reference: bool, target: str | None, as_json: bool, lang: str | None) -> None:
    """Check publiccode.yml files: all findings in one pass, with what to do and who asks for it.

    FILE is a path, the URL of a file (a page of GitHub, GitLab or Forgejo that shows it will do) or - for standard
    input. Files named in it are looked up beside it.

    \b
    allmende validate publiccode.yml
    allmende validate --reference publiccode.yml        # do Italy, Switzerland and the EU take it?
    allmende validate --target opencode publiccode.yml
    allmende validate --json */publiccode.yml | jq -r 'select(.outcome == "errors").file'
    git show HEAD:publiccode.yml | allmende validate -
    allmende validate https://github.com/OWNER/NAME/blob/main/publiccode.yml

    Exit code 0 without errors (warnings and hints may be there), 1 with errors or a file that cannot be read, 2 for
    wrong usage. "allmende publiccode fix" mends what is certain.
    """
    if files.count(STREAM) > 1:
        raise click.UsageError("Standard input (-) can be read once only.")
    if reference and target not in (None, Target.EU.value):
        raise click.UsageError(f"--reference is the view of eu, not of {target}.")
    seen_by = Target.EU if reference else Target(target) if target else None
    lang = lang or ui_language()
    with told_in(lang, refused=EXIT_FINDINGS):
        given = standard_input(MOST_BYTES + 1) if STREAM in files else b""
    with told_in(lang):
        validating = Validating(_fetch, lambda most: given[:most], seen_by)
        results = _report(files, validating, Printer(lang, colour_wanted()), as_json)
    sys.exit(1 if Result.ERRORS in results else 0)


def _report(files: tuple[str, ...], validating: Validating, printer: Printer, as_json: bool) -> list[Result]:
    results = []
    for name in files:
        report = validating.validate(name)
        results.append(report.result)
        if as_json:
            _print_json(report, printer.lang, pretty=len(files) == 1 and on_a_terminal())
        else:
            printer.report(report, reference=validating.target is Target.EU)
    if len(files) > 1 and not as_json:
        printer.total(results)
    return results


def _print_json(report: Report, lang: str, pretty: bool) -> None:
    click.echo(compact_json(report_json(report, lang), indent=2 if pretty else None))


def _fetch(url: str) -> bytes:
    config, fetching, client = _door()
    return cast(bytes, fetching.fetch_file(client, url, config.limits.file_bytes))


@cache
def _door() -> tuple[Any, Any, Any]:
    """Configuration, module and client. Named by string like the commands: files need none of it, and it takes 0.3 s
    to load."""
    config = load(make=False)
    fetching = importlib.import_module("registry.catalogue.fetching")
    return config, fetching, fetching.open_client(config.egress, config.limits)
