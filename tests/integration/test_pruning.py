# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Storage stays bounded, and what people need is never pruned: the last good declaration, the last that was done."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from harvesters.readers.reading import read_snapshot
from registry.catalogue.memory import StoredMemory
from registry.catalogue.pruning import Freed, Keep, Pruning
from registry.model import ChangeKind, ConditionalRequest, Item, ItemStatus, Job, JobKind, RunState
from registry.storage import migrate
from registry.storage.database import open_engine
from registry.storage.store import Store
from support.nights import BROKEN, GOOD, TOWN, Night, visit
from support.stored import NOW, change, new, url_of

pytest_plugins = ("support.databases",)
URL = TOWN + "baum"
DAY = timedelta(days=1)
Query = Callable[[str], list[tuple[Any, ...]]]


def pruned(store: Store, now: datetime = NOW, dry_run: bool = False, **keep: Any) -> Freed:
    return Pruning(store, lambda: now).run(Keep(**keep), dry_run)


@pytest.fixture
def nightly(store: Store) -> Callable[[bytes], None]:
    """Stores one repository with another publiccode.yml each time, a day later."""
    count = 0

    def night(declaration: bytes) -> None:
        nonlocal count
        count += 1
        at = NOW + count * DAY
        run = store.begin_run(at)
        files = {"publiccode.yml": declaration, "README.md": f"# Nacht {count}\n".encode(), "LICENSE": b"shared\n"}
        visit(store, StoredMemory(store), run.id, URL, Night(files), at, read_snapshot)
        store.end_run(run.id, RunState.DONE, at)

    return night


def contents(query: Query) -> list[str]:
    """READMEs of the stored snapshots are as many as these, oldest first; with whether each is good."""
    rows = query("SELECT good FROM snapshot ORDER BY taken_at")
    return ["good" if good else "bad" for (good,) in rows]


def test_the_last_good_snapshot_stays_however_many_broken_ones_come(
    store: Store, nightly: Callable[[bytes], None], query: Query
) -> None:
    for number in range(2):
        nightly(GOOD.replace(b"1.0.0", b"1.0.%d" % number))
    for number in range(8):
        nightly(BROKEN + b"# %d\n" % number)
    assert contents(query) == ["good", "bad", "bad", "bad"]
    freed = pruned(store, snapshots=1)
    assert (freed.snapshots, contents(query)) == (2, ["good", "bad"])
    assert [one.commit for one in store.rereads.since_good(URL)] == [
        commit for (commit,) in query('SELECT "commit" FROM snapshot WHERE good ORDER BY taken_at')
    ]
    assert b"1.0.1" in store.rereads.since_good(URL)[0].files["publiccode.yml"]
    nightly(GOOD.replace(b"1.0.0", b"2.0.0"))
    assert pruned(store, snapshots=1).snapshots == 2
    assert contents(query) == ["good"]
    assert b"2.0.0" in store.snapshot(URL).files["publiccode.yml"]


def test_files_go_with_their_last_snapshot_and_shared_ones_stay(
    store: Store, nightly: Callable[[bytes], None], query: Query
) -> None:
    run = store.begin_run(NOW)
    other = Night({"LICENSE": b"shared\n", "README.md": b"# Nacht 1\n"})
    visit(store, StoredMemory(store), run.id, TOWN + "other", other, NOW, read_snapshot)
    store.end_run(run.id, RunState.DONE, NOW)
    for number in range(3):
        nightly(GOOD.replace(b"1.0.0", b"1.0.%d" % number))
    before = query("SELECT COUNT(*) FROM file")[0][0]
    freed = pruned(store, snapshots=1)
    assert freed.snapshots == 2
    assert freed.file_bytes > 0
    # Of each of two nights its declaration, and the README of the second; the first one's is the other repository's.
    assert query("SELECT COUNT(*) FROM file")[0][0] == before - 3
    assert store.snapshot(TOWN + "other").files == {"LICENSE": b"shared\n", "README.md": b"# Nacht 1\n"}
    assert store.snapshot(URL).files["LICENSE"] == b"shared\n"


def test_files_that_nothing_refers_to_go(store: Store, nightly: Callable[[bytes], None], migrated_url: str) -> None:
    nightly(GOOD)
    engine = open_engine(migrated_url, migrating=True)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM snapshot_file WHERE path = 'README.md'"))
    assert pruned(store, dry_run=True).files == 1
    assert (pruned(store).files, pruned(store).files) == (1, 0)


def test_a_dry_run_says_what_would_go_and_deletes_nothing(
    store: Store, nightly: Callable[[bytes], None], query: Query
) -> None:
    for number in range(3):
        nightly(GOOD.replace(b"1.0.0", b"1.0.%d" % number))
    later = NOW + 500 * DAY
    told = pruned(store, later, dry_run=True, snapshots=1)
    assert len(contents(query)) == 3
    done = pruned(store, later, snapshots=1)
    for name in ("snapshots", "items", "jobs", "requests"):
        assert getattr(told, name) == getattr(done, name), name


