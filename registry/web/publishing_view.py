# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who publishes a solution and who runs it, as its page says it: what is known, what told so, and what is not known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from registry.model import (
    Attribution,
    AttributionVia,
    Body,
    BodyKind,
    Fact,
    Field,
    Json,
    MatchOutcome,
    OperatorClaim,
    Origin,
    SolutionRecord,
)
from registry.web import labels, words
from registry.web.filters import country_name
from registry.web.language import gettext

_SHOWN = 5
"""Bodies that fit and are named on the page."""
_FIELDS = {
    AttributionVia.URI: Field.ORGANISATION,
    AttributionVia.ORGANISATION: Field.ORGANISATION,
    AttributionVia.COPYRIGHT_OWNER: Field.COPYRIGHT_OWNER,
}
_WITHOUT_PLACE = frozenset({BodyKind.STATE, BodyKind.NATIONAL, BodyKind.INTERNATIONAL})


@dataclass(frozen=True, slots=True)
class Named:
    """A body with its page; ``place`` is its Land or country, where that says more than its title."""

    title: str
    slug: str
    place: str | None


@dataclass(frozen=True, slots=True)
class Operator:
    name: str
    """As it is said."""
    body: Named | None
    url: str | None
    note: str | None
    origin: Origin | None


@dataclass(frozen=True, slots=True)
class PublishingView:
    publisher: Named | None
    said: str | None
    """What nobody or several fit to."""
    fitting: tuple[Named, ...]
    """Where the statement means one of several."""
    more: int
    """Of these, how many are not shown."""
    how: str | None
    """What told so, in words; ``origin`` where it was read."""
    origin: Origin | None
    others: tuple[Named, ...]
    """Whom the declaration names beside the publisher."""
    operators: tuple[Operator, ...]

    def __bool__(self) -> bool:
        return bool(self.publisher or self.said or self.operators)


def publishing_view(record: SolutionRecord) -> PublishingView:
    told = record.attribution or Attribution(MatchOutcome.UNKNOWN)
    listed = [named(record.bodies[key]) for key in told.alternatives if key in record.bodies]
    ambiguous = record.publisher is None and told.outcome is MatchOutcome.AMBIGUOUS
    return PublishingView(
        publisher=named(record.publisher) if record.publisher is not None else None,
        said=told.said if record.publisher is None else None,
        fitting=tuple(listed[:_SHOWN]) if ambiguous else (),
        more=max(0, len(listed) - _SHOWN) if ambiguous else 0,
        how=labels.label(labels.ATTRIBUTION_VIAS, told.via) if told.via is not None else None,
        origin=_origin(record, told),
        others=tuple(listed[:_SHOWN]) if record.publisher is not None else (),
        operators=tuple(_operators(record)),
    )


def named(body: Body) -> Named:
    """ "Stadt Ulm", Baden-Württemberg."""
    if body.kind in _WITHOUT_PLACE:
        place = None
    elif body.land is not None:
        place = words.land_name(body.land)
    else:
        place = country_name(body.country) if body.country not in (None, "DE") else None
    return Named(body.title, body.slug, place if place and place not in body.title else None)


def _origin(record: SolutionRecord, told: Attribution) -> Origin | None:
    """Of the statement in the declaration: the one of the main repository that says this."""
    name = _FIELDS.get(told.via) if told.via is not None else None
    if name is None:
        return None
    facts = [fact for value in record.solution.fields.get(name, ()) for fact in (value.fact, *value.candidates)]
    return next((fact.origin for fact in facts if told.said in set(_texts(fact))), None)


def _texts(fact: Fact) -> Iterator[str]:
    parts: list[Json] = list(fact.value.values()) if isinstance(fact.value, dict) else [fact.value]
    return (part.strip() for part in parts if isinstance(part, str))


def _operators(record: SolutionRecord) -> Iterator[Operator]:
    for claim in record.operators:
        body = record.bodies.get(claim.body_id) if claim.body_id is not None else None
        note = gettext("until %(date)s", date=words.date_text(claim.until)) if claim.until else None
        yield Operator(claim.name, named(body) if body is not None else None, claim.website, note, _said_at(claim))


def _said_at(claim: OperatorClaim) -> Origin | None:
    where = claim.origin
    address = where.get("repository")
    path, line, commit = (where.get(name) for name in ("path", "line", "commit"))
    if not isinstance(address, str):
        return None
    return Origin(
        address,
        path if isinstance(path, str) else None,
        line if isinstance(line, int) else None,
        commit if isinstance(commit, str) else None,
    )
