# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.assess import assess
from registry.decide import Fresh, content_hash, decide
from registry.lifecycle import GRACE, SETTLED
from registry.model import (
    Change,
    ChangeKind,
    FactSource,
    Fault,
    Field,
    Harvested,
    NotModified,
    Origin,
    Outcome,
    RepositoryState,
    Role,
    Snapshot,
    Solution,
    StoredRepository,
    Tag,
)
from registry.vocabulary.rules import problem
from support.solutions import COMMIT, NOW, URL, declared, fact, history, ref, solution, text

K, R = ChangeKind, RepositoryState
DAY = timedelta(days=1)
BEFORE = NOW - 30 * DAY


def harvested(content: str = "same", detector: str = "d2") -> Harvested:
    resolved = solution()
    snapshot = Snapshot(ref(), COMMIT, "main", NOW, detector, (), {}, history())
    return Harvested(snapshot, (), resolved, assess(resolved, NOW), content)


def fault(outcome: Outcome) -> Fault:
    return Fault(outcome, "unreachable", {"subject": URL})


def stored(
    state: RepositoryState,
    *,
    strikes: int = 0,
    failing_since: datetime | None = None,
    content: str | None = "same",
    detector: str | None = "d1",
) -> StoredRepository:
    settled = R.ACTIVE if content else R.NEW
    return StoredRepository(
        "r1", URL, state, detector, content, "s1" if content else None, strikes, failing_since, settled=settled
    )


STORED: Mapping[str, StoredRepository | None] = {
    "unknown": None,
    "never read": stored(R.UNREACHABLE, failing_since=BEFORE, content=None, detector=None),
    "new": stored(R.NEW, content=None, detector=None),
    "active": stored(R.ACTIVE),
    "failing": stored(R.UNREACHABLE, failing_since=BEFORE),
    "gone lately": stored(R.UNREACHABLE, strikes=1, failing_since=NOW - 6 * DAY),
    "gone for long": stored(R.UNREACHABLE, strikes=1, failing_since=NOW - GRACE),
    "withdrawn": stored(R.GONE, strikes=2, failing_since=BEFORE, detector=None),
}
FRESH: Mapping[str, Fresh] = {
    "same": harvested(),
    "other": harvested("other"),
    "not modified": NotModified(ref(), "d1"),
    "gone": fault(Outcome.GONE),
    "refused": fault(Outcome.REFUSED),
    "failed": fault(Outcome.FAILED),
    "moved": fault(Outcome.MOVED),
}
# kind, state, detector, strikes, failing since
READ = (K.UNCHANGED, R.ACTIVE, "d2", 0, None)
WRITTEN = (K.CHANGED, R.ACTIVE, "d2", 0, None)
ADDED = (K.NEW, R.ACTIVE, "d2", 0, None)
KEPT = (K.UNCHANGED, R.ACTIVE, "d1", 0, None)
FIRST_GONE = (K.GONE, R.UNREACHABLE, "d1", 1, NOW)
FIRST_FAILURE = (K.FAILED, R.UNREACHABLE, "d1", 0, NOW)
HEALTHY = {"same": READ, "other": WRITTEN, "not modified": KEPT, "gone": FIRST_GONE, "failed": FIRST_FAILURE}
TRANSITIONS: Mapping[str, Mapping[str, tuple[Any, ...]]] = {
    "unknown": {
        "same": ADDED,
        "other": ADDED,
        "not modified": (K.FAILED, R.UNREACHABLE, None, 0, NOW),
        "gone": (K.FAILED, R.UNREACHABLE, None, 1, NOW),
        "failed": (K.FAILED, R.UNREACHABLE, None, 0, NOW),
    },
    "never read": {
        "same": ADDED,
        "other": ADDED,
        "not modified": (K.FAILED, R.UNREACHABLE, None, 0, BEFORE),
        "gone": (K.FAILED, R.UNREACHABLE, None, 1, NOW),
        "failed": (K.FAILED, R.UNREACHABLE, None, 0, BEFORE),
    },
    "new": {
        "same": ADDED,
        "other": ADDED,
        "not modified": (K.FAILED, R.UNREACHABLE, None, 0, NOW),
        "gone": (K.FAILED, R.UNREACHABLE, None, 1, NOW),
        "failed": (K.FAILED, R.UNREACHABLE, None, 0, NOW),
    },
    "active": HEALTHY,
    "failing": {**HEALTHY, "failed": (K.FAILED, R.UNREACHABLE, "d1", 0, BEFORE)},
    "gone lately": {
        **HEALTHY,
        "gone": (K.GONE, R.UNREACHABLE, "d1", 2, NOW - 6 * DAY),
        "failed": (K.FAILED, R.UNREACHABLE, "d1", 1, NOW - 6 * DAY),
    },
    "gone for long": {
        **HEALTHY,
        "gone": (K.WITHDRAWN, R.GONE, None, 2, NOW - GRACE),
        "failed": (K.FAILED, R.UNREACHABLE, "d1", 1, NOW - GRACE),
    },
    "withdrawn": {
        "same": WRITTEN,
        "other": WRITTEN,
        "not modified": (K.FAILED, R.GONE, None, 2, BEFORE),
        "gone": (K.GONE, R.GONE, None, 3, BEFORE),
        "failed": (K.FAILED, R.GONE, None, 2, BEFORE),
    },
}


