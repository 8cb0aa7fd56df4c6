# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""One answer taken off the wire: its body up to a cap, or where it redirects to."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import urljoin

import requests
from requests.structures import CaseInsensitiveDict

from harvesters.answers import RawAnswer
from harvesters.guard import Target
from harvesters.measures import more_than_bytes
from registry.errors import Garbage, TooLarge

_CHUNK = 2**16
_ERROR_BYTES = 2**16
_ENCODINGS = frozenset({"", "identity", "gzip", "x-gzip", "deflate"})


def location(answer: RawAnswer, target: Target, subject: str) -> str:
    """Where a redirect leads, as an absolute URL. Raises Garbage where it leads nowhere."""
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


def read_answer(response: requests.Response, subject: str, max_bytes: int) -> RawAnswer:
    """The body up to the cap. The connection goes back to its pool only after a body read to its end."""
    headers: CaseInsensitiveDict[str] = response.headers
    success = 200 <= response.status_code < 300
    cap = max_bytes if success else _ERROR_BYTES
    raw = response.raw
    try:
        if headers.get("content-encoding", "").strip().lower() not in _ENCODINGS:
            raise Garbage(subject, "Content-Encoding")
        announced = headers.get("content-length", "")
        if success and announced.isdecimal() and int(announced[:20]) > cap:
            raise TooLarge(subject, more_than_bytes(cap))
        body = bytearray()
        for chunk in raw.stream(_CHUNK, decode_content=True):
            body += chunk
            if len(body) > cap:
                break
        else:
            return RawAnswer(response.status_code, headers, bytes(body))
        if success:
            raise TooLarge(subject, more_than_bytes(cap))
        raw.close()
        return RawAnswer(response.status_code, headers, bytes(body[:cap]))
    except BaseException:
        raw.close()
        raise
