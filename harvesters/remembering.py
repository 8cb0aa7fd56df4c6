# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Answers worth remembering, so that the next night asks only whether they still hold. Source: RFC 9110, 8.8 and 13."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from requests.structures import CaseInsensitiveDict

from harvesters.answers import RawAnswer
from registry.model import ConditionalRequest

_ABSENT_FOR = timedelta(days=7)
"""How long a listing that a forge does not have is not asked for again."""
_ABSENT = frozenset({400, 404, 405})
"""No such listing, or not in this way."""

_ASKED_WHOLE = timedelta(days=7)
"""Age from which an answer is asked for whole: a last page stays the same when the next one is begun, and its 304 need
not tell of that."""
_LEADING = ("link", "x-next-page", "x-total", "x-total-count")
"""Headers that a 304 may leave out: RFC 9110 asks for them only where they would help a cache."""
_LONGEST_HEADER = 4_000


class RequestCache(Protocol):
    """Remembers answers by URL, for conditional requests; shared by all threads and processes."""

    def get(self, url: str) -> ConditionalRequest | None: ...

    def put(self, request: ConditionalRequest) -> None: ...


class Remembered:
    """What one client remembers in the shared cache; ``clock`` dates it."""

    def __init__(self, cache: RequestCache, clock: Callable[[], datetime]) -> None:
        self._cache = cache
        self._clock = clock

    def usable(self, url: str) -> ConditionalRequest | None:
        """An answer that may be asked for again by its conditions: its body is there and whole, and not old."""
        known = self._cache.get(url)
        if known is None or known.status != 200 or self._clock() - known.fetched_at > _ASKED_WHOLE:
            return None
        return known if known.body is not None and _digest(known.body) == known.sha256 else None

    def note(self, url: str, answer: RawAnswer) -> None:
        """Remember the answer with what leads to the next page, unless it could not be asked for more cheaply."""
        etag, modified = answer.headers.get("etag"), answer.headers.get("last-modified")
        if answer.status != 200 or not (etag or modified):
            return
        leading = {name: value for name in _LEADING if (value := answer.headers.get(name)) is not None}
        if all(len(value) <= _LONGEST_HEADER for value in leading.values()):
            body = answer.body
            self._cache.put(ConditionalRequest(url, etag, modified, 200, _digest(body), self._clock(), body, leading))

    def note_absence(self, url: str, status: int) -> None:
        """Remember that there was no such listing, if that is what the status says."""
        if status in _ABSENT:
            self._cache.put(ConditionalRequest(url, None, None, status, _digest(b""), self._clock()))

    def was_absent(self, url: str) -> bool:
        """Whether there was nothing at this URL in the last days."""
        known = self._cache.get(url)
        if known is None or known.status not in _ABSENT:
            return False
        return timedelta() <= self._clock() - known.fetched_at < _ABSENT_FOR

    def keep(self, name: str, body: bytes) -> None:
        """Keep something that was worked out of answers, under a name that is no URL of a page."""
        self._cache.put(ConditionalRequest(name, None, None, 200, _digest(body), self._clock(), body))

    def recall(self, name: str, longest: timedelta) -> bytes | None:
        """What was kept under a name no longer ago than that."""
        known = self._cache.get(name)
        return None if known is None or self._clock() - known.fetched_at > longest else known.body


def conditions(known: ConditionalRequest) -> dict[str, str]:
    """Headers that ask whether the answer still holds."""
    said = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in said.items() if value}


def with_remembered(answer: Mapping[str, str], known: ConditionalRequest) -> CaseInsensitiveDict[str]:
    """The headers of a 304, and those it leaves out. One that names any way on has said all about that."""
    headers = CaseInsensitiveDict(answer)
    kept = CaseInsensitiveDict(known.headers)
    if not ({"link", "x-next-page"} & {name.lower() for name in answer}):
        headers.update({name: kept[name] for name in ("link", "x-next-page") if name in kept})
    for name in ("x-total", "x-total-count"):
        if name not in headers and name in kept:
            headers[name] = kept[name]
    return headers


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
