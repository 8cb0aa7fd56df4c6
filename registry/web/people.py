# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whom to ask about a solution, and who pays for it. Functions and bodies, never private persons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from registry.model import Field, Json, Origin, Solution
from registry.resolve import united
from registry.web import labels
from registry.web.details import Row, rows

_MOST = 20


@dataclass(frozen=True, slots=True)
class Party:
    """A body or an office; ``url`` is its website or the link that writes to it. The page checks web addresses."""

    name: str
    url: str | None
    note: str | None
    origin: Origin


@dataclass(frozen=True, slots=True)
class People:
    contacts: tuple[Party, ...]
    funders: tuple[Party, ...]
    rows: tuple[Row, ...]

    def __bool__(self) -> bool:
        return bool(self.contacts or self.funders or self.rows)


def people(solution: Solution, demo: bool = False) -> People:
    """Everything the sources say about them."""
    return People(
        contacts=tuple(_contacts(solution))[:_MOST],
        funders=tuple(_funders(solution))[:_MOST],
        rows=rows(solution, labels.PEOPLE_NAMES, demo),
    )


def _contacts(solution: Solution) -> Iterator[Party]:
    for item, origin in _entries(solution, Field.CONTACTS):
        email = _text(item.get("email"))
        if email:
            yield Party(email, f"mailto:{quote(email, safe='@')}", _text(item.get("name")), origin)


def _funders(solution: Solution) -> Iterator[Party]:
    for item, origin in _entries(solution, Field.FUNDED_BY):
        name, uri = _text(item.get("name")), _text(item.get("uri"))
        if name or uri:
            yield Party(name or uri or "", uri, None, origin)


def _entries(solution: Solution, field: Field) -> Iterator[tuple[dict[str, Json], Origin]]:
    """Values come from repositories: whatever has another shape than promised is left out."""
    for item, fact in united(solution.fields.get(field, ())):
        if isinstance(item, dict):
            yield item, fact.origin


def _text(value: Json) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
