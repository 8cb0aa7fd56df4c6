# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The shipped core of the register is complete, consistent and right where we know it."""

from __future__ import annotations

import tomllib
from collections import Counter
from functools import cache

import pytest

from registry.bodies.core import CORE_VERSION, FILES, FOLDER, core, core_version
from registry.bodies.keys import LAENDER, check_body_keys, land_of
from registry.bodies.spelling import fold
from registry.model import BodyEntry, BodyKind, BodyNameKind, ags_of

_MUNICIPALITIES = {
    "DE-BW": 1101, "DE-BY": 2056, "DE-BE": 1, "DE-BB": 413, "DE-HB": 2, "DE-HH": 1, "DE-HE": 421, "DE-MV": 724,
    "DE-NI": 939, "DE-NW": 396, "DE-RP": 2300, "DE-SL": 52, "DE-SN": 418, "DE-ST": 218, "DE-SH": 1104, "DE-TH": 601,
}  # fmt: skip
"""Since 1 January 2026, without gemeindefreie Gebiete."""
_COUNTIES = {
    "DE-BW": 35, "DE-BY": 71, "DE-BB": 14, "DE-HE": 21, "DE-MV": 6, "DE-NI": 37, "DE-NW": 31, "DE-RP": 24, "DE-SL": 6,
    "DE-SN": 10, "DE-ST": 11, "DE-SH": 11, "DE-TH": 17,
}  # fmt: skip
_TOWN_COUNTIES = 107
_ASSOCIATIONS = {
    "DE-SH": 83, "DE-NI": 114, "DE-RP": 129, "DE-BB": 51, "DE-MV": 76, "DE-SN": 6, "DE-ST": 18, "DE-TH": 42,
    "DE-BY": 312, "DE-BW": 114,
}  # fmt: skip
_KNOWN = {
    "08421000": ("Ulm", "084210000000"), "09162000": ("München", "091620000000"), "05315000": ("Köln", "053150000000"),
    "02000000": ("Hamburg", "020000000000"), "11000000": ("Berlin", "110000000000"),
    "04011000": ("Bremen", "040110000000"), "04012000": ("Bremerhaven", "040120000000"),
    "06412000": ("Frankfurt am Main", "064120000000"), "12053000": ("Frankfurt (Oder)", "120530000000"),
    "15002000": ("Halle (Saale)", "150020000000"), "07316000": ("Neustadt an der Weinstraße", "073160000000"),
    "08111000": ("Stuttgart", "081110000000"), "14713000": ("Leipzig", "147130000000"),
    "14612000": ("Dresden", "146120000000"), "14511000": ("Chemnitz", "145110000000"),
    "03241001": ("Hannover", "032410001001"), "03101000": ("Braunschweig", "031010000000"),
    "03102000": ("Salzgitter", "031020000000"), "03159016": ("Göttingen", "031590016016"),
    "03357039": ("Rotenburg (Wümme)", "033570039039"), "03403000": ("Oldenburg (Oldb)", "034030000000"),
    "03153019": ("Langelsheim", "031530019019"), "05562024": ("Marl", "055620024024"),
    "05754008": ("Gütersloh", "057540008008"), "05334002": ("Aachen", "053340002002"),
    "05122000": ("Solingen", "051220000000"), "05974040": ("Soest", "059740040040"),
    "06415000": ("Hanau", "064150000000"), "06437016": ("Oberzent", "064370016016"),
    "06531005": ("Gießen", "065310005005"), "06611000": ("Kassel", "066110000000"),
    "07312000": ("Kaiserslautern", "073120000000"), "07143048": ("Montabaur", ""),
    "07315000": ("Mainz", "073150000000"), "10041100": ("Saarbrücken", "100410100100"),
    "10046117": ("St. Wendel", "100460117117"), "01001000": ("Flensburg", "010010000000"),
    "01003000": ("Lübeck", "010030000000"), "01059083": ("Süderbrarup", "010595974083"),
    "01059126": ("Hürup", "010595919126"), "01054168": ("Sylt", "010540168168"),
    "13003000": ("Rostock", "130030000000"), "13004000": ("Schwerin", "130040000000"),
    "13075039": ("Greifswald", "130750039039"), "13076168": ("Ruhner Berge", "130765655168"),
    "12052000": ("Cottbus", "120520000000"), "12054000": ("Potsdam", "120540000000"),
    "12073532": ("Schwedt/Oder", ""), "14522275": ("Jahnatal", "145220275275"),
    "14626110": ("Görlitz", "146260110110"), "14521035": ("Aue-Bad Schlema", "145210035035"),
    "15003000": ("Magdeburg", "150030000000"), "15001000": ("Dessau-Roßlau", "150010000000"),
    "15083040": ("Barleben", "150830040040"), "16051000": ("Erfurt", "160510000000"),
    "16063105": ("Eisenach", "160630105105"), "16052000": ("Gera", "160520000000"),
    "16077001": ("Altenburg", "160770001001"), "08311000": ("Freiburg im Breisgau", "083110000000"),
    "08212000": ("Karlsruhe", "082120000000"), "09564000": ("Nürnberg", "095640000000"),
    "09761000": ("Augsburg", "097610000000"), "09775135": ("Neu-Ulm", "097750135135"),
    "09377129": ("Kemnath", ""),
}  # fmt: skip
"""AGS, name and ARS, "" where it is not certain."""


