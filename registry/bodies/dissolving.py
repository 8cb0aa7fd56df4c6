# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which bodies a complete list no longer has, and what became of them.

A Land counts as covered, separately for municipalities, associations and counties, where the list has most of those
that are known there: a list of one Land, or a part of one, dissolves nothing elsewhere. What an official list brought
is compared with that alone, so that a small list and its newer state work beside a core that has all of the Land.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from registry.bodies.plans import (
    LOCAL,
    OFFICIAL_GROUPS,
    Added,
    Changed,
    Dissolved,
    Evidence,
    Proof,
    Shrink,
    group_of,
)
from registry.bodies.recognising import Recognised
from registry.bodies.succession import Receiver, successors
from registry.model import Body, BodyEntry, BodyOrigin

SHRINK_SHARE = 0.1
"""Share of the known bodies of a kind that a list may lack without anything that tells what became of them."""
SHRINK_LEAST = 3
"""So many are never too many: in a small list one is a large share."""
_COUNTY_DIGITS = 5


@dataclass(frozen=True, slots=True)
class Gone:
    dissolved: tuple[Dissolved, ...]
    partial: tuple[tuple[str, str], ...]
    shrinks: tuple[Shrink, ...]

    def __add__(self, other: Gone) -> Gone:
        partial = tuple(sorted({*self.partial, *other.partial}))
        return Gone(self.dissolved + other.dissolved, partial, self.shrinks + other.shrinks)


def dissolve(
    entries: Iterable[BodyEntry],
    known: Sequence[Body],
    found: Recognised,
    added: Sequence[Added],
    changed: Sequence[Changed],
    accept: bool = False,
) -> Gone:
    """``found``, ``added`` and ``changed`` are what became of the entries.

    What only the core knows never makes a list one that lacks too much: it stays, unless ``accept``.
    """
    listed = {_area_of(entry) for entry in entries}
    concerned = [body for body in known if _is_governed(body) and _area_of(body) in listed]
    there = {body.id for body, _ in found.pairs} | {body.id for _, body in found.still_listed}
    gone = [body for body in concerned if body.id not in there]
    after = _after(known, found, added, changed)
    proofs = _of_unions(gone, after, found)
    for official in (True, False):
        proofs |= _of_municipalities([one for one in gone if _is_listed(one) is official], found, after, added)
    return _official_gone(concerned, gone, proofs) + _core_gone(concerned, gone, proofs, accept)


_Proofs = Mapping[str, tuple[str, Evidence]]


def _official_gone(concerned: Iterable[Body], gone: Iterable[Body], proofs: _Proofs) -> Gone:
    """Of those that an earlier official list had."""
    before = [body for body in concerned if _is_listed(body)]
    missing = [body for body in gone if _is_listed(body)]
    totals = Counter(_area_of(body) for body in before)
    lost = Counter(_area_of(body) for body in missing if body.id not in proofs)
    partial = {key for key, number in lost.items() if number * 2 > totals[key]}
    counties = Counter(_county(body) for body in before)
    absent = Counter(_county(body) for body in missing)

    def is_told(body: Body) -> bool:
        """In a county of which the list has most, also where it has not most of the Land."""
        county = _county(body)
        return body.id in proofs and county is not None and absent[county] * 2 <= counties[county]

    dissolved = [
        Dissolved(body, *proofs.get(body.id, (None, None)))
        for body in missing
        if _area_of(body) not in partial or is_told(body)
    ]
    return Gone(tuple(dissolved), tuple(sorted(partial)), _shrinks(dissolved, totals, partial, SHRINK_LEAST))


def _core_gone(concerned: Iterable[Body], gone: Iterable[Body], proofs: _Proofs, accept: bool) -> Gone:
    """Of those that no official list has had so far: in Länder of which the list has most of all known ones."""
    missing = [body for body in gone if not _is_listed(body)]
    totals = Counter(_area_of(body) for body in concerned)
    lost = Counter(_area_of(body) for body in missing if body.id not in proofs)
    partial = {key for key, number in lost.items() if number * 2 > totals[key]}
    dissolved = [
        Dissolved(body, *proofs.get(body.id, (None, None))) for body in missing if _area_of(body) not in partial
    ]
    if not accept:
        too_many = {shrink.group for shrink in _shrinks(dissolved, totals, partial, 0)}
        partial |= {key for key in lost if key[1] in too_many}
        dissolved = [one for one in dissolved if group_of(one.body.kind) not in too_many]
    return Gone(tuple(dissolved), tuple(sorted(partial)), ())


def _area_of(one: Body | BodyEntry) -> tuple[str, str]:
    return one.land or "", group_of(one.kind)


def _is_listed(body: Body) -> bool:
    """Whether an official list had it, so that a newer one that lacks it says that it ended."""
    return body.origin is BodyOrigin.GV100AD


