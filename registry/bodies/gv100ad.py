# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The official German list of municipalities, GV100AD (Destatis, Gemeindeverzeichnis-Informationssystem GV-ISys).

Fixed-width lines; the fields are read by ``gv100ad-py``, this says which of them are bodies. Records: 10 Land, 20
Regierungsbezirk, 30 Region, 40 county, 50 Gemeindeverband, 60 municipality. 20 and 30 are no bodies of their own, nor
are a Land or county that is one town (its town is the body), a municipality in the place of a Gemeindeverband, and
areas without a municipality (gemeindefreie Gebiete).
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from gv100ad import (
    District,
    DistrictType,
    FederalState,
    GV100ADReader,
    MunicipalAssociation,
    MunicipalAssociationType,
    Municipality,
    MunicipalityType,
)
from gv100ad.entities.base_record import BaseRecord

from registry.bodies.keys import land_of
from registry.bodies.official_names import official_name
from registry.bodies.rows import LIMIT, BadRow, InvalidRows, check_is_text
from registry.errors import InvalidInput
from registry.model import BodyEntry, BodyKeys, BodyKind, BodyName, BodyNameKind

_MOST_MEMBERS = 200
_MOST_FAULTS = 1_000
_FIRST_LINE = re.compile(rb"(?:\xef\xbb\xbf)?[\s]*(?:10|20|30|40|50|60)[0-9]{10}")
_SPREADSHEET = frozenset({"[Content_Types].xml", "content.xml"})
"""Files in the zip files that spreadsheets and documents of office programs are."""
_LOOKED_AT = 8192
_FIRST_LINES = 20
_ZIP = b"PK\x03\x04"
_LEAST: Mapping[str, int] = {"10": 23, "20": 23, "30": 23, "40": 124, "50": 124, "60": 151}
"""Characters that a record has at least: up to the last field that is needed."""
_DIGITS: Mapping[str, tuple[slice, ...]] = {
    "10": (slice(10, 12),),
    "40": (slice(10, 15), slice(122, 124)),
    "50": (slice(10, 15), slice(18, 22), slice(122, 124)),
    "60": (slice(10, 18), slice(18, 22), slice(122, 124)),
}
"""Fields that are digits throughout; those of an amount may have blanks before."""
_AMOUNTS = (slice(128, 139), slice(139, 150))

_ASSOCIATIONS: Mapping[MunicipalAssociationType, str] = {
    MunicipalAssociationType.AMT: "Amt",
    MunicipalAssociationType.SAMTGEMEINDE: "Samtgemeinde",
    MunicipalAssociationType.VERBANDSGEMEINDE: "Verbandsgemeinde",
    MunicipalAssociationType.VERWALTUNGSGEMEINSCHAFT: "Verwaltungsgemeinschaft",
    MunicipalAssociationType.KIRCHSPIELSLANDGEMEINDE: "Kirchspielslandgemeinde",
    MunicipalAssociationType.VERWALTUNGSVERBAND: "Verwaltungsverband",
    MunicipalAssociationType.VG_TRAEGERMODELL: "Verwaltungsgemeinschaft",
}
_MUNICIPALITIES: Mapping[MunicipalityType, tuple[BodyKind, str]] = {
    MunicipalityType.MARKT: (BodyKind.MUNICIPALITY, "Markt"),
    MunicipalityType.KREISFREIE_STADT: (BodyKind.TOWN, "Kreisfreie Stadt"),
    MunicipalityType.STADTKREIS: (BodyKind.TOWN, "Stadtkreis"),
    MunicipalityType.STADT: (BodyKind.TOWN, "Stadt"),
    MunicipalityType.KREISANGEHOERIGE_GEMEINDE: (BodyKind.MUNICIPALITY, "Gemeinde"),
    MunicipalityType.GROSSE_KREISSTADT: (BodyKind.TOWN, "Große Kreisstadt"),
}
_COUNTIES: Mapping[DistrictType, str] = {
    DistrictType.KREIS: "Kreis",
    DistrictType.LANDKREIS: "Landkreis",
    DistrictType.REGIONALVERBAND: "Regionalverband",
}
_TOWN_COUNTIES = frozenset({DistrictType.KREISFREIE_STADT, DistrictType.STADTKREIS})
_NO_MUNICIPALITY = frozenset(
    {MunicipalityType.GEMEINDEFREIES_GEBIET_BEWOHNT, MunicipalityType.GEMEINDEFREIES_GEBIET_UNBEWOHNT}
)


