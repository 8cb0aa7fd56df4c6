# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""How well the names of a register fit one reading of a name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from registry.bodies import words as vocabulary
from registry.bodies.keys import COUNTY_DIGITS, LAENDER, LAND_DIGITS
from registry.bodies.named import NamedBody
from registry.bodies.reading import Reading
from registry.bodies.spelling import SEPARATOR, core_and_addition, fold, words
from registry.bodies.words import Hint
from registry.model import LOCAL_KINDS, BodyKind, BodyNameKind

_LONGEST_ABBREVIATION = 6
_PROVINCE_LETTERS = 2
"""Italians write the province of a place behind it: "Comune di Ferrara (FE)"."""
_VOWELS = frozenset("aeiou")
NOTABLE = 20_000
"""Inhabitants from which a town is known beyond its county, and a bare name means it and not the county of its name."""
_WITH_MEMBERS = frozenset({BodyKind.COUNTY, BodyKind.MUNICIPAL_ASSOCIATION})


class Grade(IntEnum):
    """How a name fits, the best first."""

    EXACT = 0
    ADDITION = 1
    """What tells it from others is cut short: "Frankfurt a. M."."""
    PLACE = 2
    """It lies in the county, association, Land or country that was named."""
    LOOSE = 3
    """Letters are left out of what tells it from others: "Neumarkt i.d.OPf."."""
    CORE = 4
    """The register has it with an addition that was not given."""
    UNPLACED = 5
    """The register does not know whether it lies in the place that was named."""
    UNEXPLAINED = 6
    """An addition was given that the register does not know."""


STRONG = frozenset({Grade.EXACT, Grade.ADDITION, Grade.LOOSE, Grade.PLACE})


@dataclass(frozen=True, slots=True)
class Fit:
    row: NamedBody
    grade: Grade
    exonym: bool = False

    @property
    def past(self) -> bool:
        return self.row.dissolved or self.row.name_kind is BodyNameKind.FORMER


def keys_of(reading: Reading) -> list[str]:
    """What to ask the register for: the name, and the place that an addition may name."""
    if not reading.addition:
        return [reading.core_key]
    addition = "".join(reading.addition)
    return [reading.core_key, addition, f"{addition}kreis"]


def fits(reading: Reading, rows: Iterable[NamedBody], exonym: bool = False) -> list[Fit]:
    """Names that fit, those of another kind or country left out; one body may have several."""
    rows = list(rows)
    place = _Place.of(reading, rows)
    grades = ((row, _grade(reading, row, place)) for row in rows)
    fitting = {row: grade for row, grade in grades if grade is not None}
    return [Fit(row, fitting[row], exonym) for row in of_kind(fitting, reading.hint)]


def _grade(reading: Reading, row: NamedBody, place: _Place) -> Grade | None:
    core, _, row_addition = row.key.partition(SEPARATOR)
    if core != reading.core_key:
        return None
    if not _stands_apart(reading, row):
        return None
    if not reading.addition or _in_another_language(reading):
        return Grade.CORE if row_addition else Grade.EXACT
    if not reading.in_county:
        if row.key == reading.key:
            return Grade.EXACT
        likeness = _likeness(reading.addition, core_and_addition(words(row.name))[1]) if row_addition else None
        if likeness is Grade.ADDITION or (likeness is not None and not place.known):
            return likeness
    if row.country == "IT" and len("".join(reading.addition)) == _PROVINCE_LETTERS:
        return Grade.PLACE
    regions = () if reading.in_county or row_addition else vocabulary.REGIONS.get("".join(reading.addition), ())
    if regions and (row.ars or row.ags) and not place.holds(row):
        grade = _in_region(row, regions)
        return Grade.UNEXPLAINED if grade is not None and reading.needs_addition else grade
    if place.is_country:
        return None if row.country != place.country else Grade.CORE if row_addition else Grade.EXACT
    if place.known:
        within = place.holds(row)
        return Grade.UNPLACED if within is None else Grade.PLACE if within else None
    return None if row_addition or reading.needs_addition else Grade.UNEXPLAINED


def _in_another_language(reading: Reading) -> bool:
    """ "Hoyerswerda/Wojerecy": what stands behind is the name once more."""
    abroad = vocabulary.EXONYMS.get("".join(reading.addition))
    return abroad is not None and abroad[0].partition(SEPARATOR)[0] == reading.core_key


