# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""How often one process asks each host: at most so many requests at a time, so far apart, and none where the host
said that it takes no more."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from registry.model import Limits

LONGEST_REST = 86_400.0
"""Seconds after which a host is asked again whatever it said: its clock, or ours, may be wrong."""


class Manners:
    """Thread-safe. ``clock`` counts seconds from anywhere, ``sleep`` waits for some."""

    def __init__(
        self,
        limits: Limits,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._limits = limits
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._places: dict[str, threading.BoundedSemaphore] = {}
        self._next: dict[str, float] = {}
        self._rest_until: dict[str, float] = {}

    @contextmanager
    def turn(self, host: str) -> Iterator[None]:
        """A place among the requests to the host, begun no sooner than ``Limits.host_delay_seconds`` after another."""
        with self._lock:
            place = self._places.setdefault(host, threading.BoundedSemaphore(self._limits.per_host))
        with place:
            self._keep_distance(host)
            yield

    def _keep_distance(self, host: str) -> None:
        delay = self._limits.host_delay_seconds
        if delay <= 0:
            return
        with self._lock:
            now = self._clock()
            start = max(now, self._next.get(host, now))
            self._next[host] = start + delay
        if start > now:
            self._sleep(start - now)

    def let_rest(self, quota: str, seconds: float) -> None:
        """Ask for nothing that counts against this quota for so long; a rest that ends later stays."""
        if seconds <= 0:
            return
        with self._lock:
            until = self._clock() + min(seconds, LONGEST_REST)
            self._rest_until[quota] = max(until, self._rest_until.get(quota, until))

    def rests(self, quota: str) -> float:
        """Seconds that the quota's host wants to be left alone yet, 0.0 where it does not."""
        with self._lock:
            until = self._rest_until.get(quota)
            left = 0.0 if until is None else until - self._clock()
            if left <= 0:
                self._rest_until.pop(quota, None)
            return max(left, 0.0)


def quota_of(netloc: str, path: str) -> str:
    """What a request counts against. Forges count their API apart from their git and web pages, GitHub also GraphQL.

    Source: GitHub's and GitLab's documentation of their rate limits.
    """
    if path.endswith("/graphql"):
        return f"{netloc} graphql"
    return f"{netloc} api" if netloc.startswith("api.") or path.startswith("/api/") else netloc
