# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A YAML text as a tree of places, so that it can be mended where it is wrong and stays as it is elsewhere.

Offsets count characters.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import yaml

from harvesters.readers.texts import words
from harvesters.readers.yamlsafe import Unreadable, YamlFault, parse
from registry.model import Origin, Problem

Path = tuple[str | int, ...]
_BLOCK_PREFIX = re.compile(r"[ ]*(?:-[ ]+)*")
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/()+-]*")
_NOT_TEXT = frozenset(words("true false null yes no on off y n"))


@dataclass(slots=True)
class Spot:
    """A value, its key and where both stand; items of lists have no key (``key_start`` is then ``start``)."""

    path: Path
    kind: str
    """scalar | mapping | sequence | alias"""
    start: int
    end: int
    """Without the blank lines and comments that follow."""
    key_start: int
    key_end: int
    value: str = ""
    style: str | None = None
    """Of a scalar: None (plain), ' " | or >."""
    in_flow: bool = False
    is_flow: bool = False
    parent: Spot | None = None
    children: list[Spot] = field(default_factory=list)
    _by_name: dict[str | int, list[Spot]] = field(default_factory=dict)

    @property
    def name(self) -> str | int:
        """The key as written, or the index in a list; empty for the document."""
        return self.path[-1] if self.path else ""

    @property
    def key(self) -> str:
        """The key path as findings have it: ``description.en.features[0]``."""
        return key_path(self.path)

    def child(self, name: str) -> Spot | None:
        """The last value of this key, for that one counts."""
        found = self.named(name)
        return found[-1] if found else None

    def named(self, name: str | int) -> Sequence[Spot]:
        """All values of this key in their order; of a whole tree only, for they are sorted once."""
        if not self._by_name:
            for one in self.children:
                self._by_name.setdefault(one.name, []).append(one)
        return self._by_name.get(name, ())

    def walk(self) -> Iterator[Spot]:
        yield self
        for one in self.children:
            yield from one.walk()


@dataclass(frozen=True, slots=True)
class Edit:
    """The text from ``start`` to ``end`` becomes ``text``."""

    start: int
    end: int
    text: str


def key_path(path: Path) -> str:
    written = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return written.removeprefix(".")


class Tree:
    """The first document of a text. Raises ``yamlsafe.Unreadable`` where there is none.

    ``known``: the text was made from one that ``yamlsafe.parse`` took, so its nesting is bounded already.
    """

    def __init__(self, text: str, *, known: bool = False) -> None:
        self.text = text
        if not known:
            parse(text)
        self._lines = line_starts(text)
        self._seen: set[int] = set()
        node = _first_document(text)
        self.root = self._spot(node, (), None, node.start_mark.index, node.start_mark.index)
        self.spots = tuple(self.root.walk())
        self._by_key = {spot.key: spot for spot in self.spots}
        self._by_place = {spot.start: spot for spot in reversed(self.spots)}
        self._by_place.update({spot.key_start: spot for spot in reversed(self.spots)})

    def says_the_same(self, other: Tree) -> bool:
        """Whether two texts have the same keys and values in the same order, whatever else stands between them."""
        return len(self.spots) == len(other.spots) and all(
            (one.path, one.kind, one.value, one.style) == (two.path, two.kind, two.value, two.style)
            for one, two in zip(self.spots, other.spots, strict=True)
        )

    def find(self, finding: Problem) -> Spot | None:
        """The place a finding speaks of: of several with its key the one at its position."""
        key = finding.key or ""
        at, named = self._by_place.get(self.offset(finding.origin)), self._by_key.get(key)
        return at if at is not None and (not key or at.key.casefold() == key.casefold()) else named

    def offset(self, origin: Origin | None) -> int:
        """Where in the text an origin is; 0 where it does not say."""
        if origin is None or not origin.line or origin.line > len(self._lines):
            return 0
        return min(self._lines[origin.line - 1] + max(origin.column or 1, 1) - 1, len(self.text))

    def nearest(self, key: str | None) -> Spot:
        """The place of a key, or of what would hold it."""
        parts = re.split(r"\.|(?=\[)", key or "")
        for length in range(len(parts), 0, -1):
            spot = self._by_key.get("".join(p if p[:1] == "[" else f".{p}" for p in parts[:length]).removeprefix("."))
            if spot is not None:
                return spot
        return self.root

    def line_start(self, offset: int) -> int:
        return self._lines[bisect_right(self._lines, offset) - 1]

    def line_end(self, offset: int) -> int:
        """Offset of the line feed that ends this line, or of the end of the text."""
        found = self.text.find("\n", offset)
        return len(self.text) if found < 0 else found

    def indent(self, spot: Spot) -> str | None:
        """The spaces before a key that stands first on its line; None where something else stands there."""
        before = self.text[self.line_start(spot.key_start) : spot.key_start]
        return before if not before.strip(" ") else None

    def above(self, spot: Spot) -> tuple[int, str]:
        """Where a comment on this place can stand: offset of a line start, and its indentation."""
        at: Spot | None = spot
        while at is not None:
            start = self.line_start(at.key_start)
            before = self.text[start : at.key_start]
            if not at.in_flow and _BLOCK_PREFIX.fullmatch(before):
                return start, before[: len(before) - len(before.lstrip(" "))]
            at = at.parent
        first = self.root.children[0] if self.root.children and not self.root.is_flow else self.root
        return self.line_start(first.key_start), ""

    def after(self, spot: Spot) -> int:
        """Offset of the line after the last one of a value, a comment at its end included."""
        return min(self.line_end(max(spot.end, spot.key_end)) + 1, len(self.text))

    def _spot(self, node: yaml.Node, path: Path, parent: Spot | None, key_start: int, key_end: int) -> Spot:
        start, end = node.start_mark.index, node.end_mark.index
        in_flow = parent is not None and (parent.in_flow or parent.is_flow)
        if id(node) in self._seen:
            end = self.line_end(key_end)
            return Spot(path, "alias", key_end, end, key_start, key_end, in_flow=in_flow, parent=parent)
        self._seen.add(id(node))
        spot = Spot(path, "scalar", start, end, key_start, key_end, in_flow=in_flow, parent=parent)
        if isinstance(node, yaml.ScalarNode):
            spot.value, spot.style = node.value, node.style
            spot.end = self._without_blank(start, end) if node.style in ("|", ">") else end
            return spot
        if isinstance(node, yaml.CollectionNode):
            spot.is_flow = bool(node.flow_style)
        self._children(node, spot)
        if not spot.is_flow:
            spot.end = max([spot.children[-1].end, spot.children[-1].key_end] if spot.children else [start])
        return spot

    def _children(self, node: yaml.Node, spot: Spot) -> None:
        if isinstance(node, yaml.MappingNode):
            spot.kind = "mapping"
            for key, value in node.value:
                if isinstance(key, yaml.ScalarNode):
                    place = key.start_mark.index, key.end_mark.index
                    spot.children.append(self._spot(value, (*spot.path, key.value.strip()), spot, *place))
        else:
            spot.kind = "sequence"
            for number, value in enumerate(node.value):
                place = value.start_mark.index, value.start_mark.index
                spot.children.append(self._spot(value, (*spot.path, number), spot, *place))

    def _without_blank(self, start: int, end: int) -> int:
        return start + len(self.text[start:end].rstrip(" \t\n"))