@cache
def _entries() -> tuple[BodyEntry, ...]:
    return tuple(core())


def _of(*kinds: BodyKind) -> list[BodyEntry]:
    return [entry for entry in _entries() if entry.kind in kinds]


def _municipalities() -> list[BodyEntry]:
    return _of(BodyKind.MUNICIPALITY, BodyKind.TOWN)


def _counted(entries: list[BodyEntry]) -> dict[str | None, int]:
    return dict(Counter(entry.land for entry in entries))


def test_every_municipality_of_every_land_is_there() -> None:
    assert _counted(_municipalities()) == _MUNICIPALITIES


def test_every_county_is_there_and_towns_that_are_one() -> None:
    assert _counted(_of(BodyKind.COUNTY)) == _COUNTIES
    assert sum(_COUNTIES.values()) == 294
    alone = [entry for entry in _municipalities() if entry.designation in ("Kreisfreie Stadt", "Stadtkreis")]
    assert len(alone) == _TOWN_COUNTIES
    assert all(entry.kind is BodyKind.TOWN and (entry.keys.ags or "").endswith("000") for entry in alone)


def test_lands_are_bodies_but_for_the_two_that_are_towns() -> None:
    lands = {entry.land for entry in _of(BodyKind.STATE)}
    assert lands == {land.iso for land in LAENDER.values()} - {"DE-BE", "DE-HH"}
    hamburg = next(entry for entry in _municipalities() if entry.land == "DE-HH")
    assert {"Freie und Hansestadt Hamburg", "FHH", "Land Hamburg"} <= {name.name for name in hamburg.names}
    bremen = [entry for entry in _entries() if entry.name == "Bremen"]
    assert sorted(entry.kind for entry in bremen) == [BodyKind.STATE, BodyKind.TOWN]


def test_gemeindeverbaende_are_those_with_a_body() -> None:
    assert _counted(_of(BodyKind.MUNICIPAL_ASSOCIATION)) == _ASSOCIATIONS
    names = {(entry.name, entry.parent_key) for entry in _of(BodyKind.MUNICIPAL_ASSOCIATION)}
    assert ("Langenlonsheim-Stromberg", "07133") in names
    assert ("Stromberg", "07133") not in names
    assert ("Süderbrarup", "01059") in names
    assert ("Seehausen (Altmark)", "15090") in names


@pytest.mark.parametrize(("ags", "expected"), _KNOWN.items(), ids=[name for name, _ in _KNOWN.values()])
def test_names_and_keys_of_known_bodies(ags: str, expected: tuple[str, str]) -> None:
    found = [entry for entry in _municipalities() if entry.keys.ags == ags]
    assert [(entry.name, entry.keys.ars or "") for entry in found] == [expected]


