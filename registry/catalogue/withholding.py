# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the public is not told: the addresses of an operator's own forges, wherever figures and alerts name hosts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from harvesters.addresses import is_public, literal
from registry.catalogue.alerting import Situation
from registry.model import EgressRules, HostTraffic, Source
from registry.storage.watching import HostHealth

WITHHELD = "private"
"""Stands for a host that is not told."""
_INNER_ENDINGS = (
    *("local", "localhost", "internal", "intern", "intranet", "lan", "home", "corp", "private", "home.arpa"),
)
"""Names that no public name server knows. Sources: RFC 6762 (appendix G), RFC 6761, RFC 8375, ICANN on .internal."""


def is_private_host(host: str, rules: EgressRules) -> bool:
    """Whether ``host`` (with a port or without) is none of the public internet, or one the operator had to open."""
    try:
        parts = urlsplit(f"//{host}")
        name = (parts.hostname or "").rstrip(".")
        address = literal(name)
    except ValueError:
        return True
    if any(item.host == name for item in rules.allow):
        return True
    if address is not None:
        return not is_public(address)
    return "." not in name or name.endswith(tuple(f".{ending}" for ending in _INNER_ENDINGS))


def is_private(url: str, rules: EgressRules) -> bool:
    """Whether a URL leads to such a host."""
    try:
        return is_private_host(urlsplit(url).netloc.rpartition("@")[2], rules)
    except ValueError:
        return True


def without_private(found: Situation, rules: EgressRules) -> Situation:
    """The same situation for the public: private sources are named by their id, private hosts not at all."""
    return replace(
        found,
        sources=[source if may_be_named(source, rules) else _unnamed(source) for source in found.sources],
        hosts=united(found.hosts, rules),
        unreachable=[_unnamed_health(health, rules) for health in found.unreachable],
    )


def may_be_named(source: Source, rules: EgressRules) -> bool:
    """The demonstration's server is on loopback, and its sources are no secret."""
    return source.demo or not is_private(source.url, rules)


def united(hosts: Iterable[HostTraffic], rules: EgressRules) -> list[HostTraffic]:
    """All private hosts as one."""
    found: dict[str, HostTraffic] = {}
    for host in hosts:
        name = WITHHELD if is_private_host(host.name, rules) else host.name
        found[name] = added(found[name], host) if name in found else replace(host, name=name)
    return list(found.values())


def added(one: HostTraffic, other: HostTraffic) -> HostTraffic:
    """The first one's name with the figures of both; paused for as long as either is."""
    paused = max((host for host in (one, other) if host.paused_until), key=_until, default=one)
    return HostTraffic(
        one.name,
        **_sums(one, other),
        seconds=one.seconds + other.seconds,
        paused_until=paused.paused_until,
        paused_for=paused.paused_for,
    )


def _sums(one: HostTraffic, other: HostTraffic) -> Mapping[str, int]:
    names = ("requests", "not_modified", "bytes", "failures")
    return {name: getattr(one, name) + getattr(other, name) for name in names}


def _until(host: HostTraffic) -> float:
    return host.paused_until.timestamp() if host.paused_until else 0.0


def _unnamed(source: Source) -> Source:
    return replace(source, url=source.id, title=None)


def _unnamed_health(health: HostHealth, rules: EgressRules) -> HostHealth:
    return replace(health, name=WITHHELD) if is_private_host(health.name, rules) else health
