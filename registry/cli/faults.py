# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""How a command that ends with an error says so, without telling secrets."""

from __future__ import annotations

import traceback
from functools import cache

import click

from registry.cli.printable import printable
from registry.config import colour_wanted, secrets_in_force, ui_language
from registry.errors import AllmendeError
from registry.redacting import Redactor
from registry.vocabulary.rules import explain


def print_error(error: AllmendeError) -> None:
    """Message and hint in the terminal's language, on stderr."""
    told = explain(error.rule, error.params, ui_language())
    hide = redactor().text
    click.secho(printable(hide(told.message.strip())), fg="red", err=True, color=colour_wanted())
    if told.hint:
        click.echo(printable(hide(told.hint)), err=True)


def print_fault(error: BaseException) -> None:
    """The traceback of a fault of ours, without secrets."""
    click.echo(redactor().text("".join(traceback.format_exception(error))), err=True, nl=False)


@cache
def redactor() -> Redactor:
    """Knows what this process must not tell."""
    return Redactor(secrets_in_force())
