# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The tool that makes the core of the register, on a made-up country of a few squares."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from registry.bodies.build import main
from registry.bodies.build_sources import read_cells
from registry.bodies.core import FILES, core
from registry.model import BodyEntry, BodyKind, Place

_CORRECTIONS = """
counties_gone = {}
lands = {"03" = {official = ["Land der Probe"]}}
counties = {}
[as_of]
areas = "2016-01-01"
cells = "2021-01-01"
[[gone]]
on = "2022-01-01"
ags = ["03151004"]
[[founded]]
on = "2022-01-01"
ags = "03151009"
name = "Neudorf"
designation = "Gemeinde"
seat = "03151004"
[counties_merged]
"03152" = "03159"
[[counties_founded]]
ars = "03159"
name = "Neukreis"
designation = "Landkreis"
as_of = "2021-01-01"
former = "03152"
[municipalities."03151002"]
designation = "Stadt"
former = ["Alt Bad Probe"]
[associations]
confirmed = ["03"]
steady = []
gone = ["031515402"]
without_key = []
[associations.renamed]
[associations.moved]
"03159001" = "0"
[associations.founded]
Samtgemeinde = [["Neu", "03151"]]
"""


def _square(west: float, south: float, size: float = 0.1) -> list[list[list[float]]]:
    east, north = west + size, south + size
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


def _feature(key: str, name: str, designation: str, corner: tuple[float, float], **more: Any) -> Mapping[str, Any]:
    ags = key[:5] + key[9:] if len(key) == 12 else key
    properties = {"RS": key, "AGS": ags, "GEN": name, "BEZ": designation, "BEM": "--", "GF": 4, **more}
    return {
        "properties": properties,
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": _square(*corner)},
    }


