# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Names of the register that are nearly what was written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from registry.bodies.fitting import of_kind
from registry.bodies.misspelling import is_near, tolerance
from registry.bodies.named import NamedBody, Names
from registry.bodies.reading import Reading, Tier
from registry.bodies.spelling import SEPARATOR
from registry.bodies.words import GLUED, WITH_LEGAL_FORM, Hint

_DOTTED = {"a": "ae", "o": "oe", "u": "ue"}


def suggestions(ways: Iterable[Reading], names: Names) -> Iterator[tuple[NamedBody, int]]:
    """Rows that may be meant and how many letters were mistaken; one row may come more than once.

    Where leaving out the dots of an umlaut explains it ("Koln"), nothing else is suggested.
    """
    wanted: dict[tuple[str, Hint], Reading] = {}
    for way in ways:
        if way.tier <= Tier.KIND and way.hint is not WITH_LEGAL_FORM and not way.needs_addition:
            wanted.setdefault((way.key, way.hint), way)
    dotted = [found for way in wanted.values() for found in _dotted(way, names)]
    yield from dotted or (found for way in wanted.values() for found in _near(way, names))


def _near(way: Reading, names: Names) -> Iterator[tuple[NamedBody, int]]:
    most = tolerance(_without_kind(way.key))
    if way.begins_with_kind or not most:
        return
    for row in of_kind(names.near(way.key), way.hint):
        mistakes = next((count for count in range(1, most + 1) if is_near(way.key, row.key, count)), None)
        if mistakes is not None:
            yield row, mistakes


def _dotted(way: Reading, names: Names) -> Iterator[tuple[NamedBody, int]]:
    """ "Koln": the dots over one letter left out."""
    core = way.core_key
    wanted = {core[:at] + _DOTTED[letter] + core[at + 1 :] for at, letter in enumerate(core) if letter in _DOTTED}
    for row in of_kind(names.exact(wanted), way.hint) if wanted else ():
        if row.key in wanted or not way.addition or row.key.endswith(SEPARATOR + "".join(way.addition)):
            yield row, 1


def _without_kind(key: str) -> str:
    """A word of kind at the beginning makes no name longer: "stadtwald" is as short as "wald"."""
    return next((key.removeprefix(word) for word in GLUED if key.startswith(word)), key)
