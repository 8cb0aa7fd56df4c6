# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the page of a body shows, put into words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from registry.bodies.spelling import sort_key
from registry.catalogue.locating import BodyDetails, Served
from registry.model import LOCAL_KINDS, Body, BodyEvent, BodyEventKind, BodyKind, BodyNameKind, BodySolution
from registry.web import body_words, labels, words
from registry.web.body_words import Key, Words
from registry.web.filters import country_name
from registry.web.language import gettext

_LISTED = 60
"""Bodies of a Land on its page; the rest are a link away. Of a county or an association all are shown."""
_COUNTED = (*LOCAL_KINDS, BodyKind.COUNTY, BodyKind.MUNICIPAL_ASSOCIATION, BodyKind.STATE)
"""Kinds that have inhabitants."""


@dataclass(frozen=True, slots=True)
class ServedView:
    text: str
    url: str | None
    source: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """Bodies under a heading; ``more`` leads to all of them where there are too many for the page."""

    heading: str
    id: str
    bodies: tuple[Body, ...]
    more: str | None


@dataclass(frozen=True, slots=True)
class BodyView:
    crumbs: tuple[tuple[str, str], ...]
    kind: tuple[Words, ...]
    where: str
    land: str | None
    parents: tuple[Body, ...]
    keys: tuple[Key, ...]
    keys_date: str | None
    """Gebietsstand; None where there is no German key that it could be of."""
    counts_people: bool
    population_date: str
    size: str | None
    names: tuple[str, ...]
    ended: str | None
    """Since when it exists no longer."""
    maintains: tuple[BodySolution, ...]
    """For others, as those say who publish it."""
    serves: tuple[ServedView, ...]
    providers: tuple[Body, ...]
    groups: tuple[Group, ...]
    history: tuple[str, ...]


def body_view(found: BodyDetails) -> BodyView:
    body = found.body
    parents = tuple(one for one in found.ancestors if one.kind is not BodyKind.STATE)
    return BodyView(
        crumbs=tuple(_crumbs(body, found.ancestors)),
        kind=body_words.kind(body),
        where=body_words.where(body, parents[0] if parents else None),
        land=words.land_name(body.land) if body.land else None,
        parents=parents,
        keys=body_words.keys(body),
        keys_date=_keys_date(body),
        counts_people=body.kind in _COUNTED,
        population_date=words.date_text(body.population_as_of) if body.population_as_of else gettext("without a date"),
        size=body_words.size(body.size_class) if body.size_class else None,
        names=tuple(_names(body)),
        ended=_ended(body),
        maintains=found.operated,
        serves=tuple(sorted(_serves(found.serves), key=lambda one: sort_key(one.text))),
        providers=() if body.kind not in _COUNTED else found.providers,
        groups=tuple(_groups(found)),
        history=tuple(_history(found)),
    )


def _crumbs(body: Body, ancestors: Sequence[Body]) -> Iterator[tuple[str, str]]:
    """From the country down; the list of its Land where the Land itself is no body of the register."""
    if body.country and body.country != "DE":
        yield country_name(body.country), url_for("bodies.overview", country=body.country)
    if body.land and not any(one.kind is BodyKind.STATE for one in ancestors) and body.kind is not BodyKind.STATE:
        yield words.land_name(body.land), url_for("bodies.overview", land=body.land)
    for one in reversed(ancestors):
        name = words.land_name(one.land) if one.kind is BodyKind.STATE and one.land else one.title
        yield name, url_for("bodies.body", slug=one.slug)


def _names(body: Body) -> Iterator[str]:
    """Other than its title, without former ones."""
    seen = {body.title.casefold(), body.name.casefold()}
    for name in body.names:
        if name.kind is not BodyNameKind.FORMER and name.name.casefold() not in seen:
            seen.add(name.name.casefold())
            yield name.name


def _keys_date(body: Body) -> str | None:
    if body.keys.as_of is not None:
        return words.date_text(body.keys.as_of)
    return gettext("not stated") if body.keys.ars or body.keys.ags else None


def _ended(body: Body) -> str | None:
    if body.dissolved_on is None and body.successor_id is None:
        return None
    if body.dissolved_on is None:
        return gettext("exists no longer")
    return gettext("exists no longer since %(date)s", date=words.date_text(body.dissolved_on))


def _history(found: BodyDetails) -> Iterator[str]:
    """What it was called, what became a part of it, what became of it. The newest first where that is known."""
    for name in found.body.names:
        if name.kind is BodyNameKind.FORMER:
            yield _formerly(name.name, name.until)
    proofs = {event.detail.get("other"): event for event in found.events if event.kind is BodyEventKind.ABSORBED}
    for one in found.predecessors:
        yield _absorbed(one, proofs.get(one.slug))
    for event in found.events:
        if event.kind is BodyEventKind.REKEYED and (line := _rekeyed(event)):
            yield line


def _formerly(name: str, until: str | None) -> str:
    if until is None:
        return gettext("formerly %(name)s", name=name)
    return gettext("formerly %(name)s (until %(date)s)", name=name, date=words.date_text(until))


def _absorbed(one: Body, event: BodyEvent | None) -> str:
    if one.dissolved_on is None:
        line = gettext("%(name)s became a part of it", name=one.title)
    else:
        line = gettext("%(date)s: %(name)s became a part of it", date=words.date_text(one.dissolved_on), name=one.title)
    evidence = event.detail.get("evidence") if event is not None else None
    proof = evidence.get("proof") if isinstance(evidence, Mapping) else None
    return (
        f"{line} ({labels.label(labels.PROOFS, proof)})" if isinstance(proof, str) and proof in labels.PROOFS else line
    )


def _rekeyed(event: BodyEvent) -> str | None:
    before = event.detail.get("before")
    key = (before.get("ars") or before.get("ags")) if isinstance(before, Mapping) else None
    if not isinstance(key, str):
        return None
    date = words.date_text(event.as_of) if event.as_of else words.date_text(event.at.date().isoformat())
    return gettext("%(date)s: new official key, formerly %(key)s", date=date, key=key)


def _groups(found: BodyDetails) -> Iterator[Group]:
    """Bodies that belong to it, by kind of belonging."""
    body = found.body
    if found.children:
        more = url_for("bodies.overview", land=body.land) if body.kind is BodyKind.STATE and body.land else None
        cut = more is not None and len(found.children) > _LISTED
        listed = found.children[:_LISTED] if cut else found.children
        yield Group(gettext("Belonging to it"), "children", listed, more if cut else None)
    if found.members:
        yield Group(gettext("Members"), "members", found.members, None)
    if found.member_of:
        yield Group(gettext("Member of"), "member-of", found.member_of, None)


def _serves(relations: Iterable[Served]) -> Iterator[ServedView]:
    for one in relations:
        if one.body is not None:
            text, url = one.body.title, url_for("bodies.body", slug=one.body.slug)
        elif one.region is not None:
            text, url = words.land_name(one.region), url_for("bodies.overview", land=one.region)
        else:
            continue
        yield ServedView(text, url, one.source_url)
