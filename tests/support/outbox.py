# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""An outbox in memory with the rules of the real one: rows and entries change together, latest entry a solution."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from threading import Lock

from registry.model import IndexDocument, OutboxAction, OutboxEntry


class MemoryOutbox:
    def __init__(self) -> None:
        self._lock = Lock()
        self._rows: dict[str, IndexDocument] = {}
        self._entries: list[OutboxEntry] = []
        self._position = 0

    def put(self, *documents: IndexDocument) -> None:
        """Saves documents as one transaction does."""
        with self._lock:
            for document in documents:
                self._rows[document.id] = document
                self._add(document.id, OutboxAction.UPSERT)

    def withdraw(self, *ids: str) -> None:
        with self._lock:
            for key in ids:
                self._rows.pop(key, None)
                self._add(key, OutboxAction.DELETE)

    def forget(self) -> None:
        """Loses the entries without anybody having done them, as no real outbox may."""
        with self._lock:
            self._entries.clear()

    def contents(self) -> dict[str, str]:
        with self._lock:
            return {key: row.content_hash for key, row in self._rows.items()}

    def _add(self, key: str, action: OutboxAction) -> None:
        self._position += 1
        self._entries.append(OutboxEntry(self._position, key, action))

    def outbox_pending(self, limit: int) -> list[OutboxEntry]:
        with self._lock:
            latest = {entry.solution_id: entry for entry in self._entries}
            return sorted(latest.values(), key=lambda entry: entry.seq)[:limit]

    def documents(self, ids: Iterable[str]) -> list[IndexDocument]:
        with self._lock:
            return [self._rows[key] for key in ids if key in self._rows]

    def outbox_done(self, seqs: Sequence[int]) -> None:
        with self._lock:
            done = {entry.solution_id: entry.seq for entry in self._entries if entry.seq in set(seqs)}
            self._entries = [entry for entry in self._entries if entry.seq > done.get(entry.solution_id, 0)]

    def outbox_size(self) -> int:
        with self._lock:
            return len({entry.solution_id for entry in self._entries})

    def outbox_position(self) -> int:
        with self._lock:
            return self._position

    def all_documents(self) -> Iterator[IndexDocument]:
        with self._lock:
            rows = list(self._rows.values())
        yield from rows
