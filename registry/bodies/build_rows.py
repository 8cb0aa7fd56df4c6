# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The rows of the core of the register: what is certain of what was read. A tool of developers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from registry.bodies.build_places import Places, match, population
from registry.bodies.build_sources import Area, Cell
from registry.bodies.keys import ASSOCIATION_DIGITS, COUNTY_DIGITS, LAENDER
from registry.bodies.spelling import fold
from registry.model import Place

_NONE = "0"
"""In the corrections: belongs to no Gemeindeverband."""
_TOWN_COUNTIES = frozenset({"Kreisfreie Stadt", "Stadtkreis"})
_CITY_STATES = frozenset({"02", "11"})
"""Land and municipality at once: one body, the town."""
_BODIES_OF_UNITS: Mapping[str, frozenset[str]] = {
    "Amt": frozenset({"01", "12", "13"}),
    "Samtgemeinde": frozenset({"03"}),
    "Verbandsgemeinde": frozenset({"07", "15"}),
    "Verwaltungsgemeinschaft": frozenset({"09", "16"}),
    "Verwaltungsverband": frozenset({"08", "14"}),
}
"""Kinds of VG250 that are bodies of their own, by Land; the Verwaltungsgemeinschaften of BW and SN are agreements."""
_UNION = "Gemeindeverwaltungsverband"
"""What a Verwaltungsverband is called in Baden-Württemberg."""
_DECIMALS = 4
"""Of degrees: about ten metres."""


@dataclass(frozen=True)
class Row:
    """One line of a table; the fields are its columns, "" where not known."""

    name: str
    designation: str = ""
    ars: str = ""
    ags: str = ""
    as_of: str = ""
    own_title: str = ""
    parent: str = ""
    place: Place | None = None
    population: int | None = None
    names: tuple[str, ...] = ()

    def cells(self) -> list[str]:
        degrees = ("", "")
        if self.place is not None:
            degrees = (f"{self.place.latitude:.{_DECIMALS}f}", f"{self.place.longitude:.{_DECIMALS}f}")
        population = str(self.population or "")
        names = "|".join(self.names)
        return [self.ars, self.ags, self.as_of, self.name, self.designation, self.own_title, self.parent,
                *degrees, population, names]  # fmt: skip


@dataclass(frozen=True)
class Sources:
    """Everything that was read. Areas of municipalities are by AGS, the others by their key."""

    lands: Mapping[str, Area]
    counties: Mapping[str, Area]
    units: Mapping[str, Area]
    municipalities: Mapping[str, Area]
    cells: Mapping[str, Cell]
    places: Places
    corrections: Mapping[str, Any]

    @cached_property
    def gone(self) -> frozenset[str]:
        """AGS of the newer list that are no more."""
        return frozenset(ags for group in self.corrections["gone"] for ags in group["ags"])

    @cached_property
    def town_counties(self) -> Mapping[str, str]:
        """What kreisfreie towns are officially, by county key."""
        return {key: area.designation for key, area in self.counties.items() if area.designation in _TOWN_COUNTIES}


def tables(sources: Sources) -> list[list[Row]]:
    """The rows of the tables, in the order of ``FILES``, each by its key and name."""
    found = (_lands(sources), _counties(sources), _associations(sources), _municipalities(sources))
    return [sorted(rows, key=lambda row: (row.ags or row.ars or row.parent, row.ars, row.name)) for rows in found]


def _lands(sources: Sources) -> Iterable[Row]:
    as_of = sources.corrections["as_of"]["areas"]
    for code in sorted(set(LAENDER) - _CITY_STATES):
        area = sources.lands.get(code)
        if area is not None:
            further = _further(sources.corrections["lands"].get(code, {}))
            yield Row(LAENDER[code].name_de, ars=code, as_of=as_of, place=area.centre, names=further)


def _counties(sources: Sources) -> Iterable[Row]:
    corrections = sources.corrections
    as_of = corrections["as_of"]["cells"]
    ended = set(corrections["counties_merged"]) | set(corrections["counties_gone"]) | set(sources.town_counties)
    rows = [
        Row(area.name, area.designation, ars=key, as_of=as_of, place=area.centre)
        for key, area in sources.counties.items()
        if key not in ended
    ]
    for new in corrections["counties_founded"]:
        former = sources.counties.get(new["former"])
        place = former.centre if former else None
        rows.append(Row(new["name"], new["designation"], ars=new["ars"], as_of=new["as_of"], place=place))
    for row in rows:
        further = corrections["counties"].get(row.ars, {})
        yield replace(
            row,
            designation=further.get("designation", row.designation),
            own_title=_title_of_county(row.name),
            parent=row.ars[:2],
            names=_further(further),
        )


def _title_of_county(name: str) -> str:
    """ "Eifelkreis Bitburg-Prüm" is no "Landkreis Eifelkreis Bitburg-Prüm"; what begins or ends so is known as such."""
    folded = name.casefold()
    return name if "kreis" in folded and not folded.startswith("kreis") and not folded.endswith("kreis") else ""


def _associations(sources: Sources) -> Iterable[Row]:
    table = sources.corrections["associations"]
    for key, area in sources.units.items():
        if _is_body(area) and _goes_on(sources, area):
            name = table["renamed"].get(key, area.name)
            known = key if _is_certain(sources, key) else ""
            as_of = sources.corrections["as_of"]["areas"] if known else ""
            yield replace(
                _named_unit(name, area), ars=known, as_of=as_of, parent=key[:COUNTY_DIGITS], place=area.centre
            )
    for designation, founded in table["founded"].items():
        for name, county in founded:
            yield Row(name, designation, parent=county)


