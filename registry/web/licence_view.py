# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The licence part of a solution's page: the verdict in plain words, what it means, what it rests on, what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from registry.licences.kinds import kind
from registry.licences.letters import Letter, letter
from registry.model import (
    Field,
    LicenceConclusion,
    LicenceEvidence,
    LicenceVerdict,
    Origin,
    Solution,
    SolutionRecord,
)
from registry.web import filters, labels, words
from registry.web.explanations import ExplanationView, explanation_view, general_view
from registry.web.language import current, gettext

_SHOWN = 12
_ASIDES = 8
_SURE, _QUITE_SURE = 0.95, 0.7
_EXPLAINED = (LicenceVerdict.CLEAR, LicenceVerdict.NOT_OPEN)
"""Where the expression is the licence that applies."""


@dataclass(frozen=True, slots=True)
class EvidenceView:
    kind: str
    says: str
    sure: str
    """How sure it is that this is what it says, in words."""
    origin: Origin


@dataclass(frozen=True, slots=True)
class Conflict:
    """A declaration against the text."""

    declared: str
    found: str
    origin: Origin
    texts: tuple[Origin, ...]
    """Where the texts stand."""


@dataclass(frozen=True, slots=True)
class Request:
    """A ready letter to the maintainers, and where the forge takes it."""

    letter: Letter
    rows: int
    """Lines that it takes in a box of some sixty characters."""
    url: str | None


@dataclass(frozen=True, slots=True)
class LicenceView:
    verdict: LicenceVerdict
    label: str
    headline: str
    """The verdict with the licence, in plain words."""
    sentence: str
    expression: str | None
    applies: bool
    """The expression is the licence that certainly applies."""
    declared: str | None
    """What the publisher states, where that is all there is to go by."""
    explanation: ExplanationView
    conflicts: tuple[Conflict, ...]
    evidence: tuple[EvidenceView, ...]
    asides: tuple[EvidenceView, ...]
    """Licences of something else in the same files."""
    more: int
    """Pieces of evidence that only the entry as JSON has."""
    request: Request | None


def licence_view(record: SolutionRecord) -> LicenceView:
    """In the language of the request."""
    licence = record.solution.licence
    own = [item for item in licence.evidence if not item.aside]
    asides = [item for item in licence.evidence if item.aside]
    applies = licence.verdict in _EXPLAINED and licence.expression is not None
    return LicenceView(
        verdict=licence.verdict,
        label=words.licence_label(licence),
        headline=_headline(licence),
        sentence=_sentence(licence),
        expression=licence.expression,
        applies=applies,
        declared=words.declared_licence(record.solution),
        explanation=_explanation(licence, applies),
        conflicts=_conflicts(licence),
        evidence=tuple(map(_evidence, own[:_SHOWN])),
        asides=tuple(map(_evidence, asides[:_ASIDES])),
        more=len(own[_SHOWN:]) + len(asides[_ASIDES:]),
        request=_request(record),
    )


def _headline(licence: LicenceConclusion) -> str:
    label, expression = words.licence_label(licence), licence.expression
    if licence.verdict is LicenceVerdict.NONE:
        return gettext("No licence found: cannot be reused without one")
    if licence.verdict is LicenceVerdict.CONFLICT and expression:
        return gettext("Contradictory licences: the text is %(licence)s, something else is stated", licence=expression)
    if not expression:
        return label
    if words.openly_licensed(licence):
        return gettext("Open licence: %(licence)s, settled", licence=expression)
    if licence.verdict is LicenceVerdict.CLEAR:
        return gettext("Licence settled: %(licence)s, assessed by neither OSI nor FSF", licence=expression)
    # A reference of our own is no name that a clerk knows; what it stands for is said below.
    return label if "LicenseRef-" in expression else f"{label}: {expression}"


def _sentence(licence: LicenceConclusion) -> str:
    if words.openly_licensed(licence):
        return gettext(labels.OPEN_LICENCE_SENTENCE)
    return labels.label(labels.LICENCE_SENTENCES, licence.verdict)


def _explanation(licence: LicenceConclusion, applies: bool) -> ExplanationView:
    if applies and licence.expression:
        try:
            return explanation_view(licence.expression)
        except ValueError:  # stored by an older version, in a spelling that is none any more
            pass
    return general_view(kind(licence.expression, licence.verdict))


def _conflicts(licence: LicenceConclusion) -> tuple[Conflict, ...]:
    texts = tuple(item.origin for item in licence.evidence if item.kind in ("text", "notice") and not item.aside)
    return tuple(
        Conflict(found.declared, found.found, found.origin, tuple(dict.fromkeys(texts))[:3])
        for found in licence.conflicts[:_SHOWN]
    )


def _evidence(item: LicenceEvidence) -> EvidenceView:
    says = item.expression or item.raw or gettext("not recognised")
    if item.changed:
        says = gettext("%(licence)s, with a changed text", licence=says)
    return EvidenceView(labels.label(labels.EVIDENCE_KINDS, item.kind), says, _sure(item), item.origin)


def _sure(item: LicenceEvidence) -> str:
    if item.expression is None:
        return gettext("not recognised as a licence")
    if item.confidence is None:
        return gettext("stated, not checked")
    if item.confidence >= _SURE:
        return gettext("certain")
    return gettext("fairly certain") if item.confidence >= _QUITE_SURE else gettext("uncertain")


def _request(record: SolutionRecord) -> Request | None:
    solution = record.solution
    url = solution.repositories[0].url if solution.repositories else ""
    ready = letter(solution.licence, solution.name, filters.bare(url, demo=True) if record.demo else url, current())
    if ready is None:
        return None
    return Request(ready, _rows(ready.text), None if record.demo else _issues(solution, url))


def _rows(text: str) -> int:
    return sum(1 + len(line) // 60 for line in text.split("\n")) + 1


def _issues(solution: Solution, url: str) -> str | None:
    stated: Sequence[str] = [str(value.fact.value) for value in solution.fields.get(Field.ISSUES_URL, ())]
    return next(filter(None, map(filters.safe_url, stated)), None) or filters.issues_url(url)
