# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The one guarded HTTP client: every request of Allmende to the outside that is not git goes through it.

Guarded means: each hop of a redirect is checked and pinned (``harvesters.guard``), sizes and times are capped, tokens
go to their own host only, no proxy or netrc of the environment is read, and nothing is logged here.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import requests
import urllib3.exceptions

from harvesters import answers
from harvesters.answers import ConnectionReset, RawAnswer
from harvesters.bodies import location, read_answer
from harvesters.deadline import Watch, Watchdog
from harvesters.guard import PORTS, Guard, Target, redacted
from harvesters.manners import Manners, quota_of
from harvesters.measures import more_than_seconds
from harvesters.pinned import Connect, PinnedAdapter, dial
from harvesters.remembering import Remembered, RequestCache, conditions, with_remembered
from harvesters.streams import BROKEN, Patience, StreamedAnswer
from harvesters.tokens import token_for
from harvesters.traffic import Traffic
from registry.errors import Garbage, RateLimited, Refused, TooSlow, Unreachable
from registry.model import ConditionalRequest, EgressRules, Limits

__all__ = ["HttpAnswer", "HttpClient", "RequestCache", "TokenHeader", "Traffic"]

_TRIES = 3
_POOLS = 64
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


@dataclass(slots=True)
class _Call:
    """What stays the same over the hops of one request. ``remaining`` seconds are shared by all of them."""

    subject: str
    headers: Mapping[str, str]
    token: tuple[str, str] | None
    origin: tuple[str, str, int]
    cache: Remembered | None
    max_bytes: int
    remaining: float
    question: bytes | None = None
    """What is sent along: then it is a POST."""
    stays: bool = False
    absence: str | None = None
    """The URL under which it is remembered that there is nothing."""


