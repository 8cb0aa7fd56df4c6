# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every event in every state, with what must come of it written out by hand; then what holds over many nights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.assess import assess
from registry.decide import Fresh, decide
from registry.lifecycle import GRACE, PRIVATE, SETTLED, TRANSITIONS, Event, event_of, following, has_shrunk
from registry.model import (
    Change,
    ChangeKind,
    Descent,
    Fault,
    Field,
    ForgeFacts,
    Harvested,
    NotModified,
    Outcome,
    Reading,
    RepositoryState,
    Snapshot,
    StoredRepository,
)
from registry.resolve import resolve
from registry.vocabulary.rules import problem
from support.solutions import COMMIT, NOW, URL, fact, history, reading, ref

DAY = timedelta(days=1)
LONG_AGO = NOW - 300 * DAY
WEEK_AGO = NOW - GRACE
OTHER = "https://forge.example/stadt/neuer-melder"

# --- the table ---

STATES = ("new", "active", "invalid", "archived", "unreachable", "gone")
# The one that is unreachable was archived before. What is gone for the second time after a week stands behind "/".
EXPECTED = {
    #                 new            active         invalid        archived       unreachable    gone
    "read-good":      "active         active         active         active         active         active",
    "read-broken":    "invalid        invalid        invalid        invalid        invalid        invalid",
    "read-archived":  "archived       archived       archived       archived       archived       archived",
    "unmodified":     "unreachable    active         invalid        archived       archived       gone",
    "empty":          "new            active         invalid        archived       archived       gone",
    "failed":         "unreachable    unreachable    unreachable    unreachable    unreachable    gone",
    "refused":        "unreachable    unreachable    unreachable    unreachable    unreachable    gone",
    "gone":           "unreachable/gone unreachable/gone unreachable/gone unreachable/gone unreachable/gone gone",
    "listed-private": "unreachable/gone unreachable/gone unreachable/gone unreachable/gone unreachable/gone gone",
    "moved":          "new            active         invalid        archived       unreachable    gone",
    "blocked":        "new            active         invalid        archived       unreachable    gone",
    "unblocked":      "new            active         invalid        archived       unreachable    gone",
}  # fmt: skip
CASES = [
    (event, before, after) for event, row in EXPECTED.items() for before, after in zip(STATES, row.split(), strict=True)
]


@pytest.mark.parametrize(("event", "before", "after"), CASES)
def test_transition(event: str, before: str, after: str) -> None:
    early, _, due = after.partition("/")
    settled = RepositoryState.ARCHIVED if before == "unreachable" else None
    assert following(RepositoryState(before), Event(event), settled) == early
    assert following(RepositoryState(before), Event(event), settled, is_due=True) == (due or early)


def test_every_event_and_state_has_a_case() -> None:
    assert set(EXPECTED) == {event.value for event in Event} == {event.value for event in TRANSITIONS}
    assert set(STATES) == {state.value for state in RepositoryState}
    assert all(set(row) == set(RepositoryState) for row in TRANSITIONS.values())


def test_what_was_stored_before_states_had_a_past_comes_back_as_active() -> None:
    assert following(RepositoryState.UNREACHABLE, Event.UNMODIFIED, None) is RepositoryState.ACTIVE


# --- what a visit amounts to ---


def harvested(content: str = "same", *, broken: bool = False, successor: str | None = None, **facts: bool) -> Harvested:
    about = replace(ref(), facts=ForgeFacts(**facts))  # type: ignore[arg-type]
    said = [fact(Field.NAME, "Melder")] + ([fact(Field.SUCCESSOR, successor)] if successor else [])
    origin = said[0].origin
    problems = (problem("publiccode-syntax", replace(origin, path="publiccode.yml"), detail="x"),) if broken else ()
    solution = resolve([replace(reading(*said), ref=about)])
    snapshot = Snapshot(about, COMMIT, "main", NOW, "d2", (), {}, history())
    return Harvested(snapshot, (Reading("r", tuple(said), problems),), solution, assess(solution, NOW), content)


def fault(outcome: Outcome, rule: str = "unreachable") -> Fault:
    return Fault(outcome, rule, {"subject": URL})


