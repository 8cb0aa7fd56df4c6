# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Use cases around products of several repositories: take one off, join two, see what happened and why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from harvesters.base import canonical_url
from registry.errors import InvalidInput
from registry.model import Regrouped, Regrouping
from registry.search.index import Index
from registry.search.sync import sync
from registry.storage.store import Store

_LONGEST_REASON = 1000
OPERATOR = "operator"
"""Whoever may run the command line: no person's name is kept."""


class Grouping:
    """Decisions count from now on, also when everything is read again; each can be taken back by its opposite."""

    def __init__(self, store: Store, index: Index, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._index = index
        self._clock = clock

    def split(self, slug: str, repository: str, reason: str) -> Regrouped:
        """The repository becomes a solution of its own; the slug stays with the others.

        Raises NotFound for an unknown slug, InvalidInput for what is no part of it, its only one, or no reason.
        """
        url = canonical_url(repository)
        done = self._store.split(slug, url, _reason(reason), OPERATOR, self._clock())
        sync(self._store, self._index)
        return done

    def merge(self, slug: str, other_slug: str, reason: str) -> Regrouped:
        """The solutions become one; the first slug stays, the other leads there.

        Raises NotFound for an unknown slug, InvalidInput for the same slug twice or no reason.
        """
        done = self._store.merge(slug, other_slug, _reason(reason), OPERATOR, self._clock())
        sync(self._store, self._index)
        return done

    def log(self, slug: str | None = None, limit: int = 200) -> list[Regrouping]:
        """What came together and parted, the newest first; of one solution or of all. Raises NotFound."""
        return self._store.regroupings(slug, limit)


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if not reason or len(reason) > _LONGEST_REASON:
        raise InvalidInput(str(_LONGEST_REASON), rule="reason-missing")
    return reason
