# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""package.json to facts. Source: npm's documentation of the file; several licences, as of old, are alternatives."""

from __future__ import annotations

from harvesters.readers import declared_values as values
from harvesters.readers import jsonsafe
from harvesters.readers.declared import Declared, Row, read_file
from harvesters.readers.yamlsafe import Node
from registry.model import Field, Reading, Snapshot

NAME = "npm"
FILE = "package.json"
_OF_A_WORKSPACE = frozenset({"root", "monorepo", "workspace", "workspaces", "monorepo-root", "turborepo", "base"})
_ROWS: tuple[Row, ...] = (
    (Field.SOFTWARE_VERSION, values.version, "version"),
    (Field.KEYWORDS, values.keywords, "keywords"),
    (Field.ISSUES_URL, values.web, "bugs.url bugs"),
)
_RUNTIMES = (("node", "engines.node"), ("bun", "engines.bun"), ("deno", "engines.deno"))
_CODE = ("main", "module", "exports", "bin", "dependencies")
"""A package with none of these is tooling of something written in another language."""


def read(snapshot: Snapshot) -> Reading:
    """Facts of a package.json in the root."""
    return read_file(snapshot, NAME, FILE, jsonsafe.parse, _take)


def _take(file: Declared) -> None:
    if not _is_workspace(file):
        file.name("productName displayName name", without_scope)
    file.description("description")
    if not (file.licence("license", " OR ") or file.licence("licenses", " OR ")):
        file.licence_file("license")
    file.rows(_ROWS)
    file.addresses("repository.url repository", "homepage")
    file.runtimes(_RUNTIMES)
    if at := next((node for key in _CODE if (node := file.find(key)) and node.value), None):
        file.fact(Field.PROGRAMMING_LANGUAGES, ["TypeScript" if _has_typescript(file) else "JavaScript"], at)


def without_scope(name: str) -> str:
    """ "@stadt/melder" is "melder": the scope is the publisher's account."""
    scope, slash, rest = name.partition("/")
    return rest if slash and scope.startswith("@") and rest else name


def _is_workspace(file: Declared) -> bool:
    """The private root of a monorepo, whose name only says that it is one."""
    private = file.find("private")
    closed = (private is not None and private.text.lower() == "true") or file.find("workspaces") is not None
    return closed and without_scope(file.text("name") or "").lower() in _OF_A_WORKSPACE


def _has_typescript(file: Declared) -> bool:
    found: list[Node | None] = [file.find("devDependencies.typescript"), file.find("dependencies.typescript")]
    return any(found) or file.find("types") is not None
