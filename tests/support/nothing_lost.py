# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whether a corrected publiccode.yml still has all that the given one said."""

from __future__ import annotations

from harvesters.publiccode.fixing import Fixed
from harvesters.publiccode.fixing_bytes import to_text, without_tabs
from harvesters.publiccode.fixing_tree import Tree
from harvesters.readers.yamlsafe import Unreadable

SAYS_THE_SAME = frozenset({"boolean", "date", "language", "version", "version-old", "version-refused"})
"""Rules whose mends write a value in other letters: yes is true, deu is de, 9.3.2021 is 2021-03-09."""


def letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


def lost(given: bytes, fixed: Fixed) -> list[str]:
    """Values and comments of the given file that are neither in the corrected one nor rightly written otherwise."""
    read = to_text(given)
    if read is None:
        return [] if fixed.content == given else ["a file that is no text"]
    text = (without_tabs(read[0]) or (read[0],))[0]
    try:
        spots = [spot for spot in Tree(text).spots if spot.kind == "scalar" and spot.value.strip()]
    except Unreadable:
        return [] if letters(text) == letters(fixed.content.decode()) else ["text of a file that does not parse"]
    now = letters(fixed.content.decode())
    rules = ((found.rule.removeprefix("publiccode-"), found.key or "") for found in fixed.mended)
    otherwise = {key.casefold() for rule, key in rules if rule in SAYS_THE_SAME}
    if "publiccodeymlversion" in otherwise:
        otherwise.add("publiccode-yaml-version")
    values = [
        spot.key
        for spot in spots
        if spot.key.casefold() not in otherwise
        and letters(spot.value) not in now
        and letters(text[spot.start : spot.end]) not in now
    ]
    inside = [(spot.start, spot.end) for spot in spots]
    return values + [line for line in _comments(text, inside) if letters(line) not in now]


def _comments(text: str, inside: list[tuple[int, int]]) -> list[str]:
    """Lines that are comments altogether, but ours of an earlier run."""
    found, at = [], 0
    for line in text.split("\n"):
        begin = at + len(line) - len(line.lstrip())
        if line.strip().startswith("#") and not any(start <= begin < end for start, end in inside):
            found.append(line)
        at += len(line) + 1
    return [line for line in found if "# Allmende: " not in line]
