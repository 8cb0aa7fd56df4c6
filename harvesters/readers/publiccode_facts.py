# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Facts of a parsed publiccode.yml, by the rule table of its version; the table of rows says which key becomes what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from harvesters.publiccode.keys import children, says_nothing, written_tags
from harvesters.readers import publiccode_values as values
from harvesters.readers.collect import Collector
from harvesters.readers.markdown import LONGEST_SOURCE, to_html
from harvesters.readers.publiccode_people import contacts, contractors
from harvesters.readers.publiccode_services import as_supports, services, supports
from harvesters.readers.texts import cut, words
from harvesters.readers.yamlsafe import Node
from registry.model import Field, Json
from registry.vocabulary.categories import categories, scopes
from registry.vocabulary.organisations import names_organisation
from registry.vocabulary.publiccode import Key, vocabulary

MOST_LANGUAGES = 60
MOST_FEATURES = 50
LONGEST_FEATURE = 500
_MARKDOWN_BUDGET = 4 * LONGEST_SOURCE
_SHORT = 150
"""Longest short description, in characters. Source: the standard."""
_UNKNOWN = "und"
_LANGUAGE_PART = re.compile(r"[-_].*", re.DOTALL)
_DEPENDENCY = ("name", "version", "versionMin", "versionMax")
_ITALIAN_BODY = "urn:x-italian-pa:"

ROWS: Mapping[str, tuple[Field, values.Value]] = {
    "url": (Field.UPSTREAM_URL, values.url),
    "landingURL": (Field.LANDING_URL, values.url),
    "roadmap": (Field.ROADMAP_URL, values.url),
    "isBasedOn": (Field.IS_BASED_ON, values.urls),
    "softwareVersion": (Field.SOFTWARE_VERSION, values.text),
    "releaseDate": (Field.RELEASE_DATE, values.day),
    "logo": (Field.LOGO, values.picture),
    "platforms": (Field.PLATFORMS, values.names),
    "categories": (Field.CATEGORIES, values.terms(categories)),
    "usedBy": (Field.USED_BY, values.texts),
    "developmentStatus": (
        Field.DEVELOPMENT_STATUS,
        values.one_of(words("concept development beta stable obsolete"), {}),
    ),
    "legal.license": (Field.DECLARED_LICENCE, values.licence),
    "legal.mainCopyrightOwner": (Field.COPYRIGHT_OWNER, values.text),
    "maintenance.type": (Field.MAINTENANCE_TYPE, values.one_of(words("internal contract community none"), {})),
    "localisation.availableLanguages": (Field.INTERFACE_LANGUAGES, values.languages),
    "intendedAudience.scope": (Field.SCOPES, values.terms(scopes)),
    "intendedAudience.countries": (Field.AUDIENCE_COUNTRIES, values.countries),
}
MISPLACED: Mapping[str, str] = {
    "license": "legal.license",
    "licence": "legal.license",
    "contacts": "maintenance.contacts",
    "contractors": "maintenance.contractors",
    "availablelanguages": "localisation.availableLanguages",
}
"""Keys in lower case that files have at the top level, to where they belong."""
NAMES: Mapping[str, Field] = {"name": Field.NAME, "applicationSuite": Field.APPLICATION_SUITE}
LINK_ROWS: Mapping[str, Field] = {
    "documentation": Field.DOCUMENTATION_URL,
    "apiDocumentation": Field.API_DOCUMENTATION_URL,
}
LIST_ROWS: Mapping[str, tuple[Field, values.Value]] = {
    "screenshots": (Field.SCREENSHOTS, values.pictures),
    "videos": (Field.VIDEOS, values.urls),
    "awards": (Field.AWARDS, values.texts),
}
"""Said below a language, but of the software: one fact for all languages."""


