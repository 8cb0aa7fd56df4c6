# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What an HTTP answer or a broken connection means, in the terms of ``registry.errors``. Pure but for the clock given.

Sources: RFC 9110 (status codes, Retry-After), GitHub's and GitLab's documentation of their rate limits.
"""

from __future__ import annotations

import errno
import http.client
import re
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import requests.exceptions
import urllib3.exceptions

from harvesters.measures import more_than_seconds
from registry.errors import FetchError, Garbage, Gone, NeedsPassword, RateLimited, TooSlow, Unreachable
from registry.model import Limits

REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})
MAX_WAIT = 3.0
"""Seconds of Retry-After that are waited for at once; longer ones end the request."""

UNSAID_REST = 60.0
"""Seconds to leave a server alone that refuses requests without saying for how long. Source: GitHub, "Best practices
for using the REST API", on secondary rate limits."""
_LONGEST = 1e6
_SINCE_EPOCH = 1e8
"""A larger number of seconds is a moment, not a span."""

_SECONDARY_LIMIT = re.compile(rb"secondary rate limit|abuse detection", re.IGNORECASE)
_RESETS = (ConnectionResetError, BrokenPipeError, ConnectionAbortedError, http.client.RemoteDisconnected)
_TIMEOUTS = (
    TimeoutError,
    requests.exceptions.Timeout,
    urllib3.exceptions.ConnectTimeoutError,
    urllib3.exceptions.ReadTimeoutError,
)
_NO_CONNECTION = {
    errno.ECONNREFUSED: "connection refused",
    errno.EHOSTUNREACH: "no route to host",
    errno.ENETUNREACH: "network unreachable",
    errno.ECONNRESET: "connection reset",
}
_CUT = (http.client.IncompleteRead, urllib3.exceptions.IncompleteRead, urllib3.exceptions.InvalidChunkLength)


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """One answer of one server, redirects not followed; ``headers`` ignore case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class ConnectionReset(Exception):
    """The server hung up before an answer: worth another try."""


def is_limited(answer: RawAnswer) -> bool:
    """429, a 503 with a waiting time, or GitHub's 403 for its primary or secondary limit."""
    if answer.status == 403:
        exhausted = answer.headers.get("x-ratelimit-remaining") == "0"
        return exhausted or "retry-after" in answer.headers or bool(_SECONDARY_LIMIT.search(answer.body))
    return answer.status == 429 or (answer.status == 503 and "retry-after" in answer.headers)


def retry_after(answer: RawAnswer, now: float) -> float | None:
    """Seconds until the server takes requests again, None where it does not say; ``now`` counts from the epoch.

    The server's own clock counts where it shows one: a reset is a moment of its clock, not of ours.
    """
    text = answer.headers.get("retry-after", "").strip()
    now = _moment(answer.headers.get("date", "")) or now
    if (seconds := _number(text)) is not None:
        return min(seconds, _LONGEST)
    if (moment := _moment(text)) is not None:
        return min(max(moment - now, 0.0), _LONGEST)
    reset = _number(answer.headers.get("x-ratelimit-reset") or answer.headers.get("ratelimit-reset") or "")
    if reset is None:
        return None
    # GitHub and GitLab give a moment, the IETF's draft of these headers the seconds left.
    return min(max(reset - now if reset > _SINCE_EPOCH else reset, 0.0), _LONGEST)


def rest(answer: RawAnswer, now: float) -> float:
    """Seconds for which this server takes no more requests of the kind, 0.0 where it takes them.

    Said by a refusal, or by an answer that was the last one of its quota.
    """
    if is_limited(answer):
        seconds = retry_after(answer, now)
        return UNSAID_REST if seconds is None else seconds
    left = answer.headers.get("x-ratelimit-remaining") or answer.headers.get("ratelimit-remaining") or ""
    return retry_after(answer, now) or 0.0 if left.strip() == "0" else 0.0


