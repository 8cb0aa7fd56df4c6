# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Bodies on a terminal: tables whose columns stand below each other, one body in labelled lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest

import click

from registry.bodies.keys import land_name
from registry.catalogue.locating import BodyDetails, Fitting, Located
from registry.catalogue.presenting import moment
from registry.cli.printable import cells, printable
from registry.model import Body, BodyPage, MatchOutcome

_GAP = "  "
_MANY = 20
"""Names in one line of a list."""
_WHY: Mapping[str, str] = {
    "own_title": "its own title",
    "short_name": "short name",
    "other_name": "another name",
    "former_name": "former name",
    "successor": "took in one of this name",
    "misspelt": "spelt otherwise",
    "key": "official key",
}
"""What fitted, where it is not simply the name."""


def found_lines(found: Located) -> list[str]:
    """What a name means, with what to do where it is not clear."""
    query = printable(found.query)
    if found.outcome is MatchOutcome.UNKNOWN:
        return [
            f'Nothing in the register is called "{query}".',
            "Try the plain name without additions, or look for a part of it: allmende body list --text WORD",
        ]
    table = _table([_row(one.body, one.parent, _why(one)) for one in found.bodies])
    if found.outcome is MatchOutcome.MATCH:
        return table
    if len(found.bodies) == 1:
        return [f'Nothing is called exactly "{query}". This may be meant:', *table]
    return [f'Several fit "{query}": say which by --land or --kind, or use the slug or the key.', *table]


def page_lines(page: BodyPage, number: int, per_page: int, parents: Mapping[str, Body]) -> list[str]:
    table = _table([_row(body, parents.get(body.id), _publishes(page, body)) for body in page.bodies])
    last = max(1, -(-page.total // per_page))
    return [*table, f"{page.total} bodies" + (f", page {number} of {last}" if last > 1 or number > 1 else "")]


def details_lines(found: BodyDetails) -> list[str]:
    rows = [(label, text) for label, text in _details(found) if text]
    width = max(len(label) for label, _ in rows) + 1
    lines = [f"{label + ':':<{width}} {printable(text)}" for label, text in rows]
    return [click.style(printable(found.body.title), bold=True), *lines]


def identity(body: Body) -> str:
    """One body in one line."""
    parts = (_kind(body), _where(body), body.keys.official, body.slug)
    return printable(f"{body.title} ({', '.join(part for part in parts if part)})")


def _row(body: Body, parent: Body | None, last: str) -> tuple[str, ...]:
    above = parent.title if parent is not None and parent.name != _where(body) else ""
    is_told = body.designation is not None and body.title.startswith(body.designation.rpartition(" ")[2] + " ")
    return (body.title, "" if is_told else _kind(body), _where(body), above, body.keys.official or "-", body.slug, last)


def _kind(body: Body) -> str:
    return body.designation or body.kind.value


def _where(body: Body) -> str:
    return land_name(body.land) or body.region or body.country or ""


def _why(one: Fitting) -> str:
    told = _WHY.get(one.why)
    return f"({told})" if told is not None else ""


def _publishes(page: BodyPage, body: Body) -> str:
    count = page.published.get(body.id, 0)
    return f"{count} published" if count else ""


def _table(rows: Iterable[Sequence[str]]) -> list[str]:
    """Columns as wide as the widest cell; an empty column takes no room."""
    shown = [[printable(text) for text in row] for row in rows]
    widths = [max(map(cells, column)) for column in zip_longest(*shown, fillvalue="")]
    return [
        _GAP.join(text + " " * (width - cells(text)) for text, width in zip(row, widths, strict=True) if width).rstrip()
        for row in shown
    ]


def _details(found: BodyDetails) -> Iterator[tuple[str, str]]:
    body, keys = found.body, found.body.keys
    yield "slug", body.slug
    yield "kind", f"{body.kind}{f' ({body.designation})' if body.designation else ''}"
    yield "legal form", body.legal_form or ""
    yield "land", f"{land_name(body.land)} ({body.land})" if land_name(body.land) else body.region or ""
    yield "country", body.country or ""
    yield "ARS", keys.ars or ""
    yield "AGS", keys.ags or ""
    yield "foreign key", f"{keys.foreign_scheme or '?'}:{keys.foreign_key}" if keys.foreign_key else ""
    yield "keys as of", keys.as_of or ""
    yield "population", _population(body)
    yield "area", f"{body.area} ha" if body.area else ""
    yield "programme", body.programme_label or ""
    yield "place", f"{body.place.latitude:.4f}, {body.place.longitude:.4f}" if body.place else ""
    yield "also called", _some(one.name for one in body.names if one.name not in (body.name, body.title))
    yield "web", ", ".join(filter(None, (body.uri, *body.domains)))
    yield "accounts", ", ".join(body.forge_organisations)
    yield from _relations(found)
    yield "publishes", _some(one.name for one in found.solutions)
    yield "operates", _some(one.name for one in found.operated)
    yield "origin", f"{body.origin}{'' if body.reconciled else ', not yet compared with an official list'}"
    for event in found.events:
        what = ", ".join(f"{name} {value}" for name, value in event.detail.items())
        yield "history", f"{(moment(event.at) or '')[:10]} {event.kind}{f': {what}' if what else ''}"


def _relations(found: BodyDetails) -> Iterator[tuple[str, str]]:
    body = found.body
    if found.successor is not None:
        yield "now part of", f"{identity(found.successor)} since {body.dissolved_on or '?'}"
    elif body.dissolved_on:
        yield "ended on", body.dissolved_on
    yield "took in", _some(map(identity, found.predecessors))
    yield "belongs to", ", ".join(one.title for one in found.ancestors)
    yield "has", f"{len(found.children)} bodies: {_some(one.title for one in found.children)}" if found.children else ""
    yield "members", _some(one.title for one in found.members)
    yield "member of", _some(one.title for one in found.member_of)
    yield (
        "serves",
        _some(one.body.title if one.body else land_name(one.region) or one.region or "" for one in found.serves),
    )
    yield "region's IT", _some(one.title for one in found.providers)


def _population(body: Body) -> str:
    if body.population is None:
        return ""
    more = [f"as of {body.population_as_of}" if body.population_as_of else "", body.size_class or ""]
    told = ", ".join(filter(None, more))
    return f"{body.population:,}" + (f" ({told})" if told else "")


def _some(texts: Iterable[str]) -> str:
    found = list(texts)
    more = len(found) - _MANY
    return "; ".join(found[:_MANY]) + (f"; and {more} more" if more > 0 else "")
