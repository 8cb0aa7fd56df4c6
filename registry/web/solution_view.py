# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the page of a solution shows, put into words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from registry.model import (
    Field,
    LicenceEvidence,
    LicenceVerdict,
    Origin,
    Problem,
    Severity,
    SignalName,
    SolutionRecord,
    SolutionRepository,
    State,
    Verdict,
)
from registry.vocabulary.rules import Explanation, explain
from registry.web import details, filters, labels, language, texts, words

_SEVERITY_ORDER = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class SignalView:
    name: SignalName
    label: str
    verdict: Verdict
    word: str
    sentence: str
    origin: Origin | None


@dataclass(frozen=True, slots=True)
class ProblemView:
    severity: Severity
    text: Explanation
    key: str | None
    origin: Origin | None


@dataclass(frozen=True, slots=True)
class LicenceView:
    verdict: LicenceVerdict
    label: str
    sentence: str
    expression: str | None
    declared: str | None
    """What the publisher states, where that is all there is to go by."""
    evidence: tuple[tuple[str, LicenceEvidence], ...]


@dataclass(frozen=True, slots=True)
class StateView:
    state: State
    label: str
    sentence: str


@dataclass(frozen=True, slots=True)
class SolutionView:
    short: texts.Text | None
    long: texts.Text | None
    features: texts.Features
    licence: LicenceView
    state: StateView
    signals: tuple[SignalView, ...]
    categories: tuple[tuple[str, str], ...]
    rows: tuple[details.Row, ...]
    links: tuple[details.Row, ...]
    repositories: tuple[tuple[str, SolutionRepository], ...]
    problems: tuple[ProblemView, ...]
    fault: Explanation | None
    upstream: str | None
    """The address publiccode.yml names as the project's own."""


def solution_view(record: SolutionRecord) -> SolutionView:
    """Everything in the language of the request."""
    solution = record.solution
    fault, lang = record.fault, language.current()
    return SolutionView(
        short=texts.short_text(solution),
        long=texts.long_text(solution),
        features=texts.features(solution),
        licence=_licence(record),
        state=state_view(record),
        signals=tuple(_signals(record)),
        categories=words.categories(solution),
        rows=details.rows(solution),
        links=details.links(solution),
        repositories=tuple((labels.label(labels.ROLES, part.role), part) for part in solution.repositories),
        problems=_problems(solution.problems, record.demo),
        fault=explain(fault.rule, filters.bare_params(fault.params, record.demo), lang) if fault else None,
        upstream=next((str(value.fact.value) for value in solution.fields.get(Field.UPSTREAM_URL, ())), None),
    )


def _licence(record: SolutionRecord) -> LicenceView:
    licence = record.solution.licence
    return LicenceView(
        verdict=licence.verdict,
        label=labels.label(labels.LICENCE_VERDICTS, licence.verdict),
        sentence=labels.label(labels.LICENCE_SENTENCES, licence.verdict),
        expression=licence.expression,
        declared=words.declared_licence(record.solution),
        evidence=tuple((labels.label(labels.EVIDENCE_KINDS, found.kind), found) for found in licence.evidence),
    )


def state_view(record: SolutionRecord) -> StateView:
    """The state of life with the sentence of the signal that decides it."""
    state = record.assessment.state
    sentence = next(
        (words.signal_sentence(found) for found in record.assessment.signals if found.name is SignalName.ALIVE), ""
    )
    return StateView(state, words.state_name(state), sentence)


def _signals(record: SolutionRecord) -> list[SignalView]:
    return [
        SignalView(
            name=signal.name,
            label=words.signal_name(signal.name),
            verdict=signal.verdict,
            word=words.verdict_name(signal.verdict),
            sentence=words.signal_sentence(signal),
            origin=signal.origin,
        )
        for signal in record.assessment.signals
    ]


def _problems(problems: Sequence[Problem], demo: bool) -> tuple[ProblemView, ...]:
    """The grave ones first."""
    views = [
        ProblemView(
            problem.severity,
            explain(problem.rule, filters.bare_params(problem.params, demo), language.current()),
            problem.key,
            problem.origin,
        )
        for problem in problems
    ]
    return tuple(sorted(views, key=lambda view: _SEVERITY_ORDER[view.severity]))
