# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""How far two keys are apart, in letters mistyped."""

from __future__ import annotations

from collections.abc import Iterable

_TOLERANCES = ((9, 2), (5, 1))
"""From how many letters on how many mistakes are still the same name."""


def tolerance(key: str) -> int:
    """Mistakes up to which a name as long as ``key`` is still thought to be meant."""
    return next((mistakes for letters, mistakes in _TOLERANCES if len(key) >= letters), 0)


def near_keys(key: str, keys: Iterable[str]) -> list[str]:
    """Those of ``keys`` that ``key`` may be a misspelling of, as a whole or before the slash, each once."""
    most = tolerance(key)
    if not most:
        return []
    letters, length = set(key), len(key)
    # Each mistake takes away one letter at most: this leaves few to be compared letter by letter.
    likely = (other for other in keys if len(other) >= length - most and len(letters.difference(other)) <= most)
    return [other for other in dict.fromkeys(likely) if is_near(key, other, most)]


def is_near(key: str, other: str, most: int) -> bool:
    """Whether ``key`` is at most ``most`` mistakes from ``other`` or from the part of it before the slash."""
    core, separator, _ = other.partition("/")
    return (key != other and within(key, other, most)) or (bool(separator) and key != core and within(key, core, most))


def within(one: str, other: str, most: int) -> bool:
    """Whether at most ``most`` letters are too many, missing, wrong or swapped with their neighbour.

    Optimal string alignment: no letter is mistaken twice. Tries each kind of mistake at the first letter that differs,
    so it takes 4 to the power of ``most`` steps, whatever the length.
    """
    if abs(len(one) - len(other)) > most:
        return False
    at = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        at += 1
    one, other = one[at:], other[at:]
    if most == 0 or not one or not other:
        return len(one) <= most and len(other) <= most if not one or not other else False
    return (
        within(one[1:], other[1:], most - 1)
        or within(one[1:], other, most - 1)
        or within(one, other[1:], most - 1)
        or (one[:2] == other[1::-1] and len(one) > 1 and within(one[2:], other[2:], most - 1))
    )
