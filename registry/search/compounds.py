# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Words that show by their spelling what they are made of: ``SmartCity``, ``Kita24``, ``Online-Termin``.

They are found by their parts as well as whole. German compounds that show nothing (``Ferienplaner``) are whole words
here; a query finds them by their beginning (see ``ranking``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from registry.search.analysis import INVISIBLE, WORD, Word, fold, spelt, stem, words

_SHORTEST = 3
"""Letters of a part that is a word by itself: less is joined to its neighbour ("OpenCoDE" is Open and CoDE)."""
_HYPHENATED = re.compile(rf"{WORD}(?:[-\u2010\u2011]{WORD})+")


class Hyphenated(NamedTuple):
    """Words joined by hyphens and where they stand: ``text[start:end]``."""

    parts: tuple[Word, ...]
    start: int
    end: int

    @property
    def joined(self) -> str:
        """The same written as one word: "EMail" for "E-Mail"."""
        return "".join(part.text for part in self.parts)


def hyphenated(text: str) -> Iterator[Hyphenated]:
    """The hyphenated words of a text, each at its full length."""
    if not any(hyphen in text for hyphen in "-\u2010\u2011"):
        return
    for match in _HYPHENATED.finditer(text):
        offset = match.start()
        parts = (Word(part.text, part.start + offset, part.end + offset) for part in words(match.group()))
        yield Hyphenated(tuple(parts), *match.span())


@lru_cache(maxsize=65_536)
def parts(word: str) -> tuple[str, ...]:
    """What a word is made of, by its capitals and digits; nothing for a word that shows no parts.

    "SmartCity" gives Smart and City, "XMLReader" XML and Reader, "Kita24" Kita and 24; "GmbH" and "3D" stay whole.
    """
    rest = word[1:]
    if rest.isalpha() and (rest.islower() or word.isupper()):
        return ()
    clean = unicodedata.normalize("NFC", "".join(letter for letter in word if letter not in INVISIBLE))
    found: list[str] = []
    held = ""
    for piece in _pieces(clean):
        held += piece
        if len(held) >= _SHORTEST or held.isdecimal():
            found.append(held)
            held = ""
    if held and found:
        found[-1] += held
    return tuple(found) if len(found) > 1 else ()


def further_terms(text: str, languages: Iterable[str]) -> list[str]:
    """Tokens and marked stems of the parts of words, and of hyphenated words written as one."""
    made = [part for word in spelt(text) for part in parts(word)]
    made += [compound.joined for compound in hyphenated(text)]
    if not made:
        return []
    chosen = tuple(languages)
    found = [token for word in made if (token := fold(word))]
    return found + [marked for word in made for language in chosen if (marked := stem(word, language))]


def _pieces(word: str) -> Iterator[str]:
    """Cut wherever digits begin or end, before a capital after a small letter, and before the last of capitals."""
    kinds = ["digit" if letter.isdecimal() else "capital" if letter.isupper() else "small" for letter in word]
    start = 0
    for at in range(1, len(word)):
        before, here = kinds[at - 1], kinds[at]
        next_ = kinds[at + 1] if at + 1 < len(word) else ""
        if (before == "digit") != (here == "digit") or (
            here == "capital" and (before == "small" or (before == "capital" and next_ == "small"))
        ):
            yield word[start:at]
            start = at
    yield word[start:]
