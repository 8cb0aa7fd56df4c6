# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Bodies and web domains that are kept by hand: ``registry/vocabulary/bodies/*.toml``, read and checked.

What can be wrong in a table is said with the file and the entry; that codes exist and names occur once is for the
tests, which may use libraries that a start of the program should not have to load.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from registry.model import BodyEntry, BodyKeys, BodyKind, BodyName, BodyNameKind, Place

_FOLDER = Path(__file__).parent.parent / "vocabulary" / "bodies"
LEGAL_FORMS = frozenset(
    {
        "Anstalt des öffentlichen Rechts", "Körperschaft des öffentlichen Rechts", "Stiftung des öffentlichen Rechts",
        "Zweckverband", "Kommunale Arbeitsgemeinschaft", "Eigenbetrieb", "Eigenbetriebsähnliche Einrichtung",
        "Landesbetrieb", "Landesoberbehörde", "Staatsbetrieb", "Bundesoberbehörde", "Oberste Bundesbehörde",
        "GmbH", "gGmbH", "GmbH & Co. KG", "AG", "eG", "e. V.", "Stiftung",
    }
)  # fmt: skip
"""Of German bodies; those of other countries are not translated and so not given."""
_NAMES: Mapping[str, BodyNameKind] = MappingProxyType(
    {kind.value: kind for kind in BodyNameKind if kind is not BodyNameKind.OWN}
)
_TEXTS = frozenset(
    {"name", "kind", "country", "own_title", "designation", "legal_form", "land", "region", "uri"}
    | {"foreign_scheme", "foreign_key"}
)
_LISTS = frozenset({"domains", "serves", *_NAMES})
_KEYS = _TEXTS | _LISTS | {"place", "population"}
_COUNTRY = re.compile(r"[A-Z]{2}")
_LAND = re.compile(r"DE-[A-Z]{2}")
_SERVED = re.compile(r"DE-[A-Z]{2}|[0-9]{5}|[0-9]{9}|[0-9]{12}")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,4}[a-z]{2,24}")
_KEY = re.compile(r"[0-9]{5}|[0-9]{8}|[0-9]{9}")


@cache
def operators() -> Sequence[BodyEntry]:
    """Public IT providers. Raises ValueError, as the others do, naming the file and the entry."""
    return tuple(_entries("operators.toml", "operator", BodyKind.IT_PROVIDER))


@cache
def others() -> Sequence[BodyEntry]:
    """Bodies abroad, and those that are neither municipalities nor IT providers."""
    return tuple(_entries("others.toml", "body", None))


@cache
def domains() -> Mapping[str, tuple[str, ...]]:
    """Web domains of German bodies by AGS (municipalities), ARS of 5 digits (counties) or of 9 (Gemeindeverbände)."""
    found: dict[str, tuple[str, ...]] = {}
    for key, table in _read("domains.toml").items():
        where = f"domains.toml, {key}"
        if not _KEY.fullmatch(key):
            raise ValueError(f"{where}: neither AGS nor ARS of a county or Gemeindeverband")
        if set(table) != {"name", "domains"} or not isinstance(table["name"], str):
            raise ValueError(f"{where}: needs name and domains")
        found[key] = _texts(table, "domains", where, _DOMAIN)
    return MappingProxyType(found)


def _read(name: str) -> Mapping[str, Any]:
    return tomllib.loads((_FOLDER / name).read_text(encoding="utf-8"))


def _entries(name: str, key: str, kind: BodyKind | None) -> Iterator[BodyEntry]:
    for number, table in enumerate(_read(name)[key], 1):
        where = f"{name}, {key} {number} ({table.get('name')})"
        if unknown := sorted(set(table) - _KEYS):
            raise ValueError(f"{where}: unknown keys {', '.join(unknown)}")
        if wrong := sorted(key for key in _TEXTS & set(table) if not _is_text(table[key])):
            raise ValueError(f"{where}: no text in {', '.join(wrong)}")
        yield _entry(table, where, kind)


def _entry(table: Mapping[str, Any], where: str, kind: BodyKind | None) -> BodyEntry:
    country = table.get("country", None if kind is None else "DE")
    land, legal_form = table.get("land"), table.get("legal_form")
    if "name" not in table or ("kind" not in table and kind is None):
        raise ValueError(f"{where}: needs name and kind")
    body_kind = BodyKind(table["kind"]) if "kind" in table or kind is None else kind
    if not _COUNTRY.fullmatch(country or "") and (country is not None or body_kind is not BodyKind.INTERNATIONAL):
        raise ValueError(f"{where}: needs a country of two letters")
    if land is not None and not (country == "DE" and _LAND.fullmatch(land)):
        raise ValueError(f"{where}: land = {land!r} is no Land (DE-..)")
    if legal_form is not None and legal_form not in LEGAL_FORMS:
        raise ValueError(f"{where}: legal_form = {legal_form!r} is not in the list of curated.py")
    return BodyEntry(
        name=table["name"],
        kind=body_kind,
        country=country,
        own_title=table.get("own_title"),
        designation=table.get("designation"),
        legal_form=legal_form,
        land=land,
        region=table.get("region"),
        keys=_keys(table, where),
        uri=table.get("uri"),
        place=_place(table, where),
        population=_population(table, where),
        domains=_texts(table, "domains", where, _DOMAIN),
        names=tuple(BodyName(name, _NAMES[key]) for key in _NAMES for name in _texts(table, key, where)),
        serves=_texts(table, "serves", where, _SERVED),
        where=where,
    )


def _keys(table: Mapping[str, Any], where: str) -> BodyKeys:
    scheme, key = table.get("foreign_scheme"), table.get("foreign_key")
    if (scheme is None) != (key is None):
        raise ValueError(f"{where}: foreign_scheme and foreign_key go together")
    return BodyKeys(foreign_scheme=scheme, foreign_key=key)


def _place(table: Mapping[str, Any], where: str) -> Place | None:
    place = table.get("place")
    if place is None:
        return None
    if not (isinstance(place, list) and len(place) == 2 and all(isinstance(one, float) for one in place)):
        raise ValueError(f"{where}: place is latitude and longitude")
    latitude, longitude = place
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError(f"{where}: place = {place} is not on Earth")
    return Place(latitude, longitude)


def _population(table: Mapping[str, Any], where: str) -> int | None:
    population = table.get("population")
    if population is not None and (type(population) is not int or population <= 0):
        raise ValueError(f"{where}: population = {population!r}")
    return population


def _texts(table: Mapping[str, Any], key: str, where: str, form: re.Pattern[str] | None = None) -> tuple[str, ...]:
    values = table.get(key, [])
    if not (isinstance(values, list) and all(_is_text(value) for value in values)):
        raise ValueError(f"{where}: {key} is a list of texts")
    if form is not None and (wrong := [value for value in values if not form.fullmatch(value)]):
        raise ValueError(f"{where}: {key} has {', '.join(wrong)}")
    return tuple(values)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value.strip() == value != ""
