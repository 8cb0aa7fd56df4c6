# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Ways to read a name as people write it: what is the name, what says of which kind, in which place, by whom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum

from registry.bodies import addressed, affixes
from registry.bodies import words as vocabulary
from registry.bodies.spelling import BREAK, core_and_addition, key_of, words
from registry.bodies.words import NO_HINT, Hint

_STRONG = re.compile(r"\s+[-–—|·•:/>]+\s+|\s*[|;\n\r\t–—·•]+\s*|:\s+|(?<=\))\s*/\s*")
_COMMA = re.compile(r"\s*,\s*")
_LONGEST = 200
_COUNTY = frozenset(phrase for phrase, hint in vocabulary.BEFORE.items() if hint is vocabulary.COUNTY_HINT)


class Tier(IntEnum):
    """Readings of a better tier are asked first; the next one only where nothing has such a name."""

    WHOLE = 0
    """All of it is the name."""
    FIRST_KIND = 1
    """One word of kind taken off, where the rest begins with another: "Gemeinde Amt Neuhaus"."""
    KIND = 2
    """Words of kind, of office and of place taken off."""
    PART = 3
    """What is called by two words in a row may have lost what stood between: "Frankfurt Oder"."""
    DEPARTMENT = 4
    """A department of it is named too."""
    GLUED = 5
    """The name of an account without gaps: "stadtulm"."""
    UNSURE = 6
    """Words were left aside that nothing explains: it is never more than one of several."""


@dataclass(frozen=True, slots=True)
class Reading:
    tier: Tier
    core: tuple[str, ...]
    addition: tuple[str, ...] = ()
    hint: Hint = NO_HINT
    in_county: bool = False
    """The addition names a county."""
    needs_addition: bool = False
    """Only bodies with this addition are meant, none whose whole name is the core."""
    begins_with_kind: bool = False
    """It begins with a word of kind: it is a name only where this stands apart in the name too."""
    ends_with_kind: bool = False
    """The same of its end: "Aub, Stadt" is not Aubstadt."""

    @property
    def key(self) -> str:
        return key_of(self.core, self.addition)

    @property
    def core_key(self) -> str:
        return "".join(self.core)


def readings(query: str) -> list[Reading]:
    """All ways to read it, each once, the most literal first; none where it has no Latin letters or is too long."""
    text = query.strip()
    if not text or len(text) > _LONGEST:
        return []
    text = addressed.name_in(text)
    found: dict[Reading, None] = {}
    for reading in _all(text):
        if reading.core and reading.core_key:
            found.setdefault(reading)
    return sorted(found, key=lambda one: one.tier)


def _all(text: str) -> Iterator[Reading]:
    parts = words(text)
    core, addition = core_and_addition(parts)
    first = affixes.before(parts)
    another = vocabulary.names_another_body(parts) and not _departments_only(text)
    yield Reading(
        Tier.WHOLE,
        tuple(core),
        tuple(addition),
        needs_addition=another or _county_phrase(addition) is not None,
        begins_with_kind=first is not None,
        ends_with_kind=len(core) > 1 and core[-1] in vocabulary.TITLES,
    )
    if not addition:
        yield from _legal_forms(core)
    yield from _turned(text)
    if another:
        return
    yield from _kinds(parts)
    yield from _segments(text)
    yield from _inner_department(parts)
    yield from _authority(parts)
    yield from _unlisted(parts)
    yield from _glued(parts)


def _legal_forms(core: list[str]) -> Iterator[Reading]:
    """ "Liquid Democracy" is "Liquid Democracy e.V."; territorial bodies have no legal form in their name."""
    if len(core) > 1 and core[-1] in vocabulary.LEGAL_FORMS:
        core = core[:-1]
        yield Reading(Tier.KIND, tuple(core), hint=vocabulary.WITH_LEGAL_FORM)
    for form in vocabulary.LEGAL_FORMS:
        yield Reading(Tier.KIND, (*core, form), hint=vocabulary.WITH_LEGAL_FORM)


def _turned(text: str) -> Iterator[Reading]:
    """ "Hannover, Region"."""
    head, comma, tail = text.partition(",")
    parts = [*words(tail), *words(head)]
    if comma and parts and BREAK not in parts and "," not in tail:
        core, addition = core_and_addition(parts)
        yield Reading(
            Tier.KIND, tuple(core), tuple(addition), begins_with_kind=affixes.phrase_before(parts) is not None
        )


