# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which IP addresses are public, and which host spellings are addresses in disguise.

Sources: the IANA special-purpose address registries (IPv4 and IPv6), read by hand because CPython 3.11's ``ipaddress``
lacks the newer ranges (cpython#113171), and the metadata addresses of the large clouds.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _networks(texts: Iterable[str]) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(text) for text in texts)


_NOT_PUBLIC = _networks(
    (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT; Alibaba's metadata service lies in it
        "127.0.0.0/8",
        "168.63.129.16/32",  # Azure's host agent: a public number, reachable from inside only
        "169.254.0.0/16",  # link-local; the metadata service of most clouds
        "172.16.0.0/12",
        "192.0.0.0/24",  # protocol assignments; Oracle's metadata service lies in it
        "192.0.2.0/24",
        "192.31.196.0/24",  # AS112: answered by whatever is nearest
        "192.52.193.0/24",  # multicast tunnels (AMT)
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "2001::/23",  # protocol assignments: Teredo, ORCHID, ORCHIDv2 (2001:20::/28), benchmarks
        "2001:db8::/32",
        "2002::/16",  # 6to4 carries an IPv4 address
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",
    )
)

# All else in IPv6 is refused: loopback, mapped and compatible IPv4 (::/8), NAT64 (64:ff9b::/96, 64:ff9b:1::/48),
# segment routing (5f00::/16), unique local, link-local, site-local, multicast.
_IPV6_UNICAST = ipaddress.ip_network("2000::/3")

_NEVER = _networks(("0.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4", "::/128"))
_NEVER_IPV6 = _networks(("fe80::/10", "ff00::/8", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "::ffff:0:0/96"))

_NUMBER = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public internet; in doubt it does not."""
    if address.version == 6 and address not in _IPV6_UNICAST:
        return False
    if any(address in network for network in _NOT_PUBLIC):
        return False
    return address.is_global and not address.is_multicast


def is_never_a_server(address: Address) -> bool:
    """Whether an address is of no use even behind an opened host name: metadata, multicast, unspecified, tunnels."""
    return any(address in network for network in (*_NEVER, *_NEVER_IPV6))


def literal(host: str) -> Address | None:
    """The address that ``host`` (without brackets) plainly spells, None for a name.

    Raises ValueError for a spelling that some resolvers take for an address and others do not: 127.1, 2130706433,
    0x7f000001, 0177.0.0.1, an address with a zone or a trailing dot.
    """
    if ":" in host:
        if "%" in host:
            raise ValueError("IPv6 address with a zone")
        return ipaddress.IPv6Address(host)
    # A host whose last label is a number is an address to a browser (WHATWG URL, "ends in a number").
    last = host.removesuffix(".").rpartition(".")[2]
    if _NUMBER.fullmatch(last):
        return ipaddress.IPv4Address(host)
    return None
