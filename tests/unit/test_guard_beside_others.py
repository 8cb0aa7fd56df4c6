# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Our address guard beside two libraries of the same purpose: what either refuses, we refuse. Nothing is dialled."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
import requests
from AntiSSRF import AntiSSRFPolicy, PolicyConfigOptions
from AntiSSRF.antissrf_error import AntiSSRFError
from AntiSSRF.ipaddress_ranges import IPAddressRanges
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from requests_hardened import Config, Manager
from requests_hardened.ip_filter import InvalidIPAddress

from harvesters.addresses import _NOT_PUBLIC as OUR_NETWORKS
from harvesters.guard import Guard
from registry.errors import Refused, Unreachable
from registry.model import EgressRules

PUBLIC = "93.184.215.14"
EXCEPTIONS: frozenset[str] = frozenset()
"""Hosts that a library refuses and we let pass, each with its reason. There is none."""
NAMES: dict[str, tuple[str, ...]] = {}
_really = socket.getaddrinfo


class Reached(BaseException):
    """A connection was about to be made: the library had no objection."""


def _resolve(host: str, port: Any, *options: Any, **more: Any) -> Any:
    """The system's own reading of odd spellings, and the names of a test; no name server is ever asked."""
    if host in NAMES:
        return [_really(one, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)[0] for one in NAMES[host]]
    return _really(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)


def _dial(*_: object, **__: object) -> None:
    raise Reached


@pytest.fixture(autouse=True, scope="module")
def offline() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", _resolve)
        patch.setattr("urllib3.util.connection.create_connection", _dial)
        patch.setattr(socket.socket, "connect", _dial)
        yield


def _antissrf() -> requests.Session:
    return AntiSSRFPolicy(PolicyConfigOptions.EXTERNAL_ONLY_LATEST).get_antissrf_session()  # type: ignore[no-any-return]


def _hardened() -> requests.Session:
    config = Config(
        ip_filter_enable=True, ip_filter_allow_loopback_ips=False, never_redirect=True, default_timeout=(1, 1)
    )
    return Manager(config).get_session()


LIBRARIES: dict[str, tuple[Callable[[], requests.Session], type[Exception]]] = {
    "microsoft-antissrf": (_antissrf, AntiSSRFError),
    "requests-hardened": (_hardened, InvalidIPAddress),
}


def refused_by(library: str, url: str) -> bool:
    """Whether the library says that the address is not to be asked; nonsense and unknown names are no judgement."""
    build, refusal = LIBRARIES[library]
    with build() as session:
        session.trust_env = False
        try:
            session.get(url, timeout=1)
        except refusal:
            return True
        except (Reached, requests.RequestException, OSError, ValueError):
            return False
    raise AssertionError("nobody is there who could have answered")


def refused_by_us(url: str) -> bool:
    def resolve(host: str, port: int) -> Sequence[str]:
        return [str(answer[4][0]) for answer in _resolve(host, port)]

    try:
        Guard(EgressRules(), resolve).check(url)
    except (Refused, Unreachable):
        return True
    return False


def agree(host: str) -> None:
    url = f"https://{host}/latest/meta-data"
    if host in EXCEPTIONS or refused_by_us(url):
        return
    assert not [name for name in LIBRARIES if refused_by(name, url)], url


TABLE = (
    "127.0.0.1", "127.1", "127.0.1", "127.255.255.254", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1",
    "017700000001", "0x7f.0x0.0x0.0x1", "127.0.0.1.", "0", "0.0.0.0", "1", "10.0.0.1", "10.1", "172.16.0.1",
    "172.31.255.255", "192.168.0.1", "192.168.257", "169.254.169.254", "2852039166", "0xa9fea9fe", "169.254.43518",
    "0251.0376.0251.0376", "168.63.129.16", "100.64.0.1", "100.100.100.200", "192.0.0.192", "192.88.99.1",
    "198.18.0.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "[::]", "[::1]",
    "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:a9fe:a9fe]", "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]", "[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2001::1]",
    "[2001:20::1]", "[2001:db8::1]", "[3fff::1]", "[5f00::1]", "[100::1]", "[fc00::1]", "[fd00:ec2::254]",
    "[fe80::1]", "[fec0::1]", "[ff02::1]", "[2620:4f:8000::1]", "192.31.196.1", "192.52.193.1", "192.175.48.1",
)  # fmt: skip