def _departments_only(text: str) -> bool:
    """Whether words that name another body stand only in a department or a title: "Köln - Amt für Schule"."""
    segments = [words(segment) for segment in _STRONG.split(text)]
    if len(segments) == 1:
        segments = [words(segment) for segment in _COMMA.split(text, maxsplit=1)]
    named = [segment for segment in segments if vocabulary.names_another_body(segment)]
    return len(segments) > 1 and all(
        vocabulary.is_department(segment) or affixes.all_kind(segment) is not None for segment in named
    )


def _kinds(parts: list[str]) -> Iterator[Reading]:
    """Without words of kind before or behind the name."""
    yield from _first_kind(parts)
    taken = affixes.before(parts)
    hint, rest = taken if taken is not None else (NO_HINT, parts)
    behind = affixes.behind(rest)
    if behind is not None:
        whole = affixes.behind(parts)
        if taken is not None and whole is not None:
            yield from _kept(whole[1], whole[0])
        hint, rest = affixes.joined(hint, behind[0]), behind[1]
    elif taken is None:
        yield from _shortened(parts, NO_HINT)
        yield from _bracketed(parts, NO_HINT, Tier.KIND)
        return
    yield from _named(rest, hint, Tier.KIND)


def _first_kind(parts: list[str]) -> Iterator[Reading]:
    """ "Gemeinde Amt Neuhaus": a second word of kind may belong to the name."""
    taken = affixes.phrase_before(parts)
    if taken is not None and affixes.phrase_before(parts[taken[1] :]) is not None:
        core, addition = core_and_addition(parts[taken[1] :])
        yield Reading(Tier.FIRST_KIND, tuple(core), tuple(addition), taken[0], begins_with_kind=True)


def _kept(parts: list[str], hint: Hint) -> Iterator[Reading]:
    """ "Markt Erlbach, Gemeinde": a word of kind before the name may belong to it where another stands behind."""
    if affixes.phrase_before(parts) is not None:
        core, addition = core_and_addition(parts)
        yield Reading(Tier.FIRST_KIND, tuple(core), tuple(addition), hint, begins_with_kind=True)


def _named(rest: list[str], hint: Hint, tier: Tier) -> Iterator[Reading]:
    """A name that is left when all else is taken off, and its variants."""
    core, addition = core_and_addition(rest)
    if not core:
        return
    if core[-1] in vocabulary.CITY_STATES and (hint is vocabulary.STATE_HINT):
        hint = vocabulary.LAND_OF_TOWN_HINT
    yield Reading(tier, tuple(core), tuple(addition), hint)
    if hint is vocabulary.COUNTY_HINT and not addition:
        yield Reading(tier, (*core, "kreis"), hint=hint)
    yield from _bracketed(rest, hint, tier)
    if tier is Tier.KIND:
        yield from _shortened(rest, hint)


def _bracketed(parts: list[str], hint: Hint, tier: Tier) -> Iterator[Reading]:
    """ "Neuenkirchen (Kreis Steinburg)", "Hausen im Landkreis Forchheim": what tells it from others is its county."""
    core, addition = core_and_addition(parts)
    phrase = _county_phrase(addition)
    if phrase is not None:
        yield Reading(tier, tuple(core), tuple(addition[len(phrase) :]), hint, in_county=True, needs_addition=True)


def _county_phrase(addition: list[str]) -> tuple[str, ...] | None:
    return next((one for one in _COUNTY if tuple(addition[: len(one)]) == one and len(addition) > len(one)), None)


def _shortened(parts: list[str], hint: Hint) -> Iterator[Reading]:
    """ "Frankfurt Oder": the last words may be what tells it from others."""
    core, addition = core_and_addition(parts)
    if addition:
        return
    for end in range(1, min(len(core), 4)):
        yield Reading(Tier.PART, tuple(core[:end]), tuple(core[end:]), hint, needs_addition=True)


def _segments(text: str) -> Iterator[Reading]:
    """A name and, after a dash, bar or comma, something about it; or the other way round."""
    for splitter in (_STRONG, _COMMA):
        found = splitter.search(text)
        if found is None:
            continue
        head, tail = text[: found.start()], text[found.end() :]
        if head and tail:
            yield from _head_and_tail(words(head), words(tail), splitter is _COMMA)
            if splitter is _STRONG and _COMMA.search(head):
                continue


