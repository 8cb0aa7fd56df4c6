# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The map of Germany with those who publish something, drawn by ourselves, and the same as a table beside it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask import url_for

from registry.bodies.germany import Outline, outline
from registry.bodies.spelling import sort_key
from registry.model import Body, Place
from registry.web import words
from registry.web.language import ngettext

_LEAST_RADIUS = 14.0
_GROWTH = 4.0
_LARGEST_RADIUS = 42.0
_RING = 10.0
"""What a circle for several bodies needs around it."""
_CROWDED = 0.95
"""Circles nearer to each other than this part of their radii become one."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A body with the number of solutions it publishes."""

    body: Body
    solutions: int
    land: str
    """In the page's language; empty where it has none."""


@dataclass(slots=True)
class Marker:
    """A circle on the map: one body, or several that lie too close together to be told apart."""

    x: float
    y: float
    entries: list[Entry] = field(default_factory=list)

    @property
    def solutions(self) -> int:
        return sum(entry.solutions for entry in self.entries)

    @property
    def radius(self) -> float:
        """Map units. The surface grows with the number of solutions."""
        return radius(self.solutions)

    @property
    def several(self) -> bool:
        return len(self.entries) > 1

    @property
    def anchor(self) -> str:
        """Of its rows in the table."""
        return f"at-{self.entries[0].body.slug}"

    @property
    def url(self) -> str:
        """The page of its body; of several its rows in the table."""
        return f"#{self.anchor}" if self.several else url_for("bodies.body", slug=self.entries[0].body.slug)

    @property
    def name(self) -> str:
        """What a screen reader says, and the tooltip."""
        told = ngettext("%(num)s solution", "%(num)s solutions", self.solutions)
        lead = self.entries[0].body.title
        if not self.several:
            return f"{lead}: {told}"
        more = ngettext("%(lead)s and one more body", "%(lead)s and %(num)s more bodies", self._others, lead=lead)
        return f"{more}: {told}"

    @property
    def _others(self) -> int:
        return len(self.entries) - 1


@dataclass(frozen=True, slots=True)
class Map:
    outline: Outline
    labels: Sequence[tuple[str, int, int]]
    """Abbreviations of the Länder and where they stand."""
    markers: Sequence[Marker]
    """In the order of the table, which is that of the keyboard too: by Land, then by name."""
    outside: Sequence[Entry]
    """Abroad, or without a place."""


def radius(solutions: int) -> float:
    return min(_LARGEST_RADIUS, _LEAST_RADIUS + _GROWTH * math.sqrt(solutions))


def map_of(bodies: Sequence[Body], published: Mapping[str, int]) -> Map:
    """``published``: body id -> number of solutions; bodies without any are left out."""
    sheet = outline()
    entries = [Entry(body, published[body.id], _land(body)) for body in bodies if published.get(body.id)]
    inside: list[tuple[Entry, tuple[float, float]]] = []
    outside: list[Entry] = []
    for entry in entries:
        spot = _spot(sheet, entry.body)
        if spot is None:
            outside.append(entry)
        else:
            inside.append((entry, spot))
    labels = [(code.removeprefix("DE-"), *shape.label) for code, shape in sheet.laender.items()]
    return Map(sheet, labels, _ordered(_within(sheet, _markers(inside))), sorted(outside, key=_by_country))


def _markers(inside: Sequence[tuple[Entry, tuple[float, float]]]) -> list[Marker]:
    """The largest first; each next one joins the nearest circle that it would crowd."""
    found: list[Marker] = []
    for entry, (x, y) in sorted(inside, key=lambda one: (-one[0].solutions, one[0].body.slug)):
        near = min(found, key=lambda marker: _distance(marker, x, y), default=None)
        if near is not None and _distance(near, x, y) < _CROWDED * (near.radius + radius(entry.solutions)):
            near.entries.append(entry)
        else:
            found.append(Marker(x, y, [entry]))
    return found


def _within(sheet: Outline, markers: list[Marker]) -> list[Marker]:
    """Large circles at the edge move in, so that nothing of them is cut off."""
    for marker in markers:
        room = marker.radius + _RING
        marker.x = min(max(marker.x, room), sheet.width - room)
        marker.y = min(max(marker.y, room), sheet.height - room)
    return markers


def _distance(marker: Marker, x: float, y: float) -> float:
    return math.hypot(marker.x - x, marker.y - y)


def _ordered(markers: Sequence[Marker]) -> list[Marker]:
    return sorted(markers, key=lambda marker: (sort_key(marker.entries[0].land), _sort_key(marker.entries[0])))


def _spot(sheet: Outline, body: Body) -> tuple[float, float] | None:
    place: Place | None = body.place
    return sheet.spot(place) if place is not None and body.country == "DE" else None


def _land(body: Body) -> str:
    return words.land_name(body.land) if body.land else ""


def _by_country(entry: Entry) -> tuple[bool, str, str]:
    """Germany first: those are there only because their place is not known."""
    return entry.body.country != "DE", entry.body.country or "~", _sort_key(entry)


def _sort_key(entry: Entry) -> str:
    return sort_key(entry.body.title)
