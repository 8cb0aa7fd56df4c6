# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which known body an entry of a list is: by key, else by what stayed the same, else by name. Never where two fit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from registry.bodies.matching import MemoryNames, match, named
from registry.bodies.plans import ASSOCIATION, COUNTY, LOCAL, OFFICIAL_GROUPS, Unclear, group_of, rank
from registry.bodies.spelling import fold, spellings
from registry.bodies.succession import AREA_TOLERANCE, POPULATION_TOLERANCE
from registry.model import Body, BodyEntry, BodyKind, BodyNameKind, BodyOrigin, MatchOutcome

_DRIFT = 0.15
"""Share by which the population of one body may differ between two lists."""
_NEAR_DEGREES = 0.1
_TITLED = frozenset({BodyOrigin.CURATED, BodyOrigin.PERSON, BodyOrigin.TABLE})
"""Origins whose names may say what a body is: "Stadt Ulm"."""
_One = TypeVar("_One", Body, BodyEntry)


@dataclass(slots=True)
class Recognised:
    """What became of each entry: it is a known body, or new, or neither."""

    pairs: list[tuple[Body, BodyEntry]] = field(default_factory=list)
    new: list[BodyEntry] = field(default_factory=list)
    unclear: list[Unclear] = field(default_factory=list)
    still_listed: list[tuple[BodyEntry, Body]] = field(default_factory=list)
    overtaken: list[BodyEntry] = field(default_factory=list)
    """Listed as of a day before the register says it was dissolved."""


class _Work:
    def __init__(self, entries: Iterable[BodyEntry], known: Iterable[Body]) -> None:
        self.left = list(entries)
        self.free = {body.id: body for body in known if body.dissolved_on is None and body.successor_id is None}
        self.active = dict(self.free)
        self.result = Recognised()

    def take(self, entry: BodyEntry, body: Body) -> None:
        self.result.pairs.append((body, entry))
        del self.free[body.id]

    def by(self, key: Callable[[Body | BodyEntry], Hashable | None]) -> None:
        """Pair entries and free bodies that share this, the body of the highest rank where several have it."""
        bodies: dict[Hashable, Body] = {}
        for body in sorted(self.free.values(), key=lambda one: (rank(one.origin), one.id), reverse=True):
            found = key(body)
            if found is not None:
                bodies.setdefault(found, body)
        left = []
        for entry in self.left:
            found = key(entry)
            one = bodies.get(found) if found is not None else None
            if one is not None and one.id in self.free:
                self.take(entry, one)
            else:
                left.append(entry)
        self.left = left


def recognise(entries: Sequence[BodyEntry], known: Sequence[Body], as_of: str | None, complete: bool) -> Recognised:
    """``complete``: the list has all bodies of its kinds, so that a known key it lacks is no longer in force."""
    work = _Work(entries, (body for body in known if body.origin is not BodyOrigin.DEMO))
    work.by(lambda one: one.keys.ars)
    work.by(lambda one: one.keys.ags)
    work.by(_foreign_key)
    _without_scheme(work)
    _dissolved(work, known, as_of)
    if complete:
        _rekeyed(work)
    _named(work)
    _titled(work)
    work.result.new += work.left
    return work.result


def _foreign_key(one: Body | BodyEntry) -> Hashable | None:
    scheme, key = one.keys.foreign_scheme, one.keys.foreign_key
    return (scheme, key) if scheme is not None and key is not None else None


def _without_scheme(work: _Work) -> None:
    """Publishers of a register of the schema before, which had keys abroad and did not say of what they are keys."""
    schemeless = [one for one in work.free.values() if one.keys.foreign_scheme is None and one.keys.foreign_key]
    bodies = _grouped(schemeless, _key_abroad)
    entries = _grouped((one for one in work.left if one.keys.foreign_key), _key_abroad)
    taken = set()
    for key, found in entries.items():
        if len(found) == len(bodies.get(key, ())) == 1:
            work.take(found[0], bodies[key][0])
            taken.add(id(found[0]))
    work.left = [entry for entry in work.left if id(entry) not in taken]


