# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Names of a register as matching asks for them, from a database or held in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from registry.bodies.misspelling import near_keys
from registry.bodies.spelling import SEPARATOR, spellings
from registry.model import Body, BodyEntry, BodyKind, BodyNameKind


@dataclass(frozen=True, slots=True)
class NamedBody:
    """One name of a body with what matching needs of the body: a row of ``body_name`` joined with ``body``."""

    body_id: str
    key: str
    name: str
    name_kind: BodyNameKind
    plain: str
    """``Body.name``."""
    kind: BodyKind
    designation: str | None
    country: str | None
    land: str | None
    ars: str | None
    ags: str | None
    population: int | None
    parent_name: str | None
    successor_id: str | None
    dissolved: bool
    own_title: str | None


class Names(Protocol):
    """The names of a register."""

    def exact(self, keys: Collection[str]) -> Sequence[NamedBody]:
        """Rows whose key is one of these, or begins with one of these and a slash ("frankfurt": "frankfurt/main")."""
        ...

    def near(self, key: str) -> Sequence[NamedBody]:
        """Rows whose key, or the part of it before the slash, may be misspelt as ``key``: what
        ``misspelling.near_keys`` leaves of the keys with the same first letter."""
        ...


class MemoryNames:
    """Names held in memory: for a batch, for tests."""

    def __init__(self, rows: Iterable[NamedBody]) -> None:
        self._by_key: dict[str, list[NamedBody]] = defaultdict(list)
        self._by_core: dict[str, list[NamedBody]] = defaultdict(list)
        self._by_letter: dict[str, dict[str, None]] = defaultdict(dict)
        for row in rows:
            self._by_key[row.key].append(row)
            core, separator, _ = row.key.partition(SEPARATOR)
            if separator:
                self._by_core[core].append(row)
            self._by_letter[row.key[:1]][row.key] = None

    def exact(self, keys: Collection[str]) -> list[NamedBody]:
        found: list[NamedBody] = []
        for key in dict.fromkeys(keys):
            found += self._by_key.get(key, ())
            found += self._by_core.get(key, ())
        return found

    def near(self, key: str) -> list[NamedBody]:
        return [row for other in near_keys(key, self._by_letter.get(key[:1], ())) for row in self._by_key[other]]


def named(body: BodyEntry | Body, body_id: str, parent_name: str | None = None) -> list[NamedBody]:
    """The rows of one body."""
    stored = body if isinstance(body, Body) else None
    return [
        NamedBody(
            body_id=body_id,
            key=key,
            name=name.name,
            name_kind=name.kind,
            plain=body.name,
            kind=body.kind,
            designation=body.designation,
            country=body.country,
            land=body.land,
            ars=body.keys.ars,
            ags=body.keys.ags,
            population=body.population,
            parent_name=parent_name,
            successor_id=stored.successor_id if stored else None,
            dissolved=bool(stored and (stored.dissolved_on or stored.successor_id)),
            own_title=body.own_title,
        )
        for name, key in spellings(body)
    ]
