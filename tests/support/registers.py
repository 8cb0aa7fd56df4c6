# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A small register of bodies to put into a store: two Länder, what lies in them, an operator, a town abroad.

Places with a real name have their real key; all figures are rounded, and everything called "Muster" is made up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import insert

from registry.bodies.spelling import spellings
from registry.model import (
    Body,
    BodyKeys,
    BodyKind,
    BodyName,
    BodyNameKind,
    BodyOrigin,
    BodyRelation,
    Place,
    RelationKind,
)
from registry.storage import body_rows, tables
from registry.storage.database import open_engine

AS_OF = "2026-01-31"


def german(
    slug: str,
    name: str,
    kind: BodyKind = BodyKind.TOWN,
    *,
    ars: str | None = None,
    land: str = "DE-BW",
    **more: Any,
) -> Body:
    keys = BodyKeys.given("DE", ars)
    more.setdefault("origin", BodyOrigin.GV100AD)
    return Body(slug, slug, name, kind, "DE", land=land, keys=replace(keys, as_of=AS_OF if ars else None), **more)


BW = german("baden-wuerttemberg", "Baden-Württemberg", BodyKind.STATE, ars="08")
SH = german("schleswig-holstein", "Schleswig-Holstein", BodyKind.STATE, ars="01", land="DE-SH")
ULM = german(
    "ulm",
    "Ulm",
    ars="084210000000",
    designation="Stadtkreis",
    parent_id=BW.id,
    population=128_000,
    population_as_of="2024-12-31",
    place=Place(48.4, 9.99),
    domains=("ulm.de",),
    forge_organisations=("https://github.com/stadtulm",),
    names=(
        BodyName("Ulm", BodyNameKind.OFFICIAL),
        BodyName("Ulm, Universitätsstadt", BodyNameKind.OFFICIAL),
        BodyName("Ulma", BodyNameKind.FORMER, "1802-12-31"),
    ),
)
COUNTY = german(
    "musterkreis", "Musterkreis", BodyKind.COUNTY, ars="01990", land="DE-SH", designation="Kreis", parent_id=SH.id
)
AMT = german(
    "amt-mustersee",
    "Amt Mustersee",
    BodyKind.MUNICIPAL_ASSOCIATION,
    ars="019905001",
    land="DE-SH",
    designation="Amt",
    parent_id=COUNTY.id,
    domains=("amt-mustersee.example",),
)
VILLAGE = german(
    "musterdorf",
    "Musterdorf",
    BodyKind.MUNICIPALITY,
    ars="019905001001",
    land="DE-SH",
    designation="Gemeinde",
    parent_id=AMT.id,
    population=900,
    place=Place(54.3, 9.6),
    domains=("amt-mustersee.example",),
)
NEUSTADT_SH = german(
    "neustadt-sh",
    "Neustadt",
    ars="019900002002",
    land="DE-SH",
    designation="Stadt",
    parent_id=COUNTY.id,
    population=15_000,
    place=Place(54.1, 10.8),
)
NEUSTADT_BW = german(
    "neustadt-bw", "Neustadt", BodyKind.MUNICIPALITY, ars="089900003003", designation="Gemeinde", parent_id=BW.id
)
GONE = german(
    "altdorf",
    "Altdorf",
    BodyKind.MUNICIPALITY,
    ars="019905001009",
    land="DE-SH",
    designation="Gemeinde",
    successor_id=VILLAGE.id,
    dissolved_on="2025-12-31",
)
PROVIDER = Body(
    "muster-it",
    "muster-it",
    "Muster-IT",
    BodyKind.IT_PROVIDER,
    "DE",
    own_title="Muster-IT Nord",
    legal_form="Anstalt des öffentlichen Rechts",
    land="DE-SH",
    names=(BodyName("Muster-IT", BodyNameKind.OFFICIAL), BodyName("MIT", BodyNameKind.SHORT)),
)
BERN = Body(
    "bern",
    "bern",
    "Bern",
    BodyKind.TOWN,
    "CH",
    region="Bern",
    keys=BodyKeys(foreign_scheme="bfs", foreign_key="351", as_of="2025-01-01"),
    population=135_000,
    place=Place(46.95, 7.45),
)
REGISTER = (BW, SH, ULM, COUNTY, AMT, VILLAGE, NEUSTADT_SH, NEUSTADT_BW, GONE, PROVIDER, BERN)
RELATIONS = (
    BodyRelation(PROVIDER.id, RelationKind.SERVES, region="DE-SH"),
    BodyRelation(PROVIDER.id, RelationKind.SERVES, ULM.id, source_url="https://muster-it.example/kunden"),
    BodyRelation(COUNTY.id, RelationKind.MEMBER, PROVIDER.id),
)


def put(url: str, bodies: Iterable[Body] = REGISTER, relations: Iterable[BodyRelation] = RELATIONS) -> None:
    """Write rows as they are, without what a list would check."""
    rows = list(bodies)
    engine = open_engine(url, migrating=True)
    with engine.begin() as connection:
        plain = [{"id": one.id, **body_rows.values_of(replace(one, parent_id=None, successor_id=None))} for one in rows]
        connection.execute(insert(tables.body), plain)
        for one in rows:
            above = {"parent_id": one.parent_id, "successor_id": one.successor_id}
            connection.execute(tables.body.update().where(tables.body.c.id == one.id).values(above))
        _insert(connection, tables.body_name, (row for one in rows for row in _names(one)))
        _insert(
            connection,
            tables.body_domain,
            ({"domain": domain, "body_id": one.id} for one in rows for domain in one.domains),
        )
        accounts = ((one.id, url) for one in rows for url in one.forge_organisations)
        _insert(
            connection, tables.body_account, ({"key": url.lower(), "url": url, "body_id": key} for key, url in accounts)
        )
        _insert(connection, tables.body_relation, (_relation(one) for one in relations))
    engine.dispose()


def _names(body: Body) -> list[dict[str, Any]]:
    return [
        {"body_id": body.id, "name": name.name, "kind": name.kind.value, "until": name.until, "key": key}
        for name, key in spellings(body)
    ]


def _relation(one: BodyRelation) -> dict[str, Any]:
    return {
        "body_id": one.body_id,
        "kind": one.kind.value,
        "target_id": one.target_id,
        "region": one.region,
        "origin": one.origin.value,
        "source_url": one.source_url,
    }


def _insert(connection: Any, table: Any, rows: Iterable[dict[str, Any]]) -> None:
    if found := list(rows):
        connection.execute(insert(table), found)
