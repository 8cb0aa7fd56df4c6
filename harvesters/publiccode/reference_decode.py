# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""From the tree to the values the reference parser works with, and the one structural error it reports.

A text takes any scalar; a flag only true and false; a wrong type or an unknown key empties the whole top-level key it
is under. Only the first error counts, in the order of the struct's fields; unknown keys come last.
Source of the rules: decode.go of goccy/go-yaml 1.19 with ``DisallowUnknownField``, marshallers.go of the parser.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harvesters.publiccode import reference_urls as urls
from harvesters.publiccode.reference_scalars import as_text
from harvesters.publiccode.reference_tables import Field, Shape, tables
from harvesters.publiccode.reference_tree import Kind, RNode, TooComplex, Tree

_MERGE = "<<"
_MOST_STEPS = 60_000
_DEEPEST = 60
_COLLECTION = object()
"""The value of a list or mapping where a scalar is wanted."""


class Structural(Exception):
    """The structural error: ``unknown`` names an unknown key, ``plain`` is an error that has no place."""

    def __init__(self, line: int, unknown: str | None = None, plain: str | None = None) -> None:
        super().__init__(line, unknown, plain)
        self.line = line
        self.unknown = unknown
        self.plain = plain
        self.expected = ""
        """Of a wrong type the kind of ``Shape`` that belongs there."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """All fields of the file with Go's zero values where nothing was decoded, and the error if there is one."""

    values: Mapping[str, Any]
    error: Structural | None


def decode(tree: Tree) -> Decoded:
    """Decode the first document. Raises ``TooComplex`` for aliases that are written out without end."""
    decoder = _Decoder(tree)
    root = tree.documents[0]
    values = zero(Shape("struct", struct="file"))
    if root is None:
        return Decoded(values, None)
    try:
        decoder.resolve(root)
        error = decoder.fill(values, tables().structs["file"], root)
    except Structural as found:
        return Decoded(zero(Shape("struct", struct="file")), found)
    return Decoded(values, error)


def zero(shape: Shape) -> Any:
    """Go's zero value of a type."""
    if shape.optional or shape.kind in ("list", "by-language", "urls"):
        return None
    if shape.kind == "struct":
        return {field.name: zero(field.shape) for field in tables().structs[shape.struct]}
    return False if shape.kind == "flag" else ""


