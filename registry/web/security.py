# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Response headers and trusted host names. No page needs a cookie, a script or anything from another host."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_HSTS = "max-age=31536000"


def is_loopback(host: str) -> bool:
    """Whether a host name or IP literal (without brackets) can only be this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def install(app: Flask, base_url: str) -> None:
    """Answer only to the host of ``base_url`` and to loopback (monitoring: to any); send the headers always."""
    base = urlsplit(base_url)

    @app.before_request
    def only_our_host() -> None:
        # What monitoring asks: /metrics has rules of its own.
        if request.blueprint in ("health", "operator"):
            return
        try:
            host = urlsplit(f"//{request.host}").hostname or ""
        except ValueError:
            host = ""
        if host != base.hostname and not is_loopback(host):
            abort(400, description="untrusted host")

    @app.after_request
    def headers(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if base.scheme == "https":
            response.headers.setdefault("Strict-Transport-Security", _HSTS)
        return response
