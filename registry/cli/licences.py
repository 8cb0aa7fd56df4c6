# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""``allmende licences``: what a licence asks of whoever uses the software, and which ones can be combined."""

from __future__ import annotations

import sys

import click

from registry.catalogue.explaining import combination_json, explanation_json
from registry.cli import EXIT_FINDINGS
from registry.cli.licence_hints import Hints
from registry.cli.licence_texts import TEXTS
from registry.cli.printable import compact_json
from registry.cli.saying import on_a_terminal, told_in
from registry.config import colour_wanted, ui_language
from registry.errors import InvalidInput
from registry.licences import normalise
from registry.licences.combining import FEWEST, MOST, Combination
from registry.licences.combining import combine as combine_licences
from registry.licences.duties import explain as explain_licence
from registry.licences.hints import Use
from registry.model import Json, Verdict
from registry.vocabulary.rules import LANGUAGES

_JSON = click.option("--json", "as_json", is_flag=True, help="A JSON object; for several licences one object a line.")
_LANG = click.option("--lang", type=click.Choice(LANGUAGES), help="Language of the texts; default: the terminal's.")


@click.group()
def licences() -> None:
    """Explain licences by their names, and say which can be combined. No legal advice.

    \b
    allmende licences explain EUPL-1.2
    allmende licences combine EUPL-1.2 GPL-3.0-only --use publishing

    "allmende licence PATH|URL" finds out which licence a software is under.
    """


@licences.command()
@click.argument("expressions", nargs=-1, required=True, metavar="LICENCE...")
@_JSON
@_LANG
def explain(expressions: tuple[str, ...], as_json: bool, lang: str | None) -> None:
    """Say what a licence is and what to keep in mind in each of four uses, each hint with its source.

    LICENCE is an SPDX expression or a name that certainly means one.

    \b
    allmende licences explain EUPL-1.2
    allmende licences explain "AGPL v3" "MIT OR Apache-2.0" --lang de
    """
    lang = lang or ui_language()
    with told_in(lang):
        for expression in [_expression(written) for written in expressions]:
            if as_json:
                _print_json(explanation_json(explain_licence(expression)), alone=len(expressions) == 1)
            else:
                _print_explanation(expression, lang)


@licences.command()
@click.argument("expressions", nargs=-1, required=True, metavar="LICENCE LICENCE...")
@click.option("--use", type=click.Choice([use.value for use in Use]), required=True, help="What you want to do.")
@_JSON
@_LANG
def combine(expressions: tuple[str, ...], use: str, as_json: bool, lang: str | None) -> None:
    """Say whether parts under 2 to 5 licences can be combined in one software, for one use.

    Uses: own (use it yourselves), provider (let your IT provider run it for you), hosting (host it for others),
    publishing (change and publish it).

    \b
    allmende licences combine EUPL-1.2 GPL-3.0-only --use publishing
    allmende licences combine MIT Apache-2.0 AGPL-3.0-or-later --use hosting --json

    Exit code 0 if they can, 1 if they cannot or that is not known, 2 for wrong usage.
    """
    if not FEWEST <= len(expressions) <= MOST:
        raise click.UsageError(f"{FEWEST} to {MOST} licences can be compared.")
    lang = lang or ui_language()
    with told_in(lang):
        found = combine_licences([_expression(written) for written in expressions], Use(use))
        if as_json:
            _print_json(combination_json(found), alone=True)
        else:
            _print_combination(found, lang)
    sys.exit(0 if found.verdict is Verdict.YES else EXIT_FINDINGS)


def _expression(written: str) -> str:
    """Raises InvalidInput for what is not certainly a licence."""
    expression = normalise(written)
    if expression is None:
        raise InvalidInput(written, rule="licence-input-unknown")
    return expression


def _print_json(value: Json, alone: bool) -> None:
    click.echo(compact_json(value, indent=2 if alone and on_a_terminal() else None))


def _print_explanation(expression: str, lang: str) -> None:
    hints = Hints(lang)
    told = [click.style(expression, bold=True), *hints.licence(expression), *hints.uses(expression)]
    click.echo("\n".join(told), color=colour_wanted())


def _print_combination(found: Combination, lang: str) -> None:
    hints = Hints(lang)
    texts = TEXTS[lang]
    *most, last = found.expressions
    parts = ", ".join(most) + texts["and"] + last
    told = [click.style(texts[f"combine {found.verdict}"].format(parts=parts), bold=True)]
    if found.outgoing:
        told.append("  " + texts["outgoing"].format(licences=", ".join(found.outgoing)))
    for hint in found.hints:
        told += hints.hint(hint)
    for pair in found.pairs if len(found.pairs) > 1 else ():
        told.append(click.style(f"  {pair.one} + {pair.other}: {texts[f'pair {pair.verdict}']}", bold=True))
        told += [line for hint in pair.hints for line in hints.hint(hint)]
    click.echo("\n".join([*told, *hints.hint(found.closing)]), color=colour_wanted())
