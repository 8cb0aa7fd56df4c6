# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where municipalities lie and how many live there, as far as GeoNames tells. A tool of developers."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from registry.bodies.build_sources import Area, square
from registry.bodies.spelling import fold
from registry.model import Place

_MEDIUM, _LARGE = 20_000, 100_000
"""Inhabitants."""


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A place of GeoNames: a municipality, its seat, or a part of it; the data does not say which."""

    name: str
    place: Place
    population: int
    is_other_name: bool = False
    """Found under another name of it."""


class Places:
    """German places by the keys of their names, in whatever language, and by where they lie."""

    def __init__(self) -> None:
        self._by_key: dict[str, list[NamedPlace]] = {}
        self._by_square: dict[tuple[int, int], list[NamedPlace]] = {}

    def add(self, place: NamedPlace, other_names: Iterable[str]) -> None:
        own = fold(place.name)
        self._by_key.setdefault(own, []).append(place)
        self._by_square.setdefault(square(place.place.longitude, place.place.latitude), []).append(place)
        for key in {fold(name) for name in other_names} - {own, ""}:
            self._by_key.setdefault(key, []).append(replace(place, is_other_name=True))

    def named(self, key: str, area: Area) -> list[NamedPlace]:
        """Those of a name that lie within an area."""
        return [place for place in self._by_key.get(key, ()) if area.contains(place.place)]

    def within(self, area: Area) -> list[NamedPlace]:
        return [
            place
            for square in area.squares()
            for place in self._by_square.get(square, ())
            if area.contains(place.place)
        ]


def read_places(folder: Path) -> Places:
    """The data calls München Munich: its other names count too."""
    found = Places()
    for row in json.loads((folder / "cities500.json").read_text(encoding="utf-8")).values():
        if row["countrycode"] == "DE":
            place = Place(row["latitude"], row["longitude"])
            found.add(NamedPlace(row["name"], place, row["population"]), row["alternatenames"])
    return found


def match(places: Places, name: str, area: Area) -> NamedPlace | None:
    """The place of this name within the area; without what tells it from others of the name, if there is none so.

    Where two fit, the population is left out.
    """
    for wanted in (fold(name), fold(area.name), _core(name)):
        fitting = places.named(wanted, area)
        for is_other_name in (False, True):
            found = [place for place in fitting if place.is_other_name is is_other_name]
            if found:
                most = max(found, key=lambda place: place.population)
                return most if len(found) == 1 else replace(most, population=0)
    return None


def _core(name: str) -> str:
    return fold(name).partition("/")[0]


def population(places: Places, name: str, found: NamedPlace | None, own: Area | None) -> int | None:
    """None where the place may be a part of the municipality only: the data does not tell villages from municipalities.

    It may be where the municipality has the names of two villages, and where others within it, together, have more
    inhabitants; not so in large towns, whose quarters are places too.
    """
    if found is None or own is None or not found.population:
        return None
    core = _core(name)
    if found.is_other_name and core not in fold(found.name).replace("/", ""):
        is_part = core.startswith(fold(found.name)) or found.population < _LARGE
        return None if is_part else found.population
    others = sum(place.population for place in places.within(own)) - found.population
    return None if found.population < _MEDIUM and others > found.population else found.population
