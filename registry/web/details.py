# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The facts of a solution as rows of text, each with its origins and with what other sources say instead."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from registry.model import Fact, Field, FieldValue, Json, Origin, Solution
from registry.resolve import UNITED, united
from registry.vocabulary import tools
from registry.web import labels, words
from registry.web.filters import country_name, language_name
from registry.web.language import gettext
from registry.web.statements import Statement, statements
from registry.web.texts import chosen_value

_VALUES_SHOWN = 30
_ORIGINS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    values: tuple[str, ...]
    origin: Origin
    further: tuple[Origin, ...] = ()
    """Where else some of the values come from."""
    said: tuple[Statement, ...] = ()
    """What the sources say, where they do not agree."""
    more: int = 0
    """Values that are not shown."""


def _from_table(table: Mapping[str, str]) -> Callable[[str], str]:
    """Values come as repositories spell them: upper and lower case make no difference."""
    folded = {key.lower(): key for key in table}
    return lambda value: labels.label(table, folded.get(value.lower(), value))


def _tool(known: Mapping[str, tools.Tool], value: str) -> str:
    found = known.get(value)
    return found.label if found else value


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
    Field.API_SPECIFICATIONS: _from_table(labels.API_SPECIFICATIONS),
    Field.CONTINUOUS_INTEGRATION: lambda value: _tool(tools.continuous_integration(), value),
    Field.DEPENDENCY_BOTS: lambda value: _tool(tools.dependency_bots(), value),
    Field.SERVICES: lambda value: _tool(tools.services(), value),
    Field.DOCUMENTATION: _documentation,
    Field.INTERFACE_LANGUAGES: language_name,
    Field.AUDIENCE_COUNTRIES: country_name,
    Field.RELEASE_DATE: words.date_text,
    Field.SCOPES: words.scope_name,
}


def rows(solution: Solution, names: Mapping[Field, str] = labels.FIELD_NAMES, demo: bool = False) -> tuple[Row, ...]:
    """Every fact there is of these fields, in the order of the table."""
    found = (_row(solution, field, name, demo) for field, name in names.items())
    return tuple(row for row in found if row is not None)


def links(solution: Solution, demo: bool = False) -> tuple[Row, ...]:
    """Addresses that the publisher gives: each row has one URL."""
    found = []
    for field, name in labels.LINK_NAMES.items():
        value = chosen_value(solution.fields.get(field, ()), "")
        if value is not None and isinstance(value.fact.value, str) and value.fact.value:
            said = statements(solution, value, lambda fact: _strings(fact.value), demo)
            found.append(Row(gettext(name), (value.fact.value,), value.fact.origin, said=said))
    return tuple(found)


def _row(solution: Solution, field: Field, name: str, demo: bool) -> Row | None:
    word = _WORDS.get(field, str)
    value = chosen_value(solution.fields.get(field, ()), "")
    if value is None:
        return None
    if field in UNITED:
        return _united_row(gettext(name), solution.fields[field], word)
    if field is Field.LOCALISED_NAME:
        return _names_row(gettext(name), solution)
    values = [word(text) for text in _strings(value.fact.value)]
    if not values:
        return None

    def worded(fact: Fact) -> Sequence[str]:
        return [word(text) for text in _strings(fact.value)]

    said = statements(solution, value, worded, demo)
    return Row(
        gettext(name), tuple(values[:_VALUES_SHOWN]), value.fact.origin, said=said, more=len(values[_VALUES_SHOWN:])
    )


def _names_row(name: str, solution: Solution) -> Row | None:
    """Other names than the one at the head of the page, each with its language."""
    facts = [value.fact for value in solution.fields[Field.LOCALISED_NAME] if value.fact.value != solution.name]
    shown = tuple(f"{fact.value} ({language_name(fact.lang or '')})" for fact in facts if isinstance(fact.value, str))
    return Row(name, shown[:_VALUES_SHOWN], facts[0].origin, more=len(shown[_VALUES_SHOWN:])) if shown else None


def _united_row(name: str, held: Sequence[FieldValue], word: Callable[[str], str]) -> Row | None:
    found: dict[str, Origin] = {}
    for item, fact in united(held):
        for text in _strings(item):
            found.setdefault(word(text), fact.origin)
    origins = list(dict.fromkeys(found.values()))
    if not origins:
        return None
    values = tuple(found)
    return Row(
        name,
        values[:_VALUES_SHOWN],
        origins[0],
        further=tuple(origins[1:_ORIGINS_SHOWN]),
        more=len(values[_VALUES_SHOWN:]),
    )


def _strings(value: Json) -> list[str]:
    """Values come from repositories: whatever has another shape than promised is left out."""
    items = value if isinstance(value, list) else [value]
    return [text for item in items if (text := _string(item))]


def _string(item: Json) -> str:
    if isinstance(item, str):
        return item.strip()
    if isinstance(item, dict):
        parts = (item.get("name") or item.get("uri"), item.get("version"))
        return " ".join(part for part in parts if isinstance(part, str))
    return str(item) if isinstance(item, int | float) and not isinstance(item, bool) else ""
