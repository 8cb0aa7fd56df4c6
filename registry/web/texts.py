# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The texts of a solution for one reader: in which language, and how much of them may be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from registry.catalogue.quoting import only_quotable, shortened, shown_text
from registry.model import Candidate, Fact, Field, FieldValue, Origin, Solution
from registry.web import labels, language
from registry.web.filters import foreign_html

_FEATURES_SHOWN = 20
_FEATURE_LIMIT = 300


@dataclass(frozen=True, slots=True)
class Text:
    """A text as a page shows it. ``lang`` is None where the language is not known."""

    body: str | Markup
    lang: str | None
    foreign: bool
    """Not in the reader's language: the page names the language."""
    quoted: bool
    """Cut to a short quotation, since nothing allows to publish the whole."""
    origin: Origin


def chosen(values: Sequence[FieldValue], wanted: str) -> Fact | None:
    """The fact in the wanted language, else in English, German, or whatever there is."""
    value = chosen_value(values, wanted)
    return value.fact if value else None


def chosen_value(values: Sequence[FieldValue], wanted: str) -> FieldValue | None:
    """As ``chosen``, with the candidates."""
    for code in (wanted, "en", "de"):
        for value in values:
            if _primary(value.fact.lang) == code:
                return value
    return values[0] if values else None


def short_text(solution: Solution) -> Text | None:
    """The short description: one or two sentences of plain text."""
    return _text(solution, Field.SHORT_DESCRIPTION)


def highlight(candidate: Candidate) -> Text | None:
    """The part of a description in which the searched words were found, with its marks; None where there is none.

    The language of the short description first, so that a result reads like its page.
    """
    solution = candidate.record.solution
    short = short_text(solution)
    if short is None or short.quoted:
        return None
    tag = short.lang or "und"
    keys = [f"short.{tag}", "short"]
    if not any(only_quotable(solution, value.fact) for value in solution.fields.get(Field.LONG_DESCRIPTION, ())):
        keys.append(f"long.{tag}")
    for key in keys:
        if snippet := candidate.highlights.get(key):
            return replace(short, body=snippet, lang=None if key == "short" else short.lang)
    return None


def long_text(solution: Solution) -> Text | None:
    """The long description, as sanitised HTML where the harvest made some, else as plain text."""
    html = _text(solution, Field.LONG_DESCRIPTION_HTML)
    plain = _text(solution, Field.LONG_DESCRIPTION)
    best = html or plain
    if best is None:
        return None
    if best.quoted:
        return plain
    if best is html:
        return Text(foreign_html(str(best.body)), best.lang, best.foreign, quoted=False, origin=best.origin)
    return best


def found_in(candidate: Candidate) -> tuple[tuple[str, str], ...]:
    """Where else than in name and descriptions the searched words were found: names of fields with the marked values.

    Keywords are told only where nothing else says why this was found.
    """
    told = [key for key in labels.FOUND_IN if candidate.highlights.get(key)]
    if len(told) > 1 or {"name", "short", "long"} & candidate.highlights.keys():
        told = [key for key in told if key != "keywords"]
    return tuple((labels.label(labels.FOUND_IN, key), candidate.highlights[key]) for key in told)


@dataclass(frozen=True, slots=True)
class Features:
    """The first features, each not too long to be read, and how many more there are."""

    shown: tuple[str, ...] = ()
    more: int = 0
    lang: str | None = None


def features(solution: Solution) -> Features:
    fact = chosen(solution.fields.get(Field.FEATURES, ()), language.current())
    if fact is None or not isinstance(fact.value, list):
        return Features()
    items = [item for item in fact.value if isinstance(item, str)]
    shown = tuple(shortened(item, _FEATURE_LIMIT) for item in items[:_FEATURES_SHOWN])
    return Features(shown, len(items) - len(shown), fact.lang)


def _text(solution: Solution, field: Field) -> Text | None:
    fact = chosen(solution.fields.get(field, ()), language.current())
    if fact is None or not isinstance(fact.value, str) or not fact.value.strip():
        return None
    body, cut = shown_text(solution, fact)
    lang = None if fact.lang in (None, "und") else fact.lang
    foreign = lang is not None and _primary(lang) != language.current()
    return Text(body, lang, foreign, quoted=cut, origin=fact.origin)


def _primary(tag: str | None) -> str:
    return (tag or "").partition("-")[0].lower()
