# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Publishers as a file of sources names them: which body of the register each is, and what it adds to that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, and_, select

from registry.bodies.matching import match
from registry.bodies.plans import ASSOCIATION, COUNTY, LOCAL, STATE, group_of
from registry.model import NO_KEYS, Body, BodyKeys, BodyKind, BodyOrigin, MatchOutcome
from registry.storage.body_names import NamesOn
from registry.storage.tables import body as table

_LISTS = frozenset({BodyOrigin.CORE, BodyOrigin.GV100AD, BodyOrigin.TABLE})
"""Origins that know what a body officially is."""
_OPTIONAL = (
    "country", "designation", "legal_form", "land", "region", "parent_id", "place", "population", "population_as_of",
    "area", "programme_label",
)  # fmt: skip
"""What a file of sources may leave open."""
_TERRITORIAL = frozenset({LOCAL, COUNTY, ASSOCIATION, STATE})


def known_id(connection: Connection, given: Body) -> str | None:
    """The body that is meant: by id, else by its key, else by slug, else by its name where exactly one fits.

    A key comes before a slug, since a county may have the slug that its town would like.
    """
    if given.id:
        there = connection.scalar(select(table.c.id).where(table.c.id == given.id))
        if there is not None or not given.slug:
            return None if there is None else str(there)
    keyed = _by_key(connection, given.keys)
    if keyed is not None:
        return keyed
    if given.slug and (there := connection.scalar(select(table.c.id).where(table.c.slug == given.slug))) is not None:
        return str(there)
    return _by_name(connection, given) or _by_spelling(connection, given)


def joined(known: Body, given: Body) -> Body:
    """A list knows what a body is, a file of sources how it calls itself and where its accounts are.

    What the file leaves open stays; the demonstration changes nothing that anybody else has said.
    """
    accounts = tuple(dict.fromkeys((*known.forge_organisations, *given.forge_organisations)))
    if given.origin is BodyOrigin.DEMO and known.origin is not BodyOrigin.DEMO:
        own_title, land = known.own_title or given.own_title, known.land or given.land
        return replace(known, own_title=own_title, land=land, uri=known.uri or given.uri, forge_organisations=accounts)
    own_title = given.own_title or (given.name if given.name != known.name else known.own_title)
    if known.origin in _LISTS:
        return replace(known, own_title=own_title, uri=_uri(known.uri, given.uri), forge_organisations=accounts)
    if given.id:
        return replace(given, slug=given.slug or known.slug)
    stated: dict[str, Any] = {name: value for name in _OPTIONAL if (value := getattr(given, name)) is not None}
    return replace(
        known,
        **stated,
        uri=_uri(known.uri, given.uri),
        own_title=own_title,
        kind=known.kind if (known.kind, given.kind) == (BodyKind.TOWN, BodyKind.MUNICIPALITY) else given.kind,
        keys=_keys(known.keys, given.keys),
        origin=given.origin,
        forge_organisations=given.forge_organisations,
    )


def _uri(known: str | None, given: str | None) -> str | None:
    """A name in a register (urn:) is what declarations state, and more than an address on the web."""
    return known if given is None or (known or "").startswith("urn:") else given


def _keys(known: BodyKeys, given: BodyKeys) -> BodyKeys:
    if given == NO_KEYS or given.official in (known.ars, known.ags, known.foreign_key):
        return known
    return given


def _by_key(connection: Connection, keys: BodyKeys) -> str | None:
    """A foreign key means something only together with its scheme."""
    foreign = and_(table.c.foreign_scheme == keys.foreign_scheme, table.c.foreign_key == keys.foreign_key)
    for clause, value in (
        (table.c.ars == keys.ars, keys.ars),
        (table.c.ags == keys.ags, keys.ags),
        (foreign, keys.foreign_scheme and keys.foreign_key),
    ):
        if value is not None:
            query = select(table.c.id).where(clause, table.c.dissolved_on.is_(None)).limit(2)
            found = connection.scalars(query).all()
            if len(found) == 1:
                return str(found[0])
    return None


def _by_name(connection: Connection, given: Body) -> str | None:
    """Of several the one that came from the same kind of list."""
    query = select(table).where(
        table.c.name == given.name, table.c.country.is_not_distinct_from(given.country), table.c.dissolved_on.is_(None)
    )
    found = _agreeing(connection.execute(query.order_by(table.c.id)).all(), given)
    if len(found) > 1:
        found = [row for row in found if row.origin == given.origin.value]
    return str(found[0].id) if len(found) == 1 else None


def _by_spelling(connection: Connection, given: Body) -> str | None:
    """ "Stadt Ulm" for the body whose plain name is "Ulm"."""
    if given.country is None:
        return None
    kinds = [kind for kind in BodyKind if group_of(kind) == group_of(given.kind)]
    found = match(given.name, NamesOn(connection), country=given.country, land=given.land, kinds=kinds)
    if found.outcome is not MatchOutcome.MATCH:
        return None
    rows = connection.execute(select(table).where(table.c.id == found.bodies[0].body_id)).all()
    return next((str(row.id) for row in _agreeing(rows, given)), None)


def _agreeing(rows: Iterable[Any], given: Body) -> list[Any]:
    """Those of which nothing that is known contradicts."""
    keys, group = given.keys, group_of(given.kind)

    def agrees(row: Any) -> bool:
        known = group_of(BodyKind(row.kind))
        # A company is not the town of its name; what other bodies are is told in many ways.
        if known != group and (known in _TERRITORIAL or group in _TERRITORIAL):
            return False
        pairs = ((row.ars, keys.ars), (row.ags, keys.ags), (row.foreign_key, keys.foreign_key), (row.land, given.land))
        return _same_uri(row.uri, given.uri) and all(None in pair or pair[0] == pair[1] for pair in pairs)

    return [row for row in rows if agrees(row)]


def _same_uri(known: str | None, given: str | None) -> bool:
    """A name in a register (urn:) and an address on the web say nothing of each other."""
    if known is None or given is None or known.partition(":")[0] != given.partition(":")[0]:
        return True
    return known == given
