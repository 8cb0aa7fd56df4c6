# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from registry.errors import NotFound
from registry.model import ChangeKind, Item, ItemStatus, OutboxAction, RepositoryState, State
from registry.storage.store import Store
from support.stored import DAY, NOW, change, harvested, new, problem, ref, url_of

pytest_plugins = ("support.databases",)

Query = Callable[[str], list[tuple[Any, ...]]]
A, B = url_of("a"), url_of("b")


@pytest.fixture
def run_id(store: Store) -> str:
    return store.begin_run(NOW).id


def drained(store: Store) -> list[tuple[str, OutboxAction]]:
    entries = store.outbox_pending(100)
    store.outbox_done([entry.seq for entry in entries])
    return [(entry.solution_id, entry.action) for entry in entries]


def test_a_new_repository_becomes_a_solution(store: Store, run_id: str) -> None:
    [saved] = store.save(run_id, [new(A, problems=(problem(),), topics=["strasse"])], NOW)
    assert (saved.slug, saved.problems) == ("maengelmelder", 1)
    record = store.solution("maengelmelder")
    assert record.solution == harvested(A, problems=(problem(),), topics=["strasse"]).solution
    assert record.assessment.state is State.ACTIVE
    assert record.first_seen_at == record.updated_at == record.checked_at == NOW
    assert record.publisher is None
    assert not record.demo
    stored = store.stored_repositories([A])[A]
    assert stored.solution_id == record.id
    assert stored.state is RepositoryState.ACTIVE
    assert stored.content_hash == record.content_hash
    assert drained(store) == [(record.id, OutboxAction.UPSERT)]


def test_facts_name_their_origin_and_rank(store: Store, run_id: str, query: Query) -> None:
    store.save(run_id, [new(A, topics=["strasse"])], NOW)
    rows = query('SELECT field, source_kind, path, line, "column", rank FROM fact ORDER BY id')
    assert rows == [
        ("name", "publiccode", "publiccode.yml", 3, 7, 0),
        ("topics", "publiccode", "publiccode.yml", 3, 7, 0),
        ("name", "repository_name", None, None, None, 1),
    ]


def test_changed_content_moves_updated_at_and_goes_to_the_outbox(store: Store, run_id: str) -> None:
    store.save(run_id, [new(A)], NOW)
    before = store.solution("maengelmelder")
    drained(store)
    fresh = harvested(A, "Mängelmelder 2", at=NOW + DAY, commit="b" * 40)
    store.save(run_id, [change(ChangeKind.CHANGED, A, fresh)], NOW + DAY)
    after = store.solution("maengelmelder")
    assert (after.id, after.slug) == (before.id, before.slug)
    assert after.solution.name == "Mängelmelder 2"
    assert (after.first_seen_at, after.updated_at, after.checked_at) == (NOW, NOW + DAY, NOW + DAY)
    assert drained(store) == [(before.id, OutboxAction.UPSERT)]


def test_a_new_commit_with_the_same_content_does_not_reach_the_index(store: Store, run_id: str) -> None:
    store.save(run_id, [new(A)], NOW)
    drained(store)
    fresh = harvested(A, commit="b" * 40)
    store.save(run_id, [change(ChangeKind.CHANGED, A, fresh)], NOW + DAY)
    record = store.solution("maengelmelder")
    assert record.solution.repositories[0].commit == "b" * 40
    assert (record.updated_at, record.checked_at) == (NOW, NOW + DAY)
    assert drained(store) == []


def test_a_verdict_that_changes_what_is_found_reaches_the_index(store: Store, run_id: str) -> None:
    store.save(run_id, [new(A)], NOW)
    drained(store)
    fresh = harvested(A, state=State.ARCHIVED)
    store.save(run_id, [change(ChangeKind.CHANGED, A, fresh)], NOW)
    assert [action for _, action in drained(store)] == [OutboxAction.UPSERT]


def test_an_unchanged_repository_was_checked_and_no_longer_fails(store: Store, run_id: str) -> None:
    store.save(run_id, [new(A)], NOW)
    store.save(run_id, [change(ChangeKind.FAILED, A, at=NOW + DAY)], NOW + DAY)
    failing = store.solution("maengelmelder")
    assert failing.failing_since == NOW + DAY
    assert failing.fault is not None
    assert failing.fault.params == {"subject": A}
    assert failing.checked_at == NOW
    drained(store)
    store.save(run_id, [change(ChangeKind.UNCHANGED, A)], NOW + 2 * DAY)
    record = store.solution("maengelmelder")
    assert (record.failing_since, record.fault, record.checked_at) == (None, None, NOW + 2 * DAY)
    assert record.updated_at == NOW
    assert store.stored_repositories([A])[A].detector == "unchanged"
    assert drained(store) == []


