# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Use cases around the register of bodies: whom a name means, all about one, many at once, two that became one."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from registry.bodies.keys import AGS_DIGITS, LAENDER, check_ags, check_ars
from registry.bodies.matching import match
from registry.bodies.spelling import fold
from registry.catalogue.attributing import reattribute
from registry.errors import InvalidInput, NotFound
from registry.model import (
    LOCAL_KINDS,
    Body,
    BodyEvent,
    BodyKind,
    BodyMerge,
    BodyPage,
    BodyPoint,
    BodyQuery,
    BodySolution,
    MatchOutcome,
    RegisterState,
    RelationKind,
)
from registry.search.index import Index
from registry.search.sync import sync
from registry.storage.store import Store

_SLUG = re.compile(r"[0-9a-z]+(?:-[0-9a-z]+)*")
_KEY = re.compile(r"[0-9](?:[0-9 ]*[0-9])?")
_FOREIGN_KEY = re.compile(r"([a-z]{2,40}):([0-9A-Za-z._-]{1,40})")
_LONGEST_SLUG = 130
_LISTED = 5
"""Bodies that an error names at most."""

_SERVED = LOCAL_KINDS | {BodyKind.COUNTY, BodyKind.MUNICIPAL_ASSOCIATION, BodyKind.JOINT_AUTHORITY}


@dataclass(frozen=True, slots=True)
class Fitting:
    """A body that a name may mean. ``parent`` tells it from others of its name; see ``model.ScoredBody``."""

    body: Body
    parent: Body | None
    score: float
    why: str


@dataclass(frozen=True, slots=True)
class Located:
    """What a name means, as ``model.NameMatch``, with the bodies."""

    query: str
    outcome: MatchOutcome
    bodies: tuple[Fitting, ...] = ()


@dataclass(frozen=True, slots=True)
class Served:
    """A body, or the whole of a Land (ISO 3166-2), that an operator serves, and where that is said."""

    body: Body | None
    region: str | None
    source_url: str | None


@dataclass(frozen=True, slots=True)
class BodyDetails:
    """All about one body. Lists of bodies are by name."""

    body: Body
    ancestors: tuple[Body, ...]
    """What it belongs to, the nearest first."""
    children: tuple[Body, ...]
    """What belongs to it directly."""
    members: tuple[Body, ...]
    """Of a joint authority or provider."""
    member_of: tuple[Body, ...]
    serves: tuple[Served, ...]
    providers: tuple[Body, ...]
    """Who serves it, what it belongs to, or its Land; of local bodies only. Not all of them need serve this very one.
    """
    successor: Body | None
    predecessors: tuple[Body, ...]
    events: tuple[BodyEvent, ...]
    """The newest first."""
    solutions: tuple[BodySolution, ...]
    """What it publishes."""
    operated: tuple[BodySolution, ...]
    """What somebody says it runs or maintains for others."""


