# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Marks the words of a query in the texts of a hit, by the same analysis that found them.

Plain text in, plain text out, with the found words between U+E000 and U+E001: the page escapes it and then makes the
marks visible.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any

from registry.search import analysis
from registry.search.analysis import GUESSES, Word, fold, languages_of, stem, words
from registry.search.parsing import Clause

START, END = "\ue000", "\ue001"
_WHOLE = 300
"""Characters of a text that is shown whole."""
_SNIPPET = 240
"""Characters of the part shown of a longer one."""
_SCANNED = 20_000
"""Characters of a text that are looked at."""


class Marker:
    """Marks what the required clauses of one query found; made for one query, used for all hits of its page."""

    def __init__(self, clauses: Sequence[Clause]) -> None:
        self._tokens = frozenset(clause.tokens[0] for clause in clauses if len(clause.tokens) == 1)
        self._phrases = tuple(clause.tokens for clause in clauses if len(clause.tokens) > 1)
        self._written = tuple(clause.written[0] for clause in clauses if not clause.exact)
        self._known: dict[tuple[str, ...], dict[str, bool]] = {}

    def mark(self, texts: Any) -> dict[str, str]:
        """The marked texts of a document (as ``View.texts`` gives them) in which something was found.

        Keys are "name", "short" and "long"; the latter two have the language with the most found words, and besides
        there is one key a language: "short.de".
        """
        if not (self._tokens or self._phrases):
            return {}
        marked: dict[str, str] = {}
        name = self._marked(texts["name"], tuple(sorted({*GUESSES, *languages_of(texts["short"])})))
        if name:
            marked["name"] = name[1]
        return marked | self._by_language("short", texts["short"]) | self._by_language("long", texts["long"])

    def _by_language(self, field: str, texts: Mapping[str, str]) -> dict[str, str]:
        results = {tag: self._marked(text, languages_of([tag])) for tag, text in sorted(texts.items())}
        found = {tag: result for tag, result in results.items() if result}
        if not found:
            return {}
        best = max(found, key=lambda tag: found[tag][0])
        return {field: found[best][1], **{f"{field}.{tag}": text for tag, (_, text) in found.items()}}

    def _marked(self, text: str, languages: tuple[str, ...]) -> tuple[int, str] | None:
        """Number of found words and the marked text or snippet; None where nothing was found."""
        clean = " ".join(text[:_SCANNED].replace(START, "").replace(END, "").split())
        found = self._found(clean, languages)
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

    def _found(self, text: str, languages: tuple[str, ...]) -> list[Word]:
        known = self._known.setdefault(languages, {})
        vocabulary = analysis.vocabulary(text)
        for word in vocabulary - known.keys():
            known[word] = self._sought(word, languages)
        hits = {word for word in vocabulary if known[word]}
        if not self._phrases:
            return analysis.places(text, hits) if hits else []
        present = list(words(text))
        places = {place for place, word in enumerate(present) if word.text in hits}
        return [present[place] for place in sorted(places | self._phrase_places(present))]

    def _phrase_places(self, present: Sequence[Word]) -> set[int]:
        folded = [fold(word.text) for word in present]
        places: set[int] = set()
        for phrase in self._phrases:
            for place in range(len(folded) - len(phrase) + 1):
                if tuple(folded[place : place + len(phrase)]) == phrase:
                    places.update(range(place, place + len(phrase)))
        return places

    def _sought(self, text: str, languages: tuple[str, ...]) -> bool:
        if fold(text) in self._tokens:
            return True
        return any(stem(text, language) == stem(word, language) for language in languages for word in self._written)


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