def _is_governed(body: Body) -> bool:
    """Whether the official list says that it exists, so that its silence says that it does not."""
    return (
        body.dissolved_on is None
        and body.reconciled
        and body.country == "DE"
        and group_of(body.kind) in OFFICIAL_GROUPS
        and (body.keys.ars is not None or body.keys.ags is not None)
    )


def _shrinks(
    dissolved: Iterable[Dissolved], totals: Mapping[tuple[str, str], int], partial: set[tuple[str, str]], least: int
) -> tuple[Shrink, ...]:
    missing = Counter(group_of(one.body.kind) for one in dissolved if one.successor_id is None)
    known: Counter[str] = Counter()
    for (land, group), number in totals.items():
        known[group] += 0 if (land, group) in partial else number
    return tuple(
        Shrink(group, number, known[group])
        for group, number in sorted(missing.items())
        if number > max(least, SHRINK_SHARE * known[group])
    )


def _after(
    known: Sequence[Body], found: Recognised, added: Sequence[Added], changed: Sequence[Changed]
) -> dict[str, Body]:
    """Those of the list, as they are once it is in."""
    bodies = {body.id: body for body in known}
    after = {body.id: bodies[body.id] for body, _ in found.pairs}
    after |= {one.after.id: one.after for one in changed}
    return after | {one.body.id: one.body for one in added}


def _of_municipalities(
    gone: Sequence[Body], found: Recognised, after: Mapping[str, Body], added: Iterable[Added]
) -> dict[str, tuple[str, Evidence]]:
    """``gone`` are all of one list, official or core: figures of two lists are compared with each other, not of three.

    What is new in an area that an official list covered before can only be made of what that one had.
    """
    official = any(_is_listed(body) for body in gone)
    before = {body.id: body for body, _ in found.pairs if _is_listed(body) is official}
    counties = _counties(found, after)
    receivers: dict[str, list[Receiver]] = defaultdict(list)
    for body in (*(after[key] for key in before), *(one.body for one in added if one.event is official)):
        county = _county(body)
        if group_of(body.kind) == LOCAL and county is not None:
            receivers[county].append(_receiver(before.get(body.id), body))
    proofs: dict[str, tuple[str, Evidence]] = {}
    by_county: dict[str, list[Body]] = defaultdict(list)
    for body in gone:
        if group_of(body.kind) == LOCAL and (county := _county(body)) is not None:
            by_county[counties.get(county, county)].append(body)
    for county, bodies in by_county.items():
        proofs |= successors(bodies, receivers[county])
    return proofs


def _counties(found: Recognised, after: Mapping[str, Body]) -> dict[str, str]:
    """County as it was -> the one county that all its remaining municipalities belong to now."""
    moved: dict[str, set[str]] = defaultdict(set)
    for body, _ in found.pairs:
        was, is_now = _county(body), _county(after[body.id])
        if group_of(body.kind) == LOCAL and was is not None and is_now is not None:
            moved[was].add(is_now)
    return {was: next(iter(now)) for was, now in moved.items() if len(now) == 1}


def _receiver(before: Body | None, after: Body) -> Receiver:
    if before is None:
        return Receiver(after.id, 0, after.area, 0, after.population, new=True, name=after.name)
    return Receiver(
        after.id, before.area, after.area, before.population, after.population,
        new=False, name=after.name, name_before=before.name,
    )  # fmt: skip


def _of_unions(gone: Iterable[Body], after: Mapping[str, Body], found: Recognised) -> dict[str, tuple[str, Evidence]]:
    """Of associations and counties: the one of their kind to which all their municipalities belong now."""
    now: dict[str, list[Body]] = defaultdict(list)
    unions = {body.id: body for body in gone if group_of(body.kind) != LOCAL}
    above = {body.id: body.parent_id for body, _ in found.pairs}
    for body, _ in found.pairs:
        for parent_id in (body.parent_id, above.get(body.parent_id or ""), _parent(unions, body.parent_id)):
            if parent_id in unions and group_of(body.kind) == LOCAL:
                now[parent_id].append(after[body.id])
    proofs = {}
    for body_id, members in now.items():
        group = group_of(unions[body_id].kind)
        heads = {_head(member, group, after) for member in members}
        head = next(iter(heads))
        if len(heads) == 1 and head is not None and head != body_id:
            proofs[body_id] = (head, Evidence(Proof.MEMBERS, len(members), len(members)))
    return proofs


def _parent(unions: Mapping[str, Body], body_id: str | None) -> str | None:
    union = unions.get(body_id or "")
    return union.parent_id if union is not None else None


def _head(body: Body, group: str, after: Mapping[str, Body]) -> str | None:
    """The body of this group that it belongs to, directly or not."""
    parent = after.get(body.parent_id or "")
    for _ in range(3):
        if parent is None or group_of(parent.kind) == group:
            break
        parent = after.get(parent.parent_id or "")
    return parent.id if parent is not None else None


def _county(body: Body) -> str | None:
    key = body.keys.ars or body.keys.ags
    return key[:_COUNTY_DIGITS] if key is not None and len(key) > _COUNTY_DIGITS else None
