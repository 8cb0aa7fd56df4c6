# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Categories and scopes of publiccode.yml 0.7 with German and English labels.

Source of the keys: the standard's lists "Software categories" and "Scope" (CC0-1.0).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Label:
    de: str
    en: str


@cache
def _labels(name: str) -> Mapping[str, Label]:
    tables = tomllib.loads((_FOLDER / name).read_text(encoding="utf-8"))
    return MappingProxyType({key: Label(**table) for key, table in tables.items()})


def categories() -> Mapping[str, Label]:
    """Labels of the 106 categories, in the standard's (alphabetical) order."""
    return _labels("categories.toml")


def scopes() -> Mapping[str, Label]:
    """Labels of the 24 scopes, in the standard's (alphabetical) order."""
    return _labels("scopes.toml")
