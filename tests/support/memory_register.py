# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A register held in memory, for tests of the pure rules; ids of bodies are readable."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from registry.bodies.attributing import RememberedNames
from registry.bodies.evidence import spellings_of_uri
from registry.bodies.named import MemoryNames, NamedBody, named
from registry.model import BodyEntry


class MemoryRegister:
    """As ``attribute`` asks for it, with accounts as a test needs them: URL in lower case -> id."""

    def __init__(self, entries: Iterable[BodyEntry], accounts: Mapping[str, str] | None = None) -> None:
        self._uris: dict[str, list[str]] = {}
        self._domains: dict[str, list[str]] = {}
        self._accounts = dict(accounts or {})
        self.entries: dict[str, BodyEntry] = {}
        rows: list[NamedBody] = []
        for entry in entries:
            key = self._free(entry)
            self.entries[key] = entry
            rows += named(entry, key)
            if entry.uri is not None:
                self._uris.setdefault(entry.uri, []).append(key)
            for domain in entry.domains:
                self._domains.setdefault(domain, []).append(key)
        self._names = RememberedNames(MemoryNames(rows))

    @property
    def names(self) -> RememberedNames:
        return self._names

    def of_uri(self, uri: str) -> Collection[str]:
        return tuple(key for spelt in spellings_of_uri(uri) for key in self._uris.get(spelt, ()))

    def of_account(self, url: str) -> str | None:
        return self._accounts.get(url.rstrip("/").lower())

    def of_domain(self, domain: str) -> Collection[str]:
        return tuple(self._domains.get(domain, ()))

    def _free(self, entry: BodyEntry) -> str:
        wanted = f"{entry.name}|{entry.land or entry.country or ''}|{entry.kind.value}"
        return wanted if wanted not in self.entries else f"{wanted}|{entry.keys.official or len(self.entries)}"
