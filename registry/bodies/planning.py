# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a list of bodies changes in the register, worked out before anything is written. Pure.

Entries are recognised among the known bodies, joined with them by rank of origin, and compared. A complete list (the
official one) also tells what no longer exists, in each Land of which it has most bodies; what a dissolved one became a
part of is found by evidence (``succession``), never guessed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace

from registry.bodies.dissolving import dissolve
from registry.bodies.joining import is_renamed, joined, new_body
from registry.bodies.keys import LAENDER_BY_ISO, ars_of_parents
from registry.bodies.plans import (
    STATE,
    Added,
    Changed,
    Dissolved,
    Evidence,
    Plan,
    Proof,
    group_of,
    rank,
)
from registry.bodies.recognising import Recognised, recognise
from registry.errors import InvalidInput
from registry.model import Body, BodyEntry, BodyEventKind, BodyOrigin

FIGURES = frozenset({"population", "population_as_of", "area", "place"})
CONFIRMED = frozenset({"keys_as_of", "origin", "reconciled"})
"""What the register knows of a body's record, not of the body."""
_TELLING = frozenset({"kind", "designation", "land", "parent_id"})
_COMPARED = tuple(one.name for one in fields(Body) if one.name not in ("id", "slug", "keys", "names", "domains"))
_KEYS = ("ars", "ags", "as_of", "foreign_scheme", "foreign_key")


def plan(
    entries: Sequence[BodyEntry],
    known: Sequence[Body],
    as_of: str | None,
    origin: BodyOrigin,
    *,
    new_id: Callable[[], str],
    complete: bool = False,
    accept: bool = False,
) -> Plan:
    """``known`` are all bodies with their names and domains; ``as_of`` is the ISO date of the list.

    ``accept``: what only the core knows ends also where the list lacks unusually much of it.

    Raises InvalidInput where the register's state of keys is newer than an official list.
    """
    official = _official_states(known)
    if complete:
        _check_newer(entries, official, as_of)
    found = recognise(entries, known, as_of, complete)
    new, left_out = _without_stale(found, official, origin)
    ids = {id(entry): new_id() for entry in new}
    index = _index(known, found, new, ids)
    added = [_added(entry, ids[id(entry)], origin, index, official) for entry in new]
    changed, unchanged = _changed(found, origin, as_of, index)
    told, unknown = _told(entries, known, index)
    gone = dissolve(entries, known, found, added, changed, accept) if complete else None
    dissolved = [*told, *(gone.dissolved if gone else ())]
    serves, missing = _serves(found, new, ids, index)
    return Plan(
        origin=origin,
        as_of=as_of,
        added=tuple(added),
        changed=tuple(changed),
        unchanged=unchanged + len(found.overtaken),
        dissolved=tuple({one.body.id: one for one in dissolved}.values()),
        unclear=tuple(found.unclear),
        still_listed=tuple(found.still_listed),
        serves=serves,
        unknown_keys=tuple(dict.fromkeys((*unknown, *missing))),
        left_out=left_out,
        partial=gone.partial if gone else (),
        shrinks=gone.shrinks if gone else (),
    )


@dataclass(slots=True)
class _Index:
    """Ids by key, of what there is once the list is in."""

    by_key: dict[str, str]

    def parent(self, entry: BodyEntry, own_id: str) -> str | None:
        above = [entry.parent_key or "", *ars_of_parents(entry.keys.ars or "")]
        return next((found for key in above if (found := self.by_key.get(key)) not in (None, own_id)), None)


def _index(known: Sequence[Body], found: Recognised, new: Iterable[BodyEntry], ids: Mapping[int, str]) -> _Index:
    keys: dict[str, str] = {}
    matched = {body.id for body, _ in found.pairs}
    for body in known:
        # What the list calls otherwise by now keeps its key only until somebody else has it.
        if body.dissolved_on is None and body.id not in matched:
            keys |= {key: body.id for key in (body.keys.ags, body.keys.ars) if key is not None}
    for body, entry in found.pairs:
        given = (body.keys.ags, body.keys.ars) if entry.keys.ars is None else (entry.keys.ags, entry.keys.ars)
        keys |= {key: body.id for key in given if key is not None}
    for entry in new:
        keys |= {key: ids[id(entry)] for key in (entry.keys.ags, entry.keys.ars) if key is not None}
    return _Index(keys)


def _official_states(known: Iterable[Body]) -> Mapping[tuple[str, str], str]:
    """Land and group -> Gebietsstand of the official list in force there."""
    states: dict[tuple[str, str], str] = {}
    for body in known:
        if body.origin is BodyOrigin.GV100AD and body.land is not None and body.dissolved_on is None:
            key = (body.land, group_of(body.kind))
            states[key] = max(states.get(key, ""), body.keys.as_of or "")
    return states


