# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Keys of a mapping as they are written, to the keys of the standard."""

from __future__ import annotations

from collections.abc import Iterator

from harvesters.readers.yamlsafe import Node
from registry.vocabulary.publiccode import Key

EXTENSION = "x-"
"""Keys that start so are somebody's own and nobody's business."""


def entries(node: Node, rule: Key) -> Iterator[tuple[str, Key | None, Node]]:
    """Each key as written, what the rules call it (None: unknown, whatever the spelling) and its value."""
    for written, value in node.value.items() if isinstance(node.value, dict) else ():
        name = written if written in rule.children else rule.spellings.get(written.lower())
        yield written, rule.children[name] if name else None, value


def children(node: Node | None, rule: Key) -> dict[str, Node]:
    """The values of a mapping by today's key names; of two spellings the right one counts."""
    found: dict[str, Node] = {}
    for written, known, value in entries(node, rule) if node else ():
        if known and (known.name not in found or known.name == written):
            found[known.name] = value
    return found


def says_nothing(node: Node | None) -> bool:
    """Whether a value is missing, null, blank or an empty collection."""
    if node is None or node.value is None:
        return True
    if isinstance(node.value, str):
        return not node.value.strip()
    if isinstance(node.value, list):
        return all(item.value is None for item in node.value)
    return node.value == {}


def join(path: str, name: str) -> str:
    """The key path of a key below ``path``."""
    return f"{path}.{name}" if path else name
