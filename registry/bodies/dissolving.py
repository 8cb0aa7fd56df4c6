# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which bodies a complete list no longer has, and what became of them.

A Land counts as covered, separately for municipalities, associations and counties, where the list has most of those
that are known there: a list of one Land, or a part of one, dissolves nothing elsewhere.
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
from registry.model import Body, BodyEntry

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


def dissolve(
    entries: Iterable[BodyEntry],
    known: Sequence[Body],
    found: Recognised,
    added: Sequence[Added],
    changed: Sequence[Changed],
) -> Gone:
    """``found``, ``added`` and ``changed`` are what became of the entries."""
    listed = {(entry.land, group_of(entry.kind)) for entry in entries}
    concerned = [body for body in known if _is_governed(body) and (body.land, group_of(body.kind)) in listed]
    there = {body.id for body, _ in found.pairs} | {body.id for _, body in found.still_listed}
    gone = [body for body in concerned if body.id not in there]
    after = _after(known, found, added, changed)
    proofs = _of_municipalities(gone, found, after, added) | _of_unions(gone, after, found)
    totals = Counter((body.land or "", group_of(body.kind)) for body in concerned)
    lost = Counter((body.land or "", group_of(body.kind)) for body in gone if body.id not in proofs)
    partial = {key for key, number in lost.items() if number * 2 > totals[key]}
    dissolved = [
        Dissolved(body, *proofs.get(body.id, (None, None)))
        for body in gone
        if (body.land or "", group_of(body.kind)) not in partial
    ]
    return Gone(tuple(dissolved), tuple(sorted(partial)), _shrinks(dissolved, totals, partial))


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
    dissolved: Iterable[Dissolved], totals: Mapping[tuple[str, str], int], partial: set[tuple[str, str]]
) -> tuple[Shrink, ...]:
    missing = Counter(group_of(one.body.kind) for one in dissolved if one.successor_id is None)
    known: Counter[str] = Counter()
    for (land, group), number in totals.items():
        known[group] += 0 if (land, group) in partial else number
    return tuple(
        Shrink(group, number, known[group])
        for group, number in sorted(missing.items())
        if number > max(SHRINK_LEAST, SHRINK_SHARE * known[group])
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
    gone: Iterable[Body], found: Recognised, after: Mapping[str, Body], added: Iterable[Added]
) -> dict[str, tuple[str, Evidence]]:
    before = {body.id: body for body, _ in found.pairs}
    counties = _counties(found, after)
    receivers: dict[str, list[Receiver]] = defaultdict(list)
    for body in (*(after[key] for key in before), *(one.body for one in added)):
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
        return Receiver(after.id, 0, after.area, 0, after.population, new=True)
    return Receiver(after.id, before.area, after.area, before.population, after.population, new=False)


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
