# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Untrusted YAML to plain nodes that know where and how they were written.

Nodes are built from libyaml's events with a stack of our own: composing deep nesting recurses in C and would crash the
process. Plain scalars are resolved after the core schema of YAML 1.2.2 (chapter 10.3): ``no`` and dates stay text. No
tag ever makes an object. Aliases and merge keys (``<<``) are followed, and what they stand for is counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import yaml

MOST_DEPTH = 30
MOST_EVENTS = 30_000
MOST_ALIASES = 2_000
MOST_NODES = 60_000
"""Nodes after every alias is written out."""
LONGEST_SCALAR = 128 * 2**10
_DEEPEST = 200
"""Deeper nesting is not even skipped, for it costs time in the parser."""

_IN_KEY = "while scanning a simple key"
"""Where libyaml says so, the fault is where the key starts, not where its colon was missed."""
_ITEMS = re.compile(r"(?:\[[0-9]{1,6}\]){1,300}$")
TOO_DEEP = "exceeded max depth"
UNDEFINED_ALIAS = "found undefined alias"
_STRING_TAG = "tag:yaml.org,2002:str"
_SAFE_TAG = re.compile(r"!|tag:yaml\.org,2002:(?:str|int|float|bool|null|seq|map|timestamp|merge)")
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]{1,30}|[0-9]{1,30}(?:\.[0-9]{0,30})?)(?:[eE][-+]?[0-9]{1,3})?")


@dataclass(frozen=True, slots=True)
class Node:
    """A value with its place; ``text`` is a scalar as written. Mapping keys carry their own places.

    Lines and columns count characters from 1. An alias is a node of its own at the place of its ``*``, with the value
    of what it stands for.
    """

    value: str | int | float | bool | list[Node] | dict[str, Node] | None
    line: int
    column: int
    text: str = ""
    key_line: int = 0
    key_column: int = 0
    style: str = ""
    """Of a scalar the sign it is written with: ``'``, ``"``, ``|``, ``>`` or nothing; else ``flow`` or ``block``."""
    end_line: int = 0
    end_column: int = 0
    """One past the last character; of a block that of its last part."""
    tag: str = ""
    """Written out (``tag:yaml.org,2002:str``), empty where the file has none."""
    anchor: str = ""
    alias: str = ""
    """The anchor this is an alias of."""
    key_style: str = ""


@dataclass(frozen=True, slots=True)
class YamlFault:
    """Something wrong with the file as YAML; ``kind`` is the end of a rule id."""

    kind: str
    line: int
    column: int = 1
    params: dict[str, str] = field(default_factory=dict)
    path: str = ""
    """The key path it lies at, empty for the file as a whole."""


class Unreadable(Exception):
    """The text does not parse, or is not parsed because it is hostile. ``retry``: another spelling may parse."""

    def __init__(self, fault: YamlFault, retry: bool = True) -> None:
        super().__init__(fault)
        self.fault = fault
        self.retry = retry


def parse(text: str) -> tuple[Node, list[YamlFault]]:
    """The first document of ``text`` and what is odd about it. Raises ``Unreadable``."""
    composer = _Composer()
    try:
        root = composer.compose(yaml.parse(text, Loader=yaml.CBaseLoader))
    except yaml.MarkedYAMLError as error:
        mark = (error.context == _IN_KEY and error.context_mark) or error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        if composer.is_too_deep:
            raise Unreadable(YamlFault("too-complex", line, column, {"detail": TOO_DEEP})) from error
        raise Unreadable(YamlFault("syntax", line, column, {"detail": error.problem or ""})) from error
    except yaml.YAMLError as error:
        line = text.count("\n", 0, getattr(error, "position", 0) or 0) + 1
        raise Unreadable(YamlFault("syntax", line, 1, {"detail": getattr(error, "reason", "") or ""})) from error
    if root is None:
        raise Unreadable(YamlFault("empty", 1), retry=False)
    return root, composer.faults


def _too_complex(line: int) -> Unreadable:
    return Unreadable(YamlFault("too-complex", line), retry=False)


