# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The queries behind alerts, figures and the pages of the runs, on both databases."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from registry.catalogue.alerting import alerts, situation
from registry.config import load
from registry.errors import NotFound
from registry.model import Item, ItemStatus, Job, JobKind, RunState
from registry.search.index import open_index
from registry.storage.database import open_engine
from registry.storage.store import Store
from registry.storage.tables import outbox, repository
from registry.storage.watching import HostHealth, host_of
from support.stored import NOW

pytest_plugins = ("support.databases",)
Query = Callable[[str], list[tuple[Any, ...]]]


def put(url: str, migrated_url: str, **values: Any) -> None:
    row = {
        "id": url[-36:],
        "url": url,
        "forge": "git",
        "state": "active",
        "strikes": 0,
        "first_seen_at": NOW,
        "descent": "original",
        **values,
    }
    engine = open_engine(migrated_url, migrating=True)
    with engine.begin() as connection:
        connection.execute(insert(repository).values(row))


def test_hosts_whose_repositories_cannot_be_reached(store: Store, migrated_url: str) -> None:
    for number in range(4):
        put(f"https://down.example/o/{number}", migrated_url, state="unreachable")
    put("https://down.example/o/blocked", migrated_url, state="unreachable", blocked_at=NOW)
    put("https://down.example/o/fine", migrated_url)
    put("https://down.example.org/o/other", migrated_url)
    put("https://up.example/o/1", migrated_url, state="unreachable")
    assert store.watching.hosts_with_unreachable(2) == [HostHealth("down.example", 4, 6)]
    assert [host.name for host in store.watching.hosts_with_unreachable(1)] == ["down.example", "up.example"]
    assert host_of("http://127.0.0.1:8080/x/y") == "127.0.0.1:8080"


def test_what_waits_longest_for_a_visit(store: Store, migrated_url: str) -> None:
    assert store.watching.longest_unvisited() is None
    put("https://a.example/1", migrated_url, visited_at=NOW - timedelta(days=2))
    put("https://a.example/2", migrated_url, state="new", first_seen_at=NOW - timedelta(days=3))
    put("https://a.example/gone", migrated_url, state="gone", visited_at=NOW - timedelta(days=90))
    blocked = {"blocked_at": NOW, "visited_at": NOW - timedelta(days=80)}
    put("https://a.example/blocked", migrated_url, **blocked)
    assert store.watching.longest_unvisited() == NOW - timedelta(days=3)


def test_how_long_the_index_is_behind(store: Store, migrated_url: str) -> None:
    assert store.watching.outbox_since() is None
    engine = open_engine(migrated_url, migrating=True)
    with engine.begin() as connection:
        for days in (5, 1):
            row = {"solution_id": "s", "action": "upsert", "created_at": NOW - timedelta(days=days)}
            connection.execute(insert(outbox).values(row))
    assert store.watching.outbox_since() == NOW - timedelta(days=5)


def test_until_when_the_run_says_that_it_lives(store: Store) -> None:
    assert store.watching.lease_until() is None
    run = store.begin_run(NOW, lease_seconds=90)
    assert store.watching.lease_until() == NOW + timedelta(seconds=90)
    store.end_run(run.id, RunState.DONE, NOW)
    assert store.watching.lease_until() is None


def test_a_run_whose_process_is_dead_does_not_say_that_it_lives(
    store: Store, migrated_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with subprocess.Popen(["true"]) as ended:
        pass
    with monkeypatch.context() as there:
        there.setattr("os.getpid", lambda: ended.pid)
        store.begin_run(NOW, lease_seconds=90)
    assert store.watching.lease_until() is None


def test_items_are_paged_faults_first_and_found_by_address(store: Store) -> None:
    run = store.begin_run(NOW)
    rows = [
        ("https://git.example/Stadt/eins", ItemStatus.UNCHANGED),
        ("https://git.example/stadt/zwei", ItemStatus.GONE),
        ("https://git.example/amt/100%_sicher", ItemStatus.NEW),
        ("https://git.example/amt/drei", ItemStatus.FAILED),
        ("https://git.example/stadt/vier", ItemStatus.REFUSED),
    ]
    store.save(run.id, [(None, Item(url, status)) for url, status in rows], NOW)

    def names(page: int = 1, per_page: int = 10, **wanted: Any) -> list[str]:
        return [
            item.repository.rpartition("/")[2] for item in store.watching.items(run.id, page, per_page, **wanted)[0]
        ]

    assert names() == ["drei", "vier", "zwei", "eins", "100%_sicher"]
    assert names(2, 2) == ["zwei", "eins"]
    assert names(text="STADT") == ["vier", "zwei", "eins"]
    assert names(text="0%_s") == ["100%_sicher"]
    assert names(text="0__s") == []
    assert names(text="stadt", status=ItemStatus.REFUSED) == ["vier"]
    assert store.watching.items(run.id, 1, 1, text="stadt")[1] == 3
    with pytest.raises(NotFound):
        store.watching.items("no-such-run", 1, 10)


def test_the_situation_is_read_as_it_is(store: Store, tmp_path: Path) -> None:
    config = load({"ALLMENDE_DATA_DIR": str(tmp_path / "data")})
    index = open_index(f"whoosh://{tmp_path / 'index'}")
    assert alerts(store, index, config, NOW) == []
    run = store.begin_run(NOW, lease_seconds=90)
    jobs = [Job("", JobKind.REPOSITORY, f"https://a.example/{number}", run_id=run.id) for number in range(3)]
    store.jobs.enqueue(jobs, NOW)
    for job in store.jobs.claim("w", NOW, 2, 60, [JobKind.REPOSITORY], run.id):
        store.jobs.fail(job.id, "w", NOW, "unreachable")
    found = situation(store, index, config)
    assert found.given_up == 2
    assert found.disk_free is not None
    assert found.disk_needed == 4 * 300 * 2**20
    late = NOW + timedelta(minutes=5)
    assert {"alert-run-dead", "alert-jobs-given-up"} <= {alert.rule for alert in alerts(store, index, config, late)}