def _key_abroad(one: Body | BodyEntry) -> Hashable:
    return one.country, one.keys.foreign_key, group_of(one.kind)


def _dissolved(work: _Work, known: Sequence[Body], as_of: str | None) -> None:
    """Entries whose key is that of a body which is no more; one that ended without a successor may come back."""
    ended = {body.keys.ars or body.keys.ags: body for body in known if body.id not in work.active}
    ended.pop(None, None)
    left = []
    for entry in work.left:
        body = ended.get(entry.keys.ars) or ended.get(entry.keys.ags)
        if body is None or fold(body.name) != fold(entry.name):
            left.append(entry)
        elif as_of is None or (body.dissolved_on or "") > as_of:
            work.result.overtaken.append(entry)
        elif body.successor_id is not None:
            work.result.still_listed.append((entry, body))
        else:
            work.result.pairs.append((body, entry))
    work.left = left


def _rekeyed(work: _Work) -> None:
    """The same body with another key, after a reform: same name and Land, and something else says so too.

    Of a municipality its figures, or that its whole county has another key; of an association or county its members.
    """
    _same_place(work, LOCAL, _figures_agree)
    members = _members(work)
    for group in (ASSOCIATION, COUNTY):
        _same_place(work, group, lambda body, entry: _members_agree(members, body, entry))
    moved = {
        body.keys.ars: entry.keys.ars
        for body, entry in work.result.pairs
        if group_of(body.kind) == COUNTY and body.keys.ars != entry.keys.ars
    }
    _same_place(work, LOCAL, lambda body, entry: moved.get(_county(body), "") == _county(entry))


def _same_place(work: _Work, group: str, same: Callable[[Body, BodyEntry], bool]) -> None:
    bodies = _grouped(_of_group(work.free.values(), group), _place_key)
    entries = _grouped(_of_group(work.left, group), _place_key)
    taken = set()
    for key, (entry, *others) in entries.items():
        candidates = [one for one in bodies.get(key, ()) if _has_key(one)]
        if others or len(candidates) != 1 or not entry.keys.ars or not same(candidates[0], entry):
            continue
        work.take(entry, candidates[0])
        taken.add(id(entry))
    work.left = [entry for entry in work.left if id(entry) not in taken]


def _county(one: Body | BodyEntry) -> str:
    return (one.keys.ars or one.keys.ags or "")[:5]


def _members(work: _Work) -> dict[str, list[str | None]]:
    """Id of an association or county -> what its municipalities belong to in the list, of those that are in it."""
    found: dict[str, list[str | None]] = defaultdict(list)
    for body, entry in work.result.pairs:
        for parent in (body.parent_id, *_above(work, body.parent_id)):
            if parent is not None:
                found[parent].append(entry.keys.ars)
    return found


def _above(work: _Work, parent_id: str | None) -> Iterator[str | None]:
    parent = work.active.get(parent_id or "")
    if parent is not None:
        yield parent.parent_id


def _members_agree(members: dict[str, list[str | None]], body: Body, entry: BodyEntry) -> bool:
    keys = members.get(body.id, [])
    inside = sum(1 for key in keys if key is not None and key.startswith(entry.keys.ars or "?"))
    return inside * 2 >= len(keys)


def _figures_agree(body: Body, entry: BodyEntry) -> bool:
    """One figure at least is the same, and none contradicts."""
    same: list[bool] = []
    if body.area and entry.area:
        if abs(body.area - entry.area) > AREA_TOLERANCE:
            return False
        same.append(True)
    if body.population and entry.population:
        differs = abs(body.population - entry.population) / max(body.population, entry.population)
        if differs > _DRIFT:
            return False
        same.append(differs <= POPULATION_TOLERANCE)
    if _far(body, entry):
        return False
    same.append(body.place is not None and entry.place is not None)
    return any(same)


