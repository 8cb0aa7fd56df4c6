# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Licence exceptions (SPDX expression operator WITH) found as texts: they count only beside the licence they add to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from harvesters.licences import words
from harvesters.licences.changes import Comparison
from harvesters.licences.found import Found

_NEAR = 60  # words between a licence text and the exception to it: a title, a line, who grants it
_GNU = ("GPL-", "LGPL-", "AGPL-")
_OTHERS = {"LLVM-exception": ("Apache-2.0",), "Swift-exception": ("Apache-2.0",)}
"""Exceptions to other licences than those of GNU."""


def attached(comparisons: Sequence[Comparison], file_words: words.Words) -> tuple[Found, ...]:
    """The pieces in the order of the file; an exception directly beside its licence becomes "... WITH ...".

    An exception alone is no licence and is left out: the notice that grants it names the licence.
    """
    row = sorted(comparisons, key=lambda one: one.start)
    found: list[Found] = []
    taken: set[int] = set()
    for place, one in enumerate(row):
        if one.text.exception or place in taken:
            continue
        piece = one.found(file_words)
        for beside in (place + 1, place - 1):
            if 0 <= beside < len(row) and beside not in taken and _adds_to(row[beside], one):
                taken.add(beside)
                piece = _with(piece, row[beside].found(file_words))
                break
        found.append(piece)
    return tuple(found)


def _adds_to(exception: Comparison, licence: Comparison) -> bool:
    if not exception.text.exception or exception.edits:
        return False
    between = max(exception.start - licence.end, licence.start - exception.end)
    return between <= _NEAR and licence.text.id.startswith(_OTHERS.get(exception.text.id, _GNU))


def _with(licence: Found, exception: Found) -> Found:
    return replace(
        licence,
        expression=f"{licence.expression} WITH {exception.expression}",
        confidence=min(licence.confidence, exception.confidence),
        start=min(licence.start, exception.start),
        end=max(licence.end, exception.end),
    )
