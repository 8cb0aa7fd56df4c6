# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What git says on standard error, told apart: one table from its words to our errors."""

from __future__ import annotations

import errno
import re
import signal
from collections.abc import Sequence

from harvesters.git.checking import complaints
from registry.errors import (
    Damaged,
    DiskFull,
    FetchError,
    Garbage,
    GitFailed,
    Gone,
    NeedsPassword,
    RateLimited,
    Refused,
    TooLarge,
    TooSlow,
    Unreachable,
)

DETAIL_LENGTH = 200
MOST_COMPLAINTS = 3

# The first row that matches decides; git's words in the C locale, lower case, URLs left out. The third column is the
# detail that people are told where git names no HTTP status; None quotes git.
FAULTS: tuple[tuple[str, type[FetchError], str | None], ...] = (
    (r"no space left on device|disk quota exceeded", DiskFull, "ENOSPC"),
    (r"file too large|file size limit|signal 25\b", TooLarge, "SIGXFSZ"),
    (r"out of memory|cannot allocate memory|mmap failed|signal 9\b", TooLarge, "ENOMEM"),
    (r"signal 24\b|cpu time limit", TooSlow, "SIGXCPU"),
    (r"fsck error", Damaged, "git fsck"),
    (r"requested url returned error: (404|410|451)|repository .* not found|remote: not found", Gone, "HTTP 404"),
    (
        r"requested url returned error: (401|403|407)|authentication failed|could not read (username|password)",
        NeedsPassword,
        "HTTP 401",
    ),
    (r"requested url returned error: 429", RateLimited, "HTTP 429"),
    (r"requested url returned error: 3\d\d|update your remote|redirect", Refused, "HTTP 3xx"),
    (r"protocol '[^']*' not supported|transport '[^']*' not allowed|unable to find remote helper", Refused, None),
    (r"too slow|timed out|timeout was reached|bytes/sec transferred", TooSlow, "timeout"),
    (r"requested url returned error: 5\d\d|rpc failed; http 5\d\d", Unreachable, "HTTP 500"),
    (r"could not resolve|couldn't resolve", Unreachable, "DNS"),
    (r"failed to connect|couldn't connect|connection refused", Unreachable, "connection refused"),
    (r"no route to host|network is unreachable", Unreachable, "no route to host"),
    (r"ssl|tls|certificate", Unreachable, "TLS"),
    (r"connection reset|recv failure|send failure|empty reply", Unreachable, "connection reset"),
    (
        r"not valid: is this a git repository|bad line length|protocol error|invalid server response|unexpected"
        r"|expected '?(flush|packfile|service)|dumb http|early eof|hung up"
        r"|transfer closed|partial file|outstanding read|curl 18"
        r"|bad pack|pack has bad|pack (is|has) |invalid (pack|index-pack)|inflate|fsck|did not send all|http/0\.9"
        r"|weird server reply|unsupported (http|protocol)|not a git repository|index-pack (died|failed|abnormal)"
        r"|malformed|corrupt|packet|received http",
        Garbage,
        None,
    ),
)

_HTTP = re.compile(r"(?:requested url returned error:|rpc failed; http) (\d{3})")
_URL = re.compile(r"[a-z+]+://[^\s']*")
_CREDENTIALS = re.compile(r"(?<=://)[^/\s@']*@")
_QUERY = re.compile(r"\?[^\s']*")
_TOKEN = re.compile(r"\b(gh[pousr]_|github_pat_|glpat-|Bearer\s+|Basic\s+)[A-Za-z0-9_\-=.+/]+", re.IGNORECASE)
_FOLDER = re.compile(r"/\S*clone-\d+-[0-9a-f]+\S*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
_UNSUPPORTED = re.compile(
    r"not our ref|unadvertised object|filter .*not supported|does not support (shallow|filter)"
    r"|filter-spec|filter-options|tree filter allows max depth",
    re.IGNORECASE,
)


def clean(text: str) -> str:
    """One line without credentials, query strings, tokens, paths of our work folder and control characters."""
    for pattern, instead in ((_CREDENTIALS, ""), (_QUERY, ""), (_TOKEN, "***"), (_FOLDER, "the clone")):
        text = pattern.sub(instead, text)
    # What a server said may be nothing but such characters.
    return " ".join(_CONTROL.sub(" ", text).split())[:DETAIL_LENGTH].rstrip(" :")


def lacks_feature(stderr: bytes) -> bool:
    """True when the server refuses filters, shallow fetches or single objects: it can still be asked for everything."""
    return _UNSUPPORTED.search(stderr.decode("utf-8", "replace")) is not None


def fault(subject: str, returncode: int, stderr: bytes) -> FetchError:
    """The error that a failed git command means. ``subject`` is the repository's canonical URL."""
    if returncode == -signal.SIGXFSZ:
        return TooLarge(subject, "SIGXFSZ")
    if returncode == -signal.SIGXCPU:
        return TooSlow(subject, "SIGXCPU")
    lines = [line for line in stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    # A repository may be called "redirect" or "tls": its address says nothing about the fault.
    said = _URL.sub("", "\n".join(lines).lower())
    kind, detail = next(
        ((kind, detail) for pattern, kind, detail in FAULTS if re.search(pattern, said)), (GitFailed, None)
    )
    refused = complaints(stderr)
    status = _HTTP.search(said)
    if kind is Damaged and refused:
        detail = ", ".join(f"{found} {oid[:12]}" for found, oid in refused[:MOST_COMPLAINTS])
    elif kind is Refused and detail is not None:
        return Refused(subject, f"HTTP {status[1]}" if status else detail, rule="fetch-refused-redirect")
    elif status is not None and detail is not None:
        detail = f"HTTP {status[1]}"
    return kind(subject, detail or _quoted(lines, returncode))


def _quoted(lines: Sequence[str], returncode: int) -> str:
    """What git itself says, cleaned. The first complaint is the cause, what follows are its consequences."""
    telling = [line for line in lines if line.startswith(("fatal:", "error:"))] or lines[-1:]
    said = clean(telling[0].removeprefix("fatal:").removeprefix("error:")) if telling else f"exit {returncode}"
    return f"git: {said}"


def disk_fault(subject: str, error: OSError) -> FetchError | None:
    """``DiskFull`` for an OSError that says so."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(subject, errno.errorcode[error.errno])
    return None