def test_keys_fit_their_kind_and_each_other_and_have_a_date() -> None:
    for entry in _entries():
        check_body_keys(entry.keys, entry.kind)
        key = entry.keys.official
        assert entry.land == land_of(key or entry.parent_key or "")
        assert (entry.keys.as_of is None) == (key is None), entry
        if entry.kind in (BodyKind.MUNICIPALITY, BodyKind.TOWN):
            assert entry.keys.ags, entry
            assert entry.keys.ars is None or ags_of(entry.keys.ars) == entry.keys.ags


def test_no_key_occurs_twice() -> None:
    keys = Counter(key for entry in _entries() for key in (entry.keys.ars, entry.keys.ags) if key)
    assert [key for key, count in keys.items() if count > 1] == []


def test_every_parent_is_there_above_and_around() -> None:
    seen: set[str] = set()
    for entry in _entries():
        if entry.parent_key is None:
            assert entry.kind is BodyKind.STATE or entry.land in ("DE-BE", "DE-HH"), entry
        else:
            assert entry.parent_key in seen, entry
            assert (entry.keys.official or entry.parent_key).startswith(entry.parent_key[:5]), entry
            ars = entry.keys.ars or ""
            assert not ars or len(entry.parent_key) < 9 or ars.startswith(entry.parent_key), entry
        seen.update(key for key in (entry.keys.ars,) if key)


def test_name_and_county_tell_nearly_every_body_from_the_others() -> None:
    told = Counter((fold(entry.name), entry.designation, (entry.keys.ags or "")[:5]) for entry in _municipalities())
    assert [key for key, count in told.items() if count > 1] == [("neuenkirchen", "Gemeinde", "13075")]


def test_places_lie_in_germany_and_populations_are_of_a_size() -> None:
    municipalities = _municipalities()
    for entry in municipalities:
        assert entry.place is not None, entry
        assert 47.2 < entry.place.latitude < 55.1, entry
        assert 5.8 < entry.place.longitude < 15.1, entry
        assert entry.population is None or 1 < entry.population < 4_000_000, entry
        assert entry.population_as_of is None
    known = {entry.keys.ags: entry.population or 0 for entry in municipalities}
    assert sum(1 for count in known.values() if count) > 8_500
    assert sum(1 for count in known.values() if count >= 100_000) in range(70, 90)
    assert 115_000 < known["08421000"] < 135_000
    assert 1_300_000 < known["09162000"] < 1_600_000


def test_former_names_and_names_in_sorbian_are_kept() -> None:
    names = {(entry.name, name.name, name.kind) for entry in _entries() for name in entry.names}
    assert ("Bad Tabarz", "Tabarz/Thür. Wald", BodyNameKind.FORMER) in names
    assert ("Spree-Neiße", "Spree-Neiße/Wokrejs Sprjewja-Nysa", BodyNameKind.OFFICIAL) in names
    assert ("Bayern", "Freistaat Bayern", BodyNameKind.OFFICIAL) in names


def test_corrections_are_carried_out() -> None:
    corrections = tomllib.loads((FOLDER / "core-corrections.toml").read_text(encoding="utf-8"))
    keys = {key for entry in _entries() for key in (entry.keys.ars, entry.keys.ags) if key}
    ended = {ags for group in corrections["gone"] for ags in group["ags"]} | set(corrections["associations"]["gone"])
    assert not ended & keys
    assert {new["ags"] for new in corrections["founded"]} <= keys
    moved = corrections["associations"]["moved"]
    assert set(moved) <= keys
    assert {unit for unit in moved.values() if len(unit) == 9} <= keys
    assert not set(corrections["counties_merged"]) & keys
    assert set(corrections["counties_merged"].values()) <= keys


def test_the_version_is_that_of_the_files() -> None:
    assert core_version() == CORE_VERSION
    assert sum((FOLDER / name).stat().st_size for name, _ in FILES) < 1_200_000
