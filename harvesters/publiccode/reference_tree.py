# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The tree of a file as the reference parser's YAML library (goccy/go-yaml 1.19) sees it.

Built from libyaml's events in one pass without recursion, since only libyaml is fast enough; where the two libraries
differ (places of block mappings, types of plain scalars, what counts as a line break) this follows goccy. Anchors and
aliases stay nodes of their own: the reference parser does not look through them when it names a place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import yaml

from harvesters.publiccode.reference_leniency import FOLDED_DASH, taken_as_text
from harvesters.publiccode.reference_scalars import scalar
from harvesters.readers.yamlsafe import LONGEST_SCALAR, MOST_DEPTH, MOST_EVENTS

_TAGS = "tag:yaml.org,2002:"
_ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_COMMENT = re.compile(r"(?<!\S)#[^\r\n]*\r\n")
_QUESTION = re.compile(r"^ *\?[ \t]", re.MULTILINE)
_NOTHING = re.compile(r"(?:[ \t\r]*(?:#[^\n]*)?\n)*[ \t\r]*(?:#[^\n]*)?\Z")
_MOST_TRIES = 40
_MOST_RETRIED = 2_000_000  # characters parsed again in all
_HIDDEN = 0xF0000  # libyaml refuses these characters or breaks lines at them; goccy takes them as they are
_UNHIDE = re.compile("[\U000f0000-\U000fffff]")


class Kind(Enum):
    MAP = "map"
    SEQUENCE = "sequence"
    SCALAR = "scalar"
    ANCHOR = "anchor"
    ALIAS = "alias"
    TAG = "tag"


@dataclass(slots=True)
class RNode:
    """A node with the place of its token. ``text`` is the token's text, the name of an anchor or alias, or the tag."""

    kind: Kind
    line: int
    column: int
    text: str = ""
    value: str | int | float | bool | None = None
    block: bool = False
    """Of a scalar: literal or folded. Of a mapping: written without braces."""
    quoted: bool = False
    items: list[RNode] = field(default_factory=list)
    pairs: list[tuple[RNode, RNode]] = field(default_factory=list)
    inner: RNode | None = None
    end_line: int = 0
    end_column: int = 0


@dataclass(slots=True)
class Tree:
    """The documents of a file (a document without content is None) and the anchored nodes by name."""

    documents: list[RNode | None] = field(default_factory=list)
    anchors: dict[str, RNode] = field(default_factory=dict)


class TooComplex(Exception):
    """Hostile input: not parsed any further."""


class Broken(Exception):
    """The text does not parse: what libyaml says, the tree as far as it got, and lines that goccy counts twice."""

    def __init__(self, error: yaml.YAMLError, tree: Tree, extra: int) -> None:
        super().__init__(error)
        self.error = error
        self.tree = tree
        self.extra = extra


