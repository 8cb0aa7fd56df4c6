# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which findings of the normal mode are mended, and how: one table, a mend a rule.

A mend that is not certain at a place gives None, and the finding stays for a person to decide.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from harvesters.publiccode import fixing_values as values
from harvesters.publiccode.fixing_edits import (
    as_list,
    as_only_item,
    as_sentence,
    note,
    put_aside,
    remove,
    rename,
    rewrite,
)
from harvesters.publiccode.fixing_moves import MOVES
from harvesters.publiccode.fixing_tree import Edit, Path, Spot, Tree, key_path, quoted
from harvesters.readers.tags import language_tag
from harvesters.readers.texts import words
from registry.model import Problem
from registry.vocabulary.publiccode import Key, table, vocabulary

VERSION = "0.7"
"""The newest version of the standard, in which every file is written."""
_OLDER = re.compile(r"(?:https?://w3id\.org/publiccode/version/)?0(?:\.[0-7](?:\.[0-9]){0,2})?/?")
_NUMBER = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3})?")
_NEWEST = frozenset(words("0 0.7 0.7.0"))
_FEWEST_KEYS = 3
_OWN_KEYS = frozenset(
    words("name url softwareType developmentStatus platforms description legal maintenance localisation")
)


@dataclass(frozen=True, slots=True)
class Place:
    """A finding, the value it speaks of, and the language of comments."""

    tree: Tree
    spot: Spot
    problem: Problem
    lang: str


@dataclass(frozen=True, slots=True)
class Repair:
    """What to change, and how key paths change by it: (before, after)."""

    edits: tuple[Edit, ...]
    renamed: tuple[str, str] | None = None


Mend = Callable[[Place], Repair | None]


def key_of(spot: Spot) -> Key | None:
    """What the newest version says of a place, its keys in any spelling; None for what it does not know."""
    key: Key | None = table(VERSION)
    for part in spot.path:
        if key is None:
            return None
        below = None if isinstance(part, int) else key.children.get(key.spellings.get(part.lower(), part))
        key = below or key.item
    return key


def _repair(edits: list[Edit] | None, renamed: tuple[str, str] | None = None) -> Repair | None:
    return Repair(tuple(edits), renamed) if edits else None


def _value(improve: values.Improve) -> Mend:
    def mend(at: Place) -> Repair | None:
        if at.spot.kind != "scalar":
            return None
        better = improve(at.spot.value)
        if better is None or (better.value == at.spot.value and not (better.bare and at.spot.style)):
            return None
        return _repair(rewrite(at.tree, at.spot, better.value, at.lang, bare=better.bare, keep=better.lossy))

    return mend


def _new_key(at: Place, name: str) -> Repair | None:
    path: Path = (*at.spot.path[:-1], name)
    return _repair(rename(at.tree, at.spot, name), (at.spot.key, key_path(path)))


def _key_spelling(at: Place) -> Repair | None:
    right = at.problem.params.get("right", "").rpartition(".")[2]
    return _new_key(at, right) if right else None


def _country_case(at: Place) -> Repair | None:
    if len(at.spot.path) == 1 and at.spot.kind == "mapping":
        return _new_key(at, str(at.spot.name).upper())
    return _value(values.country)(at)


def _language(at: Place) -> Repair | None:
    if len(at.spot.path) == 2 and at.spot.path[0] == "description":
        found = language_tag(str(at.spot.name))
        return _new_key(at, found[0]) if found and found[0] != at.spot.name else None
    return _value(values.language)(at)


def _wrong_type(at: Place) -> Repair | None:
    """A value in another form than the standard's, by the type that the standard's table gives the key."""
    key = key_of(at.spot)
    if key is None:
        return None
    if key.type == "boolean":
        return _value(values.boolean)(at)
    if key.type == "list" and key.item is not None and key.item.type == "mapping":
        return _repair(as_only_item(at.tree, at.spot))
    if key.type == "list":
        # Words have no commas in them, sentences have.
        divisible = key.path == "platforms" or (key.item is not None and bool(key.item.checks))
        return _repair(as_list(at.tree, at.spot, split=divisible))
    if key.type == "text" and at.spot.kind == "scalar" and at.spot.style is None and at.spot.value:
        return _repair(rewrite(at.tree, at.spot, quoted(at.spot.value), at.lang, bare=True))
    return _repair(as_sentence(at.tree, at.spot)) if key.type == "text" else None


def _one_of(at: Place) -> Repair | None:
    """A word of the key's list in another spelling, or an older name that certainly means one of them."""
    key = key_of(at.spot)
    allowed = dict(key.checks).get("one_of") if key else None
    if not key or not allowed:
        return None
    today = vocabulary("legacy").get(key.path, {}).get(at.spot.value.strip().lower())
    if today:
        return _repair(rewrite(at.tree, at.spot, today, at.lang, keep=True))
    return _value(values.term(lambda: allowed))(at)


