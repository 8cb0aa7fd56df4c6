# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Untrusted TOML to plain nodes. The standard library's parser keeps no places: a scan over the lines finds them.

The place of a value is that of its key's line; values inside lists and inline tables have the place of these.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

from harvesters.readers.parsed import MOST_DEPTH, MOST_NODES, Fault, Parsed, as_text
from harvesters.readers.yamlsafe import Node

_PART = r"""(?:[A-Za-z0-9_-]++|"[^"\n]*+"|'[^'\n]*+')"""
_PARTS = re.compile(_PART)
_DOTTED = rf"{_PART}(?:[ \t]*+\.[ \t]*+{_PART})*+"
_HEADER = re.compile(rf"[ \t]*+\[{{1,2}}[ \t]*+({_DOTTED})[ \t]*+\]")
_KEY = re.compile(rf"[ \t]*+({_DOTTED})[ \t]*+=[ \t]*+")
_OPENS_TEXT = re.compile(r'"""|\'\'\'')
# The parser copies the whole key for every part of it.
_LONG_KEY = re.compile(r"(?:[A-Za-z0-9_\"'-]{1,200}+[ \t]{0,50}+\.[ \t]{0,50}+){40}")
_DEEP = re.compile(r"(?:[\[{][ \t\n]{0,50}+){40}")
_SAID = (
    ("Cannot", "twice"), ("Duplicate inline", "twice"), ("Found invalid character", "Illegal character"),
    ("Illegal character", "Illegal character"), ("Expected '='", "="), ("Expected newline", "newline"),
    ("Expected ']", "]"), ("Exceeds the limit", "Invalid value"),
    ("Expected \"'", "Unterminated string"),
)  # fmt: skip
"""How messages of the parser begin that quote what was written, and what stands for them."""
_LINE = re.compile(r"at line (\d{1,7}), column (\d{1,7})")

Path = tuple[str, ...]
Place = tuple[int, int, int]
"""Line, column of the value, column of the key."""


def parse(content: bytes) -> Parsed:
    """The table that a TOML file holds; where it breaks, the lines before that."""
    text, faults = as_text(content)
    if odd := _LONG_KEY.search(text) or _DEEP.search(text):
        return Parsed(None, (*faults, Fault("too-complex", text.count("\n", 0, odd.start()) + 1)))
    table, fault = _load(text)
    if fault:
        faults.append(fault)
    if fault and fault.kind == "unreadable":
        text, table = _before(text, fault.line)
    if table is None:
        return Parsed(None, tuple(faults))
    return Parsed(_Builder(_places(text)).build(table, (), (1, 1, 1)), tuple(faults))


def _before(text: str, line: int) -> tuple[str, dict[str, object] | None]:
    """The longest beginning that can be read, up to the statement that a fault at ``line`` belongs to.

    A list or text that nobody closed is only found faulty lines later, and so the statement is searched by halves.
    """
    lines = text.split("\n")
    starts = [number for number, one in enumerate(lines[:line]) if _KEY.match(one) or _HEADER.match(one)]
    if line - 1 not in starts:  # a header without its bracket looks like no statement
        starts.append(line - 1)
    best: tuple[str, dict[str, object] | None] = ("", None)
    low, high = 0, len(starts)
    while low < high:
        middle = (low + high + 1) // 2
        head = "\n".join(lines[: starts[middle - 1]])
        table, _ = _load(head)
        if table is None:
            high = middle - 1
        else:
            low, best = middle, (head, table)
    return best


def _load(text: str) -> tuple[dict[str, object] | None, Fault | None]:
    try:
        return tomllib.loads(text), None
    except RecursionError:
        return None, Fault("too-complex")
    except ValueError as error:
        # TOMLDecodeError is one; a number of thousands of digits raises a plain one.
        said = str(error)
        found = _LINE.search(said)
        line, column = (int(found[1]), int(found[2])) if found else (text.count("\n") + 1, 1)
        said = said.partition(" (at ")[0]
        return None, Fault(
            "unreadable", line, column, next((code for start, code in _SAID if said.startswith(start)), said)
        )


def _places(text: str) -> Mapping[Path, Place]:
    found: dict[Path, Place] = {}
    table: Path = ()
    closing = ""
    for number, line in enumerate(text.split("\n"), 1):
        if closing:
            closing = "" if closing in line else closing
        elif header := _HEADER.match(line):
            table = _parts(header[1])
            found.setdefault(table, (number, header.start(1) + 1, header.start(1) + 1))
        elif key := _KEY.match(line):
            found.setdefault((*table, *_parts(key[1])), (number, key.end() + 1, key.start(1) + 1))
            opened = _OPENS_TEXT.match(line, key.end())
            if opened and opened.group() not in line[opened.end() :]:
                closing = opened.group()
    return found


def _parts(dotted: str) -> Path:
    return tuple(part.strip("\"'") for part in _PARTS.findall(dotted))


class _Builder:
    def __init__(self, places: Mapping[Path, Place]) -> None:
        self._places = places
        self._left = MOST_NODES

    def build(self, value: object, path: Path, parent: Place) -> Node:
        line, column, key_column = place = self._places.get(path, parent)
        self._left -= 1
        built: str | bool | list[Node] | dict[str, Node]
        if isinstance(value, dict):
            built = {key: self.build(part, (*path, key), place) for key, part in value.items() if self._may(path)}
        elif isinstance(value, list):
            built = [self.build(part, (*path, "[]"), place) for part in value if self._may(path)]
        else:
            built = value if isinstance(value, bool) else _text(value)
        text = built if isinstance(built, str) else ""
        return Node(built, line, column, text, line, key_column)

    def _may(self, path: Path) -> bool:
        return self._left > 0 and len(path) < MOST_DEPTH


def _text(value: object) -> str:
    """Numbers and dates as text; a number of thousands of digits (written in hex) is none."""
    try:
        return str(value)
    except ValueError:
        return ""
