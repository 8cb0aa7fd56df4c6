# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""publiccode.yml 0.1 to 0.7 to facts, tolerantly: one bad value costs that value, never the file.

Contacts of persons (``maintenance.contacts``) are never read: personal data that the catalogue does not need.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from harvesters.readers import publiccode_values as values
from harvesters.readers.collect import Collector
from harvesters.readers.markdown import LONGEST_SOURCE, to_html
from harvesters.readers.publiccode_keys import LANGUAGE, SECTIONS, TOP, lookup
from harvesters.readers.texts import clean, decode, without_logins, words
from harvesters.readers.wanted import is_file, is_publiccode, publiccode_rank
from harvesters.readers.yamlmend import load
from harvesters.readers.yamlsafe import Node
from registry.licences import normalise
from registry.model import FactSource, Field, Reading, Snapshot
from registry.vocabulary.categories import categories, scopes

NAME = "publiccode"
MOST_LANGUAGES = 60
_MARKDOWN_BUDGET = 4 * LONGEST_SOURCE
_SHORT_LENGTH = 150
_VERSION = re.compile(r"0\.[1-7](?:\.[0-9])?|0|1(?:\.0)?(?:\.0)?")

_STATUS = words("concept development beta stable obsolete")
_TYPES = words(
    "standalone/mobile standalone/iot standalone/desktop standalone/web standalone/backend standalone/other addon "
    "library configurationFiles"
)
_DEPENDENCY: tuple[str, ...] = ("name", "version", "versionMin", "versionMax")
_OLD_TYPES = {"standalone": "standalone/other", "standalone/web application": "standalone/web"}

ROWS: Mapping[str, tuple[Field, values.Value]] = {
    "name": (Field.NAME, values.name),
    "applicationSuite": (Field.APPLICATION_SUITE, values.name),
    "url": (Field.UPSTREAM_URL, values.url),
    "landingURL": (Field.LANDING_URL, values.url),
    "roadmap": (Field.ROADMAP_URL, values.url),
    "isBasedOn": (Field.IS_BASED_ON, values.urls),
    "softwareVersion": (Field.SOFTWARE_VERSION, values.text),
    "releaseDate": (Field.RELEASE_DATE, values.day),
    "platforms": (Field.PLATFORMS, values.names),
    "categories": (Field.CATEGORIES, values.terms(categories, "publiccode-category-unknown")),
    "usedBy": (Field.USED_BY, values.texts),
    "developmentStatus": (Field.DEVELOPMENT_STATUS, values.one_of(_STATUS)),
    "softwareType": (Field.SOFTWARE_TYPE, values.one_of(_TYPES, _OLD_TYPES)),
    "legal.license": (Field.DECLARED_LICENCE, values.text),
    "legal.mainCopyrightOwner": (Field.COPYRIGHT_OWNER, values.text),
    "maintenance.type": (Field.MAINTENANCE_TYPE, values.one_of(words("internal contract community none"))),
    "localisation.availableLanguages": (Field.INTERFACE_LANGUAGES, values.languages),
    "intendedAudience.scope": (Field.SCOPES, values.terms(scopes, "publiccode-scope-unknown")),
    "intendedAudience.countries": (Field.AUDIENCE_COUNTRIES, values.countries),
}
LANGUAGE_ROWS: Mapping[str, tuple[Field, values.Value]] = {
    "shortDescription": (Field.SHORT_DESCRIPTION, values.text),
    "features": (Field.FEATURES, values.features),
    "documentation": (Field.DOCUMENTATION_URL, values.url),
    "apiDocumentation": (Field.API_DOCUMENTATION_URL, values.url),
}
_LINKS = (Field.DOCUMENTATION_URL, Field.API_DOCUMENTATION_URL)


def read(snapshot: Snapshot) -> Reading:
    """Facts and problems of the root's publiccode.yml; the best-named file where there are several."""
    names = sorted((entry.path for entry in snapshot.entries if is_publiccode(entry.path)), key=publiccode_rank)
    collector = Collector(snapshot, FactSource.PUBLICCODE)
    if not names:
        collector.problem("publiccode-missing")
        return collector.reading(NAME)
    collector.path = path = names[0]
    if path != "publiccode.yml":
        collector.problem("publiccode-file-name", name=path)
    if len(names) > 1:
        collector.problem("publiccode-several-files", names=", ".join(names), name=path)
    if path in snapshot.files:
        _read_file(snapshot.files[path], collector)
    elif not any(is_file(entry) for entry in snapshot.entries if entry.path == path):
        collector.problem("publiccode-not-a-file", name=path)
    return collector.reading(NAME)


def _read_file(content: bytes, collector: Collector) -> None:
    decoded = decode(content)
    if decoded.guessed or decoded.encoding != "utf-8":
        collector.problem("publiccode-encoding", encoding=decoded.encoding)
    loaded = load(clean(decoded.text))
    for fault in loaded.faults:
        collector.problem(
            f"publiccode-{fault.kind}", fault.line, fault.column, line_number=str(fault.line), **fault.params
        )
    root = loaded.root
    if root is None:
        return
    if not isinstance(root.value, dict):
        collector.problem("publiccode-not-a-mapping", root.line, root.column)
        return
    _Document(root, collector).read()
    skipped = {fault.params["section"] for fault in loaded.faults if fault.kind == "section-skipped"}
    collector.problems = [
        told for told in collector.problems if not (told.rule == "publiccode-key-missing" and told.key in skipped)
    ]


