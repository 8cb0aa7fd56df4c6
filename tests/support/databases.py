# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Real databases for tests: a fresh SQLite file and a fresh PostgreSQL database in a cluster of our own.

A test module says ``pytest_plugins = ("support.databases",)`` and takes ``store``, ``migrated_url`` or ``database_url``
(no tables yet); each runs the test once on each database. The cluster listens on no port, only on a Unix socket in a
temporary folder, and is stopped and deleted at the end.
"""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import make_url, text

from registry.storage import migrate
from registry.storage.database import open_engine
from registry.storage.store import Store
from registry.storage.tables import metadata

_BINARIES = Path("/usr/lib/postgresql")
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running PostgreSQL server."""

    binaries: Path
    socket: Path
    user: str

    def url(self, database: str) -> str:
        return f"postgresql://{self.user}@/{database}?host={quote(str(self.socket))}"

    def sql(self, statement: str) -> None:
        command = [str(self.binaries / "psql"), "-X", "-q", "-h", str(self.socket), "-U", self.user, "-c", statement]
        subprocess.run([*command, "postgres"], check=True, capture_output=True, timeout=60)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """Skipped where PostgreSQL is not installed; with CI=true that is a failure, so that CI cannot lose it unseen."""
    binaries = _find_binaries()
    if binaries is None:
        message = "PostgreSQL is not installed (Debian: apt-get install postgresql)"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    folder = Path(tempfile.mkdtemp(prefix="allmende-pg-"))
    # The server refuses to run as root: root runs it as the account that Debian's package made.
    owner = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    if os.geteuid() == 0:
        shutil.chown(folder, owner)
    cluster = Cluster(binaries, folder, "allmende")
    data = folder / "data"
    started = False
    try:
        _as(owner, f"{binaries}/initdb -D {data} -U {cluster.user} -A trust -E UTF8 --locale=C --no-sync")
        # No durability for what is thrown away: this halves the time of the tests.
        options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off -c synchronous_commit=off"
        _as(owner, f"{binaries}/pg_ctl -D {data} -l {folder}/log -w -t 60 -o '{options}' start")
        started = True
        yield cluster
    finally:
        if started:
            _as(owner, f"{binaries}/pg_ctl -D {data} -w -m immediate stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Cluster) -> str:
    """URL of one migrated database for the whole session: making one takes longer than most tests."""
    url = _create(postgres)
    migrate.upgrade(url)
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of an empty database without any table."""
    if request.param == "sqlite":
        yield _sqlite(tmp_path)
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    url = _create(cluster)
    yield url
    cluster.sql(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of a migrated database without any row."""
    if request.param == "sqlite":
        url = _sqlite(tmp_path)
        migrate.upgrade(url)
        return url
    url = request.getfixturevalue("migrated_postgres")
    engine = open_engine(url, migrating=True)
    with engine.begin() as connection:
        names = ", ".join(metadata.tables)
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY"))
    return url


@pytest.fixture
def store(migrated_url: str) -> Iterator[Store]:
    """A store on a migrated database without any row."""
    opened = Store.open(migrated_url)
    yield opened
    opened.close()


@pytest.fixture
def query(migrated_url: str) -> Callable[[str], list[tuple[Any, ...]]]:
    """Looks into the tables of ``store`` with SQL of the test's own."""
    engine = open_engine(migrated_url, migrating=True)

    def run(statement: str) -> list[tuple[Any, ...]]:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(statement))]

    return run


def _sqlite(folder: Path) -> str:
    return f"sqlite:///{folder / 'store' / 'allmende.sqlite'}"


def _create(cluster: Cluster) -> str:
    name = f"allmende_{os.getpid()}_{next(_numbers)}"
    cluster.sql(f"CREATE DATABASE {name} TEMPLATE template0")
    return cluster.url(name)


def _find_binaries() -> Path | None:
    versions = sorted(_BINARIES.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]), reverse=True)
    if versions:
        return versions[0].parent
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def _as(owner: str, command: str) -> None:
    shell = ["su", owner, "-s", "/bin/sh", "-c", command] if os.geteuid() == 0 else ["/bin/sh", "-c", command]
    # Output goes to a file: the server would keep a pipe open after pg_ctl has ended.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(shell, stdout=output, stderr=output, stdin=subprocess.DEVNULL, cwd="/", timeout=120)
        if done.returncode != 0:
            output.seek(0)
            raise RuntimeError(f"{command}: {output.read().decode(errors='replace')}")
