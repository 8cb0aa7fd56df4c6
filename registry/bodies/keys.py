# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Official German keys: the Amtlicher Regionalschlüssel (ARS), the AGS derived from it, the Länder.

Source of the structure: Destatis, Gemeindeverzeichnis-Informationssystem (GV-ISys): Land 2 digits, Regierungsbezirk 1,
Kreis 2, Gemeindeverband 4, Gemeinde 3. Keys are text: four Länder begin with a zero that spreadsheets lose.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from registry.errors import InvalidInput
from registry.model import BodyKeys, BodyKind, ags_of

LAND_DIGITS, COUNTY_DIGITS, AGS_DIGITS, ASSOCIATION_DIGITS, ARS_DIGITS = 2, 5, 8, 9, 12
_DISTRICT_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Land:
    """A Land of Germany. ``code`` is the first two digits of every key in it, ``iso`` its code after ISO 3166-2."""

    code: str
    iso: str
    name_de: str
    name_en: str
    seat: str
    """The town where its government sits."""


_LAENDER = (
    Land("01", "DE-SH", "Schleswig-Holstein", "Schleswig-Holstein", "Kiel"),
    Land("02", "DE-HH", "Hamburg", "Hamburg", "Hamburg"),
    Land("03", "DE-NI", "Niedersachsen", "Lower Saxony", "Hannover"),
    Land("04", "DE-HB", "Bremen", "Bremen", "Bremen"),
    Land("05", "DE-NW", "Nordrhein-Westfalen", "North Rhine-Westphalia", "Düsseldorf"),
    Land("06", "DE-HE", "Hessen", "Hesse", "Wiesbaden"),
    Land("07", "DE-RP", "Rheinland-Pfalz", "Rhineland-Palatinate", "Mainz"),
    Land("08", "DE-BW", "Baden-Württemberg", "Baden-Württemberg", "Stuttgart"),
    Land("09", "DE-BY", "Bayern", "Bavaria", "München"),
    Land("10", "DE-SL", "Saarland", "Saarland", "Saarbrücken"),
    Land("11", "DE-BE", "Berlin", "Berlin", "Berlin"),
    Land("12", "DE-BB", "Brandenburg", "Brandenburg", "Potsdam"),
    Land("13", "DE-MV", "Mecklenburg-Vorpommern", "Mecklenburg-Western Pomerania", "Schwerin"),
    Land("14", "DE-SN", "Sachsen", "Saxony", "Dresden"),
    Land("15", "DE-ST", "Sachsen-Anhalt", "Saxony-Anhalt", "Magdeburg"),
    Land("16", "DE-TH", "Thüringen", "Thuringia", "Erfurt"),
)
LAENDER: Mapping[str, Land] = MappingProxyType({land.code: land for land in _LAENDER})
"""By the first two digits of a key."""
LAENDER_BY_ISO: Mapping[str, Land] = MappingProxyType({land.iso: land for land in _LAENDER})

_DIGITS_OF_KIND: Mapping[BodyKind, tuple[int, ...]] = MappingProxyType(
    {
        BodyKind.MUNICIPALITY: (ARS_DIGITS,),
        BodyKind.TOWN: (ARS_DIGITS,),
        BodyKind.COUNTY: (COUNTY_DIGITS,),
        BodyKind.MUNICIPAL_ASSOCIATION: (ASSOCIATION_DIGITS,),
        BodyKind.STATE: (LAND_DIGITS,),
    }
)
_RULE_OF_KIND = MappingProxyType(
    {
        BodyKind.MUNICIPALITY: "body-key-municipality",
        BodyKind.TOWN: "body-key-municipality",
        BodyKind.COUNTY: "body-key-county",
        BodyKind.MUNICIPAL_ASSOCIATION: "body-key-association",
        BodyKind.STATE: "body-key-state",
    }
)


def land_of(key: str) -> str | None:
    """ISO 3166-2 code of the Land that an ARS or AGS lies in: "DE-BW"; None where there is no such Land."""
    land = LAENDER.get(key[:LAND_DIGITS])
    return land.iso if land is not None else None