@dataclass(frozen=True, slots=True)
class GvList:
    as_of: str
    """Gebietsstand: ISO date, the latest of its records."""
    entries: tuple[BodyEntry, ...]


def is_gv100ad(content: bytes) -> bool:
    """Whether it looks like the list, or a zip file in which it may be. One odd line at the beginning hides no list."""
    if content.startswith(_ZIP):
        return True
    return any(_FIRST_LINE.match(line) for line in content[:_LOOKED_AT].splitlines()[:_FIRST_LINES])


def read_gv100ad(content: bytes, name: str, population_as_of: str | None = None) -> GvList:
    """The bodies of the list, which is text or the zip file it comes in.

    The list does not say of which day its populations are (the Gebietsstand is not it): ``population_as_of`` does,
    where the operator knows it. Raises InvalidInput for what is no such list, InvalidRows naming each odd line.
    """
    if len(content) > LIMIT:
        raise InvalidInput(name, str(LIMIT // 2**20), rule="list-too-large")
    if content.startswith(_ZIP):
        content = _unzipped(content, name)
    check_is_text(content, name)
    records = _records(_decoded(content, name), name)
    if not any(isinstance(record, Municipality) for _, record in records):
        raise InvalidInput(name, rule="list-no-municipality")
    as_of = max(record.timestamp.isoformat() for _, record in records)
    entries = [entry for line, record in records if (entry := _entry(record, line)) is not None]
    entries = _above(_without_town_states(entries))
    if population_as_of is not None:
        entries = [
            replace(one, population_as_of=population_as_of) if one.population is not None else one for one in entries
        ]
    return GvList(as_of, tuple(entries))


def _unzipped(content: bytes, name: str) -> bytes:
    """The list in a zip file: the one member that begins like it. Nothing is unpacked beyond ``LIMIT``."""
    found: list[bytes] = []
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
            if any(one.filename in _SPREADSHEET for one in members):
                raise InvalidInput(name, "XLSX/ODS", rule="list-no-text")
            if len(members) > _MOST_MEMBERS:
                raise InvalidInput(name, str(len(members)), rule="list-zip-members")
            for member in members:
                with archive.open(member) as stream:
                    if not _FIRST_LINE.match(stream.read(64)):
                        continue
                with archive.open(member) as stream:
                    found.append(stream.read(LIMIT + 1))
                if len(found[-1]) > LIMIT:
                    raise InvalidInput(f"{name}/{member.filename}", str(LIMIT // 2**20), rule="list-too-large")
                if len(found) > 1:
                    break
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        # RuntimeError is what an encrypted member gives.
        raise InvalidInput(name, type(error).__name__, rule="list-zip-damaged") from None
    except Exception as error:
        # The decompressors' own: zlib.error, lzma.LZMAError and ValueError have no base in common.
        if isinstance(error, InvalidInput):
            raise
        raise InvalidInput(name, type(error).__name__, rule="list-zip-damaged") from None
    if len(found) != 1:
        raise InvalidInput(name, str(len(found)), rule="list-zip-content")
    return found[0]


def _decoded(content: bytes, name: str) -> str:
    """Newer lists are UTF-8, older ones ISO-8859-1, of which Windows-1252 has all letters and a few more."""
    if b"\x00" in content:
        line = content[: content.index(b"\x00")].count(b"\n") + 1
        raise InvalidRows(name, [BadRow(line, "list-nul")])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            return content.decode("cp1252")
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            raise InvalidRows(name, [BadRow(line, "list-encoding")]) from None


def _records(text: str, name: str) -> list[tuple[int, BaseRecord]]:
    found: list[tuple[int, BaseRecord]] = []
    faults: list[BadRow] = []
    keys: dict[str, int] = {}
    # Only these end a line: other signs that Python takes for line ends may stand in a name.
    for number, raw in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        line = raw.rstrip("\x1a")
        if not line.strip():
            continue
        record = _record(line, number)
        if isinstance(record, BaseRecord):
            first = keys.setdefault(_key_of(line), number)
            if first == number:
                found.append((number, record))
                continue
            record = BadRow(number, "list-key-twice", f"{_key_of(line)} ({first})")
        faults.append(record)
        if len(faults) >= _MOST_FAULTS:
            break
    if faults:
        raise InvalidRows(name, faults)
    return found


def _record(line: str, number: int) -> BaseRecord | BadRow:
    kind = line[:2]
    if kind not in _LEAST:
        return BadRow(number, "list-record", kind)
    if len(line) < _LEAST[kind]:
        return BadRow(number, "list-short", str(len(line)))
    for field in _DIGITS.get(kind, ()):
        if not _is_digits(line[field]):
            return BadRow(number, "list-digits", line[field])
    for field in _AMOUNTS if kind == "60" else ():
        if not _is_digits(line[field].strip()):
            return BadRow(number, "list-digits", line[field].strip())
    try:
        record: BaseRecord = next(iter(GV100ADReader(io.StringIO(line)).read()))
    except ValueError as error:
        return BadRow(number, "list-value", str(error)[:100])
    if not record.name.strip():
        return BadRow(number, "list-name-missing")
    if land_of(line[10:12]) is None:
        return BadRow(number, "list-land", line[10:12])
    return record


def _without_town_states(entries: list[BodyEntry]) -> list[BodyEntry]:
    """Berlin and Hamburg are Land and municipality at once, without any other municipality: one body, the town."""
    towns = {entry.keys.ags for entry in entries if entry.keys.ags is not None}
    return [entry for entry in entries if f"{entry.keys.ars}000000" not in towns or entry.kind is not BodyKind.STATE]


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _key_of(line: str) -> str:
    return line[:2] + line[10:22].rstrip()


def _entry(record: BaseRecord, line: int) -> BodyEntry | None:
    """None for what is no body of its own."""
    as_of = record.timestamp.isoformat()
    where = str(line)
    if isinstance(record, Municipality):
        return _municipality(record, as_of, where)
    if isinstance(record, MunicipalAssociation) and record.type in _ASSOCIATIONS:
        ars = record.regional_code + record.association
        return _named(record.name, BodyKind.MUNICIPAL_ASSOCIATION, _ASSOCIATIONS[record.type], ars, as_of, where)
    if isinstance(record, District) and record.type not in _TOWN_COUNTIES:
        designation = _COUNTIES.get(record.type, "Kreis")
        return _named(record.name, BodyKind.COUNTY, designation, record.regional_code, as_of, where)
    if isinstance(record, FederalState):
        return _named(record.name, BodyKind.STATE, None, record.regional_code, as_of, where)
    return None


def _municipality(record: Municipality, as_of: str, where: str) -> BodyEntry | None:
    if record.type in _NO_MUNICIPALITY:
        return None
    kind, designation = _MUNICIPALITIES.get(record.type, (BodyKind.MUNICIPALITY, "Gemeinde"))
    ars = record.regional_code[:5] + record.association + record.regional_code[5:8]
    entry = _named(record.name, kind, designation, ars, as_of, where)
    # Nobody lives in 0 ha, and 0 inhabitants of a municipality means that the list has no figure.
    return replace(entry, population=record.inhabitants or None, area=record.area or None)


def _named(name: str, kind: BodyKind, designation: str | None, ars: str, as_of: str, where: str) -> BodyEntry:
    spelt = " ".join(name.split())
    found = official_name(spelt)
    title = found.title
    if designation == "Gemeinde" and found.addition.casefold() == "flecken":
        designation = "Flecken"
    if kind not in (BodyKind.TOWN, BodyKind.MUNICIPALITY):
        title = None
    names = [BodyName(spelt, BodyNameKind.OFFICIAL)] if spelt != found.plain else []
    if found.other is not None:
        names.append(BodyName(found.other, BodyNameKind.OTHER))
    ags = ars[:5] + ars[9:] if len(ars) == 12 else None
    return BodyEntry(
        name=found.plain,
        kind=kind,
        own_title=title,
        designation=designation,
        land=land_of(ars),
        keys=BodyKeys(ars=ars, ags=ags, as_of=as_of),
        names=tuple(names),
        where=where,
    )


def _above(entries: list[BodyEntry]) -> list[BodyEntry]:
    """With what each belongs to: the nearest of Gemeindeverband, county and Land that the list has."""
    known = {entry.keys.ars for entry in entries}

    def parents(ars: str) -> Iterator[str]:
        yield from (ars[:length] for length in (9, 5, 2) if length < len(ars))

    return [
        replace(entry, parent_key=next((key for key in parents(entry.keys.ars or "") if key in known), None))
        for entry in entries
    ]
