# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The one guarded HTTP client: every request of Allmende to the outside that is not git goes through it.

Guarded means: each hop of a redirect is checked and pinned (``harvesters.guard``), sizes and times are capped, tokens
go to their own host only, no proxy or netrc of the environment is read, and nothing is logged here.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import urljoin

import requests
import urllib3.exceptions
from requests.structures import CaseInsensitiveDict

from harvesters import answers
from harvesters.answers import ConnectionReset, RawAnswer
from harvesters.deadline import Watchdog
from harvesters.guard import Guard, Target, redacted
from harvesters.measures import more_than_bytes, more_than_seconds
from harvesters.pinned import Connect, PinnedAdapter, dial
from harvesters.tokens import token_for
from registry.errors import Garbage, Refused, TooLarge, TooSlow, Unreachable
from registry.model import ConditionalRequest, EgressRules, Limits

_CHUNK = 2**16
_ERROR_BYTES = 2**16
_TRIES = 3
_POOLS = 64
_ENCODINGS = frozenset({"", "identity", "gzip", "x-gzip", "deflate"})
_SECRET_HEADERS = frozenset({"authorization", "private-token", "cookie", "proxy-authorization"})


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """A successful answer. ``url`` is the final one; ``headers`` ignore case.

    ``moved_permanently_to`` is the URL that the leading permanent redirects (301, 308) led to.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    not_modified: bool = False
    moved_permanently_to: str | None = None


@dataclass(frozen=True, slots=True)
class TokenHeader:
    """How a forge wants its token: GitHub ``Authorization: Bearer T``, GitLab ``PRIVATE-TOKEN: T``."""

    name: str
    prefix: str = ""

    def filled(self, token: str | None) -> tuple[str, str] | None:
        return (self.name, self.prefix + token) if token else None


class RequestCache(Protocol):
    """Remembers answers by URL, for conditional requests; shared by all threads."""

    def get(self, url: str) -> ConditionalRequest | None: ...

    def put(self, request: ConditionalRequest) -> None: ...


@dataclass(slots=True)
class _Call:
    """What stays the same over the hops of one request. ``remaining`` seconds are shared by all of them."""

    subject: str
    headers: Mapping[str, str]
    token: tuple[str, str] | None
    origin: tuple[str, str, int]
    cache: RequestCache | None
    max_bytes: int
    remaining: float


class HttpClient:
    """Thread-safe; keeps connections alive, at most ``Limits.per_host`` requests at a time to one host.

    ``connect`` dials, ``clock`` dates cached answers; ``ca_file`` replaces the public certificate authorities.
    """

    def __init__(
        self,
        guard: Guard,
        rules: EgressRules,
        limits: Limits,
        cache: RequestCache | None = None,
        *,
        connect: Connect = dial,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        ca_file: Path | None = None,
    ) -> None:
        self.limits = limits
        self._guard = guard
        self._rules = rules
        self._cache = cache
        self._connect = connect
        self._clock = clock
        self._verify: bool | str = True if ca_file is None else str(ca_file)
        self._lock = threading.Lock()
        self._adapters: OrderedDict[tuple[str, str, int, str], PinnedAdapter] = OrderedDict()
        self._slots: dict[str, threading.BoundedSemaphore] = {}
        self._watchdog = Watchdog()

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        conditional: bool = False,
        max_bytes: int | None = None,
        token_header: TokenHeader | None = None,
    ) -> HttpAnswer:
        """GET a URL, following redirects; ``max_bytes`` caps the body as decompressed.

        With ``conditional`` a remembered answer is asked for again by its ETag or date; if it still holds, its body is
        returned and ``not_modified`` is set. With ``token_header`` the operator's token for the host is sent.

        Raises Refused, Unreachable, TooSlow, TooLarge, Garbage, Gone, NeedsPassword, RateLimited.
        """
        target = self._guard.check(url)
        call = _Call(
            subject=redacted(url),
            headers=headers or {},
            token=token_header.filled(token_for(target, self._rules)) if token_header is not None else None,
            origin=target.origin,
            cache=self._cache if conditional else None,
            max_bytes=self.limits.response_bytes if max_bytes is None else max_bytes,
            remaining=self.limits.total_seconds,
        )
        moved: str | None = None
        permanent = True
        for _ in range(self.limits.redirects + 1):
            remembered = self._remembered(call, target)
            answer = self._insist(call, target, remembered)
            if answer.status not in answers.REDIRECTS:
                return self._finish(call, target, answer, remembered, moved)
            target = self._redirected(call, target, answer)
            permanent = permanent and answer.status in answers.PERMANENT
            moved = target.url if permanent else moved
        raise Garbage(call.subject, f"> {self.limits.redirects}", rule="answer-redirects")

    def close(self) -> None:
        """Close idle connections; also done by itself when the client is no longer used."""
        with self._lock:
            adapters = list(self._adapters.values())
            self._adapters.clear()
        for adapter in adapters:
            adapter.close()

    def _redirected(self, call: _Call, target: Target, answer: RawAnswer) -> Target:
        location = _location(answer, target, call.subject)
        try:
            return self._guard.check(location, came_from=target)
        except Refused:
            # What people asked for is fine; it is where the server sends us that is not.
            raise Refused(call.subject, redacted(location), rule="fetch-refused-redirect") from None

    def _remembered(self, call: _Call, target: Target) -> ConditionalRequest | None:
        known = call.cache.get(target.url) if call.cache is not None else None
        if known is None or known.body is None or hashlib.sha256(known.body).hexdigest() != known.sha256:
            return None
        return known

    def _insist(self, call: _Call, target: Target, remembered: ConditionalRequest | None) -> RawAnswer:
        """One hop, asked up to three times while the server is overloaded or hangs up."""
        for attempt in range(_TRIES):
            last = attempt == _TRIES - 1
            try:
                answer = self._ask(call, target, remembered)
            except ConnectionReset:
                if last:
                    raise Unreachable(call.subject, "connection reset") from None
                seconds: float | None = answers.backoff(attempt)
            else:
                seconds = answers.pause(answer, attempt, time.time())
                if last or seconds is None:
                    return answer
            call.remaining -= seconds or 0.0
            time.sleep(min(seconds or 0.0, max(call.remaining, 0.0)))
        raise AssertionError("the last attempt returns or raises")

    def _ask(self, call: _Call, target: Target, remembered: ConditionalRequest | None) -> RawAnswer:
        adapter, slot = self._route(target)
        request = requests.Request("GET", target.url, headers=self._headers(call, target, remembered)).prepare()
        with slot:
            if call.remaining <= 0:
                raise TooSlow(call.subject, more_than_seconds(self.limits.total_seconds))
            started = time.monotonic()
            with self._watchdog.watch(call.remaining) as watch:
                timeout = (
                    min(self.limits.connect_seconds, watch.remaining),
                    min(self.limits.read_seconds, watch.remaining),
                )
                try:
                    response = adapter.send(request, stream=True, timeout=timeout, verify=self._verify)
                    answer = _read(response, call)
                except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
                    raise answers.broken(error, call.subject, watch.fired, self.limits) from None
                finally:
                    call.remaining -= time.monotonic() - started
                # Without a length a connection that was cut looks like the end of the answer.
                if watch.fired:
                    raise TooSlow(call.subject, more_than_seconds(self.limits.total_seconds))
                return answer

    def _headers(self, call: _Call, target: Target, remembered: ConditionalRequest | None) -> dict[str, str]:
        headers = {"Host": target.netloc, "User-Agent": self._rules.user_agent, "Accept-Encoding": "gzip, deflate"}
        at_home = target.origin == call.origin
        headers |= {k: v for k, v in call.headers.items() if at_home or k.lower() not in _SECRET_HEADERS}
        if at_home and call.token is not None:
            headers[call.token[0]] = call.token[1]
        if remembered is not None and remembered.etag:
            headers["If-None-Match"] = remembered.etag
        if remembered is not None and remembered.last_modified:
            headers["If-Modified-Since"] = remembered.last_modified
        return headers

    def _route(self, target: Target) -> tuple[PinnedAdapter, threading.BoundedSemaphore]:
        key = (*target.origin, target.address)
        with self._lock:
            adapter = self._adapters.get(key)
            if adapter is None:
                adapter = PinnedAdapter(target, self._connect, self.limits.per_host)
                self._adapters[key] = adapter
            self._adapters.move_to_end(key)
            if len(self._adapters) > _POOLS:
                # Not closed here: another thread may be using it. The last reference closes it.
                self._adapters.popitem(last=False)
            slot = self._slots.setdefault(target.host, threading.BoundedSemaphore(self.limits.per_host))
        return adapter, slot

    def _finish(
        self, call: _Call, target: Target, answer: RawAnswer, remembered: ConditionalRequest | None, moved: str | None
    ) -> HttpAnswer:
        if answer.status == 304 and remembered is not None and remembered.body is not None:
            return HttpAnswer(target.url, 304, answer.headers, remembered.body, True, moved)
        token_sent = call.token is not None and target.origin == call.origin
        error = answers.fault(answer, call.subject, token_sent, time.time())
        if error is not None:
            raise error
        if call.cache is not None:
            self._remember(call.cache, target, answer)
        return HttpAnswer(target.url, answer.status, answer.headers, answer.body, False, moved)

    def _remember(self, cache: RequestCache, target: Target, answer: RawAnswer) -> None:
        etag, modified = answer.headers.get("etag"), answer.headers.get("last-modified")
        if answer.status == 200 and (etag or modified):
            digest = hashlib.sha256(answer.body).hexdigest()
            cache.put(ConditionalRequest(target.url, etag, modified, 200, digest, self._clock(), answer.body))


def _location(answer: RawAnswer, target: Target, subject: str) -> str:
    location = answer.headers.get("location", "").strip()
    # Header bytes arrive as Latin-1; many servers send UTF-8.
    with suppress(UnicodeError):
        location = location.encode("latin-1").decode("utf-8")
    try:
        joined = urljoin(target.url, location) if location else ""
    except ValueError:
        joined = ""
    if not joined:
        raise Garbage(subject, f"HTTP {answer.status}", rule="answer-redirects")
    return joined


def _read(response: requests.Response, call: _Call) -> RawAnswer:
    """The body up to the cap. The connection goes back to its pool only after a body read to its end."""
    headers: CaseInsensitiveDict[str] = response.headers
    success = 200 <= response.status_code < 300
    cap = call.max_bytes if success else _ERROR_BYTES
    raw = response.raw
    try:
        if headers.get("content-encoding", "").strip().lower() not in _ENCODINGS:
            raise Garbage(call.subject, "Content-Encoding")
        announced = headers.get("content-length", "")
        if success and announced.isdecimal() and int(announced[:20]) > cap:
            raise TooLarge(call.subject, more_than_bytes(cap))
        body = bytearray()
        for chunk in raw.stream(_CHUNK, decode_content=True):
            body += chunk
            if len(body) > cap:
                break
        else:
            return RawAnswer(response.status_code, headers, bytes(body))
        if success:
            raise TooLarge(call.subject, more_than_bytes(cap))
        raw.close()
        return RawAnswer(response.status_code, headers, bytes(body[:cap]))
    except BaseException:
        raw.close()
        raise
