# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Finding: queries, index documents, answers and candidates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from registry.model.bodies import Attribution, Body, BodyKind, OperatorClaim, SizeClass
from registry.model.books import Fault
from registry.model.solutions import Assessment, Solution, State
from registry.model.standing import Standing


class Sort(StrEnum):
    RELEVANCE = "relevance"
    ACTIVITY = "activity"
    NAME = "name"


FACETS: tuple[str, ...] = (
    "category",
    "land",
    "size",
    "kind",
    "publisher",
    "licence_kind",
    "licence",
    "country",
    "language",
    "state",
)
"""Facets are named like the filter parameters of the API; the order is that of the page.

What a small town asks first comes first: what it is for, and who like us has published it.
"""


@dataclass(frozen=True, slots=True)
class Query:
    """A search. Values within one facet are alternatives; different facets narrow each other."""

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    """Counts from 1."""
    per_page: int = 20
    """1 to 100."""


@dataclass(frozen=True, slots=True)
class IndexDocument:
    """What the search index holds of a solution. ``content_hash`` lets ``index check`` name drift."""

    id: str
    slug: str
    name: str
    content_hash: str
    short: Mapping[str, str] = field(default_factory=dict)
    """Language tag -> text; "und" where the language is not known."""
    long: Mapping[str, str] = field(default_factory=dict)
    """Long descriptions and features."""
    keywords: tuple[str, ...] = ()
    """Further words to be found by: keywords, repository names, topics, application suite, publisher's name."""
    names: tuple[str, ...] = ()
    """The name in other languages."""
    services: tuple[str, ...] = ()
    """Public services it is for: LeiKa and OZG ids in the forms people type, Themenfeld, Lebenslage."""
    standards: tuple[str, ...] = ()
    """Ids of ``registry/vocabulary/standards.toml``."""
    supports: tuple[str, ...] = ()
    """What it says it supports: ``eidas``, a URL or URN."""
    category: tuple[str, ...] = ()
    licence: tuple[str, ...] = ()
    """SPDX ids of the expression, or the verdict ("none", "unclear", "conflict", "not_open") where there is none."""
    licence_kind: tuple[str, ...] = ()
    """Values of ``LicenceKind``: several where there is a choice between licences."""
    publisher: str | None = None
    """Slug."""
    land: str | None = None
    """Of the publisher, ISO 3166-2: "DE-BW"."""
    kind: BodyKind | None = None
    """Of the publisher."""
    size: SizeClass | None = None
    """Of the publisher: None for what is no municipality, and where its population is not known."""
    country: str | None = None
    language: tuple[str, ...] = ()
    """Interface languages, BCP 47."""
    state: State = State.UNKNOWN
    last_activity: datetime | None = None


@dataclass(frozen=True, slots=True)
class FacetValue:
    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Hit:
    id: str
    score: float
    highlights: Mapping[str, str] = field(default_factory=dict)
    """Field name -> plain text with the found words between U+E000 and U+E001 (escaped and marked up by the page).

    "name", "short", "long", also "short.de" and so on; "names", "services", "standards" and "keywords" have the values
    in which something was found.
    """


@dataclass(frozen=True, slots=True)
class Answer:
    """What an index answers: one page of hits, the exact total and the facets of the whole result.

    A facet is counted under all other filters but its own.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    relaxed: bool = False
    """No solution has all words of the query: these have some of them."""


class OutboxAction(StrEnum):
    UPSERT = "upsert"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    seq: int
    solution_id: str
    action: OutboxAction


@dataclass(frozen=True, slots=True)
class SolutionRecord:
    """A stored solution with its identity."""

    id: str
    slug: str
    solution: Solution
    assessment: Assessment
    publisher: Body | None
    content_hash: str
    first_seen_at: datetime
    updated_at: datetime
    """Of the last real change."""
    checked_at: datetime
    """Of the last successful harvest of any of its repositories, changed or not."""
    failing_since: datetime | None = None
    """Set while its main repository cannot be read: the data shown are then the last good ones."""
    fault: Fault | None = None
    demo: bool = False
    standing: Standing | None = None
    """Of its main repository; only where one solution is asked for."""
    attribution: Attribution | None = None
    """What told who publishes it; None where that is not stored."""
    operators: tuple[OperatorClaim, ...] = ()
    """Who maintains or runs it, as somebody says; only where one solution is asked for."""
    bodies: Mapping[str, Body] = field(default_factory=dict)
    """By id those that ``attribution`` and ``operators`` name beside the publisher."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A solution as a search result."""

    record: SolutionRecord
    score: float
    highlights: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SearchPage:
    query: Query
    total: int
    candidates: tuple[Candidate, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    relaxed: bool = False
    """No solution has all words of the query: these have some of them."""
