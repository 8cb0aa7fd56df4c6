# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""``allmende doctor``: everything the nightly harvest stands on, looked at one by one.

A check is a rule of ``registry/vocabulary/rules/operating.toml`` with its params: the rule's severity says how bad it
is, its texts what was found and what to do. Nothing is changed, and nothing is asked off this machine but ``online``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from harvesters.http import HttpClient
from registry.config import Config
from registry.errors import AllmendeError
from registry.model import Severity
from registry.search.index import Index
from registry.storage.store import Store
from registry.vocabulary.rules import rules


class Grade(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


_GRADES = {
    Severity.HINT: Grade.OK,
    Severity.WARNING: Grade.WARN,
    Severity.ERROR: Grade.FAIL,
    Severity.BLOCKING: Grade.FAIL,
}


@dataclass(frozen=True, slots=True)
class Check:
    """What was found of one thing. ``name`` says of which, alike for each outcome."""

    name: str
    rule: str
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def grade(self) -> Grade:
        return _GRADES[rules()[self.rule].severity]


@dataclass(frozen=True, slots=True)
class Patient:
    """What is looked at. Neither store nor index was connected to when it is handed over."""

    config: Config
    store: Store
    index: Index
    open_http: Callable[[], HttpClient]
    now: datetime
    deep: bool = False
    """Also what takes long: the index compared with the database entry by entry."""


Examination = Callable[[Patient], Iterable[Check]]


def examined(patient: Patient, examinations: Iterable[tuple[str, Examination]]) -> Iterator[Check]:
    """The checks one after the other; one that cannot be made is itself a finding, and the others go on."""
    for name, examination in examinations:
        try:
            yield from examination(patient)
        except AllmendeError as error:
            yield failed(name, error)
        except Exception as error:
            yield Check(name, "internal", {"subject": name, "detail": type(error).__name__})


def failed(name: str, error: AllmendeError) -> Check:
    """The check that an error of ours ends."""
    return Check(name, error.rule, error.params)


def mebibytes(size: int) -> str:
    return f"{size / 2**20:.1f} MiB" if size < 10 * 2**20 else f"{size // 2**20} MiB"
