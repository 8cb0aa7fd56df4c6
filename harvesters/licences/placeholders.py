# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Fields of a template that nobody filled in: "Copyright (c) <year> <copyright holders>", "{{ cookiecutter.author }}".

A field in the appendix of a licence that says how to apply it ("[yyyy] [name of copyright owner]" in the Apache
licence) belongs to the text and is no omission.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache

from harvesters.licences.found import Found, Kind

_LONGEST = 128 * 2**10
_MOST = 10
_LONG_TEXT = 4_000
"""Characters: licences as long as that come with fields of their own, in examples and exhibits."""
_APPENDIX = re.compile(
    r"how to apply (?:these terms|the apache|this licen[cs]e)|end of terms and conditions|appendix: how to|"
    r"(?:boilerplate|sample|exemplary) notice|exhibit [ab]\b|wie sie diese bedingungen|come applicare questi termini|"
    r"comment appliquer ces (?:directives|termes)|to apply the apache licen[cs]e",
    re.IGNORECASE,
)
_WORD = (
    r"(?:current |copyright |first |the )?(?:years?|yyyy|jahr(?:e|eszahl)?|anno|ann[ée]e|año|jaar|ano|"
    r"full ?names?|your ?names?|(?:first|last)names?|names?|"
    r"(?:(?:name|names)[ _-]of[ _-](?:the[ _-])?)?(?:copyright[ _-])?(?:holders?|owners?|authors?)(?:[ _-]?names?)?|"
    r"organi[sz]ations?(?:[ _-]names?)?|company(?:[ _-]name)?|project(?:[ _-]?name)?|program(?:[ _-]?name)?|"
    r"e-?mail(?: address)?|owner|login|user(?:[ _-]?name)?|author(?:[ _-]?(?:name|e-?mail))?|"
    r"name (?:of|des|der|del|du|van)[ \w]{2,40}|(?:ihr|vollständiger|dein) name|autor(?:en|e|i)?|"
    r"copyright[ -]?inhaber|rechteinhaber|urheber|nome|nom|naam|nombre|titolare|titulaire|"
    r"one line to give [^<>\]\n]{5,60}|insert [^<>\]\n]{2,60}|enter [^<>\]\n]{2,60}|put [^<>\]\n]{2,60}|"
    r"(?:hier|bitte) [^<>\]\n]{2,40}(?:eintragen|einsetzen)|xxxx?|todo[^<>\]\n]{0,40})"
)
_SIGN = re.compile(r"[<\[{$@%]|__")
_CLAIM = re.compile(r"[Cc]opyright|COPYRIGHT|\([cC]\)|©")
_FIELD = (
    rf"<{_WORD}(?:\(s\))?>|\[{_WORD}(?:\(s\))?\](?![(:])|\{{{_WORD}\}}|"
    r"\{\{[^{}\n]{1,80}\}\}|\{%[^%\n]{1,120}%\}|\$\{[A-Za-z_][\w.\- ]{0,60}\}|<%[^%\n]{1,80}%>|"
    r"@(?:YEAR|AUTHOR|NAME|OWNER|HOLDER|COPYRIGHT\w{0,10}|PROJECT\w{0,8})@|%(?:YEAR|AUTHOR|NAME|OWNER|HOLDER|PROJECT)%|"
    r"__(?:YEAR|AUTHOR|NAME|FULL_?NAME|OWNER|PROJECT\w{0,8})__"
)
_CAPITALS = re.compile(
    r"(?i:copyright|\(c\)|©)[^\S\n]{0,4}(?:(?i:\(c\)|©|copyright|by|:)[^\S\n]{0,3}){0,2}"
    r"((?:YEAR|YYYY|20XX|20xx|XXXX|JAHR|ANNO|ANNÉE|AÑO)\b[^\n]{0,60}|"
    r"(?:\d{4}(?:[ ,-]{1,3}\d{4})?,?[^\S\n]{1,3})?(?:YOUR[ _]NAME|FULL[ _]?NAME|NAME HERE|THE AUTHORS? NAME|"
    r"Your (?:[Ff]ull )?[Nn]ame(?: [Hh]ere)?|Ihr Name|Il tuo nome|Votre nom|Uw naam|"
    r"[Yy]our (?:[Cc]ompany|[Oo]rgani[sz]ation)(?: [Nn]ame)?|_{3,40}|\.{4,40}|TODO[^\n]{0,40})|"
    r"(?:NAME|FULLNAME)[^\S\n]{0,3}$)",
    re.MULTILINE,
)
_CONDITION = re.compile(
    r"\{%-?\s{0,4}(?:if|elif|case|when|else)\b|\{\{#-?(?:if|unless|eq|is)\b|<%-?\s{0,4}(?:if|else)\b|"
    r"\{\{-?\s{0,4}(?:if|else|with|range)\b",
    re.IGNORECASE,
)

_LICENCE = re.compile(r"li[cz]en[cszt]", re.IGNORECASE)


def unfilled(text: str, found: Sequence[Found]) -> tuple[str, ...]:
    """The fields as written, each once, at most ten; ``text`` is the decoded file or its plain form.

    Fields within a long licence text, or behind a heading that says how to apply one, are left out.
    """
    text = text[:_LONGEST]
    long = [one for one in found if one.kind is Kind.TEXT and one.end - one.start >= _LONG_TEXT]
    places = [field for field in _fields(text) if not any(one.start <= field[0] < one.end for one in long)]
    appendix = _APPENDIX.search(text, 0, places[-1][0]) if places else None
    limit = appendix.start() if appendix else len(text)
    fields = dict.fromkeys(" ".join(words.split())[:80] for place, words in places if place < limit)
    return tuple(fields)[:_MOST]


def _fields(text: str) -> Sequence[tuple[int, str]]:
    places: list[tuple[int, str]] = []
    end = 0
    for sign in _SIGN.finditer(text):
        field = _field().match(text, sign.start()) if sign.start() >= end else None
        if field:
            places.append((field.start(), field[0]))
            end = field.end()
    signs = [place for place, _ in places]
    for claim in _CLAIM.finditer(text):
        field = _CAPITALS.match(text, claim.start())
        if field and bisect_left(signs, field.start(1)) == bisect_left(signs, field.end(1)):
            places.append((field.start(1), field[1].strip()))
    return sorted(places)


def is_template(text: str) -> bool:
    """Whether the file chooses between licences by conditions of a generator: no licence, whatever it names."""
    text = text[:_LONGEST]
    if not any(sign in text for sign in ("{%", "{{", "<%")):
        return False
    return _CONDITION.search(text) is not None and _LICENCE.search(text) is not None


@cache
def _field() -> re.Pattern[str]:
    """Compiled when a file has a sign that may open a field: it takes as long as a whole file."""
    return re.compile(_FIELD, re.IGNORECASE)
