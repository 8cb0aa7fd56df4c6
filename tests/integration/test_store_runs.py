# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from registry.errors import HarvestRunning, NotFound
from registry.model import ChangeKind, ItemStatus, RunState
from registry.storage.holder import is_dead, this_process
from registry.storage.store import Store
from support.stored import DAY, NOW, change, new, problem, url_of

pytest_plugins = ("support.databases",)

A, B = url_of("a"), url_of("b")
MINUTE = timedelta(minutes=1)


def test_a_run_counts_its_items(store: Store) -> None:
    run = store.begin_run(NOW, demo=True)
    assert (run.state, run.demo, run.counts) == (RunState.RUNNING, True, {})
    store.save(run.id, [new(A), change(ChangeKind.FAILED, B)], NOW)
    assert store.run(run.id).counts == {"new": 1, "failed": 1}
    assert store.solution("maengelmelder").demo
    ended = store.end_run(run.id, RunState.DONE, NOW + MINUTE, [problem("source-shrunk")])
    assert ended == store.run(run.id)
    assert (ended.state, ended.ended_at) == (RunState.DONE, NOW + MINUTE)
    assert list(ended.counts.items()) == [("new", 1), ("failed", 1)]
    assert ended.errors == (problem("source-shrunk"),)


def test_only_one_process_harvests(store: Store) -> None:
    first = store.begin_run(NOW, lease_seconds=60)
    with pytest.raises(HarvestRunning) as caught:
        store.begin_run(NOW + 59 * timedelta(seconds=1))
    assert "process" in caught.value.detail
    assert "2026-03-01T02:00:00Z" in caught.value.detail
    store.end_run(first.id, RunState.DONE, NOW, [])
    assert store.begin_run(NOW).id != first.id


def test_a_heartbeat_and_a_save_keep_the_lease(store: Store) -> None:
    run = store.begin_run(NOW, lease_seconds=60)
    store.heartbeat(run.id, NOW + MINUTE)
    with pytest.raises(HarvestRunning):
        store.begin_run(NOW + 1.9 * MINUTE)
    store.save(run.id, [], NOW + 2 * MINUTE)
    with pytest.raises(HarvestRunning):
        store.begin_run(NOW + 2.9 * MINUTE)
    # A caller whose clock stands still shortens nothing.
    store.save(run.id, [], NOW)
    with pytest.raises(HarvestRunning):
        store.begin_run(NOW + 2.9 * MINUTE)


def test_a_dead_run_is_closed_and_may_not_write_any_more(store: Store) -> None:
    dead = store.begin_run(NOW, lease_seconds=60)
    store.save(dead.id, [new(A)], NOW)
    fresh = store.begin_run(NOW + 2 * MINUTE)
    closed = store.run(dead.id)
    assert (closed.state, closed.ended_at) == (RunState.INTERRUPTED, NOW + 2 * MINUTE)
    assert closed.counts == {"new": 1}
    with pytest.raises(HarvestRunning):
        store.save(dead.id, [new(B)], NOW + 2 * MINUTE)
    with pytest.raises(HarvestRunning):
        store.heartbeat(dead.id, NOW + 2 * MINUTE)
    assert store.stored_repositories([B]) == {}
    assert store.end_run(dead.id, RunState.DONE, NOW + 3 * MINUTE, []).state is RunState.INTERRUPTED
    assert store.run(fresh.id).state is RunState.RUNNING


def test_runs_and_items_come_in_pages(store: Store) -> None:
    ids = []
    for number in range(5):
        run = store.begin_run(NOW + number * DAY)
        store.save(run.id, [new(url_of(f"{number}-{i}"), f"Nr {number}-{i}") for i in range(3)], NOW)
        store.save(run.id, [change(ChangeKind.FAILED, url_of("x"))], NOW)
        store.end_run(run.id, RunState.DONE, NOW + number * DAY, [])
        ids.append(run.id)
    page, total = store.runs(1, 2)
    assert ([run.id for run in page], total) == ([ids[4], ids[3]], 5)
    assert [run.id for run in store.runs(3, 2)[0]] == [ids[0]]
    assert store.runs(4, 2) == ([], 5)
    items, total = store.items(ids[0], 1, 2)
    assert ([item.solution_slug for item in items], total) == (["nr-0-0", "nr-0-1"], 4)
    assert [item.repository for item in store.items(ids[0], 2, 2)[0]] == [url_of("0-2"), url_of("x")]
    failed, total = store.items(ids[0], 1, 10, ItemStatus.FAILED)
    assert ([(item.repository, item.solution_slug) for item in failed], total) == ([(url_of("x"), None)], 1)


def test_an_item_comes_back_as_it_was_given(store: Store) -> None:
    run = store.begin_run(NOW)
    result = new(A)
    store.save(run.id, [result], NOW)
    [item] = store.items(run.id)[0]
    assert (item.repository, item.status, item.seconds, item.at) == (A, ItemStatus.NEW, 0.25, NOW)


@pytest.mark.parametrize("call", ["run", "items", "heartbeat", "save", "end_run"])
def test_an_unknown_run_is_not_found(store: Store, call: str) -> None:
    further: dict[str, list[Any]] = {"heartbeat": [NOW], "save": [[], NOW], "end_run": [RunState.DONE, NOW]}
    with pytest.raises(NotFound):
        getattr(store, call)("nobody", *further.get(call, []))


def test_the_lease_of_a_process_that_was_killed_is_free_at_once(migrated_url: str, store: Store) -> None:
    script = (
        "import os, sys\nfrom datetime import UTC, datetime\nfrom registry.storage.store import Store\n"
        "Store.open(sys.argv[1]).begin_run(datetime.now(UTC), lease_seconds=3600)\n"
        "print('begun', flush=True)\nsys.stdin.read()\n"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", script, migrated_url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert other.stdout is not None
        assert other.stdout.readline() == "begun\n"
        with pytest.raises(HarvestRunning, match=str(other.pid)):
            store.begin_run(datetime.now(UTC))
    finally:
        other.kill()
        other.communicate()
    store.begin_run(datetime.now(UTC))
    assert [run.state for run in store.runs(1, 10)[0]] == [RunState.RUNNING, RunState.INTERRUPTED]


def test_only_a_process_of_this_host_is_known_to_be_dead() -> None:
    me = this_process()
    assert not is_dead(me)
    assert is_dead({**me, "started": "another life"})
    assert not is_dead({**me, "host": "elsewhere", "pid": 1})
    assert not is_dead({})


def test_where_a_start_cannot_be_known_a_process_that_runs_is_not_taken_for_dead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    me = this_process()
    assert me["started"] is not None
    assert not is_dead({**me, "started": None})
    read_text = Path.read_text

    def without_boot_id(path: Path, *given: Any, **named: Any) -> str:
        if path.name == "boot_id":
            raise FileNotFoundError(path)
        return read_text(path, *given, **named)

    monkeypatch.setattr(Path, "read_text", without_boot_id)
    assert this_process()["started"] is None
    assert not is_dead(me)
    assert not is_dead(this_process())
    assert is_dead({**me, "pid": _buried()})
    with subprocess.Popen(["true"]) as ended:
        # Not waited for yet.
        os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)
        assert is_dead({**me, "pid": ended.pid, "started": None})


def _buried() -> int:
    with subprocess.Popen(["true"]) as ended:
        return ended.pid