class HttpClient:
    """Thread-safe; keeps connections alive, at most ``Limits.per_host`` requests at a time to one host.

    ``connect`` dials, ``clock`` dates cached answers; ``ca_file`` replaces the public certificate authorities. What was
    asked is counted in ``traffic``.
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
        traffic: Traffic | None = None,
    ) -> None:
        self.limits = limits
        self.traffic = traffic or Traffic()
        self._guard = guard
        self._rules = rules
        self.remembered = None if cache is None else Remembered(cache, clock)
        self._connect = connect
        self._clock = clock
        self._verify: bool | str = True if ca_file is None else str(ca_file)
        self._lock = threading.Lock()
        self._adapters: OrderedDict[tuple[str, str, int, str], PinnedAdapter] = OrderedDict()
        self._manners = Manners(limits)
        self._watchdog = Watchdog()

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        conditional: bool = False,
        max_bytes: int | None = None,
        token_header: TokenHeader | None = None,
        remember_absence: bool = False,
        stay: bool = False,
    ) -> HttpAnswer:
        """GET a URL, following redirects; ``max_bytes`` caps the body as decompressed.

        With ``conditional`` a remembered answer is asked for again by its ETag or date; if it still holds, its body is
        returned and ``not_modified`` is set. With ``token_header`` the operator's token for the host is sent. With
        ``remember_absence`` as well ``remembered.was_absent`` knows for some days that there was nothing.
        With ``stay`` a redirect to another host is refused: what is there does not speak for this one.

        Raises Refused, Unreachable, TooSlow, TooLarge, Garbage, Gone, NeedsPassword, RateLimited.
        """
        target = self._guard.check(url)
        call = _Call(
            subject=redacted(url),
            headers=headers or {},
            token=token_header.filled(token_for(target, self._rules)) if token_header is not None else None,
            origin=target.origin,
            cache=self.remembered if conditional else None,
            max_bytes=self.limits.response_bytes if max_bytes is None else max_bytes,
            remaining=self.limits.total_seconds,
            absence=url if remember_absence else None,
            stays=stay,
        )
        moved: str | None = None
        permanent = True
        for _ in range(self.limits.redirects + 1):
            remembered = None if call.cache is None else call.cache.usable(target.url)
            answer = self._insist(call, target, remembered)
            if answer.status not in answers.REDIRECTS:
                return self._finish(call, target, answer, remembered, moved)
            target = self._redirected(call, target, answer)
            permanent = permanent and answer.status in answers.PERMANENT
            moved = target.url if permanent else moved
        raise Garbage(call.subject, f"> {self.limits.redirects}", rule="answer-redirects")

    def query(self, url: str, question: bytes, *, headers: Mapping[str, str], token_header: TokenHeader) -> HttpAnswer:
        """POST a question that changes nothing (GraphQL), with the operator's token for the host.

        No redirect is followed and nothing remembered. Raises what ``get`` raises.
        """
        target = self._guard.check(url)
        call = _Call(
            subject=redacted(url),
            headers=headers,
            token=token_header.filled(token_for(target, self._rules)),
            origin=target.origin,
            cache=None,
            max_bytes=self.limits.response_bytes,
            remaining=self.limits.total_seconds,
            question=question,
        )
        return self._finish(call, target, self._insist(call, target, None), None, None)

    def has_token(self, url: str) -> bool:
        """Whether the operator gave a token for this host. Raises Refused, Unreachable."""
        return token_for(self._guard.check(url), self._rules) is not None

    @contextmanager
    def post(
        self, target: Target, body: bytes, headers: Mapping[str, str], *, subject: str, max_bytes: int, seconds: float
    ) -> Iterator[StreamedAnswer]:
        """POST to a target that the guard gave; within the block the answer's body is read as it comes in.

        One hop: a redirect is an answer like others, as is every status. No token is sent. ``seconds`` bound it with
        its body, ``max_bytes`` the body as decompressed. Raises Unreachable, TooSlow, Garbage, RateLimited.
        """
        call = _Call(subject, headers, None, target.origin, None, max_bytes, seconds)
        patience = Patience(subject, replace(self.limits, total_seconds=self.limits.git_seconds), max_bytes)
        with self._manners.turn(target.host):
            self._wait_out(call, quota_of(target.netloc, urlsplit(target.url).path))
            started = time.monotonic()
            answer: StreamedAnswer | None = None
            try:
                with self._watchdog.watch(call.remaining) as watch:
                    answer = self._begin(call, target, body, watch, patience)
                    try:
                        yield answer
                    finally:
                        answer.close()
            finally:
                failed = answer is None or answer.status == 429 or answer.status >= 500
                taken = 0 if answer is None else answer.taken
                self.traffic.note(target.netloc, bytes=taken, failures=int(failed), seconds=time.monotonic() - started)

    def _begin(self, call: _Call, target: Target, body: bytes, watch: Watch, patience: Patience) -> StreamedAnswer:
        """The answer's head. Asked twice where a connection that was kept alive turns out to be closed."""
        adapter = self._route(target)
        asked = requests.Request("POST", target.url, headers=self._headers(call, target, None), data=body).prepare()
        for last in (False, True):
            timeout = (
                min(self.limits.connect_seconds, watch.remaining),
                min(self.limits.read_seconds, watch.remaining),
            )
            try:
                return StreamedAnswer(
                    adapter.send(asked, stream=True, timeout=timeout, verify=self._verify), watch, patience
                )
            except BROKEN as error:
                told = answers.broken(error, call.subject, watch.fired, patience.limits)
                if not isinstance(told, ConnectionReset):
                    raise told from None
                if last:
                    raise Unreachable(call.subject, "connection reset") from None
        raise AssertionError("the last attempt returns or raises")

    def close(self) -> None:
        """Close idle connections; also done by itself when the client is no longer used."""
        with self._lock:
            adapters = list(self._adapters.values())
            self._adapters.clear()
        for adapter in adapters:
            adapter.close()

    def _redirected(self, call: _Call, target: Target, answer: RawAnswer) -> Target:
        to = location(answer, target, call.subject)
        try:
            there = self._guard.check(to, came_from=target)
            if call.stays and not _is_the_same(there, target):
                raise Refused
            return there
        except Refused:
            # What people asked for is fine; it is where the server sends us that is not.
            raise Refused(call.subject, _without_token(redacted(to), call), rule="fetch-refused-redirect") from None

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
        quota = quota_of(target.netloc, urlsplit(target.url).path)
        with self._manners.turn(target.host):
            self._wait_out(call, quota)
            started = time.monotonic()
            answer: RawAnswer | None = None
            try:
                answer = self._send(call, target, remembered)
            finally:
                seconds = time.monotonic() - started
                call.remaining -= seconds
                self._count(target, answer, seconds)
        self._manners.let_rest(quota, answers.rest(answer, time.time()))
        return answer

    def _wait_out(self, call: _Call, quota: str) -> None:
        """A short rest that the host asked for is waited for, a long one told without asking it again."""
        rest = self._manners.rests(quota)
        if rest > answers.MAX_WAIT:
            raise RateLimited(call.subject, f"Retry-After {rest:.0f} s", rest)
        if rest > 0:
            time.sleep(min(rest, max(call.remaining, 0.0)))
            call.remaining -= rest
        if call.remaining <= 0:
            raise TooSlow(call.subject, more_than_seconds(self.limits.total_seconds))

    def _count(self, target: Target, answer: RawAnswer | None, seconds: float) -> None:
        limited = answer is not None and answers.is_limited(answer)
        self.traffic.note(
            target.netloc,
            not_modified=int(answer is not None and answer.status == 304),
            bytes=0 if answer is None else len(answer.body),
            failures=int(answer is None or limited or answer.status >= 500),
            seconds=seconds,
        )

    def _send(self, call: _Call, target: Target, remembered: ConditionalRequest | None) -> RawAnswer:
        adapter = self._route(target)
        method = "GET" if call.question is None else "POST"
        headers = self._headers(call, target, remembered)
        request = requests.Request(method, target.url, headers=headers, data=call.question).prepare()
        with self._watchdog.watch(call.remaining) as watch:
            timeout = (
                min(self.limits.connect_seconds, watch.remaining),
                min(self.limits.read_seconds, watch.remaining),
            )
            try:
                response = adapter.send(request, stream=True, timeout=timeout, verify=self._verify)
                answer = read_answer(response, call.subject, call.max_bytes)
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
                raise answers.broken(error, call.subject, watch.fired, self.limits) from None
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
        return headers if remembered is None else headers | conditions(remembered)

    def _route(self, target: Target) -> PinnedAdapter:
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
        return adapter

    def _finish(
        self, call: _Call, target: Target, answer: RawAnswer, remembered: ConditionalRequest | None, moved: str | None
    ) -> HttpAnswer:
        if answer.status == 304 and remembered is not None and remembered.body is not None:
            headers = with_remembered(answer.headers, remembered)
            return HttpAnswer(target.url, 304, headers, remembered.body, True, moved)
        token_sent = call.token is not None and target.origin == call.origin
        error = answers.fault(answer, call.subject, token_sent, time.time())
        if error is not None:
            if call.cache is not None and call.absence is not None:
                call.cache.note_absence(call.absence, answer.status)
            raise error
        if call.cache is not None:
            call.cache.note(target.url, answer)
        return HttpAnswer(target.url, answer.status, answer.headers, answer.body, False, moved)


def _without_token(text: str, call: _Call) -> str:
    """A server may throw back what it was sent, where others would read it."""
    return text.replace(call.token[1].split()[-1], "***") if call.token is not None else text


def _is_the_same(one: Target, other: Target) -> bool:
    """Whether two targets are of one host; it may offer http and https, each on its own port."""
    usual = all(PORTS[target.scheme] == target.port for target in (one, other))
    return one.host == other.host and (usual or one.port == other.port)
