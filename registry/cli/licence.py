# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""``allmende licence``: under which licence is this, and what may a municipality do with it?"""

from __future__ import annotations

import importlib
import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import cache
from typing import Any, cast

import click

from registry.catalogue import single
from registry.catalogue.licensing import MOST_BYTES, STREAM, Licensing, Report, report_json
from registry.cli import EXIT_FINDINGS
from registry.cli.printable import compact_json
from registry.cli.saying import on_a_terminal, standard_input, told_in
from registry.config import Config, colour_wanted, load, ui_language
from registry.model import LicenceVerdict, Reading, Snapshot
from registry.vocabulary.rules import LANGUAGES


@click.command()
@click.argument("inputs", nargs=-1, required=True, metavar="PATH|URL...")
@click.option("--json", "as_json", is_flag=True, help="A JSON object; for several inputs one object a line.")
@click.option("--lang", type=click.Choice(LANGUAGES), help="Language of the texts; default: the terminal's.")
def licence(inputs: tuple[str, ...], as_json: bool, lang: str | None) -> None:
    """Say under which licence a file, a folder or a repository is, with all evidence, and what may be done with it.

    A file is read as licence text whatever its name; publiccode.yml, package manifests and the like are read as what
    they are. A folder is read as the harvest would read it, the URL of a repository by the harvest itself; nothing is
    stored. The URL of a file (a page of GitHub, GitLab or Forgejo that shows it will do) and - for standard input are
    fine too.

    \b
    allmende licence .
    allmende licence LICENSE
    allmende licence https://github.com/OWNER/NAME
    allmende licence --json */LICENSE | jq -r 'select(.verdict != "clear").input'
    git show HEAD:COPYING | allmende licence -

    Exit code 0 if the licence is clear, 1 if it is not (conflict, unclear, none, not open) or an input cannot be read,
    2 for wrong usage. "allmende licences explain EUPL-1.2" explains a licence by its name. No legal advice.
    """
    if inputs.count(STREAM) > 1:
        raise click.UsageError("Standard input (-) can be read once only.")
    lang = lang or ui_language()
    with told_in(lang, refused=EXIT_FINDINGS):
        given = standard_input(MOST_BYTES + 1) if STREAM in inputs else b""
    with told_in(lang), ExitStack() as stack:
        doors = _Doors(stack, sandboxed=len(inputs) > 1 or "://" in inputs[0])
        licensing = Licensing(
            doors.fetch, doors.visit, lambda most: given[:most], doors.look, doors.read_text, doors.read_all, _now
        )
        clear = [_tell(licensing.licence(name), lang, as_json, len(inputs) == 1) for name in inputs]
    sys.exit(0 if all(clear) else EXIT_FINDINGS)


def _tell(report: Report, lang: str, as_json: bool, alone: bool) -> bool:
    """Print one report; whether its licence is clear."""
    if as_json:
        click.echo(compact_json(report_json(report, lang), indent=2 if alone and on_a_terminal() else None))
    else:
        # Named by string like the commands: what a licence asks is a lot of text, and JSON holds none of it.
        printer = importlib.import_module("registry.cli.licence_report").Printer(lang, colour_wanted())
        printer.report(report, in_full=alone)
    return report.readable and report.licence.verdict is LicenceVerdict.CLEAR


class _Doors:
    """What one command opens, each at first use and named by string: a single file needs none of it."""

    def __init__(self, stack: ExitStack, sandboxed: bool) -> None:
        self._stack = stack
        self._sandboxed = sandboxed
        self._sandboxes: dict[str, Any] = {}

    def fetch(self, url: str) -> bytes:
        config, fetching, client = _client()
        return cast(bytes, fetching.fetch_file(client, url, config.limits.file_bytes))

    def visit(self, url: str) -> Any:
        config = _config()
        visiting = importlib.import_module("registry.catalogue.visiting")
        return visiting.visit(url, config.egress, config.limits, self._whole_snapshots(), _now())

    def look(self, folder: str) -> Snapshot:
        checkout = importlib.import_module("registry.catalogue.checkout")
        return cast(Snapshot, checkout.checkout(folder, _config().limits, _now()))

    def read_text(self, snapshot: Snapshot) -> tuple[Reading, ...]:
        """In this process for one file of this machine: the detector is bounded, and a worker takes 0.3 s to start."""
        if not self._sandboxed:
            return single.read_text(snapshot)
        return cast("tuple[Reading, ...]", self._sandbox(single.READER).read(snapshot))

    def read_all(self, snapshot: Snapshot) -> tuple[Reading, ...]:
        return cast("tuple[Reading, ...]", self._whole_snapshots().read(snapshot))

    def _whole_snapshots(self) -> Any:
        return self._sandbox(importlib.import_module("harvesters.sandbox").READER)

    def _sandbox(self, reader: str) -> Any:
        if reader not in self._sandboxes:
            sandbox = importlib.import_module("harvesters.sandbox")
            opened = sandbox.Sandbox(_config().limits, workers=1, reader=reader)
            self._sandboxes[reader] = self._stack.enter_context(opened)
        return self._sandboxes[reader]


@cache
def _config() -> Config:
    return load(make=False)


@cache
def _client() -> tuple[Config, Any, Any]:
    config = _config()
    fetching = importlib.import_module("registry.catalogue.fetching")
    return config, fetching, fetching.open_client(config.egress, config.limits)


def _now() -> datetime:
    return datetime.now(UTC)
