# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses beside the pages: one slash too many, files of ours, and what browsers and crawlers ask for unasked."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, redirect, request
from flask.globals import request_ctx
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.wrappers import Response as Answer

from registry.web import filters, language

asked = Blueprint("asked", __name__)

_ICON = "icons/allmende.svg"
_ROBOTS = "User-agent: *\nDisallow: /api/\n"


@asked.get("/favicon.ico")
def favicon() -> Answer:
    return redirect(f"{language.root()}/static/{_ICON}", 302)


@asked.get("/robots.txt")
def robots() -> Response:
    """Everything may be read; pages of single searches say themselves that they are not to be indexed."""
    return Response(_ROBOTS, mimetype="text/plain")


def is_current_file() -> bool:
    """The request is for a file of ours at the address with its present digest."""
    name = (request.view_args or {}).get("filename", "")
    try:
        return request.args.get("v") == filters.digest(Path(current_app.static_folder or "") / name)
    except (OSError, ValueError):
        return False


def install(app: Flask) -> None:
    app.register_blueprint(asked)

    @app.before_request
    def one_slash_too_many() -> Answer | None:
        """A page asked for with a slash at its end is moved for good; a file with one is none."""
        if not request.path.endswith("/"):
            return None
        if request.endpoint == "static":
            abort(404)
        path = request.path.rstrip("/")
        if path and isinstance(request.routing_exception, NotFound) and _is_page(path):
            return redirect(language.here(request.script_root, path), 308)
        return None


def _is_page(path: str) -> bool:
    adapter = request_ctx.url_adapter
    try:
        return adapter is not None and adapter.match(path, method="GET")[0] != "static"
    except HTTPException:
        return False
