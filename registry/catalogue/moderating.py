# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Use cases of a moderator: see how a repository stands, hide it whatever it says, let it come back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from harvesters.base import canonical_url
from registry.catalogue.grouping import OPERATOR
from registry.errors import InvalidInput
from registry.model import Blocked, RepositoryRecord
from registry.search.index import Index
from registry.search.sync import sync
from registry.storage.deciding import Order
from registry.storage.store import Store

_LONGEST_REASON = 1000


class Moderating:
    """What is blocked is out of every page and of the index at once, and stays blocked where it moves to."""

    def __init__(self, store: Store, index: Index, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._index = index
        self._clock = clock

    def show(self, url: str) -> RepositoryRecord:
        """By its address, a former one too. Raises NotFound, InvalidInput for what is no address."""
        return self._store.repository(canonical_url(url))

    def block(self, url: str, reason: str) -> bool:
        """False where it was blocked already. Raises NotFound, InvalidInput for no address or no reason."""
        done = self._store.blocking.block(canonical_url(url), self._order(reason))
        sync(self._store, self._index)
        return done

    def unblock(self, url: str, reason: str) -> bool:
        """False where it was not blocked. It is shown again once the next harvest has read it. Raises as ``block``."""
        return self._store.blocking.unblock(canonical_url(url), self._order(reason))

    def blocked(self) -> list[Blocked]:
        """The latest first."""
        return self._store.blocking.all()

    def _order(self, text: str) -> Order:
        reason = " ".join(text.split())
        if not reason or len(reason) > _LONGEST_REASON:
            raise InvalidInput(str(_LONGEST_REASON), rule="reason-missing")
        return Order(reason, OPERATOR, self._clock())
