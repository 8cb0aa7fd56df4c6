# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The JSON API, version 1: harvests and what they did with each repository. Additive only."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, request, url_for

from registry.catalogue.presenting import moment
from registry.catalogue.telling import run_json
from registry.model import Item, Json
from registry.vocabulary.rules import LANGUAGES, Explanation, explain
from registry.web import labels, queries
from registry.web.access import finding, overseeing
from registry.web.api import open_to_browsers, refuse_unknown
from registry.web.translation import translations

runs_api = Blueprint("api_runs", __name__, url_prefix="/api/v1")
runs_api.after_request(open_to_browsers)


@runs_api.get("/runs")
def runs() -> Response:
    """A page of the harvests, the newest first."""
    refuse_unknown(request.args, frozenset({"page", "per_page"}))
    number, per_page = queries.api_page(request.args)
    found, total = finding().runs(number, per_page)
    base = url_for("api_runs.runs")
    return jsonify(
        total=total,
        page=number,
        per_page=per_page,
        next=_next(base, total, number, per_page, {}),
        results=[{**run_json(run), "url": f"/runs/{run.id}"} for run in found],
    )


@runs_api.get("/runs/<run_id>")
def run(run_id: str) -> Response:
    """One harvest with a page of its items, faults first; ``status`` and ``q`` (part of the address) choose."""
    refuse_unknown(request.args, frozenset({"status", "q", "page", "per_page"}))
    number, per_page = queries.api_page(request.args)
    status, text = queries.api_items(request.args)
    found = finding().run(queries.checked_slug(run_id))
    items, total = overseeing().items(found.id, number, per_page, status, text)
    asked = {"status": status.value if status else "", "q": text}
    page: dict[str, Json] = {
        "total": total,
        "page": number,
        "per_page": per_page,
        "next": _next(url_for("api_runs.run", run_id=found.id), total, number, per_page, asked),
        "results": [_item_json(item) for item in items],
    }
    return jsonify({**run_json(found), "url": f"/runs/{found.id}", "items": page})


def _item_json(item: Item) -> dict[str, Json]:
    """What happened to one repository, in words also where the outcome alone says it."""
    told = {lang: _told(item, lang) for lang in LANGUAGES}
    return {
        "repository": item.repository,
        "status": item.status.value,
        "rule": item.rule,
        "params": dict(item.params),
        "message": {lang: text.message for lang, text in told.items()},
        "hint": {lang: text.hint for lang, text in told.items()},
        "problems": item.problems,
        "seconds": item.seconds,
        "at": moment(item.at),
        "solution": item.solution_slug,
    }


def _told(item: Item, lang: str) -> Explanation:
    if item.rule is not None:
        return explain(item.rule, item.params, lang)
    sentence = labels.ITEM_SENTENCES.get(item.status)
    return Explanation(str(translations(lang).ugettext(sentence)) if sentence else "", "")


def _next(base: str, total: int, page: int, per_page: int, asked: Mapping[str, str]) -> str | None:
    if page * per_page >= total:
        return None
    pairs = {**{name: value for name, value in asked.items() if value}, "page": page + 1, "per_page": per_page}
    return f"{base}?{urlencode(pairs)}"
