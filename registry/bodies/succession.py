# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a dissolved municipality became a part of, by evidence and never by guessing.

Within the county (or what became of it): areas add up, else a new name is made of the old ones, else populations add
up, else exactly one municipality is new or has grown at all. Whatever fits in two ways stays unknown, and so does what
nothing tells. Areas that are the same for all are none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from registry.bodies.composed import made_of
from registry.bodies.plans import Evidence, Proof
from registry.model import Body

AREA_TOLERANCE = 2
"""Hectares by which areas that add up may differ: each is rounded."""
POPULATION_TOLERANCE = 0.03
"""Share of the population by which populations that add up may differ: people move and die."""
_ROUGHLY = 0.1
"""Share of the dissolved areas by which the gain of the only one that gained may differ."""
_MOST_TRIED = 20_000
"""Steps in the search for one successor; a county in which more are needed tells nothing this way."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """A municipality of the newer list that may have taken others in. What was before is 0 for a new one."""

    id: str
    area_before: int | None
    area_after: int | None
    population_before: int | None
    population_after: int | None
    new: bool
    name: str = ""
    name_before: str | None = None

    @property
    def gained(self) -> int | None:
        return _difference(self.area_before, self.area_after)

    @property
    def gained_people(self) -> int | None:
        return _difference(self.population_before, self.population_after)

    @property
    def has_grown(self) -> bool:
        return self.new or (self.gained or 0) > AREA_TOLERANCE


Found = Mapping[str, tuple[str, Evidence]]
"""Id of the dissolved -> id of its successor, and what tells so."""
_Fit = tuple[Receiver, tuple[Body, ...]]
_LEAST_MEASURED = 3
_LEAST_STILL = 2


def successors(gone: Sequence[Body], receivers: Sequence[Receiver]) -> Found:
    """Of the dissolved municipalities of one county; those of which nothing is sure are absent."""
    if _areas_are_filler(gone, receivers):
        gone = [replace(body, area=None) for body in gone]
        receivers = [replace(one, area_before=None, area_after=None) for one in receivers]
    found: dict[str, tuple[str, Evidence]] = {}
    _settle(found, _fits(gone, receivers, _area, _wanted_area), Proof.AREAS)
    _settle(found, _agreeing(_fits(gone, receivers, _area, _wanted_area), found), Proof.AREAS_AND_POPULATIONS)
    _settle(found, _composed(gone, receivers), Proof.NAMES)
    _settle(found, _exactly(gone, receivers), Proof.POPULATIONS)
    # Populations count only where areas do not say otherwise: not for who is known to have gained no land.
    rest = [one for one in receivers if one.gained is None or one.has_grown]
    _settle(found, _fits(gone, rest, _people, _wanted_people), Proof.POPULATIONS)
    if not found:
        found |= _only_one(gone, receivers)
    return found


def _areas_are_filler(gone: Sequence[Body], receivers: Sequence[Receiver]) -> bool:
    """Whether all have one and the same area, which is none, however many they are."""
    before = [one.area_before for one in receivers if not one.new]
    areas = [*(body.area for body in gone), *before, *(one.area_after for one in receivers)]
    known = [area for area in areas if area is not None]
    return len(known) >= _LEAST_MEASURED and len(set(known)) == 1


def _composed(gone: Sequence[Body], receivers: Sequence[Receiver]) -> list[_Fit]:
    """New names made of old ones ("Bergheim-Cronheim"), unless the areas say otherwise."""
    names = {body.id: body.name for body in gone}
    found = []
    for one in receivers:
        ids = made_of(one.name, names, one.name_before)
        parts = tuple(body for body in gone if body.id in ids)
        if parts and _areas_allow(one, parts):
            found.append((one, parts))
    return found


def _areas_allow(receiver: Receiver, parts: Sequence[Body]) -> bool:
    if receiver.gained is None or any(not body.area for body in parts):
        return True
    total = sum(body.area or 0 for body in parts)
    return receiver.gained >= total - max(_ROUGHLY * total, AREA_TOLERANCE)


def _exactly(gone: Sequence[Body], receivers: Sequence[Receiver]) -> list[_Fit] | None:
    """Populations that add up to the last person, in a list whose other populations are those of the list before.

    Its areas may not have been carried on either: then who gained no land is not ruled out by that.
    """
    changes = [one.gained_people for one in receivers if not one.new and one.gained_people is not None]
    still = changes.count(0)
    if still < _LEAST_STILL or still * 2 < len(changes):
        return []
    land_moved = any(one.gained is not None and one.has_grown for one in receivers)
    rest = [one for one in receivers if one.gained is None or one.has_grown or not land_moved]
    return _fits(gone, rest, _people, _exact_people)


def _settle(found: dict[str, tuple[str, Evidence]], fits: Sequence[_Fit] | None, proof: Proof) -> None:
    """Take what fits in one way only; that may leave one way for others."""
    taken = {receiver_id for receiver_id, _ in found.values()}
    left = [fit for fit in fits or () if fit[0].id not in taken and not any(body.id in found for body in fit[1])]
    certain: _Fit | None = next((fit for fit in left if _is_certain(fit, left)), None)
    while certain is not None:
        receiver, parts = certain
        evidence = _evidence(proof, receiver, parts)
        found.update({body.id: (receiver.id, evidence) for body in parts})
        left = [fit for fit in left if fit[0].id != receiver.id and not any(body.id in found for body in fit[1])]
        certain = next((fit for fit in left if _is_certain(fit, left)), None)


def _is_certain(fit: _Fit, all_fits: Sequence[_Fit]) -> bool:
    receiver, parts = fit
    ids = {body.id for body in parts}
    return not any(
        other is not fit and (other[0].id == receiver.id or ids & {body.id for body in other[1]}) for other in all_fits
    )


def _evidence(proof: Proof, receiver: Receiver, parts: Sequence[Body]) -> Evidence:
    if proof is Proof.NAMES:
        return Evidence(proof)
    if proof is Proof.POPULATIONS:
        return Evidence(proof, sum(body.population or 0 for body in parts), receiver.gained_people)
    return Evidence(proof, sum(body.area or 0 for body in parts), receiver.gained)


def _fits(
    gone: Sequence[Body],
    receivers: Sequence[Receiver],
    figure: Callable[[Body], int | None],
    wanted: Callable[[Receiver], tuple[float, float] | None],
) -> list[_Fit] | None:
    """Every set of dissolved ones that would explain what a receiver gained; None where too many would be possible.

    ``wanted`` is the least and the most that the figures of such a set add up to.
    """
    measured = sorted((body for body in gone if figure(body)), key=lambda body: (-(figure(body) or 0), body.id))
    figures = [figure(body) or 0 for body in measured]
    found: list[_Fit] = []
    for receiver in receivers:
        bounds = wanted(receiver)
        if bounds is None:
            continue
        sets = _adding_up(figures, *bounds)
        if sets is None:
            return None
        found += [(receiver, tuple(measured[position] for position in chosen)) for chosen in sets]
    return found


def _adding_up(figures: Sequence[int], least: float, most: float) -> list[tuple[int, ...]] | None:
    """Positions of the figures (the largest first) of each set whose sum is between these; None if that takes long."""
    left = [sum(figures[start:]) for start in range(len(figures) + 1)]
    found: list[tuple[int, ...]] = []
    open_sets: list[tuple[int, int, tuple[int, ...]]] = [(0, 0, ())]
    tried = 0
    while open_sets:
        tried += 1
        if tried > _MOST_TRIED:
            return None
        start, total, chosen = open_sets.pop()
        if total > most or total + left[start] < least:
            continue
        if start == len(figures):
            if chosen:
                found.append(chosen)
            continue
        open_sets.append((start + 1, total, chosen))
        open_sets.append((start + 1, total + figures[start], (*chosen, start)))
    return found


def _wanted_area(receiver: Receiver) -> tuple[float, float] | None:
    if not receiver.has_grown or receiver.gained is None:
        return None
    return receiver.gained - AREA_TOLERANCE, receiver.gained + AREA_TOLERANCE


def _wanted_people(receiver: Receiver) -> tuple[float, float] | None:
    """None where the gain may as well be nothing but people who moved there."""
    gained, before = receiver.gained_people, receiver.population_before
    if gained is None or before is None or gained <= POPULATION_TOLERANCE * (before + gained):
        return None
    share = POPULATION_TOLERANCE
    return (gained - share * before) / (1 + share), (gained + share * before) / (1 - share)


def _exact_people(receiver: Receiver) -> tuple[float, float] | None:
    gained = receiver.gained_people
    return None if gained is None or gained <= 0 else (gained, gained)


def _agreeing(fits: Sequence[_Fit] | None, found: Found) -> list[_Fit]:
    """Those whose populations agree, and no others."""
    return [
        (receiver, parts)
        for receiver, parts in fits or ()
        if not any(body.id in found for body in parts)
        and all(body.population for body in parts)
        and _people_agree(receiver, sum(body.population or 0 for body in parts))
    ]


def _people_agree(receiver: Receiver, total: int) -> bool:
    bounds = _wanted_people(receiver)
    return bounds is not None and bounds[0] <= total <= bounds[1]


def _only_one(gone: Sequence[Body], receivers: Sequence[Receiver]) -> Found:
    """Where all areas are known, so that nobody else can have gained anything, and no figure contradicts."""
    grown = [one for one in receivers if one.has_grown]
    if len(grown) != 1 or any(one.gained is None for one in receivers) or any(not body.area for body in gone):
        return {}
    gained, total = grown[0].gained or 0, sum(body.area or 0 for body in gone)
    if abs(gained - total) > _ROUGHLY * total:
        return {}
    return {body.id: (grown[0].id, Evidence(Proof.ONLY_ONE, total, gained)) for body in gone}


def _difference(before: int | None, after: int | None) -> int | None:
    return None if before is None or after is None else after - before


def _area(body: Body) -> int | None:
    return body.area


def _people(body: Body) -> int | None:
    return body.population
