# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""REUSE.toml to annotations. Source: REUSE specification 3.3, "REUSE.toml" (version 1 of the file's format)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from harvesters.readers import tomlsafe
from harvesters.readers.parsed import Fault
from harvesters.readers.reuse_annotations import MOST_ANNOTATIONS, MOST_PATHS, Annotation, annotation
from harvesters.readers.yamlsafe import Node

# REUSE-IgnoreStart
_LICENCE = "SPDX-License-Identifier"
# REUSE-IgnoreEnd
_HEADER = re.compile(r"[ \t]*+\[\[[ \t]*+(?:annotations|\"annotations\"|'annotations')[ \t]*+\]\]")
_VERSION = "1"


def parse(content: bytes) -> tuple[list[Annotation], tuple[Fault, ...]]:
    """The annotations that could be read, in the order of the file, and what is wrong with the file as such."""
    parsed = tomlsafe.parse(content)
    root = parsed.root
    if root is None or not isinstance(root.value, dict):
        return [], parsed.faults
    faults = list(parsed.faults)
    version = root.value.get("version")
    if not faults and (version is None or version.text != _VERSION):
        faults.append(Fault("version", version.line if version else 1, detail=version.text if version else "–"))
    listed = root.value.get("annotations")
    items = listed.value[:MOST_ANNOTATIONS] if listed and isinstance(listed.value, list) else []
    return list(_read(items, _lines(content, items))), tuple(faults)


def _read(items: Sequence[Node], lines: Sequence[int]) -> Iterator[Annotation]:
    for item, line in zip(items, lines, strict=True):
        if not isinstance(item.value, dict):
            continue
        paths, licences = (_texts(item.value.get(key)) for key in ("path", _LICENCE))
        precedence = item.value.get("precedence")
        if one := annotation(paths, licences, line, precedence is not None and precedence.text == "override"):
            yield one


def _texts(node: Node | None) -> list[str]:
    """A text, or those of a list."""
    if node is None:
        return []
    parts = node.value[:MOST_PATHS] if isinstance(node.value, list) else [node]
    return [part.value.strip() for part in parts if isinstance(part.value, str)]


def _lines(content: bytes, items: Sequence[Node]) -> Sequence[int]:
    """The line of each table of the list; the parser knows that of the first one only."""
    text = content.decode("utf-8", "replace")
    headers = [number for number, line in enumerate(text.split("\n"), 1) if _HEADER.match(line)]
    return headers[: len(items)] if len(headers) >= len(items) else [item.line for item in items]
