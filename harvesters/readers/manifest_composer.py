# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""composer.json to facts. Source: Composer's documentation of the schema; several licences are alternatives there."""

from __future__ import annotations

from harvesters.readers import declared_values as values
from harvesters.readers import jsonsafe
from harvesters.readers.declared import Declared, Row, read_file
from harvesters.readers.yamlsafe import Node
from registry.model import Field, Reading, Snapshot

NAME = "composer"
FILE = "composer.json"


def read(snapshot: Snapshot) -> Reading:
    """Facts of a composer.json in the root."""
    return read_file(snapshot, NAME, FILE, jsonsafe.parse, _take)


def _take(file: Declared) -> None:
    file.name("name", without_vendor)
    file.description("description")
    file.licence("license", " OR ")
    file.rows(_ROWS)
    file.addresses("support.source", "homepage")
    file.runtimes((("php", "require.php"),))
    if at := file.find("require.php") or file.find("autoload"):
        file.fact(Field.PROGRAMMING_LANGUAGES, ["PHP"], at)


def without_vendor(name: str) -> str:
    """ "stadt/melder" is "melder": the vendor is the publisher's account."""
    return name.partition("/")[2] or name


def _abandoned(node: Node) -> str | None:
    """True, or the name of the package to use instead."""
    return "obsolete" if node.value is True or (isinstance(node.value, str) and node.value.strip()) else None


_ROWS: tuple[Row, ...] = (
    (Field.SOFTWARE_VERSION, values.version, "version"),
    (Field.RELEASE_DATE, values.day, "time"),
    (Field.KEYWORDS, values.keywords, "keywords"),
    (Field.ISSUES_URL, values.web, "support.issues"),
    (Field.DOCUMENTATION_URL, values.web, "support.docs support.wiki"),
    (Field.DEVELOPMENT_STATUS, _abandoned, "abandoned"),
)
