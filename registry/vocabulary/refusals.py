# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""By which words a text withholds or restricts, and why that is not open; the table is ``licences/refusals.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_TABLE = Path(__file__).parent / "licences" / "refusals.toml"
_EDITS = "edits"
LANGUAGES = ("de", "en")


@dataclass(frozen=True, slots=True, eq=False)
class Refusal:
    """One reason with its phrases, patterns as in the table. ``settled``: it is certain that this is not open."""

    id: str
    expression: str
    settled: bool
    reason: Mapping[str, str]
    anchors: tuple[str, ...]
    phrases: tuple[str, ...]
    unless: tuple[str, ...]
    alone: bool
    """Counts only where nothing in the file permits anything."""
    adds: bool
    """Restricts a licence that stands beside it; the others may be about something else then."""
    short: int
    """The most words a file may have for it; 0 for any number."""


@dataclass(frozen=True, slots=True, eq=False)
class EditedWords:
    """What words in an edit amount to; ``added`` or ``removed`` is a pattern over them."""

    expression: str
    words: str
    denied: bool = False
    """Only where a word that says no stands near."""


@dataclass(frozen=True, slots=True, eq=False)
class Edits:
    """How edits of a licence text are judged, by their words."""

    most: int
    """Words of the longest edit that is looked at."""
    negations: str
    prohibitions: str
    added: tuple[EditedWords, ...]
    removed: tuple[EditedWords, ...]
    removed_most: int
    removed_from: frozenset[str]
    """Licences short enough that a missing right is a refusal."""


@cache
def refusals() -> tuple[Refusal, ...]:
    """The rules in the order of the table: of two that match, the first is said."""
    return tuple(
        Refusal(
            id=name,
            expression=row.get("expression") or f"LicenseRef-{row['unsettled']}",
            settled="expression" in row,
            reason={language: row[language] for language in LANGUAGES},
            anchors=tuple(row["anchors"]),
            phrases=tuple(row["phrases"]),
            unless=tuple(row.get("unless", ())),
            alone=row.get("alone", False),
            adds=row.get("adds", False),
            short=row.get("short", 0),
        )
        for name, row in _table().items()
        if name != _EDITS
    )


@cache
def edits() -> Edits:
    """The part of the table on changed texts."""
    row = _table()[_EDITS]
    rights = row["rights"]
    return Edits(
        most=row["most"],
        negations=row["negations"],
        prohibitions=row["prohibitions"],
        added=tuple(EditedWords(one["expression"], one["added"], one.get("not", False)) for one in row["words"]),
        removed=tuple(EditedWords(one["expression"], one["removed"]) for one in rights["words"]),
        removed_most=rights["most"],
        removed_from=frozenset(rights["licences"]),
    )


def reason(expression: str) -> Mapping[str, str] | None:
    """Why a LicenseRef- of the table is not open, in German and English; None for any other."""
    return next((one.reason for one in refusals() if one.expression == expression), None)


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(_TABLE.read_text(encoding="utf-8"))