def land_name(iso: str | None, lang: str = "de") -> str | None:
    """Of the Land with this ISO 3166-2 code, in German or English; None where there is none."""
    land = LAENDER_BY_ISO.get(iso or "")
    return None if land is None else land.name_de if lang == "de" else land.name_en


def ars_of_parents(ars: str) -> tuple[str, ...]:
    """ARS of what a body may belong to, the nearest first: its Gemeindeverband, its county, its Land."""
    return tuple(ars[:digits] for digits in (ASSOCIATION_DIGITS, COUNTY_DIGITS, LAND_DIGITS) if digits < len(ars))


def check_ars(ars: str) -> None:
    """Raise InvalidInput unless this can be an ARS: 2, 5, 9 or 12 digits in a Land that exists."""
    _check_digits(ars)
    if len(ars) not in (LAND_DIGITS, COUNTY_DIGITS, ASSOCIATION_DIGITS, ARS_DIGITS):
        if len(ars) == AGS_DIGITS:
            raise InvalidInput(ars, "", rule="body-key-ags-as-ars")
        _check_lost_zero(ars, (COUNTY_DIGITS, ARS_DIGITS))
        raise InvalidInput(ars, str(len(ars)), rule="body-key-length")
    _check_land(ars)
    _check_municipality(ars, len(ars) == ARS_DIGITS)


def check_ags(ags: str) -> None:
    """Raise InvalidInput unless this can be an AGS: 8 digits in a Land that exists."""
    _check_digits(ags)
    if len(ags) != AGS_DIGITS:
        _check_lost_zero(ags, (AGS_DIGITS,))
        raise InvalidInput(ags, str(len(ags)), rule="body-key-ags-length")
    _check_land(ags)
    _check_municipality(ags, True)


def check_body_keys(keys: BodyKeys, kind: BodyKind) -> None:
    """Raise InvalidInput where the German keys of a body are no keys, not of its kind, or contradict each other."""
    if keys.ars is not None:
        check_ars(keys.ars)
    if keys.ags is not None:
        check_ags(keys.ags)
    for key in (keys.ars, keys.ags):
        if key is not None and kind not in _DIGITS_OF_KIND:
            raise InvalidInput(key, kind.value, rule="body-key-none")
    if keys.ars is not None and len(keys.ars) not in _DIGITS_OF_KIND[kind]:
        raise InvalidInput(keys.ars, str(len(keys.ars)), rule=_RULE_OF_KIND[kind])
    if keys.ags is not None and _DIGITS_OF_KIND[kind] != (ARS_DIGITS,):
        raise InvalidInput(keys.ags, kind.value, rule="body-key-ags-of-municipalities")
    if keys.ars is not None and keys.ags is not None and ags_of(keys.ars) != keys.ags:
        raise InvalidInput(keys.ags, f"{keys.ars} -> {ags_of(keys.ars)}", rule="body-key-contradiction")


def _check_digits(key: str) -> None:
    if not key:
        raise InvalidInput(key, "", rule="body-key-empty")
    if not (key.isascii() and key.isdigit()):
        spaced = key.replace(" ", "")
        rule = "body-key-spaces" if spaced.isascii() and spaced.isdigit() else "body-key-digits"
        raise InvalidInput(key, spaced, rule=rule)


def _check_lost_zero(key: str, digits: tuple[int, ...]) -> None:
    """A spreadsheet makes "08421000" a number: one digit short, and with a zero in front in a Land below 10."""
    if len(key) + 1 in digits and "0" + key[:1] in LAENDER:
        raise InvalidInput(key, "0" + key, rule="body-key-lost-zero")


def _check_land(key: str) -> None:
    if key[:LAND_DIGITS] not in LAENDER:
        raise InvalidInput(key, key[:LAND_DIGITS], rule="body-key-land")


def _check_municipality(key: str, of_municipality: bool) -> None:
    """Nothing but zeros behind the Land: a table filled up the key of the Land itself, except in Stadtstaaten."""
    if of_municipality and key[LAND_DIGITS:].strip("0") == "" and key[:LAND_DIGITS] not in ("02", "11"):
        raise InvalidInput(key, key[:LAND_DIGITS], rule="body-key-of-land")
