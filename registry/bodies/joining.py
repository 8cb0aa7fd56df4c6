# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A known body and what a list says of it, made one.

What a body officially is, a list of higher or the same rank corrects and a lower one only fills in. What it calls
itself, its web domains, its accounts and its URI are the operator's: lists fill them in, tables and files set them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from registry.bodies.official_names import official_name
from registry.bodies.plans import rank
from registry.bodies.spelling import fold, spellings
from registry.model import Body, BodyEntry, BodyKeys, BodyName, BodyNameKind, BodyOrigin

_T = TypeVar("_T")
_LISTS = frozenset({BodyOrigin.CORE, BodyOrigin.GV100AD})
_DERIVED = frozenset({BodyNameKind.OFFICIAL, BodyNameKind.OWN})
"""Names of these kinds follow from the name and the title, which a list of the same rank gives anew."""


def new_body(entry: BodyEntry, origin: BodyOrigin, body_id: str, parent_id: str | None) -> Body:
    """Without a slug."""
    made = Body(
        id=body_id,
        slug="",
        name=entry.name,
        kind=entry.kind,
        country=entry.country,
        own_title=entry.own_title,
        designation=entry.designation,
        legal_form=entry.legal_form,
        land=entry.land,
        region=entry.region,
        keys=entry.keys,
        uri=entry.uri,
        parent_id=parent_id,
        place=entry.place,
        population=entry.population,
        population_as_of=entry.population_as_of,
        area=entry.area,
        programme_label=entry.programme_label,
        origin=origin,
        domains=_domains(entry.domains),
        names=entry.names,
    )
    return replace(made, names=_stored(made))


def joined(known: Body, entry: BodyEntry, origin: BodyOrigin, parent_id: str | None, until: str | None) -> Body:
    """What the known body is after this entry; ``until`` is the date up to which a former name held."""
    leads = rank(origin) >= rank(known.origin)

    def fact(before: _T | None, now: _T | None) -> _T | None:
        first, second = (now, before) if leads else (before, now)
        return second if first is None else first

    after = replace(
        known,
        name=entry.name if leads else known.name,
        kind=entry.kind if leads else known.kind,
        country=fact(known.country, entry.country),
        designation=fact(known.designation, entry.designation),
        legal_form=fact(known.legal_form, entry.legal_form),
        land=fact(known.land, entry.land),
        region=fact(known.region, entry.region),
        keys=_keys(known.keys, entry.keys, leads),
        parent_id=fact(known.parent_id, parent_id),
        place=fact(known.place, entry.place),
        area=fact(known.area, entry.area),
        own_title=_own_title(known, entry, origin, leads),
        uri=_operators(known.uri, entry.uri, origin),
        programme_label=_operators(known.programme_label, entry.programme_label, origin),
        origin=origin if leads else known.origin,
        reconciled=known.reconciled or origin is BodyOrigin.GV100AD,
        domains=_domains((*known.domains, *entry.domains)),
    )
    after = _with_population(known, entry, after, leads)
    return replace(after, names=_names(known, entry, after, leads, until))


def is_renamed(known: Body, after: Body) -> bool:
    """Whether it has another name since, where the same list had it before; else the lists only spell it otherwise."""
    before_the_register = known.keys.foreign_key is not None and known.keys.foreign_scheme is None
    same_list = rank(known.origin) == rank(after.origin) and not before_the_register
    return same_list and fold(known.name) != fold(after.name)


def _keys(known: BodyKeys, given: BodyKeys, leads: bool) -> BodyKeys:
    if given == BodyKeys() or (not leads and known.ars is not None):
        return known
    if not leads and known.ags is not None and given.ags != known.ags:
        return known
    first, second = (given, known) if leads else (known, given)
    return BodyKeys(
        ars=first.ars or second.ars,
        ags=first.ags or second.ags,
        as_of=first.as_of or second.as_of,
        foreign_scheme=first.foreign_scheme or second.foreign_scheme,
        foreign_key=first.foreign_key or second.foreign_key,
    )


def _with_population(known: Body, entry: BodyEntry, after: Body, leads: bool) -> Body:
    """Figure and date go together. The same figure without a date takes no date away."""
    if entry.population is None or (known.population is not None and not leads):
        return after
    as_of = entry.population_as_of
    if as_of is None and entry.population == known.population:
        as_of = known.population_as_of
    return replace(after, population=entry.population, population_as_of=as_of)


def _own_title(known: Body, entry: BodyEntry, origin: BodyOrigin, leads: bool) -> str | None:
    if origin not in _LISTS:
        return entry.own_title or known.own_title
    official = (official_name(name.name).title for name in known.names if name.kind is BodyNameKind.OFFICIAL)
    if known.own_title is not None and known.own_title in set(official):
        # It came from a list, which may have another one by now.
        return entry.own_title if leads else known.own_title
    if known.own_title is not None or not leads or known.origin in _LISTS or rank(known.origin) == 0:
        return known.own_title or entry.own_title
    # A file of sources says how a body calls itself: "Landeshauptstadt München".
    title = replace(known, name=entry.name, designation=entry.designation, country=entry.country).title
    return entry.own_title if known.name in (entry.name, title) else known.name


def _operators(known: str | None, given: str | None, origin: BodyOrigin) -> str | None:
    return known or given if origin in _LISTS else given or known


def _domains(domains: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({domain.strip().lower() for domain in domains if domain.strip()}))


def _names(known: Body, entry: BodyEntry, after: Body, leads: bool, until: str | None) -> tuple[BodyName, ...]:
    kept = [name for name in known.names if not (leads and name.kind in _DERIVED)]
    if known.name != after.name and fold(known.name) != fold(after.name):
        former = is_renamed(known, after)
        kind = BodyNameKind.FORMER if former else BodyNameKind.OTHER
        kept.append(BodyName(known.name, kind, until if former else None))
    official = [name for name in entry.names if name.kind is BodyNameKind.OFFICIAL]
    added = [name for name in entry.names if leads or name not in official]
    return _stored(replace(after, names=(*kept, *added)))


def _stored(body: Body) -> tuple[BodyName, ...]:
    """As they come back from the store, so that comparing the two tells what changed."""
    return tuple(name for name, _ in spellings(body))
