# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the doors ask of each host, counted for the operator's figures."""

from __future__ import annotations

import threading
from dataclasses import replace

from registry.model import HostTraffic


class Traffic:
    """Increments by host since they were last taken; thread-safe. A host is named as in URLs, with an odd port."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._hosts: dict[str, HostTraffic] = {}

    def note(
        self,
        host: str,
        *,
        requests: int = 1,
        not_modified: int = 0,
        bytes: int = 0,
        failures: int = 0,
        seconds: float = 0.0,
    ) -> None:
        """Add what was asked of a host. ``bytes`` counts bodies as decompressed, ``seconds`` the wall time."""
        with self._lock:
            so_far = self._hosts.get(host) or HostTraffic(host)
            self._hosts[host] = replace(
                so_far,
                requests=so_far.requests + requests,
                not_modified=so_far.not_modified + not_modified,
                bytes=so_far.bytes + bytes,
                failures=so_far.failures + failures,
                seconds=so_far.seconds + seconds,
            )

    def take(self) -> tuple[HostTraffic, ...]:
        """What was counted since the last time, by name; nothing is left."""
        with self._lock:
            taken, self._hosts = self._hosts, {}
        return tuple(taken[name] for name in sorted(taken))
