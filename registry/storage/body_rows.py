# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Rows of the register and bodies, one made of the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, select

from registry.bodies.spelling import sort_key
from registry.model import Body, BodyKeys, BodyKind, BodyName, BodyNameKind, BodyOrigin, Place
from registry.storage.sql import chunks
from registry.storage.tables import body as table
from registry.storage.tables import body_account, body_domain, body_name


def values_of(body: Body) -> dict[str, Any]:
    """The columns of a body but for its id and when it was changed."""
    return {
        "slug": body.slug,
        "name": body.name,
        "sort_name": sort_key(body.name),
        "own_title": body.own_title,
        "kind": body.kind.value,
        "designation": body.designation,
        "legal_form": body.legal_form,
        "country": body.country,
        "land": body.land,
        "region": body.region,
        "ars": body.keys.ars,
        "ags": body.keys.ags,
        "keys_as_of": body.keys.as_of,
        "foreign_scheme": body.keys.foreign_scheme,
        "foreign_key": body.keys.foreign_key,
        "uri": body.uri,
        "parent_id": body.parent_id,
        "latitude": body.place.latitude if body.place else None,
        "longitude": body.place.longitude if body.place else None,
        "population": body.population,
        "population_as_of": body.population_as_of,
        "area": body.area,
        "programme_label": body.programme_label,
        "origin": body.origin.value,
        "reconciled": body.reconciled,
        "successor_id": body.successor_id,
        "dissolved_on": body.dissolved_on,
    }


def bodies(connection: Connection, rows: Sequence[Any]) -> list[Body]:
    """With their accounts and domains, in the order of the rows; without further names."""
    ids = [row.id for row in rows]
    accounts = _lists(connection, select(body_account.c.body_id, body_account.c.url).order_by(body_account.c.key), ids)
    domains = _lists(
        connection, select(body_domain.c.body_id, body_domain.c.domain).order_by(body_domain.c.domain), ids
    )
    return [body_of(row, accounts.get(row.id, ()), domains.get(row.id, ())) for row in rows]


def by_ids(connection: Connection, ids: Iterable[str | None]) -> dict[str, Body]:
    """Those of these that exist."""
    found: dict[str, Body] = {}
    for chunk in chunks(key for key in ids if key is not None):
        rows = connection.execute(select(table).where(table.c.id.in_(chunk))).all()
        found |= {body.id: body for body in bodies(connection, rows)}
    return found


def names(connection: Connection, body_id: str) -> tuple[BodyName, ...]:
    query = select(body_name).where(body_name.c.body_id == body_id).order_by(body_name.c.id)
    return tuple(BodyName(row.name, BodyNameKind(row.kind), row.until) for row in connection.execute(query))


def body_of(row: Any, accounts: Iterable[str] = (), domains: Iterable[str] = ()) -> Body:
    return Body(
        id=row.id,
        slug=row.slug,
        name=row.name,
        kind=BodyKind(row.kind),
        country=row.country,
        own_title=row.own_title,
        designation=row.designation,
        legal_form=row.legal_form,
        land=row.land,
        region=row.region,
        keys=BodyKeys(row.ars, row.ags, row.keys_as_of, row.foreign_scheme, row.foreign_key),
        uri=row.uri,
        parent_id=row.parent_id,
        place=None if row.latitude is None or row.longitude is None else Place(row.latitude, row.longitude),
        population=row.population,
        population_as_of=row.population_as_of,
        area=row.area,
        programme_label=row.programme_label,
        origin=BodyOrigin(row.origin),
        reconciled=row.reconciled,
        successor_id=row.successor_id,
        dissolved_on=row.dissolved_on,
        forge_organisations=tuple(accounts),
        domains=tuple(domains),
    )


def _lists(connection: Connection, query: Any, ids: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    key = query.selected_columns[0]
    for chunk in chunks(ids):
        for body_id, value in connection.execute(query.where(key.in_(chunk))):
            found.setdefault(body_id, []).append(value)
    return {body_id: sorted(values, key=str.lower) for body_id, values in found.items()}
