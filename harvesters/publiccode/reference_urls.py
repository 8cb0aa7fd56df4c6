# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""URLs as Go's ``net/url`` takes or refuses them, and URNs after RFC 2141: what the reference parser builds on.

Source of the rules: ``Parse`` and ``ParseRequestURI`` of Go's net/url, ``url``, ``http_url`` and ``urn_rfc2141`` of
go-playground/validator 10.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_CONTROL = re.compile("[\x00-\x1f\x7f]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_BAD_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
_HOST = re.compile(r"[A-Za-z0-9\-_.~!$&'()*+,;=:\[\]<>\"%\u0080-\U0010ffff]*")
_LOW_PERCENT = re.compile("%(?!25)[0-7][0-9A-Fa-f]")
_USER = re.compile(r"[A-Za-z0-9\-._:~!$&'()*+,;=%@]*")
_PORT = re.compile(":?|:[0-9]+")
_IPV6 = re.compile(r"[0-9A-Fa-f:.]+(?:%25.+)?")
_URN = re.compile(
    r"(?i:urn):(?!(?i:urn):)([A-Za-z0-9][A-Za-z0-9-]{0,31}):((?:[A-Za-z0-9()+,\-.:=@;$_!*']|%[0-9A-Fa-f]{2})+)"
)


@dataclass(frozen=True, slots=True)
class GoUrl:
    """The parts of a URL that the checks look at."""

    scheme: str = ""
    host: str = ""
    path: str = ""
    opaque: str = ""
    fragment: str = ""


class Unparsable(Exception):
    """Go's reason for refusing a URL."""


def parse(text: str, as_request: bool = False) -> GoUrl:
    """The URL as ``url.Parse`` (or ``url.ParseRequestURI``) gives it. Raises ``Unparsable``."""
    rest, _, fragment = (text, "", "") if as_request else text.partition("#")
    if _CONTROL.search(rest):
        raise Unparsable("net/url: invalid control character in URL")
    if as_request and not text:
        raise Unparsable("empty url")
    if text == "*":
        return GoUrl(path="*")
    scheme, rest = _scheme(rest)
    rest = rest.partition("?")[0]
    host = ""
    if not rest.startswith("/"):
        if scheme:
            return GoUrl(scheme=scheme, opaque=rest, fragment=_checked(fragment))
        if as_request:
            raise Unparsable("invalid URI for request")
        if ":" in rest.partition("/")[0]:
            raise Unparsable("first path segment in URL cannot contain colon")
    elif rest.startswith("//") and (scheme or (not as_request and not rest.startswith("///"))):
        authority, slash, path = rest[2:].partition("/")
        host, rest = _host(authority), slash + path
    return GoUrl(scheme, host, _checked(rest), "", _checked(fragment))


def _scheme(text: str) -> tuple[str, str]:
    if text.startswith(":"):
        raise Unparsable("missing protocol scheme")
    found = _SCHEME.match(text)
    return (found.group(1).lower(), text[found.end() :]) if found else ("", text)


def _checked(part: str) -> str:
    bad = _BAD_PERCENT.search(part)
    if bad:
        raise Unparsable(f'invalid URL escape "{part[bad.start() : bad.start() + 3]}"')
    return part


def _host(authority: str) -> str:
    user, at, host = authority.rpartition("@")
    if at and not _USER.fullmatch(user):
        raise Unparsable("net/url: invalid userinfo")
    _checked(user)
    if "[" in host:
        inside, bracket, port = host.partition("[")[2].rpartition("]")
        if not bracket:
            raise Unparsable("missing ']' in host")
        if not host.startswith("[") or not _IPV6.fullmatch(inside):
            raise Unparsable("invalid host")
    else:
        name, colon, digits = host.rpartition(":")
        port = colon + digits if colon else ""
        if ":" in name:
            raise Unparsable("too many colons in address")
    if not _PORT.fullmatch(port):
        raise Unparsable(f'invalid port "{port}" after host')
    _checked(host)
    if _LOW_PERCENT.search(host):
        raise Unparsable("invalid URL escape in host name")
    if not _HOST.fullmatch(host):
        raise Unparsable("invalid character in host name")
    return host


def is_url(text: str) -> bool:
    """The rule ``url``: a scheme, and behind it a host, a fragment or something opaque; ``file:`` needs a path."""
    try:
        url = parse(text.lower())
    except Unparsable:
        return False
    if url.scheme == "file":
        return url.path not in ("", "/")
    return bool(url.scheme and (url.host or url.fragment or url.opaque))


def is_http_url(text: str) -> bool:
    """The rule ``http_url``."""
    if not is_url(text):
        return False
    url = parse(text.lower())
    return bool(url.host) and url.scheme in ("http", "https")


def is_request_uri(text: str) -> bool:
    """Whether the reference parser takes a path for an absolute URL, which it does not look at without network."""
    try:
        parse(text, as_request=True)
    except Unparsable:
        return False
    return True


def is_urn(text: str) -> bool:
    """A URN after RFC 2141; ``urn:urn:...`` is none."""
    return _URN.fullmatch(text) is not None


def identifies(text: str) -> bool:
    """The rule for an organisation's ``uri``: a URL with a host, or a URN."""
    try:
        url = parse(text, as_request=True)
    except Unparsable:
        return False
    return is_urn(text) if url.scheme == "urn" else bool(url.scheme and url.host)
