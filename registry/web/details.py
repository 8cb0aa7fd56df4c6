# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The technical facts of a solution as rows of text, each with its origin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from registry.model import Field, Json, Origin, Solution
from registry.web import labels, words
from registry.web.filters import country_name, language_name
from registry.web.language import gettext
from registry.web.texts import chosen

_VALUES_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    values: tuple[str, ...]
    origin: Origin


def _from_table(table: Mapping[str, str]) -> Callable[[str], str]:
    """Values come as repositories spell them: upper and lower case make no difference."""
    folded = {key.lower(): key for key in table}
    return lambda value: labels.label(table, folded.get(value.lower(), value))


def _documentation(path: str) -> str:
    folder = "." not in path.rpartition("/")[2]
    return gettext("folder %(name)s", name=path) if folder else gettext("file %(name)s", name=path)


_WORDS: Mapping[Field, Callable[[str], str]] = {
    Field.DEVELOPMENT_STATUS: _from_table(labels.DEVELOPMENT_STATUSES),
    Field.MAINTENANCE_TYPE: _from_table(labels.MAINTENANCE_TYPES),
    Field.CONTAINER: _from_table(labels.CONTAINERS),
    Field.PACKAGE_MANIFESTS: _from_table(labels.PACKAGE_MANIFESTS),
    Field.PLATFORMS: _from_table(labels.PLATFORMS),
    Field.SOFTWARE_TYPE: _from_table(labels.SOFTWARE_TYPES),
    Field.DOCUMENTATION: _documentation,
    Field.INTERFACE_LANGUAGES: language_name,
    Field.AUDIENCE_COUNTRIES: country_name,
    Field.RELEASE_DATE: words.date_text,
    Field.SCOPES: words.scope_name,
}


def rows(solution: Solution) -> tuple[Row, ...]:
    """Every technical fact there is, in the order of ``labels.FIELD_NAMES``."""
    found = []
    for field, name in labels.FIELD_NAMES.items():
        fact = chosen(solution.fields.get(field, ()), "")
        if fact is None:
            continue
        word = _WORDS.get(field, str)
        values = tuple(word(value) for value in _strings(fact.value))
        if values:
            found.append(Row(gettext(name), values, fact.origin))
    return tuple(found)


def links(solution: Solution) -> tuple[Row, ...]:
    """Addresses that the publisher gives: each row has one URL."""
    found = []
    for field, name in labels.LINK_NAMES.items():
        fact = chosen(solution.fields.get(field, ()), "")
        if fact is not None and isinstance(fact.value, str) and fact.value:
            found.append(Row(gettext(name), (fact.value,), fact.origin))
    return tuple(found)


def _strings(value: Json) -> list[str]:
    """Values come from repositories: whatever has another shape than promised is left out."""
    items = value if isinstance(value, list) else [value]
    texts = [text for item in items if (text := _string(item))]
    return texts[:_VALUES_SHOWN]


def _string(item: Json) -> str:
    if isinstance(item, str):
        return item.strip()
    if isinstance(item, dict):
        parts = (item.get("name"), item.get("version"))
        return " ".join(part for part in parts if isinstance(part, str))
    return str(item) if isinstance(item, int | float) and not isinstance(item, bool) else ""