@pytest.mark.parametrize("host", TABLE)
def test_every_address_of_the_table_is_refused_by_us(host: str) -> None:
    assert refused_by_us(f"https://{host}/")
    assert refused_by_us(f"https://{host}:443/")


def test_the_libraries_are_really_asked() -> None:
    for name in LIBRARIES:
        judged = [host for host in TABLE if refused_by(name, f"https://{host}/")]
        assert len(judged) > 40, name
        assert not refused_by(name, f"https://{PUBLIC}/")
    assert not refused_by_us(f"https://{PUBLIC}/")
    agree(PUBLIC)


NETWORKS = tuple(
    dict.fromkeys([*OUR_NETWORKS, *map(ipaddress.ip_network, IPAddressRanges.recommended_latest),
                   ipaddress.ip_network("8.0.0.0/8"), ipaddress.ip_network("2600::/12")])
)  # fmt: skip


@st.composite
def addresses(draw: st.DrawFn) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Anywhere in a special range, at its edges, or one step beside them."""
    network = draw(st.sampled_from(NETWORKS))
    first, last = int(network.network_address), int(network.broadcast_address)
    number = draw(st.one_of(st.integers(first, last), st.sampled_from([first - 1, first, last, last + 1])))
    assume(0 <= number < 2**network.max_prefixlen)
    return ipaddress.IPv4Address(number) if network.version == 4 else ipaddress.IPv6Address(number)


RADIX: tuple[Callable[[int], str], ...] = (str, hex, lambda n: f"0{n:o}", lambda n: f"0X{n:X}", lambda n: f"{n:04d}")


@st.composite
def spellings(draw: st.DrawFn) -> str:
    """One of the ways in which an address can be written into a URL."""
    address = draw(addresses())
    if isinstance(address, ipaddress.IPv6Address):
        text = draw(st.sampled_from([str(address), address.exploded, address.compressed.upper()]))
        return f"[{text}]"
    number = int(address)
    way = draw(st.sampled_from(["parts", "mapped", "hex-mapped", "translated", "tunnel", "wide", "plain"]))
    if way == "plain":
        return str(address)
    if way == "mapped":
        return f"[::ffff:{address}]"
    if way == "hex-mapped":
        return f"[::ffff:{number >> 16:x}:{number & 0xFFFF:x}]"
    if way == "translated":
        return f"[64:ff9b::{number >> 16:x}:{number & 0xFFFF:x}]"
    if way == "tunnel":
        return f"[2002:{number >> 16:x}:{number & 0xFFFF:x}::1]"
    if way == "wide":
        return str(address).translate({ord("0") + n: chr(0xFF10 + n) for n in range(10)})
    count = draw(st.integers(1, 4))
    heads = [number >> 24 & 0xFF, number >> 16 & 0xFF, number >> 8 & 0xFF][: count - 1]
    parts = [*heads, number & (1 << 8 * (5 - count)) - 1]
    return ".".join(draw(st.sampled_from(RADIX))(part) for part in parts) + draw(st.sampled_from(["", "."]))


@settings(max_examples=250, deadline=None)
@given(spellings())
def test_generated_spellings(host: str) -> None:
    agree(host)


@settings(max_examples=150, deadline=None)
@given(st.lists(addresses(), min_size=1, max_size=3))
def test_names_that_resolve_to_generated_addresses(found: list[ipaddress.IPv4Address | ipaddress.IPv6Address]) -> None:
    NAMES["repo.example.org"] = tuple(map(str, found))
    agree("repo.example.org")
    NAMES["repo.example.org"] = (PUBLIC, *map(str, found))
    agree("repo.example.org")
