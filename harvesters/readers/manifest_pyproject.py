# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""pyproject.toml to facts: the standard's table [project], else Poetry's own.

Source: PEP 621, PEP 639 and "pyproject.toml specification" of the Python packaging guide. What is "dynamic" is computed
by a build and so is not in the file.
"""

from __future__ import annotations

from harvesters.readers import declared_values as values
from harvesters.readers import tomlsafe
from harvesters.readers.declared import Declared, Row, read_file
from harvesters.readers.trove import addressed, classified
from harvesters.readers.yamlsafe import Node
from registry.model import Field, Reading, Snapshot

NAME = "python"
FILE = "pyproject.toml"
_POETRY = "tool.poetry"
_RUNTIME = f"project.requires-python {_POETRY}.dependencies.python.version {_POETRY}.dependencies.python"


def read(snapshot: Snapshot) -> Reading:
    """Facts of a pyproject.toml in the root."""
    return read_file(snapshot, NAME, FILE, tomlsafe.parse, _take)


def _paths(key: str) -> str:
    return f"project.{key} {_POETRY}.{key}"


_ROWS: tuple[Row, ...] = (
    (Field.SOFTWARE_VERSION, values.version, _paths("version")),
    (Field.KEYWORDS, values.keywords, _paths("keywords")),
)


def _take(file: Declared) -> None:
    own = file.find("project") or file.find(_POETRY)
    if own is None:  # the file only configures tools
        return
    file.name(_paths("name"))
    file.description(_paths("description"))
    licensed = file.licence("project.license", read=_licence) or file.licence(f"{_POETRY}.license")
    file.rows(_ROWS)
    _addresses(file)
    file.runtimes((("python", _RUNTIME),))
    file.fact(Field.PROGRAMMING_LANGUAGES, ["Python"], own)
    listed = file.find("project.classifiers") or file.find(f"{_POETRY}.classifiers")
    classified(file, values.items(listed) if listed else (), licensed)
    file.licence_file("project.license.file")


def _licence(node: Node) -> str | None:
    """An expression, or the older table: its ``text``, never its ``file``."""
    if isinstance(node.value, dict):
        return values.licence(node.value["text"]) if "text" in node.value else None
    return values.licence(node)


def _addresses(file: Declared) -> None:
    tables = [file.find("project.urls"), file.find(f"{_POETRY}.urls")]
    pairs = [pair for node in tables if node and isinstance(node.value, dict) for pair in node.value.items()]
    own = file.find(_POETRY)
    if own and isinstance(own.value, dict):
        pairs += [(key, own.value[key]) for key in ("homepage", "repository", "documentation") if key in own.value]
    addressed(file, pairs)
