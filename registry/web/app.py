# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The application factory: blueprints, headers, language and caching put together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask, Response, request

from registry import __version__, resources
from registry.web import access, addresses, faults, filters, labels, language, operator, security, texts, words
from registry.web.api import api
from registry.web.api_bodies import bodies_api
from registry.web.api_runs import runs_api
from registry.web.bodies import pages as bodies
from registry.web.catalogue import pages
from registry.web.harvests import harvests
from registry.web.health import health
from registry.web.licences import pages as licences

if TYPE_CHECKING:
    from registry.bootstrap import Catalogue
    from registry.config import Config

__all__ = ["create_app"]

_SITE = "Allmende"
_STATIC_SECONDS = 86_400
_YEAR_SECONDS = 31_536_000


def create_app(config: Config, catalogue: Catalogue) -> Flask:
    """The WSGI application. Nothing is read from the database before the first request."""
    app = Flask("registry.web", template_folder=str(resources.templates()), static_folder="static")
    app.config.update(SEND_FILE_MAX_AGE_DEFAULT=_STATIC_SECONDS, MAX_CONTENT_LENGTH=64 * 1024)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions[access.EXTENSION] = catalogue
    app.extensions[f"{access.EXTENSION}-publishers"] = access.PublisherNames()
    app.extensions[f"{access.EXTENSION}-demonstration"] = access.DemonstrationWatch(config.demo)
    for blueprint in (pages, bodies, licences, harvests, api, bodies_api, runs_api, health):
        app.register_blueprint(blueprint)
    # After-request functions run in the reverse order: the headers come last and are on every answer.
    security.install(app, config.base_url)
    language.install(app)
    operator.install(app, config)
    addresses.install(app)
    filters.install(app)
    faults.install(app)
    app.after_request(_cacheable)
    app.jinja_env.globals.update(
        site=_SITE,
        labels=labels,
        words=words,
        label=labels.label,
        short_text=texts.short_text,
        highlight=texts.highlight,
        found_in=texts.found_in,
    )
    app.jinja_env.globals["ui"] = app.jinja_env.get_template("macros.html").module
    app.context_processor(lambda: _context(config))
    return app


def _context(config: Config) -> dict[str, Any]:
    """What the frame of every page needs, without a look into the database."""
    base = config.base_url.rstrip("/")
    mount = urlsplit(base).path.rstrip("/")
    return {
        "lang": language.current(),
        "language_links": [(code, name, language.in_language(code)) for code, name in language.NAMES.items()],
        "default_link": language.in_language(None),
        "origin_url": base.removesuffix(mount) if mount else base,
        "served_as_demo": config.demo,
        "version": __version__,
    }


def _cacheable(response: Response) -> Response:
    """Pages and JSON are checked by ETag each time; files of ours with a digest are kept for a year."""
    if request.endpoint == "static" and addresses.is_current_file() and response.status_code == 200:
        response.cache_control.max_age = _YEAR_SECONDS
        response.cache_control.immutable = True
    elif request.blueprint not in (None, "health", "operator") and response.status_code == 200:
        response.cache_control.no_cache = True
        response.add_etag()
        response.make_conditional(request)
    elif request.endpoint != "static":
        response.cache_control.no_store = True
    return response