VISITS: Mapping[str, Fresh] = {
    "good": harvested(),
    "other": harvested("other"),
    "broken": harvested("broken", broken=True),
    "archived": harvested("archived", archived=True),
    "broken and archived": harvested("both", broken=True, archived=True),
    "unmodified": NotModified(ref(), "d2"),
    "empty": fault(Outcome.FAILED, "repository-empty"),
    "no branch": fault(Outcome.FAILED, "no-default-branch"),
    "failed": fault(Outcome.FAILED),
    "refused": fault(Outcome.REFUSED, "needs-password"),
    "gone": fault(Outcome.GONE, "repository-gone"),
    "private": fault(Outcome.GONE, PRIVATE),
    "in circles": fault(Outcome.MOVED, "repository-moved"),
}


@pytest.mark.parametrize(
    ("visit", "event"),
    [
        ("good", Event.READ_GOOD),
        ("broken", Event.READ_BROKEN),
        ("archived", Event.READ_ARCHIVED),
        ("broken and archived", Event.READ_BROKEN),
        ("unmodified", Event.UNMODIFIED),
        ("empty", Event.EMPTY),
        ("no branch", Event.EMPTY),
        ("failed", Event.FAILED),
        ("refused", Event.REFUSED),
        ("gone", Event.GONE),
        ("private", Event.LISTED_PRIVATE),
        ("in circles", Event.FAILED),
    ],
)
def test_what_a_visit_amounts_to(visit: str, event: Event) -> None:
    assert event_of(VISITS[visit]) is event


def test_a_broken_manifest_is_no_broken_declaration() -> None:
    fresh = harvested()
    origin = replace(fresh.readings[0].facts[0].origin, path="package.json")
    told = Reading("r", (), (problem("parse-failed", origin, subject="package.json"),))
    assert event_of(replace(fresh, readings=(told,))) is Event.READ_GOOD


# --- what is decided beside the state ---


def stored(state: RepositoryState, **more: object) -> StoredRepository:
    """Read long ago and in this state since; active before, where it cannot be reached."""
    settled = state if state in SETTLED else RepositoryState.ACTIVE
    known = StoredRepository("r1", URL, state, "d1", "same", "s1", state_since=LONG_AGO, settled=settled)
    return replace(known, settled_since=LONG_AGO, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "visit", "since"),
    [
        (stored(RepositoryState.ACTIVE), "other", None),
        (stored(RepositoryState.ACTIVE), "unmodified", None),
        (stored(RepositoryState.ACTIVE), "archived", NOW),
        (stored(RepositoryState.ACTIVE), "failed", NOW),
        (stored(RepositoryState.ACTIVE), "empty", None),
        (stored(RepositoryState.INVALID), "good", NOW),
        (stored(RepositoryState.INVALID), "broken", None),
        (stored(RepositoryState.UNREACHABLE), "failed", None),
        (stored(RepositoryState.UNREACHABLE), "unmodified", LONG_AGO),
        (stored(RepositoryState.UNREACHABLE), "good", LONG_AGO),
        (stored(RepositoryState.UNREACHABLE), "archived", NOW),
        (stored(RepositoryState.GONE), "good", NOW),
        (None, "good", NOW),
        (None, "failed", NOW),
    ],
)
def test_since_when(before: StoredRepository | None, visit: str, since: datetime | None) -> None:
    assert decide(before, ref(), VISITS[visit], NOW).state_since == since


@pytest.mark.parametrize(
    ("facts", "descent"),
    [
        ({}, Descent.ORIGINAL),
        ({"fork": True}, Descent.FORK),
        ({"mirror": True}, Descent.MIRROR),
        ({"fork": True, "mirror": True}, Descent.MIRROR),
        ({"fork": True, "archived": True}, Descent.FORK),
    ],
)
def test_descent_stands_beside_the_state(facts: dict[str, bool], descent: Descent) -> None:
    change = decide(stored(RepositoryState.ACTIVE), ref(), harvested(**facts), NOW)
    assert change.descent is descent
    assert change.state is (RepositoryState.ARCHIVED if "archived" in facts else RepositoryState.ACTIVE)
    # What the forge says of it changes what is shown, also where no file did.
    assert change.kind is (ChangeKind.CHANGED if facts else ChangeKind.UNCHANGED)
    assert decide(stored(RepositoryState.ACTIVE), ref(), VISITS["unmodified"], NOW).descent is None


