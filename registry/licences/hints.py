# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Hints on licences in German and English, each with the source it rests on.

Texts and sources are data in ``vocabulary/licences/`` (duties, families, combining, sources). A row says where its
hint comes from by ``at = "gpl-3 2"``: a source and the part of it; ``at = "text"`` is the text of the licence itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from registry.licences.tables import table

_UNIT = {"de": "Abschnitt", "en": "section"}
_TEXT = {"de": "Lizenztext", "en": "licence text"}
LANGUAGES = ("de", "en")


class Use(StrEnum):
    """What a municipality wants to do with a solution."""

    OWN = "own"
    """Use it itself."""
    PROVIDER = "provider"
    """Let its IT provider, a legal person of its own, run it."""
    HOSTING = "hosting"
    """Host it for others."""
    PUBLISHING = "publishing"
    """Change it and publish the result."""


@dataclass(frozen=True, slots=True)
class Hint:
    """One or a few sentences for a clerk. No legal advice."""

    text: Mapping[str, str]
    """By language: "de" and "en"."""
    source: Mapping[str, str]
    """The name of what it rests on, with the part of it, by language."""
    url: str
    about: str | None = None
    """Licence or exception id it is about; None: it is about the whole."""


def hint(row: Mapping[str, Any], about: str | None = None, **params: str | Mapping[str, str]) -> Hint:
    """The hint of a table's row; ``params`` fill its {placeholders}, by language where they are mappings.

    Raises KeyError for a row without a text, or with a source that is not in sources.toml.
    """
    texts = {language: row[language].format_map(_in(language, params)) for language in LANGUAGES}
    source, url = cite(row["at"], about)
    return Hint(MappingProxyType(texts), MappingProxyType(source), url, about)


def cite(at: str, licence: str | None = None) -> tuple[dict[str, str], str]:
    """Name by language and address of what ``at`` means: "gpl-3 2", "osd", or "text" of ``licence``."""
    key, _, part = at.partition(" ")
    if key == "text":
        return {language: f"{licence}, {_TEXT[language]}" for language in LANGUAGES}, spdx_page(licence or "")
    row = table("sources")[key]
    unit = row.get("unit", _UNIT)
    name = {language: _part(row["name"][language], unit[language], part) for language in LANGUAGES}
    return name, row["url"]


def spdx_page(known: str) -> str:
    """The page of a licence or exception in the SPDX list; the list itself where there can be none."""
    return f"https://spdx.org/licenses/{known}.html" if known and "Ref-" not in known else "https://spdx.org/licenses/"


def distinct(hints: Iterable[Hint]) -> tuple[Hint, ...]:
    """The hints in their order, each once."""
    found: list[Hint] = []
    for one in hints:
        if one not in found:
            found.append(one)
    return tuple(found)


def _part(name: str, unit: str, part: str) -> str:
    return f"{name}, {unit} {part}" if part else name


def _in(language: str, params: Mapping[str, str | Mapping[str, str]]) -> dict[str, str]:
    return {key: value if isinstance(value, str) else value[language] for key, value in params.items()}
