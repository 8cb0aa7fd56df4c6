# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which of the bodies that a name fits is meant: one where that is beyond doubt, else all of them."""

from __future__ import annotations

from collections.abc import Sequence

from registry.bodies.fitting import NOTABLE, STRONG, Fit, Grade, is_district_free, is_notable
from registry.bodies.named import NamedBody
from registry.model import LOCAL_KINDS, BodyKind

_SEAT = 5_000
"""Inhabitants from which a bare name means the town and not the Gemeindeverband that has its seat there."""
_GREAT = 100_000
"""Inhabitants from which a bare name means the town and none of the small places of its name. Less does where it is its
own county and the others are never written without what tells them from it: Weimar and Weimar (Lahn)."""
_BY_SEAT_ONLY = frozenset({"Verwaltungsgemeinschaft", "Verwaltungsverband", "Gemeindeverwaltungsverband"})
"""Associations that nobody calls by the bare name of their seat; the others act for their members and are."""


def meant(found: Sequence[Fit]) -> list[Fit]:
    """One where exactly one is meant, else all that may be; each body once."""
    live = _best([fit for fit in found if not fit.past])
    past = _best([fit for fit in found if fit.past])
    strong = [fit for fit in live if fit.grade in STRONG]
    if strong:
        best = min(fit.grade for fit in strong)
        best_named = [fit for fit in strong if fit.grade is best]
        return _choose(best_named, [*best_named, *(fit for fit in live if fit.grade is Grade.CORE)])
    former = [fit for fit in past if fit.grade in STRONG]
    if former:
        return [*former, *_native(live)]
    return _choose([], live) if live else past


def certain(chosen: Sequence[Fit]) -> bool:
    """Whether what was chosen is one body that fits without any doubt."""
    if len({fit.row.successor_id or fit.row.body_id for fit in chosen}) != 1:
        return False
    return all(fit.grade in STRONG or fit.grade is Grade.CORE for fit in chosen)


def _choose(strong: list[Fit], live: list[Fit]) -> list[Fit]:
    everyone = strong if strong and all(fit.grade is not Grade.EXACT for fit in strong) else live
    everyone = [fit for fit in everyone if fit.grade is not Grade.CORE or fit.row.country in ("DE", None)] or everyone
    towns = [fit for fit in strong or everyone if fit.row.kind in LOCAL_KINDS]
    if len(towns) > 1:
        great = [fit for fit in towns if (fit.row.population or 0) >= _GREAT and fit.grade is Grade.EXACT]
        towns = great if len(great) == 1 else towns
    if len(towns) == 1 and all(other is towns[0] or _yields(other.row, other.grade, towns[0]) for other in everyone):
        return towns
    return everyone


def _yields(other: NamedBody, grade: Grade, town: Fit) -> bool:
    """Whether nobody who writes the bare name means ``other`` and not the town."""
    row = town.row
    notable = _is_notable(row)
    if other.kind in LOCAL_KINDS:
        if other.country != row.country:
            return notable and row.country == "DE"
        great = (row.population or 0) >= _GREAT or (grade is Grade.CORE and is_district_free(row))
        return great and town.grade is Grade.EXACT and _is_small(other)
    if other.kind is BodyKind.MUNICIPAL_ASSOCIATION and not notable:
        seat = row.kind is BodyKind.TOWN and (row.population or 0) >= _SEAT
        return seat or other.designation in _BY_SEAT_ONLY
    return notable


def _is_notable(row: NamedBody) -> bool:
    """Foreign towns in the register are there because they publish: those without a figure are no villages."""
    if row.population is None and row.country != "DE":
        return row.kind is BodyKind.TOWN
    return is_notable(row)


def _is_small(row: NamedBody) -> bool:
    """No municipality that is not a town has anything like 100,000 inhabitants."""
    return row.kind is BodyKind.MUNICIPALITY or (row.population is not None and row.population < NOTABLE)


def _best(found: Sequence[Fit]) -> list[Fit]:
    """The best fit of each body."""
    best: dict[str, Fit] = {}
    for fit in found:
        known = best.get(fit.row.body_id)
        if known is None or fit.grade < known.grade:
            best[fit.row.body_id] = fit
    return list(best.values())


def _native(live: Sequence[Fit]) -> list[Fit]:
    return [fit for fit in live if fit.grade is not Grade.CORE or fit.row.country in ("DE", None)]
