# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""One repository's ``git-upload-pack`` over our own guarded HTTP, without a git process.

Protocol: gitprotocol-v2, command ``fetch``; gitprotocol-http. Only what version 2 of git 2.18 and later all understand
is sent, so that no advertisement of capabilities has to be asked for first.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from harvesters import answers
from harvesters.answers import RawAnswer
from harvesters.git.packets import DELIMITER, FLUSH, Irregular, Packets, packet
from harvesters.git.packs import Bounds, Packed, read_pack
from harvesters.guard import Target
from harvesters.http import HttpClient
from harvesters.measures import more_than_seconds
from harvesters.streams import StreamedAnswer
from registry.errors import Garbage, Refused, TooSlow
from registry.model import Limits

SERVICE = "/git-upload-pack"
_RESULT = "application/x-git-upload-pack-result"
_HEADERS = {
    "Git-Protocol": "version=2",
    "Content-Type": "application/x-git-upload-pack-request",
    "Accept": _RESULT,
    "Accept-Encoding": "identity",
}
_MOST_LINES = 100_000


class NotSpoken(Irregular):
    """The server does not know version 2, or not what we ask of it: the next repository there will be no different."""


@dataclass(slots=True)
class UploadPack:
    """``target`` is the repository's, checked by the guard. All requests share ``deadline`` and the byte limit."""

    http: HttpClient
    target: Target
    subject: str
    limits: Limits
    deadline: float
    taken: int = 0

    def fetch(
        self, wants: Sequence[str], take: Callable[[Packed], None], *, objects: str, depth: int | None = None
    ) -> list[str]:
        """Hands every object of the answer to ``take``; gives the commits at which the history is cut off.

        Raises Irregular for git to have a look, and the errors of the HTTP client for what git could not do better.
        """
        service = replace(self.target, url=self.target.url.rstrip("/") + SERVICE)
        limit = self.limits.git_bytes - self.taken
        post = partial(self.http.post, subject=self.subject, max_bytes=limit, seconds=self.remaining())
        try:
            with post(service, _request(wants, objects, depth), _HEADERS) as answer:
                try:
                    return self._read(answer, take)
                finally:
                    self.taken += answer.taken
        except Garbage as error:
            raise Irregular(str(error)) from None

    def remaining(self) -> float:
        """Seconds left. Raises TooSlow when there are none."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TooSlow(self.subject, more_than_seconds(self.limits.git_seconds))
        return left

    def _read(self, answer: StreamedAnswer, take: Callable[[Packed], None]) -> list[str]:
        self._check(answer)
        pieces = answer.pieces()
        packets = Packets(pieces)
        shallow = _until_the_pack(packets)
        for found in read_pack(packets.pack(), Bounds(self.limits.file_bytes, self.remaining)):
            take(found)
        _to_the_end(pieces)
        return shallow

    def _check(self, answer: StreamedAnswer) -> None:
        if answer.status in answers.REDIRECTS:
            raise Refused(self.subject, f"HTTP {answer.status}", rule="fetch-refused-redirect")
        fault = answers.fault(RawAnswer(answer.status, answer.headers, b""), self.subject, False, time.time())
        # Some servers answer what they do not know with 500.
        if isinstance(fault, Garbage) or answer.status == 500:
            raise NotSpoken(f"HTTP {answer.status}")
        if fault is not None:
            raise fault
        if answer.headers.get("content-type", "").partition(";")[0].strip().lower() != _RESULT:
            raise NotSpoken("Content-Type")


def _request(wants: Sequence[str], objects: str, depth: int | None) -> bytes:
    lines = ["no-progress", "ofs-delta", f"filter {objects}"]
    if depth is not None:
        lines.append(f"deepen {depth:d}")
    lines += [f"want {oid}" for oid in dict.fromkeys(wants)]
    return packet("command=fetch") + DELIMITER + b"".join(map(packet, (*lines, "done"))) + FLUSH


def _until_the_pack(packets: Packets) -> list[str]:
    """Reads the sections before the pack; of them only ``shallow-info`` says something to us."""
    shallow: list[str] = []
    for _ in range(_MOST_LINES):
        line = packets.line()
        if line == b"packfile":
            return shallow
        if line is None:
            continue
        if line.startswith(b"shallow "):
            shallow.append(line[8:48].decode("ascii", "replace"))
        elif line.startswith(b"ERR "):
            raise Irregular("ERR")
        elif line != b"shallow-info":
            raise NotSpoken("section")
    raise NotSpoken("sections")


def _to_the_end(pieces: Iterable[bytes]) -> None:
    """Nothing but the flush may follow; read to its end, the connection can be used again."""
    left = sum(len(piece) for piece in pieces)
    if left > 4:
        raise Irregular("more behind the pack")
