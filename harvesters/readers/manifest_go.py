# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""go.mod to facts, line by line. Source: the Go modules reference."""

from __future__ import annotations

import re

from harvesters.readers import declared_urls as urls
from harvesters.readers.declared import Declared, read_file
from harvesters.readers.parsed import Fault, Parsed, as_text
from harvesters.readers.yamlsafe import Node
from registry.model import Field, Reading, Snapshot

NAME = "go"
FILE = "go.mod"
_MODULE = re.compile(r"""[ \t]{0,20}module[ \t]{1,20}["`]?([\w.~!/-]{1,300})["`]?[ \t]{0,20}(?://.*)?""")
_GO = re.compile(r"[ \t]{0,20}go[ \t]{1,20}(\d{1,3}\.\d{1,3}(?:\.\d{1,3})?(?:rc\d{1,2})?)[ \t]{0,20}(?://.*)?")
_DEPRECATED = re.compile(r"[ \t]{0,20}(?:module\b[^/\n]{0,300})?//[ \t]{0,20}Deprecated:")
_MAJOR = re.compile(r"/v[2-9]\d{0,3}$|/v1\d{1,3}$|\.v\d{1,4}$")
_TWO_DEEP = ("github.com/", "bitbucket.org/", "codeberg.org/")
_HOSTED = (*_TWO_DEEP, "gitlab.com/")
"""Hosts whose path of a module begins with that of its repository."""
_MOST_LINES = 20_000


def read(snapshot: Snapshot) -> Reading:
    """Facts of a go.mod in the root."""
    return read_file(snapshot, NAME, FILE, parse, _take)


def parse(content: bytes) -> Parsed:
    """The keys ``module``, ``go`` and ``deprecated`` of the file."""
    text, faults = as_text(content)
    found: dict[str, Node] = {}
    for number, line in enumerate(text.split("\n")[:_MOST_LINES], 1):
        for key, pattern in (("module", _MODULE), ("go", _GO)):
            if key not in found and (match := pattern.fullmatch(line)):
                found[key] = Node(match[1], number, match.start(1) + 1, match[1])
        if "deprecated" not in found and _DEPRECATED.match(line) and ("module" not in found or "module" in line):
            found["deprecated"] = Node("obsolete", number, 1, "obsolete")
    if "module" not in found:
        faults.append(Fault("unreadable", detail="module?"))
    return Parsed(Node(dict(found), 1, 1), tuple(faults))


def _take(file: Declared) -> None:
    module = file.find("module")
    if module is None:
        return
    path = _MAJOR.sub("", module.text)
    file.name("module", lambda _: path.rstrip("/").rpartition("/")[2])
    if address := _repository(path):
        file.fact(Field.REPOSITORY_URL, address, module)
    if status := file.find("deprecated"):
        file.fact(Field.DEVELOPMENT_STATUS, "obsolete", status)
    file.runtimes((("go", "go"),))
    file.fact(Field.PROGRAMMING_LANGUAGES, ["Go"], module)


def _repository(path: str) -> str | None:
    """The repository of a module: certain on hosts of code, and where the path says ".git"."""
    before, dot_git, _ = path.partition(".git/") if ".git/" in path else path.partition(".git")
    if dot_git and (path.endswith(".git") or ".git/" in path):
        return urls.repository(f"https://{before}")
    if not path.startswith(_HOSTED) or path.count("/") < 2:
        return None
    root = "/".join(path.split("/")[:3]) if path.startswith(_TWO_DEEP) else path
    return urls.repository(f"https://{root}")
