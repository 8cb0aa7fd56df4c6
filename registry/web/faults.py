# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Error pages: what happened in plain words, with a way on. Below /api/ the same as problem+json."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from flask import Flask, Response, make_response, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.http import HTTP_STATUS_CODES

from registry import errors
from registry.web import api
from registry.web.language import gettext
from registry.web.language import mark as _

_log = logging.getLogger("allmende.web")
_RETRY_SECONDS = "30"


@dataclass(frozen=True, slots=True)
class _Words:
    title: str
    text: str


_WORDS = {
    400: _Words(_("We do not understand this request"), _("The address or the details sent with it are not valid.")),
    404: _Words(
        _("There is nothing at this address"), _("The page may have moved, or the address has a typing error.")
    ),
    405: _Words(_("This page takes no input"), _("Nothing can be sent to this address.")),
    500: _Words(
        _("Something went wrong on our side"),
        _("The fault is ours and has been written down. Please try again later."),
    ),
    503: _Words(
        _("The catalogue is not ready at the moment"),
        _("The database or the search index cannot be used right now. Please try again in a few minutes."),
    ),
}


def _answer(status: int, detail: str = "") -> Response:
    if request.path.startswith(api.PREFIX):
        return api.problem(status, HTTP_STATUS_CODES.get(status, "Error"), detail)
    words = _WORDS.get(status, _WORDS[400 if status < 500 else 500])
    page = render_template("error.html", status=status, title=gettext(words.title), text=gettext(words.text))
    return make_response(page, status)


def _http(error: HTTPException) -> Response:
    response = _answer(error.code or 500, error.description or "")
    if allowed := getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def _not_found(error: errors.NotFound) -> Response:
    return _answer(404, f"not found: {error.subject}")


def _invalid(error: errors.InvalidInput) -> Response:
    if request.path.startswith(api.PREFIX):
        return api.problem(400, "Bad Request", f"{error.subject}: {error.detail}", parameter=error.subject)
    return _answer(400)


def _not_ready(error: errors.AllmendeError) -> Response:
    _log.error("not ready: %s", error)
    response = _answer(503, "the catalogue is not ready")
    response.headers["Retry-After"] = _RETRY_SECONDS
    return response


def _unexpected(error: Exception) -> Response:
    _log.error("fault at %r", request.path, exc_info=error)
    return _answer(500, InternalServerError.description)


def install(app: Flask) -> None:
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(errors.NotFound, _not_found)
    app.register_error_handler(errors.InvalidInput, _invalid)
    app.register_error_handler(errors.StorageError, _not_ready)
    app.register_error_handler(errors.SearchError, _not_ready)
    app.register_error_handler(Exception, _unexpected)
