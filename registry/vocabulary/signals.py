# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The decision tables of the signals (``signals.toml``) as typed values, and their texts in German and English.

A page "How do we judge?" needs nothing but ``signals()``, ``thresholds()``, ``state_sentence`` and the labels.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from registry.model import Signal, SignalName, State, Verdict

_TABLE = Path(__file__).parent / "signals.toml"
LANGUAGES = ("de", "en")
_MONTHS = {
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a decision table: when its condition holds, it decides."""

    reason: str
    when: str
    """Name of a condition in ``registry.assess``."""
    verdict: Verdict
    evidence: str
    """Name of the piece of evidence whose origin is shown."""
    sentence: Mapping[str, str]
    state: State | None = None
    """Only in the table of ``alive``."""

    @property
    def placeholders(self) -> frozenset[str]:
        """The params its sentences need."""
        return frozenset().union(*(_placeholders(text) for text in self.sentence.values()))


@dataclass(frozen=True, slots=True)
class SignalTable:
    """A signal with its rows, tried in order."""

    name: SignalName
    label: Mapping[str, str]
    question: Mapping[str, str]
    """What the signal answers, as a question."""
    rows: tuple[Row, ...]

    def row(self, reason: str) -> Row | None:
        return next((row for row in self.rows if row.reason == reason), None)


@dataclass(frozen=True, slots=True)
class Threshold:
    """A figure that decides, with its unit ("months", "hours", "words") and a sentence that explains it."""

    name: str
    value: int
    unit: str
    sentence: Mapping[str, str]


@cache
def signals() -> Mapping[SignalName, SignalTable]:
    """All decision tables, in the order of ``SignalName``. Raises KeyError or ValueError for an unsound table."""
    tables = _document()["signals"]
    return {name: _signal_table(name, tables[name.value]) for name in SignalName}


@cache
def thresholds() -> Mapping[str, Threshold]:
    """All thresholds by name."""
    found = {}
    for name, table in _document()["thresholds"].items():
        value = int(table["value"])
        sentence = {lang: str(table[lang]).format(value=value) for lang in LANGUAGES}
        found[name] = Threshold(name, value, str(table["unit"]), sentence)
    return found


def signal_label(name: SignalName, lang: str) -> str:
    return signals()[name].label[lang]


def verdict_label(verdict: Verdict, lang: str) -> str:
    """ "ja", "nein" or "keine Angabe"; unknown is never a kind of no."""
    return str(_document()["verdicts"][verdict.value][lang])


def state_label(state: State, lang: str) -> str:
    return str(_document()["states"][state.value][lang]["label"])


def state_sentence(state: State, lang: str) -> str:
    """What a state of life means and from when on it is given."""
    values = {name: str(threshold.value) for name, threshold in thresholds().items()}
    return str(_document()["states"][state.value][lang]["sentence"]).format_map(values)


def explain_signal(signal: Signal, lang: str) -> str:
    """The sentence of the row that decided, filled with the signal's params, as plain text.

    A param that is missing stays visible as its placeholder; a reason the table no longer has gives the bare verdict.
    """
    row = signals()[signal.name].row(signal.reason)
    if row is None:
        return verdict_label(signal.verdict, lang)
    text = row.sentence[lang]
    values = {name: _shown(name, signal.params, lang) for name in _placeholders(text)}
    return text.format_map(values)


def format_date(iso: str, lang: str) -> str:
    """An ISO date as people write it: "22.11.2026" or "22 November 2026"; anything else stays as it is."""
    try:
        day = date.fromisoformat(iso[:10])
    except ValueError:
        return iso
    return f"{day:%d.%m.%Y}" if lang == "de" else f"{day.day} {_MONTHS['en'][day.month - 1]} {day.year}"


def _shown(name: str, params: Mapping[str, str], lang: str) -> str:
    if name not in params:
        return "{" + name + "}"
    return format_date(params[name], lang) if name.endswith("_date") else params[name]


def _placeholders(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)


def _signal_table(name: SignalName, table: Mapping[str, Any]) -> SignalTable:
    rows = tuple(_row(row) for row in table["rows"])
    if len({row.reason for row in rows}) != len(rows):
        raise ValueError(f"signal {name} has two rows with the same reason")
    return SignalTable(
        name=name,
        label={lang: str(table[lang]["label"]) for lang in LANGUAGES},
        question={lang: str(table[lang]["question"]) for lang in LANGUAGES},
        rows=rows,
    )


def _row(table: Mapping[str, Any]) -> Row:
    return Row(
        reason=str(table["reason"]),
        when=str(table["when"]),
        verdict=Verdict(table["verdict"]),
        evidence=str(table["evidence"]),
        sentence={lang: str(table[lang]) for lang in LANGUAGES},
        state=State(table["state"]) if "state" in table else None,
    )


@cache
def _document() -> dict[str, Any]:
    return tomllib.loads(_TABLE.read_text(encoding="utf-8"))
