# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Cargo.toml to facts. Source: the Cargo book, "The Manifest Format".

A value that a package takes from its workspace is read there, if it is in the same file; a workspace without a package
of its own speaks for all of them.
"""

from __future__ import annotations

from harvesters.readers import declared_values as values
from harvesters.readers import tomlsafe
from harvesters.readers.declared import Declared, Row, read_file
from harvesters.readers.yamlsafe import Node
from registry.model import Field, Reading, Snapshot

NAME = "cargo"
FILE = "Cargo.toml"


def read(snapshot: Snapshot) -> Reading:
    """Facts of a Cargo.toml in the root."""
    return read_file(snapshot, NAME, FILE, tomlsafe.parse, _take)


def _take(file: Declared) -> None:
    file.name("package.name")
    file.description(_paths("description"))
    own = file.find("package.license")
    path = "package.license" if own and not isinstance(own.value, dict) else "workspace.package.license"
    if file.find("package") is None or own is not None:
        file.licence(path, read=_licence)
    file.licence_file("package.license-file")
    file.rows(_ROWS)
    file.addresses(_paths("repository"), _paths("homepage"))
    file.runtimes((("rust", _paths("rust-version")),))
    if at := file.find("package") or file.find("workspace"):
        file.fact(Field.PROGRAMMING_LANGUAGES, ["Rust"], at)


def _paths(key: str) -> str:
    """A value of the package, then of the workspace: ``key.workspace = true`` is a table, so it gives none itself."""
    return f"package.{key} workspace.package.{key}"


def _licence(node: Node) -> str | None:
    """ "MIT/Apache-2.0" is how Cargo wrote alternatives before it took over SPDX expressions."""
    written = values.licence(node)
    return written.replace("/", " OR ") if written and "://" not in written else written


def _status(node: Node) -> str | None:
    return "obsolete" if values.text(node) == "deprecated" else None


_ROWS: tuple[Row, ...] = (
    (Field.SOFTWARE_VERSION, values.version, _paths("version")),
    (Field.KEYWORDS, values.keywords, _paths("keywords")),
    (Field.DOCUMENTATION_URL, values.web, _paths("documentation")),
    (Field.DEVELOPMENT_STATUS, _status, "badges.maintenance.status"),
)