def test_items_of_unchanged_repositories_go_first_and_the_last_deed_stays(store: Store, query: Query) -> None:
    def night(day: int, *results: Any) -> str:
        at = NOW + day * DAY
        run = store.begin_run(at)
        store.save(run.id, [(made, Item(item.repository, item.status, at=at)) for made, item in results], at)
        store.end_run(run.id, RunState.DONE, at)
        return run.id

    one, other = url_of(1), url_of(2)
    first = night(0, new(one), new(other))
    quiet = night(1, change(ChangeKind.UNCHANGED, one), change(ChangeKind.UNCHANGED, other))
    failed = night(2, change(ChangeKind.FAILED, one), change(ChangeKind.UNCHANGED, other))
    lately = night(20, change(ChangeKind.UNCHANGED, one), change(ChangeKind.UNCHANGED, other))
    items = "SELECT run_id, repository_url, status FROM item ORDER BY id"

    pruned(store, NOW + 21 * DAY)
    assert query(items) == [
        (first, one, "new"),
        (first, other, "new"),
        (failed, one, "failed"),
        (lately, one, "unchanged"),
        (lately, other, "unchanged"),
    ]
    assert store.run(quiet).counts == {"unchanged": 2}
    pruned(store, NOW + 600 * DAY)
    assert query(items) == [(first, other, "new"), (failed, one, "failed")]
    assert {run.id for run in store.runs()[0]} == {first, failed}


def test_jobs_requests_and_pauses_go_in_time(store: Store, query: Query) -> None:
    run = store.begin_run(NOW)
    store.jobs.enqueue([Job("", JobKind.REPOSITORY, url_of(1), run_id=run.id)], NOW)
    (claimed,) = store.jobs.claim("w", NOW, 5, 60, [JobKind.REPOSITORY], run.id)
    store.jobs.fail(claimed.id, "w", NOW, "internal")
    # While the run goes on it must know what was tried.
    assert pruned(store, NOW + 40 * DAY).jobs == 0
    store.end_run(run.id, RunState.DONE, NOW)
    assert pruned(store, NOW + 29 * DAY).jobs == 1, "the lease of the run"
    assert pruned(store, NOW + 31 * DAY).jobs == 1, "what somebody may have wanted to try again"
    cache = store.request_cache()
    for number, days in enumerate((0, 70)):
        cache.put(ConditionalRequest(f"https://a.example/{number}", "e", None, 200, "0" * 64, NOW + days * DAY, b"x"))
    assert pruned(store, NOW + 71 * DAY).requests == 1
    assert cache.get("https://a.example/1") is not None
    store.hosts.pause("slow.example", NOW + DAY, "rate-limited")
    assert pruned(store, NOW).pauses == 0
    assert pruned(store, NOW + 2 * DAY).pauses == 1
    assert query("SELECT paused_until FROM host") == [(None,)]


def test_a_sqlite_file_shrinks(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.sqlite'}"
    migrate.upgrade(url)
    store = Store.open(url)
    filler(url, 20)
    engine = open_engine(url, migrating=True)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM setting"))
    freed = pruned(store)
    assert freed.bytes_after < freed.bytes_before / 2
    assert freed.reusable == 0
    store.close()


def test_an_old_sqlite_file_is_rebuilt_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.sqlite'}"
    migrate.upgrade(url)
    filler(url, 20)
    with sqlite3.connect(tmp_path / "a.sqlite", isolation_level=None) as connection:
        connection.execute("DELETE FROM setting")
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA auto_vacuum = NONE")
        connection.execute("VACUUM")
        connection.execute("PRAGMA journal_mode = WAL")
    filler(url, 20)
    with open_engine(url, migrating=True).begin() as changed:
        changed.execute(text("DELETE FROM setting"))
    store = Store.open(url)
    freed = pruned(store)
    assert freed.bytes_after < freed.bytes_before / 2
    store.close()


def filler(url: str, megabytes: int) -> None:
    with open_engine(url, migrating=True).begin() as connection:
        for number in range(megabytes):
            connection.execute(
                text("INSERT INTO setting VALUES (:key, :value)"), {"key": str(number), "value": "x" * 2**20}
            )


def test_pruning_beside_a_harvest_harms_neither(store: Store, nightly: Callable[[bytes], None], query: Query) -> None:
    errors: list[BaseException] = []
    ended = threading.Event()

    def harvest() -> None:
        try:
            for number in range(25):
                nightly(GOOD.replace(b"1.0.0", b"1.%d.0" % number))
        except BaseException as error:
            errors.append(error)
        finally:
            ended.set()

    thread = threading.Thread(target=harvest)
    thread.start()
    while not ended.wait(0.01):
        pruned(store, snapshots=1)
    thread.join()
    assert errors == []
    assert b"1.24.0" in store.snapshot(URL).files["publiccode.yml"]
    missing = "SELECT COUNT(*) FROM snapshot_file s WHERE NOT EXISTS (SELECT 1 FROM file f WHERE f.sha256 = s.sha256)"
    assert query(missing) == [(0,)]


def test_what_a_run_prunes_at_its_end_is_bounded_in_time(store: Store) -> None:
    assert Pruning(store, lambda: NOW).light(NOW, seconds=0.0) == Freed()


def test_statuses_that_are_told_stay(store: Store, query: Query) -> None:
    run = store.begin_run(NOW)
    store.save(run.id, [(None, Item("https://x.example/a", ItemStatus.REFUSED, "needs-password", {}, at=NOW))], NOW)
    store.end_run(run.id, RunState.DONE, NOW)
    pruned(store, NOW + 100 * DAY)
    assert query("SELECT status FROM item") == [("refused",)]
