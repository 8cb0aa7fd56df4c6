# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""pom.xml to facts: what the file says itself. A parent is another artefact, and nothing of it is taken over.

Source: Maven's POM reference; several licences are alternatives there.
"""

from __future__ import annotations

import re
from dataclasses import replace

from harvesters.readers import declared_values as values
from harvesters.readers import xmlsafe
from harvesters.readers.declared import Declared, read_file
from harvesters.readers.yamlsafe import Node
from registry.licences import normalise
from registry.model import Field, Reading, Snapshot

NAME = "maven"
FILE = "pom.xml"
_PROPERTY = re.compile(r"\$\{([\w.-]{1,100})\}")
_ROUNDS = 4
_LONGEST = 2_000
_OF_THE_BUILD = re.compile(r"[-_](?:parent|root|aggregator|reactor|pom)$", re.IGNORECASE)
_JAVA = (
    "properties.maven.compiler.release properties.java.version properties.maven.compiler.target "
    "properties.maven.compiler.source"
)
_OTHER_LANGUAGES = ("kotlin.version", "scala.version", "groovy.version")


def read(snapshot: Snapshot) -> Reading:
    """Facts of a pom.xml in the root."""
    return read_file(snapshot, NAME, FILE, xmlsafe.parse, _take)


def _take(file: Declared) -> None:
    project = file.find("project")
    if project is None or not isinstance(project.value, dict):
        return
    file.root = project
    pom = _Pom(file)
    file.name("name", read=pom.text) or file.name("artifactId", _product, pom.text)
    file.description("description", pom.text)
    file.licence("licenses.license", " OR ", _licence)
    file.rows(
        (
            (Field.SOFTWARE_VERSION, lambda node: values.version(pom.filled(node)), "version"),
            (Field.ISSUES_URL, lambda node: values.web(pom.filled(node)), "issueManagement.url"),
        )
    )
    file.addresses(
        "scm.url scm.connection scm.developerConnection",
        "url",
        lambda node: values.repository(pom.filled(node)),
        lambda node: values.web(pom.filled(node)),
    )
    if java := file.first(_JAVA, lambda node: _java(pom.filled(node))):
        file.fact(Field.RUNTIMES, [f"java {java[1]}"], java[0])
        if not any(file.find(f"properties.{name}") for name in _OTHER_LANGUAGES):
            file.fact(Field.PROGRAMMING_LANGUAGES, ["Java"], java[0])


class _Pom:
    """Values with their ``${...}`` filled in from the file's own properties and coordinates."""

    def __init__(self, file: Declared) -> None:
        self._file = file

    def text(self, node: Node) -> str | None:
        return values.text(self.filled(node))

    def filled(self, node: Node) -> Node:
        """The node with its text filled in; without text where that names what the file does not have."""
        text = node.text[:_LONGEST]
        for _ in range(_ROUNDS):
            if "${" not in text:
                break
            text = _PROPERTY.sub(lambda match: self._value(match[1]), text)[:_LONGEST]
        text = "" if "${" in text else text
        return replace(node, value=text, text=text)

    def _value(self, name: str) -> str:
        own = re.sub(r"^(?:project|pom)\.", "", name)
        if own.startswith("parent."):
            return "${}"
        found = self._file.find(f"properties.{name}") or (self._file.find(own) if own != name else None)
        return found.text[:_LONGEST] if found and found.text else "${}"


def _product(artefact: str) -> str:
    return _OF_THE_BUILD.sub("", artefact)


def _licence(node: Node) -> str | None:
    """The name, or the SPDX id of its link where the name leaves the version open."""
    if not isinstance(node.value, dict):
        return None
    found = [one for key in ("name", "url") if key in node.value and (one := values.licence(node.value[key]))]
    return next((one for one in found if normalise(one)), next(iter(found), None))


def _java(node: Node) -> str | None:
    """ "1.8" is how Java 8 called itself."""
    match = re.fullmatch(r"(?:1\.(?=[5-9]$|10$))?(\d{1,2})", values.text(node) or "")
    return match[1] if match else None