def test_gone_keeps_the_solution_withdrawn_hides_it_success_revives_it(store: Store, run_id: str) -> None:
    store.save(run_id, [new(A)], NOW)
    solution_id = store.solution("maengelmelder").id
    drained(store)
    store.save(run_id, [change(ChangeKind.GONE, A)], NOW)
    assert store.stored_repositories([A])[A].strikes == 1
    assert store.count_solutions() == 1
    assert drained(store) == []
    [saved] = store.save(run_id, [change(ChangeKind.WITHDRAWN, A)], NOW)
    assert saved.slug is None
    assert drained(store) == [(solution_id, OutboxAction.DELETE)]
    with pytest.raises(NotFound):
        store.solution("maengelmelder")
    assert store.count_solutions() == 0
    assert store.solution_ids() == []
    assert store.documents([solution_id]) == list(store.all_documents()) == []
    store.save(run_id, [change(ChangeKind.WITHDRAWN, A)], NOW)
    assert drained(store) == []
    [saved] = store.save(run_id, [change(ChangeKind.UNCHANGED, A)], NOW)
    assert saved.slug == "maengelmelder"
    assert store.solution("maengelmelder").id == solution_id
    assert drained(store) == [(solution_id, OutboxAction.UPSERT)]


def test_changed_content_revives_too(store: Store, run_id: str) -> None:
    store.save(run_id, [new(A)], NOW)
    store.save(run_id, [change(ChangeKind.WITHDRAWN, A)], NOW)
    drained(store)
    store.save(run_id, [change(ChangeKind.CHANGED, A, harvested(A))], NOW)
    assert [action for _, action in drained(store)] == [OutboxAction.UPSERT]
    assert store.count_solutions() == 1


def test_a_repository_that_never_answered_is_remembered(store: Store, run_id: str) -> None:
    [saved] = store.save(run_id, [change(ChangeKind.FAILED, A)], NOW)
    assert (saved.slug, saved.problems) == (None, 0)
    stored = store.stored_repositories([A])[A]
    assert (stored.state, stored.failing_since, stored.solution_id) == (RepositoryState.UNREACHABLE, NOW, None)
    store.save(run_id, [new(A)], NOW)
    assert store.solution("maengelmelder").failing_since is None


def test_a_skipped_repository_leaves_only_its_item(store: Store, run_id: str) -> None:
    store.save(run_id, [(None, Item(A, ItemStatus.SKIPPED, "private-skipped"))], NOW)
    assert store.stored_repositories([A]) == {}
    [item], total = store.items(run_id)
    assert (item.status, item.rule, item.at, total) == (ItemStatus.SKIPPED, "private-skipped", NOW, 1)


def test_one_batch_may_hold_everything_and_a_repository_twice(store: Store, run_id: str) -> None:
    store.save(run_id, [new(B, "Alt")], NOW)
    results = [
        new(A, "Erst"),
        new(A, "Dann", commit="b" * 40),
        change(ChangeKind.UNCHANGED, B),
        change(ChangeKind.FAILED, url_of("c")),
    ]
    saved = store.save(run_id, results, NOW)
    assert [one.slug for one in saved] == ["dann", "dann", "alt", None]
    assert store.count_solutions() == 2
    assert store.items(run_id)[1] == 5


def test_slugs_are_given_once_and_never_twice(store: Store, run_id: str) -> None:
    saved = store.save(run_id, [new(A, "Portal"), new(B, "PORTAL"), new(url_of("c"), "New")], NOW)
    assert [one.slug for one in saved] == ["portal", "portal-2", "new-2"]
    store.save(run_id, [change(ChangeKind.CHANGED, A, harvested(A, "Umbenannt"))], NOW)
    assert store.solution("portal").solution.name == "Umbenannt"
    store.save(run_id, [change(ChangeKind.WITHDRAWN, A)], NOW)
    [saved_later] = store.save(run_id, [new(url_of("d"), "Portal")], NOW)
    assert saved_later.slug == "portal-3"


def test_what_no_database_can_hold_does_not_stop_the_batch(store: Store, run_id: str) -> None:
    files = dict(zip(("a\udcff.md", "a\ufffd.md", "null\x00.md"), (b"x", b"y", b"z"), strict=True))
    store.save(run_id, [new(A, "Na\x00me \udcff", files=files, topics=["a\x00", float("inf")])], NOW)
    [record] = store.solutions_by_id(store.solution_ids()).values()
    assert record.solution.name == "Na\ufffdme \ufffd"
    assert "null\ufffd.md" in store.snapshot(A).files


def test_a_moved_repository_keeps_its_solution(store: Store, run_id: str) -> None:
    store.save(run_id, [new(A)], NOW)
    before = store.solution("maengelmelder")
    drained(store)
    store.save(run_id, [change(ChangeKind.UNCHANGED, B, moved_from=A)], NOW)
    record = store.solution("maengelmelder")
    assert record.id == before.id
    assert [part.url for part in record.solution.repositories] == [B]
    found = store.stored_repositories([A, B, f"{A}.git"])
    assert {one.url for one in found.values()} == {B}
    assert len(found) == 3
    # The name of the repository is a word to be found by.
    assert drained(store) == [(before.id, OutboxAction.UPSERT)]
    store.save(run_id, [change(ChangeKind.CHANGED, A, harvested(A), moved_from=B)], NOW)
    assert {one.url for one in store.stored_repositories([A, B]).values()} == {A}
    assert store.count_solutions() == 1


