# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""setup.cfg to facts: sections of keys and values, lines that go on indented. Source: setuptools' documentation.

"attr:" and "file:" are computed by a build and never followed.
"""

from __future__ import annotations

import re

from harvesters.readers import declared_values as values
from harvesters.readers.declared import Declared, Row, read_file
from harvesters.readers.parsed import MOST_NODES, Fault, Parsed, as_text
from harvesters.readers.trove import addressed, classified
from harvesters.readers.yamlsafe import Node
from registry.model import Field, Reading, Snapshot

NAME = "setuptools"
FILE = "setup.cfg"
_SECTION = re.compile(r"\[([^\]\n]{1,200})\]")
_KEY = re.compile(r"([^\s=:\[#;][^=:]{0,100}?)[ \t]{0,50}[=:][ \t]{0,50}")
_COMPUTED = re.compile(r"(?:attr|file):")


def read(snapshot: Snapshot) -> Reading:
    """Facts of a setup.cfg in the root."""
    return read_file(snapshot, NAME, FILE, parse, _take)


def parse(content: bytes) -> Parsed:
    """Sections of keys; a value of several lines keeps its line ends, a comment in it becomes an empty line."""
    text, faults = as_text(content)
    sections: dict[str, dict[str, Node]] = {}
    lines: dict[str, int] = {}
    inside: dict[str, Node] = {}
    key = ""
    for number, line in enumerate(text.split("\n")[:MOST_NODES], 1):
        if section := _SECTION.match(line):
            inside, key = sections.setdefault(section[1].strip(), {}), ""
            lines.setdefault(section[1].strip(), number)
        elif key and (not line.strip() or line[0] in " \t#;"):
            written = "" if line.lstrip()[:1] in ("#", ";") else line.strip()
            inside[key] = _longer(inside[key], written)
        elif match := _KEY.match(line):
            key = match[1].strip().lower().replace("-", "_")
            value = line[match.end() :].strip()
            inside[key] = Node(value, number, match.end() + 1, value, number, 1)
        elif line.strip() and line[0] not in "#;":
            faults.append(Fault("unreadable", number, 1, "key = value?"))
            break
    roots = {name: Node(dict(keys), lines[name], 1) for name, keys in sections.items()}
    return Parsed(Node(dict(roots), 1, 1), tuple(faults))


def _longer(node: Node, line: str) -> Node:
    if len(node.text) > values.LONGEST_TEXT:
        return node
    text = f"{node.text}\n{line}"
    return Node(text, node.line, node.column, text, node.key_line, node.key_column)


def _plain(node: Node) -> str | None:
    written = values.text(node)
    return written if written and not _COMPUTED.match(written) else None


def _take(file: Declared) -> None:
    own = file.find("metadata")
    if own is None:  # the file only configures tools
        return
    file.name("metadata.name", read=_plain)
    file.description("metadata.description metadata.summary")
    licensed = any(file.licence(f"metadata.{key}", read=_licence) for key in ("license_expression", "license"))
    file.rows(_ROWS)
    pairs = [_labelled(node) for node in _lines(file, "metadata.project_urls")]
    home = file.find("metadata.url") or file.find("metadata.home_page")
    addressed(file, [*pairs, *([("homepage", home)] if home else [])])
    file.runtimes((("python", "options.python_requires"),))
    file.fact(Field.PROGRAMMING_LANGUAGES, ["Python"], own)
    classified(file, _lines(file, "metadata.classifiers") or _lines(file, "metadata.classifier"), licensed)


def _licence(node: Node) -> str | None:
    written = values.licence(node)
    return written if written and not _COMPUTED.match(written) else None


def _lines(file: Declared, path: str) -> list[Node]:
    node = file.find(path)
    return list(values.lines(node)) if node else []


def _labelled(node: Node) -> tuple[str, Node]:
    """ "Label = address" of a line."""
    label, _, address = node.text.partition("=")
    return label, Node(address.strip(), node.line, node.column, address.strip())


_ROWS: tuple[Row, ...] = (
    (Field.SOFTWARE_VERSION, values.version, "metadata.version"),
    (Field.KEYWORDS, values.keywords, "metadata.keywords"),
)
