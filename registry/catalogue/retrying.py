# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which faults are worth another attempt, when, and when a host is left alone for a while."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from registry.errors import FetchError, RateLimited, Refused, StorageError, Unreachable
from registry.model import Job, JobState
from registry.storage.booking import AGAIN, Ending
from registry.storage.queueing import AFTER_A_CRASH

PASSING = (Unreachable, RateLimited)
"""Faults that may be over soon."""
OURS = frozenset({"internal", "git-failed"})
"""Rules of faults on our side: what ended a child of ours need not end the next one."""
ATTEMPTS = 3
"""A passing fault is tried again twice within a run."""
FAILURES = 5
"""So many jobs of one host in a row that it did not answer: it is left alone."""
_FIRST_PAUSE = 12
"""In units of the time before another attempt: long enough for a restart, too short to delay a night."""
_LONG_PAUSE = timedelta(hours=6)
"""For a host that did not come back after its first pause: the next night asks it again."""
_LEAST_PAUSE = 1.0
_PAUSES = 60
"""So many pauses of one host in a run, and it is left to the next night."""


def tried_again(job: Job) -> int:
    """How often it was queued again over a fault; attempts also count those that a death cut off."""
    return job.priority % AFTER_A_CRASH // AGAIN


@dataclass(frozen=True, slots=True)
class Pause:
    host: str
    until: datetime
    rule: str


class Retrying:
    """What the hosts of one run did lately. Thread-safe; ``seconds`` is the time before another attempt."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._failures: Counter[str] = Counter()
        self._pauses: Counter[str] = Counter()
        self._paused: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def judge(self, job: Job, failure: Exception | None, now: datetime) -> tuple[Ending | None, Pause | None]:
        """How the job goes on, None for not at all: its result stands. With it a pause that its host needs now."""
        with self._lock:
            if isinstance(failure, StorageError):
                return self._again(job, failure.rule, now), None
            host = job.host
            if not isinstance(failure, PASSING):
                # Whatever else it says, it answers; of one that our guard refuses nothing is known.
                if host is not None and not isinstance(failure, Refused):
                    self._failures[host] = 0
                return None, None
            if host is None:
                return self._again(job, failure.rule, now), None
            if isinstance(failure, RateLimited) and failure.retry_after is not None:
                wait = timedelta(seconds=max(_LEAST_PAUSE, failure.retry_after))
                return Ending(JobState.QUEUED, failure.rule, counts=False), self._pause(host, now, wait, failure)
            self._failures[host] += 1
            if self._failures[host] >= FAILURES:
                wait = timedelta(seconds=_FIRST_PAUSE * self._seconds)
                if self._pauses[host] or not wait:
                    wait = _LONG_PAUSE
                # As soon as it is asked again, one more silence is enough.
                self._failures[host] = FAILURES - 1
                return Ending(JobState.QUEUED, failure.rule, counts=False), self._pause(host, now, wait, failure)
            return self._again(job, failure.rule, now), None

    def once_more(self, job: Job, rule: str, now: datetime) -> Ending | None:
        """Another attempt at what failed on our side; None when there were enough."""
        return self._again(job, rule, now)

    def _again(self, job: Job, rule: str, now: datetime) -> Ending | None:
        again = tried_again(job) + 1
        if again >= ATTEMPTS:
            return None
        return Ending(JobState.QUEUED, rule, now + timedelta(seconds=self._seconds * again))

    def _pause(self, host: str, now: datetime, wait: timedelta, failure: FetchError) -> Pause | None:
        if self._paused.get(host, now) > now + wait / 2:
            # Jobs that were in flight when it was paused tell nothing new.
            return None
        self._pauses[host] += 1
        if self._pauses[host] > _PAUSES:
            wait = max(wait, _LONG_PAUSE)
        self._paused[host] = now + wait
        return Pause(host, now + wait, failure.rule)

    def is_paused(self, host: str | None, now: datetime) -> bool:
        with self._lock:
            return host is not None and self._paused.get(host, now) > now

    def most_at_once(self, host: str, per_host: int) -> int:
        """How many jobs of a host may be in flight: one that did not answer last occupies one worker only."""
        with self._lock:
            return 1 if self._failures[host] else per_host
