# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the detector found in one licence file to the values of facts: the whole file first, then its pieces.

Every value is ``{"expression", "confidence", "path", "kind", "start", "end"}``, as far as it holds also ``"aside"``,
``"changes"`` (how a text departs from its licence), ``"made_of"`` (that licence) and ``"piece"`` (part of a file that
an earlier fact tells as a whole).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from harvesters.licences.found import Detection, Edit, Found, Kind
from registry.model import Json

MOST_PIECES = 40
"""Pieces of one file that become facts; a list of everything a project bundles may have thousands."""
MOST_CHANGES = 20
_LONGEST_CHANGE = 200
_WORD = re.compile(r"\S")
_KINDS = {Kind.TEXT: "text", Kind.REFUSAL: "text", Kind.NOTICE: "notice", Kind.TAG: "notice", Kind.REFERENCE: "notice"}


def values(detection: Detection, text: str, path: str, aside: bool = False) -> Iterator[dict[str, Json]]:
    """The values of a file's facts; ``text`` is the decoded file, ``aside`` says that all of it is about parts."""
    pieces = _telling(detection)
    whole = _whole(detection, pieces, path)
    if len(pieces) == 1:
        whole |= _changes(pieces[0], text)
    if aside:
        whole["aside"] = True
    yield whole
    for piece in pieces[:MOST_PIECES] if len(pieces) > 1 else ():
        value = _place(path, None if _is_changed(piece) else piece.expression, piece.confidence, [piece])
        told_aside = {"aside": True} if aside or piece.aside else {}
        yield {**value, **told_aside, **_changes(piece, text), "piece": True}


def line_of(text: str, offset: int) -> int:
    """The line, counted from 1, of the first word from a place on."""
    word = _WORD.search(text, offset)
    return text.count("\n", 0, word.start() if word else offset) + 1


def _telling(detection: Detection) -> Sequence[Found]:
    """The pieces that say something; a name alone does only where the file as a whole says no more than that."""
    told = [one for one in detection.found if one.kind is not Kind.REFERENCE]
    return told or [one for one in detection.found if one.expression == detection.expression and not one.aside][:1]


def _whole(detection: Detection, pieces: Sequence[Found], path: str) -> dict[str, Json]:
    main = [one for one in pieces if not one.aside] or list(pieces)
    if not main:
        return {"expression": detection.expression, "confidence": round(detection.confidence, 2), "path": path}
    value = _place(path, detection.expression, detection.confidence, main)
    return value | {"aside": True} if all(one.aside for one in main) else value


def _place(path: str, expression: str | None, confidence: float, pieces: Sequence[Found]) -> dict[str, Json]:
    kinds = {_KINDS[one.kind] for one in pieces}
    return {
        "expression": expression,
        "confidence": round(confidence, 2),
        "path": path,
        "kind": "text" if "text" in kinds else "notice",
        "start": min(one.start for one in pieces),
        "end": max(one.end for one in pieces),
    }


def _is_changed(piece: Found) -> bool:
    """A text that is no longer its licence; as a refusal it is named after what it refuses."""
    return bool(piece.edits) and piece.kind is Kind.TEXT


def _changes(piece: Found, text: str) -> dict[str, Json]:
    if not piece.edits:
        return {}
    changes = [_change(edit, text) for edit in piece.edits[:MOST_CHANGES]]
    return {"changes": changes, "made_of": piece.expression} if _is_changed(piece) else {"changes": changes}


def _change(edit: Edit, text: str) -> dict[str, Json]:
    return {
        "added": edit.added[:_LONGEST_CHANGE],
        "removed": edit.removed[:_LONGEST_CHANGE],
        "line": line_of(text, edit.start),
    }