_MEMBER = {"BEM": "gemeinschaftsangehörig"}
_LEVELS = {
    "laender": [
        _feature("03", "Niedersachsen", "Land", (9.0, 52.0)),
        _feature("03", "Meer", "Land", (8.0, 53.0), GF=2),
    ],
    "kreise": [
        _feature("03151", "Probe", "Landkreis", (9.0, 52.0)),
        _feature("03152", "Altkreis", "Landkreis", (9.5, 52.0)),
        _feature("03101", "Großprobe", "Kreisfreie Stadt", (9.8, 52.0)),
    ],
    "verwaltungsgemeinschaften": [
        _feature("031515401", "Amtsprobe", "Samtgemeinde", (9.1, 52.0)),
        _feature("031515402", "Ende", "Samtgemeinde", (9.2, 52.0)),
        _feature("031510001", "Frei", "Einheitsgemeinde", (9.0, 52.0)),
    ],
    "gemeinden": [
        _feature("031510001001", "Frei (Probe)", "Gemeinde", (9.0, 52.0)),
        _feature("031515401002", "Bad Probe", "Gemeinde", (9.1, 52.0), **_MEMBER),
        _feature("031515402003", "Ende", "Gemeinde", (9.2, 52.0), **_MEMBER),
        _feature("031515402004", "Vergangen", "Gemeinde", (9.3, 52.0), **_MEMBER),
        _feature("031519999501", "Wald", "Gemeindefreies Gebiet", (9.4, 52.0)),
        _feature("031520007007", "Umgezogen", "Stadt", (9.5, 52.0)),
        _feature("031010000000", "Großprobe", "Stadt", (9.8, 52.0)),
    ],
}
_CELLS = {
    "803151001": "Frei (Probe) (Gemeinde/NI)", "803151002": "Bad Probe (Gemeinde/NI) [Bad Probe (PRO)]",
    "803151003": "Ende (Gemeinde/NI)", "803151004": "Vergangen (Gemeinde/NI)",
    "803151501": "Gemeindefreies Gebiet Wald (NI)", "803159001": "Umgezogen (Stadt/NI)",
    "803101000": "Großprobe (Stadt/NI/PRX) [Großprobe](803101000)", "103151000": "Probe (Kreis/NI/PRX)",
}  # fmt: skip
_PLACES = [
    ("Frei", 52.02, 9.02, 900, []),
    ("Bad Probe", 52.03, 9.13, 4000, []), ("Bad Probe", 52.06, 9.16, 700, []),
    ("Ende", 52.05, 9.25, 300, []), ("Nebenort", 52.06, 9.26, 800, []),
    ("Moved", 52.05, 9.55, 30_000, ["Umgezogen"]),
    ("Big Trial", 52.05, 9.85, 250_000, ["Großprobe"]), ("Frei", 50.0, 9.0, 77_000, []),
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for level, features in _LEVELS.items():
        tree = [{"type": "FeatureCollection", "features": features}]
        (tmp_path / f"{level}.geo.json").write_text(json.dumps(tree), encoding="utf-8")
    options = [{"value": value, "label": label} for value, label in _CELLS.items()]
    (tmp_path / "cells.json").write_text(json.dumps({"items": {"table": [{"options": options}]}}), encoding="utf-8")
    columns = ("name", "latitude", "longitude", "population", "alternatenames")
    places = [dict(zip(columns, place, strict=True)) | {"countrycode": "DE"} for place in _PLACES]
    places.append(places[0] | {"countrycode": "AT", "population": 5})
    (tmp_path / "cities500.json").write_text(json.dumps(dict(enumerate(places))), encoding="utf-8")
    (tmp_path / "corrections.toml").write_text(_CORRECTIONS, encoding="utf-8")
    return tmp_path


def _build(folder: Path) -> dict[str, BodyEntry]:
    """By kind and name."""
    inputs = ["--geonames", folder, "--areas", folder, "--cells", folder / "cells.json"]
    outputs = ["--corrections", folder / "corrections.toml", "--into", folder]
    assert main([str(argument) for argument in inputs + outputs]) == 0
    return {f"{entry.kind.value} {entry.name}": entry for entry in core(folder)}


def test_only_bodies_that_are_there_today_are_made(folder: Path) -> None:
    assert sorted(_build(folder)) == [
        "county Neukreis", "county Probe",
        "municipal_association Amtsprobe", "municipal_association Neu",
        "municipality Ende", "municipality Frei (Probe)", "municipality Neudorf",
        "state Niedersachsen", "town Bad Probe", "town Großprobe", "town Umgezogen",
    ]  # fmt: skip


def test_keys_are_made_of_todays_unit_or_left_out(folder: Path) -> None:
    made = _build(folder)
    keys = {name: (entry.keys.ars, entry.keys.ags, entry.parent_key) for name, entry in made.items()}
    assert keys["municipality Frei (Probe)"] == ("031510001001", "03151001", "03151")
    assert keys["town Bad Probe"] == ("031515401002", "03151002", "031515401")
    assert keys["municipality Ende"] == (None, "03151003", "03151")
    assert keys["municipality Neudorf"] == (None, "03151009", "03151")
    assert keys["town Umgezogen"] == ("031590001001", "03159001", "03159")
    assert keys["town Großprobe"] == ("031010000000", "03101000", "03")
    assert keys["municipal_association Neu"] == (None, None, "03151")
    assert made["municipality Neudorf"].keys.as_of == "2022-01-01"
    assert made["municipal_association Amtsprobe"].keys.as_of == "2016-01-01"


def test_population_is_left_out_where_it_may_be_of_a_part(folder: Path) -> None:
    made = _build(folder)
    figures = {
        name: entry.population for name, entry in made.items() if entry.kind in (BodyKind.TOWN, BodyKind.MUNICIPALITY)
    }
    assert figures == {
        "municipality Frei (Probe)": 900,
        "town Bad Probe": None,  # two of the name
        "municipality Ende": None,  # another village there is larger
        "municipality Neudorf": None,  # founded since
        "town Umgezogen": None,  # the place's own name is another one
        "town Großprobe": 250_000,
    }


def test_places_are_within_the_area_or_its_centre(folder: Path) -> None:
    made = _build(folder)
    assert made["municipality Frei (Probe)"].place == Place(52.02, 9.02)
    assert made["town Bad Probe"].place == Place(52.03, 9.13)
    assert made["municipality Neudorf"].place == Place(52.05, 9.35)
    assert made["county Neukreis"].place == Place(52.05, 9.55)
    assert made["municipal_association Neu"].place is None


def test_names_and_designations_of_the_corrections_win(folder: Path) -> None:
    made = _build(folder)
    assert [name.name for name in made["town Bad Probe"].names] == ["Alt Bad Probe"]
    assert made["town Großprobe"].designation == "Kreisfreie Stadt"
    assert [name.name for name in made["state Niedersachsen"].names] == ["Land der Probe"]


def test_the_same_inputs_make_the_same_files(folder: Path) -> None:
    _build(folder)
    first = [(folder / name).read_bytes() for name, _ in FILES]
    _build(folder)
    assert [(folder / name).read_bytes() for name, _ in FILES] == first
    rows = list(csv.DictReader((folder / "core-municipalities.csv").read_text(encoding="utf-8").splitlines()))
    assert [row["ags"] for row in rows] == sorted(row["ags"] for row in rows)


def test_a_warning_cell_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "cells.json"
    path.write_text(json.dumps([{"value": "803151001", "label": "Ort ohne Land"}]), encoding="utf-8")
    with pytest.raises(ValueError, match="Ort ohne Land"):
        read_cells(path)
