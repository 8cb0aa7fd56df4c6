# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Keys of a mapping as they are written, to the keys of the standard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harvesters.readers.tags import language_tag
from harvesters.readers.yamlsafe import Node
from registry.vocabulary.publiccode import Key

EXTENSION = "x-"
"""Keys that start so are somebody's own and nobody's business."""


def entries(node: Node, rule: Key) -> Iterator[tuple[str, Key | None, Node]]:
    """Each key as written, what the rules call it (None: unknown, whatever the spelling) and its value."""
    for written, value in node.value.items() if isinstance(node.value, dict) else ():
        name = written if written in rule.children else rule.spellings.get(written.lower())
        yield written, rule.children[name] if name else None, value


def written_keys(node: Node, rule: Key) -> dict[str, str]:
    """Today's key names of a mapping to what is written; of two spellings the right one counts, else the first.

    One that says nothing counts only where no other says more.
    """
    found: dict[str, str] = {}
    said: dict[str, Node] = {}
    for written, known, value in entries(node, rule):
        if known is None:
            continue
        name, before = known.name, said.get(known.name)
        empty, was_empty = says_nothing(value), says_nothing(before)
        if before is None or (empty <= was_empty and (name == written or empty < was_empty)):
            found[name], said[name] = written, value
    return found


def written_tags(items: Mapping[str, Node]) -> dict[str, str]:
    """Language tags to the keys they are written as; of two spellings the right one counts, else the first."""
    found: dict[str, str] = {}
    for written in items:
        tag = language_tag(written)
        if tag and (tag[0] not in found or tag[0] == written):
            found[tag[0]] = written
    return found


def children(node: Node | None, rule: Key) -> dict[str, Node]:
    """The values of a mapping by today's key names."""
    if node is None or not isinstance(node.value, dict):
        return {}
    return {name: node.value[written] for name, written in written_keys(node, rule).items()}


def says_nothing(node: Node | None) -> bool:
    """Whether a value is missing, null, blank or an empty collection."""
    if node is None or node.value is None:
        return True
    if isinstance(node.value, str):
        return not node.value.strip()
    if isinstance(node.value, list):
        return all(
            item.value is None or (isinstance(item.value, str) and not item.value.strip()) for item in node.value
        )
    return node.value == {}


def join(path: str, name: str) -> str:
    """The key path of a key below ``path``."""
    return f"{path}.{name}" if path else name
