# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Lists of licences kept by others, such as openCoDE's: a licence bears the mark of each list on which it stands.

Only lists that we hold as a fact, with the day they were checked: ``vocabulary/licences/marks.toml``. Not standing on a
list is no mark and no statement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from registry.licences.tables import table
from registry.licences.trees import Leaf


@dataclass(frozen=True, slots=True)
class Mark:
    """That the licence stands on a list of somebody else's."""

    key: str
    label: Mapping[str, str]
    """By language: "de" and "en"."""
    url: str
    checked: date
    """The day on which the list was read."""


def marks_of(parts: Sequence[Leaf], lists: Mapping[str, Any] | None = None) -> tuple[Mark, ...]:
    """The marks that all licences of an expression bear. ``lists``: as in marks.toml, which is the default.

    Raises KeyError for a list without label, address, day or ids.
    """
    held = table("marks") if lists is None else lists
    return tuple(
        Mark(key, MappingProxyType({"de": row["de"], "en": row["en"]}), row["url"], row["checked"])
        for key, row in held.items()
        if parts and all(leaf.licence in row["ids"] for leaf in parts)
    )