def line_starts(text: str) -> list[int]:
    return [0, *(found.end() for found in re.finditer("\n", text))]


def said(text: str) -> list[tuple[object, ...]]:
    """What a text says, as flat events: structure, values and how they are quoted, anchors and aliases.

    To see whether two spellings say the same; nothing is composed, so neither depth nor an alias of itself matters.
    Raises ``Unreadable``.
    """
    try:
        return [
            (type(event), getattr(event, "value", None), getattr(event, "style", None), getattr(event, "anchor", None))
            for event in yaml.parse(text, Loader=yaml.CBaseLoader)
        ]
    except yaml.YAMLError as error:
        raise Unreadable(YamlFault("syntax", 1)) from error


def _first_document(text: str) -> yaml.Node:
    loader = yaml.CBaseLoader(text)
    try:
        loader.check_node()
        node = loader.get_node()
    except yaml.YAMLError as error:
        raise Unreadable(YamlFault("syntax", 1)) from error
    finally:
        loader.dispose()
    if node is None:
        raise Unreadable(YamlFault("empty", 1))
    return node


def written(value: str, style: str | None = None) -> str:
    """A scalar as YAML: in the given quotes, plain where that is safe and asked for, else in double quotes."""
    if style == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    if style not in ("'", '"') and _PLAIN.fullmatch(value) and value.lower() not in _NOT_TEXT and not _number(value):
        return value.rstrip() if value == value.rstrip() else quoted(value)
    return quoted(value)


def quoted(value: str) -> str:
    """A scalar in double quotes, with the escapes of YAML 1.2 (chapter 5.7) for what is not printable."""
    return '"' + "".join(_escaped(one) for one in value) + '"'


def _escaped(one: str) -> str:
    if one in '"\\':
        return "\\" + one
    if one == "\n":
        return "\\n"
    if one == " " or one.isprintable():
        return one
    number = ord(one)
    return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}" if number < 65_536 else f"\\U{number:08x}"


def _number(value: str) -> bool:
    return re.fullmatch(r"[-+.0-9eE_xobXOB:]+|[-+]?\.?(?:inf|nan)|[0-9][0-9_:.a-fA-F-]*", value) is not None


@dataclass(frozen=True, slots=True)
class Traced:
    """A text and, for each of its characters, where in the file as given it comes from."""

    text: str
    origins: list[int]

    @classmethod
    def of(cls, text: str) -> Traced:
        return cls(text, list(range(len(text) + 1)))

    def edited(self, edits: Iterable[Edit]) -> Traced:
        """The text with edits that do not overlap; those at one place in the order given."""
        texts: list[str] = []
        origins: list[int] = []
        at = 0
        for edit in sorted(edits, key=lambda one: one.start):
            texts += [self.text[at : edit.start], edit.text]
            origins += self.origins[at : edit.start]
            origins += [self.origins[edit.start]] * len(edit.text)
            at = edit.end
        texts.append(self.text[at:])
        return replace(self, text="".join(texts), origins=origins + self.origins[at:])