def _check_newer(entries: Iterable[BodyEntry], official: Mapping[tuple[str, str], str], as_of: str | None) -> None:
    listed = {(entry.land, group_of(entry.kind)) for entry in entries}
    newest = max((state for key, state in official.items() if key in listed), default="")
    if as_of is None or as_of < newest:
        raise InvalidInput(as_of or "?", newest, rule="list-older")


def _without_stale(
    found: Recognised, official: Mapping[tuple[str, str], str], origin: BodyOrigin
) -> tuple[list[BodyEntry], int]:
    """The core adds nothing where an official list is in force: what that one lacks does not exist (any more)."""
    if origin is not BodyOrigin.CORE:
        return found.new, 0
    kept = [one for one in found.new if (one.land, group_of(one.kind)) not in official or group_of(one.kind) == STATE]
    return kept, len(found.new) - len(kept)


def _added(
    entry: BodyEntry, body_id: str, origin: BodyOrigin, index: _Index, official: Mapping[tuple[str, str], str]
) -> Added:
    covered = origin is BodyOrigin.GV100AD and (entry.land, group_of(entry.kind)) in official
    return Added(new_body(entry, origin, body_id, index.parent(entry, body_id)), covered)


def _changed(found: Recognised, origin: BodyOrigin, as_of: str | None, index: _Index) -> tuple[list[Changed], int]:
    changed, unchanged = [], 0
    for body, entry in found.pairs:
        after = joined(body, entry, origin, index.parent(entry, body.id), as_of)
        if body.dissolved_on is not None:
            after = replace(after, dissolved_on=None)
        what = difference(body, after)
        if what:
            changed.append(Changed(body, after, what, _events(body, after, what)))
        else:
            unchanged += 1
    return changed, unchanged


def difference(before: Body, after: Body) -> dict[str, tuple[object, object]]:
    """Attribute -> before and after. Keys are told one by one: "ars", "ags", "keys_as_of", ..."""
    pairs = {name: (getattr(before, name), getattr(after, name)) for name in _COMPARED}
    for name in _KEYS:
        shown = "keys_as_of" if name == "as_of" else name
        pairs[shown] = (getattr(before.keys, name), getattr(after.keys, name))
    found = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
    if set(before.domains) != set(after.domains):
        found["domains"] = (before.domains, after.domains)
    if Counter(before.names) != Counter(after.names):
        found["names"] = (before.names, after.names)
    return found


def _events(before: Body, after: Body, what: Mapping[str, tuple[object, object]]) -> tuple[BodyEventKind, ...]:
    """Of the body itself. That a better list knows more of it than a worse one did is none."""
    kinds: list[BodyEventKind] = []
    if "name" in what and is_renamed(before, after):
        kinds.append(BodyEventKind.RENAMED)
    if "ars" in what and before.keys.ars is not None:
        kinds.append(BodyEventKind.REKEYED)
    same_source = rank(before.origin) == rank(after.origin)
    if "dissolved_on" in what or (same_source and any(name in _TELLING and what[name][0] is not None for name in what)):
        kinds.append(BodyEventKind.CHANGED)
    return tuple(kinds)


def _told(entries: Iterable[BodyEntry], known: Iterable[Body], index: _Index) -> tuple[list[Dissolved], list[str]]:
    """What entries name as their predecessors."""
    bodies = {body.id: body for body in known if body.dissolved_on is None}
    by_key = {key: body for body in bodies.values() for key in (body.keys.ags, body.keys.ars) if key is not None}
    ended = {key for body in known for key in (body.keys.ars, body.keys.ags) if body.dissolved_on is not None}
    found, unknown = [], []
    for entry in entries:
        successor = index.by_key.get(entry.keys.ars or entry.keys.ags or "")
        for key in entry.predecessors:
            body = by_key.get(key)
            if body is not None and successor is not None and body.id != successor:
                found.append(Dissolved(body, successor, Evidence(Proof.TOLD)))
            elif body is None and key not in ended:
                unknown.append(key)
    return found, unknown


def _serves(
    found: Recognised, new: Iterable[BodyEntry], ids: Mapping[int, str], index: _Index
) -> tuple[dict[str, tuple[tuple[str | None, str | None], ...]], list[str]]:
    wanted: dict[str, dict[tuple[str | None, str | None], None]] = defaultdict(dict)
    unknown = []
    served = [(body.id, entry) for body, entry in found.pairs] + [(ids[id(entry)], entry) for entry in new]
    for body_id, entry in served:
        for one in entry.serves:
            if one in LAENDER_BY_ISO or "-" in one:
                wanted[body_id][None, one] = None
            elif one in index.by_key:
                wanted[body_id][index.by_key[one], None] = None
            else:
                unknown.append(one)
    return {body_id: tuple(targets) for body_id, targets in wanted.items()}, unknown
