# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a solution is for in terms of the administration: public services, standards, what it says it supports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from registry.model import Field, Json, Origin, Solution
from registry.resolve import united
from registry.vocabulary.standards import standards
from registry.web import labels
from registry.web.language import current, gettext

_MOST = 60


@dataclass(frozen=True, slots=True)
class Purpose:
    """A line of text with its origin, and the homepage of a standard where that is known."""

    text: str
    url: str | None
    origin: Origin


@dataclass(frozen=True, slots=True)
class Purposes:
    services: tuple[Purpose, ...]
    standards: tuple[Purpose, ...]
    supports: tuple[Purpose, ...]

    def __bool__(self) -> bool:
        return bool(self.services or self.standards or self.supports)


def purposes(solution: Solution) -> Purposes:
    """In the language of the request; ids that no vocabulary knows are shown as they are."""
    return Purposes(
        services=tuple(_services(solution))[:_MOST],
        standards=tuple(_standards(solution))[:_MOST],
        supports=tuple(_supports(solution))[:_MOST],
    )


def _services(solution: Solution) -> Iterator[Purpose]:
    for item, fact in united(solution.fields.get(Field.PUBLIC_SERVICES, ())):
        if isinstance(item, dict) and (parts := list(_service(item))):
            yield Purpose(", ".join(parts), None, fact.origin)


def _service(item: dict[str, Json]) -> Iterator[str]:
    said = {key: str(value).strip() for key, value in item.items() if isinstance(value, str) and value.strip()}
    if "lebenslage" in said:
        yield gettext("Life event: %(name)s", name=said["lebenslage"])
    if "themenfeld" in said:
        yield gettext("Subject area: %(name)s", name=said["themenfeld"])
    if "leika" in said:
        yield gettext("Service key (LeiKa) %(key)s", key=said["leika"])
    if "ozg" in said:
        yield gettext("OZG service %(key)s", key=said["ozg"])


def _standards(solution: Solution) -> Iterator[Purpose]:
    known = standards()
    for item, fact in united(solution.fields.get(Field.STANDARDS, ())):
        if not isinstance(item, str):
            continue
        found = known.get(item)
        label = item if found is None else {"de": found.de, "en": found.en}[current()]
        yield Purpose(label, found.homepage if found else None, fact.origin)


def _supports(solution: Solution) -> Iterator[Purpose]:
    for item, fact in united(solution.fields.get(Field.SUPPORTS, ())):
        if isinstance(item, str):
            alias = item.startswith("alias:")
            text = labels.label(labels.SUPPORTS, item.removeprefix("alias:")) if alias else item
            yield Purpose(text, None if alias else item, fact.origin)
