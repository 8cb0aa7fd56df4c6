# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""``allmende publiccode fix`` and ``rules``."""

from __future__ import annotations

import os
import sys

import click

from harvesters.publiccode.fixing import Fixed
from harvesters.publiccode.fixing import fix as mend
from registry.catalogue.beside import FolderFiles
from registry.catalogue.mending import difference, read_file, write_file
from registry.catalogue.validating import MOST_BYTES, STREAM, has_errors, rules_table
from registry.cli import EXIT_FINDINGS
from registry.cli.findings import Printer
from registry.cli.printable import printable
from registry.cli.saying import on_a_terminal, standard_input, told_in
from registry.config import colour_wanted, ui_language
from registry.errors import InvalidInput
from registry.vocabulary.rules import LANGUAGES

_TEXTS = {
    "de": {
        "mended": "Berichtigt:", "would": "Würde berichtigt:", "left": "Bleibt zu entscheiden:",
        "nothing": "{file}: nichts zu berichtigen.", "written": "{file} ist geschrieben.",
    },
    "en": {
        "mended": "Mended:", "would": "Would be mended:", "left": "Left to decide:",
        "nothing": "{file}: nothing to mend.", "written": "{file} is written.",
    },
}  # fmt: skip


@click.command()
@click.argument("file")
@click.option("--diff", is_flag=True, help="Write nothing; print the changes as a unified diff.")
@click.option("--check", is_flag=True, help="As --diff, and exit with 1 if there is anything to change.")
@click.option("-o", "--output", metavar="OUT", help="Write to this file instead, - for standard output.")
@click.option("--lang", type=click.Choice(LANGUAGES), help="For messages and comments; default: the terminal's.")
def fix(file: str, diff: bool, check: bool, output: str | None, lang: str | None) -> None:
    """Write the corrected file: what is certain is mended, what is not gets a comment that says what to decide.

    FILE is replaced in one step, never half written; - reads standard input and writes standard output. Comments and
    order stay, and doing it again changes nothing.

    \b
    allmende publiccode fix publiccode.yml
    allmende publiccode fix --diff publiccode.yml
    allmende publiccode fix publiccode.yml -o mended.yml

    Files named in it are looked up beside it. Exit code 0, 1 if an error is left for you to decide (with --check also
    if anything would change) or FILE cannot be read, 2 for wrong usage.
    """
    dry = diff or check
    if dry and output is not None:
        raise click.UsageError("-o writes, --diff and --check do not: choose.")
    lang = lang or ui_language()
    target = output or file
    with told_in(lang, refused=EXIT_FINDINGS):
        content = _content(file)
    with told_in(lang):
        fixed = mend(content, lang, _beside(file))
        changed = fixed.content != content
        if dry:
            _print_difference(difference(content, fixed.content, file))
        elif target == STREAM:
            _write_out(fixed.content)
        elif changed or target != file:
            write_file(target, fixed.content)
    _tell(fixed, content, file, None if dry or target == STREAM or not (changed or output) else target, lang, dry)
    sys.exit(1 if has_errors(fixed.left) or (check and changed) else 0)


@click.command()
def rules() -> None:
    """Print every rule about publiccode.yml as a Markdown table: id, severity, who asks for it, message."""
    with told_in(ui_language()):
        click.echo(rules_table(), nl=False)


def _content(file: str) -> bytes:
    if file != STREAM:
        return read_file(file, MOST_BYTES)
    content = standard_input(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise InvalidInput(file, f"> {MOST_BYTES // 1024} KiB", rule="input-too-large")
    return content


def _beside(file: str) -> FolderFiles:
    return FolderFiles(os.curdir if file == STREAM else os.path.dirname(file) or os.curdir)


def _print_difference(lines: bytes) -> None:
    """Byte for byte into a pipe, so that ``patch`` takes it; made harmless on a terminal."""
    if on_a_terminal():
        for line in lines.decode("utf-8", "replace").splitlines():
            click.echo(printable(line))
    else:
        _write_out(lines)


def _write_out(content: bytes) -> None:
    if sys.stdout is not None:
        sys.stdout.buffer.write(content)


def _tell(fixed: Fixed, content: bytes, file: str, written: str | None, lang: str, dry: bool) -> None:
    """On standard error: standard output is for the file or the diff."""
    texts = _TEXTS[lang]
    printer = Printer(lang, colour_wanted(), err=True)
    if fixed.mended:
        printer.echo(click.style(texts["would" if dry else "mended"], bold=True))
        printer.mended(file, content, fixed.content, fixed.mended)
    if fixed.left:
        printer.echo(click.style(texts["left"], bold=True))
        printer.findings(file, fixed.content, fixed.left)
    if fixed.content == content and not fixed.mended:
        printer.echo(texts["nothing"].format(file=printable(file)))
    if written is not None:
        printer.echo(texts["written"].format(file=printable(written)))
