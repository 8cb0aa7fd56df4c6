# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is wrong with single rows of a list of bodies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from registry.errors import InvalidInput

LIMIT = 32 * 2**20
"""Bytes of a list: the official one of all Germany has less than 4 MB."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """``rule`` says what is wrong with a line (from 1); ``detail`` is the value, or a name."""

    line: int
    rule: str
    detail: str = ""


class InvalidRows(InvalidInput):
    """Rows of a list that cannot be used: all that were found, none of it was taken over."""

    rule = "list-rows"

    def __init__(self, subject: str, rows: Sequence[BadRow]) -> None:
        super().__init__(subject, str(len(rows)))
        self.rows = tuple(rows)
