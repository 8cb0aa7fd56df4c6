# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Limits as people read them, the same in every language: the details of ``TooLarge`` and ``TooSlow``."""

from __future__ import annotations

_UNITS = (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10))


def more_than_bytes(limit: int) -> str:
    """``> 300 MiB``; exact, so that a limit that is no round number stays in bytes."""
    for unit, size in _UNITS:
        if limit >= size and limit % size == 0:
            return f"> {limit // size} {unit}"
    return f"> {limit} B"


def more_than_seconds(limit: float) -> str:
    """``> 60 s``"""
    return f"> {limit:g} s"
