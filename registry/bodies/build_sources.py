# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the core of the register is made of, as ``registry.bodies.build`` reads it. A tool of developers.

Areas and keys of 2016 (BKG, VG250), and the weather service's list of warning cells, which names every municipality
(DWD); places are read by ``build_places``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from registry.model import Place

Ring = Sequence[Sequence[float]]
Polygon = Sequence[Ring]

_LAND_AREA = 4
"""GF of VG250: with its structure, on land."""
_NO_BODY = "gemeindefrei"
_MEMBER = "gemeinschaftsangehörig"
_CELL_OF_MUNICIPALITY = re.compile(r"8[0-9]{8}")
_SHORT_NAME = re.compile(r"(?:\s*\[[^\]]*\])?(?:\(8[0-9]{8}\))?$")
_IN_LAND = re.compile(r" \((?:(?P<designation>[^()/]*)/)?[A-Z]{2}(?:/[A-Z]{3})?\)$")
_KINDS_BEFORE_NAME = (
    "Mitgliedsgemeinde in Verwaltungsgemeinschaft ",
    "in Verwaltungsgemeinschaft ",
    "Große Kreisstadt ",
)
_CELL_LISTS = ("items", "options")


@dataclass(frozen=True, slots=True)
class Area:
    """One area of VG250. ``key`` is the ARS or the first digits of it; ``member``: of a Gemeindeverband or the like."""

    key: str
    ags: str
    name: str
    designation: str
    member: bool
    polygons: tuple[Polygon, ...]

    @property
    def centre(self) -> Place:
        """Centroid of the largest part."""
        longitude, latitude = max((_ring_sums(polygon[0]) for polygon in self.polygons), key=lambda sums: sums[0])[1:]
        return Place(latitude, longitude)

    def squares(self) -> Iterator[tuple[int, int]]:
        """Squares of a tenth of a degree that it touches, or that lie between those."""
        corners = [square(x, y) for polygon in self.polygons for x, y in polygon[0]]
        easts, norths = [east for east, _ in corners], [north for _, north in corners]
        for east in range(min(easts), max(easts) + 1):
            for north in range(min(norths), max(norths) + 1):
                yield east, north

    def contains(self, place: Place) -> bool:
        return any(_inside(polygon, place.longitude, place.latitude) for polygon in self.polygons)


@dataclass(frozen=True, slots=True)
class Cell:
    """A municipality as the list of warning cells has it."""

    name: str
    designation: str


def read_areas(folder: Path, level: str) -> list[Area]:
    """Areas of one level: "laender", "kreise", "verwaltungsgemeinschaften", "gemeinden"; without gemeindefreie ones."""
    features = _features(json.loads((folder / f"{level}.geo.json").read_text(encoding="utf-8")))
    return [_area(feature) for feature in features if _counts(feature["properties"])]


def read_cells(path: Path) -> dict[str, Cell]:
    """Municipalities by AGS. Raises ValueError for an option that cannot be read."""
    found: dict[str, Cell] = {}
    for option in _options(json.loads(path.read_text(encoding="utf-8"))):
        if _CELL_OF_MUNICIPALITY.fullmatch(str(option["value"])):
            cell = _cell(option["label"])
            if cell is not None:
                found[str(option["value"])[1:]] = cell
    return found


def _features(tree: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(tree, list):
        for branch in tree:
            yield from _features(branch)
    elif tree["type"] == "FeatureCollection":
        yield from _features(tree["features"])
    else:
        yield tree


def _counts(properties: Mapping[str, Any]) -> bool:
    return properties["GF"] == _LAND_AREA and not properties["BEZ"].casefold().startswith(_NO_BODY)


def _area(feature: Mapping[str, Any]) -> Area:
    properties, shape = feature["properties"], feature["geometry"]
    polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
    return Area(
        key=properties["RS"],
        ags=properties["AGS"],
        name=" ".join(properties["GEN"].split()),
        designation=properties["BEZ"],
        member=properties["BEM"] == _MEMBER,
        polygons=tuple(polygons),
    )


def _options(tree: Any) -> Iterator[Mapping[str, Any]]:
    """Every value with a label, wherever it stands in the settings of the package."""
    if isinstance(tree, dict):
        if "value" in tree and "label" in tree:
            yield tree
        for branch in tree.values():
            yield from _options(branch)
    elif isinstance(tree, list):
        for branch in tree:
            yield from _options(branch)


def _cell(label: str) -> Cell | None:
    """None for a gemeindefreies Gebiet: "Aach (Stadt/BW) [Aach (KN)]" is the town of Aach."""
    text = _SHORT_NAME.sub("", label)
    land = _IN_LAND.search(text)
    if land is None:
        raise ValueError(f"no Land in the label of a warning cell: {label}")
    name = text[: land.start()]
    if name.casefold().startswith(_NO_BODY):
        return None
    designation = land["designation"] or ("Stadt" if name.startswith("Große Kreisstadt ") else "Gemeinde")
    for words in _KINDS_BEFORE_NAME:
        name = name.removeprefix(words)
    return Cell(name, designation)


def _ring_sums(ring: Ring) -> tuple[float, float, float]:
    """Area without sign, and the centroid."""
    area = east = north = 0.0
    for (x, y), (next_x, next_y) in pairwise(ring):
        cross = x * next_y - next_x * y
        area += cross
        east += (x + next_x) * cross
        north += (y + next_y) * cross
    if not area:
        return 0.0, ring[0][0], ring[0][1]
    return abs(area), east / (3 * area), north / (3 * area)


def square(longitude: float, latitude: float) -> tuple[int, int]:
    """Of a grid of tenths of degrees."""
    return int(longitude * 10), int(latitude * 10)


def _inside(polygon: Polygon, x: float, y: float) -> bool:
    """Whether a ray to the east crosses the rings an odd number of times: holes count as outside."""
    crossings = 0
    for ring in polygon:
        for (x1, y1), (x2, y2) in pairwise(ring):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                crossings += 1
    return crossings % 2 == 1