def _named_unit(name: str, area: Area) -> Row:
    if not area.key.startswith("08"):
        return Row(name, area.designation)
    words = name.casefold().split()[0]
    return Row(name, _UNION, own_title=name if words.endswith(("verband", "gemeinschaft")) else f"{_UNION} {name}")


def _is_body(area: Area) -> bool:
    return area.key[:2] in _BODIES_OF_UNITS.get(area.designation, ())


def _goes_on(sources: Sources, area: Area) -> bool:
    return area.key not in sources.corrections["associations"]["gone"]


def _is_certain(sources: Sources, unit: str) -> bool:
    """Whether a unit of the older list is still there under the same key."""
    area = sources.units.get(unit)
    without_key = sources.corrections["associations"]["without_key"]
    return area is not None and _goes_on(sources, area) and unit not in without_key


def _municipalities(sources: Sources) -> Iterable[Row]:
    as_of = sources.corrections["as_of"]["cells"]
    for ags, cell in sources.cells.items():
        area = sources.municipalities.get(ags)
        if ags not in sources.gone:
            yield _municipality(sources, ags, area.name if area else cell.name, cell, as_of)
    for new in sources.corrections["founded"]:
        cell = Cell(new["name"], new["designation"])
        yield _municipality(sources, new["ags"], new["name"], cell, new["on"], new.get("same", ""), new.get("seat", ""))


def _municipality(sources: Sources, ags: str, name: str, cell: Cell, as_of: str, same: str = "", seat: str = "") -> Row:
    """``same``: the older key of the same people, ``seat``: of a part of them that tells where it lies."""
    further = sources.corrections["municipalities"].get(ags, {})
    own = sources.municipalities.get(same or ags) or _under_older_key(sources, ags, cell.name)
    spelt = further.get("name") or (cell.name if own is not None and fold(own.name) != fold(cell.name) else name)
    near = own or sources.municipalities.get(further.get("seat", seat)) or _predecessor(sources, ags, spelt)
    found = match(sources.places, spelt, near) if near is not None else None
    listed = cell.designation if own is None or ags not in sources.cells else own.designation
    ars = _ars(sources, ags)
    return Row(
        name=spelt,
        designation=further.get("designation") or sources.town_counties.get(ags[:COUNTY_DIGITS], listed),
        ars=ars,
        ags=ags,
        as_of=as_of,
        parent=_parent(sources, ags, ars),
        place=found.place if found else (near.centre if near else None),
        population=None if further.get("no_population") else population(sources.places, spelt, found, own),
        names=_further(further),
    )


def _under_older_key(sources: Sources, ags: str, name: str) -> Area | None:
    """The area of a municipality whose county was merged."""
    merged = sources.corrections["counties_merged"]
    return _ended(sources, [old for old, new in merged.items() if ags.startswith(new)], name)


def _predecessor(sources: Sources, ags: str, name: str) -> Area | None:
    """One that ended when this one was founded: it tells where it lies, not how many live there."""
    return _ended(sources, [ags[:COUNTY_DIGITS]], name)


def _ended(sources: Sources, counties: Sequence[str], name: str) -> Area | None:
    """What the newer list lacks of these counties, if just one has the name."""
    areas = [
        area
        for key, area in sources.municipalities.items()
        if key[:COUNTY_DIGITS] in counties and key not in sources.cells and fold(area.name) == fold(name)
    ]
    return areas[0] if len(areas) == 1 else None


def _ars(sources: Sources, ags: str) -> str:
    """The ARS where it is certain, else ""."""
    unit = _unit(sources, ags)
    if unit == _NONE:
        alone = ags[COUNTY_DIGITS:]
        return f"{ags[:COUNTY_DIGITS]}{'0000' if alone == '000' else '0' + alone}{alone}"
    return f"{unit}{ags[COUNTY_DIGITS:]}" if unit else ""


def _unit(sources: Sources, ags: str) -> str:
    """Key of the unit a municipality belongs to today, "0" for none, "" where that is not certain."""
    table = sources.corrections["associations"]
    if ags in table["moved"]:
        return str(table["moved"][ags])
    if ags.endswith("000"):
        return _NONE
    area = sources.municipalities.get(ags)
    if area is None:
        return ""
    if not area.member:
        return _NONE if ags[:2] in (*table["confirmed"], *table["steady"]) else ""
    unit = area.key[:ASSOCIATION_DIGITS]
    return unit if ags[:2] in table["confirmed"] and _is_certain(sources, unit) else ""


def _parent(sources: Sources, ags: str, ars: str) -> str:
    """The Gemeindeverband where that is certain, else the county; of a town that is its own county the Land."""
    if ags.endswith("000"):
        return "" if ags[:2] in _CITY_STATES else ags[:2]
    area = sources.municipalities.get(ags)
    unit = ars[:ASSOCIATION_DIGITS]
    if not ars and area is not None and area.member and ags.startswith("07"):
        unit = area.key[:ASSOCIATION_DIGITS]
    body = sources.units.get(unit)
    return unit if body is not None and _is_body(body) and _is_certain(sources, unit) else ags[:COUNTY_DIGITS]


def _further(table: Mapping[str, Any]) -> tuple[str, ...]:
    kinds = ("official", "short", "other", "former")
    return tuple(f"{kind}:{name}" for kind in kinds for name in table.get(kind, ()))
