# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What readings amount to: solutions, licence conclusions, signals and states of life."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from registry.model.readings import Fact, Field, Origin, Problem
from registry.model.snapshots import Activity
from registry.model.sources import ForgeFacts


class LicenceVerdict(StrEnum):
    CLEAR = "clear"
    CONFLICT = "conflict"
    UNCLEAR = "unclear"
    NONE = "none"
    NOT_OPEN = "not_open"


@dataclass(frozen=True, slots=True)
class LicenceEvidence:
    kind: str
    """text | declaration | forge"""
    expression: str | None
    """SPDX expression, None where the text or spelling was not recognised."""
    origin: Origin
    confidence: float | None = None
    raw: str | None = None
    """A declaration as written."""


@dataclass(frozen=True, slots=True)
class LicenceConclusion:
    expression: str | None
    verdict: LicenceVerdict
    evidence: tuple[LicenceEvidence, ...] = ()


class Role(StrEnum):
    MAIN = "main"
    FRONT_END = "front_end"
    BACK_END = "back_end"
    MIRROR = "mirror"
    FORK = "fork"
    DOCUMENTATION = "documentation"
    DEPLOYMENT = "deployment"
    MODULE = "module"
    """Another part, such as a library or an app for one platform."""


@dataclass(frozen=True, slots=True)
class FieldValue:
    """The chosen value of a field (of one language) and the candidates it was chosen from, best first."""

    fact: Fact
    candidates: tuple[Fact, ...] = ()
    """All facts for this field and language, the chosen one included, in order of precedence."""


@dataclass(frozen=True, slots=True)
class SolutionRepository:
    """A repository's part in a solution."""

    url: str
    role: Role
    reason: str
    """Rule id that says why it belongs here, for example "own" or "same_declared_url"."""
    commit: str
    taken_at: datetime
    activity: Activity
    forge: ForgeFacts = field(default_factory=ForgeFacts)
    licence: str | None = None
    """SPDX expression concluded from its own evidence; None where there is none."""


@dataclass(frozen=True, slots=True)
class Solution:
    """One software product as resolved from its repositories; identity (id, slug) is given by the store."""

    name: str
    fields: Mapping[Field, tuple[FieldValue, ...]]
    """One FieldValue a field; for ``PER_LANGUAGE`` fields one a language, sorted by tag."""
    repositories: tuple[SolutionRepository, ...]
    licence: LicenceConclusion
    problems: tuple[Problem, ...] = ()


class SignalName(StrEnum):
    """The six signals; their decision tables are data in ``registry/vocabulary/signals.toml``."""

    OPEN_LICENCE = "open_licence"
    LICENCE_AGREES = "licence_agrees"
    ALIVE = "alive"
    RELEASED = "released"
    INSTALLABLE = "installable"
    DOCUMENTED = "documented"


class Verdict(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class State(StrEnum):
    """State of life."""

    ACTIVE = "active"
    FINISHED = "finished"
    QUIET = "quiet"
    ARCHIVED = "archived"
    ABANDONED = "abandoned"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Signal:
    """One verdict with the row of its decision table that gave it and the evidence."""

    name: SignalName
    verdict: Verdict
    reason: str
    """Key of the table's row; its German and English sentences are in signals.toml, filled with ``params``."""
    params: Mapping[str, str] = field(default_factory=dict)
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    signals: tuple[Signal, ...]
    """In the order of ``SignalName``."""
    state: State
    assessed_at: datetime
    valid_until: datetime | None = None
    """The next instant at which a verdict may change by the mere passing of time; None: never."""
