# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The keys of publiccode.yml 0.1 to 0.7 as data, and sections looked up by them, however they are spelt.

Source: the standard's schema pages (core and Italian extension), versions 0.1 to 0.7; names from before 0.2 are mapped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harvesters.readers.collect import Collector
from harvesters.readers.texts import words
from harvesters.readers.yamlsafe import Node


@dataclass(frozen=True, slots=True)
class Section:
    """Known keys of one mapping. ``required`` ones are missed, ``legacy`` ones have another name today."""

    keys: frozenset[str]
    required: tuple[str, ...] = ()
    legacy: Mapping[str, str] | None = None


def _keys(text: str) -> frozenset[str]:
    return frozenset(words(text))


TOP = Section(
    _keys(
        "publiccodeYmlVersion name applicationSuite url landingURL isBasedOn softwareVersion releaseDate logo "
        "monochromeLogo inputTypes outputTypes platforms categories usedBy fundedBy organisation roadmap "
        "developmentStatus softwareType supports intendedAudience description legal maintenance localisation "
        "dependsOn IT DE"
    ),
    words(
        "publiccodeYmlVersion name url platforms developmentStatus softwareType description legal maintenance "
        "localisation"
    ),
    {"publiccode-yaml-version": "publiccodeYmlVersion", "tags": "categories", "organization": "organisation"},
)
SECTIONS: Mapping[str, Section] = {
    "legal": Section(_keys("license mainCopyrightOwner repoOwner authorsFile"), ("license",), {"licence": "license"}),
    "maintenance": Section(_keys("type contractors contacts"), ("type",)),
    "localisation": Section(_keys("localisationReady availableLanguages"), ("localisationReady", "availableLanguages")),
    "intendedAudience": Section(_keys("scope countries unsupportedCountries"), (), {"onlyFor": "scope"}),
    "dependsOn": Section(_keys("open proprietary hardware")),
    "organisation": Section(_keys("uri name")),
    "IT": Section(_keys("countryExtensionVersion conforme riuso piattaforme")),
    "riuso": Section(_keys("codiceIPA")),
}
LANGUAGE = Section(
    _keys(
        "localisedName genericName shortDescription longDescription documentation apiDocumentation features "
        "screenshots videos awards"
    ),
    ("shortDescription", "longDescription", "features"),
)
_NOT_TOLD = ("freeTags", "x-")
"""Removed long ago, or an extension of somebody's own: no need to say that we do not read it."""


def lookup(node: Node | None, section: Section, path: str, collector: Collector) -> dict[str, Node]:
    """The section's values by today's key names; odd and missing keys become problems."""
    if node is None:
        return {}
    if not isinstance(node.value, dict):
        if node.value is not None:
            collector.problem(
                "publiccode-wrong-type", node.line, node.column, path or None, name=path, expected="key: value"
            )
        return {}
    found: dict[str, Node] = {}
    folded = {key.lower(): key for key in section.keys}
    for written, value in node.value.items():
        name = (section.legacy or {}).get(written) or folded.get(written.lower())
        place = (value.key_line, value.key_column, _join(path, written))
        if name is None:
            if not written.startswith(_NOT_TOLD):
                collector.problem("publiccode-unknown-key", *place, name=written)
            continue
        if name != written:
            collector.problem("publiccode-key-spelling", *place, name=written, right=name)
        if name not in found or name == written:
            found[name] = value
    _tell_missing(found, node, section, path, collector)
    return found


def _tell_missing(found: dict[str, Node], node: Node, section: Section, path: str, collector: Collector) -> None:
    for name in section.required:
        if name not in found or found[name].value in (None, "", [], {}):
            at = found.get(name, node)
            collector.problem("publiccode-key-missing", at.line, at.column, _join(path, name), name=_join(path, name))


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
