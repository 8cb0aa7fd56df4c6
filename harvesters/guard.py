# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The address policy of the door: where Allmende goes, and at which address.

HTTP and git ask the same ``Guard`` and then connect to exactly the address it returned (HTTP by dialling it, git by
``http.curloptResolve``), so that a second answer of the name server cannot lead anywhere else. Nothing here connects.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urlsplit

import idna

from harvesters.addresses import Address, is_never_a_server, is_public, literal
from registry.errors import Refused, Unreachable
from registry.model import EgressRules, HostPort

Resolver = Callable[[str, int], Sequence[str]]
"""Host, port -> IP literals in order of preference; raises OSError when there are none."""

PORTS = {"https": 443, "http": 80}
MAX_URL = 2_048

_SCHEME = "fetch-refused-scheme"
_ADDRESS = "fetch-refused-address"
_SPELLING = "fetch-refused-spelling"
# Control characters, every kind of white space, backslash, invisible and bidirectional format characters, and the
# lone surrogates that stand for bytes of a command line that were no UTF-8.
_UNFIT = re.compile(
    r"[\x00-\x20\x7f-\xa0\\\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ud800-\udfff]"
)
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_CREDENTIALS = re.compile(r"(?<=//)[^/?#]*@")


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that may be fetched, and the one checked address to fetch it from.

    ``url`` is the normal form of what was asked: default port and fragment dropped, host lower-case ASCII.
    ``host`` has no brackets. ``private`` says that only an operator's exception let it pass.
    """

    url: str
    scheme: str
    host: str
    port: int
    address: str
    private: bool = False

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port: what a token belongs to."""
        return self.scheme, self.host, self.port

    @property
    def netloc(self) -> str:
        """Host with brackets where needed, and the port where it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def redacted(url: str) -> str:
    """A URL fit for messages and logs: no credentials, query or fragment, nothing unprintable, bounded length."""
    plain = _CREDENTIALS.sub("", url.partition("#")[0].partition("?")[0])
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", plain)[:300]


def system_resolver(host: str, port: int) -> Sequence[str]:
    """All addresses of a host by the system's resolver, in its order of preference."""
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    except UnicodeError as error:
        raise OSError(f"{host} is no host name") from error
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


class Guard:
    """Decides on one URL at a time; thread-safe, keeps no state."""

    def __init__(self, rules: EgressRules, resolve: Resolver = system_resolver) -> None:
        self._resolve = resolve
        self._opened = frozenset(HostPort(_normal_host(rule.host, rule.host), rule.port) for rule in rules.allow)

    def check(self, url: str, came_from: Target | None = None) -> Target:
        """The target of a URL, all of whose addresses were found good.

        ``came_from`` is set for a redirect: one from the public internet may not lead to a private address, not even
        to one that the operator opened. Raises Refused with a rule that says why and what to do, Unreachable for an
        unknown name.
        """
        parts = _split(url)
        host = _normal_host(parts.hostname or "", url)
        port = _port(parts, url)
        opened = HostPort(host, port) in self._opened
        if not opened and parts.scheme != "https":
            raise Refused(redacted(url), parts.scheme, rule=_SCHEME)
        if not opened and port != PORTS["https"]:
            raise Refused(redacted(url), str(port), rule="fetch-refused-port")
        addresses = self._addresses(host, port, url)
        private = not all(is_public(address) for address in addresses)
        if private and not (opened and _bearable(host, addresses)):
            raise Refused(redacted(url), host, rule=_ADDRESS)
        if private and came_from is not None and not came_from.private:
            raise Refused(redacted(came_from.url), redacted(url), rule="fetch-refused-redirect")
        target = Target("", parts.scheme, host, port, str(addresses[0]), private)
        return Target(_normal_url(target, parts), parts.scheme, host, port, target.address, private)

    def _addresses(self, host: str, port: int, url: str) -> list[Address]:
        known = literal(host)
        if known is not None:
            return [known]
        try:
            found = [ipaddress.ip_address(answer) for answer in self._resolve(host, port)]
        except OSError:
            found = []
        except ValueError:
            raise Refused(redacted(url), f"DNS: {host}", rule=_ADDRESS) from None
        if not found:
            raise Unreachable(redacted(url), f"DNS: {host}")
        return found


def _bearable(host: str, addresses: Sequence[Address]) -> bool:
    """An operator who names an address means it; a name must not lead to metadata services or multicast."""
    return literal(host) is not None or not any(is_never_a_server(address) for address in addresses)


def _split(url: str) -> SplitResult:
    if len(url) > MAX_URL:
        raise Refused(redacted(url), f"> {MAX_URL}", rule=_SPELLING)
    if _UNFIT.search(url):
        raise Refused(redacted(url), "\N{REPLACEMENT CHARACTER}", rule=_SPELLING)
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        raise Refused(redacted(url), "URL", rule=_SPELLING) from None
    if parts.scheme not in PORTS:
        raise Refused(redacted(url), parts.scheme or "://", rule=_SCHEME)
    if "@" in parts.netloc:
        raise Refused(redacted(url), "@", rule="fetch-refused-login")
    if not host:
        raise Refused(redacted(url), "https://", rule=_SPELLING)
    return parts


def _normal_host(host: str, url: str) -> str:
    """Lower-case ASCII host, or the shortest spelling of an IPv6 address. Raises Refused."""
    try:
        ascii_host = host.lower() if host.isascii() else idna.encode(host, uts46=True).decode("ascii")
        address = literal(ascii_host)
    except (ValueError, idna.IDNAError):
        raise Refused(redacted(url), _shown(host), rule=_SPELLING) from None
    if address is not None and host.isascii():
        return str(address)
    if address is not None or len(ascii_host) > 253 or not all(map(_LABEL.fullmatch, ascii_host.split("."))):
        raise Refused(redacted(url), _shown(host), rule=_SPELLING)
    return ascii_host


def _shown(host: str) -> str:
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", host)[:100]


def _port(parts: SplitResult, url: str) -> int:
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise Refused(redacted(url), "1-65535", rule=_SPELLING)
    return port or PORTS[parts.scheme]


def _normal_url(target: Target, parts: SplitResult) -> str:
    path = quote(parts.path, safe="%/:=~+!$,;'@()*[]&-._") or "/"
    query = "?" + quote(parts.query, safe="%/:=~+!$,;'@()*[]&-._?") if parts.query else ""
    return f"{target.scheme}://{target.netloc}{path}{query}"
