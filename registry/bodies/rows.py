# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is wrong with single rows of a list of bodies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from registry.errors import InvalidInput

LIMIT = 32 * 2**20
"""Bytes of a list: the official one of all Germany has less than 4 MB."""


_NO_TEXT: Mapping[bytes, str] = {
    b"%PDF": "PDF",
    b"\xd0\xcf\x11\xe0": "XLS",
    b"\x89PNG": "PNG",
    b"\x1f\x8b": "gzip",
    b"7z\xbc\xaf": "7z",
    b"SQLite format 3": "SQLite",
}
"""How files begin that people have instead of a text file."""


def check_is_text(content: bytes, name: str) -> None:
    """Raises InvalidInput that says what it is instead, and to save it as text."""
    kind = next((kind for start, kind in _NO_TEXT.items() if content.startswith(start)), None)
    if kind is not None:
        raise InvalidInput(name, kind, rule="list-no-text")


@dataclass(frozen=True, slots=True)
class BadRow:
    """``rule`` says what is wrong with a line (from 1); ``detail`` is the value, or a name.

    Rules about a value that has more to it, such as a key, have the value as ``subject``.
    """

    line: int
    rule: str
    detail: str = ""
    subject: str | None = None

    @property
    def words(self) -> dict[str, str]:
        """What its message is filled with."""
        return {"subject": self.detail if self.subject is None else self.subject, "detail": self.detail}


class InvalidRows(InvalidInput):
    """Rows of a list that cannot be used: all that were found, none of it was taken over."""

    rule = "list-rows"

    def __init__(self, subject: str, rows: Sequence[BadRow]) -> None:
        super().__init__(subject, str(len(rows)))
        self.rows = tuple(rows)
