# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The one place that opens the database: addresses, transactions, and foreign errors turned into ours.

SQLite: WAL, explicit BEGIN (IMMEDIATE for writers, so that a writer waits at its start and never fails half-way with
"database is locked"), as the SQLAlchemy documentation advises under "Enabling Non-Legacy SQLite Transactional Modes".
PostgreSQL: writers take one advisory lock a transaction, which gives the same order of writes; readers see one
snapshot.
"""

from __future__ import annotations

import errno
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, SQLAlchemyError, StatementError
from sqlalchemy.pool import NullPool

from registry.errors import ConfigError, SchemaMismatch, StorageError, StorageFull
from registry.storage.columns import dump_json

BUSY_SECONDS = 30
"""How long a SQLite writer waits for another process to finish its transaction."""
WRITER_LOCK = 0x616C6C6D
"""Number of PostgreSQL's advisory lock for writing transactions ("allm"); see ``migrate`` for the other one."""

_WRITES = "allmende_writes"
_PG_DISK_FULL = "53100"
_PG_LOCKED = "55P03"
_PG_READ_ONLY = "25006"
_SQLITE_LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_PG_NO_SUCH = {"42P01", "42703"}


def database_url(url: str) -> URL:
    """``url`` with our driver. Raises ConfigError for anything but a SQLite file or PostgreSQL."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ConfigError("ALLMENDE_DATABASE_URL", "not a database URL") from error
    if parsed.drivername in {"postgres", "postgresql", "postgresql+psycopg"}:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername in {"sqlite", "sqlite+pysqlite"}:
        if not parsed.database or parsed.database == ":memory:":
            raise ConfigError("ALLMENDE_DATABASE_URL", "SQLite needs a file: sqlite:////absolute/path")
        return parsed.set(drivername="sqlite")
    raise ConfigError("ALLMENDE_DATABASE_URL", f"{parsed.drivername}: only sqlite and postgresql are supported")


def open_engine(url: str, *, migrating: bool = False) -> Engine:
    """An engine that has not connected yet. ``migrating``: no pool, and SQLite may rebuild tables others refer to.

    Raises ConfigError for an unusable URL or a missing driver.
    """
    parsed = database_url(url)
    options: dict[str, Any] = {"poolclass": NullPool} if migrating else {"pool_pre_ping": True}
    sqlite = parsed.drivername == "sqlite"
    try:
        engine = create_engine(
            parsed, connect_args={"timeout": BUSY_SECONDS} if sqlite else {}, json_serializer=dump_json, **options
        )
    except ModuleNotFoundError as error:
        raise ConfigError(
            "ALLMENDE_DATABASE_URL", "PostgreSQL needs the extra: pip install allmende[postgres]"
        ) from error
    if sqlite:
        _tune_sqlite(engine, Path(str(parsed.database)), foreign_keys=not migrating)
    return engine


def _tune_sqlite(engine: Engine, path: Path, *, foreign_keys: bool) -> None:
    @event.listens_for(engine, "do_connect")
    def make_folder(*_: Any) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _: Any) -> None:
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        connection.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
        # Of a new file only, before anything is in it: see ``compacting``.
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        _use_wal(connection)
        # In WAL mode NORMAL cannot corrupt; a power cut may lose the last commits, which the next harvest repeats.
        connection.execute("PRAGMA synchronous = NORMAL")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch the file to WAL unless it is there already. SQLite does not wait for its lock here: so we do."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise
            if time.monotonic() > deadline:
                raise
        time.sleep(0.01)


class Database:
    """Transactions on one engine. Errors of the database leave ``read`` and ``write`` as ours."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        postgres = engine.dialect.name == "postgresql"
        self._reader = engine.execution_options(
            **({"isolation_level": "REPEATABLE READ", "postgresql_readonly": True} if postgres else {})
        )
        self._writer = engine.execution_options(**{_WRITES: True})
        # Threads of one process queue here, fairly and without SQLite's polling.
        self._turn: AbstractContextManager[Any] = nullcontext() if postgres else threading.Lock()
        self._file: tuple[int, int] | None = None
        if not postgres:
            event.listen(engine, "connect", self._note_file)

    @property
    def postgres(self) -> bool:
        return self._engine.dialect.name == "postgresql"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database."""
        with translated(self._engine), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is kept whole or not at all; writers come one after the other."""
        with self._turn, translated(self._engine), self._writer.begin() as connection:
            if self.postgres:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITER_LOCK})
            yield connection

    @contextmanager
    def queue(self) -> Iterator[Connection]:
        """As ``write``, but PostgreSQL's writers do not wait for each other: for statements that skip locked rows."""
        with self._turn, translated(self._engine), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def outside(self) -> Iterator[Any]:
        """The driver's own connection, outside any transaction: for what databases do in none, such as VACUUM.

        The driver's errors are the caller's.
        """
        with self._turn, translated(self._engine):
            pooled = self._engine.raw_connection()
            try:
                if self.postgres:
                    pooled.driver_connection.autocommit = True  # type: ignore[union-attr]
                yield pooled.driver_connection
            finally:
                if self.postgres:
                    pooled.driver_connection.autocommit = False  # type: ignore[union-attr]
                pooled.close()

    def verify_file(self) -> None:
        """Raises StorageError when the SQLite file was removed or replaced under us: what we read is then no longer
        what others find there. PostgreSQL tells such things itself.
        """
        if self._file is not None and self._identity() != self._file:
            where = self._engine.url.render_as_string(hide_password=True)
            raise StorageError(where, "the file was removed or replaced since it was opened: restart this program")

    def close(self) -> None:
        self._engine.dispose()
        self._file = None

    def _note_file(self, *_: Any) -> None:
        if self._file is None:
            self._file = self._identity()

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = Path(str(self._engine.url.database)).stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino


@contextmanager
def translated(engine: Engine) -> Iterator[None]:
    """Turns the database's errors into StorageFull, SchemaMismatch or StorageError."""
    where = engine.url.render_as_string(hide_password=True)
    try:
        yield
    except SQLAlchemyError as error:
        raise _our_error(error, where) from error
    except (UnicodeError, OverflowError) as error:
        # The drivers' own, which SQLAlchemy does not wrap.
        raise StorageError(where, _first_line(error)) from error
    except OSError as error:
        # Of the folder that the SQLite file shall lie in.
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        raise (StorageFull if full else StorageError)(where, error.strerror or type(error).__name__) from error


def _our_error(error: SQLAlchemyError, where: str) -> StorageError:
    if not isinstance(error, DBAPIError):
        cause = error.orig if isinstance(error, StatementError) else error
        return StorageError(where, _first_line(cause))
    detail = _first_line(error.orig)
    code = getattr(error.orig, "sqlstate", None)
    sqlite_code = getattr(error.orig, "sqlite_errorcode", None)
    if code == _PG_DISK_FULL or (sqlite_code is not None and sqlite_code & 0xFF == sqlite3.SQLITE_FULL):
        return StorageFull(where, detail)
    if code == _PG_LOCKED or (sqlite_code is not None and sqlite_code & 0xFF in _SQLITE_LOCKED):
        return StorageError(where, detail, rule="storage-busy")
    if code == _PG_READ_ONLY or (sqlite_code is not None and sqlite_code & 0xFF == sqlite3.SQLITE_READONLY):
        return StorageError(where, detail, rule="storage-readonly")
    if code in _PG_NO_SUCH or (isinstance(error, OperationalError) and detail.startswith("no such ")):
        return SchemaMismatch(where, f"{detail}: upgrade the database")
    return StorageError(where, detail)


def _first_line(error: BaseException | None) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
