# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""UUIDv7 keys (RFC 9562, section 5.7): sorted by time, so that new rows land at the end of an index."""

from __future__ import annotations

import secrets
import threading
import time
import uuid
from collections.abc import Callable

_COUNTER_BITS = 12
_COUNTER_SEED_BITS = 11
_RANDOM_BITS = 62


class IdSource:
    """Gives ids that grow strictly within this process, from any thread.

    A 12 bit counter in ``rand_a`` orders ids of one millisecond (RFC 9562, section 6.2, method 1). A clock that steps
    back, or more ids than the counter holds, borrows from the next millisecond instead of breaking the order.
    """

    def __init__(self, milliseconds: Callable[[], int] = lambda: time.time_ns() // 1_000_000) -> None:
        self._milliseconds = milliseconds
        self._lock = threading.Lock()
        self._last = 0
        self._counter = 0

    def new(self) -> uuid.UUID:
        with self._lock:
            stamp, counter = self._next()
        value = stamp << 80 | 0x7 << 76 | counter << 64 | 0b10 << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS)
        return uuid.UUID(int=value)

    def _next(self) -> tuple[int, int]:
        now = self._milliseconds()
        if now > self._last:
            # The highest bit starts at 0, which leaves room to count at least 2,048 ids in this millisecond.
            self._last, self._counter = now, secrets.randbits(_COUNTER_SEED_BITS)
        elif self._counter + 1 < 1 << _COUNTER_BITS:
            self._counter += 1
        else:
            self._last, self._counter = self._last + 1, secrets.randbits(_COUNTER_SEED_BITS)
        return self._last, self._counter


_ids = IdSource()


def new_id() -> str:
    """A fresh key as 36 characters of text."""
    return str(_ids.new())
