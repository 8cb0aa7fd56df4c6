# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The repositories of a solution: the first few with their activity, all others in groups of one role and reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from registry.catalogue.presenting import reason_json
from registry.model import Role, Solution, SolutionRepository
from registry.web import labels
from registry.web.language import current

_SHOWN = 3
_LISTED = 200


@dataclass(frozen=True, slots=True)
class MemberView:
    role: str
    part: SolutionRepository
    reason: str | None
    """Why it belongs here, as a sentence; None for the main repository and where nobody said."""


@dataclass(frozen=True, slots=True)
class GroupView:
    role: str
    reason: str | None
    parts: tuple[SolutionRepository, ...]


@dataclass(frozen=True, slots=True)
class Members:
    shown: tuple[MemberView, ...]
    groups: tuple[GroupView, ...]
    more: int
    """Repositories in the groups."""
    unlisted: int
    """Repositories that only the entry as JSON has."""


def members(solution: Solution) -> Members:
    """The main repository first, then parts before copies."""
    parts = solution.repositories
    ordered = sorted(parts, key=lambda part: part.role in (Role.MIRROR, Role.FORK))
    views = [MemberView(labels.label(labels.ROLES, part.role), part, _reason(part)) for part in ordered]
    count = len(views) if len(views) <= _SHOWN + 1 else _SHOWN
    rest = views[count : count + _LISTED]
    return Members(tuple(views[:count]), _groups(rest), len(rest), len(views) - count - len(rest))


def _groups(views: Sequence[MemberView]) -> tuple[GroupView, ...]:
    found: dict[tuple[str, str | None], list[SolutionRepository]] = {}
    for view in views:
        found.setdefault((view.role, view.reason), []).append(view.part)
    return tuple(GroupView(role, reason, tuple(parts)) for (role, reason), parts in found.items())


def _reason(part: SolutionRepository) -> str | None:
    told = reason_json(part.reason) if part.role is not Role.MAIN else None
    return str(told[current()]) if told else None
