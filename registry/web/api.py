# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The JSON API, version 1. Additive only: nothing that is here is renamed or taken away."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from registry.catalogue.presenting import page_json, solution_json
from registry.errors import InvalidInput
from registry.web import queries
from registry.web.access import finding

PREFIX = "/api/"
api = Blueprint("api", __name__, url_prefix="/api/v1")


@api.get("/solutions")
def solutions() -> Response:
    """A page of the result with its facets. An unknown parameter or a bad value is a 400 (RFC 9457)."""
    query = queries.api_query(request.args)
    page = finding().find(query)
    more = query.page * query.per_page < page.total
    base = url_for("api.solutions")
    return jsonify(page_json(page, queries.address(base, query, query.page + 1, query.per_page) if more else None))


@api.get("/solutions/<slug>")
def solution(slug: str) -> Answer:
    """One solution with every field, value and origin. A former slug leads to the present one (301)."""
    if request.args:
        raise InvalidInput(next(iter(request.args))[: queries.TEXT_LIMIT], "unknown parameter")
    record = finding().solution(queries.checked_slug(slug))
    if record.slug != slug:
        return redirect(url_for("api.solution", slug=record.slug), 301)
    return jsonify(solution_json(record))


@api.after_request
def open_to_browsers(response: Response) -> Response:
    """Public data, no cookies: scripts of other sites may read it."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if request.method == "OPTIONS" and response.status_code == 200:
        response.status_code = 204
        response.headers.remove("Content-Type")
        response.headers["Access-Control-Allow-Methods"] = response.headers["Allow"]
    return response


def problem(status: int, title: str, detail: str, **members: Any) -> Response:
    """An error as application/problem+json (RFC 9457)."""
    response = jsonify({"type": "about:blank", "title": title, "status": status, "detail": detail, **members})
    response.status_code = status
    response.mimetype = "application/problem+json"
    return response
