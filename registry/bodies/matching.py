# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which body a name means, as people write it: one where exactly one fits, else all that fit; never a guess."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from registry.bodies import choosing
from registry.bodies.fitting import Fit, Grade, fits, keys_of
from registry.bodies.named import MemoryNames, NamedBody, Names, named
from registry.bodies.reading import Reading, Tier, readings
from registry.bodies.suggesting import suggestions
from registry.bodies.words import EXONYMS, NO_HINT, TOWN_HINT
from registry.model import BodyKind, BodyNameKind, MatchOutcome, NameMatch, ScoredBody

__all__ = ["MemoryNames", "NamedBody", "Names", "Why", "match", "named"]

_MOST_NEAR = 10
_TITLES_OF_NAMES = ("lutherstadt", "hansestadt", "heilbad")
"""Titles that are the beginning of official names and that people leave out."""
_OF_TOWNS = (NO_HINT, TOWN_HINT)


class Why(StrEnum):
    """What fitted: ``ScoredBody.why``."""

    NAME = "name"
    OWN_TITLE = "own_title"
    SHORT_NAME = "short_name"
    OTHER_NAME = "other_name"
    FORMER_NAME = "former_name"
    SUCCESSOR = "successor"
    """The name is that of a body that became a part of this one."""
    ADDITION = "addition"
    """The name, what tells it from others written otherwise: "Frankfurt/M."."""
    PLACE = "place"
    """The name and the county, Land or country that was named with it."""
    CORE = "core"
    """The name without what tells it from others: "Frankfurt"."""
    MISSPELT = "misspelt"


_OF_NAME = {
    BodyNameKind.OFFICIAL: Why.NAME,
    BodyNameKind.OWN: Why.OWN_TITLE,
    BodyNameKind.SHORT: Why.SHORT_NAME,
    BodyNameKind.OTHER: Why.OTHER_NAME,
    BodyNameKind.FORMER: Why.FORMER_NAME,
}
_OF_GRADE = {
    Grade.ADDITION: Why.ADDITION, Grade.LOOSE: Why.ADDITION, Grade.PLACE: Why.PLACE, Grade.UNPLACED: Why.CORE,
    Grade.CORE: Why.CORE,
}  # fmt: skip
_SCORES = {
    Grade.EXACT: 1.0, Grade.ADDITION: 0.95, Grade.LOOSE: 0.9, Grade.PLACE: 0.95, Grade.CORE: 0.8, Grade.UNPLACED: 0.7,
    Grade.UNEXPLAINED: 0.6,
}  # fmt: skip
_NOT_OFFICIAL, _PAST, _LEFT_ASIDE = 0.03, 0.1, 0.3
_MISSPELT, _MISTAKE = 0.7, 0.1


def match(
    query: str,
    names: Names,
    *,
    country: str | None = None,
    land: str | None = None,
    kinds: Collection[BodyKind] = (),
    account: bool = False,
) -> NameMatch:
    """What ``query`` means.

    ``country`` (ISO 3166-1), ``land`` (ISO 3166-2) and ``kinds`` are known to the caller and exclude all others;
    ``account`` says that it is the name of an account on a forge, where a word of kind may be glued to the name.
    """
    ways = readings(query)
    keys = dict.fromkeys(key for way in ways for one in (way, *_exonyms(way)) for key in keys_of(one) if key)
    rows = _allowed(names.exact(keys), country, land, kinds) if keys else []
    tiers = {tier: _fits(ways, tier, rows) for tier in Tier}
    for tier, found in tiers.items():
        explained = [fit for fit in found if fit.grade is not Grade.UNEXPLAINED]
        if explained:
            chosen = choosing.meant(explained)
            if account and tier is Tier.WHOLE:
                chosen += choosing.meant(tiers[Tier.GLUED])
            return _answer(query, chosen, unsure=tier is Tier.UNSURE)
    for found in tiers.values():
        if found:
            return _answer(query, choosing.meant(found))
    near = [(row, mistakes) for row, mistakes in suggestions(ways, names) if _allowed([row], country, land, kinds)]
    return _misspelt(query, near)


