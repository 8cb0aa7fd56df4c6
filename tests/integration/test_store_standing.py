# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""How repositories stand, blocking them, and the books of sources, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from registry.errors import NotFound
from registry.model import (
    Change,
    ChangeKind,
    Descent,
    Fault,
    ForgeKind,
    Item,
    ItemStatus,
    OutboxAction,
    Outcome,
    PeerKind,
    RepositoryState,
    Role,
    Source,
    SourceKind,
)
from registry.storage.deciding import Order
from registry.storage.store import Store
from support.stored import DAY, NOW, change, harvested, new, ref, url_of

pytest_plugins = ("support.databases",)

Query = Callable[[str], list[tuple[Any, ...]]]
A, B, C, D = (url_of(letter) for letter in "abcd")
LATER = NOW + DAY


@pytest.fixture
def run_id(store: Store) -> str:
    return store.begin_run(NOW).id


def order(at: datetime = LATER) -> Order:
    return Order("Kein öffentlicher Code", "operator", at)


def of(url: str, state: RepositoryState, **more: Any) -> tuple[Change, Item]:
    """Read for the first time, in this state."""
    decided, item = new(url, url.rpartition("/")[2])
    return replace(decided, state=state, state_since=NOW, **more), item


def unreadable(url: str, state: RepositoryState = RepositoryState.UNREACHABLE) -> tuple[Change, Item]:
    kind = ChangeKind.WITHDRAWN if state is RepositoryState.GONE else ChangeKind.FAILED
    decided, item = change(kind, url, at=LATER)
    return replace(decided, state=state, state_since=LATER), item


def drained(store: Store) -> list[tuple[str, OutboxAction]]:
    entries = store.outbox_pending(100)
    store.outbox_done([entry.seq for entry in entries])
    return [(entry.solution_id, entry.action) for entry in entries]


# --- the books of one repository ---


def test_what_was_decided_is_stored_and_given_back(store: Store, run_id: str) -> None:
    due = NOW + 7 * DAY
    more = {"descent": Descent.FORK, "successor_url": B, "count_due_at": due}
    store.save(run_id, [of(A, RepositoryState.ARCHIVED, **more)], NOW)
    known = store.stored_repositories([A])[A]
    assert (known.state, known.state_since) == (RepositoryState.ARCHIVED, NOW)
    assert (known.settled, known.settled_since) == (RepositoryState.ARCHIVED, NOW)
    assert (known.descent, known.successor_url, known.count_due_at) == (Descent.FORK, B, due)
    assert (known.visited_at, known.blocked) == (NOW, False)


def test_what_a_change_leaves_open_stays_as_it_is(store: Store, run_id: str) -> None:
    more = {"descent": Descent.MIRROR, "successor_url": B, "count_due_at": NOW}
    store.save(run_id, [of(A, RepositoryState.ARCHIVED, **more)], NOW)
    store.save(run_id, [unreadable(A)], LATER)
    known = store.stored_repositories([A])[A]
    assert (known.state, known.state_since) == (RepositoryState.UNREACHABLE, LATER)
    assert (known.settled, known.settled_since) == (RepositoryState.ARCHIVED, NOW)
    assert (known.descent, known.successor_url, known.count_due_at) == (Descent.MIRROR, B, None)
    decided, item = change(ChangeKind.UNCHANGED, A)
    store.save(run_id, [(replace(decided, successor_url=""), item)], LATER)
    assert store.stored_repositories([A])[A].successor_url is None


def test_a_visit_that_failed_is_a_visit_but_no_check(store: Store, run_id: str) -> None:
    store.save(run_id, [of(A, RepositoryState.ACTIVE)], NOW)
    store.save(run_id, [unreadable(A)], LATER)
    found = store.repository(A)
    assert (found.visited_at, found.checked_at, found.first_seen_at) == (LATER, NOW, NOW)


def test_a_repository_never_read_is_known_with_its_fault(store: Store, run_id: str) -> None:
    fault = Fault(Outcome.FAILED, "repository-empty", {"subject": A})
    empty = Change(
        ChangeKind.FAILED, ref(A), RepositoryState.NEW, None, 0, NOW, fault=fault, state_since=NOW
    )  # fmt: skip
    store.save(run_id, [(empty, Item(A, ItemStatus.FAILED, "repository-empty"))], NOW)
    found = store.repository(A)
    assert (found.standing.state, found.standing.since, found.fault) == (RepositoryState.NEW, NOW, fault)
    assert (found.slug, found.commit, found.snapshots) == (None, None, ())
    assert [item.rule for item in found.items] == ["repository-empty"]


