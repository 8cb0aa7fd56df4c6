# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which language a page speaks: the path's prefix, else Accept-Language, else German; and its texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from flask import Flask, Response, g, request

from registry.web.translation import LANGUAGES, translations

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

DEFAULT = "de"
NAMES = {"de": "Deutsch", "en": "English"}
_LANGUAGE = "allmende.language"
_ROOT = "allmende.root"
_PATH_SIGNS = "/:@!$&'()*+,;=~"
_LOCALES = {"de": "de_DE", "en": "en_GB"}


class LanguagePrefix:
    """WSGI middleware: moves a leading /de or /en from the path into SCRIPT_NAME, so that every link keeps it."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ[_ROOT] = environ.get("SCRIPT_NAME", "")
        head, slash, rest = environ.get("PATH_INFO", "").removeprefix("/").partition("/")
        if head in LANGUAGES:
            environ[_LANGUAGE] = head
            environ["SCRIPT_NAME"] = f"{environ[_ROOT]}/{head}"
            environ["PATH_INFO"] = f"{slash or '/'}{rest}"
        return self._app(environ, start_response)


def current() -> str:
    """The language of this request: "de" or "en"."""
    if "language" not in g:
        g.language = request.environ.get(_LANGUAGE) or accepted(request.accept_languages)
    return str(g.language)


def accepted(tags: Iterable[tuple[str, float]]) -> str:
    """The first of our languages that a reader wants, by quality; "de-AT" is German, whatever its region.

    (Werkzeug's own ``best_match`` prefers an exact "en" to a better loved "de-AT".)
    """
    wanted = [(tag.replace("_", "-").partition("-")[0].lower(), quality) for tag, quality in tags]
    refused = {primary for primary, quality in wanted if quality <= 0}
    for primary, _ in sorted((pair for pair in wanted if pair[1] > 0), key=lambda pair: -pair[1]):
        if primary in LANGUAGES:
            return primary
        if primary == "*":
            return next((code for code in (DEFAULT, *LANGUAGES) if code not in refused), DEFAULT)
    return DEFAULT


def locale() -> str:
    """How dates and figures are written: English ones as in Europe, the day before the month."""
    return _LOCALES[current()]


def root() -> str:
    """Where the application is mounted, without the language prefix."""
    return str(request.environ.get(_ROOT, ""))


def in_language(language: str | None) -> str:
    """This very page and query in another language, as a path from the host's root; None: the reader's own choice."""
    return here(f"{root()}/{language}" if language else root(), request.path)


def here(mount: str, path: str) -> str:
    """A path below a mount with the query of this request, encoded."""
    query = urlencode(list(request.args.items(multi=True)), errors="replace")
    return f"{mount}{quote(path, safe=_PATH_SIGNS, errors='replace')}{'?' + query if query else ''}"


def mark(message: str) -> str:
    """Marks a text of a table for extraction; ``gettext`` translates it when a page is made."""
    return message


def gettext(message: str, **values: Any) -> str:
    text = translations(current()).ugettext(message)
    return str(text % values) if values else str(text)


def ngettext(singular: str, plural: str, num: int, **values: Any) -> str:
    return str(translations(current()).ungettext(singular, plural, num) % {"num": num, **values})


def vary(response: Response) -> Response:
    """Without a prefix the answer depends on Accept-Language: caches must know."""
    if _LANGUAGE not in request.environ and response.mimetype == "text/html":
        response.vary.add("Accept-Language")
    return response


def install(app: Flask) -> None:
    """Make the app speak: middleware, the functions of the templates and the Vary header."""
    app.wsgi_app = LanguagePrefix(app.wsgi_app)  # type: ignore[method-assign]
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda message: translations(current()).ugettext(message),
        lambda singular, plural, num: translations(current()).ungettext(singular, plural, num),
        newstyle=True,
    )
    app.after_request(vary)
