# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which documents of a view match a query, and how well: BM25F over the fields of ``terms.FIELDS``.

A word is found by itself, by its inflections and as a part of a word that shows its parts. Besides, a word of some
length is taken for the beginning of longer ones ("Ferien" for "Ferienplaner"): always where a text is short and says
what a solution is for, in the other fields only where the word would find nothing at all.

The formula is that of Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple weighted fields" (CIKM 2004):
the frequencies of a word are weighted and added over the fields before they are damped once. The exact word counts 1,
an inflection or a part 0.8, a longer word 0.4.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from registry.search.analysis import stem
from registry.search.parsing import Clause, Wanted
from registry.search.terms import FIELDS
from registry.search.view import View, bits, members

_DAMPING = 1.2
"""k1: how soon further occurrences of a word stop to count."""
_LENGTH = {
    "name": 0.3, "category": 0.0, "services": 0.0, "standards": 0.0, "keywords": 0.0, "short": 0.5, "long": 0.75,
    "licence": 0.0,
}  # fmt: skip
"""b: how much a long text is held against a word in it. A list of keywords or categories is not."""
_INFLECTED = 0.8
_LONGER = 0.4
_LONGER_IN = frozenset({"name", "keywords", "short"})
_LONGER_WORDS = 32
"""Words of a field that one beginning stands for: the shortest, then by the alphabet."""

STEMS = "_stems"
"""Suffix of the index field that holds the stems of a field."""


@dataclass(frozen=True, slots=True)
class Matches:
    """The set of matching documents with their scores. ``relaxed``: no document has all words, these have some."""

    found: int
    scores: Mapping[int, float]
    relaxed: bool = False
    begun: frozenset[str] = frozenset()
    """Tokens that no document has: longer words that begin with them were taken."""


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
    chosen = every if every or wanted.strict else some & kept
    scores = dict.fromkeys(members(chosen), 0.0)
    for part in parts:
        for number in scores.keys() & part.keys():
            scores[number] += part[number]
    begun = frozenset(leaf.tokens[0] for clause in wanted.required for leaf in clause.leaves() if leaf in view.begun)
    return Matches(chosen, scores, relaxed=bool(chosen) and not every, begun=begun)


def score(view: View, clause: Clause) -> Mapping[int, float]:
    """The documents a clause occurs in and their BM25F scores for it."""
    scores = view.scored.get(clause)
    if scores is None:
        scores = _score(view, clause)
        view.remember(clause, scores)
    return scores


def _score(view: View, clause: Clause) -> Mapping[int, float]:
    scores = _bm25f(view, _phrase if clause.exact else _word, clause)
    for way in clause.either:
        parts = [score(view, part) for part in way]
        shared = set(parts[0]).intersection(*parts[1:])
        scores |= {number: max(scores.get(number, 0.0), sum(part[number] for part in parts)) for number in shared}
    if not scores and clause.beginning:
        scores = _bm25f(view, _longer, clause)
        if scores:
            view.begun.add(clause)
    return scores


def _bm25f(view: View, read: Callable[[View, str, Clause], Mapping[int, float]], clause: Clause) -> dict[int, float]:
    weights: dict[int, float] = {}
    for name, boost in FIELDS.items():
        frequencies = read(view, name, clause)
        if not frequencies:
            continue
        slope = _LENGTH[name] / view.average_lengths[name]
        base, lengths, weight_so_far = 1 - _LENGTH[name], view.lengths[name], weights.get
        for number, frequency in frequencies.items():
            weights[number] = weight_so_far(number, 0.0) + boost * frequency / (base + slope * lengths[number])
    rarity = math.log(1 + (len(view.rows) - len(weights) + 0.5) / (len(weights) + 0.5))
    return {number: rarity * weight * (_DAMPING + 1) / (weight + _DAMPING) for number, weight in weights.items()}


def _word(view: View, name: str, clause: Clause) -> Mapping[int, float]:
    exact = view.frequencies(name, clause.tokens[0])
    found = dict(exact)
    # One word has a stem in several languages, and may be a part of others; a text counts by what fits it best.
    for term in (clause.tokens[0], *(stem(clause.written[0], language) for language in view.languages)):
        for number, frequency in view.frequencies(name + STEMS, term).items():
            weight = _INFLECTED * frequency + (1 - _INFLECTED) * exact.get(number, 0.0)
            if weight > found.get(number, 0.0):
                found[number] = weight
    if clause.beginning and name in _LONGER_IN:
        for number, weight in _longer(view, name, clause).items():
            found.setdefault(number, weight)
    return found


def _longer(view: View, name: str, clause: Clause) -> Mapping[int, float]:
    found: dict[int, float] = {}
    for field in (name, name + STEMS):
        for term in view.beginning(field, clause.tokens[0], _LONGER_WORDS):
            for number, frequency in view.frequencies(field, term).items():
                found[number] = max(found.get(number, 0.0), _LONGER * frequency)
    return found


def _phrase(view: View, name: str, clause: Clause) -> Mapping[int, float]:
    if len(clause.tokens) == 1:
        return view.frequencies(name, clause.tokens[0])
    found: dict[int, float] = {}
    for number, places in view.positions(name, clause.tokens).items():
        starts = set(places[0]).intersection(
            *({place - step for place in later} for step, later in enumerate(places[1:], start=1))
        )
        if starts:
            found[number] = float(len(starts))
    return found
