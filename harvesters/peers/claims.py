# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What an entry says, as values of facts: few fields, short, clean, without persons.

Of long texts, pictures, people and versions a catalogue has only copies of what stands in the repository: they are left
out. What is left helps where a repository says little of itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from harvesters.publiccode.values import has_plain_host
from harvesters.readers.tags import language_tag
from harvesters.readers.texts import cut, one_line, without_contacts
from registry.model import PER_LANGUAGE, Field, Json
from registry.vocabulary.categories import categories
from registry.vocabulary.credentials import without_credentials

LONGEST_NAME = 200
LONGEST_TEXT = 300
"""Of a short description, in characters."""
LONGEST_WORD = 100
MOST_ITEMS = 50
_SCANNED = 4_000
_NO_LICENCE = frozenset({"", "noassertion", "none", "null", "other", "n/a", "unknown", "-"})
_STATES = {
    "ideation": "concept", "concept": "concept", "planned": "concept", "development": "development",
    "alpha": "development", "beta": "beta", "release candidate": "beta", "production": "stable", "stable": "stable",
    "archival": "obsolete", "archived": "obsolete", "obsolete": "obsolete", "deprecated": "obsolete",
}  # fmt: skip
"""Words of code.json 2.0 ("status") and of publiccode.yml for how far a development is."""


@dataclass(frozen=True, slots=True)
class Saying:
    """One field as an entry says it."""

    field: Field
    value: Json
    lang: str | None = None


def text(value: Json, longest: int) -> str | None:
    """One clean line of at most ``longest`` characters; None for what is no text or empty."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    line = without_contacts(without_credentials(one_line(str(value)[:_SCANNED])))
    return cut(line, longest) or None


def texts(value: Json, longest: int = LONGEST_WORD) -> list[str]:
    """The items of a list of texts, each once; one text stands for a list of one."""
    items = value if isinstance(value, list) else [value]
    found = (text(item, longest) for item in items[:MOST_ITEMS])
    return list(dict.fromkeys(item for item in found if item))


def _name(value: Json) -> Json:
    return text(value, LONGEST_NAME)


def _description(value: Json) -> Json:
    return text(value, LONGEST_TEXT)


def _licence(value: Json) -> Json:
    """As written; of several, which nobody says how they relate, all."""
    found = [one for one in texts(value, LONGEST_NAME) if one.lower() not in _NO_LICENCE]
    return " AND ".join(f"({one})" if " " in one and len(found) > 1 else one for one in found)[:LONGEST_TEXT] or None


def _organisation(value: Json) -> Json:
    name = text(value, LONGEST_NAME)
    return {"uri": None, "name": name} if name else None


def _categories(value: Json) -> Json:
    return [one for one in (item.lower() for item in texts(value)) if one in categories()]


def _state(value: Json) -> Json:
    return _STATES.get((text(value, LONGEST_WORD) or "").lower())


def _page(value: Json) -> Json:
    return value.strip() if isinstance(value, str) and len(value) < _SCANNED and has_plain_host(value.strip()) else None


READ: Mapping[Field, Callable[[Json], Json]] = {
    Field.NAME: _name,
    Field.SHORT_DESCRIPTION: _description,
    Field.DECLARED_LICENCE: _licence,
    Field.ORGANISATION: _organisation,
    Field.CATEGORIES: _categories,
    Field.KEYWORDS: texts,
    Field.USED_BY: lambda value: texts(value, LONGEST_NAME),
    Field.PROGRAMMING_LANGUAGES: texts,
    Field.DEVELOPMENT_STATUS: _state,
    Field.LANDING_URL: _page,
}
"""How the value of each field is read that an entry may name."""

CLAIMED = frozenset(READ) | {
    Field.LOCALISED_NAME, Field.PLATFORMS, Field.SOFTWARE_TYPE, Field.SCOPES, Field.AUDIENCE_COUNTRIES,
    Field.INTERFACE_LANGUAGES,
}  # fmt: skip
"""Of a publiccode.yml that a catalogue hands on, these count."""


def sayings(said: Iterable[tuple[Field, Json]], language: str | None = None) -> tuple[Saying, ...]:
    """The fields of one entry; those without a usable value are left out. ``language`` is that of its texts."""
    found: list[Saying] = []
    for name, value in said:
        read = READ[name](value)
        if read not in (None, "", []):
            found.append(Saying(name, read, language if name in PER_LANGUAGE else None))
    return tuple(found)


def language_of(options: Mapping[str, Json]) -> str | None:
    """The language that the operator says the texts are in."""
    value = options.get("language")
    tag = language_tag(value) if isinstance(value, str) else None
    return tag[0] if tag else None
