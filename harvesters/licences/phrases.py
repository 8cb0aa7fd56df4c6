# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Texts told by an opening phrase and by what must follow it; the phrases are ``licences/translations.toml``."""

from __future__ import annotations

import re
from functools import cache

from harvesters.licences.folding import Folded, pattern
from harvesters.licences.found import Edit, Found, Kind
from registry.vocabulary.translations import Phrases, translations

UNOFFICIAL = "unofficial-"
"""Begins ``Found.by`` of a translation that those who wrote the licence have not approved."""
_MOST_ANCHORS = 20
_NEIGHBOURHOOD = 250
"""Characters around a plain string of the table in which its opening is looked for."""
_PARAGRAPH = 1_800
"""Characters behind the last usual phrase in which a disclaimer may go on."""
_CONFIDENCE = 0.85
_CONFIDENCE_UNOFFICIAL = 0.6


def find_phrased(folded: Folded) -> tuple[Found, ...]:
    """Every text of the table that the file holds, each place once, in its order."""
    found: list[Found] = []
    for row in translations().texts:
        if any(anchor in folded.words for anchor in row.anchors):
            found += _of(row, folded)
    found.sort(key=lambda one: (one.start, -one.end))
    return tuple(one for number, one in enumerate(found) if number == 0 or one.start >= found[number - 1].end)


@cache
def _opening(row: Phrases) -> re.Pattern[str]:
    return pattern("|".join(f"(?:{one})" for one in row.opens))


def _openings(row: Phrases, folded: Folded) -> list[int]:
    """Where the text may begin: openings in whose neighbourhood one of the plain strings stands."""
    found: set[int] = set()
    for anchor in row.anchors:
        at = folded.words.find(anchor)
        for _ in range(_MOST_ANCHORS):
            if at < 0:
                break
            opening = _opening(row).search(folded.words, max(0, at - _NEIGHBOURHOOD), at + _NEIGHBOURHOOD)
            if opening:
                found.add(opening.start())
            at = folded.words.find(anchor, at + _NEIGHBOURHOOD)
    return sorted(found)


def _of(row: Phrases, folded: Folded) -> list[Found]:
    found: list[Found] = []
    at = 0
    for start in _openings(row, folded):
        one = _at(row, folded, start) if start >= at else None
        if one:
            found.append(one[0])
            at = one[1]
    return found


def _at(row: Phrases, folded: Folded, start: int) -> tuple[Found, int] | None:
    """The text that opens at ``start`` and where it ends in ``words``; None where too little of it follows."""
    words = folded.words
    behind = min(len(words), start + row.within)
    cues = [cue for cue in (pattern(one).search(words, start, behind) for one in row.cues) if cue]
    if len(cues) < row.least:
        return None
    last = max(cue.end() for cue in cues)
    if not row.liability:  # behind a disclaimer somebody's own may follow, with the same words
        last = max(cue.end() for one in row.cues for cue in pattern(one).finditer(words, start, behind))
    if row.condition:
        condition = pattern(row.condition).search(words, start, behind)
        if condition is None:
            return None
        last = max(last, condition.end())
    if row.sections:
        sections = folded.articles(folded.place(start), folded.place(behind))
        if len(sections) < row.sections:
            return None
        last = max(last, folded.offset(sections[-1][1]))
    expression = row.expression or _chosen(row, words[start:behind])
    if not expression:
        return None
    edits, last = _disclaimer(row, folded, last, behind) if row.liability else ((), last)
    expression = row.otherwise if edits and row.otherwise else expression
    end = folded.end_of_sentence(last)
    confidence = _CONFIDENCE_UNOFFICIAL if row.unofficial else _CONFIDENCE
    by = f"{UNOFFICIAL if row.unofficial else ''}{row.id}"
    return Found(
        expression, Kind.TEXT, confidence, folded.place(start), folded.place(max(0, end - 1)) + 1, by, edits
    ), end


def _chosen(row: Phrases, region: str) -> str:
    return next((choice.expression for choice in row.choices if pattern(choice.cue).search(region)), "")


def _disclaimer(row: Phrases, folded: Folded, last: int, behind: int) -> tuple[tuple[Edit, ...], int]:
    """How the disclaimer departs from the usual one, and where it ends.

    What stands behind the paragraph of a usual disclaimer is somebody's own addition and no part of the licence.
    """
    usual, words = translations().liability[row.liability], folded.words
    start = max(0, last - 200)
    warranty = pattern(usual.warranty).search(words, start, behind)
    exclusion = pattern(usual.exclusion).search(words, start, behind)
    ends = [one.end() for one in (warranty, exclusion) if one]
    complete = len(ends) == 2
    stop = max([last, *ends]) if complete else min(len(words), last + _PARAGRAPH)
    if complete:
        stop = min(_paragraph_end(folded, stop), stop + _PARAGRAPH)
    changed = [one for one in (pattern(sign).search(words, start, stop) for sign in usual.changed) if one]
    edits = [Edit(one[0], "", folded.place(one.start()), folded.place(one.end() - 1) + 1) for one in changed]
    if not edits and not complete:
        gone = " ".join(name for name, one in (("warranty", warranty), ("liability", exclusion)) if one is None)
        place = folded.place(last)
        edits.append(Edit("", gone, place, place))
    return tuple(edits), max([last, *ends, *(one.end() for one in changed)])


def _paragraph_end(folded: Folded, offset: int) -> int:
    stop = folded.lines.find("\n\n", folded.place(offset))
    return len(folded.words) if stop < 0 else folded.offset(stop)
