# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Keeps the index after the database: drains the outbox, rebuilds, names drift.

An entry leaves the outbox only after the index has it on disk, so a killed process repeats work and loses none. Reading
documents and writing them happens inside ``Index.exclusive``: several processes may sync at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from registry.model import IndexDocument, OutboxAction, OutboxEntry
from registry.search.index import Index


class Outbox(Protocol):
    """What the store offers to whoever follows its changes."""

    def outbox_pending(self, limit: int) -> Sequence[OutboxEntry]:
        """The oldest entries that are not done."""
        ...

    def documents(self, ids: Sequence[str]) -> Sequence[IndexDocument]:
        """The present documents of these solutions; what is withdrawn is absent."""
        ...

    def outbox_done(self, seqs: Sequence[int]) -> None: ...

    def all_documents(self) -> Iterator[IndexDocument]: ...

    def outbox_position(self) -> int:
        """The highest number an entry ever had, done or not; 0 before the first."""
        ...


@dataclass(frozen=True, slots=True)
class Drift:
    """Ids by which index and database differ, each sorted."""

    missing: tuple[str, ...]
    """Only in the database."""
    extra: tuple[str, ...]
    """Only in the index."""
    stale: tuple[str, ...]
    """In both, with another content."""

    def __bool__(self) -> bool:
        return bool(self.missing or self.extra or self.stale)


def sync(outbox: Outbox, index: Index, batch: int = 200) -> int:
    """Brings the index up to the outbox; the number of entries done, or of documents where it had to be rebuilt.

    An index that is missing, damaged, of another version or ahead of the database (restored from a backup) is rebuilt.
    Raises SearchError where another process keeps writing: the outbox stays as it is, for the next time.
    """
    status = index.status()
    if not status.fits or status.position > outbox.outbox_position():
        return rebuild(outbox, index, batch)
    return _drain(outbox, index, batch)


def rebuild(outbox: Outbox, index: Index, batch: int = 200) -> int:
    """Builds the index anew from the database beside the live one; the number of its documents."""
    with index.exclusive():
        # The position first: what is saved while we read has a higher one and comes again out of the outbox.
        position = outbox.outbox_position()
        index.rebuild(outbox.all_documents(), position)
        _drain(outbox, index, batch)
        return index.status().documents


def drift(outbox: Outbox, index: Index) -> Drift:
    """Compares index and database. Call it after ``sync``: pending entries count as drift. Raises IndexUnreadable."""
    held = index.contents()
    stored = {document.id: document.content_hash for document in outbox.all_documents()}
    return Drift(
        missing=tuple(sorted(stored.keys() - held.keys())),
        extra=tuple(sorted(held.keys() - stored.keys())),
        stale=tuple(sorted(id_ for id_ in stored.keys() & held.keys() if stored[id_] != held[id_])),
    )


def _drain(outbox: Outbox, index: Index, batch: int) -> int:
    done = 0
    while True:
        with index.exclusive():
            # Read before the entries: with none pending, everything up to here is in the index.
            position = outbox.outbox_position()
            pending = outbox.outbox_pending(batch)
            if not pending:
                if index.status().position < position:
                    index.apply((), (), position)
                return done
            done += _apply(outbox, index, pending)


def _apply(outbox: Outbox, index: Index, pending: Sequence[OutboxEntry]) -> int:
    last = {entry.solution_id: entry.action for entry in pending}
    wanted = [id_ for id_, action in last.items() if action is OutboxAction.UPSERT]
    documents = outbox.documents(wanted) if wanted else ()
    present = {document.id for document in documents}
    index.apply(documents, [id_ for id_ in last if id_ not in present], max(entry.seq for entry in pending))
    outbox_seqs = [entry.seq for entry in pending]
    outbox.outbox_done(outbox_seqs)
    return len(outbox_seqs)
