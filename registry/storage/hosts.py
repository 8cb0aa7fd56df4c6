# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What each host was asked so far, and which want to be left alone; shared by all processes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import Connection, case, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from registry.model import HostTraffic
from registry.storage.database import Database
from registry.storage.tables import host as table

_COUNTS = ("requests", "not_modified", "bytes", "failures", "seconds")


class Hosts:
    """Each call is a transaction of its own, safe from any thread. Every method raises StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, increments: Iterable[HostTraffic], now: datetime) -> None:
        """Add to what was counted before. A pause among the increments is kept where it ends later than the known."""
        rows = [
            {
                "name": each.name,
                **{name: getattr(each, name) for name in _COUNTS},
                "paused_until": each.paused_until,
                "paused_for": each.paused_for,
                "updated_at": now,
            }
            for each in sorted(increments, key=lambda each: each.name)
        ]
        if not rows:
            return
        with self._database.write() as connection:
            _merge(connection, rows)

    def pause(self, name: str, until: datetime, rule: str) -> None:
        """Leave the host alone until then, for the reason of the rule; a known pause that ends later stays."""
        self.add([HostTraffic(name, paused_until=until, paused_for=rule)], datetime.now(UTC))

    def resume(self, name: str) -> None:
        """End a host's pause; nothing happens where there is none."""
        with self._database.write() as connection:
            connection.execute(table.update().where(table.c.name == name).values(paused_until=None, paused_for=None))

    def all(self) -> list[HostTraffic]:
        """Every host ever asked, by name."""
        with self._database.read() as connection:
            rows = connection.execute(select(table).order_by(table.c.name)).all()
        return [
            HostTraffic(
                row.name,
                **{name: getattr(row, name) for name in _COUNTS},
                paused_until=row.paused_until,
                paused_for=row.paused_for,
            )
            for row in rows
        ]

    def paused(self, now: datetime) -> dict[str, datetime]:
        """Hosts to be left alone now, and until when."""
        with self._database.read() as connection:
            wanted = select(table.c.name, table.c.paused_until).where(table.c.paused_until > now)
            return {row.name: row.paused_until for row in connection.execute(wanted)}


def _merge(connection: Connection, rows: list[dict[str, object]]) -> None:
    insert = postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
    new = insert.excluded
    later = or_(table.c.paused_until.is_(None), table.c.paused_until < new.paused_until)
    pausing = (new.paused_until.isnot(None)) & later
    changed = {
        **{name: table.c[name] + new[name] for name in _COUNTS},
        "paused_until": case((pausing, new.paused_until), else_=table.c.paused_until),
        "paused_for": case((pausing, new.paused_for), else_=table.c.paused_for),
        "updated_at": new.updated_at,
    }
    connection.execute(insert.on_conflict_do_update(index_elements=["name"], set_=changed), rows)
