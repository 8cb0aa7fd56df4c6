# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A database that goes away for a while is waited for; one that refuses what we ask is not."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from registry.errors import SchemaMismatch, StorageError, StorageFull

T = TypeVar("T")

_log = logging.getLogger(__name__)
_FIRST_WAIT = 0.1
_LONGEST_WAIT = 2.0
_REFUSALS = 3
"""So often a database that answers otherwise may fail at the same thing: it may have come back in between."""


class Patience:
    """Repeats work that may be repeated. ``seconds`` is how long a database may be away; ``probe`` asks it something.

    Thread-safe. ``lose`` ends all waiting: nobody needs the work any more.
    """

    def __init__(self, probe: Callable[[], None], seconds: float) -> None:
        self._probe = probe
        self._seconds = seconds
        self._lost = threading.Event()

    def lose(self) -> None:
        self._lost.set()

    def call(self, work: Callable[[], T]) -> T:
        """What ``work`` gives in the end. Raises its StorageError when the database stays away or keeps refusing."""
        wait, refusals = _FIRST_WAIT, 0
        away_since: float | None = None
        while True:
            try:
                return work()
            except (SchemaMismatch, StorageFull):
                raise
            except StorageError as error:
                if self._answers():
                    refusals, away_since = refusals + 1, None
                else:
                    away_since = away_since or time.monotonic()
                is_over = away_since is not None and time.monotonic() - away_since >= self._seconds
                if refusals >= _REFUSALS or is_over or self._lost.is_set():
                    raise
                _log.warning("the database failed, trying again: %s", error)
            self._lost.wait(wait)
            wait = min(_LONGEST_WAIT, wait * 2)

    def check(self) -> None:
        """Wait for the database to answer. Raises StorageError when it stays away."""
        self.call(self._probe)

    def _answers(self) -> bool:
        try:
            self._probe()
        except StorageError:
            return False
        return True