@dataclass(slots=True)
class _Open:
    """A collection whose end has not come yet; a mapping has a ``key`` once the key of a pair was read."""

    start: Any
    items: list[Node]
    pairs: dict[str, Node] | None
    merged: list[Node]
    key: Node | None = None
    size: int = 1
    depth: int = 1
    """How deep what it holds is nested, with every alias written out."""

    @property
    def awaits_key(self) -> bool:
        return self.pairs is not None and self.key is None


class _Composer:
    """Events of one document to nodes; an alias shares the value of its anchor, so its expansion is only counted."""

    def __init__(self) -> None:
        self.faults: list[YamlFault] = []
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Node, int, int]] = {}
        self._aliases = 0
        self._followed = False
        self._skipped = 0
        self._root: Node | None = None

    def compose(self, events: Iterator[Any]) -> Node | None:
        documents = 0
        for count, event in enumerate(events, 1):
            if count > MOST_EVENTS:
                raise _too_complex(event.start_mark.line + 1)
            if self._skipped:
                self._skip(event)
            elif isinstance(event, yaml.ScalarEvent):
                self._scalar(event)
            elif isinstance(event, yaml.CollectionStartEvent):
                self._start(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self._end(event)
            elif isinstance(event, yaml.AliasEvent):
                self._alias(event)
            elif isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1 and not self._next_document(event.start_mark):
                    break
        return self._root

    def _next_document(self, mark: Any) -> bool:
        """Whether another document is to be read: only where there is nothing in those before."""
        empty = self._root is None or self._root.value is None
        self.faults = [] if empty else self.faults
        kind = "document-empty" if empty else "several-documents"
        self.faults.append(YamlFault(kind, mark.line + 1, mark.column + 1))
        self._anchors.clear()
        return empty

    def _scalar(self, event: Any) -> None:
        start, end, text = event.start_mark, event.end_mark, event.value
        if len(text) > LONGEST_SCALAR:
            self._leave_out(event)
            return
        style, tag = event.style or "", event.tag or ""
        if tag:
            self._check_tag(tag, start)
        value = text if style or tag == _STRING_TAG else _resolved(text)
        node = Node(
            value, start.line + 1, start.column + 1, text, 0, 0, style, end.line + 1, end.column + 1, tag,
            event.anchor or "",
        )  # fmt: skip
        self._place(node, 1, 0)

    def _start(self, event: Any) -> None:
        if len(self._open) >= MOST_DEPTH:
            self._leave_out(event)
            self._skipped = 1
            return
        if event.tag:
            self._check_tag(event.tag, event.start_mark)
        if event.anchor:
            self._anchors.pop(event.anchor, None)
        self._open.append(_Open(event, [], {} if isinstance(event, yaml.MappingStartEvent) else None, []))

    def _end(self, event: Any) -> None:
        done = self._open.pop()
        start, end = done.start.start_mark, event.end_mark
        if done.pairs is not None:
            _merge(done.pairs, done.merged)
        value: list[Node] | dict[str, Node] = done.items if done.pairs is None else done.pairs
        end_line, end_column = end.line + 1, end.column + 1
        if not done.start.flow_style:
            parts = list(done.pairs.values()) if done.pairs is not None else done.items
            ends = [(part.end_line, part.end_column) for part in parts]
            end_line, end_column = max(ends, default=(start.line + 1, start.column + 1))
        style = "flow" if done.start.flow_style else "block"
        node = Node(
            value, start.line + 1, start.column + 1, "", 0, 0, style, end_line, end_column, done.start.tag or "",
            done.start.anchor or "",
        )  # fmt: skip
        self._place(node, done.size, done.depth)

    @property
    def is_too_deep(self) -> bool:
        """Whether it is inside a collection that is left out."""
        return self._skipped > 0

    def _skip(self, event: Any) -> None:
        """Events inside a collection that is left out."""
        if isinstance(event, yaml.CollectionStartEvent):
            self._skipped += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            self._skipped -= 1
        if self._skipped + MOST_DEPTH > _DEEPEST:
            raise _too_complex(event.start_mark.line + 1)

    def _leave_out(self, event: Any) -> None:
        """Have nothing in place of a value that is too much; raises ``Unreadable`` where that is the whole file."""
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        top = self._open[0] if self._open else None
        if top is None or top.pairs is None or top.key is None or self._open[-1].awaits_key:
            raise _too_complex(line)
        path = _ITEMS.sub("", self._path())
        self.faults.append(YamlFault("value-too-complex", line, column, {"name": path}, path))
        end = event.end_mark
        self._place(Node(None, line, column, end_line=end.line + 1, end_column=end.column + 1), 1, 0)

    def _path(self, *names: str) -> str:
        """The key path of the value that comes next, or of ``names`` in the mapping that is open."""
        path = ""
        for one in self._open:
            if one.pairs is None:
                path += f"[{len(one.items)}]"
            elif one.key is not None:
                path += f".{one.key.text.strip()}"
        return ".".join([path, *names]).lstrip(".")

    def _alias(self, event: Any) -> None:
        self._aliases += 1
        start, end = event.start_mark, event.end_mark
        line, column = start.line + 1, start.column + 1
        if self._aliases > MOST_ALIASES:
            raise _too_complex(line)
        if any(one.start.anchor == event.anchor for one in self._open):
            self._leave_out(event)
            return
        known = self._anchors.get(event.anchor)
        if known is None:
            self.faults.append(YamlFault("syntax", line, column, {"detail": UNDEFINED_ALIAS}, self._path()))
        elif not self._followed:
            self._followed = True
            self.faults.append(YamlFault("anchor", line, column, {"name": event.anchor}, self._path()))
        meant, size, depth = known or (Node(None, line, column), 1, 0)
        if len(self._open) + depth > MOST_DEPTH:
            self._leave_out(event)
            return
        node = replace(
            meant, line=line, column=column, key_line=0, key_column=0, end_line=end.line + 1, end_column=end.column + 1,
            anchor="", alias=event.anchor,
        )  # fmt: skip
        self._place(node, size, depth)

    def _place(self, node: Node, size: int, depth: int) -> None:
        """Hand a finished node to the collection it stands in."""
        if size > MOST_NODES:
            raise _too_complex(node.line)
        if node.anchor:
            self._anchors[node.anchor] = (node, size, depth)
        if not self._open:
            self._root = node
            return
        around = self._open[-1]
        around.size += size
        around.depth = max(around.depth, depth + 1)
        if around.pairs is None:
            around.items.append(node)
        elif around.key is None:
            around.key = node
        else:
            key, around.key = around.key, None
            self._pair(around, around.pairs, key, node)

    def _pair(self, around: _Open, pairs: dict[str, Node], key: Node, node: Node) -> None:
        if isinstance(key.value, (list, dict)):
            self.faults.append(YamlFault("key-type", key.line, key.column, path=self._path()))
            return
        name = key.text.strip()
        placed = Node(
            node.value, node.line, node.column, node.text, key.line, key.column, node.style, node.end_line,
            node.end_column, node.tag, node.anchor, node.alias, key.style,
        )  # fmt: skip
        if name == "<<" and not key.style and _is_merge(node):
            around.merged.append(placed)
            return
        if name in pairs:
            counts = "first" if _is_empty(placed) and not _is_empty(pairs[name]) else "last"
            params = {"name": name, "first": str(pairs[name].key_line), "counts": counts}
            self.faults.append(YamlFault("duplicate-key", key.line, key.column, params, self._path(name)))
            if counts == "first":
                return
        pairs[name] = placed

    def _check_tag(self, tag: str, mark: Any) -> None:
        if not _SAFE_TAG.fullmatch(tag):
            self.faults.append(YamlFault("tag", mark.line + 1, mark.column + 1, {"tag": tag}, self._path()))


def _is_empty(node: Node) -> bool:
    return node.value is None or (node.value in ("", [], {}) and not isinstance(node.value, (bool, int, float)))


def _is_merge(node: Node) -> bool:
    parts = node.value if isinstance(node.value, list) else [node]
    return all(isinstance(part.value, dict) for part in parts)


def _merge(pairs: dict[str, Node], merged: list[Node]) -> None:
    """Add what merge keys bring and the mapping does not say itself (https://yaml.org/type/merge.html)."""
    for node in merged:
        for part in node.value if isinstance(node.value, list) else [node]:
            for name, inner in part.value.items() if isinstance(part.value, dict) else ():
                pairs.setdefault(name, inner)


def _resolved(text: str) -> str | int | float | bool | None:
    if text in _BOOLS or text in _NULLS:
        return _BOOLS.get(text)
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
