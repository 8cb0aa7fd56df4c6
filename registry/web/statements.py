# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who says what, where the sources of a field do not agree: "publiccode.yml says A, package.json says B"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from registry.catalogue.quoting import shortened, shown_text
from registry.model import Fact, FactSource, FieldValue, Origin, Solution
from registry.resolve import differing
from registry.web import labels
from registry.web.filters import bare
from registry.web.language import gettext

_MOST = 8
_LIMIT = 200

Worded = Callable[[Fact], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Statement:
    source: str
    """A file, or who else says it."""
    text: str
    used: bool
    """This is what the page goes by."""
    lang: str | None
    origin: Origin


def statements(solution: Solution, value: FieldValue, worded: Worded, demo: bool = False) -> tuple[Statement, ...]:
    """What is used first, then what others say instead; nothing where nobody disagrees."""
    others = differing(value)
    if not others:
        return ()
    return tuple(
        Statement(
            source=source_name(fact, solution, demo),
            text=shortened(_text(solution, fact, worded), _LIMIT),
            used=fact is value.fact,
            lang=None if fact.lang in (None, "und") else fact.lang,
            origin=fact.origin,
        )
        for fact in (value.fact, *others[:_MOST])
    )


def source_name(fact: Fact, solution: Solution, demo: bool = False) -> str:
    """The file that says it, with its repository where that is not the main one; or another catalogue."""
    if fact.source is FactSource.PEER:
        return gettext("the catalogue %(name)s", name=bare(fact.origin.repository, demo))
    named = fact.origin.path or labels.label(labels.SOURCES, fact.source)
    if fact.origin.repository == solution.repositories[0].url:
        return named
    return gettext("%(source)s in %(repository)s", source=named, repository=bare(fact.origin.repository, demo))


def _text(solution: Solution, fact: Fact, worded: Worded) -> str:
    return shown_text(solution, fact)[0] if isinstance(fact.value, str) and fact.lang else ", ".join(worded(fact))
