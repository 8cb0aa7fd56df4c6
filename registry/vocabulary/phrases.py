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

    ``here``: this is a mirror. ``opening`` says so where a sentence begins with it. ``busy``, before the word: the
    sentence is about something that makes or uses mirrors. ``elsewhere``: no, something else is. ``subject`` and
    ``original``: what the statement is about and what names the original where both stand in sentences of their own.
    ``moved``: the code goes on at another address. ``hosts`` are first words of names of code hosts, ``whole`` whole
    names.
    """

    here: Patterns
    opening: Patterns
    busy: Patterns
    elsewhere: Patterns
    subject: Patterns
    original: Patterns
    moved: Patterns
    hosts: frozenset[str]
    whole: frozenset[str]


@dataclass(frozen=True, slots=True)
class ContactPhrases:
    """Whom to turn to, and who made it. ``starts`` and ``credits`` are beginnings of paragraphs.

    ``headings`` begin headings that go on with a name; their first group is what may be shown.
    """

    starts: Patterns
    credits: Patterns
    headings: Patterns


@dataclass(frozen=True, slots=True)
class DenialPhrases:
    """How a clause, in lower case, ends before the name of what is not there, or goes on behind it."""

    before: Patterns
    after: Patterns


@dataclass(frozen=True, slots=True)
class Phrases:
    certain_installation: Patterns
    likely_installation: Patterns
    mirror: MirrorPhrases
    contact: ContactPhrases
    denial: DenialPhrases
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
            **{name: _patterns(mirror[name]) for name in ("here", "busy", "elsewhere", "subject", "original", "moved")},
            opening=_opening(mirror["opening"], mirror["leads"]),
            hosts=frozenset(mirror["hosts"]),
            whole=frozenset(mirror["whole"]),
        ),
        contact=ContactPhrases(**{name: _patterns(rows) for name, rows in table["contact"].items()}),
        denial=DenialPhrases(**{name: _patterns(rows) for name, rows in table["denial"].items()}),
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


def _opening(written: Iterable[str], leads: Iterable[str]) -> Patterns:
    before = rf"^\W{{0,20}}(?:(?:{'|'.join(leads)})\b\W{{1,5}}){{0,6}}"
    return _patterns(f"{before}{pattern}" for pattern in written)
