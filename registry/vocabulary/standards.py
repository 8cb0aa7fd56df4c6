# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Standards that a repository's texts may name: ids, labels, and the words that name them.

The table is data: ``standards.toml``; its head says what the keys mean. Looking for the words is not done here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

_TABLE = Path(__file__).parent / "standards.toml"
_KEYS = frozenset({"de", "en", "homepage", "words", "packages", "exact", "context", "ambiguous"})


@dataclass(frozen=True, slots=True)
class Naming:
    """One way to name a standard. ``context``: casefolded words of which one must stand nearby, if there are any."""

    words: tuple[str, ...]
    exact: bool = False
    context: frozenset[str] = frozenset()
    manifests_only: bool = False


@dataclass(frozen=True, slots=True)
class Standard:
    id: str
    de: str
    en: str
    homepage: str | None
    namings: tuple[Naming, ...]


@cache
def standards() -> Mapping[str, Standard]:
    """All standards by id, in the table's order. Raises ValueError for a key that means nothing."""
    tables = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    return MappingProxyType({key: _standard(key, table) for key, table in tables.items()})


def _standard(key: str, table: Mapping[str, Any]) -> Standard:
    if unknown := (table.keys() | table.get("ambiguous", {}).keys()) - _KEYS:
        raise ValueError(f"{_TABLE.name}: {key} has {', '.join(sorted(unknown))}")
    namings = [_naming(part) for part in (table, table.get("ambiguous")) if part]
    if packages := table.get("packages"):
        namings.append(Naming(tuple(packages), manifests_only=True))
    return Standard(key, table["de"], table["en"], table.get("homepage"), tuple(namings))


def _naming(table: Mapping[str, Any]) -> Naming:
    context = frozenset(word.casefold() for word in table.get("context", ()))
    return Naming(tuple(table["words"]), bool(table.get("exact")), context)
