# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Giving room back to the disk in steps so small that nobody waits for them, and keeping the planner's figures fresh.

SQLite: databases made by this version release pages a few at a time (``auto_vacuum = INCREMENTAL``); older ones use
their free pages again and are rebuilt once, when that is asked for. PostgreSQL: a plain VACUUM, which blocks nobody.
"""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass

from sqlalchemy import text

from registry.storage.database import Database

_PAGES = 256
"""Pages released in one transaction: about a megabyte, some milliseconds."""
_REST_SECONDS = 0.005
_MOST_REBUILT = 512 * 2**20
"""A larger SQLite file is not rebuilt in one go: writers would wait too long."""
_WORTH = 0.2
"""Share of free pages from which on a rebuild pays."""
_TABLES = ("snapshot", "snapshot_file", "file", "fact", "problem", "item", "job", "conditional_request", "outbox")


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes of the database on disk, and how many of them are free for new rows (SQLite only)."""

    bytes: int
    free: int = 0


class Compacting:
    """Reached as ``store.prunes.compacting``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def room(self) -> Room:
        with self._database.read() as connection:
            if self._database.postgres:
                return Room(int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()))
            names = ("page_size", "page_count", "freelist_count")
            size, pages, free = (int(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()) for name in names)
            return Room(size * pages, size * free)

    def release(self, seconds: float, spare: float = 0.0) -> None:
        """Give free pages back for at most so long, but for this share of all pages, which the next rows will use.

        PostgreSQL does that by itself: nothing is done there.
        """
        if self._database.postgres:
            return
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self._step(spare):
            time.sleep(_REST_SECONDS)

    def tidy(self, rebuild: bool) -> None:
        """After much was deleted. ``rebuild`` allows a small, old SQLite file to be written anew, once.

        What cannot be done now since others are at work is left for the next time.
        """
        if self._database.postgres:
            with self._database.outside() as connection:
                connection.execute(f"VACUUM (SKIP_LOCKED, ANALYZE) {', '.join(_TABLES)}")
            return
        with self._database.outside() as connection:
            try:
                incremental = connection.execute("PRAGMA auto_vacuum").fetchone()[0] == 2
                if rebuild and not incremental and self._pays():
                    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
                    connection.execute("VACUUM")
                connection.execute("PRAGMA analysis_limit = 400")
                connection.execute("PRAGMA optimize")
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
            except sqlite3.OperationalError:
                return

    def _pays(self) -> bool:
        room = self.room()
        return room.bytes <= _MOST_REBUILT and room.free > _WORTH * room.bytes

    def _step(self, spare: float) -> bool:
        """Whether pages are left to be released."""
        with self._database.outside() as connection:
            try:
                if connection.execute("PRAGMA auto_vacuum").fetchone()[0] != 2:
                    return False
                if (number := _too_many(connection, spare)) <= 0:
                    return False
                connection.execute(f"PRAGMA incremental_vacuum({min(_PAGES, number)})").fetchall()
                return _too_many(connection, spare) > 0
            except sqlite3.OperationalError:
                return False


def _too_many(connection: sqlite3.Connection, spare: float) -> int:
    """Free pages beyond this share of all."""
    pages, free = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count"))
    return int(free - spare * pages)