def test_a_successor_is_noted_and_taken_away_again() -> None:
    named = decide(None, ref(), harvested(successor=OTHER), NOW)
    assert named.successor_url == OTHER
    assert decide(stored(RepositoryState.ACTIVE), ref(), harvested("other"), NOW).successor_url == ""
    for visit in ("unmodified", "failed", "gone"):
        assert decide(stored(RepositoryState.ACTIVE), ref(), VISITS[visit], NOW).successor_url is None


def test_a_history_counted_up_to_an_earlier_commit_is_due_a_week_after_the_count() -> None:
    fresh = harvested()
    counted = replace(fresh.snapshot.activity, counted_at=NOW - 3 * DAY, counted_commit="b" * 40)
    assert decide(None, ref(), fresh, NOW).count_due_at is None
    late = replace(fresh, snapshot=replace(fresh.snapshot, activity=counted))
    assert decide(None, ref(), late, NOW).count_due_at == NOW + 4 * DAY
    now = replace(fresh, snapshot=replace(fresh.snapshot, activity=replace(counted, counted_commit=COMMIT)))
    assert decide(None, ref(), now, NOW).count_due_at is None
    due = stored(RepositoryState.ACTIVE, count_due_at=NOW + DAY)
    for visit in ("unmodified", "failed", "gone"):
        assert decide(due, ref(), VISITS[visit], NOW).count_due_at == NOW + DAY


@pytest.mark.parametrize(
    ("before", "archived", "detector"),
    [
        (RepositoryState.ACTIVE, True, None),
        (RepositoryState.ARCHIVED, False, None),
        (RepositoryState.ARCHIVED, True, "d2"),
        (RepositoryState.ACTIVE, False, "d2"),
        (RepositoryState.ARCHIVED, None, "d2"),
        (RepositoryState.INVALID, True, "d2"),
    ],
)
def test_what_git_finds_unmodified_is_read_again_once_its_forge_archives_it(
    before: RepositoryState, archived: bool | None, detector: str | None
) -> None:
    told = NotModified(replace(ref(), facts=ForgeFacts(archived=archived)), "d2")
    change = decide(stored(before), ref(), told, NOW)
    assert (change.state, change.detector) == (before, detector)


@pytest.mark.parametrize("visit", VISITS)
@pytest.mark.parametrize("state", RepositoryState)
def test_nothing_is_taken_over_of_one_that_is_blocked(state: RepositoryState, visit: str) -> None:
    change = decide(stored(state, blocked=True), ref(), VISITS[visit], NOW)
    assert (change.harvested, change.state, change.state_since, change.detector) == (None, state, None, None)


def test_what_was_unblocked_is_written_whole_though_its_content_is_the_same() -> None:
    change = decide(stored(RepositoryState.ACTIVE, detector=None), ref(), VISITS["good"], NOW)
    assert change.kind is ChangeKind.CHANGED
    assert change.harvested is not None


# --- over many nights ---


@dataclass
class Kept:
    """What a store keeps of one repository, and whether it is shown."""

    row: StoredRepository | None = None
    shown: bool = False

    def apply(self, change: Change) -> None:
        old = self.row or StoredRepository("r1", URL, RepositoryState.NEW, None, None, None)
        content = change.harvested.content_hash if change.harvested else old.content_hash
        settled = change.state in SETTLED
        self.row = replace(
            old,
            state=change.state,
            detector=change.detector,
            strikes=change.strikes,
            failing_since=change.failing_since,
            content_hash=content,
            solution_id="s1" if content else None,
            state_since=change.state_since or old.state_since,
            settled=change.state if settled else old.settled,
            settled_since=(change.state_since if settled else None) or old.settled_since,
            descent=change.descent or old.descent,
        )
        if change.kind is ChangeKind.WITHDRAWN:
            self.shown = False
        elif change.harvested is not None:
            self.shown = True


NIGHTS = st.lists(st.tuples(st.sampled_from(sorted(VISITS)), st.floats(0.5, 5)), min_size=1, max_size=40)
READ = {"good", "other", "broken", "archived", "broken and archived"}
THERE = READ | {"unmodified", "empty", "no branch"}


