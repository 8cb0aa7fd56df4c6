# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Names of bodies as people write them: words, keys, and the names a body is stored under."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from registry.model import Body, BodyEntry, BodyName, BodyNameKind

_FOLDED = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d",
     "þ": "th", "ı": "i"}
)  # fmt: skip
_SIGNS = re.compile(r"[^0-9a-z(/]+")
_BRACKET = re.compile(r"(?<=\S)\s*[(/]")
_LONGEST = 300
"""Characters of a name that are read."""
_REGISTERED = re.compile(r"\be\. ?v\b")
_SHORT = {"st": "sankt", "hann": "hannoversch", "gr": "gross", "kl": "klein", "schwaeb": "schwaebisch"}
BEFORE_PLACE = frozenset(
    {"am", "an", "auf", "aufm", "bei", "beim", "im", "in", "ob", "unter", "unterm", "vor", "von", "zu", "zur", "zum",
     "a", "b", "i", "o", "u", "v", "ad", "id", "od", "vd"}
)  # fmt: skip
"""Words, also shortened, that begin what tells a place from others of its name: "am Main", "o.d. Tauber"."""
ARTICLES = frozenset({"der", "dem", "den", "die", "d", "dr"})
BREAK = "|"
"""Stands in lists of words where a bracket or slash begins."""
SEPARATOR = "/"
"""Between the two parts of a key."""
_NOT_LETTERS = re.compile(r"[\W_]+")
_PLAIN = {letter: plain for letter, plain in _FOLDED.items() if letter not in map(ord, "äöü")}
"""For sorting: an umlaut stands where its letter stands."""


def words(name: str) -> list[str]:
    """Lower-case words in ASCII letters, umlauts spelt out; a ``|`` stands where a bracket or slash begins."""
    text = unicodedata.normalize("NFC", name[:_LONGEST].replace("&", " und ")).casefold().translate(_FOLDED)
    text = unicodedata.normalize("NFKD", text).casefold()
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    text = _SIGNS.sub(" ", _REGISTERED.sub("ev", text))
    text = _BRACKET.sub(f" {BREAK} ", " ".join(text.split()))
    found = text.replace("(", " ").replace("/", " ").split()
    return [_SHORT.get(word, word) if _goes_on(found[at + 1 :]) else word for at, word in enumerate(found)]


def _goes_on(rest: Sequence[str]) -> bool:
    return bool(rest) and rest[0] != BREAK


def core_and_addition(parts: Sequence[str]) -> tuple[list[str], list[str]]:
    """What a place is called and what tells it from others: ``["frankfurt"]`` and ``["main"]``."""
    for position, word in enumerate(parts):
        begins = word == BREAK or (word in BEFORE_PLACE and any(part not in BEFORE_PLACE for part in parts[:position]))
        rest = [part for part in parts[position:] if part != BREAK]
        addition = [part for part in rest if part not in BEFORE_PLACE and part not in ARTICLES] or rest[-1:]
        if begins and position and addition and (word == BREAK or len(rest) > 1):
            return [part for part in parts[:position] if part != BREAK], addition
    return [part for part in parts if part != BREAK], []


def key_of(core: Sequence[str], addition: Sequence[str] = ()) -> str:
    return SEPARATOR.join(part for part in ("".join(core), "".join(addition)) if part)


def fold(name: str) -> str:
    """The key of a name: what it is called without gaps, then, after a slash, what tells it from others of the name.

    "Frankfurt am Main", "FRANKFURT/MAIN" and "Frankfurt (Main)" have the key "frankfurt/main", "Bad-Tölz" has
    "badtoelz". Case, umlauts, accents, hyphens, spaces and the little words in between make no difference. Empty where
    nothing of the name is written in Latin letters or digits.
    """
    return key_of(*core_and_addition(words(name)))


def sort_key(name: str) -> str:
    """What names are sorted by, as in a German dictionary (DIN 5007-1): "Bärnau" as "barnau", before "Burglengenfeld".

    Words stay apart, so that "Bad Tölz" comes before "Badenweiler".
    """
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", name[:_LONGEST]).casefold())
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    return _NOT_LETTERS.sub(" ", text.casefold().translate(_PLAIN)).strip()


def spellings(body: BodyEntry | Body) -> tuple[tuple[BodyName, str], ...]:
    """Every name that a body is stored under, with its key: the plain one first, each once."""
    own = (BodyName(body.own_title, BodyNameKind.OWN),) if body.own_title else ()
    found: dict[tuple[str, bool], tuple[BodyName, str]] = {}
    for name in (BodyName(body.name, BodyNameKind.OFFICIAL), *own, *body.names):
        key = fold(name.name)
        if key:
            found.setdefault((name.name, name.kind is BodyNameKind.FORMER), (name, key))
    return tuple(found.values())
