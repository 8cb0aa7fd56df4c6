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


class LicenceRange(StrEnum):
    """What is known of the later versions of a GNU licence."""

    ONLY = "only"
    OR_LATER = "or-later"
    UNDETERMINED = "undetermined"
    """The text alone does not say, and nothing else does."""


class LicenceKind(StrEnum):
    """What a licence asks of those who pass the software on, in one word."""

    PERMISSIVE = "permissive"
    WEAK_COPYLEFT = "weak_copyleft"
    STRONG_COPYLEFT = "strong_copyleft"
    NETWORK_COPYLEFT = "network_copyleft"
    PUBLIC_DOMAIN = "public_domain"
    NOT_OPEN = "not_open"
    NONE = "none"
    """No licence at all."""
    UNSETTLED = "unsettled"
    """Something is said, but which licence applies is not settled, or its kind is not known."""


@dataclass(frozen=True, slots=True)
class LicenceEvidence:
    kind: str
    """text | notice (a grant in a licence file, counts as text) | reuse (SPDX tags, REUSE.toml, dep5) | declaration
    (publiccode.yml, manifests, codemeta, README) | forge"""
    expression: str | None
    """SPDX expression, None where the text or spelling was not recognised."""
    origin: Origin
    confidence: float | None = None
    raw: str | None = None
    """A declaration as written."""
    start: int | None = None
    """First character of a text or notice, counted from 0 in the decoded file."""
    end: int | None = None
    """The character after the last one."""
    aside: bool = False
    """The licence of something else in the same file: of bundled parts, of a translation, of the text itself."""
    changed: bool = False
    """A licence text whose binding words were changed; ``expression`` is then what it was made of, or a refusal."""


@dataclass(frozen=True, slots=True)
class LicenceConflict:
    """A declaration that names other licences than the text; ``origin`` is the declaration's."""

    declared: str
    found: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class LicenceConclusion:
    expression: str | None
    verdict: LicenceVerdict
    evidence: tuple[LicenceEvidence, ...] = ()
    range: LicenceRange | None = None
    """None where no licence of the expression has one."""
    confidence: float | None = None
    """0 to 1, of the evidence the expression rests on; None without an expression."""
    conflicts: tuple[LicenceConflict, ...] = ()


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
