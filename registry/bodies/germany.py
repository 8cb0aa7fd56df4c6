# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The map of Germany: the outlines of its Länder, and where on it a place lies."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from registry import vocabulary
from registry.model import Place

OUTLINE_FILE = Path(vocabulary.__file__).parent / "bodies" / "germany.json"

# Lambert's conformal conic projection as surveyors use it for Germany (EPSG:4839), on a sphere.
_PARALLELS = (math.radians(48 + 2 / 3), math.radians(53 + 2 / 3))
_CENTRE = (math.radians(51.0), math.radians(10.5))


def _stretch(latitude: float) -> float:
    return math.tan(math.pi / 4 + latitude / 2)


_CONE = math.log(math.cos(_PARALLELS[0]) / math.cos(_PARALLELS[1])) / math.log(
    _stretch(_PARALLELS[1]) / _stretch(_PARALLELS[0])
)
_FACTOR = math.cos(_PARALLELS[0]) * _stretch(_PARALLELS[0]) ** _CONE / _CONE
_CENTRE_RADIUS = _FACTOR / _stretch(_CENTRE[0]) ** _CONE


def plane(place: Place) -> tuple[float, float]:
    """Earth radii to the east and to the south of the middle of the map (51° N, 10.5° E)."""
    radius = _FACTOR / _stretch(math.radians(place.latitude)) ** _CONE
    angle = _CONE * (math.radians(place.longitude) - _CENTRE[1])
    return radius * math.sin(angle), radius * math.cos(angle) - _CENTRE_RADIUS


@dataclass(frozen=True, slots=True)
class LandShape:
    path: str
    """SVG path; its holes need the rule "evenodd"."""
    label: tuple[int, int]
    """Middle of the abbreviation."""


@dataclass(frozen=True, slots=True)
class Outline:
    """Shapes in map units: ``scale`` of them to an earth radius, the upper left corner at ``left`` and ``top``."""

    width: int
    height: int
    scale: float
    left: float
    top: float
    laender: Mapping[str, LandShape]
    """By ISO 3166-2 code."""

    def spot(self, place: Place) -> tuple[float, float] | None:
        """Where a place lies in map units; None where that is beyond the sheet."""
        if not (45 < place.latitude < 57 and 3 < place.longitude < 18):
            return None
        east, south = plane(place)
        x, y = east * self.scale - self.left, south * self.scale - self.top
        return (x, y) if 0 <= x <= self.width and 0 <= y <= self.height else None


@cache
def outline() -> Outline:
    """As ``registry.bodies.outline`` made it."""
    told = json.loads(OUTLINE_FILE.read_text(encoding="utf-8"))
    shapes = {code: LandShape(one["path"], (one["label"][0], one["label"][1])) for code, one in told["laender"].items()}
    return Outline(told["width"], told["height"], told["scale"], told["left"], told["top"], shapes)