def test_all_that_is_known_of_a_repository(store: Store, run_id: str) -> None:
    source = store.add_source(Source("", "https://git.example/stadt", SourceKind.ORGANISATION, ForgeKind.GITLAB, NOW))
    store.save(run_id, [of(A, RepositoryState.ACTIVE, successor_url=B), of(B, RepositoryState.ACTIVE)], NOW, source.id)
    store.save(run_id, [change(ChangeKind.UNCHANGED, C, moved_from=A, at=LATER)], LATER)
    found = store.repository(A)
    assert found == store.repository(C)
    assert (found.standing.url, found.standing.former_urls) == (C, (A,))
    assert (found.standing.successor_url, found.standing.successor_slug) == (B, "projekt-b")
    assert (found.source_url, found.slug, found.forge) == (source.url, "projekt-a", ForgeKind.GITLAB)
    assert [(one.commit, one.good) for one in found.snapshots] == [(found.commit, True)]
    assert [item.status for item in found.items] == [ItemStatus.UNCHANGED, ItemStatus.NEW]
    assert store.solution("projekt-a").standing == found.standing
    with pytest.raises(NotFound):
        store.repository("https://git.example/nie/gesehen")


# --- counts ---


def test_each_repository_counts_once(store: Store, run_id: str) -> None:
    assert set(store.state_counts().values()) == {0}
    states = [RepositoryState.ACTIVE, RepositoryState.INVALID, RepositoryState.ARCHIVED, RepositoryState.ACTIVE]
    read = [of(url_of(f"s{number}"), state) for number, state in enumerate(states)]
    fork = {"descent": Descent.FORK}
    read += [of(url_of("f1"), RepositoryState.ACTIVE, **fork), of(url_of("f2"), RepositoryState.ARCHIVED, **fork)]
    read += [of(url_of("m"), RepositoryState.ACTIVE, descent=Descent.MIRROR)]
    read += [of(url_of("u"), RepositoryState.ACTIVE, **fork), of(url_of("g"), RepositoryState.ACTIVE)]
    read += [of(url_of("b"), RepositoryState.ACTIVE)]
    store.save(run_id, read, NOW)
    store.save(run_id, [unreadable(url_of("u")), unreadable(url_of("g"), RepositoryState.GONE)], LATER)
    store.save(run_id, [change(ChangeKind.UNCHANGED, url_of("s9"), moved_from=url_of("s0"))], LATER)
    store.save(run_id, [unreadable(url_of("b"))], LATER)
    store.blocking.block(url_of("b"), order())
    assert store.state_counts() == {
        "new": 0, "active": 2, "invalid": 1, "archived": 2, "unreachable": 1, "gone": 1, "fork": 1, "mirror": 1,
        "moved": 1, "blocked": 1,
    }  # fmt: skip


# --- blocking ---


def test_a_blocked_repository_is_withdrawn_at_once_and_the_index_learns_it(
    store: Store, run_id: str, query: Query
) -> None:
    store.save(run_id, [of(A, RepositoryState.ACTIVE)], NOW)
    record = store.solution("projekt-a")
    drained(store)
    assert store.blocking.block(A, order())
    assert not store.blocking.block(A, order())
    with pytest.raises(NotFound):
        store.solution("projekt-a")
    assert drained(store) == [(record.id, OutboxAction.DELETE)]
    known = store.stored_repositories([A])[A]
    assert (known.blocked, known.detector) == (True, None)
    [blocked] = store.blocking.all()
    assert (blocked.url, blocked.at, blocked.by, blocked.reason) == (A, LATER, "operator", "Kein öffentlicher Code")
    assert store.repository(A).blocked == blocked
    assert query("SELECT actor, action, subject FROM audit_log") == [("operator", "repository.block", A)]


def test_what_a_visit_in_flight_brings_is_not_shown(store: Store, run_id: str) -> None:
    store.save(run_id, [of(A, RepositoryState.ACTIVE)], NOW)
    store.blocking.block(A, order())
    drained(store)
    later = change(ChangeKind.CHANGED, A, harvested(A, "Ganz neu", commit="b" * 40))
    [saved] = store.save(run_id, [later], LATER)
    assert saved.slug is None
    assert store.count_solutions() == 0
    assert drained(store) == []
    found = store.repository(A)
    assert found.commit != "b" * 40
    assert (found.items[0].status, found.items[0].rule) == (ItemStatus.SKIPPED, "repository-blocked")
    assert found.visited_at == LATER


def test_an_unchanged_visit_does_not_bring_it_back(store: Store, run_id: str) -> None:
    store.save(run_id, [of(A, RepositoryState.ACTIVE)], NOW)
    store.blocking.block(A, order())
    store.save(run_id, [change(ChangeKind.UNCHANGED, A)], LATER)
    assert store.count_solutions() == 0