@pytest.mark.parametrize("fresh", FRESH)
@pytest.mark.parametrize("before", STORED)
def test_transition(before: str, fresh: str) -> None:
    soft = fresh if fresh in TRANSITIONS[before] else "failed"
    change = decide(STORED[before], ref(), FRESH[fresh], NOW)
    seen = (change.kind, change.state, change.detector, change.strikes, change.failing_since)
    assert seen == TRANSITIONS[before][soft]
    assert (change.harvested is not None) is (change.kind in (K.NEW, K.CHANGED))
    assert (change.fault is not None) is (change.kind in (K.FAILED, K.GONE, K.WITHDRAWN))


def test_the_fault_of_a_harvest_is_passed_on() -> None:
    assert decide(STORED["active"], ref(), FRESH["refused"], NOW).fault == FRESH["refused"]
    never = decide(None, ref(), FRESH["not modified"], NOW).fault
    assert never is not None
    assert never.rule == "internal"


@pytest.mark.parametrize("fresh", FRESH)
@pytest.mark.parametrize("before", STORED)
def test_a_move_is_passed_on_whatever_happened(before: str, fresh: str) -> None:
    old = "https://forge.example/alt/melder"
    assert decide(STORED[before], ref(), FRESH[fresh], NOW, moved_from=old).moved_from == old
    assert decide(STORED[before], ref(), FRESH[fresh], NOW).moved_from is None


def apply(before: StoredRepository | None, change: Change) -> StoredRepository:
    """What a store keeps of a change; a withdrawn solution stays, hidden."""
    kept = before or StoredRepository("r1", URL, R.NEW, None, None, None)
    content = change.harvested.content_hash if change.harvested else kept.content_hash
    return replace(
        kept,
        state=change.state,
        settled=change.state if change.state in SETTLED else kept.settled,
        detector=change.detector,
        strikes=change.strikes,
        failing_since=change.failing_since,
        content_hash=content,
        solution_id="s1" if content else None,
    )


STEPS = st.lists(st.tuples(st.sampled_from(sorted(FRESH)), st.floats(0.1, 6)), min_size=1, max_size=30)


@given(STEPS)
def test_nothing_is_withdrawn_without_two_harvests_a_week_apart_that_said_gone(steps: list[tuple[str, float]]) -> None:
    now, kept, shown = NOW, None, False
    gone: list[datetime] = []
    for fresh, days in steps:
        now += timedelta(days=days)
        change = decide(kept, ref(), FRESH[fresh], now)
        kept = apply(kept, change)
        if fresh == "gone":
            gone.append(now)
        elif change.kind in (K.NEW, K.CHANGED, K.UNCHANGED):
            gone.clear()
        if change.kind is K.WITHDRAWN:
            assert shown
            assert len(gone) >= 2
            assert gone[-1] - gone[0] >= GRACE
        shown = change.kind is not K.WITHDRAWN and (shown or change.kind in (K.NEW, K.CHANGED))
        assert (kept.failing_since is None) is (change.kind in (K.NEW, K.CHANGED, K.UNCHANGED))


@given(STEPS)
def test_a_repository_that_is_read_is_healthy_and_shown_again(steps: list[tuple[str, float]]) -> None:
    now, kept, withdrawn = NOW, None, False
    for fresh, days in [*steps, ("same", 1.0)]:
        now += timedelta(days=days)
        change = decide(kept, ref(), FRESH[fresh], now)
        if isinstance(FRESH[fresh], Harvested):
            assert (change.state, change.strikes, change.failing_since) == (R.ACTIVE, 0, None)
            assert not withdrawn or change.harvested is not None
        withdrawn = change.kind is K.WITHDRAWN or (withdrawn and change.harvested is None)
        kept = apply(kept, change)


def test_a_repository_gone_for_good_is_withdrawn_once() -> None:
    kept = apply(None, decide(None, ref(), FRESH["same"], NOW))
    kinds = []
    for day in range(1, 15):
        change = decide(kept, ref(), FRESH["gone"], NOW + day * DAY)
        kept = apply(kept, change)
        kinds.append(change.kind)
    assert kinds == [K.GONE] * 7 + [K.WITHDRAWN] + [K.GONE] * 6


