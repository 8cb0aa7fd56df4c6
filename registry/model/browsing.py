# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Asking the register of bodies for many at once: what is asked, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from registry.model.bodies import Body, BodyKind, SizeClass


class BodySort(StrEnum):
    NAME = "name"
    """By name; where a text is asked for, those that are called so come first."""
    POPULATION = "population"
    """The largest first; those without a figure last."""
    SOLUTIONS = "solutions"
    """Those that publish the most first."""


@dataclass(frozen=True, slots=True)
class BodyQuery:
    """Several values of one filter mean any of them; several filters mean all. Empty ones ask for nothing."""

    text: str = ""
    """Words that all stand in one of the body's names, in any spelling; or a key, or its first digits."""
    lands: tuple[str, ...] = ()
    """ISO 3166-2: "DE-BW"."""
    kinds: tuple[BodyKind, ...] = ()
    sizes: tuple[SizeClass, ...] = ()
    countries: tuple[str, ...] = ()
    parent_id: str | None = None
    """Those that belong to this body directly."""
    publishes: bool | None = None
    """Only those with at least one solution that is shown, or with none."""
    dissolved: bool = False
    """Also those that exist no longer."""
    sort: BodySort = BodySort.NAME
    page: int = 1
    """From 1 on."""
    per_page: int = 50


@dataclass(frozen=True, slots=True)
class BodyPage:
    """``facets``: "land", "kind", "size" and "country", each value with the number of bodies it would give, the other
    filters as they are; values without a body are absent. ``published``: body id -> its solutions that are shown,
    those without any absent.
    """

    bodies: tuple[Body, ...]
    total: int
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    published: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BodyPoint:
    """A body on a map. Degrees of WGS 84."""

    slug: str
    title: str
    latitude: float
    longitude: float
    kind: BodyKind
    solutions: int
    """Published by it and shown."""


@dataclass(frozen=True, slots=True)
class BodySolution:
    """A solution in a list of a body's."""

    id: str
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class RegisterState:
    """How complete and how new the register is."""

    bodies: int
    """Those that exist at present."""
    keyed: int
    """Of them, those with an official German key."""
    unreconciled: int
    """Entered by somebody and not yet compared with an official list."""
    keys_as_of: str | None
    """The newest Gebietsstand of any German key, an ISO date."""
    oldest_keys_as_of: str | None
    core_version: str | None
    """Of the core that was loaded last; None where none was."""
    unresolved: int
    """Solutions that are shown and have no publisher, or one of several that could not be told apart."""


@dataclass(frozen=True, slots=True)
class BodyMerge:
    """What moves from ``gone`` to ``kept`` when one becomes a part of the other: how many of each."""

    gone: Body
    kept: Body
    solutions: int
    repositories: int
    sources: int
    operated: int
    """Statements that it runs or maintains a solution."""
    accounts: int
    domains: int
    children: int
    relations: int
    done: bool = False
    """It is a part of it already."""
