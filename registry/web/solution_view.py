# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the page of a solution shows, put into words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from registry.model import (
    Field,
    Origin,
    Problem,
    Severity,
    SignalName,
    Solution,
    SolutionRecord,
    State,
    Verdict,
)
from registry.vocabulary.rules import Explanation, asked_by, conflict, explain
from registry.web import details, filters, labels, language, texts, words
from registry.web.licence_view import LicenceView, licence_view
from registry.web.members import Members, members
from registry.web.people import People, people
from registry.web.publishing_view import PublishingView, publishing_view
from registry.web.purposes import Purposes, purposes
from registry.web.standing_view import StandingView, standing_view
from registry.web.statements import Statement, statements

_PROBLEMS_SHOWN = 6
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
    asked_by: tuple[str, ...] = ()
    conflict: str | None = None
    """That another asker wants the opposite, in words."""


@dataclass(frozen=True, slots=True)
class StateView:
    state: State
    label: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Installation:
    """Where instructions for setting it up are."""

    path: str
    heading: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class SolutionView:
    short: texts.Text | None
    long: texts.Text | None
    features: texts.Features
    licence: LicenceView
    state: StateView
    signals: tuple[SignalView, ...]
    categories: tuple[tuple[str, str], ...]
    said: tuple[tuple[str, tuple[Statement, ...]], ...]
    """What the sources say about name and short description, where they do not agree."""
    purposes: Purposes
    rows: tuple[details.Row, ...]
    """What a reader asks first."""
    technical: tuple[details.Row, ...]
    links: tuple[details.Row, ...]
    installation: Installation | None
    publishing: PublishingView
    people: People
    members: Members
    problems: tuple[ProblemView, ...]
    """The grave ones first."""
    hints: tuple[ProblemView, ...]
    """What is behind them, where there are many."""
    fault: Explanation | None
    standing: StandingView | None
    upstream: str | None
    """The address publiccode.yml names as the project's own."""


def solution_view(record: SolutionRecord) -> SolutionView:
    """Everything in the language of the request."""
    solution = record.solution
    fault, lang, demo = record.fault, language.current(), record.demo
    problems = _problems(solution.problems, demo)
    shown = len(problems) if len(problems) <= _PROBLEMS_SHOWN + 1 else _PROBLEMS_SHOWN
    return SolutionView(
        short=texts.short_text(solution),
        long=texts.long_text(solution),
        features=texts.features(solution),
        licence=licence_view(record),
        state=state_view(record),
        signals=tuple(_signals(record)),
        categories=words.categories(solution),
        said=tuple(_said(solution, demo)),
        purposes=purposes(solution),
        rows=details.rows(solution, labels.KEY_FACTS, demo),
        technical=details.rows(solution, labels.TECHNICAL_NAMES, demo),
        links=details.links(solution, demo),
        installation=_installation(solution),
        publishing=publishing_view(record),
        people=people(solution, demo),
        members=members(solution),
        problems=problems[:shown],
        hints=problems[shown:],
        fault=explain(fault.rule, filters.bare_params(fault.params, demo), lang) if fault else None,
        standing=standing_view(record),
        upstream=next((str(value.fact.value) for value in solution.fields.get(Field.UPSTREAM_URL, ())), None),
    )


def _said(solution: Solution, demo: bool) -> Iterator[tuple[str, tuple[Statement, ...]]]:
    for field, name in labels.TEXT_NAMES.items():
        value = texts.chosen_value(solution.fields.get(field, ()), language.current())
        said = statements(solution, value, lambda fact: [str(fact.value)], demo) if value else ()
        if said:
            yield language.gettext(name), said


def _installation(solution: Solution) -> Installation | None:
    fact = texts.chosen(solution.fields.get(Field.INSTALLATION, ()), "")
    if fact is None or not isinstance(fact.value, dict):
        return None
    path, heading = fact.value.get("path"), fact.value.get("heading")
    if not isinstance(path, str) or not path:
        return None
    url = filters.source_url(fact.origin.repository, fact.origin.commit, path, fact.origin.line)
    return Installation(path, heading if isinstance(heading, str) and heading else None, url)


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
            asked_by(problem.rule, problem.key),
            (conflict(problem.rule, problem.key) or {}).get(language.current()),
        )
        for problem in problems
    ]
    return tuple(sorted(views, key=lambda view: _SEVERITY_ORDER[view.severity]))