class _Document:
    """One parsed file; ``nodes`` has every value of the top level and its sections by key path."""

    def __init__(self, root: Node, collector: Collector) -> None:
        self.collector = collector
        self.nodes = lookup(root, TOP, "", collector)
        for name, section in SECTIONS.items():
            parent = "IT." if name == "riuso" else ""
            inner = lookup(self.nodes.get(parent + name), section, parent + name, collector)
            self.nodes.update({f"{parent}{name}.{key}": node for key, node in inner.items()})

    def read(self) -> None:
        self._version()
        for key, (name, value) in ROWS.items():
            self._row(key, name, value, self.nodes.get(key))
        self._licence()
        self._organisation()
        self._dependencies()
        self._descriptions()

    def _row(self, key: str, name: Field, value: values.Value, node: Node | None, lang: str | None = None) -> None:
        read = value(node, key, self.collector) if node else None
        if node and read is not None:
            self.collector.fact(name, read, node.line, node.column, lang)

    def _version(self) -> None:
        node = self.nodes.get("publiccodeYmlVersion")
        written = values.text(node, "publiccodeYmlVersion", self.collector) if node else None
        if node and written and not _VERSION.fullmatch(written):
            self.collector.problem("publiccode-version", node.line, node.column, "publiccodeYmlVersion", value=written)

    def _licence(self) -> None:
        node = self.nodes.get("legal.license")
        if node and isinstance(node.value, str) and node.value.strip() and normalise(node.value) is None:
            self.collector.problem(
                "publiccode-licence-unknown", node.line, node.column, "legal.license", value=node.value
            )

    def _organisation(self) -> None:
        """Today's section, else the Italian code that it replaced (standard 0.5)."""
        uri, name = self.nodes.get("organisation.uri"), self.nodes.get("organisation.name")
        code = self.nodes.get("IT.riuso.codiceIPA")
        found = {
            "uri": values.text(uri, "organisation.uri", self.collector) if uri else None,
            "name": values.name(name, "organisation.name", self.collector) if name else None,
        }
        at = uri or name
        if found["uri"] is None and code and (ipa := values.text(code, "IT.riuso.codiceIPA", self.collector)):
            found["uri"], at = f"urn:x-italian-pa:{ipa}", at or code
        if at and any(found.values()):
            self.collector.fact(Field.ORGANISATION, found, at.line, at.column)

    def _dependencies(self) -> None:
        found: list[dict[str, str | None]] = []
        for kind in ("open", "proprietary", "hardware"):
            node = self.nodes.get(f"dependsOn.{kind}")
            items = node.value if node and isinstance(node.value, list) else []
            for number, item in enumerate(items[: values.MOST_ITEMS]):
                found.extend(self._dependency(kind, item, f"dependsOn.{kind}[{number}]"))
        node = self.nodes.get("dependsOn")
        if found and node:
            self.collector.fact(Field.DEPENDS_ON, found, node.line, node.column)

    def _dependency(self, kind: str, item: Node, key: str) -> list[dict[str, str | None]]:
        parts = item.value if isinstance(item.value, dict) else {"name": item}
        read = {
            part: values.text(parts[part], f"{key}.{part}", self.collector) for part in _DEPENDENCY if part in parts
        }
        limits = [
            f"{sign} {read[part]}" for part, sign in (("versionMin", ">="), ("versionMax", "<=")) if read.get(part)
        ]
        version = read.get("version") or ", ".join(limits) or None
        return [{"kind": kind, "name": read["name"], "version": version}] if read.get("name") else []

    def _descriptions(self) -> None:
        node = self.nodes.get("description")
        if node is None or not isinstance(node.value, dict):
            if node and node.value is not None:
                self.collector.problem(
                    "publiccode-wrong-type",
                    node.line,
                    node.column,
                    "description",
                    name="description",
                    expected="en: ...",
                )
            return
        budget = _MARKDOWN_BUDGET
        if LANGUAGE.keys & node.value.keys():
            self.collector.problem("publiccode-description-language", node.line, node.column, "description")
            budget -= self._description("und", node, "description", budget)
            return
        for written, inner in list(node.value.items())[:MOST_LANGUAGES]:
            key = f"description.{written}"
            place = Node(None, inner.key_line, inner.key_column)
            if tag := values.tag_of(written, place, key, self.collector):
                budget -= self._description(tag, inner, key, budget)

    def _description(self, tag: str, node: Node, key: str, budget: int) -> int:
        """Facts of one language; how many characters of Markdown were rendered."""
        found = lookup(node, LANGUAGE, key, self.collector)
        for name, (field, value) in LANGUAGE_ROWS.items():
            self._row(f"{key}.{name}", field, value, found.get(name), None if field in _LINKS else tag)
        short, long = found.get("shortDescription"), found.get("longDescription")
        if short and len(short.text) > _SHORT_LENGTH:
            self.collector.problem(
                "publiccode-short-description-long", short.line, short.column, f"{key}.shortDescription",
                length=str(len(short.text)), most=str(_SHORT_LENGTH),
            )  # fmt: skip
        text = values.block(long, f"{key}.longDescription", self.collector, LONGEST_SOURCE) if long else None
        if long is None or text is None:
            return 0
        self.collector.fact(Field.LONG_DESCRIPTION, text, long.line, long.column, tag)
        if len(text) <= budget and (html := to_html(without_logins(text))):
            self.collector.fact(Field.LONG_DESCRIPTION_HTML, html, long.line, long.column, tag)
        return len(text)
