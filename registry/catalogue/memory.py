# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a visit may ask of the catalogue: asked only where it matters, so that most visits cost no query."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from registry.model import Fact, KnownHistory, StoredRepository
from registry.storage.store import Store


class Memory(Protocol):
    """Answers by a repository's URL or alias."""

    def stored(self, url: str) -> StoredRepository | None: ...

    def last_good(self, url: str) -> Sequence[Fact]:
        """What was read of it the last time."""

    def read_at(self, url: str, commit: str) -> datetime | None:
        """When it was read at a commit."""

    def history(self, url: str) -> KnownHistory | None:
        """Up to where its history was counted."""

    def claims(self, *urls: str) -> tuple[tuple[Fact, ...], str]:
        """What peers' catalogues say of it under these addresses, and a digest of that; "" where they say nothing."""


class NoMemory:
    """Of a catalogue that knows nothing: every repository is read whole."""

    def stored(self, url: str) -> StoredRepository | None:
        del url
        return None

    def last_good(self, url: str) -> Sequence[Fact]:
        del url
        return ()

    def read_at(self, url: str, commit: str) -> datetime | None:
        del url, commit
        return None

    def history(self, url: str) -> KnownHistory | None:
        del url
        return None

    def claims(self, *urls: str) -> tuple[tuple[Fact, ...], str]:
        del urls
        return (), ""


class StoredMemory:
    """Of the store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def stored(self, url: str) -> StoredRepository | None:
        return self._store.stored_repositories([url]).get(url)

    def last_good(self, url: str) -> Sequence[Fact]:
        return self._store.facts_of(url)

    def read_at(self, url: str, commit: str) -> datetime | None:
        return self._store.read_at(url, commit)

    def history(self, url: str) -> KnownHistory | None:
        return self._store.history_of(url)

    def claims(self, *urls: str) -> tuple[tuple[Fact, ...], str]:
        return self._store.claims_of(*urls)