def _deprecated(at: Place) -> Repair | None:
    spot: Spot | None = at.spot
    while spot is not None:
        move = MOVES.get(str(spot.name))
        if move is not None:
            return _repair(move(at.tree, spot, at.lang))
        spot = spot.parent
    return _country_case(at) if at.spot.key == "it" else None


def _version(at: Place) -> Repair | None:
    spot = at.spot
    if spot.key != "publiccodeYmlVersion" or spot.kind != "scalar":
        return None
    if not _OLDER.fullmatch(spot.value.strip()):
        # Which version such a file is in stays to be decided; that it is text is certain.
        unquoted = at.problem.rule == "publiccode-version-unquoted" and _NUMBER.fullmatch(spot.value)
        return _repair(rewrite(at.tree, spot, f'"{spot.value}"', at.lang, bare=True)) if unquoted else None
    newest = spot.value.strip() in _NEWEST and spot.value == spot.value.strip()
    return _repair(rewrite(at.tree, spot, f'"{spot.value if newest else VERSION}"', at.lang, bare=True))


def _missing(at: Place) -> Repair | None:
    """Only the version can be known; it is added to what certainly is a publiccode.yml."""
    root = at.tree.root
    if at.problem.key != "publiccodeYmlVersion" or root.is_flow or root.child("publiccodeYmlVersion") is not None:
        return None
    if len(_OWN_KEYS.intersection(str(spot.name) for spot in root.children)) < _FEWEST_KEYS:
        return None
    first = root.children[0]
    indent = at.tree.indent(first)
    start = at.tree.line_start(first.key_start)
    return None if indent is None else Repair((Edit(start, start, f'{indent}publiccodeYmlVersion: "{VERSION}"\n'),))


def _twice(at: Place) -> Repair | None:
    """The same entry a second time, if what counts stays the same; two that differ are for a person to decide."""
    spot, parent = at.spot, at.spot.parent
    named = parent.named(spot.name) if parent else [spot]
    number = next(index for index, one in enumerate(named) if one is spot)
    earlier = next((one for one in named[:number] if _same(one, spot) or _is_empty(spot)), None)
    rest = [one for one in named if one is not spot]
    if earlier is None or not _same(_counting(rest), _counting(named)):
        return None
    text = note("twice", at.lang)
    single = spot.kind == "scalar" and spot.value in ("", earlier.value)
    return _repair(remove(at.tree, spot, text) if single else put_aside(at.tree, spot, text))


def _counting(named: Sequence[Spot]) -> Spot:
    """Of entries of one name the last that says something."""
    return next((one for one in reversed(named) if not _is_empty(one)), named[-1])


def _is_empty(spot: Spot) -> bool:
    return spot.kind == "scalar" and spot.start == spot.end


def _same(one: Spot, other: Spot) -> bool:
    return (
        (one.kind, one.value) == (other.kind, other.value)
        and one.kind != "alias"
        and (one.style is None) == (other.style is None)
        and len(one.children) == len(other.children)
        and all(a.name == b.name and _same(a, b) for a, b in zip(one.children, other.children, strict=True))
    )


MENDS: Mapping[str, Mend] = {
    "publiccode-blanks": _value(values.trimmed),
    "publiccode-boolean": _value(values.boolean),
    "publiccode-category-unknown": _value(values.category),
    "publiccode-country": _value(values.country),
    "publiccode-country-case": _country_case,
    "publiccode-country-usual": _value(values.country),
    "publiccode-date": _value(values.day),
    "publiccode-duplicate-key": _twice,
    "publiccode-key-deprecated": _deprecated,
    "publiccode-key-dropped": _deprecated,
    "publiccode-key-gone": _deprecated,
    "publiccode-key-missing": _missing,
    "publiccode-key-removed": _deprecated,
    "publiccode-key-spelling": _key_spelling,
    "publiccode-language": _language,
    "publiccode-language-case": _language,
    "publiccode-language-deprecated": _language,
    "publiccode-licence-spelling": _value(values.licence),
    "publiccode-licence-unknown": _value(values.licence),
    "publiccode-not-a-list": _wrong_type,
    "publiccode-scope-unknown": _value(values.scope),
    "publiccode-url": _value(values.address),
    "publiccode-value-unknown": _one_of,
    "publiccode-version": _version,
    "publiccode-version-old": _version,
    "publiccode-version-refused": _version,
    "publiccode-version-unquoted": _version,
    "publiccode-wrong-type": _wrong_type,
}
"""Rule id -> mend."""
