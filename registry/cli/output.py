# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What all commands share: opening the catalogue, printing JSON, errors and progress."""

from __future__ import annotations

import codecs
import io
import json
import sys
from typing import Any

import click

from registry.bootstrap import Catalogue, ensure_register, open_catalogue
from registry.cli.faults import print_error
from registry.cli.progress import TerminalProgress
from registry.config import Config, load
from registry.errors import ConfigError, StorageError
from registry.search.sync import rebuild
from registry.storage import migrate

__all__ = [
    "TerminalProgress",
    "fill_register",
    "fit_index",
    "forgive_terminal",
    "make_data_dir",
    "open_migrated",
    "print_error",
    "print_json",
]


_LOADING = "Loading the register of municipalities and public bodies that is shipped with Allmende ..."


def open_migrated(config: Config | None = None) -> Catalogue:
    """The catalogue on a database whose schema fits. A database that is not there yet is made; an older or newer one
    raises SchemaMismatch."""
    config = config or load()
    make_data_dir(config)
    if migrate.current(config.database_url) is None:
        migrate.upgrade(config.database_url)
    migrate.check(config.database_url)
    return open_catalogue(config)


def fit_index(config: Config) -> int | None:
    """Build the search index anew from the database where this program cannot read the one that is there.

    The number of solutions in it, None where it fits already. Raises SchemaMismatch, SearchError.
    """
    catalogue = open_migrated(config)
    return None if catalogue.index.status().fits else rebuild(catalogue.store, catalogue.index)


def fill_register(config: Config, catalogue: Catalogue) -> None:
    """Load the register that is shipped, where that is due; saying so. A database that cannot be written is told."""
    try:
        ensure_register(config, catalogue, lambda: click.echo(_LOADING, err=True))
    except StorageError as error:
        print_error(error)


def make_data_dir(config: Config) -> None:
    """Raises ConfigError where it cannot be."""
    try:
        config.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        detail = f"{config.data_dir} ({error.strerror})"
        raise ConfigError("ALLMENDE_DATA_DIR", detail, rule="config-data-dir") from None


def forgive_terminal() -> None:
    """Where standard output has not all letters of a text, print a question mark instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="replace")


def print_json(value: Any, *, indent: int | None = 2) -> None:
    """In the terminal's letters, and escaped where it has not all of them; on one line where nobody reads it."""
    unicode = codecs.lookup(sys.stdout.encoding or "ascii").name.startswith("utf")
    click.echo(json.dumps(value, ensure_ascii=not unicode, indent=indent if sys.stdout.isatty() else None))
