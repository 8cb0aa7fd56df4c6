# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What all commands share: opening the catalogue, printing JSON, errors and progress."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import click

from registry.bootstrap import Catalogue, open_catalogue
from registry.config import Config, load, ui_language
from registry.errors import AllmendeError, ConfigError
from registry.model import Item, ItemStatus, Problem
from registry.search.sync import rebuild
from registry.storage import migrate
from registry.vocabulary.rules import explain

_PLAIN_LINES = 25


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


def make_data_dir(config: Config) -> None:
    """Raises ConfigError where it cannot be."""
    try:
        config.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        detail = f"{config.data_dir} ({error.strerror})"
        raise ConfigError("ALLMENDE_DATA_DIR", detail, rule="config-data-dir") from None


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None))


def print_error(error: AllmendeError) -> None:
    """Message and hint in the terminal's language, on stderr."""
    told = explain(error.rule, error.params, ui_language())
    click.secho(told.message.strip(), fg="red", err=True)
    if told.hint:
        click.echo(told.hint, err=True)


class TerminalProgress:
    """Progress of a harvest: one moving line on a terminal, plain lines elsewhere; failures are always told."""

    def __init__(self, total: int | None = None, echo: Callable[[str], None] | None = None) -> None:
        self._total = total
        self._done = 0
        self._failed = 0
        self._started = time.monotonic()
        self._moving = sys.stderr.isatty()
        self._echo = echo or (lambda text: click.echo(text, err=True))
        self._language = ui_language()

    def done(self, item: Item, waiting: int, listing: bool) -> None:
        self._done += 1
        if item.status in (ItemStatus.FAILED, ItemStatus.REFUSED, ItemStatus.GONE) and item.rule is not None:
            self._failed += 1
            self._line(f"  {item.status}: {explain(item.rule, item.params, self._language).message.strip()}")
        expected = self._total or (self._done + waiting)
        if self._moving:
            self._draw(expected, self._total is None and listing)
        elif self._done % _PLAIN_LINES == 0:
            self._echo(f"  {self._done} repositories, {self._rate():.1f} a second")

    def said(self, fault: Problem) -> None:
        self._line("  " + explain(fault.rule, fault.params, self._language).message.strip())

    def grouping(self, left: int) -> None:
        if self._moving:
            click.echo(f"\r\033[K  comparing stored repositories, {left} left", nl=False, err=True)

    def end(self) -> None:
        if self._moving:
            click.echo("\r\033[K", nl=False, err=True)

    def _rate(self) -> float:
        return self._done / max(0.001, time.monotonic() - self._started)

    def _line(self, text: str) -> None:
        self.end()
        self._echo(text)

    def _draw(self, expected: int, open_end: bool) -> None:
        width = 28
        filled = int(width * min(1.0, self._done / max(1, expected)))
        left = (expected - self._done) / max(0.001, self._rate())
        bar = "#" * filled + "-" * (width - filled)
        more = "+" if open_end else ""
        text = f"  [{bar}] {self._done}/{expected}{more}  {self._rate():.1f}/s  {left:.0f} s left"
        click.echo("\r\033[K" + text, nl=False, err=True)
