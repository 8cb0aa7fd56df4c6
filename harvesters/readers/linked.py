# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""As much JSON-LD as codemeta.json files are written in: prefixes, ``@graph``, ``@type``, ``@id``, ``@value``.

No context is ever fetched: a key counts by its last part. Source: JSON-LD 1.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from harvesters.readers.declared_values import items
from harvesters.readers.tags import language_tag
from harvesters.readers.yamlsafe import Node

SOFTWARE = frozenset({"SoftwareSourceCode", "SoftwareApplication", "WebApplication", "MobileApplication"})
_PREFIX = re.compile(
    r"(?:schema|codemeta|sdo):|https?://schema\.org/|https?://(?:codemeta\.github\.io/terms|w3id\.org/codemeta)/|"
    r"https?://doi\.org/10\.5063/schema/codemeta-[0-9.]{1,9}#?",
    re.IGNORECASE,
)
_MOST_LANGUAGES = 30


def local(name: str) -> str:
    """The last part of a term: "schema:name" is "name"."""
    return _PREFIX.sub("", name, count=1)


def software(root: Node) -> Node:
    """The description of the software with local keys: of a graph the first that is one, else the whole file."""
    graph = root.value.get("@graph") if isinstance(root.value, dict) else None
    described = [node for node in items(graph) if isinstance(node.value, dict)] if graph else []
    chosen = next((node for node in described if set(types(node)) & SOFTWARE), next(iter(described), root))
    if not isinstance(chosen.value, dict):
        return chosen
    keys: dict[str, Node] = {}
    for name, node in chosen.value.items():
        keys.setdefault(local(name), node)
    return replace(chosen, value=keys)


def types(node: Node) -> list[str]:
    """The local names of what a thing says it is."""
    if not isinstance(node.value, dict):
        return []
    named = node.value.get("@type") or node.value.get("type")
    return [local(item.text.strip()) for item in items(named) if item.text.strip()] if named else []


def parts(node: Node, *keys: str) -> list[Node]:
    """The items of a node as scalars; of a thing the first of ``keys`` that it has."""
    found: list[Node] = []
    for item in items(node):
        if isinstance(item.value, dict):
            named = {local(name): part for name, part in item.value.items()}
            item = next((named[key] for key in keys if key in named), item)
        if not isinstance(item.value, (list, dict)):
            found.append(item)
    return found


def by_language(node: Node) -> Iterator[tuple[str | None, Node]]:
    """Language (None where none is given) and text of a text, a language map, or a list of these."""
    for item in items(node):
        if not isinstance(item.value, dict):
            yield None, item
        elif "@value" in item.value:
            written = item.value.get("@language")
            tag = language_tag(written.text) if written else None
            yield (tag[0] if tag else None), item.value["@value"]
        else:
            for name, text in list(item.value.items())[:_MOST_LANGUAGES]:
                if tag := language_tag(name):
                    yield tag[0], text
