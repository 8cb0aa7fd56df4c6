# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Slugs for many new bodies at once: "neustadt-in-holstein"; where a name is taken, with the county or the Land."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import count

from registry.bodies.keys import land_name
from registry.bodies.plans import ASSOCIATION, COUNTY, LOCAL, STATE, group_of
from registry.model import Body
from registry.storage.slugs import MAX_LENGTH, RESERVED, slugify

_FALLBACK = "body"
_UNIONS = (COUNTY, ASSOCIATION)
_ORDER = (LOCAL, COUNTY, ASSOCIATION, STATE)


def slugs_for(bodies: Sequence[Body], taken: Collection[str], unions: Mapping[str, str]) -> dict[str, str]:
    """Body id -> a slug that nobody has. The plain name goes to the place with most people: they mean that one.

    ``unions`` are the names of the counties and associations that are known already, by their keys.
    """
    used = set(taken) | RESERVED
    new = {one.keys.ars: one.name for one in bodies if group_of(one.kind) in _UNIONS and one.keys.ars}
    names = {**unions, **new}
    found: dict[str, str] = {}
    for body in sorted(bodies, key=_precedence):
        slug = next(one for one in _candidates(body, names) if one not in used)
        used.add(slug)
        found[body.id] = slug
    return found


def _precedence(body: Body) -> tuple[int, int, str, str]:
    group = group_of(body.kind)
    order = _ORDER.index(group) if group in _ORDER else len(_ORDER)
    return order, -(body.population or 0), body.keys.ars or "", body.name


def _candidates(body: Body, names: Mapping[str, str]) -> Iterator[str]:
    """Endless. Of counties and associations the title: "landkreis-harburg", since a town may have the same name."""
    union = group_of(body.kind) in _UNIONS
    base = slugify(body.title if union else body.name) or _FALLBACK
    yield base
    if group_of(body.kind) == STATE and body.country == "DE":
        yield f"land-{base}"
    key = body.keys.ars or ""
    above = [names.get(key[:digits]) for digits in (5, 9) if digits < len(key)]
    if not above and body.keys.ags is not None:
        above = [names.get(body.keys.ags[:5])]
    land = land_name(body.land) or body.region or body.country
    for addition in (*above, land):
        if addition and (tail := slugify(addition)[:MAX_LENGTH].rstrip("-")) and tail != base:
            yield f"{base}-{tail}"
    # Two of one name in one county: what they call themselves tells them apart ("Kirchspiel Garding").
    titled = slugify(body.title)
    if titled and titled != base:
        yield titled
    yield from (f"{base}-{number}" for number in count(2))
