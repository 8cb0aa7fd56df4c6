# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Licence names without what does not tell licences apart, so that spellings can be compared."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from registry.licences.tables import table

_FEW = re.compile(r">=\s{0,3}(\d[\d.]{0,10})")
_ANY_SIGN = re.compile(r"[^a-z0-9./]+")
_SLASH = re.compile(r" ?/ ?")
_BEFORE_VERSION = re.compile(r"(?<=[a-z])(?:v\.?)?(?=\d)|\bv\.? ?(?=\d)")
_POINT_ZERO = re.compile(r"(?<=\d)\.0(?![.\d])")


def fold(text: str) -> str:
    """A licence name without case, accents, punctuation, "the", "license", "version" in six languages.

    "+", ">=" and what means "or later" become "or later", what means "only" becomes "only". The result is folded
    already: folding it again changes nothing that matters for comparing.
    """
    plain = _plain(text)
    plain = _phrases("later").sub(" or later", plain)
    return _phrases("only").sub(" only", plain)


def _plain(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    plain = _FEW.sub(r"\1 or later ", plain).replace("+", " or later ")
    plain = _SLASH.sub("/", _ANY_SIGN.sub(" ", plain))
    plain = _noise().sub(" ", plain)
    plain = _POINT_ZERO.sub("", _BEFORE_VERSION.sub(" ", plain))
    return " ".join(word for part in plain.split() if (word := part.strip(".")))


@cache
def _noise() -> re.Pattern[str]:
    words = {_unaccented(word) for word in table("names")["noise"]}
    return re.compile(rf"\b(?:{'|'.join(sorted(words, key=len, reverse=True))})\b\.?")


@cache
def _phrases(name: str) -> re.Pattern[str]:
    """The phrases of a list behind a version, the longest first."""
    phrases = {_plain(phrase) for phrase in table("names")[name]}
    return re.compile(rf"(?<=\d) (?:{'|'.join(sorted(phrases, key=len, reverse=True))})(?= |$)")


def _unaccented(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word).casefold()
    return "".join(character for character in plain if not unicodedata.combining(character))
