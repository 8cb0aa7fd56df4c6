# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Comments beside what only a person can decide. They are taken out before a file is mended and put in afresh after."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable

from harvesters.publiccode.fixing_edits import PREFIX
from harvesters.publiccode.fixing_tree import Edit, Tree
from harvesters.readers.texts import one_line
from registry.model import Problem, Severity
from registry.vocabulary.rules import conflict, explain, rules

MOST_COMMENTS = 80
_LONGEST = 500
_OURS = re.compile(r"^ *" + re.escape(PREFIX) + r"[^\n]*\[publiccode-[a-z-]+\]\n", re.MULTILINE)
_HINTS = frozenset({"publiccode-unknown-key"})
"""Hints that ask for a decision; the others only inform."""
_COUNTING = re.compile(r"\{(?:line_number|first|last)\}")
"""Line numbers in a text would be wrong as soon as the comment stands."""


def taken_out(tree: Tree) -> list[Edit]:
    """Edits that remove our comments of an earlier run; what looks like one inside a text stays."""
    if PREFIX not in tree.text:
        return []
    inside = sorted((spot.start, spot.end) for spot in tree.spots if spot.kind == "scalar" and spot.style)
    starts = [start for start, _ in inside]
    edits = []
    for found in _OURS.finditer(tree.text):
        at = bisect_right(starts, found.start()) - 1
        if at < 0 or inside[at][1] <= found.start():
            edits.append(Edit(found.start(), found.end(), ""))
    return edits


def put_in(tree: Tree, findings: Iterable[Problem], lang: str) -> list[Edit]:
    """A comment line for each finding that asks for a decision, above the place it speaks of."""
    lines: dict[tuple[int, str], None] = {}
    for found in findings:
        if (found.severity is not Severity.HINT or found.rule in _HINTS) and len(lines) < MOST_COMMENTS:
            spot = tree.find(found) or tree.nearest(found.key)
            at, indent = tree.above(spot)
            lines[at, f"{indent}{PREFIX}{_what_to_decide(found, lang)} [{found.rule}]\n"] = None
    return [Edit(at, at, line) for at, line in lines]


def _what_to_decide(found: Problem, lang: str) -> str:
    params = {name: one_line(value) for name, value in found.params.items()}
    told = explain(found.rule, params, lang)
    rule = rules().get(found.rule)
    counts = rule is not None and _COUNTING.search(rule.message[lang])
    opposed = conflict(found.rule, found.key) or {}
    message = "" if counts and told.hint else told.message
    return one_line(" – ".join(filter(None, (message, told.hint, opposed.get(lang)))))[:_LONGEST]
