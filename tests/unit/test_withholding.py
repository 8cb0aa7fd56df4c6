# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which hosts the public is told of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from registry.catalogue.alerting import Situation
from registry.catalogue.withholding import WITHHELD, is_private, is_private_host, without_private
from registry.model import EgressRules, ForgeKind, HostPort, HostTraffic, Source, SourceKind
from registry.storage.watching import HostHealth

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
RULES = EgressRules(allow=frozenset({HostPort("git.stadt.example", 8443), HostPort("2001:db8::5", 443)}))


@pytest.mark.parametrize(
    ("host", "private"),
    [
        ("github.com", False),
        ("gitlab.opencode.de", False),
        ("gitlab.opencode.de:443", False),
        ("internal.example.com", False),
        ("8.8.8.8", False),
        ("[2606:4700::1111]:443", False),
        # opened by the operator
        ("git.stadt.example", True),
        ("git.stadt.example:8443", True),
        ("GIT.STADT.example", True),
        ("git.stadt.example.", True),
        ("[2001:db8::5]", True),
        # no names of the public internet
        ("gitlab", True),
        ("localhost", True),
        ("forge.intern", True),
        ("forge.local", True),
        ("forge.lan:3000", True),
        ("router.home.arpa", True),
        ("forge.internal.", True),
        # addresses, also in disguise
        ("127.0.0.1:8080", True),
        ("10.1.2.3", True),
        ("192.168.0.7:443", True),
        ("[::1]:80", True),
        ("[fd00::1]", True),
        ("0x7f000001", True),
        ("2130706433", True),
        ("127.1", True),
        # nonsense is withheld
        ("", True),
        ("[::1", True),
        ("host:port", True),
    ],
)
def test_private_hosts(host: str, private: bool) -> None:
    assert is_private_host(host, RULES) is private


@pytest.mark.parametrize(
    ("url", "private"),
    [
        ("https://github.com/it-at-m", False),
        ("https://name:secret@git.stadt.example/x", True),
        ("https://git.stadt.example:8443/x", True),
        ("http://127.0.0.1:3000/x/y", True),
        ("github.com/x", True),
        ("https://[::1/x", True),
    ],
)
def test_private_addresses(url: str, private: bool) -> None:
    assert is_private(url, RULES) is private


def test_the_public_situation() -> None:
    def source(key: str, url: str, *, demo: bool = False) -> Source:
        return Source(key, url, SourceKind.ORGANISATION, ForgeKind.GITEA, NOW, demo=demo, title="Amt 7")

    until = NOW + timedelta(hours=3)
    found = Situation(
        sources=(
            source("a", "https://github.com/x"),
            source("b", "https://git.stadt.example/geheim"),
            source("c", "http://127.0.0.1:4000/x", demo=True),
        ),
        hosts=(
            HostTraffic("github.com", 1),
            HostTraffic("forge.lan", 2, 1, 10, 1, 0.5),
            HostTraffic("10.0.0.1", 3, paused_until=until, paused_for="rate-limited"),
        ),
        unreachable=(HostHealth("forge.lan", 5, 5), HostHealth("github.com", 5, 9)),
    )
    shown = without_private(found, RULES)
    assert [item.url for item in shown.sources] == ["https://github.com/x", "b", "http://127.0.0.1:4000/x"]
    assert [item.title for item in shown.sources] == ["Amt 7", None, "Amt 7"]
    assert list(shown.hosts) == [
        HostTraffic("github.com", 1),
        HostTraffic(WITHHELD, 5, 1, 10, 1, 0.5, until, "rate-limited"),
    ]
    assert [item.name for item in shown.unreachable] == [WITHHELD, "github.com"]
