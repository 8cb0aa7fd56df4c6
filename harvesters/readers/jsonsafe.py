# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Untrusted JSON to plain nodes that know their line and column.

One pass over tokens without recursion. Comments and a comma too many, which JSON forbids (RFC 8259) and people write,
are faults that do not end the reading. Numbers stay text. Of two equal keys the later counts, as in JavaScript.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from harvesters.readers.parsed import MOST_DEPTH, MOST_NODES, Fault, Parsed, Places, as_text
from harvesters.readers.yamlsafe import Node

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]++)
    |(?P<comment>//[^\n]*+|/\*(?:[^*]++|\*(?!/))*+\*/)
    |(?P<text>"(?:[^"\\\n]++|\\.)*+")
    |(?P<number>-?[0-9]++(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?)
    |(?P<word>(?:true|false|null)\b)
    |(?P<sign>[][{},:])""",
    re.VERBOSE,
)
_TOLD_DEPTH = 2
"""Equal keys are told at the top and one level below, where a second table hides the first."""
_WORDS = {"true": True, "false": False, "null": None}
# What may come next: a value, a value or "]", a key, a key or "}", ":", "," or an end, nothing more.
_VALUE, _FIRST_VALUE, _KEY, _FIRST_KEY, _COLON, _COMMA, _NOTHING = range(7)
_EXPECTED = ("value", "value", "key", "key", ":", ",", "end of file")


@dataclass(slots=True)
class _Reader:
    places: Places
    faults: list[Fault]
    root: Node | None = None
    wanted: int = _VALUE
    count: int = 0
    stack: list[Node] = field(default_factory=list)
    key: tuple[str, int, int] = ("", 0, 0)

    def fault(self, kind: str, offset: int, detail: str) -> None:
        if not any(fault.detail == detail for fault in self.faults):
            self.faults.append(Fault(kind, *self.places.of(offset), detail))

    def take(self, kind: str, piece: str, offset: int) -> bool:
        """Use one piece; False where nothing more can be read."""
        if kind == "comment":
            self.fault("unreadable", offset, piece[:2])
            return True
        if kind == "sign" and piece in "]},:":
            return self._punctuation(piece, offset)
        if kind == "text" and self.wanted in (_KEY, _FIRST_KEY):
            self.key = (_unquoted(piece), *self.places.of(offset))
            self.wanted = _COLON
            return True
        return self._value(kind, piece, offset)

    def _punctuation(self, piece: str, offset: int) -> bool:
        if piece == ":" and self.wanted == _COLON:
            self.wanted = _VALUE
            return True
        inside = self.stack[-1].value if self.stack else None
        if piece == "," and self.wanted == _COMMA:
            self.wanted = _KEY if isinstance(inside, dict) else _VALUE
            return True
        closes = (piece == "}" and isinstance(inside, dict)) or (piece == "]" and isinstance(inside, list))
        if closes and self.wanted in (_COMMA, _FIRST_KEY, _FIRST_VALUE, _KEY, _VALUE):
            if self.wanted in (_KEY, _VALUE) and inside:
                self.fault("unreadable", offset, f",{piece}")
            elif self.wanted in (_KEY, _VALUE):
                return False
            self.stack.pop()
            self.wanted = _COMMA if self.stack else _NOTHING
            return True
        return False

    def _value(self, kind: str, piece: str, offset: int) -> bool:
        if self.wanted not in (_VALUE, _FIRST_VALUE):
            return False
        self.count += 1
        if self.count > MOST_NODES or len(self.stack) >= MOST_DEPTH:
            self.fault("too-complex", offset, "")
            return False
        line, column = self.places.of(offset)
        text = _unquoted(piece) if kind == "text" else piece
        node = Node(_value_of(kind, text), line, column, text, *self.key[1:])
        self._put(node)
        if kind == "sign":
            self.stack.append(node)
            self.wanted = _FIRST_KEY if piece == "{" else _FIRST_VALUE
        else:
            self.wanted = _COMMA if self.stack else _NOTHING
        return True

    def _put(self, node: Node) -> None:
        inside = self.stack[-1].value if self.stack else None
        if isinstance(inside, dict):
            if self.key[0] in inside and len(self.stack) <= _TOLD_DEPTH:
                self.faults.append(Fault("duplicate-key", *self.key[1:], self.key[0]))
            inside[self.key[0]] = node
        elif isinstance(inside, list):
            inside.append(node)
        else:
            self.root = node


def parse(content: bytes) -> Parsed:
    """The value that a JSON file holds, as far as it can be read."""
    text, faults = as_text(content)
    reader = _Reader(Places(text), faults)
    offset = 0
    while match := _TOKEN.match(text, offset):
        if match.lastgroup != "space" and not reader.take(match.lastgroup or "", match.group(), offset):
            break
        offset = match.end()
    complete = offset == len(text) and reader.wanted == _NOTHING
    if not complete and not any(fault.kind == "too-complex" for fault in reader.faults):
        reader.fault("unreadable", offset, f"{_EXPECTED[reader.wanted]}?")
    return Parsed(reader.root, tuple(reader.faults))


def _value_of(kind: str, text: str) -> str | bool | list[Node] | dict[str, Node] | None:
    if kind == "sign":
        return {} if text == "{" else []
    return _WORDS[text] if kind == "word" else text


def _unquoted(piece: str) -> str:
    try:
        return str(json.loads(piece, strict=False))
    except ValueError:  # an escape that JSON does not know
        return piece[1:-1]
