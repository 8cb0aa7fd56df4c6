# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which terms a document is found by, field by field. Knows no search engine."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from registry.licences import families
from registry.model import IndexDocument, LicenceVerdict
from registry.search.analysis import ANALYSER_VERSION, GUESSES, languages_of, stems, tokens
from registry.search.compounds import further_terms
from registry.vocabulary.categories import categories
from registry.vocabulary.standards import standards

FIELDS: Mapping[str, float] = {
    "name": 8.0, "category": 3.0, "services": 4.0, "standards": 3.0, "keywords": 3.0, "short": 3.0, "long": 1.0,
    "licence": 0.5,
}  # fmt: skip
"""Fields of text and how much a word found there weighs."""

LISTED = ("names", "services", "standards", "keywords")
"""Lists whose values are kept as text, to tell why a solution was found; "names" are found as names."""

BREAK = "|"
"""Stands between two texts of a field, so that no phrase reaches across. Never a token itself."""

_VERDICTS = frozenset(verdict.value for verdict in LicenceVerdict)
_VERSIONED = re.compile(r"(?P<name>[A-Za-z]+)-(?P<version>\d+(?:\.[1-9]\d*)?)(?:\.0)?")


@dataclass(frozen=True, slots=True)
class FieldTerms:
    tokens: tuple[str, ...]
    """In the order of the text, texts parted by BREAK."""
    stems: tuple[str, ...]
    """Without order; with the parts of words and hyphenated words as one, which stand beside the text."""


@dataclass(frozen=True, slots=True)
class _Text:
    text: str
    languages: tuple[str, ...]


@cache
def analyser() -> str:
    """What the terms depend on: the version of the analysis and the labels of categories and standards."""
    named = [f"{key} {label.de} {label.en}" for key, label in categories().items()]
    named += [f"{key} {label.de} {label.en}" for key, label in standards().items()]
    labels = "\n".join(named)
    return f"{ANALYSER_VERSION}-{hashlib.sha256(labels.encode()).hexdigest()[:12]}"


def terms(document: IndexDocument) -> dict[str, FieldTerms]:
    """The terms of every field of ``FIELDS``."""
    return {name: _terms(_texts(document, name)) for name in FIELDS}


def languages(document: IndexDocument) -> set[str]:
    """The languages whose stems occur in the terms of this document."""
    return {language for name in FIELDS for text in _texts(document, name) for language in text.languages}


def _texts(document: IndexDocument, name: str) -> Iterator[_Text]:
    if name in ("short", "long"):
        by_tag = document.short if name == "short" else document.long
        for tag, text in sorted(by_tag.items()):
            yield _Text(text, languages_of([tag]))
    elif name == "category":
        yield from _category_texts(document.category)
    elif name == "licence":
        yield from _licence_texts(document.licence)
    else:
        # Names and keywords do not tell their language: that of the descriptions is the best guess.
        guessed = tuple(sorted({*GUESSES, *languages_of(document.short)}))
        for text in _listed(document, name):
            yield _Text(text, guessed)


def shown_values(document: IndexDocument, name: str) -> list[str]:
    """The values of one of ``LISTED`` as people read them."""
    if name == "standards":
        return [_standard_name(key) for key in document.standards] + list(document.supports)
    return list(getattr(document, name))


def _listed(document: IndexDocument, name: str) -> Sequence[str]:
    if name == "name":
        return (document.name, *document.names)
    if name == "standards":
        return (*_standard_texts(document.standards), *document.supports)
    return document.services if name == "services" else document.keywords


def _standard_texts(keys: Iterable[str]) -> Iterator[str]:
    for key in keys:
        yield key
        if label := standards().get(key):
            yield from dict.fromkeys((label.de, label.en))


def _standard_name(key: str) -> str:
    """Both labels where they differ: a query in either language finds itself in it."""
    label = standards().get(key)
    if label is None:
        return key
    return label.en if label.de in label.en else f"{label.de} / {label.en}"


def _category_texts(keys: Iterable[str]) -> Iterator[_Text]:
    for key in keys:
        yield _Text(key, ("en",))
        if label := categories().get(key):
            yield _Text(label.de, ("de",))
            yield _Text(label.en, ("en",))


def _licence_texts(values: Iterable[str]) -> Iterator[_Text]:
    """Licences without their ranges, and as people shorten them: "GPL-3.0", "GPLv3"."""
    for family in sorted({family for value in values if value not in _VERDICTS for family in families(value)}):
        yield _Text(family, ())
        if short := _VERSIONED.fullmatch(family):
            yield _Text(f"{short['name']}v{short['version']}", ())


def _terms(texts: Iterable[_Text]) -> FieldTerms:
    ordered: list[str] = []
    unordered: list[str] = []
    for text in texts:
        if ordered:
            ordered.append(BREAK)
        ordered.extend(tokens(text.text))
        unordered.extend(stems(text.text, text.languages))
        unordered.extend(further_terms(text.text, text.languages))
    return FieldTerms(tuple(ordered), tuple(unordered))
