# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Words around the name of a body: what kind it is, who speaks for it, a department of it, another body altogether.

The words are data: ``registry/vocabulary/bodies/words.toml``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from registry.model import LOCAL_KINDS, BodyKind

_TABLE: Mapping[str, Any] = tomllib.loads(
    (Path(__file__).parent.parent / "vocabulary" / "bodies" / "words.toml").read_text(encoding="utf-8")
)
_SHORTEST_GLUED = 5
"""Letters of a word of kind that is looked for in an account's name without gaps."""
_NEVER_GLUED = frozenset({"markt", "marktes", "landes", "amtes", "council", "district"})
_SHORT_DEPARTMENT = "it"
_Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hint:
    """What a word of kind says. Empty sets leave it open."""

    kinds: frozenset[BodyKind] = frozenset()
    else_kinds: frozenset[BodyKind] = frozenset()
    """Taken where no body of ``kinds`` has the name: a market town is called a town, a new town a municipality."""
    designations: frozenset[str] = frozenset()
    """Of associations: what the word is short for, folded."""
    countries: frozenset[str] = frozenset()


def _hint(table: Mapping[str, Any]) -> Hint:
    kinds, else_kinds = (frozenset(map(BodyKind, table.get(name, ()))) for name in ("kinds", "else_kinds"))
    return Hint(kinds, else_kinds, frozenset(table.get("designations", ())), frozenset(table.get("countries", ())))


def _set(name: str) -> frozenset[str]:
    return frozenset(_TABLE[name])


_HINTS: Sequence[tuple[Mapping[str, Any], Hint]] = [(table, _hint(table)) for table in _TABLE["kind"]]
_NAMED = {table["id"]: hint for table, hint in _HINTS if "id" in table}
NO_HINT = Hint()
TOWN_HINT, COUNTY_HINT, STATE_HINT = _NAMED["town"], _NAMED["county"], _NAMED["state"]
LAND_OF_TOWN_HINT = Hint(STATE_HINT.kinds, TOWN_HINT.kinds, countries=frozenset({"DE"}))
"""Berlin and Hamburg are Land and town in one."""
CITY_STATE_HINT = Hint(TOWN_HINT.kinds | STATE_HINT.kinds, countries=frozenset({"DE"}))
WITH_LEGAL_FORM = Hint(
    frozenset(BodyKind) - LOCAL_KINDS - {BodyKind.COUNTY, BodyKind.MUNICIPAL_ASSOCIATION, BodyKind.STATE}
)

TITLES = _set("titles")
TITLE_GLUE = _set("title_glue")
OUTSIDE_TITLES = _set("outside_titles")
ORGANS = _set("organs")
LINKS = _set("links")
CERTAIN_BEHIND = _set("certain_behind")
CITY_STATES = _set("city_states")
OF_CITY_STATES = _set("of_city_states")
LEGAL_FORMS: Sequence[str] = tuple(_TABLE["legal_forms"])
_DEPARTMENTS = _set("departments")
_NO_DEPARTMENTS = tuple(_TABLE["no_departments"])
_OTHER_BODIES = _set("other_bodies")
_OTHER_BODY_PARTS = tuple(_TABLE["other_body_parts"])
_KEEPS_MEANING = _set("keeps_meaning")
LANDS: Mapping[str, str] = MappingProxyType(_TABLE["lands"])
COUNTRIES: Mapping[str, str] = MappingProxyType(_TABLE["countries"])
REGIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {name: tuple(prefixes) for name, prefixes in _TABLE["regions"].items()}
)
SHORT_PLACES: Mapping[str, str] = MappingProxyType(_TABLE["short_places"])
EXONYMS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {key: (name, at) for key, (name, at) in _TABLE["exonyms"].items()}
)


def _phrases(*sides: str) -> Mapping[_Phrase, Hint]:
    found: dict[_Phrase, Hint] = {(title,): TOWN_HINT for title in TITLES}
    for table, hint in _HINTS:
        found |= {tuple(phrase.split()): hint for side in sides for phrase in table.get(side, ())}
    return MappingProxyType(found)


BEFORE = _phrases("both", "before")
"""What stands before the name."""
BEHIND = _phrases("both", "behind")
"""What stands behind the name: after a comma, in brackets, or simply behind."""
GLUED: Mapping[str, Hint] = MappingProxyType(
    dict(
        sorted(
            (
                ("".join(phrase), hint)
                for phrase, hint in BEFORE.items()
                if len("".join(phrase)) >= _SHORTEST_GLUED and "".join(phrase) not in _NEVER_GLUED
            ),
            key=lambda pair: -len(pair[0]),
        )
    )
)
"""Words of kind as they begin the name of an account, the longest first: "stadtulm", "comunedirivoli"."""


def is_department(words: Sequence[str]) -> bool:
    """Whether a text names a department, or who speaks for the town, by its first words ("Amt für ...")."""
    if not words:
        return False
    first = words[0]
    if words[-1] in ORGANS and all(word in ORGANS or word in LINKS for word in words):
        return True
    if first in _DEPARTMENTS or (len(words) > 1 and words[1] in _DEPARTMENTS and words[1] != _SHORT_DEPARTMENT):
        return True
    return first.endswith(("amt", "referat", "dezernat")) and not first.startswith(_NO_DEPARTMENTS)


def is_department_word(word: str) -> bool:
    """Whether a department begins with this word wherever it stands."""
    return word != _SHORT_DEPARTMENT and word not in ORGANS and is_department([word])


def names_another_body(words: Iterable[str]) -> bool:
    """Whether a word says that this is not the town but something in it: its utilities, a university, a club."""
    return any(
        word in _OTHER_BODIES or (word not in _KEEPS_MEANING and any(part in word for part in _OTHER_BODY_PARTS))
        for word in words
    )
