# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from registry.errors import ConfigError, SchemaMismatch, StorageError, StorageFull
from registry.model import ChangeKind
from registry.storage import migrate
from registry.storage.database import open_engine
from registry.storage.store import Store
from support.stored import DAY, NOW, change, harvested, new, problem, url_of

pytest_plugins = ("support.databases",)

Query = Callable[[str], list[tuple[Any, ...]]]
A, B = url_of("a"), url_of("b")
_TABLES = [
    "repository", "snapshot", "file", "snapshot_file", "fact", "problem",
    "solution", "solution_slug", "signal", "item", "outbox",
]  # fmt: skip


def counts(query: Query) -> dict[str, int]:
    return {table: query(f"SELECT count(*) FROM {table}")[0][0] for table in _TABLES}


class BrokenError(Exception):
    """Stands for the death of the process at this statement."""


@pytest.mark.parametrize("table", [*_TABLES, "setting", "solution_repository"])
def test_what_ends_half_way_leaves_nothing(migrated_url: str, query: Query, table: str) -> None:
    engine = open_engine(migrated_url)
    store = Store(engine)
    run_id = store.begin_run(NOW).id
    store.save(run_id, [new(A, "Eins")], NOW)
    before, position = counts(query), store.outbox_position()

    def fail(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(f"INSERT INTO {table} "):
            raise BrokenError

    batch = [
        change(ChangeKind.CHANGED, A, harvested(A, "Eins neu", commit="b" * 40)),
        new(B, "Zwei", problems=(problem(),)),
    ]
    event.listen(engine, "before_cursor_execute", fail)
    with pytest.raises(BrokenError):
        store.save(run_id, batch, NOW + DAY)
    event.remove(engine, "before_cursor_execute", fail)
    assert counts(query) == before
    assert store.outbox_position() == position
    assert store.solution("eins").solution.name == "Eins"
    store.save(run_id, batch, NOW + DAY)
    assert store.outbox_size() == store.count_solutions() == 2
    store.close()


_KILLED = """
import os, sys
from sqlalchemy import event
from support.stored import NOW, new, url_of
from registry.storage.database import open_engine
from registry.storage.store import Store
engine = open_engine(sys.argv[1])
store = Store(engine)
@event.listens_for(engine, "before_cursor_execute")
def die(connection, cursor, statement, *_):
    if statement.startswith("INSERT INTO item "):
        os.kill(os.getpid(), 9)
store.save(sys.argv[2], [new(url_of(number), f"Nr {number}") for number in range(20)], NOW)
"""


def test_a_killed_process_leaves_the_last_good_state(migrated_url: str, store: Store, query: Query) -> None:
    run_id = store.begin_run(NOW).id
    store.save(run_id, [new(A, "Eins")], NOW)
    before = counts(query)
    command = [sys.executable, "-c", _KILLED, migrated_url, run_id]
    done = subprocess.run(command, env={"PYTHONPATH": str(Path(__file__).parents[1])}, timeout=60)
    assert done.returncode == -9
    assert counts(query) == before
    store.save(run_id, [new(B, "Zwei")], NOW)
    assert store.count_solutions() == store.outbox_size() == 2


def test_a_full_disk_is_said_and_loses_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'full.sqlite'}"
    migrate.upgrade(url)
    engine = open_engine(url)
    store = Store(engine)
    run_id = store.begin_run(NOW).id
    store.save(run_id, [new(A, "Eins")], NOW)

    @event.listens_for(engine, "begin")
    def no_more_pages(connection: Any) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    # More than the pages that migrations left free, and nothing that could be packed.
    noise = random.Random(7).randbytes(400_000)
    with pytest.raises(StorageFull) as caught:
        store.save(run_id, [new(B, "Zwei", files={f"{n}": noise + bytes([n]) for n in range(40)})], NOW)
    assert "full" in caught.value.detail
    assert [record.slug for record in store.solutions_by_id(store.solution_ids()).values()] == ["eins"]
    store.save(run_id, [change(ChangeKind.UNCHANGED, A)], NOW + DAY)
    assert store.solution("eins").checked_at == NOW + DAY
    store.close()


