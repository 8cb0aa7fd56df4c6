# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where the reference parser says a finding is: the place of a key path, and the key path at a line.

Source of the rules: ``getPositionInFile``, ``findKeyPos`` and ``findKeyAtLine`` of publiccode-parser-go's parser.go.
"""

from __future__ import annotations

import re

from harvesters.publiccode.reference_tree import Kind, RNode, pairs_of

Place = tuple[int, int]
NOWHERE: Place = (0, 0)
_PLAIN_LANGUAGE = re.compile(r"\[([A-Za-z]+)\]")
_BRACKETS = re.compile(r"(.*)\[([^\[]+)\]", re.DOTALL)
_DIGITS = re.compile("[0-9]{1,9}")


def spelt(path: str) -> str:
    """A path of struct rules as it is told: ``description[en].x`` loses its brackets, ``description[en-GB].x`` not."""
    return _PLAIN_LANGUAGE.sub(r".\1", path)


def place(root: RNode | None, path: str) -> Place:
    """Line and column of a key path; of a missing key the first key of its mapping; ``NOWHERE`` without a mapping."""
    node, parts = root, path.split(".")
    while node is not None and parts:
        if node.kind is not Kind.MAP:
            return node.line, node.column
        name, index, inner = _split(parts[0])
        found = next((pair for pair in pairs_of(node) if pair[0] == name), None)
        if found is None:
            return _missing(node, last=len(parts) == 1)
        _, key, value = found
        if index is not None:
            items = value.items if value.kind is Kind.SEQUENCE else []
            if index >= len(items):
                return key.line, key.column
            node, parts = items[index], parts[1:]
            if not parts:
                return node.line, node.column
        elif inner:
            node, parts = value, [inner, *parts[1:]]
        elif len(parts) == 1:
            return key.line, key.column
        else:
            node, parts = value, parts[1:]
    return NOWHERE


def _split(part: str) -> tuple[str, int | None, str]:
    """A path's part: its name, the number in its brackets, or the text in its brackets."""
    found = _BRACKETS.fullmatch(part)
    if not found:
        return part, None, ""
    name, inside = found.groups()
    return (name, int(inside), "") if _DIGITS.fullmatch(inside) else (name, None, inside)


def _missing(node: RNode, last: bool) -> Place:
    if not node.block:
        return node.line, node.column
    if last and node.pairs:
        first = node.pairs[0][0]
        return first.line, first.column
    return NOWHERE


def key_at(node: RNode | None, line: int, prefix: str = "") -> str:
    """The key path of the first key or list item whose token is on the line; "" if there is none."""
    if node is None:
        return ""
    if node.kind is Kind.MAP:
        for name, key, value in pairs_of(node):
            path = f"{prefix}.{name}" if prefix else name
            found = path if key.line == line else key_at(value, line, path)
            if found:
                return found
    elif node.kind is Kind.SEQUENCE:
        for index, item in enumerate(node.items):
            path = f"{prefix}[{index}]"
            found = path if item.line == line else key_at(item, line, path)
            if found:
                return found
    return ""
