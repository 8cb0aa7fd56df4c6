# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whether a repository's publiccode.yml could be read. Pure: states, storage and the catalogue ask the same."""

from __future__ import annotations

from collections.abc import Iterable

from registry.model import Problem, Reading

_FAILED = "reader-failed"
_READER = "publiccode"
"""A fault of ours in this reader leaves no path, and costs no declaration either."""
_USUAL = "publiccode.yml"
BREAKING = frozenset(
    {
        "file-too-large",
        "parse-failed",
        "publiccode-empty",
        "publiccode-merge-markers",
        "publiccode-not-a-file",
        "publiccode-not-a-mapping",
        "publiccode-section-skipped",
        "publiccode-syntax",
        "publiccode-too-complex",
        _FAILED,
    }
)
"""Rules that say a publiccode.yml could not be read, wholly or in part. One that was deleted is no fault."""


def broken_declaration(readings: Iterable[Reading]) -> str | None:
    """Path of the publiccode.yml that could not be read; None where all that is there could."""
    return next((path for reading in readings for found in reading.problems if (path := _path(found))), None)


def _path(found: Problem) -> str | None:
    if found.rule == _FAILED and found.params.get("name") == _READER:
        return _USUAL
    if found.rule not in BREAKING or found.origin is None or found.origin.path is None:
        return None
    name = found.origin.path.rpartition("/")[2].lower()
    return found.origin.path if name.startswith("publiccode.") else None