@given(NIGHTS)
def test_whatever_the_nights_bring(nights: list[tuple[str, float]]) -> None:
    now, kept = NOW, Kept()
    gone: list[datetime] = []
    for visit, days in nights:
        now += timedelta(days=days)
        before, was_shown = kept.row, kept.shown
        change = decide(before, ref(), VISITS[visit], now)
        kept.apply(change)
        after = kept.row
        assert after is not None
        assert after.state_since is not None
        assert after.state_since <= now
        missing = event_of(VISITS[visit]) in (Event.GONE, Event.LISTED_PRIVATE)
        gone = [*gone, now] if missing else [] if visit in THERE and change.fault is None else gone
        gone = [] if visit in ("empty", "no branch") else gone
        if kept.shown is not was_shown and was_shown:
            assert len(gone) >= 2
            assert gone[-1] - gone[0] >= GRACE
        if visit in READ:
            assert kept.shown
            assert (after.state in SETTLED, after.strikes, after.failing_since) == (True, 0, None)
        elif not missing:
            # A soft fault loses nothing.
            assert kept.shown is was_shown
            assert after.content_hash == (before.content_hash if before is not None else None)
        assert (after.state is RepositoryState.GONE) <= (not kept.shown)


@given(NIGHTS, st.sampled_from(["active", "invalid", "archived"]))
def test_soft_faults_in_a_row_leave_it_as_it_was(nights: list[tuple[str, float]], state: str) -> None:
    now, kept = NOW, Kept(stored(RepositoryState(state)), True)
    for visit, days in nights:
        if visit in ("failed", "refused", "empty", "no branch", "in circles"):
            now += timedelta(days=days)
            kept.apply(decide(kept.row, ref(), VISITS[visit], now))
    kept.apply(decide(kept.row, ref(), VISITS["unmodified"], now + DAY))
    assert kept.row is not None
    assert (kept.row.state, kept.row.state_since, kept.row.failing_since) == (state, LONG_AGO, None)


@given(NIGHTS)
def test_a_mended_declaration_makes_it_active_by_itself(nights: list[tuple[str, float]]) -> None:
    now, kept = NOW, Kept()
    for visit, days in [*nights, ("broken", 1.0), ("good", 1.0)]:
        now += timedelta(days=days)
        kept.apply(decide(kept.row, ref(), VISITS[visit], now))
    assert kept.row is not None
    assert (kept.row.state, kept.row.state_since) == (RepositoryState.ACTIVE, now)
    assert kept.shown


def test_gone_on_a_calendar() -> None:
    kept = Kept(stored(RepositoryState.ACTIVE), True)
    seen = []
    for day, visit in enumerate(["gone", "failed", *["gone"] * 7, "good", "gone"]):
        kept.apply(decide(kept.row, ref(), VISITS[visit], NOW + day * DAY))
        assert kept.row is not None
        seen.append((kept.row.state.value, kept.row.strikes, kept.shown))
    waiting = [("unreachable", strikes, True) for strikes in (1, 1, 2, 3, 4, 5, 6)]
    assert seen == [*waiting, ("gone", 7, False), ("gone", 8, False), ("active", 0, True), ("unreachable", 1, True)]


# --- sources that list far fewer ---


@pytest.mark.parametrize(
    ("expected", "before", "listed", "shrunk"),
    [
        (None, None, 0, False),
        (None, None, 500, False),
        (None, 0, 0, False),
        (None, 1, 0, True),
        (None, 3, 0, True),
        (None, 3, 1, False),
        (None, 9, 1, False),
        (None, 10, 4, True),
        (None, 10, 5, False),
        (None, 1000, 499, True),
        (None, 1000, 500, False),
        (5, None, 0, True),
        (2, None, 1, False),
        (3, None, 2, False),
        (3, None, 1, True),
        (100, None, 80, False),
        (100, None, 79, True),
        (100, 60, 79, True),
        (100, 500, 100, True),
        (0, None, 0, False),
        (0, 5, 0, True),
    ],
)
def test_far_fewer(expected: int | None, before: int | None, listed: int, shrunk: bool) -> None:
    assert has_shrunk(expected, before, listed) is shrunk


@given(st.none() | st.integers(0, 5000), st.none() | st.integers(0, 5000), st.integers(0, 5000))
def test_more_is_never_more_suspicious(expected: int | None, before: int | None, listed: int) -> None:
    if not has_shrunk(expected, before, listed):
        assert not has_shrunk(expected, before, listed + 1)
    assert not has_shrunk(expected, before, max(expected or 0, before or 0))
