# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which other catalogues a solution's facts come from, and whom to name for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from registry.model import Fact, FactSource, Json, Solution, Source


@dataclass(frozen=True, slots=True)
class Cited:
    """A peer that claims something about a solution. ``licence`` and ``attribution`` are those of its data."""

    url: str
    title: str
    licence: str | None
    attribution: str | None
    entries: tuple[str, ...]
    """Its entries about the solution's repositories, by their ids or paths."""


def cites_peers(solution: Solution) -> bool:
    return any(True for _ in _claims(solution))


def cited(solution: Solution, sources: Iterable[Source]) -> tuple[Cited, ...]:
    """In the order of their titles; of a peer that was removed since, what its address tells."""
    entries: dict[str, dict[str, None]] = {}
    for fact in _claims(solution):
        entries.setdefault(fact.origin.repository, {})[fact.origin.path or "-"] = None
    known = {source.url: source for source in sources if source.peer is not None}
    found = [_cited(url, known.get(url), tuple(names)) for url, names in entries.items()]
    return tuple(sorted(found, key=lambda one: (one.title.casefold(), one.url)))


def cited_json(one: Cited) -> dict[str, Json]:
    return {
        "url": one.url,
        "title": one.title,
        "licence": one.licence,
        "attribution": one.attribution,
        "entries": list(one.entries),
    }


def _cited(url: str, source: Source | None, entries: tuple[str, ...]) -> Cited:
    options = source.options if source is not None else {}
    title = source.title if source is not None else None
    return Cited(url, title or urlsplit(url).netloc or url, options.get("licence"), options.get("attribution"), entries)


def _claims(solution: Solution) -> Iterator[Fact]:
    for values in solution.fields.values():
        for value in values:
            for fact in value.candidates or (value.fact,):
                if fact.source is FactSource.PEER:
                    yield fact