def _in_region(row: NamedBody, prefixes: tuple[str, ...]) -> Grade | None:
    """ "Ulm (Donau)": what lies in one of the Länder of a river or region; small places may be on another river."""
    if not (row.ars or row.ags or "").startswith(prefixes):
        return None
    return Grade.PLACE if row.kind in LOCAL_KINDS and is_notable(row) else Grade.UNEXPLAINED


def _stands_apart(reading: Reading, row: NamedBody) -> bool:
    if not reading.begins_with_kind and not reading.ends_with_kind:
        return True
    named = words(row.name)
    first, last = core_and_addition(named)[0][:1], core_and_addition(named)[0][-1:]
    if reading.begins_with_kind and (row.key != reading.key or first != [reading.core[0]]):
        return False
    return not reading.ends_with_kind or last == [reading.core[-1]]


def of_kind(rows: Iterable[NamedBody], hint: Hint) -> list[NamedBody]:
    """Those of the kind, country and designation that a word of kind asks for."""
    fitting = [
        row
        for row in rows
        if (not hint.countries or row.country is None or row.country in hint.countries)
        and (not hint.designations or row.designation is None or fold(row.designation) in hint.designations)
    ]
    if not hint.kinds:
        return fitting
    return [row for row in fitting if row.kind in hint.kinds] or [row for row in fitting if row.kind in hint.else_kinds]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a body must lie: first digits of keys, a country, ids of bodies that are named twice, by name."""

    name: str
    prefixes: tuple[str, ...]
    country: str | None
    same: frozenset[str]

    @classmethod
    def of(cls, reading: Reading, rows: Sequence[NamedBody]) -> _Place:
        name = "".join(reading.addition)
        if not name:
            return cls("", (), None, frozenset())
        named = [row for row in rows if row.key.partition(SEPARATOR)[0] in (name, f"{name}kreis")]
        prefixes = [row.ars for row in named if row.ars and row.kind in _WITH_MEMBERS and not row.dissolved]
        land = vocabulary.LANDS.get(name)
        country = vocabulary.COUNTRIES.get(name)
        return cls(name, (*prefixes, *((land,) if land else ())), country, frozenset(row.body_id for row in named))

    @property
    def known(self) -> bool:
        return bool(self.prefixes or self.country or self.same)

    @property
    def is_country(self) -> bool:
        """Whether it can be nothing else: then it says no more than the name alone."""
        return self.country is not None and not self.prefixes and not self.same

    def holds(self, row: NamedBody) -> bool | None:
        """None where the register does not tell."""
        if row.body_id in self.same or (row.parent_name and fold(row.parent_name).startswith(self.name)):
            return row.kind not in _WITH_MEMBERS or None
        if self.country is not None and row.country is not None:
            return row.country == self.country
        if not self.prefixes:
            return False
        key = row.ars or row.ags
        if key is not None:
            return key.startswith(self.prefixes)
        return self._by_land(row)

    def _by_land(self, row: NamedBody) -> bool | None:
        lands = {LAENDER[prefix[:LAND_DIGITS]].iso for prefix in self.prefixes if prefix[:LAND_DIGITS] in LAENDER}
        if row.land is None or row.land not in lands:
            return False
        return True if all(len(prefix) == LAND_DIGITS for prefix in self.prefixes) else None


def _likeness(given: Sequence[str], known: Sequence[str]) -> Grade | None:
    """How two additions agree, as far as given: "m" and "main" are one, "opf" and "oberpfalz" may be."""
    full = {"".join(vocabulary.SHORT_PLACES.get(word, word) for word in side) for side in (given, known)}
    if len(full) == 1 or all(any(_begins(one, other) for other in known) for one in given):
        return Grade.ADDITION
    return Grade.LOOSE if all(any(_leaves_out(one, other) for other in known) for one in given) else None


def _begins(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _leaves_out(one: str, other: str) -> bool:
    """Whether one is some letters of the other, the first one among them. "Sand" can be said: it is no abbreviation."""
    short, long = sorted((one, other), key=len)
    if short[0] != long[0] or len(short) > _LONGEST_ABBREVIATION or short[1:2] in _VOWELS:
        return False
    letters = iter(long)
    return all(letter in letters for letter in short)


def is_notable(row: NamedBody) -> bool:
    """Whether a town is known beyond its county."""
    return is_district_free(row) or (row.population or 0) >= NOTABLE


def is_district_free(row: NamedBody) -> bool:
    """A town that is its own county."""
    if row.designation in ("Kreisfreie Stadt", "Stadtkreis"):
        return True
    return row.ars is not None and row.kind is BodyKind.TOWN and row.ars[COUNTY_DIGITS:].strip("0") == ""