def _head_and_tail(head: list[str], tail: list[str], comma: bool) -> Iterator[Reading]:
    behind = affixes.all_kind(tail)
    if behind is not None:
        taken = affixes.before(head)
        yield from _kept(head, behind)
        yield from _named(
            taken[1] if taken else head, affixes.joined(taken[0] if taken else NO_HINT, behind), Tier.KIND
        )
        return
    for body, other in ((head, tail), (tail, head)):
        if vocabulary.is_department(other) and not vocabulary.is_department(body):
            yield from _body_of_department(body)
            return
    taken = affixes.before(head)
    hint, rest = taken if taken is not None else (NO_HINT, head)
    core, addition = core_and_addition(rest)
    county = affixes.before(tail)
    if not addition and county is not None and county[0] is vocabulary.COUNTY_HINT:
        yield Reading(Tier.KIND, tuple(core), tuple(county[1]), hint, in_county=True, needs_addition=True)
    elif not addition:
        plain = tuple(part for part in tail if part != BREAK)
        yield Reading(Tier.KIND, tuple(core), plain, hint, needs_addition=True)
    elif affixes.is_place(tail):
        yield from _named(rest, hint, Tier.KIND)
    elif not comma:
        yield from _twice(core, addition, core_and_addition(tail)[0], hint)
    if comma and affixes.may_be_title(tail):
        yield from _named(rest, vocabulary.TOWN_HINT, Tier.UNSURE)
    if taken is not None and affixes.before(tail) is None:
        yield from _named(rest, hint, Tier.UNSURE)


def _twice(core: list[str], addition: list[str], tail: list[str], hint: Hint) -> Iterator[Reading]:
    """ "Lübbenau/Spreewald - Lubnjow/Błota": what stands behind may be the name once more, in another language."""
    abroad = vocabulary.EXONYMS.get("".join(tail))
    same = abroad is not None and abroad[0] == key_of(core, addition)
    yield Reading(Tier.KIND if same else Tier.UNSURE, tuple(core), tuple(addition), hint)


def _body_of_department(body: list[str]) -> Iterator[Reading]:
    taken = affixes.before(body)
    hint, rest = taken if taken is not None else (NO_HINT, body)
    behind = affixes.behind(rest)
    if behind is not None:
        hint, rest = affixes.joined(hint, behind[0]), behind[1]
    yield from _named(rest, hint, Tier.DEPARTMENT)


def _inner_department(parts: list[str]) -> Iterator[Reading]:
    """ "Amt für Geoinformation der Stadt Köln", "Stadt Köln Amt für Geoinformation"."""
    if vocabulary.is_department(parts):
        for start in range(1, len(parts)):
            at = start + (parts[start] in vocabulary.LINKS)
            taken = affixes.before(parts[at:]) if parts[at : at + 1] not in (["amt"], ["land"]) else None
            if taken is not None and taken[0].kinds:
                yield from _named(taken[1], taken[0], Tier.DEPARTMENT)
                return
    taken = affixes.before(parts)
    if taken is not None and taken[0] is not NO_HINT:
        rest = taken[1]
        end = next((at for at in range(1, len(rest)) if vocabulary.is_department_word(rest[at])), None)
        if end is not None:
            yield from _named(rest[:end], taken[0], Tier.DEPARTMENT)


def _unlisted(parts: list[str]) -> Iterator[Reading]:
    """ "Rosenstadt Sangerhausen": a title that nobody listed may also be the name of something else."""
    first, rest = parts[:1], parts[1:]
    if first and rest and first[0].endswith("stadt") and first[0] not in vocabulary.OUTSIDE_TITLES | vocabulary.TITLES:
        core, addition = core_and_addition(rest)
        yield Reading(Tier.UNSURE, tuple(core), tuple(addition), vocabulary.TOWN_HINT)
    if len(parts) == 1 and parts[0].endswith("kreis"):
        yield Reading(Tier.KIND, (parts[0].removesuffix("kreis"),), hint=vocabulary.COUNTY_HINT)


def _authority(parts: list[str]) -> Iterator[Reading]:
    """Authorities that only Berlin, Hamburg and Bremen have."""
    plain = [part for part in parts if part != BREAK and part not in vocabulary.LINKS]
    first, last = (plain[0], plain[-1]) if plain else ("", "")
    of_city_state = first in vocabulary.OF_CITY_STATES or (first == "behoerde" and plain[1:2] == ["fuer"])
    if of_city_state and last in vocabulary.CITY_STATES:
        yield Reading(Tier.DEPARTMENT, (last,), hint=vocabulary.CITY_STATE_HINT)
    elif first == "senatsverwaltung" and plain[1:2] == ["fuer"]:
        yield Reading(Tier.DEPARTMENT, ("berlin",), hint=vocabulary.CITY_STATE_HINT)


def _glued(parts: list[str]) -> Iterator[Reading]:
    if len(parts) != 1:
        return
    word = parts[0]
    for start in vocabulary.GLUED:
        rest = word.removeprefix(start)
        if rest != word and len(rest) >= 3:
            yield Reading(Tier.GLUED, (rest,), hint=replace(vocabulary.GLUED[start], else_kinds=frozenset()))
            return