def grow(text: str) -> Tree:
    """The tree of ``text``. Raises ``Broken`` where libyaml cannot parse it, and ``TooComplex``."""
    odd = _ODD.search(text) is not None
    if odd:
        text = _ODD.sub(lambda found: chr(_HIDDEN + ord(found.group())), text)
    for _ in range(min(_MOST_TRIES, _MOST_RETRIED // max(len(text), 1))):
        try:
            return _grow(text, odd)
        except Broken as broken:
            place = taken_as_text(text, broken.error)
            if place is None:
                raise
            text, odd = text[:place] + chr(_HIDDEN + ord(text[place])) + text[place + 1 :], True
    return _grow(text, odd)


def _grow(text: str, odd: bool) -> Tree:
    builder = _Builder(text, odd)
    try:
        for count, event in enumerate(yaml.parse(text, Loader=yaml.CBaseLoader)):
            if count > MOST_EVENTS:
                raise TooComplex
            builder.take(event)
    except yaml.YAMLError as error:
        raise builder.broken(error) from error
    return builder.tree


def _start(event: yaml.Event) -> Any:
    """The start mark of an event: libyaml sets it always, the type stubs do not know."""
    return event.start_mark


def _stop(event: yaml.Event) -> Any:
    return event.end_mark


class _Builder:
    def __init__(self, text: str, odd: bool) -> None:
        self.tree = Tree()
        self._text = text
        self._odd = odd
        self._crlf = "\r\n" in text
        self._tabs = "\t" in text
        self._questions = _QUESTION.search(text) is not None
        self._extra = 0
        self._seen = 0
        self._open: list[tuple[RNode, RNode, list[RNode]]] = []

    def take(self, event: yaml.Event) -> None:
        if self._crlf and not isinstance(event, yaml.StreamEndEvent):
            self._count_comments(_start(event).index, _stop(event).index)
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._open_one(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._end()
        elif isinstance(event, yaml.AliasEvent):
            line, column = self._place(event)
            self._add(RNode(Kind.ALIAS, line, column, text=event.anchor or ""))
        elif isinstance(event, yaml.DocumentStartEvent):
            if event.version or event.tags:  # goccy makes a document of its own of directives
                self.tree.documents.append(RNode(Kind.SCALAR, 1, 1))
            self.tree.documents.append(None)

    def broken(self, error: yaml.YAMLError) -> Broken:
        """Close what is open, so that what was read before the error can be looked at."""
        mark = getattr(error, "problem_mark", None)
        if self._crlf and mark is not None:
            self._count_comments(mark.index, mark.index)
        while self._open:
            node, _, children = self._open[-1]
            if node.kind is Kind.MAP and len(children) % 2:
                children.append(RNode(Kind.SCALAR, 0, 0))
            self._end()
        return Broken(error, self.tree, self._extra)

    def _count_comments(self, start: int, end: int) -> None:
        """goccy ends a comment at CR and counts the LF as a line of its own; everything behind moves down."""
        if start > self._seen:
            self._extra += len(_COMMENT.findall(self._text, self._seen, start))
        self._seen = max(self._seen, end)

    def _place(self, event: yaml.Event) -> tuple[int, int]:
        column = _start(event).column
        if self._tabs:  # goccy's columns leave out tabs
            index = _start(event).index
            column -= self._text.count("\t", index - column, index)
        return _start(event).line + 1 + self._extra, column + 1

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        text: str = event.value
        if len(text) > LONGEST_SCALAR:
            raise TooComplex
        if self._odd:
            text = _UNHIDE.sub(lambda found: chr(ord(found.group()) - _HIDDEN), text)
        line, column = self._place(event)
        node = RNode(Kind.SCALAR, line, column, text, text)
        if event.style in ("|", ">"):
            node.block = True
        elif event.style in ("'", '"'):
            node.quoted = True
            if self._crlf:  # CR and LF inside quotes are two lines
                self._extra += self._text.count("\r\n", _start(event).index, _stop(event).index)
        else:
            text = text.replace("\t", "") if self._tabs else text  # goccy leaves tabs out of plain text
            node.value = scalar(text)
            node.text = text or "null"
            node.column += self._trailing_blanks(event) if text else self._at_end(event)
            if self._swallows_list_at_end(event):
                node.line = self._text.count("\n", 0, len(self._text) - 1) + 1 + self._extra
                node.column = len(self._text) - 1 - self._text.rfind("\n", 0, len(self._text) - 1)
        if self._questions and self._asked(event):
            node.text = "?"
        node.end_line, node.end_column = _stop(event).line + 1 + self._extra, _stop(event).column + 1
        if _start(event).index == _stop(event).index and not self._open and event.tag is None:
            return  # a document of comments only has no content
        self._add(self._wrapped(event, node))

    def _at_end(self, event: yaml.ScalarEvent) -> int:
        """goccy puts a missing value behind which nothing comes any more one column further."""
        return int(_NOTHING.match(self._text, _stop(event).index) is not None)

    def _swallows_list_at_end(self, event: yaml.ScalarEvent) -> bool:
        """Whether a plain scalar takes in lines of a list up to the file's end: goccy puts it at the last character."""
        start, end = _start(event).index, _stop(event).index
        return FOLDED_DASH.search(self._text, start, end) is not None and not self._text[end:].strip("\r\n")

    def _asked(self, event: yaml.ScalarEvent) -> bool:
        """Whether this is a key written with a question mark, which then is the key's token."""
        index = _start(event).index
        return self._text[index - _start(event).column : index].strip() == "?"

    def _trailing_blanks(self, event: yaml.ScalarEvent) -> int:
        """Blanks between a plain scalar and the end of its first line move goccy's column to the right."""
        start, end = _start(event).index, _stop(event).index
        break_at = self._text.find("\n", start)
        if start == end or break_at < 0:
            return 0
        rest = self._text[min(end, break_at) : break_at] if end <= break_at else self._text[start:break_at]
        blanks = rest.rstrip("\r")
        if end <= break_at and blanks.strip(" \t"):
            return 0
        return blanks[len(blanks.rstrip(" \t")) :].count(" ")

    def _open_one(self, event: yaml.CollectionStartEvent) -> None:
        if len(self._open) >= MOST_DEPTH:
            raise TooComplex
        line, column = self._place(event)
        if isinstance(event, yaml.MappingStartEvent):
            node = RNode(Kind.MAP, line, column, block=not event.flow_style)
        else:
            node = RNode(Kind.SEQUENCE, line, column)
        self._open.append((node, self._wrapped(event, node), []))

    def _end(self) -> None:
        node, outer, children = self._open.pop()
        if node.kind is Kind.MAP:
            node.pairs = list(zip(children[::2], children[1::2], strict=True))
            if node.block and node.pairs:
                key = node.pairs[0][0]
                node.line, node.column = key.end_line or key.line, key.end_column or key.column
        else:
            node.items = children
            if outer is not node and children and not _flow(node, children):
                node.line = children[0].line
        self._add(outer)

    def _wrapped(self, event: Any, node: RNode) -> RNode:
        line, column = node.line, node.column
        if event.tag is not None:
            name = event.tag.replace(_TAGS, "!!")
            node = RNode(Kind.TAG, line, column, text=name, inner=node)
        if event.anchor is not None:
            self.tree.anchors[event.anchor] = node
            node = RNode(Kind.ANCHOR, line, column, text=event.anchor, inner=node)
        return node

    def _add(self, node: RNode) -> None:
        if self._open:
            self._open[-1][2].append(node)
        elif self.tree.documents:
            self.tree.documents[-1] = node


def _flow(node: RNode, children: list[RNode]) -> bool:
    return node.line == children[0].line


def pairs_of(node: RNode) -> Iterator[tuple[str, RNode, RNode]]:
    """Key token's text, key and value of each pair of a mapping, in the file's order."""
    for key, value in node.pairs:
        yield key.text if key.kind is Kind.SCALAR else _indicator(key), key, value


def _indicator(key: RNode) -> str:
    return {Kind.ANCHOR: "&", Kind.ALIAS: "*", Kind.TAG: key.text}.get(key.kind, "")
