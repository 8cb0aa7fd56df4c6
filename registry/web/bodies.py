# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The pages of the register: the way in with the map, lists by Land, kind and size, and a page of each body."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from registry.model import Body, BodyOrigin, BodyPage, BodyQuery, BodySort
from registry.web import body_queries, body_words, paging, queries
from registry.web.access import finding, locating
from registry.web.body_view import body_view
from registry.web.body_words import Words
from registry.web.map_view import map_of

pages = Blueprint("bodies", __name__)

_ON_MAP = 500
"""Bodies that the map shows at most: those with the most solutions."""
_FITTING = 30
"""Bodies of one name that are offered to choose from."""


@dataclass(frozen=True, slots=True)
class Row:
    body: Body
    kind: tuple[Words, ...]
    where: str
    solutions: int


@pages.get("/bodies")
def overview() -> str:
    if not set(request.args) & body_queries.PARAMETERS:
        return _way_in()
    query = body_queries.body_query(request.args)
    base = url_for("bodies.overview")
    page = locating().browse(query)
    narrowed = any(body_queries.filters(query).values())
    meant = _meant(query, page)
    return render_template(
        "bodies.html",
        query=query,
        page=page,
        rows=_rows(page.bodies, page.published),
        meant=meant,
        # Where several fit, who looks for one of them is not helped by a second list.
        listed=len(meant) < 2,
        list_url=body_queries.address(base, query, always_page=True),
        facets=body_queries.facets(query, page.facets, base),
        chips=body_queries.chips(query, base),
        without_filters=body_queries.address(base, body_queries.with_filters(query, {})) if narrowed else None,
        hidden=[(name, value) for name, values in body_queries.filters(query).items() for value in values],
        sorts=[(sort, body_queries.address(base, replace(query, sort=sort))) for sort in BodySort],
        pages=_pages(query, page, base),
        sources=body_words.credits_of(locating().state(), page.bodies),
    )


def _way_in() -> str:
    base = url_for("bodies.overview")
    query = BodyQuery(publishes=True, sort=BodySort.SOLUTIONS, per_page=_ON_MAP)
    publishing = locating().browse(query)
    every = BodyQuery(per_page=1)
    return render_template(
        "bodies_start.html",
        state=(state := locating().state()),
        sources=body_words.credits_of(state, publishing.bodies),
        publishing=publishing.total,
        publishing_url=body_queries.address(base, replace(query, page=1)),
        all_url=body_queries.address(base, every),
        map=map_of(publishing.bodies, publishing.published),
        facets=body_queries.facets(every, locating().browse(every).facets, base),
    )


@pages.get("/bodies/<slug>")
def body(slug: str) -> str | Response:
    """A former slug, and one of a body that became a part of another, lead to the present one for good."""
    asked = locating().by_slug(queries.checked_slug(slug))
    found = locating().details(asked)
    present = found.successor or asked
    if present.slug != slug:
        return redirect(url_for("bodies.body", slug=present.slug), 301)
    page = finding().publisher_solutions(slug, queries.page_number(request.args))
    base = url_for("bodies.body", slug=slug)
    return render_template(
        "body.html",
        body=found.body,
        view=body_view(found),
        page=page,
        pages=paging.pages(
            page.query.page,
            page.total,
            page.query.per_page,
            lambda number: f"{base}?page={number}" if number > 1 else base,
        ),
        sources=body_words.credits_of(locating().state(), [asked]),
        demo=any(candidate.record.demo for candidate in page.candidates) or asked.origin is BodyOrigin.DEMO,
    )


@pages.get("/publishers/<slug>")
def publisher(slug: str) -> Response:
    """Where publishers were before the register."""
    present = locating().by_slug(queries.checked_slug(slug)).slug
    return redirect(url_for("bodies.body", slug=present), 301)


def _rows(bodies: Sequence[Body], published: Mapping[str, int]) -> list[Row]:
    parents = locating().parents(bodies)
    return [
        Row(body, body_words.kind(body), body_words.where(body, parents.get(body.id)), published.get(body.id, 0))
        for body in bodies
    ]


def _meant(query: BodyQuery, page: BodyPage) -> list[Row]:
    """The bodies that the text means as a name, by the rules for names in repositories; the filters hold here too."""
    if not query.text or "page" in request.args or query.publishes:
        return []
    fitting = locating().find(query.text, kinds=query.kinds).bodies
    bodies = [one.body for one in fitting if _is_among(one.body, query)]
    return _rows(bodies[:_FITTING], page.published)


def _is_among(body: Body, query: BodyQuery) -> bool:
    chosen = ((query.lands, body.land), (query.countries, body.country), (query.sizes, body.size_class))
    return all(not values or value in values for values, value in chosen)


def _pages(query: BodyQuery, page: BodyPage, base: str) -> paging.Pages:
    return paging.pages(
        query.page, page.total, query.per_page, lambda number: body_queries.address(base, query, number)
    )
