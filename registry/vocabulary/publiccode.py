# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The rules of publiccode.yml, one table a version; the data is in ``publiccode/*.toml``.

Every 0.x is read by the newest rules of 0.x, as the reference parser does; what only an older version asked for stays
in the table of that version and is marked as *eased*, so that it is told but never held against anybody.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

_FOLDER = Path(__file__).parent / "publiccode"
_VERSION = re.compile(r"(?:https?://w3id\.org/publiccode/version/)?([0-9]{1,3})(?:\.([0-9]{1,3}))?(?:\.[0-9]{1,3})?")
"""The address is how files before 0.2 write it."""

Type = Literal["text", "boolean", "mapping", "list", "languages", "any"]


@dataclass(frozen=True, slots=True)
class Condition:
    """Another key of the same mapping, and the values of it that count."""

    key: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Key:
    """What one version says of one key path; ``checks`` are names of checks with their parameters."""

    path: str
    name: str
    type: Type = "any"
    required: bool = False
    missing: str | None = None
    """Severity where it is missing, if not that of the rule."""
    absent: str | None = None
    """The rule that says it is missing, if it has one of its own."""
    single: str | None = None
    """A list may be one value: "fine", or "told"."""
    each: bool = True
    """False: of the languages one must have it."""
    since: str | None = None
    deprecated: str | None = None
    removed: str | None = None
    instead: str | None = None
    told: str | None = None
    required_if: Condition | None = None
    excluded_unless: Condition | None = None
    checks: tuple[tuple[str, Any], ...] = ()
    eased: tuple[tuple[str, Any], ...] = ()
    """Checks that only this version and older ones make; ("required", True) where newer ones do without the key."""
    children: Mapping[str, Key] = field(default_factory=dict)
    item: Key | None = None
    """Of a list its items, of ``languages`` the mapping of one language."""
    spellings: Mapping[str, str] = field(default_factory=dict)
    """Keys below this one in lower case and older names of them, to today's names."""


@dataclass(frozen=True, slots=True)
class Version:
    """A declared version. ``known``: released or the coming one; else the newest rules are applied."""

    text: str
    rules: str
    known: bool
    refused: bool
    """The pipelines that run the reference parser do not take it."""
    newest: bool


@cache
def vocabulary(name: str) -> Mapping[str, Any]:
    """One file of ``publiccode/``."""
    return MappingProxyType(tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8")))


def order(version: str) -> tuple[int, int]:
    """For comparing versions: "0.10" is after "0.9"."""
    major, _, minor = version.partition(".")
    return int(major), int(minor or 0)


def newest() -> str:
    """The newest released version."""
    return str(vocabulary("versions")["released"][-1])


def version_of(declared: str | None) -> Version | None:
    """What a declared version means: "0" is the newest 0.x. None for what is no version at all."""
    match = _VERSION.fullmatch(declared.strip()) if declared else None
    if match is None or declared is None:
        return None
    written = declared.strip()
    short = match[1] + (f".{match[2]}" if match[2] else "")
    table = vocabulary("versions")
    rules = {"0": newest(), "1": table["next"], "1.0": table["next"]}.get(short, short)
    known = rules in table["released"] or rules == table["next"]
    refused = known and written not in table["accepted"]
    return Version(written, rules if known else newest(), known, refused, rules == newest() or rules == table["next"])


@cache
def table(version: str) -> Key:
    """The rules of a released version or the coming one as a tree; its root is the file. Raises KeyError for others."""
    versions = vocabulary("versions")
    if version not in (*versions["released"], versions["next"]):
        raise KeyError(version)
    rows = {path: _row(path, row, version) for path, row in _all_rows().items()}
    below: dict[str, list[str]] = {}
    for path in rows:
        below.setdefault(_parent(path), []).append(path)
    return _tree(Key("", "", "mapping"), rows, below)


def _all_rows() -> dict[str, dict[str, Any]]:
    """The rows of the file, those that stand for several paths (``same``) written out."""
    rows = dict(vocabulary("keys"))
    for path, row in list(rows.items()):
        for other in row.get("same", ()):
            for inner in [one for one in rows if one.startswith(path)]:
                rows[other + inner[len(path) :]] = rows[inner]
    return rows


def _row(path: str, row: Mapping[str, Any], version: str) -> tuple[Key, Mapping[str, str]]:
    """One key as ``version`` has it, and its older names."""
    said = {name: value for name, value in row.items() if name not in ("before", "from", "same", "formerly")}
    for limit, overlay in row.get("from", {}).items():
        if order(version) >= order(limit):
            said |= overlay
    eased: list[tuple[str, Any]] = []
    for limit, overlay in row.get("before", {}).items():
        if order(version) < order(limit):
            eased += [("required", True)] * overlay.get("required", False) + list(overlay.get("checks", {}).items())
    for name in ("required_if", "excluded_unless"):
        if name in said:
            said[name] = Condition(said[name]["key"], frozenset(said[name]["values"]))
    said["checks"] = tuple(said.get("checks", {}).items())
    key = Key(path=path, name=_name(path), eased=tuple(eased), **said)
    return key, dict.fromkeys(row.get("formerly", ()), key.name)


def _tree(key: Key, rows: Mapping[str, tuple[Key, Mapping[str, str]]], below: Mapping[str, list[str]]) -> Key:
    children: dict[str, Key] = {}
    spellings: dict[str, str] = {}
    item: Key | None = None
    for path in below.get(key.path, ()):
        child, older = rows[path]
        built = _tree(child, rows, below)
        if path.endswith(("[]", ".*")):
            item = built
            continue
        children[child.name] = built
        spellings |= {name.lower(): today for name, today in older.items()} | {child.name.lower(): child.name}
    values = {name: getattr(key, name) for name in Key.__dataclass_fields__}
    return Key(**{**values, "children": children, "spellings": spellings, "item": item})


def _parent(path: str) -> str:
    return path[:-2] if path.endswith("[]") else path.rpartition(".")[0]


def _name(path: str) -> str:
    return "" if path.endswith(("[]", "*")) else path.rpartition(".")[2]
