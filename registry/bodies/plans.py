# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a list would change in the register: the nouns of ``planning``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from registry.model import Body, BodyEntry, BodyEventKind, BodyKind, BodyOrigin

LOCAL, COUNTY, ASSOCIATION, STATE, NATIONAL, ORGANISATION = (
    "local", "county", "association", "state", "national", "organisation",
)  # fmt: skip
_GROUPS: Mapping[BodyKind, str] = {
    BodyKind.MUNICIPALITY: LOCAL,
    BodyKind.TOWN: LOCAL,
    BodyKind.COUNTY: COUNTY,
    BodyKind.MUNICIPAL_ASSOCIATION: ASSOCIATION,
    BodyKind.STATE: STATE,
    BodyKind.NATIONAL: NATIONAL,
    BodyKind.INTERNATIONAL: NATIONAL,
}
OFFICIAL_GROUPS = frozenset({LOCAL, COUNTY, ASSOCIATION})
"""Of which the official list has all there are."""

_RANKS: Mapping[BodyOrigin, int] = {BodyOrigin.GV100AD: 4, BodyOrigin.CORE: 3, BodyOrigin.TABLE: 2, BodyOrigin.DEMO: 0}


def group_of(kind: BodyKind) -> str:
    """Kinds that one body may have changed between: a municipality becomes a town, a GmbH is a public IT provider."""
    return _GROUPS.get(kind, ORGANISATION)


def rank(origin: BodyOrigin) -> int:
    """Who is believed about what a body officially is: the official list before the core before tables."""
    return _RANKS.get(origin, 1)


class Proof(StrEnum):
    """What tells which body a dissolved one became a part of."""

    AREAS = "areas"
    """The successor gained exactly the area, or is exactly as large as all that it was made of."""
    POPULATIONS = "populations"
    AREAS_AND_POPULATIONS = "areas-and-populations"
    """The areas alone fitted in several ways, one of which fits the populations."""
    NAMES = "names"
    """The successor's new name is made of those of the dissolved."""
    ONLY_ONE = "only-one"
    """It alone of its county is new or has grown, by about as much."""
    MEMBERS = "members"
    """All members of the dissolved association or county belong to it now."""
    TOLD = "told"
    """The list says so."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """``dissolved`` and ``gained`` are hectares (populations: people; members: how many)."""

    proof: Proof
    dissolved: int | None = None
    gained: int | None = None


@dataclass(frozen=True, slots=True)
class Added:
    """``body`` has its id and no slug yet."""

    body: Body
    event: bool
    """It is new in an area that was known before, not only new to the register."""


@dataclass(frozen=True, slots=True)
class Changed:
    before: Body
    after: Body
    what: Mapping[str, tuple[object, object]]
    """Attribute -> before and after."""
    events: tuple[BodyEventKind, ...] = ()
    """What happened to the body itself; empty where only the register knows more than before."""


@dataclass(frozen=True, slots=True)
class Dissolved:
    body: Body
    successor_id: str | None
    evidence: Evidence | None


@dataclass(frozen=True, slots=True)
class Unclear:
    """A row without a key whose name several bodies have: nothing was done with it."""

    entry: BodyEntry
    candidates: tuple[Body, ...]


@dataclass(frozen=True, slots=True)
class Shrink:
    """More bodies would be dissolved, nobody knows into what, than a real list takes away."""

    group: str
    missing: int
    known: int


@dataclass(frozen=True, slots=True)
class Plan:
    origin: BodyOrigin
    as_of: str | None
    added: tuple[Added, ...] = ()
    changed: tuple[Changed, ...] = ()
    unchanged: int = 0
    dissolved: tuple[Dissolved, ...] = ()
    unclear: tuple[Unclear, ...] = ()
    still_listed: tuple[tuple[BodyEntry, Body], ...] = ()
    """Listed, though the register says that it became a part of another: the register's word stays."""
    serves: Mapping[str, tuple[tuple[str | None, str | None], ...]] = field(default_factory=dict)
    """Body id -> whom it serves: id of a body, or ISO 3166-2 code of a Land."""
    unknown_keys: tuple[str, ...] = ()
    """Keys named in ``serves`` or ``predecessors`` that no body has."""
    left_out: int = 0
    """Entries of the core that the official list, being newer, does not have."""
    partial: tuple[tuple[str, str], ...] = ()
    """Land and group of which the list has too little to say what no longer exists."""
    shrinks: tuple[Shrink, ...] = ()

    @property
    def empty(self) -> bool:
        return not (self.added or self.changed or self.dissolved)