def _number(text: str) -> float | None:
    text = text.strip()
    if not re.fullmatch(r"[0-9]{1,11}(\.[0-9]{1,9})?", text):
        return None
    return float(text)


def _moment(text: str) -> float | None:
    """An HTTP date as seconds from the epoch."""
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, OverflowError, TypeError):
        return None


def pause(answer: RawAnswer, attempt: int, now: float) -> float | None:
    """Seconds to wait before asking again, None when this answer is final."""
    if is_limited(answer):
        seconds = retry_after(answer, now)
        return seconds if seconds is not None and seconds <= MAX_WAIT else None
    return backoff(attempt) if answer.status in (502, 503, 504) else None


def backoff(attempt: int) -> float:
    """Seconds to wait after the given attempt, counted from 0."""
    return 0.1 * 3.0**attempt


def fault(answer: RawAnswer, subject: str, token_sent: bool, now: float) -> FetchError | None:
    """The error that an answer stands for; None for a success. ``subject`` is the redacted URL."""
    status = answer.status
    if 200 <= status < 300 and status not in (204, 205, 206):
        return None
    if is_limited(answer):
        seconds = retry_after(answer, now)
        waiting = "" if seconds is None else f", Retry-After {seconds:.0f} s"
        return RateLimited(subject, f"HTTP {status}{waiting}", seconds)
    if status in (401, 403):
        return NeedsPassword(subject, f"HTTP {status}", rule="token-refused" if token_sent else None)
    if status in (404, 410, 451):
        return Gone(subject, f"HTTP {status}")
    if status >= 500:
        return Unreachable(subject, f"HTTP {status}")
    return Garbage(subject, f"HTTP {status}")


def broken(error: Exception, subject: str, overdue: bool, limits: Limits) -> FetchError | ConnectionReset:
    """What an exception of requests, urllib3 or the standard library stands for; ``overdue`` is over the total time."""
    causes = list(_causes(error))

    def is_any(*kinds: type[BaseException]) -> bool:
        return any(isinstance(cause, kinds) for cause in causes)

    # urllib3 makes it a kind of timeout, which a refused connection is not.
    if not overdue and is_any(urllib3.exceptions.NewConnectionError):
        return Unreachable(subject, _no_connection(causes))
    if overdue or is_any(*_TIMEOUTS):
        connecting = is_any(urllib3.exceptions.ConnectTimeoutError)
        patience = limits.connect_seconds if connecting else limits.read_seconds
        return TooSlow(subject, more_than_seconds(limits.total_seconds if overdue else patience))
    if is_any(ssl.SSLError, ssl.CertificateError, urllib3.exceptions.SSLError):
        return _not_secure(causes, subject)
    if is_any(*_CUT):
        return Garbage(subject, "HTTP", rule="answer-cut-short")
    if is_any(urllib3.exceptions.DecodeError):
        return Garbage(subject, "Content-Encoding")
    if is_any(*_RESETS):
        return ConnectionReset()
    if is_any(http.client.HTTPException, urllib3.exceptions.HTTPError, ValueError):
        return Garbage(subject, "not HTTP")
    return Unreachable(subject, _no_connection(causes))


def _no_connection(causes: list[BaseException]) -> str:
    numbers = (cause.errno for cause in causes if isinstance(cause, OSError))
    return next((_NO_CONNECTION[number] for number in numbers if number in _NO_CONNECTION), "no connection")


def _not_secure(causes: list[BaseException], subject: str) -> Unreachable:
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            # OpenSSL's own term, without what it adds about the names it compared.
            term = cause.verify_message.partition(",")[0]
            return Unreachable(subject, term, rule="certificate-refused")
    return Unreachable(subject, "TLS")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and all it was made from, whichever way the libraries keep it."""
    todo: list[object] = [error]
    seen: set[int] = set()
    while todo and len(seen) < 50:
        cause = todo.pop(0)
        if not isinstance(cause, BaseException) or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        todo += [*cause.args, getattr(cause, "reason", None), cause.__cause__, cause.__context__]
