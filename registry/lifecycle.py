# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The life of a repository as a table: what each event makes of each state. Pure; ``docs/states.md`` shows it.

A repository rests in one state. What it descends from (``Descent``), that a moderator blocked it, and former addresses
stand beside the state and change nothing about it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from registry.declarations import broken_declaration
from registry.model import (
    COUNT_EVERY,
    Descent,
    Fault,
    ForgeFacts,
    Harvested,
    NotModified,
    Outcome,
    RepositoryState,
    Role,
)

GRACE = timedelta(days=7)
"""How long a repository must have been gone, from the first visit that said so, before it is withdrawn."""
STRIKES = 2
"""Visits that must have said "gone"."""

BLOCKED = "repository-blocked"
"""Rule of the item of a repository that a moderator blocked."""
PRIVATE = "repository-private"
"""Rule of the fault of a repository that a source lists as private: for everybody else it is gone."""
_EMPTY = frozenset({"repository-empty", "no-default-branch"})
"""Rules of repositories that answer and have nothing to read."""

SETTLED = frozenset({RepositoryState.NEW, RepositoryState.ACTIVE, RepositoryState.INVALID, RepositoryState.ARCHIVED})
"""States to which a repository returns once it can be reached again."""


class Event(StrEnum):
    """What a visit, or a moderator, brings."""

    READ_GOOD = "read-good"
    READ_BROKEN = "read-broken"
    """Read, but its declaration is broken."""
    READ_ARCHIVED = "read-archived"
    UNMODIFIED = "unmodified"
    EMPTY = "empty"
    """It answers and has no commit, or no branch to read."""
    FAILED = "failed"
    REFUSED = "refused"
    """Our guard does not go there, or the server wants a password."""
    GONE = "gone"
    LISTED_PRIVATE = "listed-private"
    MOVED = "moved"
    """It answers at another address; what it says there is an event of its own."""
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"


class Step(StrEnum):
    """Where an event leads that does not lead to one state from everywhere."""

    STAY = "stay"
    RETURN = "return"
    """To the state in which it was before it could not be reached."""
    GRACE = "grace"
    """``GONE`` once ``STRIKES`` visits said so and ``GRACE`` has passed since the first, before ``UNREACHABLE``."""


_N, _A, _I = RepositoryState.NEW, RepositoryState.ACTIVE, RepositoryState.INVALID
_R, _U, _G = RepositoryState.ARCHIVED, RepositoryState.UNREACHABLE, RepositoryState.GONE

Target = RepositoryState | Step


def _from(
    new: Target, active: Target, invalid: Target, archived: Target, unreachable: Target, gone: Target
) -> Mapping[RepositoryState, Target]:
    return {_N: new, _A: active, _I: invalid, _R: archived, _U: unreachable, _G: gone}


def _all(target: Target) -> Mapping[RepositoryState, Target]:
    return dict.fromkeys(RepositoryState, target)


_STAYS = _all(Step.STAY)
_UNREADABLE = _from(_U, _U, _U, _U, Step.STAY, Step.STAY)
_MISSING = {**_all(Step.GRACE), _G: Step.STAY}

TRANSITIONS: Mapping[Event, Mapping[RepositoryState, Target]] = {
    # Reading says all there is to say, wherever it came from.
    Event.READ_GOOD: _all(_A),
    Event.READ_BROKEN: _all(_I),
    Event.READ_ARCHIVED: _all(_R),
    # Unmodified since when? Of what was never read, or was withdrawn, that answers nothing: it must be read.
    Event.UNMODIFIED: _from(_U, Step.STAY, Step.STAY, Step.STAY, Step.RETURN, Step.STAY),
    Event.EMPTY: {**_STAYS, _U: Step.RETURN},
    Event.FAILED: _UNREADABLE,
    Event.REFUSED: _UNREADABLE,
    Event.GONE: _MISSING,
    Event.LISTED_PRIVATE: _MISSING,
    Event.MOVED: _STAYS,
    Event.BLOCKED: _STAYS,
    Event.UNBLOCKED: _STAYS,
}

ANSWERS = frozenset({Event.READ_GOOD, Event.READ_BROKEN, Event.READ_ARCHIVED, Event.UNMODIFIED, Event.EMPTY})
"""Events that prove the repository to be there: what spoke for "gone" before counts no more."""
MISSING = frozenset({Event.GONE, Event.LISTED_PRIVATE})


def event_of(fresh: Harvested | NotModified | Fault) -> Event:
    """What a visit of one repository amounts to."""
    if isinstance(fresh, NotModified):
        return Event.UNMODIFIED
    if isinstance(fresh, Fault):
        if fresh.outcome is Outcome.GONE:
            return Event.LISTED_PRIVATE if fresh.rule == PRIVATE else Event.GONE
        if fresh.rule in _EMPTY:
            return Event.EMPTY
        return Event.REFUSED if fresh.outcome is Outcome.REFUSED else Event.FAILED
    # A broken declaration comes first: it asks for something to be done, and the archive flag is shown all the same.
    if broken_declaration(fresh.readings) is not None:
        return Event.READ_BROKEN
    return Event.READ_ARCHIVED if fresh.snapshot.ref.facts.archived else Event.READ_GOOD


def following(
    state: RepositoryState, event: Event, settled: RepositoryState | None = None, is_due: bool = False
) -> RepositoryState:
    """The state after an event.

    ``settled`` is where it last rested reachable (None is not known: active). ``is_due``: the strikes and the grace
    period of one that is gone are complete, this event included.
    """
    target = TRANSITIONS[event][state]
    if isinstance(target, RepositoryState):
        return target
    if target is Step.STAY:
        return state
    if target is Step.RETURN:
        return settled or RepositoryState.ACTIVE
    return RepositoryState.GONE if is_due else RepositoryState.UNREACHABLE


def descent_of(facts: ForgeFacts, role: Role | None = None) -> Descent:
    """``role`` is its part in the product it was resolved to. A fork that mirrors is a mirror: it says nothing new."""
    if facts.mirror or role is Role.MIRROR:
        return Descent.MIRROR
    return Descent.FORK if facts.fork or role is Role.FORK else Descent.ORIGINAL


def count_due_at(harvested: Harvested) -> datetime | None:
    """When its whole history has to be counted again; None where the count is of the commit that was read."""
    taken = harvested.snapshot
    counted = taken.activity.counted_commit
    if counted is None or counted == taken.commit:
        return None
    return (taken.activity.counted_at or taken.activity.observed_at) + COUNT_EVERY


# --- sources ---------------------------------------------------------------------------------------------------------

DECLARED_SHARE = 0.8
"""Of a number that somebody declared, this share must be listed: it is meant to be right, but is seldom kept up."""
LEARNED_SHARE = 0.5
LEARNED_FROM = 10
"""A learned number counts from here on: of a few repositories, half may well be moved or closed in one night."""


def has_shrunk(expected: int | None, before: int | None, listed: int) -> bool:
    """Whether a source lists so few repositories that its answer is not to be believed.

    ``expected`` was declared by the operator, ``before`` is what the last good listing had. One repository less is
    never suspicious, none at all always is where there were any.
    """
    if listed == 0:
        return bool(expected or before)
    if expected is not None and listed < expected - 1 and listed < expected * DECLARED_SHARE:
        return True
    return before is not None and before >= LEARNED_FROM and listed < before * LEARNED_SHARE
