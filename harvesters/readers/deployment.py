# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Databases and other services that the software runs beside: the images of compose files, sub-charts of a Helm chart.

Whether there is a Dockerfile, compose file or chart at all is ``presence``'s to tell. What cannot be read is left out
and told, but for templates: these hold what no reader of ours resolves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from harvesters.readers.collect import Collector
from harvesters.readers.filenames import chosen
from harvesters.readers.texts import clean, decode
from harvesters.readers.yamlmend import load
from harvesters.readers.yamlsafe import Node
from registry.model import FactSource, Field, Reading, Snapshot
from registry.vocabulary.tools import service_of

NAME = "deployment"
LONGEST = 128 * 2**10
MOST_PARTS = 200
_LONGEST_IMAGE = 300

_FAULTS = frozenset({"syntax", "value-too-complex", "too-complex", "tab", "merge-markers"})
_TEMPLATE = re.compile(r"\{[{%]|<%")
_DEFAULT = re.compile(r"\$\{\w{1,80}:?-([^${}]{0,200})\}")
_VARIABLE = re.compile(r"\$\{[^{}]{0,200}\}|\$\w{1,80}")


def read(snapshot: Snapshot) -> Reading:
    """The ids of all services in alphabetical order, each with the first file and line that names it."""
    collector = Collector(snapshot, FactSource.TREE)
    found: dict[str, tuple[str, int]] = {}
    for kind, images in (("compose", _compose), ("compose-beside", _compose), ("chart", _chart)):
        for path in chosen(kind, snapshot.files):
            root = _parsed(snapshot.files[path], path, collector)
            for image, line in images(root) if root else ():
                if service := service_of(bare_name(image)):
                    found.setdefault(service, (path, line))
    collector.each(Field.SERVICES, [(service, *found[service]) for service in sorted(found)])
    return collector.reading(NAME)


def bare_name(image: str) -> str:
    """``registry.example/owner/Name:tag@digest`` without all but the name, variables at their defaults."""
    written = image[:_LONGEST_IMAGE]
    for _ in range(2):  # a default may be a variable with a default
        written = _DEFAULT.sub(r"\1", written)
    path = _VARIABLE.sub("", written).partition("@")[0].strip().rstrip("/")
    return path.rpartition("/")[2].partition(":")[0].lower()


def _parsed(content: bytes, path: str, collector: Collector) -> dict[str, Node] | None:
    """What is whole of a file; the first fault of a file that was read to its end is told."""
    text = clean(decode(content[:LONGEST]).text)
    loaded = load(text)
    fault = next((one for one in loaded.faults if one.kind in _FAULTS), None)
    if fault and len(content) <= LONGEST and not _TEMPLATE.search(text):
        collector.path = path
        detail = fault.params.get("detail") or fault.kind
        collector.problem("manifest-unreadable", fault.line, fault.column, name=path, detail=detail)
    return loaded.root.value if loaded.root is not None and isinstance(loaded.root.value, dict) else None


def _compose(root: dict[str, Node]) -> Iterator[tuple[str, int]]:
    services = root.get("services")
    # Version 1 of the format had the services at the top.
    parts = services.value if services else root
    for part in list(parts.values())[:MOST_PARTS] if isinstance(parts, dict) else ():
        image = part.value.get("image") if isinstance(part.value, dict) else None
        if image is not None:
            yield image.text, image.line


def _chart(root: dict[str, Node]) -> Iterator[tuple[str, int]]:
    parts = root.get("dependencies")
    for part in parts.value[:MOST_PARTS] if parts and isinstance(parts.value, list) else ():
        name = part.value.get("name") if isinstance(part.value, dict) else None
        if name is not None:
            yield name.text, name.line
