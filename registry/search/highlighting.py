# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Marks the words of a query in the texts of a hit, by the same analysis that found them.

Plain text in, plain text out, with the found words between U+E000 and U+E001: the page escapes it and then makes the
marks visible.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from registry.search import analysis
from registry.search.analysis import GUESSES, Word, fold, languages_of, stem, words
from registry.search.compounds import hyphenated, parts
from registry.search.parsing import Clause
from registry.search.terms import LISTED

START, END = "\ue000", "\ue001"
_WHOLE = 300
"""Characters of a text that is shown whole."""
_SNIPPET = 240
"""Characters of the part shown of a longer one."""
_VALUES = 3
"""Values of a list that are shown."""
_SCANNED = 20_000
"""Characters of a text that are looked at."""


class Marker:
    """Marks what the required clauses of one query found; made for one query, used for all hits of its page."""

    def __init__(self, clauses: Sequence[Clause], begun: Iterable[str] = ()) -> None:
        """``begun``: tokens of which longer words were found everywhere, as they always are in short texts."""
        leaves = [leaf for clause in clauses for leaf in clause.leaves()]
        self._tokens = frozenset(clause.tokens[0] for clause in leaves if len(clause.tokens) == 1)
        self._phrases = tuple(clause.tokens for clause in leaves if len(clause.tokens) > 1)
        self._written = tuple(clause.written[0] for clause in leaves if not clause.exact)
        self._begun = tuple(begun)
        self._begun_in_short = tuple({clause.tokens[0] for clause in leaves if clause.beginning})
        self._known: dict[object, dict[str, bool]] = {}
        self._stems: dict[tuple[str, ...], frozenset[str]] = {}

    def mark(self, texts: Any) -> dict[str, str]:
        """The marked texts of a document (as ``View.texts`` gives them) in which something was found.

        Keys are "name", "short" and "long"; the latter two have the language with the most found words, and besides
        there is one key a language: "short.de". Of lists (``LISTED``) only the values with found words are given.
        """
        if not (self._tokens or self._phrases):
            return {}
        marked: dict[str, str] = {}
        guessed = tuple(sorted({*GUESSES, *languages_of(texts["short"])}))
        name = self._marked(texts["name"], guessed, self._begun_in_short)
        if name:
            marked["name"] = name[1]
        short = self._by_language("short", texts["short"], self._begun_in_short)
        listed = {field: found for field in LISTED if (found := self._values(texts.get(field, ()), guessed))}
        return marked | short | self._by_language("long", texts["long"], self._begun) | listed

    def _values(self, values: Sequence[str], languages: tuple[str, ...]) -> str:
        """The values of a list in which something was found, the best ones first."""
        results = [found for value in values if (found := self._marked(value, languages, self._begun))]
        results.sort(key=lambda found: -found[0])
        return ", ".join(text for _, text in results[:_VALUES])

    def _by_language(self, field: str, texts: Mapping[str, str], begun: tuple[str, ...]) -> dict[str, str]:
        results = {tag: self._marked(text, languages_of([tag]), begun) for tag, text in sorted(texts.items())}
        found = {tag: result for tag, result in results.items() if result}
        if not found:
            return {}
        best = max(found, key=lambda tag: found[tag][0])
        return {field: found[best][1], **{f"{field}.{tag}": text for tag, (_, text) in found.items()}}

    def _marked(self, text: str, languages: tuple[str, ...], begun: tuple[str, ...]) -> tuple[int, str] | None:
        """Number of found words and the marked text or snippet; None where nothing was found."""
        clean = " ".join(text[:_SCANNED].replace(START, "").replace(END, "").split())
        found = self._found(clean, languages, begun)
        if not found:
            return None
        start, end = _window(clean, found)
        pieces = ["… " if start else ""]
        at = start
        for word in found:
            if start <= word.start and word.end <= end:
                pieces += [clean[at : word.start], START, clean[word.start : word.end], END]
                at = word.end
        return len(found), "".join([*pieces, clean[at:end], " …" if end < len(clean) else ""])

    def _found(self, text: str, languages: tuple[str, ...], begun: tuple[str, ...]) -> list[Word]:
        known = self._known.setdefault((languages, begun), {})
        vocabulary = set(analysis.spelt(text))
        for word in vocabulary - known.keys():
            known[word] = self._sought(word, languages, begun)
        hits = {word for word in vocabulary if known[word]}
        joined = [
            part
            for compound in hyphenated(text)
            if self._is_meant(compound.joined, languages, begun)
            for part in compound.parts
        ]
        if not self._phrases and not joined:
            return analysis.places(text, hits) if hits else []
        present = list(words(text))
        places = {place for place, word in enumerate(present) if word.text in hits or word in joined}
        return [present[place] for place in sorted(places | self._phrase_places(present))]

    def _phrase_places(self, present: Sequence[Word]) -> set[int]:
        folded = [fold(word.text) for word in present]
        places: set[int] = set()
        present_tokens = set(folded)
        for phrase in self._phrases:
            if not present_tokens.issuperset(phrase):
                continue
            for place, token in enumerate(folded):
                if token == phrase[0] and tuple(folded[place : place + len(phrase)]) == phrase:
                    places.update(range(place, place + len(phrase)))
        return places

    def _sought(self, text: str, languages: tuple[str, ...], begun: tuple[str, ...]) -> bool:
        return any(self._is_meant(word, languages, begun) for word in (text, *parts(text)))

    def _is_meant(self, text: str, languages: tuple[str, ...], begun: tuple[str, ...]) -> bool:
        token = fold(text)
        if token in self._tokens or token.startswith(begun):
            return True
        if languages not in self._stems:
            self._stems[languages] = frozenset(stem(word, each) for word in self._written for each in languages)
        sought = self._stems[languages]
        return any(stem(text, language) in sought for language in languages)


def _window(text: str, found: list[Word]) -> tuple[int, int]:
    """The part to show: all of a short text, else the stretch with the most found words, cut at blanks."""
    if len(text) <= _WHOLE:
        return 0, len(text)
    starts = [word.start for word in found]
    within = [bisect_left(starts, start + _SNIPPET) - place for place, start in enumerate(starts)]
    first = found[within.index(max(within))]
    start = max(0, min(first.start - _SNIPPET // 4, len(text) - _SNIPPET))
    end = min(len(text), max(start + _SNIPPET, first.end))
    if start:
        blank = text.find(" ", start, first.start + 1)
        start = blank + 1 if blank >= 0 else first.start
    if end < len(text):
        blank = text.rfind(" ", first.end, end + 1)
        end = blank if blank >= 0 else first.end
    return start, end
