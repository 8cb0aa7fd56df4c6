# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The database's health as ``allmende doctor`` asks for it: version, size, journal, integrity. Changes nothing."""

from __future__ import annotations

import os
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from registry.storage.database import Database, database_url, open_engine

_STEPS = 10_000
"""Instructions of SQLite's virtual machine between two looks at the clock."""


@dataclass(frozen=True, slots=True)
class Examination:
    """Sizes in bytes. ``intact`` is None where the time was too short to tell, or the server sees to it itself."""

    kind: str
    """ "SQLite" or "PostgreSQL"."""
    version: str
    size: int
    journal: str | None = None
    journal_size: int = 0
    intact: bool | None = None
    fault: str = ""


def file_of(url: str) -> Path | None:
    """The file of a SQLite database; None for PostgreSQL. Raises ConfigError."""
    parsed = database_url(url)
    return Path(str(parsed.database)) if parsed.drivername == "sqlite" else None


def is_writable(path: Path) -> bool:
    """Whether this process may write a SQLite file: it, its journal beside it, and the folder for them."""
    beside = [path, Path(f"{path}-wal"), Path(f"{path}-shm")]
    return os.access(path.parent, os.W_OK) and all(os.access(one, os.W_OK) for one in beside if one.exists())


def examine(url: str, seconds: float) -> Examination:
    """Look at a database that is there; the integrity check ends after ``seconds``. Raises StorageError."""
    database = Database(open_engine(url))
    try:
        with database.read() as connection:
            return _postgres(connection) if database.postgres else _sqlite(connection, Path(str(file_of(url))), seconds)
    finally:
        database.close()


def _postgres(connection: Connection) -> Examination:
    version = connection.scalar(text("SHOW server_version")) or ""
    size = connection.scalar(text("SELECT pg_database_size(current_database())")) or 0
    return Examination("PostgreSQL", str(version).split()[0], int(size))


def _sqlite(connection: Connection, path: Path, seconds: float) -> Examination:
    journal = connection.scalar(text("PRAGMA journal_mode"))
    wal = Path(f"{path}-wal")
    intact, fault = _intact(connection.connection.driver_connection, seconds)
    return Examination(
        kind="SQLite",
        version=sqlite3.sqlite_version,
        size=path.stat().st_size,
        journal=str(journal),
        journal_size=wal.stat().st_size if wal.exists() else 0,
        intact=intact,
        fault=fault,
    )


def _intact(raw: Any, seconds: float) -> tuple[bool | None, str]:
    deadline = time.monotonic() + seconds
    raw.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
    try:
        said = str(raw.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
            return None, ""
        return False, str(error)
    finally:
        raw.set_progress_handler(None, 0)
    return said == "ok", "" if said == "ok" else said.splitlines()[0]
