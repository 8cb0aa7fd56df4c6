# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Errors of a command in the language asked for, and standard streams that are closed or full."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import click

from registry.cli import exit_code
from registry.cli.printable import printable
from registry.errors import AllmendeError, InvalidInput, StorageFull
from registry.vocabulary.rules import explain

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextmanager
def told_in(lang: str, refused: int | None = None) -> Iterator[None]:
    """End the command with message, hint and exit code of what goes wrong inside, or when what is printed has no room.

    ``refused`` is the exit code for input that cannot be read, where it is not that of wrong usage.
    Files have errors of their own: an ``OSError`` that comes here is one of standard output.
    """
    try:
        yield
        if sys.stdout is not None:
            sys.stdout.flush()
    except AllmendeError as error:
        _end(error, lang, refused if isinstance(error, InvalidInput) else None)
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        with suppress(OSError):
            sys.stdout.close()  # or else the interpreter tries again when it ends, and fails
        _end(StorageFull("-", error.strerror or "", rule="output-not-written"), lang)


def standard_input(most: int) -> bytes:
    """At most so many bytes. Raises InvalidInput where there is no standard input or it cannot be read."""
    if sys.stdin is None:
        raise InvalidInput("-", os.strerror(errno.EBADF), rule="input-unreadable")
    try:
        return sys.stdin.buffer.read(most)
    except OSError as error:
        raise InvalidInput("-", error.strerror or "", rule="input-unreadable") from None


def on_a_terminal() -> bool:
    """Whether somebody reads standard output; no if it is closed."""
    return sys.stdout is not None and sys.stdout.isatty()


def _end(error: AllmendeError, lang: str, code: int | None = None) -> None:
    told = explain(error.rule, error.params, lang)
    click.secho(printable(told.message.strip()), fg="red", err=True)
    if told.hint:
        click.echo(printable(told.hint), err=True)
    sys.exit(exit_code(error) if code is None else code)
