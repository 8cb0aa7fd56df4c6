# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""CITATION.cff to facts, versions 1.0 to 1.2. Authors, contacts and the paper to be cited instead are never read.

Source: schema guide of the Citation File Format 1.2.0. Several licences are alternatives there ("license").
"""

from __future__ import annotations

from harvesters.readers import declared_values as values
from harvesters.readers.declared import Declared, Row, read_file
from harvesters.readers.parsed import parse_yaml
from harvesters.readers.yamlsafe import Node
from registry.model import FactSource, Field, Reading, Snapshot

NAME = "citation"
FILE = "CITATION.cff"
_REQUIRED = ("cff-version", "message", "title", "authors")


def read(snapshot: Snapshot) -> Reading:
    """Facts of a CITATION.cff in the root."""
    return read_file(snapshot, NAME, FILE, parse_yaml, _take, FactSource.CITATION)


def _take(file: Declared) -> None:
    missing = [key for key in _REQUIRED if not ((node := file.find(key)) and node.value)]
    # A file that breaks off may well have what is missing.
    if missing and not file.collector.problems:
        file.problem("citation-invalid", file.root, missing=", ".join(missing))
    file.name("title")
    file.description("abstract")
    file.licence("license", " OR ") or file.licence("license-url")
    file.rows(_ROWS)
    file.addresses("repository-code", "url")


def _identifiers(node: Node) -> list[str] | None:
    """The DOI, and those of the list that are one; other kinds of the list are addresses of anything."""
    listed = [item.value["value"] if isinstance(item.value, dict) and "value" in item.value else item
              for item in values.items(node)]  # fmt: skip
    found = [one for item in listed for one in values.doi(item) or []]
    return list(dict.fromkeys(found)) or None


_ROWS: tuple[Row, ...] = (
    (Field.SOFTWARE_VERSION, values.version, "version"),
    (Field.RELEASE_DATE, values.day, "date-released"),
    (Field.KEYWORDS, values.keywords, "keywords"),
    (Field.IDENTIFIERS, values.doi, "doi"),
    (Field.IDENTIFIERS, _identifiers, "identifiers"),
)
