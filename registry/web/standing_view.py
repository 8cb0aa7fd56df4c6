# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the page of a solution tells of how its main repository stands: archived, broken, moved, gone on elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from registry.model import RepositoryState, SolutionRecord
from registry.vocabulary.rules import Explanation, explain
from registry.web import filters, language, words


@dataclass(frozen=True, slots=True)
class Successor:
    """Where it goes on by its own account; ``slug`` is that of its solution, if it is in the catalogue."""

    text: str
    url: str
    slug: str | None


@dataclass(frozen=True, slots=True)
class StandingView:
    notices: tuple[Explanation, ...]
    has_findings: bool
    """The notes for the publisher say what to do."""
    successor: Successor | None
    moved: str | None
    """A sentence with the address where it was before."""


def standing_view(record: SolutionRecord) -> StandingView | None:
    """None where nothing is known of its main repository."""
    standing = record.standing
    if standing is None:
        return None
    invalid = standing.state is RepositoryState.INVALID
    notices = [_told("state-invalid", record, standing.since)] if invalid else []
    if standing.archived_since is not None:
        notices.append(_told("state-archived", record, standing.archived_since))
    successor = None
    if standing.successor_url is not None:
        told = _told("repository-successor", record, subject=standing.successor_url)
        successor = Successor(told.message, standing.successor_url, standing.successor_slug)
    former = next(iter(standing.former_urls), None)
    moved = _told("state-moved", record, subject=former).message if former is not None else None
    return StandingView(tuple(notices), invalid, successor, moved)


def _told(rule: str, record: SolutionRecord, since: datetime | None = None, **params: str) -> Explanation:
    date = words.date_text(since.astimezone(filters.berlin()).date().isoformat()) if since is not None else ""
    return explain(rule, filters.bare_params({"date": date, **params}, record.demo), language.current())