class Facts:
    """One parsed file; ``_nodes`` has the values of the top level and of its sections by today's key path."""

    def __init__(self, root: Node, rules: Key, collector: Collector) -> None:
        self.collector = collector
        self._rules = rules
        self._nodes: dict[str, Node] = {}
        self._collect(root, rules, "")
        self._misplaced(root)

    def _collect(self, node: Node, rule: Key, path: str) -> None:
        for name, value in children(node, rule).items():
            key = f"{path}{name}"
            self._nodes[key] = value
            if rule.children[name].type == "mapping":
                self._collect(value, rule.children[name], f"{key}.")

    def _misplaced(self, root: Node) -> None:
        """Take what stands in the wrong place where there is nothing in the right one."""
        found = [(MISPLACED.get(name.lower()), value) for name, value in _pairs(root)]
        for section, key in (("legal", "legal.license"), ("maintenance", "maintenance.type")):
            value = self._nodes.get(section)
            if value and not isinstance(value.value, dict):
                found.append((key, value))
        for place, value in found:
            if place and says_nothing(self._nodes.get(place)) and _fits(place, value):
                self._nodes[place] = value

    def _rule(self, *names: str) -> Key | None:
        rule: Key | None = self._rules
        for name in names:
            rule = rule.children.get(name) if rule else None
        return rule

    def read(self) -> None:
        """Hand every fact to the collector."""
        for key, field in NAMES.items():
            node = self._nodes.get(key)
            self._fact(field, self._name(key), node)
        for key, (field, value) in ROWS.items():
            self._row(field, value, self._nodes.get(key))
        self._software_type()
        self._organisation()
        self._dependencies()
        self._funding()
        self._people()
        self._services()
        self._descriptions()

    def _fact(self, field: Field, value: Json, node: Node | None, lang: str | None = None) -> None:
        if node and value not in (None, [], ""):
            self.collector.fact(field, value, node.line, node.column, lang)

    def _row(self, field: Field, value: values.Value, node: Node | None, lang: str | None = None) -> None:
        if node:
            self._fact(field, value(node), node, lang)

    def _name(self, key: str) -> str | None:
        node = self._nodes.get(key)
        written = values.text(node)
        return self.collector.short_name(written, node.line, node.column, key) if node and written else None

    def _software_type(self) -> None:
        rule = self._rule("softwareType")
        allowed = next((value for name, value in rule.checks if name == "one_of"), ()) if rule else ()
        legacy = vocabulary("legacy")
        read = values.one_of(allowed, {**legacy["softwareType"], **legacy["softwareTypeRead"]})
        self._row(Field.SOFTWARE_TYPE, read, self._nodes.get("softwareType"))

    def _organisation(self) -> None:
        """Today's section, else what it replaced (standard 0.5): the Italian code and the owner of the repository."""
        uri, name = self._nodes.get("organisation.uri"), self._nodes.get("organisation.name")
        found = {"uri": values.text(uri), "name": self._name("organisation.name")}
        at = uri or name
        code = self._nodes.get("IT.riuso.codiceIPA")
        if found["uri"] is None and (ipa := values.text(code)):
            found["uri"], at = f"{_ITALIAN_BODY}{ipa}", at or code
        owner = self._nodes.get("legal.repoOwner")
        if found["name"] is None and (found["uri"] is not None or names_organisation(values.text(owner) or "")):
            found["name"], at = self._name("legal.repoOwner"), at or owner
        if any(found.values()):
            self._fact(Field.ORGANISATION, found, at)

    def _dependencies(self) -> None:
        found = [
            read
            for kind in ("open", "proprietary", "hardware")
            for item in values.items(self._nodes.get(f"dependsOn.{kind}"))
            if (read := self._dependency(kind, item))
        ]
        self._fact(Field.DEPENDS_ON, found, self._nodes.get("dependsOn"))

    def _dependency(self, kind: str, item: Node) -> dict[str, str | None] | None:
        rule = self._rule("dependsOn", kind)
        nodes = children(item, rule.item) if rule and rule.item and isinstance(item.value, dict) else {"name": item}
        read = {part: values.text(nodes.get(part)) for part in _DEPENDENCY}
        limits = [f"{sign} {read[part]}" for part, sign in (("versionMin", ">="), ("versionMax", "<=")) if read[part]]
        version = read["version"] or ", ".join(limits) or None
        return {"kind": kind, "name": read["name"], "version": version} if read["name"] else None

    def _funding(self) -> None:
        node, rule = self._nodes.get("fundedBy"), self._rule("fundedBy")
        found = []
        for item in values.items(node):
            parts = children(item, rule.item) if rule and rule.item and isinstance(item.value, dict) else {"name": item}
            funder = {"uri": values.text(parts.get("uri")), "name": values.text(parts.get("name"))}
            if any(funder.values()):
                found.append(funder)
        self._fact(Field.FUNDED_BY, found, node)

    def _people(self) -> None:
        for key, field, read in (
            ("contacts", Field.CONTACTS, contacts),
            ("contractors", Field.CONTRACTORS, contractors),
        ):
            node = self._nodes.get(f"maintenance.{key}")
            self._fact(field, read(node, self._rule("maintenance", key)), node)

    def _services(self) -> None:
        declared, leika = self._nodes.get("supports"), self._nodes.get("DE.leika")
        supported = supports(declared, self._rule("supports"))
        found = services(leika, self._rule("DE", "leika"), supported)
        # One fact each, since every service has a line of its own.
        for service, node in found:
            self._fact(Field.PUBLIC_SERVICES, [service], node)
        for identity, node in (as_supports(found) | supported).items():
            self._fact(Field.SUPPORTS, [identity], node)

    def _descriptions(self) -> None:
        node, rule = self._nodes.get("description"), self._rule("description")
        if node is None or rule is None or rule.item is None:
            return
        lists: dict[str, tuple[Node, list[str]]] = {}
        budget = _MARKDOWN_BUDGET
        for tag, inner in self._in_languages(node, rule.item)[:MOST_LANGUAGES]:
            found = children(inner, rule.item) if isinstance(inner.value, dict) else _as_description(inner)
            budget -= self._description(tag, found, budget, lists)
        for name, (at, items) in lists.items():
            self._fact(LIST_ROWS[name][0], list(dict.fromkeys(items)), at)

    def _in_languages(self, node: Node, rule: Key) -> list[tuple[str, Node]]:
        """What is said in each language; "und" for what is said in none that is known, if there is nothing better."""
        parts = [part.value for part in values.mappings(node) if isinstance(part.value, dict)]
        said = {written: value for part in parts for written, value in part.items()}
        tagged = {tag: said[written] for tag, written in written_tags(said).items()}
        others = [(written, value) for written, value in said.items() if values.tag(written) is None]
        for written, value in others:
            language = values.tag(_LANGUAGE_PART.sub("", written))  # en_XX is English, whatever XX may be
            if language and isinstance(value.value, dict):
                tagged.setdefault(language, value)
        if tagged:
            return list(tagged.items())
        inner = [value for _, value in others if isinstance(value.value, dict)]
        return [(_UNKNOWN, inner[0] if inner and not children(node, rule) else node)]

    def _description(
        self, tag: str, found: Mapping[str, Node], budget: int, lists: dict[str, tuple[Node, list[str]]]
    ) -> int:
        """Facts of one language; how many characters of Markdown were rendered."""
        self._row(Field.LOCALISED_NAME, values.text, found.get("localisedName"), tag)
        self._row(Field.SHORT_DESCRIPTION, values.text, found.get("shortDescription"), tag)
        if features := found.get("features"):
            self._fact(Field.FEATURES, self._features(features, f"description.{tag}.features"), features, tag)
        for name, field in LINK_ROWS.items():
            self._row(field, values.url, found.get(name))
        for name, (_, value) in LIST_ROWS.items():
            read = value(found[name]) if name in found else None
            if isinstance(read, list):
                lists.setdefault(name, (found[name], []))[1].extend(read)
        long = found.get("longDescription")
        text = values.block(long, LONGEST_SOURCE) if long else None
        if text is None:
            return 0
        self._fact(Field.LONG_DESCRIPTION, text, long, tag)
        if len(text) <= budget and (html := to_html(text)):
            self._fact(Field.LONG_DESCRIPTION_HTML, html, long, tag)
        return len(text)

    def _features(self, node: Node, key: str) -> list[str]:
        """A short list of short lines; what was cut is told."""
        found = values.texts(node) or []
        kept = list(dict.fromkeys(cut(line, LONGEST_FEATURE) for line in found[:MOST_FEATURES]))
        count = len(node.value) if isinstance(node.value, list) else len(found)
        if kept != found or count > values.MOST_ITEMS:
            self.collector.problem(
                "publiccode-features-cut", node.line, node.column, key,
                count=str(count), most=str(MOST_FEATURES), longest=str(LONGEST_FEATURE),
            )  # fmt: skip
        return kept


def _pairs(node: Node) -> Iterable[tuple[str, Node]]:
    return node.value.items() if isinstance(node.value, dict) else ()


def _fits(key: str, node: Node) -> bool:
    """Whether a value found elsewhere may be that of ``key``."""
    return key != "legal.license" or values.displaced_licence(node) is not None


def _as_description(node: Node) -> Mapping[str, Node]:
    """A text where the texts of a language belong: by its length the short or the long one."""
    if not isinstance(node.value, str):
        return {}
    return {"shortDescription" if len(node.text.strip()) <= _SHORT else "longDescription": node}