def test_a_full_disk_of_postgresql(postgres: Any) -> None:
    engine = open_engine(postgres.url("postgres"))
    store = Store(engine)

    @event.listens_for(engine, "before_cursor_execute", retval=True)
    def no_space(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> tuple[str, Any]:
        if "FROM setting" in statement:
            return "DO $$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'; END $$", {}
        return statement, parameters

    with pytest.raises(StorageFull, match="no space left"):
        store.setting("x")
    store.close()


@pytest.mark.parametrize("where", ["now", "failing_since", "taken_at"])
def test_naive_instants_are_refused(store: Store, where: str) -> None:
    naive = datetime(2026, 3, 1)
    run_id = store.begin_run(NOW).id
    now = naive if where == "now" else NOW
    fresh = harvested(A)
    if where == "taken_at":
        fresh = replace(fresh, snapshot=replace(fresh.snapshot, taken_at=naive))
    decided, item = change(ChangeKind.NEW, A, fresh)
    if where == "failing_since":
        decided = replace(decided, failing_since=naive)
    with pytest.raises((StorageError, TypeError), match="naive"):
        store.save(run_id, [(decided, item)], now)
    assert store.stored_repositories([A]) == {}


def test_other_time_zones_become_utc(store: Store) -> None:
    from_berlin = datetime.fromisoformat("2026-07-01T02:00:00+02:00")
    run = store.begin_run(from_berlin)
    started = store.run(run.id).started_at
    assert started.isoformat() == "2026-07-01T00:00:00+00:00"


def test_readers_go_on_while_a_writer_writes(migrated_url: str, store: Store) -> None:
    run_id = store.begin_run(NOW).id
    store.save(run_id, [new(url_of(n), f"Nr {n}") for n in range(10)], NOW)
    writing, go_on = threading.Event(), threading.Event()
    engine = open_engine(migrated_url)
    writer = Store(engine)

    @event.listens_for(engine, "commit")
    def wait(_: Any) -> None:
        writing.set()
        go_on.wait(20)

    with ThreadPoolExecutor(1) as pool:
        saving = pool.submit(writer.save, run_id, [new(url_of("late"), "Spät")], NOW)
        assert writing.wait(20)
        assert store.count_solutions() == 10
        assert len(list(store.all_documents(batch=3))) == 10
        go_on.set()
        saving.result(20)
    assert store.count_solutions() == 11
    writer.close()


def test_two_writers_wait_for_each_other(migrated_url: str, store: Store) -> None:
    run_id = store.begin_run(NOW).id
    # Two engines, so that neither the pool nor the lock within one process helps.
    other = Store.open(migrated_url)

    def write(writer: Store, first: int) -> None:
        for number in range(first, first + 15):
            writer.save(run_id, [new(url_of(number), "Gleich"), new(url_of(f"{number}-b"), f"Nr {number}")], NOW)
            writer.outbox_done([entry.seq for entry in writer.outbox_pending(1)])

    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(write, one, start) for one, start in ((store, 0), (other, 100), (store, 200), (other, 300))]
        for job in jobs:
            job.result(60)
    assert store.count_solutions() == 120
    assert len({record.slug for record in store.solutions_by_id(store.solution_ids()).values()}) == 120
    assert store.items(run_id)[1] == 120
    other.close()


def test_a_locked_database_is_a_storage_error(tmp_path: Path) -> None:
    path = tmp_path / "locked.sqlite"
    migrate.upgrade(f"sqlite:///{path}")
    engine = open_engine(f"sqlite:///{path}")
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout = 50"))
    store = Store(engine)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="locked"):
        store.begin_run(NOW)
    holder.close()
    store.begin_run(NOW)
    store.close()


def test_a_database_that_may_only_be_read_is_told_as_such(tmp_path: Path) -> None:
    path = tmp_path / "read.sqlite"
    migrate.upgrade(f"sqlite:///{path}")
    engine = open_engine(f"sqlite:///{path}")
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA query_only = on"))
    store = Store(engine)
    with pytest.raises(StorageError) as caught:
        store.begin_run(NOW)
    assert caught.value.rule == "storage-readonly"
    store.close()


def test_a_database_without_tables(database_url: str) -> None:
    store = Store.open(database_url)
    with pytest.raises(SchemaMismatch, match="upgrade"):
        store.publishers()
    store.close()


def test_opening_touches_nothing_and_the_folder_is_private(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    url = f"sqlite:///{folder / 'x.sqlite'}"
    Store.open(url).close()
    assert not folder.exists()
    migrate.upgrade(url)
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError):
        migrate.upgrade(f"sqlite:///{tmp_path / 'file' / 'x' / 'y.sqlite'}")


def test_a_server_that_is_not_there_keeps_the_password_to_itself() -> None:
    store = Store.open("postgresql://allmende:geheim@127.0.0.1:1/allmende?connect_timeout=2")
    with pytest.raises(StorageError) as caught:
        store.publishers()
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("url", ["", "mysql://x/y", "sqlite://", "sqlite:///:memory:", "not a url"])
def test_addresses_we_cannot_use(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Store.open(url)
    assert caught.value.subject == "ALLMENDE_DATABASE_URL"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_spellings_of_postgresql(scheme: str) -> None:
    assert open_engine(f"{scheme}://u@127.0.0.1/d").url.drivername == "postgresql+psycopg"


def test_sqlite_is_tuned(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'x.sqlite'}"
    migrate.upgrade(url)
    engine = open_engine(url)
    with engine.connect() as connection:
        names = ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]
    engine.dispose()
    assert found == ["wal", 1, 1, 30_000]
