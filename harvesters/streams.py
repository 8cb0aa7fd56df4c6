# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Answers too large to be held: their bodies are given piece by piece, under the same caps as whole ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

import requests
import urllib3.exceptions

from harvesters import answers
from harvesters.deadline import Watch
from harvesters.measures import more_than_bytes, more_than_seconds
from registry.errors import Garbage, TooLarge, TooSlow
from registry.model import Limits

PIECE = 2**16
BROKEN = (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError)
"""What a connection ends with; ``answers.broken`` tells what it means."""
_ENCODINGS = frozenset({"", "identity", "gzip", "x-gzip", "deflate"})


@dataclass(frozen=True, slots=True)
class Patience:
    """How much of an answer is taken. ``subject`` is whom errors name, ``limits.total_seconds`` the time they name."""

    subject: str
    limits: Limits
    max_bytes: int


class StreamedAnswer:
    """An answer whose body is still coming. ``taken`` counts the bytes read of it."""

    def __init__(self, response: requests.Response, watch: Watch, patience: Patience) -> None:
        self.status: int = response.status_code
        self.headers: Mapping[str, str] = response.headers
        self.taken = 0
        self._raw = response.raw
        self._watch = watch
        self._patience = patience

    def pieces(self) -> Iterator[bytes]:
        """The body as decompressed, to be read once. Raises TooLarge, TooSlow, Unreachable and Garbage."""
        patience = self._patience
        if self.headers.get("content-encoding", "").strip().lower() not in _ENCODINGS:
            raise Garbage(patience.subject, "Content-Encoding")
        try:
            for piece in self._raw.stream(PIECE, decode_content=True):
                self.taken += len(piece)
                if self.taken > patience.max_bytes:
                    raise TooLarge(patience.subject, more_than_bytes(patience.max_bytes))
                yield piece
        except BROKEN as error:
            told = answers.broken(error, patience.subject, self._watch.fired, patience.limits)
            if isinstance(told, answers.ConnectionReset):
                told = Garbage(patience.subject, "HTTP", rule="answer-cut-short")
            raise told from None
        if self._watch.fired:
            raise TooSlow(patience.subject, more_than_seconds(patience.limits.total_seconds))

    def close(self) -> None:
        """Gives the connection back to its pool where the body was read to its end, and cuts it otherwise."""
        with suppress(*BROKEN):
            self._raw.close()
