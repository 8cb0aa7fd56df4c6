# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the parsers of JSON, TOML, XML and the like give: nodes with places, and faults. None of them raises.

Untrusted: size, nesting and number of values are capped, and what stands before a fault is kept, for a broken list of
dependencies does not make the name above it wrong.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

from harvesters.readers.texts import decode
from harvesters.readers.yamlsafe import Node, Unreadable
from harvesters.readers.yamlsafe import parse as parse_nodes
from harvesters.readers.yamlsalvage import salvage

MOST_BYTES = 512 * 2**10
MOST_DEPTH = 40
MOST_NODES = 60_000


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a file as such; ``kind`` is the end of a rule id ``manifest-...``."""

    kind: str
    line: int = 1
    column: int = 1
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """``root`` is what could be read, None for nothing."""

    root: Node | None
    faults: tuple[Fault, ...] = ()


Parser = Callable[[bytes], Parsed]


class Places:
    """Offsets of a text to line and column, both counted from 1."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(place + 1 for place, one in enumerate(text) if one == "\n")]

    def of(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


def as_text(content: bytes) -> tuple[str, list[Fault]]:
    """The text of a file that has to be UTF-8."""
    decoded = decode(content)
    return decoded.text, [Fault("encoding", detail=decoded.encoding)] if decoded.guessed else []


def parse_yaml(content: bytes) -> Parsed:
    """The first document of a YAML file; where it breaks, the keys that are whole."""
    text, faults = as_text(content)
    try:
        return Parsed(parse_nodes(text)[0], tuple(faults))
    except Unreadable as error:
        found, hostile = error.fault, not error.retry
    kind = "too-complex" if found.kind == "too-complex" else "unreadable"
    first = Fault(kind, found.line, found.column, found.params.get("detail", found.kind))
    saved = None if hostile else salvage(text)
    if saved is None:
        return Parsed(None, (*faults, first))
    root, others = saved
    told = [Fault(kind, one.line, one.column, one.params["detail"]) for one in others if one.kind == "syntax"]
    return Parsed(root, (*faults, *(told or [first])))
