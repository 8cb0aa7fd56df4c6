# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the reference parser asks of a file, read from ``registry/vocabulary/publiccode/reference.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

SCALARS = frozenset({"text", "flag", "url", "urls"})


@dataclass(frozen=True, slots=True)
class Shape:
    """A type: ``kind`` is text, flag, url, urls, list, by-language or struct. ``optional``: may be absent (null)."""

    kind: str
    optional: bool = False
    of: Shape | None = None
    """Of a list's items or a mapping's values."""
    struct: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    parameter: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A key of a struct with its type and its chain of rules."""

    name: str
    shape: Shape
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Wording:
    """The id of the finding for a failed rule, and the sentence of the reference parser."""

    id: str
    says: str


@dataclass(frozen=True, slots=True)
class Deprecation:
    """A key that is still taken: since which version it is deprecated and what takes its place (empty: nothing)."""

    says: str
    since: str
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Tables:
    supported: tuple[str, ...]
    current: frozenset[str]
    structs: Mapping[str, tuple[Field, ...]]
    lists: Mapping[str, tuple[str, ...]]
    rules: Mapping[str, Wording]
    deprecated: Mapping[str, Deprecation]
    logo: frozenset[str]
    screenshot: frozenset[str]
    narrowest: int
    """Least width of a PNG logo, in pixels."""
    videos: Mapping[str, tuple[re.Pattern[str], ...]]
    listed: Mapping[str, frozenset[str]]
    """Where its tables of languages, scripts, regions and countries differ from the registries."""


@cache
def tables() -> Tables:
    """The whole file. Raises KeyError or ValueError when it is not as it should be."""
    path = resources.files("registry.vocabulary") / "publiccode" / "reference.toml"
    raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    return Tables(
        supported=tuple(raw["supported"]),
        current=frozenset(raw["current"]),
        structs={name: _fields(table) for name, table in raw["structs"].items()},
        lists={name: tuple(values) for name, values in raw["lists"].items()},
        rules={name: Wording(**table) for name, table in raw["rules"].items()},
        deprecated={key: Deprecation(**table) for key, table in raw["deprecated"].items()},
        logo=frozenset(raw["pictures"]["logo"]),
        screenshot=frozenset(raw["pictures"]["screenshot"]),
        narrowest=raw["pictures"]["narrowest"],
        videos={host: tuple(re.compile(shape) for shape in shapes) for host, shapes in raw["videos"].items()},
        listed={name: frozenset(values) for name, values in raw["tables"].items()},
    )


def _fields(table: Mapping[str, Mapping[str, Any]]) -> tuple[Field, ...]:
    return tuple(
        Field(name, _shape(entry["type"]), tuple(_rule(text) for text in entry.get("rules", ())))
        for name, entry in table.items()
    )


def _shape(text: str) -> Shape:
    if text.startswith("?"):
        inner = _shape(text[1:])
        return Shape(inner.kind, True, inner.of, inner.struct)
    if text.startswith("["):
        return Shape("list", of=_shape(text[1:-1]))
    if text.startswith("{"):
        return Shape("by-language", of=_shape(text[1:-1]))
    return Shape(text) if text in SCALARS else Shape("struct", struct=text)


def _rule(text: str) -> Rule:
    name, _, parameter = text.partition(":")
    return Rule(name, parameter)
