# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What stands before and behind the name of a body: words of kind, titles, who speaks for it, places."""

from __future__ import annotations

from registry.bodies import words as vocabulary
from registry.bodies.spelling import BREAK
from registry.bodies.words import NO_HINT, Hint

_LONGEST_TITLE = 5
"""Words: "Brüder-Grimm-Stadt" has three."""


def before(parts: list[str]) -> tuple[Hint, list[str]] | None:
    """The hint of what stands before the name, and the rest; None where nothing does or nothing is left."""
    hint, rest, organ = NO_HINT, parts, False
    while rest:
        taken = phrase_before(rest)
        if taken is not None:
            association = hint.designations and not taken[0].designations
            hint, rest = (hint if association else taken[0]), rest[taken[1] :]
        elif rest[0] in vocabulary.ORGANS and len(rest) > 1:
            organ, rest = True, rest[1:]
        elif rest[0] in vocabulary.LINKS and len(rest) > 1 and _goes_on(rest[1:]):
            rest = rest[1:]
        elif rest[0] == "des" and rest[-1].endswith("kreis") and (organ or hint is vocabulary.COUNTY_HINT):
            hint, rest = vocabulary.COUNTY_HINT, rest[1:]
            break
        else:
            break
    if not rest or len(rest) == len(parts) or (organ and hint is NO_HINT):
        return None
    return hint, rest


def _goes_on(rest: list[str]) -> bool:
    return rest[0] in vocabulary.ORGANS or phrase_before(rest) is not None


def phrase_before(parts: list[str]) -> tuple[Hint, int] | None:
    """A word of kind, or a title such as "Hanse- und Universitätsstadt", at the beginning, and how many words it is."""
    for end in range(min(len(parts), _LONGEST_TITLE), 0, -1):
        if parts[end - 1] in vocabulary.TITLES and all(
            part in vocabulary.TITLE_GLUE or part in vocabulary.TITLES for part in parts[: end - 1]
        ):
            return vocabulary.TOWN_HINT, end
    for end in range(min(len(parts), _LONGEST_TITLE), 0, -1):
        hint = vocabulary.BEFORE.get(tuple(parts[:end]))
        if hint is not None:
            return hint, end
    return None


def behind(parts: list[str]) -> tuple[Hint, list[str]] | None:
    """The hint of what stands behind the name in brackets or simply behind it, and the rest."""
    if BREAK in parts[1:]:
        at = len(parts) - 1 - parts[::-1].index(BREAK)
        hint = all_kind(parts[at + 1 :])
        return None if hint is None else (hint, parts[:at])
    for length in (2, 1):
        phrase = tuple(parts[-length:])
        if len(parts) > length and phrase in vocabulary.BEHIND and phrase[-1] in vocabulary.CERTAIN_BEHIND:
            if parts[-length - 1] in vocabulary.LINKS:
                return None
            return vocabulary.BEHIND[phrase], parts[:-length]
    return None


def all_kind(parts: list[str]) -> Hint | None:
    """The hint where all of a text is a word of kind or a title: "Stadt der FernUniversität" too."""
    parts = [part for part in parts if part != BREAK]
    if tuple(parts) in vocabulary.BEHIND:
        return vocabulary.BEHIND[tuple(parts)]
    taken = phrase_before(parts)
    if taken is not None and taken[1] == len(parts):
        return taken[0]
    return vocabulary.TOWN_HINT if parts[:1] == ["stadt"] and parts[1:2] in (["der"], ["des"]) else None


def may_be_title(parts: list[str]) -> bool:
    """Whether a text looks like a title that nobody listed; it may be a part of the town as well."""
    last = parts[-1] if parts else ""
    return len(parts) <= _LONGEST_TITLE and last.endswith("stadt") and last not in vocabulary.OUTSIDE_TITLES


def is_place(parts: list[str]) -> bool:
    name = "".join(part for part in parts if part != BREAK)
    return name in vocabulary.LANDS or name in vocabulary.COUNTRIES


def joined(first: Hint, second: Hint) -> Hint:
    """What two words of kind say together: the more certain of the two."""
    if first is NO_HINT or not first.kinds:
        return second
    return first
