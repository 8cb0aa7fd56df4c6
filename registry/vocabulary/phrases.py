# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Phrases that people and generators write into a README, as patterns; the table is ``phrases.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).parent / "phrases.toml"

Patterns = tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class Template:
    """Text that a generator wrote. ``replace``: it asks to be replaced. ``headings`` are casefolded."""

    name: str
    starts: re.Pattern[str]
    replace: bool = False
    headings: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class MirrorPhrases:
    """Sentences that say the code comes from elsewhere or goes on there; an address in them is written as "#".

    ``here``: this is a mirror. ``elsewhere``: no, something else is. ``subject`` and ``original``: what the statement
    is about and what names the original where both stand in sentences of their own. ``moved``: the code goes on at
    another address. ``hosts`` are first words of names of code hosts, ``whole`` whole names.
    """

    here: Patterns
    elsewhere: Patterns
    subject: Patterns
    original: Patterns
    moved: Patterns
    hosts: frozenset[str]
    whole: frozenset[str]


@dataclass(frozen=True, slots=True)
class Phrases:
    certain_installation: Patterns
    likely_installation: Patterns
    mirror: MirrorPhrases
    templates: tuple[Template, ...]


@cache
def phrases() -> Phrases:
    """The whole table, patterns compiled."""
    table = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    mirror = table["mirror"]
    return Phrases(
        certain_installation=_patterns(table["installation"]["certain"]),
        likely_installation=_patterns(table["installation"]["likely"]),
        mirror=MirrorPhrases(
            **{name: _patterns(mirror[name]) for name in ("here", "elsewhere", "subject", "original", "moved")},
            hosts=frozenset(mirror["hosts"]),
            whole=frozenset(mirror["whole"]),
        ),
        templates=tuple(
            Template(
                name=row["name"],
                starts=re.compile("|".join(f"(?:{start})" for start in row["starts"]), re.IGNORECASE),
                replace=row.get("replace", False),
                headings=frozenset(heading.casefold() for heading in row.get("headings", ())),
            )
            for row in table["template"]
        ),
    )


def _patterns(written: Iterable[str]) -> Patterns:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in written)
