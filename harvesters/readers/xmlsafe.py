# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Untrusted XML to plain nodes: elements as keys by their local names, repeated ones as a list.

A DOCTYPE is refused, so that no entity is ever declared, expanded or fetched; attributes are not kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat

from harvesters.readers.parsed import MOST_DEPTH, MOST_NODES, Fault, Parsed
from harvesters.readers.yamlsafe import Node


class _Refused(Exception):
    """Hostile, so nothing of it is used."""


@dataclass(slots=True)
class _Element:
    name: str
    line: int
    column: int
    texts: list[str] = field(default_factory=list)
    children: dict[str, list[Node]] = field(default_factory=dict)

    def node(self) -> Node:
        text = "".join(self.texts).strip()
        if not self.children:
            return Node(text, self.line, self.column, text, self.line, self.column)
        parts = {name: nodes[0] if len(nodes) == 1 else _several(nodes) for name, nodes in self.children.items()}
        return Node(parts, self.line, self.column, text, self.line, self.column)


def _several(nodes: list[Node]) -> Node:
    return Node(nodes, nodes[0].line, nodes[0].column, "", nodes[0].line, nodes[0].column)


class _Reader:
    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.open: list[_Element] = [_Element("", 1, 1)]
        self.count = 0

    def close(self) -> Node:
        """The whole as a node; elements that a fault left open end there."""
        while len(self.open) > 1:
            self._end("")
        return self.open[0].node()

    def _doctype(self, *_: object) -> None:
        raise _Refused("DOCTYPE")

    def _start(self, name: str, _: dict[str, str]) -> None:
        self.count += 1
        if self.count > MOST_NODES or len(self.open) > MOST_DEPTH:
            raise _Refused
        line, column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
        self.open.append(_Element(name.rpartition(":")[2], line, column))

    def _end(self, _: str) -> None:
        element = self.open.pop()
        self.open[-1].children.setdefault(element.name, []).append(element.node())

    def _text(self, text: str) -> None:
        self.open[-1].texts.append(text)


def parse(content: bytes) -> Parsed:
    """A node whose only key is the root element, as far as the file can be read."""
    reader = _Reader()
    try:
        reader.parser.Parse(content, True)
    except _Refused as refused:
        kind = "unreadable" if refused.args else "too-complex"
        place = reader.parser.CurrentLineNumber, reader.parser.CurrentColumnNumber + 1
        return Parsed(None, (Fault(kind, *place, "".join(refused.args)),))
    except expat.ExpatError as error:
        fault = Fault("unreadable", error.lineno, error.offset + 1, expat.errors.messages[error.code])
        return Parsed(reader.close(), (fault,))
    except (ValueError, LookupError) as error:  # an encoding that Python does not know or that has several bytes
        return Parsed(None, (Fault("unreadable", detail=str(error)),))
    return Parsed(reader.close())
