# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The pages of the catalogue: start, results, solution, how we judge."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from registry.model import Query, SearchPage, Sort
from registry.web import facets, judgement, paging, queries
from registry.web.access import demonstration_is_being_built, finding
from registry.web.solution_view import solution_view

pages = Blueprint("catalogue", __name__)

_RECENT = 6
_CATEGORIES = 12


@pages.get("/")
def start() -> str:
    recent = finding().find(Query(sort=Sort.ACTIVITY, per_page=_RECENT))
    return render_template(
        "start.html",
        figures=(figures := finding().figures()),
        figures_date=figures.last_run and (figures.last_run.ended_at or figures.last_run.started_at),
        building=demonstration_is_being_built(),
        recent=recent,
        categories=facets.category_options(
            SearchPage(Query(sort=Sort.ACTIVITY), recent.total, (), recent.facets),
            url_for("catalogue.solutions"),
            _CATEGORIES,
        ),
        demo=_has_demo(recent),
    )


@pages.get("/solutions")
def solutions() -> str:
    asked = queries.page_query(request.args)
    page = finding().find(asked.query)
    base = url_for("catalogue.solutions")
    every = queries.with_filters(page.query, {})
    narrowed = bool(page.query.filters)
    building = demonstration_is_being_built()
    stored = finding().figures().solutions if building or not page.total else page.total
    return render_template(
        "solutions.html",
        page=page,
        cut=asked.cut,
        facets=facets.facets(page, base),
        chips=facets.chips(page.query, base),
        hidden=[pair for pair in queries.parameters(page.query) if pair[0] not in ("q", "sort")],
        pages=_pages(page, base),
        sorts=[(sort, queries.address(base, queries.sorted_by(page.query, sort))) for sort in Sort],
        without_filters=queries.address(base, every) if narrowed else None,
        unfiltered_total=finding().find(every).total if narrowed and not page.total else 0,
        asked_for=narrowed or bool(asked.query.text) or "sort" in request.args,
        building=building,
        stored=stored,
        # While the demonstration is built, the index may still be behind the database.
        empty_catalogue=not stored or (building and not page.total),
        demo=_has_demo(page),
    )


@pages.get("/solutions/<slug>")
def solution(slug: str) -> str | Response:
    """A former slug leads to the present one for good."""
    record = finding().solution(queries.checked_slug(slug))
    if record.slug != slug:
        return redirect(url_for("catalogue.solution", slug=record.slug), 301)
    return render_template(
        "solution.html",
        record=record,
        view=solution_view(record),
        peers={one.url: one for one in finding().cited(record)},
        demo=record.demo,
    )


@pages.get("/judging")
def judging() -> str:
    return render_template(
        "judging.html", tables=judgement.tables(), states=judgement.states(), thresholds=judgement.thresholds()
    )


def _pages(page: SearchPage, base: str) -> paging.Pages:
    def url(number: int) -> str:
        return queries.address(base, page.query, number)

    return paging.pages(page.query.page, page.total, page.query.per_page, url)


def _has_demo(page: SearchPage) -> bool:
    return any(candidate.record.demo for candidate in page.candidates)
