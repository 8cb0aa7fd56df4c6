# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""For the people who run the catalogue: ``/metrics`` for Prometheus and ``/operating`` for a browser.

There are no accounts yet, and behind a reverse proxy on the same machine every reader comes from loopback (nginx adds
no header by itself). So: with ``ALLMENDE_METRICS_TOKEN`` who has the token sees all, and nobody else anything. Without
it both answer on this machine only, while the catalogue is not published (``ALLMENDE_BASE_URL`` is on loopback) and no
proxy shows itself; and even then the operator's own forges are not named, in case a silent proxy stands before it.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, current_app, make_response, render_template, request, url_for
from prometheus_client.exposition import choose_encoder
from werkzeug.datastructures import Authorization

from registry.catalogue.alerting import Alert, explained
from registry.web import access, language, paging, queries
from registry.web.access import overseeing
from registry.web.harvests import source_rows
from registry.web.language import gettext
from registry.web.language import mark as _
from registry.web.security import is_loopback

if TYPE_CHECKING:
    from registry.config import Config
    from registry.vocabulary.rules import Explanation

operator = Blueprint("operator", __name__)

_EXTENSION = f"{access.EXTENSION}-operator"
_PROXIED = ("Forwarded", "Via", "X-Real-Ip", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto")
_CHALLENGE = 'Basic realm="Allmende", charset="UTF-8", Bearer realm="Allmende"'
_ONLY_HERE = _("Only this machine itself may read this. Set ALLMENDE_METRICS_TOKEN to read it from elsewhere.")
_HOSTS_SHOWN, _SOURCES_SHOWN = 50, 50


@dataclass(frozen=True, slots=True)
class Doorkeeper:
    token: str
    published: bool
    """The catalogue is reached under a name that is not this machine's own."""

    def withholds(self) -> bool | None:
        """Whether private hosts are left out for this request; None refuses it."""
        if self.token:
            return False if _presents(request.authorization, self.token) else None
        if self.published or any(name in request.headers for name in _PROXIED):
            return None
        return True if is_loopback(request.remote_addr or "") and _asked_on_loopback() else None


@dataclass(frozen=True, slots=True)
class AlertRow:
    alert: Alert
    told: Explanation


@operator.get("/metrics")
def metrics() -> Response:
    """Prometheus text or OpenMetrics, as the scraper accepts it."""
    keeper = _keeper()
    withhold = keeper.withholds()
    if withhold is None:
        reason = "a bearer token is asked for" if keeper.token else "set ALLMENDE_METRICS_TOKEN, see docs/operating.md"
        return _refused(keeper, Response(f"{reason}\n", mimetype="text/plain"))
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return Response(encode(overseeing().figures(withhold=withhold)), content_type=content_type)


@operator.get("/operating")
def operating() -> Response:
    """Alerts, hosts and all sources."""
    keeper = _keeper()
    withhold = keeper.withholds()
    if withhold is None:
        title = gettext("This page is for the operator")
        text = (
            gettext("Please log in with any name and the token as password.") if keeper.token else gettext(_ONLY_HERE)
        )
        return _refused(keeper, make_response(render_template("error.html", status=403, title=title, text=text)))
    alerts = [AlertRow(alert, explained(alert, language.current())) for alert in overseeing().alerts(withhold=withhold)]
    hosts = overseeing().hosts(withhold=withhold)
    sources = overseeing().sources(withhold=withhold)
    number, base = queries.page_number(request.args), url_for("operator.operating")
    page = render_template(
        "operating.html",
        alerts=alerts,
        hosts=hosts[:_HOSTS_SHOWN],
        more_hosts=max(0, len(hosts) - _HOSTS_SHOWN),
        sources=source_rows(sources[(number - 1) * _SOURCES_SHOWN : number * _SOURCES_SHOWN]),
        pages=paging.pages(number, len(sources), _SOURCES_SHOWN, lambda page: f"{base}?page={page}"),
        withheld=withhold,
    )
    return make_response(page)


def install(app: Flask, config: Config) -> None:
    published = not is_loopback(urlsplit(config.base_url).hostname or "")
    app.extensions[_EXTENSION] = Doorkeeper(config.metrics_token, published)
    app.register_blueprint(operator)


def _keeper() -> Doorkeeper:
    keeper: Doorkeeper = current_app.extensions[_EXTENSION]
    return keeper


def _refused(keeper: Doorkeeper, response: Response) -> Response:
    response.status_code = 401 if keeper.token else 403
    if keeper.token:
        response.headers["WWW-Authenticate"] = _CHALLENGE
    return response


def _presents(given: Authorization | None, token: str) -> bool:
    if given is None:
        return False
    said = given.token if given.type == "bearer" else given.password if given.type == "basic" else None
    return hmac.compare_digest((said or "").encode(errors="replace"), token.encode())


def _asked_on_loopback() -> bool:
    """Else a page of another site could have its name lead here (DNS rebinding) and read the answer."""
    try:
        return is_loopback(urlsplit(f"//{request.host}").hostname or "")
    except ValueError:
        return False
