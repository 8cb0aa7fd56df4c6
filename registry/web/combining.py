# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The form that asks whether licences can be combined: what was typed, what is wrong with it, and the answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from registry.licences import normalise
from registry.licences.combining import FEWEST, MOST, Combination, Pair, combine
from registry.licences.expressions import LONGEST
from registry.licences.hints import Hint, Use
from registry.model import Verdict
from registry.web import labels
from registry.web.explanations import HintView, hint_view
from registry.web.language import gettext
from registry.web.queries import clean

_FIELDS_READ = 20
"""Fields of a made-up address that are looked at."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of the form; ``error`` says what is wrong with what was typed."""

    number: int
    text: str
    error: str | None = None


@dataclass(frozen=True, slots=True)
class PairView:
    one: str
    other: str
    verdict: Verdict
    word: str
    hints: tuple[HintView, ...]


@dataclass(frozen=True, slots=True)
class UseAnswer:
    key: str
    title: str
    verdict: Verdict
    word: str
    hints: tuple[HintView, ...]
    pairs: tuple[PairView, ...]
    outgoing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """The form with its answers; without answers where too little was typed, or something wrong."""

    entries: tuple[Entry, ...]
    use: str
    """Empty: every use."""
    errors: tuple[str, ...]
    licences: tuple[str, ...]
    answers: tuple[UseAnswer, ...]
    common: tuple[HintView, ...] = ()
    """What holds for every use, where there are several answers."""
    closing: HintView | None = None


def asked(args: MultiDict[str, str]) -> Asked:
    """Forgiving: names are read as licences where that is certain, and empty fields are left out."""
    typed = [text for written in args.getlist("licence")[:_FIELDS_READ] if (text := clean(written)[:LONGEST])]
    known = [normalise(text) for text in typed]
    entries = _entries(typed, known)
    use = args.get("use", "")
    uses = [one for one in Use if use in ("", one.value)] or list(Use)
    errors = [entry.error for entry in entries if entry.error]
    # Somebody comes from a solution with one licence filled in, and has done nothing wrong yet.
    if len(typed) < FEWEST and ("use" in args or len(args.getlist("licence")) > 1):
        errors.append(gettext("Please enter at least two licences."))
    if len(typed) > MOST:
        errors.append(gettext("At most five licences can be compared at once."))
    licences = tuple(one for one in known if one)
    if errors or not FEWEST <= len(licences) <= MOST:
        return Asked(entries, use, tuple(errors), (), ())
    found = [combine(licences, one) for one in uses]
    shared = [hint for hint in found[0].hints if len(found) > 1 and all(hint in other.hints for other in found)]
    answers = tuple(_answer(one, without=shared) for one in found)
    return Asked(entries, use, (), licences, answers, tuple(map(hint_view, shared)), hint_view(found[0].closing))


def _entries(typed: Sequence[str], known: Sequence[str | None]) -> tuple[Entry, ...]:
    filled = [Entry(n, text, None if found else _unknown(text)) for n, (text, found) in _numbered(typed, known)]
    return (*filled[:MOST], *(Entry(number, "") for number in range(len(filled) + 1, MOST + 1)))


def _numbered(typed: Sequence[str], known: Sequence[str | None]) -> list[tuple[int, tuple[str, str | None]]]:
    return list(enumerate(zip(typed, known, strict=True), start=1))


def _unknown(text: str) -> str:
    return gettext(
        "“%(text)s” is no licence that we know. Enter an identifier such as EUPL-1.2, or pick one from the list.",
        text=text[:80],
    )


def _answer(found: Combination, without: Sequence[Hint]) -> UseAnswer:
    return UseAnswer(
        key=found.use.value,
        title=labels.label(labels.USES, found.use),
        verdict=found.verdict,
        word=labels.label(labels.COMBINATION_VERDICTS, found.verdict),
        hints=tuple(hint_view(hint) for hint in found.hints if hint not in without),
        pairs=tuple(map(_pair, found.pairs)),
        outgoing=found.outgoing,
    )


def _pair(pair: Pair) -> PairView:
    word = labels.label(labels.COMBINATION_VERDICTS, pair.verdict)
    return PairView(pair.one, pair.other, pair.verdict, word, tuple(map(hint_view, pair.hints)))
