# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A table of bodies of the operator's own: CSV with a line of column names (``docs/bodies.md``)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from registry.bodies.keys import AGS_DIGITS, LAENDER, LAENDER_BY_ISO, check_ars, check_body_keys, land_of
from registry.bodies.rows import LIMIT, BadRow, InvalidRows, check_is_text
from registry.errors import InvalidInput
from registry.model import BodyEntry, BodyKeys, BodyKind, BodyName, BodyNameKind, Place, ags_of

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("bezeichnung",),
    "kind": ("art",),
    "country": ("staat",),
    "land": ("bundesland",),
    "region": (),
    "ars": ("regionalschlüssel", "regionalschluessel"),
    "ags": ("gemeindeschlüssel", "gemeindeschluessel"),
    "as_of": ("gebietsstand",),
    "foreign_scheme": (),
    "foreign_key": (),
    "parent": ("gehört zu", "gehoert zu"),
    "own_title": ("titel", "eigenbezeichnung"),
    "designation": ("amtliche art",),
    "legal_form": ("rechtsform",),
    "uri": (),
    "domains": ("domains", "webadressen"),
    "latitude": ("breite",),
    "longitude": ("länge", "laenge"),
    "population": ("einwohner",),
    "population_as_of": ("einwohner am", "stand einwohner"),
    "area": ("fläche", "flaeche"),
    "programme_label": ("kategorie",),
    "short_names": ("kurznamen", "abkürzung", "abkuerzung"),
    "other_names": ("weitere namen",),
    "former_names": ("frühere namen", "fruehere namen"),
    "serves": ("betreut",),
    "predecessors": ("vorgänger", "vorgaenger"),
}
"""Column -> what it may be called otherwise; case does not matter. Only "name" and "kind" are needed."""
KIND_WORDS: Mapping[str, BodyKind] = {
    "gemeinde": BodyKind.MUNICIPALITY,
    "markt": BodyKind.MUNICIPALITY,
    "stadt": BodyKind.TOWN,
    "kreis": BodyKind.COUNTY,
    "landkreis": BodyKind.COUNTY,
    "gemeindeverband": BodyKind.MUNICIPAL_ASSOCIATION,
    "amt": BodyKind.MUNICIPAL_ASSOCIATION,
    "samtgemeinde": BodyKind.MUNICIPAL_ASSOCIATION,
    "verbandsgemeinde": BodyKind.MUNICIPAL_ASSOCIATION,
    "verwaltungsgemeinschaft": BodyKind.MUNICIPAL_ASSOCIATION,
    "zweckverband": BodyKind.JOINT_AUTHORITY,
    "it-dienstleister": BodyKind.IT_PROVIDER,
    "land": BodyKind.STATE,
    "bund": BodyKind.NATIONAL,
    "unternehmen": BodyKind.COMPANY,
    "verein": BodyKind.ASSOCIATION,
    "forschung": BodyKind.RESEARCH,
    "sonstige": BodyKind.OTHER,
}
"""What a kind may be called beside its own word."""

_MOST_ROWS = 200_000
_MOST_FAULTS = 1_000
_LONGEST_NAME = 300
_SEPARATOR_LINE = re.compile(r"\Asep=.\r?\n", re.IGNORECASE)
"""With which a spreadsheet says what parts the columns; it stays as an empty line, so that line numbers hold."""
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_SEVERAL = re.compile(r"\s*\|\s*")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
_LAENDER_BY_NAME = {name.casefold(): land.iso for land in LAENDER.values() for name in (land.name_de, land.name_en)}
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Table:
    entries: tuple[BodyEntry, ...]
    skipped: tuple[BadRow, ...] = ()


class _Bad(Exception):
    def __init__(self, rule: str, detail: str = "", subject: str | None = None) -> None:
        super().__init__(rule, detail)
        self.rule, self.detail, self.subject = rule, detail, subject

    @classmethod
    def of(cls, error: InvalidInput) -> _Bad:
        return cls(error.rule, (error.detail or "")[:60], error.subject[:40])