def test_a_repository_first_met_under_its_old_url(store: Store, run_id: str) -> None:
    store.save(run_id, [change(ChangeKind.NEW, B, harvested(B), moved_from=A)], NOW)
    assert store.stored_repositories([A])[A].url == B


def test_a_move_onto_a_stored_repository_merges_the_two(store: Store, run_id: str, query: Query) -> None:
    store.save(run_id, [new(A, "Alt", files={"only-old.md": b"old"})], NOW)
    store.save(run_id, [new(B, "Neu")], NOW + DAY)
    old = store.solution("alt").id
    drained(store)
    store.save(run_id, [change(ChangeKind.UNCHANGED, B, moved_from=A)], NOW + DAY)
    record = store.solution("alt")
    assert (record.slug, record.first_seen_at) == ("neu", NOW)
    assert {one.url for one in store.stored_repositories([A, B, f"{A}.git"]).values()} == {B}
    assert drained(store) == [(old, OutboxAction.DELETE)]
    assert query("SELECT action, from_solution_id, to_solution_id FROM merge_log") == [("merge", old, record.id)]
    assert query("SELECT path FROM snapshot_file WHERE path = 'only-old.md'") == []
    store.save(run_id, [change(ChangeKind.UNCHANGED, B)], NOW + DAY)
    assert store.count_solutions() == 1


def test_files_are_kept_once_and_freed_with_the_last_snapshot(store: Store, run_id: str, query: Query) -> None:
    same = b"MIT License" * 100
    for number in range(5):
        commit = str(number) * 40
        files = {"LICENSE": same, "README.md": f"# {number}".encode()}
        fresh = harvested(A, at=NOW + number * DAY, commit=commit, files=files)
        store.save(run_id, [change(ChangeKind.CHANGED, A, fresh)], NOW + number * DAY)
    assert [row[0][0] for row in query('SELECT "commit" FROM snapshot ORDER BY taken_at')] == ["2", "3", "4"]
    assert query("SELECT count(*) FROM file") == [(4,)]
    assert query("SELECT count(*) FROM fact") == [(2,)], "only those of the newest are asked for"
    assert store.snapshot(A).files == {"LICENSE": same, "README.md": b"# 4"}
    again = harvested(A, at=NOW + 9 * DAY, commit="4" * 40, files={"README.md": b"# other"})
    store.save(run_id, [change(ChangeKind.CHANGED, A, again)], NOW + 9 * DAY)
    assert query("SELECT count(*) FROM snapshot") == [(3,)]
    assert query("SELECT count(*) FROM file") == [(4,)]


def test_a_file_that_two_repositories_share_outlives_one_of_them(store: Store, run_id: str, query: Query) -> None:
    shared = {"LICENSE": b"shared"}
    store.save(run_id, [new(A, "Eins", files=shared), new(B, "Zwei", files=shared)], NOW)
    assert query("SELECT count(*) FROM file") == [(1,)]
    for number in range(3):
        fresh = harvested(A, at=NOW + (number + 1) * DAY, commit=str(number) * 40, files={})
        store.save(run_id, [change(ChangeKind.CHANGED, A, fresh)], NOW)
    assert store.snapshot(B).files == shared


def test_a_snapshot_comes_back_as_it_was(store: Store, run_id: str) -> None:
    fresh = harvested(A, files={"README.md": b"\x00\xff", "big.txt": b"x" * (2**20 + 1)})
    store.save(run_id, [change(ChangeKind.NEW, A, fresh)], NOW)
    found = store.snapshot(A)
    taken = fresh.snapshot
    assert found.files == {"README.md": b"\x00\xff"}
    assert found.oversized == ("big.txt",)
    assert (found.commit, found.branch, found.taken_at, found.detector) == (
        taken.commit,
        taken.branch,
        taken.taken_at,
        taken.detector,
    )
    assert (found.entries, found.activity) == (taken.entries, taken.activity)
    assert found.ref.url == ref(A).url
    with pytest.raises(NotFound):
        store.snapshot(B)


def test_problems_are_those_of_the_last_reading(store: Store, run_id: str, query: Query) -> None:
    twice = (problem(line=1), problem(line=2))
    [saved] = store.save(run_id, [new(A, problems=twice)], NOW)
    assert saved.problems == 2
    [saved] = store.save(run_id, [change(ChangeKind.UNCHANGED, A)], NOW)
    assert saved.problems == 2
    [saved] = store.save(run_id, [change(ChangeKind.CHANGED, A, harvested(A, problems=twice[1:]))], NOW)
    assert saved.problems == 1
    assert query("SELECT rule, severity, line FROM problem") == [("name-missing", "error", 2)]
    assert [item.problems for item in store.items(run_id)[0]] == [2, 2, 1]