# --- content hash ----------------------------------------------------------------------------------------------------


def subject() -> Solution:
    return solution(
        text("EUPL-1.2"),
        declared("EUPL-1.2"),
        fact(Field.SHORT_DESCRIPTION, "Mängel melden", lang="de"),
        fact(Field.CATEGORIES, ["civic-engagement", "maps"]),
        fact(Field.ORGANISATION, {"name": "Stadt", "uri": "https://stadt.example/"}),
        activity=history(tags={"v1.0": 20}),
        problems=[problem("parse-failed", Origin(URL, "a.json", 3, COMMIT), subject="a.json")],
    )


HASH = content_hash(subject())


def with_origins(**changes: Any) -> Solution:
    """The subject with every origin changed."""
    whole = subject()

    def moved(value: Any) -> Any:
        return replace(value, origin=replace(value.origin, **changes))

    fields = {
        name: tuple(replace(v, fact=moved(v.fact), candidates=tuple(map(moved, v.candidates))) for v in values)
        for name, values in whole.fields.items()
    }
    licence = replace(whole.licence, evidence=tuple(map(moved, whole.licence.evidence)))
    return replace(whole, fields=fields, licence=licence, problems=tuple(map(moved, whole.problems)))


def with_activity(**changes: Any) -> Solution:
    whole = subject()
    part = whole.repositories[0]
    return replace(whole, repositories=(replace(part, activity=replace(part.activity, **changes)),))


def with_part(**changes: Any) -> Solution:
    whole = subject()
    return replace(whole, repositories=(replace(whole.repositories[0], **changes),))


def with_candidate(name: Field, other: Any) -> Solution:
    """The same value is used, but one more source says something about it."""
    whole = subject()
    value = whole.fields[name][0]
    said = replace(value.fact, value=other, source=FactSource.MANIFEST)
    return replace(whole, fields={**whole.fields, name: (replace(value, candidates=(*value.candidates, said)),)})


def in_another_order() -> Solution:
    whole = subject()
    fields = list(whole.fields.items())
    random.Random(3).shuffle(fields)
    return replace(whole, fields=dict(fields))


def in_another_zone() -> Solution:
    moment = subject().repositories[0].activity.last_human_commit_at
    assert moment is not None
    return with_activity(last_human_commit_at=moment.astimezone(timezone(timedelta(hours=2))))


def with_key_order() -> Solution:
    whole = subject()
    chosen = whole.fields[Field.ORGANISATION][0]
    turned = replace(chosen.fact, value=dict(reversed(chosen.fact.value.items())))
    value = replace(chosen, fact=turned, candidates=(turned,))
    return replace(whole, fields={**whole.fields, Field.ORGANISATION: (value,)})


@pytest.mark.parametrize(
    "alike",
    [
        subject(),
        with_origins(commit="d" * 40),
        with_origins(line=77, column=5),
        with_activity(observed_at=NOW + DAY),
        replace(subject(), repositories=(replace(subject().repositories[0], commit="d" * 40, taken_at=NOW + DAY),)),
        in_another_order(),
        in_another_zone(),
        with_key_order(),
    ],
)
def test_what_no_reader_sees_does_not_change_the_hash(alike: Solution) -> None:
    assert content_hash(alike) == HASH


@pytest.mark.parametrize(
    "changed",
    [
        replace(subject(), name="Anders"),
        replace(subject(), fields={}),
        replace(subject(), problems=()),
        replace(subject(), licence=replace(subject().licence, expression=None)),
        with_origins(path="anderswo.yml"),
        with_activity(last_human_commit_at=datetime(2026, 1, 1, tzinfo=UTC)),
        with_part(role=Role.MODULE),
        with_part(reason="decided"),
        with_part(licence="MIT"),
        with_candidate(Field.CATEGORIES, ["blog"]),
        solution(fact(Field.KEYWORDS, ["gis"])),
        with_activity(commits=43),
        with_activity(authors_12_months=9),
        with_activity(commits_12_months=9),
        with_activity(tags=(Tag("v2.0", COMMIT, NOW),)),
        with_activity(tag_count=2),
        with_activity(complete=False),
    ],
)
def test_what_a_reader_sees_changes_the_hash(changed: Solution) -> None:
    assert content_hash(changed) != HASH


def test_the_hash_is_the_same_in_every_process() -> None:
    assert content_hash(subject()) == HASH
    assert len(HASH) == 64
    assert content_hash(solution(fact(Field.NAME, "\ud800"))) != HASH
