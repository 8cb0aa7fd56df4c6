# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A harvest survives what ends its processes and what its database does: each repository exactly once, none lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from benchmarks.kills import build, faults, run_kills
from benchmarks.loopback import serving
from registry.errors import StorageError
from registry.model import RunState
from registry.storage.database import Database
from registry.storage.store import Store
from support.town import Heard, Town

pytest_plugins = ("support.databases",)

KILLS = int(os.environ.get("ALLMENDE_TEST_KILLS", "12"))


@pytest.mark.timeout(600)
def test_killed_at_random_moments_every_repository_is_there_once_in_the_end(database_url: str, tmp_path: Path) -> None:
    workers = 1 if database_url.startswith("postgresql") else 0
    outcome = run_kills(tmp_path, KILLS, 24, seed=7, database_url=database_url, workers=workers)
    assert outcome.faults == []
    assert sum(outcome.kills.values()) >= KILLS


@dataclass
class Shared:
    """A forge on loopback and processes that share one database."""

    environment: dict[str, str]
    store: Store
    base_url: str

    def allmende(self, *words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "registry.cli", *words],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )


@pytest.fixture
def shared(migrated_url: str, store: Store, tmp_path: Path) -> Iterator[Shared]:
    build(tmp_path / "repositories", 40)
    with ExitStack() as stack:
        base_url = stack.enter_context(serving(tmp_path / "repositories"))
        environment = {
            "PATH": os.environ["PATH"],
            "ALLMENDE_REGISTER_CORE": "no",
            "HOME": str(tmp_path),
            "ALLMENDE_DATA_DIR": str(tmp_path / "data"),
            "ALLMENDE_DATABASE_URL": migrated_url,
            "ALLMENDE_EGRESS_ALLOW": base_url.removeprefix("http://"),
            "ALLMENDE_WORKERS": "2",
        }
        yield Shared(environment, store, base_url)


def test_a_leader_and_two_workers_share_a_run(shared: Shared) -> None:
    with shared.allmende("source", "add", f"{shared.base_url}/stadt", "--forge", "gitea", "--json") as added:
        assert added.wait(60) == 0
    names: set[str] = set()
    with ExitStack() as stack:
        helpers = ["worker", "--idle-seconds", "0.1", "--json", "--quiet"]
        workers = [stack.enter_context(shared.allmende(*helpers)) for _ in range(2)]
        leader = stack.enter_context(shared.allmende("harvest", "run", "--quiet", "--json"))
        for process in (leader, *workers):
            stack.callback(process.kill)
        while leader.poll() is None:
            names |= {str(job.worker) for job in shared.store.jobs.page(per_page=200)[0] if job.worker is not None}
            time.sleep(0.02)
        assert leader.returncode == 0
        for worker in workers:
            worker.send_signal(signal.SIGTERM)
            output, errors = worker.communicate(timeout=60)
            assert worker.returncode == 0, errors
            assert b"done" in output
    assert faults(shared.store, f"{shared.base_url}/stadt", 40) == []
    pids = {name.split()[1].partition("-")[0] for name in names if not name.endswith("#leader")}
    assert len(pids) >= 2, names


# --- a database that goes away ----------------------------------------------------------------------------------------


def test_lost_connections_cost_nothing(store: Store, migrated_url: str, tmp_path: Path, request: Any) -> None:
    if not store._database.postgres:
        pytest.skip("SQLite has no connections to lose")
    cluster = request.getfixturevalue("postgres")
    town = Town(store, tmp_path)
    town.fill(80)
    town.add_source()
    database = make_url(migrated_url).database
    cut: list[int] = []

    def cut_off(number: int) -> None:
        if number in (5, 25, 60):
            cut.append(number)
            cluster.sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'")

    report = town.night(Heard(on_done=cut_off))
    assert cut == [5, 25, 60]
    assert (report.run.state, report.run.counts) == (RunState.DONE, {"new": 80})
    assert len(town.items(report)) == 80
    assert store.count_solutions() == 80


class _Away:
    """The database answers nothing for a while."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._is_away = threading.Event()
        self._real = (Database.read, Database.write, Database.queue)

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, real in zip(("read", "write", "queue"), self._real, strict=True):
            monkeypatch.setattr(Database, name, self._guarded(real))

    def _guarded(self, real: Any) -> Any:
        def method(database: Database) -> Any:
            if self._is_away.is_set():
                raise StorageError("database", "connection refused")
            return real(database)

        return method

    def go(self, seconds: float | None) -> None:
        self._is_away.set()
        if seconds is not None:
            threading.Timer(seconds, self._is_away.clear).start()

    def come_back(self) -> None:
        self._is_away.clear()


def test_a_database_that_comes_back_finds_everything_in_flight(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town, away = Town(store, tmp_path), _Away(store._database)
    town.fill(50)
    town.add_source()
    away.install(monkeypatch)

    def once() -> None:
        town.acts.clear()
        away.go(1.0)

    town.acts["werkzeug-10"] = once
    report = town.night()
    assert (report.run.state, report.run.counts) == (RunState.DONE, {"new": 50})
    assert len(town.items(report)) == 50


def test_a_database_that_stays_away_ends_the_run_which_is_taken_up_later(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town, away = Town(store, tmp_path), _Away(store._database)
    town.pace = type(town.pace)(workers=2, retry_seconds=0, patience_seconds=0.5)
    town.fill(50)
    town.add_source()
    away.install(monkeypatch)
    town.acts["werkzeug-10"] = lambda: away.go(None)
    with pytest.raises(StorageError):
        town.night()
    away.come_back()
    town.acts.clear()
    # The lease is this very process's, which lives: it has to run out.
    town.now += timedelta(seconds=2 * town.pace.lease_seconds)
    report = town.harvesting.resume()
    assert (report.run.state, report.run.counts) == (RunState.DONE, {"new": 50})
    assert len(town.items(report)) == 50
