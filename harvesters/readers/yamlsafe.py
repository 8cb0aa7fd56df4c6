# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Untrusted YAML to plain nodes that know their line and column.

First libyaml's events are counted (nesting, aliases, size), since composing deep nesting recurses in C and would crash
the process. Then the document is composed without any resolver, and plain scalars are resolved after the core schema
of YAML 1.2.2 (chapter 10.3): ``no`` and dates stay text. No tag ever makes an object.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import yaml

MOST_DEPTH = 30
MOST_EVENTS = 60_000
MOST_ALIASES = 60
MOST_NODES = 60_000
"""Nodes after every alias is written out."""
LONGEST_SCALAR = 128 * 2**10

_STRING_TAG = "tag:yaml.org,2002:str"
_SAFE_TAG = re.compile(r"tag:yaml\.org,2002:(?:str|int|float|bool|null|seq|map|timestamp)")
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]{1,30}|[0-9]{1,30}(?:\.[0-9]{0,30})?)(?:[eE][-+]?[0-9]{1,3})?")


@dataclass(frozen=True, slots=True)
class Node:
    """A value with its place; ``text`` is a scalar as written. Mapping keys carry their own places."""

    value: str | int | float | bool | list[Node] | dict[str, Node] | None
    line: int
    column: int
    text: str = ""
    key_line: int = 0
    key_column: int = 0


@dataclass(frozen=True, slots=True)
class YamlFault:
    """Something wrong with the file as YAML; ``kind`` is the end of a rule id."""

    kind: str
    line: int
    column: int = 1
    params: dict[str, str] = field(default_factory=dict)


class Unreadable(Exception):
    """The text does not parse, or is not parsed because it is hostile. ``retry``: another spelling may parse."""

    def __init__(self, fault: YamlFault, retry: bool = True) -> None:
        super().__init__(fault)
        self.fault = fault
        self.retry = retry


def parse(text: str) -> tuple[Node, list[YamlFault]]:
    """The first document of ``text`` and what is odd about it. Raises ``Unreadable``."""
    try:
        several = _scan(text)
        first = text if several is None else text[: several[1]]
        root = yaml.compose(first, Loader=yaml.CBaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise Unreadable(YamlFault("syntax", line, column, {"detail": error.problem or ""})) from error
    except yaml.YAMLError as error:
        line = text.count("\n", 0, getattr(error, "position", 0) or 0) + 1
        raise Unreadable(YamlFault("syntax", line, 1, {"detail": getattr(error, "reason", "") or ""})) from error
    if root is None:
        raise Unreadable(YamlFault("empty", 1), retry=False)
    builder = _Builder()
    if several is not None:
        builder.faults.append(YamlFault("several-documents", several[0]))
    return builder.build(root), builder.faults


def _scan(text: str) -> tuple[int, int] | None:
    """Line and offset of a second document, None if there is none. Raises ``Unreadable`` for hostile input."""
    depth = aliases = documents = 0
    for count, event in enumerate(yaml.parse(text, Loader=yaml.CBaseLoader), 1):
        line, offset = (event.start_mark.line + 1, event.start_mark.index) if event.start_mark else (1, 0)
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                return line, offset
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        aliases += isinstance(event, yaml.AliasEvent)
        long = isinstance(event, yaml.ScalarEvent) and len(event.value) > LONGEST_SCALAR
        if long or depth > MOST_DEPTH or aliases > MOST_ALIASES or count > MOST_EVENTS:
            raise Unreadable(_too_complex(line), retry=False)
    return None


def _too_complex(line: int) -> YamlFault:
    return YamlFault("too-complex", line)


class _Builder:
    """Composed nodes to ours; aliases share one node, so their expansion is only counted."""

    def __init__(self) -> None:
        self.faults: list[YamlFault] = []
        self._done: dict[int, tuple[Node, int]] = {}
        self._open: set[int] = set()

    def build(self, node: yaml.Node) -> Node:
        return self._build(node)[0]

    def _build(self, node: yaml.Node) -> tuple[Node, int]:
        identity = id(node)
        if identity in self._done:
            return self._done[identity]
        line, column = node.start_mark.line + 1, node.start_mark.column + 1
        if identity in self._open:
            raise Unreadable(_too_complex(line), retry=False)
        self._open.add(identity)
        self._check_tag(node, line, column)
        if isinstance(node, yaml.ScalarNode):
            built = Node(_scalar(node), line, column, text=node.value), 1
        elif isinstance(node, yaml.SequenceNode):
            built = self._sequence(node, line, column)
        elif isinstance(node, yaml.MappingNode):
            built = self._mapping(node, line, column)
        else:
            raise Unreadable(YamlFault("syntax", line, column, {"detail": node.tag}), retry=False)
        if built[1] > MOST_NODES:
            raise Unreadable(_too_complex(line), retry=False)
        self._open.discard(identity)
        self._done[identity] = built
        return built

    def _check_tag(self, node: yaml.Node, line: int, column: int) -> None:
        if not _SAFE_TAG.fullmatch(node.tag):
            self.faults.append(YamlFault("tag", line, column, {"tag": node.tag}))

    def _sequence(self, node: yaml.SequenceNode, line: int, column: int) -> tuple[Node, int]:
        built = [self._build(item) for item in node.value]
        return Node([item for item, _ in built], line, column), 1 + sum(size for _, size in built)

    def _mapping(self, node: yaml.MappingNode, line: int, column: int) -> tuple[Node, int]:
        found: dict[str, Node] = {}
        total = 1
        for key, value in node.value:
            key_line, key_column = key.start_mark.line + 1, key.start_mark.column + 1
            if not isinstance(key, yaml.ScalarNode):
                self.faults.append(YamlFault("key-type", key_line, key_column))
                continue
            built, size = self._build(value)
            total += size
            name = key.value.strip()
            if name in found:
                self.faults.append(
                    YamlFault("duplicate-key", key_line, key_column, {"name": name, "first": str(found[name].key_line)})
                )
            found[name] = Node(built.value, built.line, built.column, built.text, key_line, key_column)
        return Node(found, line, column), total


def _scalar(node: yaml.ScalarNode) -> str | int | float | bool | None:
    text: str = node.value
    if node.style or node.tag != _STRING_TAG or text in _BOOLS or text in _NULLS:
        if node.style:
            return text
        return _BOOLS.get(text, None if text in _NULLS else text)
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