class _Decoder:
    def __init__(self, tree: Tree) -> None:
        self._anchors = tree.anchors
        self._steps = 0
        self._depth = 0

    def resolve(self, root: RNode) -> None:
        """Every alias must have its anchor before it and every tagged flag be one, wherever they stand."""
        known: set[str] = set()
        stack = [root]
        while stack:
            node = stack.pop()
            if node.kind is Kind.ALIAS and node.text not in known:
                raise Structural(node.line)
            if node.kind is Kind.ANCHOR:
                known.add(node.text)
            if node.kind is Kind.TAG and node.inner is not None and node.inner.kind is Kind.SCALAR:
                _tagged(node.text, node.inner.value, node.inner.line)
            if node.inner is not None:
                stack.append(node.inner)
            stack.extend(reversed(node.items))
            stack.extend(part for pair in reversed(node.pairs) for part in reversed(pair))

    def new(self, shape: Shape, node: RNode) -> Any:
        """The value of a field, item or map entry. Raises ``Structural``."""
        self._steps += 1
        if self._steps > _MOST_STEPS or self._depth > _DEEPEST:
            raise TooComplex
        self._depth += 1
        try:
            if node.kind is Kind.ALIAS:
                node = self._anchors[node.text]
            if _is_null(node):
                return zero(shape)
            while node.kind is Kind.ANCHOR and node.inner is not None:
                node = node.inner
            return self._value(shape, node)
        except Structural as problem:
            problem.expected = problem.expected or shape.kind
            raise
        finally:
            self._depth -= 1

    def _value(self, shape: Shape, node: RNode) -> Any:
        if shape.kind == "text":
            return self._text(node)
        if shape.kind == "flag":
            value = self._scalar(node)
            if value is None:
                return False
            if not isinstance(value, bool):
                raise Structural(node.line)
            return value
        if shape.kind == "url":
            return self._url(node)
        if shape.kind == "urls":
            return self._urls(node)
        if shape.kind == "list":
            return self._list(shape, node)
        if shape.kind == "by-language":
            return self._by_language(shape, node)
        values: dict[str, Any] = zero(Shape("struct", struct=shape.struct))
        error = self.fill(values, tables().structs[shape.struct], node)
        if error is not None:
            raise error
        return values

    def _scalar(self, node: RNode) -> Any:
        if node.kind is Kind.ANCHOR and node.inner is not None:
            return self._scalar(node.inner)
        if node.kind is Kind.ALIAS:
            return self._scalar(self._anchors[node.text])
        if node.kind is Kind.TAG and node.inner is not None:
            return _tagged(node.text, self._scalar(node.inner), node.inner.line)
        return node.value if node.kind is Kind.SCALAR else _COLLECTION

    def _text(self, node: RNode) -> str:
        value = self._scalar(node)
        if value is _COLLECTION:
            raise Structural(node.line)
        return "" if value is None else as_text(value)

    def _url(self, node: RNode) -> str:
        text = self._text(node)
        try:
            urls.parse(text)
        except urls.Unparsable as error:
            raise Structural(0, plain=f'parsing URL "{text}": parse "{text}": {error}') from error
        return text

    def _urls(self, node: RNode) -> list[str | None]:
        try:
            listed: list[str | None] = self._list(Shape("list", of=Shape("url", optional=True)), node)
        except Structural:
            return [self._url(node)]
        return listed

    def _list(self, shape: Shape, node: RNode) -> Any:
        if _is_null(node):
            return None
        if node.kind is Kind.TAG and node.inner is not None and node.inner.kind is Kind.SEQUENCE:
            node = node.inner
        if node.kind is not Kind.SEQUENCE or shape.of is None:
            raise Structural(node.line)
        found, error = [], None
        for item in node.items:
            try:
                found.append(self.new(shape.of, item))
            except Structural as problem:
                error = error or problem
        if error is not None:
            raise error
        return found

    def _by_language(self, shape: Shape, node: RNode) -> dict[str, Any]:
        if node.kind is not Kind.MAP or shape.of is None:
            raise Structural(node.line)
        found: dict[str, Any] = {}
        error = None
        for key, value in node.pairs:
            if _is_merge(key):
                found.update(self._by_language(shape, self._mapping(value)))
                continue
            name = self._scalar(key)
            if name is _COLLECTION or (isinstance(name, str) and name in found):
                raise Structural(key.line)
            try:
                found["" if name is None else as_text(name)] = self.new(shape.of, value)
            except Structural as problem:
                error = error or problem
        if error is not None:
            raise error
        return found

    def _mapping(self, node: RNode) -> RNode:
        for _ in range(_DEEPEST):
            if node.kind is Kind.ANCHOR and node.inner is not None:
                node = node.inner
            elif node.kind is Kind.ALIAS:
                node = self._anchors[node.text]
            else:
                break
        if node.kind is not Kind.MAP:
            raise Structural(node.line)
        return node

    def _keyed(self, node: RNode, depth: int = 0) -> dict[str, tuple[RNode, RNode]] | None:
        """Keys of a mapping with merged ones; None where a key is no text: then the decoder sees no key at all."""
        if depth > _DEEPEST:
            raise TooComplex
        found: dict[str, tuple[RNode, RNode]] = {}
        for key, value in self._mapping(node).pairs:
            if _is_merge(key):
                for name, pair in (self._keyed(value, depth + 1) or {}).items():
                    if name in found:
                        raise Structural(pair[1].line)
                    found[name] = pair
                continue
            name = self._scalar(key)
            if not isinstance(name, str):
                return None
            if name in found:
                raise Structural(key.line)
            found[name] = (key, value)
        return found

    def fill(self, values: dict[str, Any], fields: tuple[Field, ...], node: RNode) -> Structural | None:
        """Decode the fields of a struct into ``values``; gives the error that counts. Raises ``Structural``."""
        keyed = self._keyed(node)
        if keyed is None:
            return None
        error: Structural | None = None
        for field in fields:
            pair = keyed.pop(field.name, None)
            if pair is None:
                continue
            try:
                values[field.name] = self.new(field.shape, pair[1])
            except Structural as problem:
                error = error or problem
        if error is None and keyed:
            name, (key, _) = next(iter(keyed.items()))
            error = Structural(key.line, unknown=name)
        return error


def _is_null(node: RNode) -> bool:
    return node.kind is Kind.SCALAR and node.value is None


def _is_merge(key: RNode) -> bool:
    return key.kind is Kind.SCALAR and key.value == _MERGE and not key.quoted


def _tagged(tag: str, value: Any, line: int) -> Any:
    """A scalar behind an explicit tag."""
    if value is _COLLECTION or tag not in ("!!str", "!!bool", "!!null", "!!int", "!!float", "!!timestamp"):
        return value
    if tag == "!!str":
        return "" if value is None else as_text(value)
    if tag == "!!null":
        return None
    if tag == "!!bool":
        word = "" if value is None else as_text(value).lower()
        if word not in ("true", "false", "t", "f", "1", "0", "yes", "no"):
            raise Structural(line)
        return word in ("true", "t", "1", "yes")
    return _COLLECTION if tag == "!!timestamp" else value