def test_an_unblocked_one_is_shown_once_it_is_read(store: Store, run_id: str) -> None:
    store.save(run_id, [of(A, RepositoryState.ACTIVE)], NOW)
    before = store.solution("projekt-a")
    store.blocking.block(A, order())
    assert store.blocking.unblock(A, order(LATER + DAY))
    assert not store.blocking.unblock(A, order(LATER + DAY))
    assert store.count_solutions() == 0
    known = store.stored_repositories([A])[A]
    assert (known.blocked, known.detector) == (False, None)
    drained(store)
    again, item = of(A, RepositoryState.ACTIVE)
    store.save(run_id, [(replace(again, kind=ChangeKind.CHANGED), item)], LATER + DAY)
    assert store.solution("projekt-a").id == before.id
    assert drained(store) == [(before.id, OutboxAction.UPSERT)]


def test_blocking_asks_for_a_repository_that_is_known(store: Store) -> None:
    with pytest.raises(NotFound) as caught:
        store.blocking.block(A, order())
    assert caught.value.rule == "repository-unknown"


def test_a_blocked_one_that_moves_stays_blocked(store: Store, run_id: str) -> None:
    store.save(run_id, [of(A, RepositoryState.ACTIVE)], NOW)
    store.blocking.block(A, order())
    store.save(run_id, [change(ChangeKind.UNCHANGED, B, moved_from=A)], LATER)
    assert store.stored_repositories([B])[B].blocked
    assert store.count_solutions() == 0


def test_a_blocked_one_found_under_its_new_name_first_is_hidden_there_too(store: Store, run_id: str) -> None:
    store.save(run_id, [of(A, RepositoryState.ACTIVE)], NOW)
    store.blocking.block(A, order())
    store.save(run_id, [of(B, RepositoryState.ACTIVE)], LATER)
    assert store.count_solutions() == 1
    decided, item = change(ChangeKind.CHANGED, B, harvested(B, "Neu"), moved_from=A)
    store.save(run_id, [(decided, item)], LATER)
    assert store.stored_repositories([A])[A].blocked
    assert store.repository(B).blocked is not None
    assert store.count_solutions() == 0
    assert [one.url for one in store.blocking.all()] == [B]


def test_the_other_repositories_of_its_product_stay(store: Store, run_id: str) -> None:
    """Joined by hand: the rules alone do not take these two for one product."""
    store.save(run_id, [of(A, RepositoryState.ACTIVE), of(B, RepositoryState.ACTIVE)], NOW)
    store.merge("projekt-a", "projekt-b", "Ein Produkt", "operator", NOW)
    joined = store.solution("projekt-a")
    assert {part.url for part in joined.solution.repositories} == {A, B}
    drained(store)
    store.blocking.block(A, order())
    [left] = store.solutions_by_id(store.solution_ids()).values()
    assert [(part.url, part.role) for part in left.solution.repositories] == [(B, Role.MAIN)]
    assert "projekt-a" not in repr(left.solution)
    assert drained(store) != []
    store.blocking.unblock(A, order())
    again, item = of(A, RepositoryState.ACTIVE)
    store.save(run_id, [(again, item)], LATER)
    [whole] = store.solutions_by_id(store.solution_ids()).values()
    assert {part.url for part in whole.solution.repositories} == {A, B}


# --- sources ---


def test_the_books_of_a_source(store: Store) -> None:
    peer = Source(
        "", "https://peer.example/api", SourceKind.PEER, ForgeKind.GIT, NOW, peer=PeerKind.JSON, title="Nachbar",
        options={"entries": "$[*]"}, expected=12,
    )  # fmt: skip
    added = store.add_source(peer)
    assert store.source(added.id) == replace(peer, id=added.id)
    store.source_listed(added.id, NOW, 12)
    good = store.source(added.id)
    assert (good.last_listed, good.failures, good.failing_since, good.last_success_at) == (12, 0, None, NOW)
    store.source_listed(added.id, LATER, None, "source-shrunk")
    store.source_listed(added.id, LATER + DAY, None, "unreachable")
    bad = store.source(added.id)
    assert (bad.failures, bad.failing_since, bad.last_error) == (2, LATER, "unreachable")
    assert (bad.last_listed, bad.last_success_at, bad.last_run_at) == (12, NOW, LATER + DAY)
    store.source_listed(added.id, LATER + 2 * DAY, None)
    mended = store.source(added.id)
    assert (mended.failures, mended.failing_since, mended.last_error) == (0, None, None)
    assert (mended.last_listed, mended.last_success_at) == (12, LATER + 2 * DAY)


def test_an_operator_accepts_the_smaller_number(store: Store) -> None:
    source = Source("", "https://git.example/stadt", SourceKind.ORGANISATION, ForgeKind.GITLAB, NOW, expected=40)
    added = store.add_source(source)
    store.source_listed(added.id, NOW, 40)
    store.accept_count(added.id, 7)
    assert (store.source(added.id).expected, store.source(added.id).last_listed) == (7, None)
    store.accept_count(added.id)
    assert (store.source(added.id).expected, store.source(added.id).last_listed) == (None, None)
    with pytest.raises(NotFound):
        store.accept_count("nobody")