def _named(work: _Work) -> None:
    """Bodies and entries of which one has no key: the same name, kind and Land, where exactly one fits."""
    bodies: dict[Hashable, dict[str, Body]] = defaultdict(dict)
    for body in work.active.values():
        for key in _name_keys(body):
            bodies[key][body.id] = body
    entries: dict[Hashable, set[int]] = defaultdict(set)
    for position, entry in enumerate(work.left):
        for key in _name_keys(entry):
            entries[key].add(position)
    left = []
    for position, entry in enumerate(work.left):
        keys = _name_keys(entry)
        fitting = {one.id: one for key in keys for one in bodies.get(key, {}).values() if _compatible(one, entry)}
        rivals = {other for key in keys for other in entries[key]} - {position}
        free = [one for one in fitting.values() if one.id in work.free]
        if len(fitting) == 1 and free and not any(_compatible(free[0], work.left[other]) for other in rivals):
            work.take(entry, free[0])
        elif len(fitting) > 1 and not _has_key(entry):
            work.result.unclear.append(Unclear(entry, tuple(fitting.values())))
        else:
            left.append(entry)
    work.left = left


def _titled(work: _Work) -> None:
    """Bodies of files of sources, whose names say what they are: "Landeshauptstadt München"."""
    titled = [
        body
        for body in work.free.values()
        if body.origin in _TITLED and body.country is not None and not _has_key(body)
        and group_of(body.kind) in OFFICIAL_GROUPS
    ]  # fmt: skip
    if not titled:
        return
    asking = {body.id for body in titled}
    rows = [row for number, entry in enumerate(work.left) for row in named(entry, f"#{number}")]
    rows += [row for body in work.active.values() if body.id not in asking for row in named(body, body.id)]
    names = MemoryNames(rows)
    meant: dict[int, list[Body]] = defaultdict(list)
    for body in titled:
        found = match(body.own_title or body.name, names, country=body.country, land=body.land, kinds=_kinds(body.kind))
        place = found.bodies[0].body_id.removeprefix("#") if found.outcome is MatchOutcome.MATCH else ""
        if place.isdecimal() and _compatible(body, work.left[int(place)]):
            meant[int(place)].append(body)
    taken = {number: bodies[0] for number, bodies in meant.items() if len(bodies) == 1}
    for number, body in taken.items():
        work.take(work.left[number], body)
    work.left = [entry for number, entry in enumerate(work.left) if number not in taken]


def _kinds(kind: BodyKind) -> list[BodyKind]:
    return [one for one in BodyKind if group_of(one) == group_of(kind)]


def _name_keys(one: Body | BodyEntry) -> set[Hashable]:
    group = group_of(one.kind)
    return {
        (group, one.country, key)
        for name, key in spellings(one)
        if name.kind is not BodyNameKind.FORMER and (group not in OFFICIAL_GROUPS or name.name == one.name)
    }


def _compatible(body: Body, entry: BodyEntry) -> bool:
    if _has_key(body) and _has_key(entry):
        return False
    known = (body.land, body.region, body.keys.foreign_key)
    given = (entry.land, entry.region, entry.keys.foreign_key)
    if any(one is not None and other is not None and one != other for one, other in zip(known, given, strict=True)):
        return False
    return not _far(body, entry)


def _far(body: Body, entry: BodyEntry) -> bool:
    if body.place is None or entry.place is None:
        return False
    north, east = body.place.latitude - entry.place.latitude, body.place.longitude - entry.place.longitude
    return max(abs(north), abs(east)) > _NEAR_DEGREES


def _has_key(one: Body | BodyEntry) -> bool:
    return one.keys.ars is not None or one.keys.ags is not None


def _place_key(one: Body | BodyEntry) -> Hashable:
    return fold(one.name), one.land


def _of_group(ones: Iterable[_One], group: str) -> list[_One]:
    return [one for one in ones if group_of(one.kind) == group]


def _grouped(ones: Iterable[_One], key: Callable[[_One], Hashable]) -> dict[Hashable, list[_One]]:
    found: dict[Hashable, list[_One]] = defaultdict(list)
    for one in ones:
        found[key(one)].append(one)
    return found
