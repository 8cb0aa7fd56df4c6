# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which documents of a view match a query, and how well: BM25F over the fields of ``terms.FIELDS``.

The formula is that of Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple weighted fields" (CIKM 2004):
the frequencies of a word are weighted and added over the fields before they are damped once. The exact word counts 1,
an inflection of it 0.8.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from registry.search.analysis import stem
from registry.search.parsing import Clause, Wanted
from registry.search.terms import FIELDS
from registry.search.view import View, bits, members

_DAMPING = 1.2
"""k1: how soon further occurrences of a word stop to count."""
_LENGTH = {"name": 0.3, "category": 0.0, "keywords": 0.0, "short": 0.5, "long": 0.75}
"""b: how much a long text is held against a word in it. A list of keywords or categories is not."""
_INFLECTED = 0.8

STEMS = "_stems"
"""Suffix of the index field that holds the stems of a field."""


@dataclass(frozen=True, slots=True)
class Matches:
    """The set of matching documents with their scores. ``relaxed``: no document has all words, these have some."""

    found: int
    scores: Mapping[int, float]
    relaxed: bool = False


def match(view: View, wanted: Wanted) -> Matches:
    """All documents that fit the text of a query, before any filter."""
    if wanted.blank:
        return Matches(view.all, {})
    kept = view.all
    for clause in wanted.excluded:
        kept &= ~bits(score(view, clause))
    if not wanted.required:
        return Matches(kept if wanted.excluded else 0, {})
    parts = [score(view, clause) for clause in wanted.required]
    every, some = kept, 0
    for part in parts:
        found = bits(part)
        every &= found
        some |= found
    chosen = every or (some & kept)
    scores = {number: sum(part.get(number, 0.0) for part in parts) for number in members(chosen)}
    return Matches(chosen, scores, relaxed=bool(chosen) and not every)


def score(view: View, clause: Clause) -> Mapping[int, float]:
    """The documents a clause occurs in and their BM25F scores for it."""
    key = (clause.tokens, clause.exact, clause.written if not clause.exact else ())
    scores = view.scored.get(key)
    if scores is None:
        scores = _score(view, clause)
        view.remember(key, scores)
    return scores


def _score(view: View, clause: Clause) -> Mapping[int, float]:
    weights: dict[int, float] = {}
    for name, boost in FIELDS.items():
        frequencies = _phrase(view, name, clause.tokens) if clause.exact else _inflected(view, name, clause)
        slope = _LENGTH[name] / view.average_lengths[name]
        base, rows = 1 - _LENGTH[name], view.rows
        for number, frequency in frequencies.items():
            weight = boost * frequency / (base + slope * rows[number].lengths[name])
            weights[number] = weights.get(number, 0.0) + weight
    rarity = math.log(1 + (len(view.rows) - len(weights) + 0.5) / (len(weights) + 0.5))
    return {number: rarity * weight * (_DAMPING + 1) / (weight + _DAMPING) for number, weight in weights.items()}


def _inflected(view: View, name: str, clause: Clause) -> Mapping[int, float]:
    exact = view.frequencies(name, clause.tokens[0])
    found = dict(exact)
    # One word has a stem in several languages; a text counts by the language that knows it best.
    for language in view.languages:
        for number, frequency in view.frequencies(name + STEMS, stem(clause.written[0], language)).items():
            weight = _INFLECTED * frequency + (1 - _INFLECTED) * exact.get(number, 0.0)
            if weight > found.get(number, 0.0):
                found[number] = weight
    return found


def _phrase(view: View, name: str, tokens: tuple[str, ...]) -> Mapping[int, float]:
    if len(tokens) == 1:
        return view.frequencies(name, tokens[0])
    first, *rest = (view.positions(name, token) for token in tokens)
    found: dict[int, float] = {}
    for number, starts in first.items():
        followers = [set(positions.get(number, ())) for positions in rest]
        count = sum(
            all(start + step in follower for step, follower in enumerate(followers, start=1)) for start in starts
        )
        if count:
            found[number] = float(count)
    return found