def _fits(ways: Iterable[Reading], tier: Tier, rows: Sequence[NamedBody]) -> list[Fit]:
    found: list[Fit] = []
    for way in ways:
        if way.tier is tier:
            found += fits(way, rows)
            for other in _exonyms(way):
                found += fits(other, rows, exonym=True)
    return found


def _exonyms(way: Reading) -> list[Reading]:
    """The same in the language of the place, where the name is known to be in another one."""
    named_abroad = EXONYMS.get(way.key) or EXONYMS.get(way.core_key)
    variants = [] if way.needs_addition else [f"{title}{way.core_key}" for title in _TITLES_OF_NAMES]
    town = replace(TOWN_HINT, else_kinds=frozenset())
    found = [
        replace(way, core=(core,), hint=town, begins_with_kind=False) for core in variants if way.hint in _OF_TOWNS
    ]
    if named_abroad is not None:
        core, _, addition = named_abroad[0].partition("/")
        hint = replace(way.hint, countries=frozenset({named_abroad[1]}))
        found.append(replace(way, core=(core,), addition=(addition,) if addition else way.addition, hint=hint))
    return found


def _allowed(
    rows: Iterable[NamedBody], country: str | None, land: str | None, kinds: Collection[BodyKind]
) -> list[NamedBody]:
    return [
        row
        for row in rows
        if (country is None or row.country in (country, None))
        and (land is None or row.land in (land, None))
        and (not kinds or row.kind in kinds)
    ]


def _answer(query: str, chosen: Sequence[Fit], *, unsure: bool = False) -> NameMatch:
    """``unsure``: words of the query are left aside, so nothing that was found is certain."""
    scored: dict[str, tuple[ScoredBody, int]] = {}
    for fit in chosen:
        body_id = fit.row.successor_id or fit.row.body_id
        one = ScoredBody(body_id, round(_score(fit) - (_LEFT_ASIDE if unsure else 0), 2), _why(fit).value)
        if body_id not in scored or scored[body_id][0].score < one.score:
            scored[body_id] = (one, fit.row.population or 0)
    outcome = MatchOutcome.MATCH if choosing.certain(chosen) and not unsure else MatchOutcome.AMBIGUOUS
    return NameMatch(query, outcome, _ordered(scored))


def _score(fit: Fit) -> float:
    score = _SCORES[fit.grade] - (_PAST if fit.past else 0)
    return score - (_NOT_OFFICIAL if fit.exonym or fit.row.name_kind is not BodyNameKind.OFFICIAL else 0)


def _why(fit: Fit) -> Why:
    if fit.row.successor_id is not None:
        return Why.SUCCESSOR
    if fit.exonym:
        return Why.OTHER_NAME
    return _OF_GRADE.get(fit.grade) or _OF_NAME[fit.row.name_kind]


def _misspelt(query: str, found: Iterable[tuple[NamedBody, int]]) -> NameMatch:
    """Never more than a suggestion, even where there is only one."""
    scored: dict[str, tuple[ScoredBody, int]] = {}
    for row, mistakes in found:
        body_id = row.successor_id or row.body_id
        one = ScoredBody(body_id, round(_MISSPELT - _MISTAKE * (mistakes - 1), 2), Why.MISSPELT.value)
        if body_id not in scored or scored[body_id][0].score < one.score:
            scored[body_id] = (one, row.population or 0)
    bodies = _ordered(scored)[:_MOST_NEAR]
    return NameMatch(query, MatchOutcome.AMBIGUOUS if bodies else MatchOutcome.UNKNOWN, bodies)


def _ordered(scored: Mapping[str, tuple[ScoredBody, int]]) -> tuple[ScoredBody, ...]:
    """The best first; of those that fit alike the larger."""
    ranked = sorted(scored.values(), key=lambda pair: (-pair[0].score, -pair[1], pair[0].body_id))
    return tuple(one for one, _ in ranked)
