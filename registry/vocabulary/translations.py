# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""By which words licence texts in other languages are known; the table is ``licences/translations.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).parent / "licences" / "translations.toml"


@dataclass(frozen=True, slots=True, eq=False)
class EuplLanguage:
    """Words of one language version of the EUPL, as patterns: who holds the copyright, its title, its headings."""

    code: str
    union: str
    community: str
    licence: str
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class CreativeCommonsLanguage:
    """The elements of a title in one language; ``places`` maps what a port is called to its code ("" for none)."""

    code: str
    by: str
    nc: str
    nd: str
    sa: str
    places: Mapping[str, str]
    tongue: str = ""
    """A word of the text, where the title alone is also an English one."""


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    cue: str
    expression: str


@dataclass(frozen=True, slots=True, eq=False)
class Phrases:
    """How one text is told: an opening and, within so many characters, ``least`` of the cues and so many sections."""

    id: str
    expression: str
    """Empty where ``choices`` decide."""
    anchors: tuple[str, ...]
    opens: tuple[str, ...]
    within: int
    cues: tuple[str, ...]
    least: int
    sections: int
    condition: str
    """A phrase that must be there besides the cues; empty for none."""
    choices: tuple[Choice, ...]
    liability: str
    otherwise: str
    """The expression where the disclaimer is another one; empty for the same expression with edits."""
    unofficial: bool


@dataclass(frozen=True, slots=True, eq=False)
class Liability:
    """The usual disclaimer of a language, and words that only another one has."""

    warranty: str
    exclusion: str
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Translations:
    eupl: tuple[EuplLanguage, ...]
    creative_commons: tuple[CreativeCommonsLanguage, ...]
    texts: tuple[Phrases, ...]
    liability: Mapping[str, Liability]


@cache
def translations() -> Translations:
    """The table, read once."""
    table = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    return Translations(
        eupl=tuple(
            EuplLanguage(code, row["union"], row["community"], row["licence"], tuple(row["articles"]))
            for code, row in table["eupl"].items()
        ),
        creative_commons=tuple(CreativeCommonsLanguage(code, **row) for code, row in table["creative-commons"].items()),
        texts=tuple(
            Phrases(
                id=row["id"],
                expression=row.get("expression", ""),
                anchors=tuple(row["anchors"]),
                opens=tuple(row["opens"]),
                within=row["within"],
                cues=tuple(row["cues"]),
                least=row["least"],
                sections=row.get("sections", 0),
                condition=row.get("condition", ""),
                choices=tuple(Choice(**choice) for choice in row.get("choices", ())),
                liability=row.get("liability", ""),
                otherwise=row.get("otherwise", ""),
                unofficial=row.get("unofficial", False),
            )
            for row in table["text"]
        ),
        liability={
            code: Liability(row["warranty"], row["exclusion"], tuple(row["changed"]))
            for code, row in table["liability"].items()
        },
    )