def read_table(content: bytes, name: str, skip_bad: bool = False) -> Table:
    """The bodies of a CSV table; comma, semicolon or TAB between the columns; UTF-8, UTF-16 or Windows-1252.

    Raises InvalidInput for what is no such table, InvalidRows naming each wrong row unless these are skipped.
    """
    if len(content) > LIMIT:
        raise InvalidInput(name, str(LIMIT // 2**20), rule="list-too-large")
    check_is_text(content, name)
    text = _SEPARATOR_LINE.sub("\n", _decoded(content, name))
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    entries: list[BodyEntry] = []
    faults: list[BadRow] = []
    columns: list[str] | None = None
    keys: dict[str, int] = {}
    line = 1
    try:
        for cells in reader:
            start, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if columns is None:
                columns = _columns(cells, name)
                continue
            try:
                entries.append(_entry(columns, cells, start, keys))
            except _Bad as bad:
                faults.append(BadRow(start, bad.rule, bad.detail, bad.subject))
            if len(faults) >= _MOST_FAULTS or len(entries) > _MOST_ROWS:
                break
    except csv.Error as error:
        raise InvalidRows(name, [*faults, BadRow(line, "table-csv", str(error)[:100])]) from None
    if columns is None or (not entries and not faults):
        raise InvalidInput(name, rule="table-empty")
    if faults and not skip_bad:
        raise InvalidRows(name, faults)
    return Table(tuple(entries), tuple(faults))


def _decoded(content: bytes, name: str) -> str:
    if content.startswith(_UTF_16):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError:
            raise InvalidRows(name, [BadRow(1, "list-encoding")]) from None
    if b"\x00" in content:
        raise InvalidRows(name, [BadRow(content[: content.index(b"\x00")].count(b"\n") + 1, "list-nul")])
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
    raise InvalidRows(name, [BadRow(line, "list-encoding")])


def _columns(cells: list[str], name: str) -> list[str]:
    names = {alias: column for column, aliases in COLUMNS.items() for alias in (column, *aliases)}
    found = [names.get(" ".join(cell.split()).casefold().strip("*"), "") for cell in cells]
    unknown = [cell.strip()[:60] for cell, column in zip(cells, found, strict=True) if not column and cell.strip()]
    twice = sorted({column for column in found if column and found.count(column) > 1})
    missing = [column for column in ("name", "kind") if column not in found]
    if missing:
        raise InvalidInput(name, ", ".join(missing), rule="table-no-column")
    if unknown:
        raise InvalidInput(name, ", ".join(unknown), rule="table-unknown-column")
    if twice:
        raise InvalidInput(name, ", ".join(twice), rule="table-column-twice")
    return found


def _entry(columns: list[str], cells: list[str], line: int, keys: dict[str, int]) -> BodyEntry:
    if any(cell.strip() for cell in cells[len(columns) :]):
        raise _Bad("table-too-many-cells", str(len(cells)))
    row = {column: " ".join(cell.split()) for column, cell in zip(columns, cells, strict=False) if column}
    name = row.get("name", "")
    if not name or len(name) > _LONGEST_NAME:
        raise _Bad("list-name-missing" if not name else "table-name-long", name[:40])
    kind = _kind(row.get("kind", ""))
    body_keys = _keys(row, kind)
    key = body_keys.ars or body_keys.ags
    if key is not None and keys.setdefault(key, line) != line:
        raise _Bad("list-key-twice", f"{key} ({keys[key]})")
    country = _country(row.get("country", ""))
    return BodyEntry(
        name=name,
        kind=kind,
        country=country,
        own_title=row.get("own_title") or None,
        designation=row.get("designation") or None,
        legal_form=row.get("legal_form") or None,
        land=_land(row.get("land", ""), key, country),
        region=row.get("region") or None,
        keys=body_keys,
        parent_key=_optional(row, "parent", _key),
        uri=_optional(row, "uri", _uri),
        place=_place(row),
        population=_optional(row, "population", _count),
        population_as_of=_optional(row, "population_as_of", _day),
        area=_optional(row, "area", _count),
        programme_label=row.get("programme_label") or None,
        domains=tuple(_domain(one) for one in _several(row, "domains")),
        names=_names(row),
        serves=tuple(_served(one) for one in _several(row, "serves")),
        predecessors=tuple(_key(one) for one in _several(row, "predecessors")),
        where=str(line),
    )


def _optional(row: Mapping[str, str], column: str, read: Callable[[str], _T]) -> _T | None:
    return read(row[column]) if row.get(column) else None


def _several(row: Mapping[str, str], column: str) -> list[str]:
    return [one for one in _SEVERAL.split(row.get(column, "")) if one]


def _names(row: Mapping[str, str]) -> tuple[BodyName, ...]:
    kinds = {
        "short_names": BodyNameKind.SHORT,
        "other_names": BodyNameKind.OTHER,
        "former_names": BodyNameKind.FORMER,
    }
    return tuple(BodyName(one, kind) for column, kind in kinds.items() for one in _several(row, column))


def _kind(text: str) -> BodyKind:
    folded = text.casefold()
    if folded in KIND_WORDS:
        return KIND_WORDS[folded]
    try:
        return BodyKind(folded)
    except ValueError:
        raise _Bad("table-kind", text[:60]) from None


def _keys(row: Mapping[str, str], kind: BodyKind) -> BodyKeys:
    ars, ags = row.get("ars") or None, row.get("ags") or None
    found = BodyKeys(
        ars=ars,
        ags=ags or (ags_of(ars) if ars else None),
        as_of=_optional(row, "as_of", _day),
        foreign_scheme=row.get("foreign_scheme") or None,
        foreign_key=row.get("foreign_key") or None,
    )
    try:
        check_body_keys(replace(found, ags=ags), kind)
    except InvalidInput as error:
        raise _Bad.of(error) from None
    return found


def _key(text: str) -> str:
    """A German key of any kind: an ARS, or an AGS."""
    if len(text) == AGS_DIGITS and text.isascii() and text.isdigit() and land_of(text) is not None:
        return text
    try:
        check_ars(text)
    except InvalidInput as error:
        raise _Bad.of(error) from None
    return text


def _country(text: str) -> str | None:
    country = text.upper() or "DE"
    if len(country) != 2 or not (country.isascii() and country.isalpha()):
        raise _Bad("table-country", text[:40])
    return country


def _land(text: str, key: str | None, country: str | None) -> str | None:
    of_key = land_of(key) if key is not None else None
    if not text:
        return of_key
    iso = text.upper() if "-" in text else f"{country}-{text.upper()}"
    found = _LAENDER_BY_NAME.get(text.casefold(), iso)
    if country == "DE" and found not in LAENDER_BY_ISO:
        raise _Bad("table-land", text[:40])
    if of_key is not None and found != of_key:
        raise _Bad("table-land-contradicts", f"{found}, {key}")
    return found if len(found) <= 6 else None


def _served(text: str) -> str:
    if text.upper() in LAENDER_BY_ISO:
        return text.upper()
    return _key(text)


def _uri(text: str) -> str:
    if not text.lower().startswith(("https://", "http://", "urn:")):
        raise _Bad("table-uri", text[:80])
    return text


def _domain(text: str) -> str:
    domain = text.lower().removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/.")
    try:
        domain = domain.encode("idna").decode("ascii") if not domain.isascii() else domain
    except UnicodeError:
        raise _Bad("table-domain", text[:80]) from None
    if len(domain) > 253 or not _DOMAIN.fullmatch(domain):
        raise _Bad("table-domain", text[:80])
    return domain


def _place(row: Mapping[str, str]) -> Place | None:
    latitude, longitude = row.get("latitude", ""), row.get("longitude", "")
    if not latitude and not longitude:
        return None
    try:
        place = Place(float(latitude.replace(",", ".")), float(longitude.replace(",", ".")))
    except ValueError:
        raise _Bad("table-place", f"{latitude} {longitude}"[:60]) from None
    if not (-90 <= place.latitude <= 90 and -180 <= place.longitude <= 180):
        raise _Bad("table-place", f"{latitude} {longitude}"[:60])
    return place


def _count(text: str) -> int:
    """Whole numbers, also with separators of thousands."""
    digits = text
    if re.fullmatch(r"[0-9]{1,3}(?:[. '\u2019\u202f\u00a0][0-9]{3})+", text):
        digits = re.sub(r"[^0-9]", "", text)
    if not (digits.isascii() and digits.isdigit()) or int(digits[:12]) > 2_000_000_000:
        raise _Bad("table-number", text[:40])
    return int(digits[:12])


def _day(text: str) -> str:
    """ISO date or year, also as "31.12.2024"."""
    german = re.fullmatch(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})", text)
    iso = f"{german[3]}-{int(german[2]):02d}-{int(german[1]):02d}" if german else text
    try:
        if re.fullmatch(r"[12][0-9]{3}", iso):
            return iso
        return date.fromisoformat(iso).isoformat()
    except ValueError:
        raise _Bad("table-date", text[:40]) from None
