# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The one writer of a process: results to rows, each with the end of its job, whatever the database does meanwhile."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from registry.catalogue.patience import Patience
from registry.catalogue.retrying import OURS, PASSING, Pause, Retrying
from registry.catalogue.tasks import Listed, Paged, Result, Unfinished, Visited
from registry.errors import SchemaMismatch, StorageError, StorageFull
from registry.model import Item, ItemStatus, JobState
from registry.storage.booking import Booked, BookedListing, BookedPage, BookedVisit, Ending, Entry
from registry.storage.queueing import CRASHED
from registry.storage.store import Store
from registry.vocabulary.rules import problem

_log = logging.getLogger(__name__)
_FAULTY = frozenset({ItemStatus.FAILED, ItemStatus.GONE, ItemStatus.REFUSED})
_UNSTORABLE = "unstorable"


@dataclass(frozen=True, slots=True)
class Judged:
    """A result and what is to be written of it; ``pause`` is of its host."""

    result: Result
    entry: Entry
    pause: Pause | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """Writes for one worker at one run. ``clock`` dates the books, ``due`` the line of jobs."""

    store: Store
    run_id: str
    worker: str
    limit: int | None
    clock: Callable[[], datetime]
    due: Callable[[], datetime]
    retrying: Retrying
    patience: Patience

    def judge(self, result: Result) -> Judged:
        """What is to be written of a result. From any thread, as soon as it is there: a host that wants to be left
        alone is from then on.
        """
        if isinstance(result, Paged):
            return Judged(result, result.entry)
        if isinstance(result, Unfinished):
            return Judged(result, BookedVisit(result.job, Ending(JobState.QUEUED, counts=False)))
        ending, pause = self._verdict(result)
        if isinstance(result, Visited):
            return Judged(result, _booked(result) if ending is None else BookedVisit(result.job, ending), pause)
        if ending is None:
            ending = result.entry.ending
            if _gave_up(result.failure):
                ending = replace(ending, state=JobState.FAILED)
        return Judged(result, replace(result.entry, ending=ending), pause)

    def write(self, judged: Sequence[Judged]) -> Booked:
        """Store these, each whole or not at all.

        A result that the database refuses costs itself. Raises HarvestRunning when the run has ended, StorageError when
        the database stays away.
        """
        for pause in [one.pause for one in judged if one.pause is not None]:
            self.patience.call(partial(self.store.hosts.pause, pause.host, pause.until, pause.rule))
        return self._write([one.entry for one in judged]) if judged else Booked()

    def _write(self, entries: Sequence[Entry]) -> Booked:
        try:
            return self.patience.call(
                lambda: self.store.book(self.run_id, self.worker, entries, self.clock(), self.limit)
            )
        except (SchemaMismatch, StorageFull):
            raise
        except StorageError as error:
            self.store.verify()
            if len(entries) > 1:
                middle = len(entries) // 2
                first, second = self._write(entries[:middle]), self._write(entries[middle:])
                return Booked(first.items + second.items, first.enqueued + second.enqueued)
            _log.exception("the result of %s cannot be stored", entries[0].job.subject)
            refused = _refused(entries[0], error, self.clock())
            return self.store.book(self.run_id, self.worker, [refused], self.clock(), self.limit)

    def _verdict(self, result: Visited | Listed) -> tuple[Ending | None, Pause | None]:
        if isinstance(result, Visited) and result.item.rule in OURS:
            return self.retrying.once_more(result.job, result.item.rule, self.due()), None
        return self.retrying.judge(result.job, result.failure, self.due())


def _booked(result: Visited) -> BookedVisit:
    task, item = result.task, result.item
    gave_up = item.rule == CRASHED or item.rule in OURS or _gave_up(result.failure)
    ending = Ending(JobState.FAILED if gave_up else JobState.DONE, item.rule if item.status in _FAULTY else None)
    return BookedVisit(
        task.job,
        ending,
        item,
        result.change,
        task.source_id,
        item.rule if item.status in _FAULTY else None,
        task.is_source,
    )


def _gave_up(failure: Exception | None) -> bool:
    """Whether it ended for want of an answer, so that an operator may want it tried again."""
    return isinstance(failure, (StorageError, *PASSING))


def _refused(entry: Entry, error: StorageError, now: datetime) -> Entry:
    """In place of a result that cannot be stored: why."""
    subject, detail = entry.job.subject, error.detail
    ending = Ending(JobState.FAILED, _UNSTORABLE)
    if isinstance(entry, BookedPage | BookedListing):
        fault = problem(_UNSTORABLE, None, None, subject=subject, detail=detail)
        return BookedListing(entry.job, ending, entry.source_id, None, _UNSTORABLE, (fault,))
    item = Item(subject, ItemStatus.FAILED, _UNSTORABLE, {"subject": subject, "detail": detail}, at=now)
    return BookedVisit(entry.job, ending, item)
