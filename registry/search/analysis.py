# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Text becomes tokens, alike for the index, for queries and for highlights. Knows no search engine.

Every word gives two kinds of terms:

- one *token*, the folded word: lower case, no accents, German umlauts and their spelt-out forms alike
  (``Mängelmelder``, ``Maengelmelder``, ``MÄNGELMELDER`` and ``Mangelmelder`` are all ``mangelmelder``);
- *stems*, each marked with its language (``de:mangelmeld``), so that inflected forms find each other only within the
  language of the text. A query has no language: it asks for the stems of every language the index holds.

How umlauts fold: first ä, ö, ü are spelt out as ae, oe, ue; then ae becomes a, oe becomes o, and ue becomes u unless it
follows a, e, o or q (Bauer, neue, Quelle stay). Since both spellings take the same road, they can never differ; words
that are changed without need ("aktuell" gives "aktull") are changed alike on both sides. Stems of other languages than
German start from the plain word without accents ("values" must stay "values" for the English stemmer).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from threading import Lock
from typing import NamedTuple, Protocol

import snowballstemmer

ANALYSER_VERSION = 3
"""Raise it with every change that gives other terms for the same text: indexes of another version are rebuilt."""

TOKEN_LENGTH = 64
"""Characters of a folded word that count; what is longer is cut, in the index as in a query."""

UNKNOWN = "und"
"""The tag of a text whose language is not known (BCP 47)."""

GUESSES = ("de", "en")
"""Languages whose stems are used for a text of unknown language."""

_ALGORITHMS = {
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hu": "hungarian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "sv": "swedish",
}

# Short on purpose, and without words that are also names or abbreviations here: "it" (IT), "ob" (OB), "us".
_STOP_WORDS = {
    "de": "aber als am an auch auf aus bei bis das dass dem den der des die durch ein eine einem einen einer eines er "
    "es für gegen hat ich ihr im in ist kann können man mit nach nicht noch nur oder sein sich sie sind so soll über "
    "um und unter vom von vor war was welche werden wie wir wird zu zum zur",
    "en": "a about all also an and any are as at be by can do for from has have how i if in into is its my no not of "
    "on or our so than that the their there these they this to was we what when where which who will with you your",
    "it": "al alla che con da dal dei del della delle di e gli il la le lo nel nella non per su un una",
    "fr": "au aux avec ce d dans de des du elle en est et il l la le les ou par pas pour que qui sur un une",
    "nl": "de een en het in met naar niet of om op te van voor zijn",
}

INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
"""Soft hyphens and joiners: they stand inside words and are no part of them."""

# Marks that belong to a word but are no letters: combining accents, and the vowel signs of other scripts.
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u064b-\u065f\u0900-\u0903\u093a-\u094f\u0e31-\u0e4e"
    # and those that letters of further scripts fall apart into (normal form D)
    "\u09bc\u0a3c\u0b3c\u0bd7\u0fb5\u0fb7\u102e\u1b35\u3099\u309a\U000110ba" + INVISIBLE
)
WORD = rf"[^\W_]+(?:[{_MARKS}]+[^\W_]*)*"
"""One word, as a regular expression."""
_WORD = re.compile(WORD)
_SPELT_OUT = re.compile(r"ae|oe|(?<![aeoq])ue")
# The plural of young German words, which the stemmer leaves alone: Kitas, Apps, Taxis. Not after two vowels (Haus,
# Kreis); where it takes the s of a singular (Basis), it does so from all forms of the word.
_PLURAL_S = re.compile(r"(?<=[^aeiou][aiouy])(?<=.{3})s$|(?<=.{2}p)s$")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "æ": "ae", "ø": "oe", "œ": "oe"})
_LETTERS = str.maketrans({"ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "æ": "a", "ø": "o", "œ": "o"})


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802 (the library's name)


class Word(NamedTuple):
    """A word of a text and where it stands: ``text[start:end]``."""

    text: str
    start: int
    end: int


def words(text: str) -> Iterator[Word]:
    """The words of a text as written: runs of letters, digits and the marks that belong to them."""
    for match in _WORD.finditer(text):
        yield Word(match.group(), match.start(), match.end())


def places(text: str, wanted: Collection[str]) -> list[Word]:
    """Where these words, as written, stand in a text."""
    return [Word(match.group(), *match.span()) for match in _WORD.finditer(text) if match.group() in wanted]


def spelt(text: str) -> list[str]:
    """The words of a text as written: faster than ``words`` where places do not matter."""
    return _WORD.findall(text)


@lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    """The token of one word; empty where nothing of it can be searched."""
    lowered = unicodedata.normalize("NFKC", word).casefold()
    spelt = unicodedata.normalize("NFC", lowered).translate(_UMLAUTS)
    return _SPELT_OUT.sub(lambda match: match.group()[0], _bare(spelt))[:TOKEN_LENGTH]


@lru_cache(maxsize=65_536)
def plain(word: str) -> str:
    """One word in lower case without accents, nothing spelt out or drawn together: what stemmers are given."""
    return _bare(unicodedata.normalize("NFKC", word).casefold())[:TOKEN_LENGTH]


def _bare(lowered: str) -> str:
    apart = unicodedata.normalize("NFKD", lowered).translate(_LETTERS)
    # Compatibility forms may bring blanks and signs ("½"): a token holds letters and digits only.
    return "".join(letter for letter in apart if letter.isalnum())


def language_of(tag: str) -> str | None:
    """The language of a BCP 47 tag that we can stem ("de-AT" gives "de"), None for all others."""
    primary = tag.split("-", 1)[0].split("_", 1)[0].lower()
    return primary if primary in _ALGORITHMS else None


def languages_of(tags: Iterable[str]) -> tuple[str, ...]:
    """The languages to stem a text by; for unknown ones the guesses. Sorted, each once."""
    found = {language for tag in tags if (language := language_of(tag))}
    return tuple(sorted(found)) if found else GUESSES


_stemmers: dict[str, _Stemmer] = {}
_stemming = Lock()


@lru_cache(maxsize=131_072)
def stem(word: str, language: str) -> str:
    """The marked stem of one word, "de:haus" for "Häuser" in German; empty where nothing can be searched."""
    base = fold(word) if language == "de" else plain(word)
    if not base:
        return ""
    # A stemmer keeps the word it works on in itself: one thread at a time.
    with _stemming:
        if language not in _stemmers:
            _stemmers[language] = snowballstemmer.stemmer(_ALGORITHMS[language])
        found = _stemmers[language].stemWord(base)
    return f"{language}:{_PLURAL_S.sub('', found) if language == 'de' else found}"


def tokens(text: str) -> list[str]:
    """The tokens of a text in its order."""
    return [token for word in spelt(text) if (token := fold(word))]


def stems(text: str, languages: Iterable[str]) -> list[str]:
    """The marked stems of a text in these languages."""
    chosen = tuple(languages)
    return [found for word in spelt(text) for language in chosen if (found := stem(word, language))]


_STOP_TOKENS = frozenset(fold(word) for text in _STOP_WORDS.values() for word in text.split())


def is_stop_word(token: str) -> bool:
    """Whether a token says nothing by itself. Indexed all the same, so that phrases hold; queries leave it out."""
    return token in _STOP_TOKENS


@lru_cache(maxsize=65_536)
def collation_key(text: str) -> str:
    """The key to sort names by: as German directories do (DIN 5007-1), an umlaut sorts as its base letter."""
    lowered = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold()).translate(_LETTERS)
    return " ".join("".join(letter if letter.isalnum() else " " for letter in _unaccented(lowered)).split())


def _unaccented(apart: str) -> str:
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