class Locating:
    """Reads the register; a merge also brings solutions and the search index up to date."""

    def __init__(self, store: Store, index: Index, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._index = index
        self._clock = clock

    # --- names ---

    def find(
        self, name: str, *, country: str | None = None, land: str | None = None, kinds: Collection[BodyKind] = ()
    ) -> Located:
        """Whom a name means, as people write it, or an ARS or AGS; never a guess. ``land`` as ``land_code`` takes it.

        Raises InvalidInput for a country or Land that is none.
        """
        if _KEY.fullmatch(name.strip()):
            return self._located(name, self._of_known_key(name.strip().replace(" ", "")))
        found = match(
            name,
            self._store.bodies.names(),
            country=country_code(country),
            land=land_code(land),
            kinds=kinds,
        )
        bodies = self._store.bodies.by_ids(one.body_id for one in found.bodies)
        parents = self.parents(bodies.values())
        return Located(
            name,
            found.outcome,
            tuple(
                Fitting(body, parents.get(body.id), one.score, one.why)
                for one in found.bodies
                if (body := bodies.get(one.body_id)) is not None
            ),
        )

    def _of_known_key(self, key: str) -> list[Body]:
        """Those that exist; of those that ended, what they became a part of."""
        found = self._store.bodies.by_key(key)
        present = [body for body in found if body.dissolved_on is None and body.successor_id is None]
        followed = present or [self._store.bodies.successor(body) or body for body in found]
        return list({body.id: body for body in followed}.values())

    def _located(self, query: str, bodies: list[Body]) -> Located:
        outcome = {0: MatchOutcome.UNKNOWN, 1: MatchOutcome.MATCH}.get(len(bodies), MatchOutcome.AMBIGUOUS)
        parents = self.parents(bodies)
        return Located(query, outcome, tuple(Fitting(body, parents.get(body.id), 1.0, "key") for body in bodies))

    def resolve(self, what: str) -> Body:
        """The one body with this slug, key or name. Raises NotFound; InvalidInput where several fit, naming them.

        A key is an ARS or AGS, also with gaps, or ``scheme:key`` of a foreign list ("bfs:351").
        """
        asked = what.strip()
        if _KEY.fullmatch(asked):
            return self._of_key(asked.replace(" ", ""))
        if foreign := _FOREIGN_KEY.fullmatch(asked):
            return self._only(asked, self._store.bodies.by_key(foreign[2], foreign[1]))
        if _SLUG.fullmatch(asked) and len(asked) <= _LONGEST_SLUG:
            try:
                return self._store.bodies.by_slug(asked)
            except NotFound:
                pass
        found = self.find(asked)
        if found.outcome is MatchOutcome.MATCH:
            return self._store.bodies.by_slug(found.bodies[0].body.slug)
        return self._only(asked, [one.body for one in found.bodies])

    def _of_key(self, key: str) -> Body:
        found = self._store.bodies.by_key(key)
        if not found:
            # A key that cannot be one is told apart from one that nobody has.
            check_ags(key) if len(key) in (AGS_DIGITS - 1, AGS_DIGITS) else check_ars(key)
        present = [body for body in found if body.dissolved_on is None and body.successor_id is None]
        return self._only(key, present or found)

    def _only(self, asked: str, found: list[Body]) -> Body:
        if not found:
            raise NotFound(asked, rule="body-unknown")
        if len(found) > 1:
            raise InvalidInput(asked, self._listed(found), rule="body-ambiguous")
        return self._store.bodies.by_slug(found[0].slug)

    def _listed(self, bodies: list[Body]) -> str:
        parents = self.parents(bodies)
        named = [_told_apart(body, parents.get(body.id)) for body in bodies[:_LISTED]]
        return "; ".join([*named, "..."] if len(bodies) > _LISTED else named)

    # --- bodies ---

    def show(self, what: str) -> BodyDetails:
        """All about one; ``what`` as ``resolve`` takes it, and raises."""
        return self.details(self.resolve(what))

    def by_slug(self, slug: str) -> Body:
        """Also by a former slug: compare ``slug``. Raises NotFound."""
        return self._store.bodies.by_slug(slug)

    def details(self, body: Body) -> BodyDetails:
        bodies = self._store.bodies
        relations = bodies.relations(body.id)
        others = bodies.by_ids(key for one in relations for key in (one.body_id, one.target_id))
        served = [one for one in relations if one.kind is RelationKind.SERVES and one.body_id == body.id]
        member_of = [one for one in relations if one.kind is RelationKind.MEMBER and one.body_id == body.id]
        return BodyDetails(
            body=body,
            ancestors=tuple(bodies.ancestors(body.id)),
            children=tuple(bodies.children(body.id)),
            members=tuple(bodies.members(body.id)),
            member_of=tuple(others[one.target_id] for one in member_of if one.target_id in others),
            serves=tuple(Served(others.get(one.target_id or ""), one.region, one.source_url) for one in served),
            providers=tuple(bodies.providers(body.id)) if body.kind in _SERVED else (),
            successor=bodies.successor(body),
            predecessors=tuple(bodies.predecessors(body.id)),
            events=tuple(bodies.events(body.id)),
            solutions=tuple(bodies.solutions(body.id)),
            operated=tuple(bodies.operated(body.id)),
        )

    def parents(self, bodies: Iterable[Body]) -> dict[str, Body]:
        """Id of a body -> what it belongs to; those that belong to nothing are absent."""
        above = {body.id: body.parent_id for body in bodies if body.parent_id is not None}
        found = self._store.bodies.by_ids(above.values())
        return {key: found[parent] for key, parent in above.items() if parent in found}

    def browse(self, query: BodyQuery) -> BodyPage:
        return self._store.bodies.page(query)

    def points(self, query: BodyQuery) -> list[BodyPoint]:
        """For a map; see ``storage.bodies``."""
        return self._store.bodies.points(query)

    def state(self) -> RegisterState:
        return self._store.bodies.state()

    # --- two that became one ---

    def merging(self, old: str, new: str) -> BodyMerge:
        """What ``merge`` would move. Raises as it does."""
        return self._store.bodies.merging(self.resolve(old).id, self.resolve(new).id)

    def merge(self, old: str, new: str) -> bool:
        """``old`` becomes a part of ``new``, both as ``resolve`` takes them; False where it was so already.

        Raises NotFound, InvalidInput for what cannot be (``storage.body_merging``).
        """
        now = self._clock()
        if not self._store.bodies.merge(self.resolve(old).id, self.resolve(new).id, now):
            return False
        reattribute(self._store, now)
        sync(self._store, self._index)
        return True


def land_code(text: str | None) -> str | None:
    """ISO 3166-2 code of a Land that is given by it ("DE-BW", "bw"), by its key ("08") or by its name.

    Raises InvalidInput.
    """
    if text is None:
        return None
    asked = fold(text)
    for land in LAENDER.values():
        names = (land.iso, land.iso.partition("-")[2], land.code, land.name_de, land.name_en)
        if asked and asked in map(fold, names):
            return land.iso
    raise InvalidInput(text, ", ".join(land.iso for land in LAENDER.values()), rule="body-land-unknown")


def country_code(text: str | None) -> str | None:
    """ISO 3166-1 alpha-2 in upper case. Raises InvalidInput for what cannot be one."""
    if text is None:
        return None
    if not re.fullmatch(r"[A-Za-z]{2}", text):
        raise InvalidInput(text, rule="body-country-code")
    return text.upper()


def _told_apart(body: Body, parent: Body | None) -> str:
    """ "neustadt-holstein (Stadt Neustadt in Holstein, Kreis Ostholstein, 01055...)" """
    parts = (body.title, parent.title if parent is not None else None, body.keys.official)
    return f"{body.slug} ({', '.join(part for part in parts if part)})"
