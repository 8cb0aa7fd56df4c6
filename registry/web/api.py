# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The JSON API, version 1. Additive only: nothing that is here is renamed or taken away."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, jsonify, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as Answer

from registry.catalogue.explaining import combination_json, explanation_json
from registry.catalogue.presenting import page_json, solution_json
from registry.errors import InvalidInput
from registry.licences import ids, normalise
from registry.licences.combining import FEWEST, MOST, combine
from registry.licences.duties import explain
from registry.licences.expressions import LONGEST
from registry.licences.hints import Use
from registry.licences.kinds import definition, kind_of
from registry.model import Json, Query
from registry.vocabulary.rules import LANGUAGES
from registry.web import queries
from registry.web.access import finding
from registry.web.licences import checked_expression

PREFIX = "/api/"
api = Blueprint("api", __name__, url_prefix="/api/v1")


@api.get("/solutions")
def solutions() -> Response:
    """A page of the result with its facets. An unknown parameter or a bad value is a 400 (RFC 9457)."""
    query = queries.api_query(request.args)
    page = finding().find(query)
    more = query.page * query.per_page < page.total
    following = queries.address(url_for("api.solutions"), page.query, query.page + 1, query.per_page) if more else None
    return jsonify(page_json(page, following))


@api.get("/solutions/<slug>")
def solution(slug: str) -> Answer:
    """One solution with every field, value and origin. A former slug leads to the present one (301)."""
    refuse_unknown(request.args, frozenset())
    record = finding().solution(queries.checked_slug(slug))
    if record.slug != slug:
        return redirect(url_for("api.solution", slug=record.slug), 301)
    return jsonify(solution_json(record, finding().cited(record)))


@api.get("/licences/<expression>")
def licence(expression: str) -> Answer:
    """One licence explained, and how many solutions have it. Another spelling leads to the canonical one (301)."""
    refuse_unknown(request.args, frozenset())
    known = checked_expression(expression)
    if known != expression:
        return redirect(url_for("api.licence", expression=known), 301)
    query = Query(filters={"licence": ids(known)}, per_page=1)
    told = {lang: text for lang, text in definition(kind_of(known)).items() if lang in LANGUAGES}
    more: dict[str, Json] = {
        "kind_text": told,
        "url": f"/licences/{quote(known)}",
        "solutions": {
            "total": finding().find(query).total,
            "url": queries.address(url_for("api.solutions"), query, per_page=queries.PER_PAGE),
        },
    }
    return jsonify({**explanation_json(explain(known)), **more})


@api.get("/licences/combine")
def combination() -> Response:
    """Whether 2 to 5 licences (``licence``, once each) can be combined for one ``use``."""
    refuse_unknown(request.args, frozenset({"licence", "use"}))
    given, uses = request.args.getlist("licence"), request.args.getlist("use")
    if len(uses) > 1:
        raise InvalidInput("use", "given more than once")
    if not uses or uses[0] not in {use.value for use in Use}:
        raise InvalidInput("use", f"must be one of {', '.join(Use)}")
    if not FEWEST <= len(given) <= MOST:
        raise InvalidInput("licence", f"{FEWEST} to {MOST} licences can be compared")
    known = [normalise(text) if len(text) <= LONGEST else None for text in given]
    for text, found in zip(given, known, strict=True):
        if found is None:
            raise InvalidInput("licence", f"is no licence that is known: {text[: queries.TEXT_LIMIT]!a}")
    return jsonify(combination_json(combine([one for one in known if one], Use(uses[0]))))


def refuse_unknown(args: MultiDict[str, str], known: frozenset[str]) -> None:
    """Raises InvalidInput for a parameter that is not among ``known``."""
    if unknown := sorted(set(args) - known):
        raise InvalidInput(unknown[0][: queries.TEXT_LIMIT], "unknown parameter")


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
