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
_OURS = re.compile(r"^ *" + re.escape(PREFIX) + r"[^\n]*\[([a-z0-9]+(?:-[a-z0-9]+)*)\](?:\n|\Z)", re.MULTILINE)
_HINTS = frozenset({"publiccode-unknown-key", "publiccode-version-old"})
"""Hints that ask for a decision; the others only inform."""
_SILENT = frozenset({("publiccode-key-deprecated", "IT"), ("publiccode-key-deprecated", "it")})
"""What is still there of this section when it could not be moved has no place to move to."""
_DOCUMENTS = frozenset({"publiccode-several-documents", "publiccode-document-empty"})
_END = re.compile(r"^(?:---|\.\.\.)(?=\s|\Z)", re.MULTILINE)
_COUNTING = re.compile(r"\{(?:line_number|first|last)\}")
"""Line numbers in a text would be wrong as soon as the comment stands."""


def taken_out(tree: Tree) -> list[Edit]:
    """Edits that remove our comments of an earlier run; what looks like one inside a text stays."""
    if PREFIX not in tree.text:
        return []
    second = _END.search(tree.text, tree.root.end)
    inside = sorted((spot.start, spot.end) for spot in tree.spots if spot.kind == "scalar" and spot.style)
    starts = [start for start, _ in inside]
    edits = []
    for found in _OURS.finditer(tree.text, 0, second.start() if second else len(tree.text)):
        if found[1] not in rules():
            continue
        at = bisect_right(starts, found.start()) - 1
        if at < 0 or inside[at][1] <= found.start():
            edits.append(Edit(found.start(), found.end(), ""))
    return edits


def put_in(tree: Tree, findings: Iterable[Problem], lang: str) -> list[Edit]:
    """A comment line for each finding that asks for a decision, above the place it speaks of."""
    lines: dict[tuple[int, str], None] = {}
    for found in findings:
        asks = found.severity is not Severity.HINT or found.rule in _HINTS
        if asks and (found.rule, found.key) not in _SILENT and len(lines) < MOST_COMMENTS:
            at, indent = _above(tree, found)
            lines[at, f"{indent}{PREFIX}{_what_to_decide(found, lang)} [{found.rule}]\n"] = None
    return [Edit(at, at, line) for at, line in lines]


def _above(tree: Tree, found: Problem) -> tuple[int, str]:
    """Where the comment on a finding stands: offset of a line start, and its indentation."""
    if found.rule in _DOCUMENTS:
        return tree.line_start(tree.offset(found.origin)), ""
    return tree.above(tree.find(found) or tree.nearest(found.key))


def _what_to_decide(found: Problem, lang: str) -> str:
    params = {name: one_line(value) for name, value in found.params.items()}
    told = explain(found.rule, params, lang)
    rule = rules().get(found.rule)
    counts = rule is not None and _COUNTING.search(rule.message[lang])
    opposed = conflict(found.rule, found.key) or {}
    message = "" if counts and told.hint else told.message
    return one_line(" – ".join(filter(None, (message, told.hint, opposed.get(lang)))))[:_LONGEST]
