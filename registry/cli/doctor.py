# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""``allmende doctor``: is everything there that the catalogue and its nightly harvest need?"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Any

import click

from registry.bootstrap import open_patient
from registry.catalogue.alerting import Alert, explained
from registry.catalogue.doctoring import Check, Grade, examined, failed
from registry.catalogue.doctoring_round import examinations
from registry.cli.faults import redactor
from registry.cli.output import print_json
from registry.cli.printable import printable
from registry.config import load, ui_language
from registry.errors import ConfigError
from registry.vocabulary.rules import LANGUAGES

_COLOURS = {Grade.OK: "green", Grade.WARN: "yellow", Grade.FAIL: "red"}


@click.command()
@click.option("--deep", is_flag=True, help="Also compare the search index with the database, entry by entry.")
@click.option("--online", is_flag=True, help="Also ask each forge that has a source: one request a host.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, texts in both languages.")
def doctor(deep: bool, online: bool, as_json: bool) -> None:
    """Check configuration, disk, git, sandbox, database, index, tokens, runs and jobs. Changes nothing.

    \b
    allmende doctor
    allmende doctor --online --deep
    allmende doctor --json | jq '.checks[] | select(.grade != "ok")'

    Secrets are never printed. Exit code 0 when all is well or only warned about, 1 when something has to be done.
    """
    found = list(_checks(deep=deep, online=online))
    if as_json:
        print_json({"ok": not _failing(found), "checks": [check_json(check) for check in found]})
    else:
        for check in found:
            _print(check)
    sys.exit(1 if _failing(found) else 0)


def _checks(*, deep: bool, online: bool) -> Iterator[Check]:
    try:
        patient = open_patient(load(make=False), deep=deep)
    except ConfigError as error:
        yield failed("configuration", error)
        return
    yield Check("configuration", "doctor-config-ok")
    yield from examined(patient, examinations(online=online))


def check_json(check: Check) -> dict[str, Any]:
    hide = redactor()
    told = {lang: explained(Alert(check.rule, check.params), lang) for lang in LANGUAGES}
    return {
        "name": check.name,
        "grade": check.grade.value,
        "rule": check.rule,
        "params": hide.value(dict(check.params)),
        "message": {lang: hide.text(text.message.strip()) for lang, text in told.items()},
        "hint": {lang: hide.text(text.hint) for lang, text in told.items()},
    }


def _failing(found: Iterable[Check]) -> bool:
    return any(check.grade is Grade.FAIL for check in found)


def _print(check: Check) -> None:
    told = explained(Alert(check.rule, check.params), ui_language())
    hide = redactor().text
    mark = click.style(f"{check.grade:<4}", fg=_COLOURS[check.grade])
    click.echo(f"{mark}  {check.name:<13} {printable(hide(told.message.strip()))}")
    if told.hint and check.grade is not Grade.OK:
        click.echo(f"{'':<20}{printable(hide(told.hint))}")
