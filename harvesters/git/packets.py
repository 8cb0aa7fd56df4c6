# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Packet lines of git's protocol: written for requests, read from answers as they come in.

Format: gitprotocol-common (pkt-line), gitprotocol-v2 (delimiter and response-end packets), gitprotocol-pack (bands).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

FLUSH = b"0000"
DELIMITER = b"0001"
_HEX = frozenset(b"0123456789abcdefABCDEF")
_PACK, _PROGRESS = 1, 2


class Irregular(Exception):
    """An answer that the quick way does not understand or does not trust: git itself is to look at it."""


def packet(line: str) -> bytes:
    """One line of a request."""
    body = line.encode("ascii") + b"\n"
    return b"%04x" % (len(body) + 4) + body


class Packets:
    """Reads packets from an answer's pieces; never holds more than one packet and one piece."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._buffer = b""
        self._position = 0

    def line(self) -> bytes | None:
        """The next packet's content without its line end; None for a flush, delimiter or response-end packet."""
        payload = self._next()
        return None if payload is None else payload.removesuffix(b"\n")

    def pack(self) -> Iterator[bytes]:
        """The bytes of band 1 up to the flush. Raises Irregular for what the server calls a fatal error."""
        while (payload := self._next()) is not None:
            band = payload[0] if payload else 0
            if band == _PACK:
                yield payload[1:]
            elif band != _PROGRESS:
                raise Irregular("side band")

    def _next(self) -> bytes | None:
        head = self._take(4)
        if not _HEX.issuperset(head):
            raise Irregular("pkt-line")
        length = int(head, 16)
        if length < 4:
            return None
        return self._take(length - 4)

    def _take(self, count: int) -> bytes:
        end = self._position + count
        if end > len(self._buffer):
            self._fill(count)
            end = count
        piece = self._buffer[self._position : end]
        self._position = end
        return piece

    def _fill(self, count: int) -> None:
        pieces = [self._buffer[self._position :]]
        have = len(pieces[0])
        while have < count:
            chunk = next(self._chunks, None)
            if chunk is None:
                raise Irregular("cut short")
            pieces.append(chunk)
            have += len(chunk)
        self._buffer, self._position = b"".join(pieces), 0
