# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sentences by which a repository names its successor, as patterns; the table is ``successors.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from registry.vocabulary.phrases import Patterns

_TABLE = Path(__file__).parent / "successors.toml"


@dataclass(frozen=True, slots=True)
class SuccessorPhrases:
    """``says`` and ``opening`` (at the beginning of a sentence) end in the successor's address, written as "#".

    ``instead`` counts only of what is archived, or beside a sentence of ``ended``. What ``unless`` finds within the
    words that matched makes them no statement.
    """

    says: Patterns
    opening: Patterns
    instead: Patterns
    ended: Patterns
    unless: Patterns


@cache
def successors() -> SuccessorPhrases:
    """The whole table, patterns compiled."""
    table = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    before = "".join(rf"(?<!\b{word} )" for word in table["not_behind"])
    this = f"{before}(?:{'|'.join(table['this'])})"
    leads = rf"^\W{{0,20}}(?:(?:{'|'.join(table['leads'])})\b\W{{1,5}}){{0,6}}"
    return SuccessorPhrases(
        says=_patterns(table["says"], this),
        opening=_patterns((leads + one for one in table["opening"]), this),
        instead=_patterns(table["instead"], this),
        ended=_patterns(table["ended"], this),
        unless=_patterns(table["unless"], this),
    )


def _patterns(written: Iterable[str], this: str) -> Patterns:
    return tuple(re.compile(pattern.replace("{this}", this), re.IGNORECASE) for pattern in written)
