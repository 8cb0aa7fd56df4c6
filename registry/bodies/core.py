# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The core of the register that is shipped: Länder, counties, Gemeindeverbände and municipalities of Germany.

The tables are ``registry/vocabulary/bodies/core-*.csv``; ``README.md`` beside them says where they are from and what
was left out. They are made by ``registry.bodies.build`` and read here as they are: their tests check them.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from pathlib import Path

from registry.bodies.keys import land_of
from registry.model import BodyEntry, BodyKeys, BodyKind, BodyName, BodyNameKind, Place

FOLDER = Path(__file__).parent.parent / "vocabulary" / "bodies"
COLUMNS = (
    "ars", "ags", "as_of", "name", "designation", "own_title", "parent", "latitude", "longitude", "population", "names",
)  # fmt: skip
"""``names``: further names as "former:Tabarz", with "|" between them. Empty where not known."""
FILES: tuple[tuple[str, BodyKind], ...] = (
    ("core-lands.csv", BodyKind.STATE),
    ("core-counties.csv", BodyKind.COUNTY),
    ("core-associations.csv", BodyKind.MUNICIPAL_ASSOCIATION),
    ("core-municipalities.csv", BodyKind.MUNICIPALITY),
)
"""Parents before those that belong to them."""
_TOWNS = frozenset({"Stadt", "Kreisfreie Stadt", "Stadtkreis"})


def core(folder: Path = FOLDER) -> Iterator[BodyEntry]:
    """Every body of the core, parents first. ``where`` is the file and the line of it."""
    for name, kind in FILES:
        with (folder / name).open(encoding="utf-8", newline="") as lines:
            rows = csv.reader(lines)
            next(rows)
            for line, row in enumerate(rows, start=2):
                yield _entry(row, kind, f"{name}:{line}")


def core_version(folder: Path = FOLDER) -> str:
    """A digest of the tables: another one where any of them changed."""
    digest = hashlib.sha256()
    for name, _ in FILES:
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()[:16]


def _entry(row: list[str], kind: BodyKind, where: str) -> BodyEntry:
    ars, ags, as_of, name, designation, own_title, parent, latitude, longitude, population, names = row
    is_town = kind is BodyKind.MUNICIPALITY and designation in _TOWNS
    return BodyEntry(
        name=name,
        kind=BodyKind.TOWN if is_town else kind,
        own_title=own_title or None,
        designation=designation or None,
        land=land_of(ars or ags or parent),
        keys=BodyKeys(ars=ars or None, ags=ags or None, as_of=as_of or None),
        parent_key=parent or None,
        place=Place(float(latitude), float(longitude)) if latitude else None,
        population=int(population) if population else None,
        names=_names(names) if names else (),
        where=where,
    )


def _names(text: str) -> tuple[BodyName, ...]:
    pairs = (part.partition(":") for part in text.split("|"))
    return tuple(BodyName(name, BodyNameKind(kind)) for kind, _, name in pairs)


CORE_VERSION = core_version()
"""Of the tables that this copy of Allmende was started with."""
