# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a moderator decides about a repository: blocked, it is neither visited nor shown, whatever it says."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert, select, update

from registry.errors import NotFound
from registry.model import Blocked, Json
from registry.storage import grouping, repositories, standing, withdrawing
from registry.storage.database import Database
from registry.storage.deciding import Order
from registry.storage.producing import Work
from registry.storage.repositories import Known
from registry.storage.tables import audit_log
from registry.storage.tables import repository as table


class Blocking:
    """Reached as ``store.blocking``. Every change is in the audit log."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def block(self, url: str, order: Order) -> bool:
        """Hide the repository of this URL (or alias) at once; False where it was blocked already.

        Its solution is withdrawn unless other repositories carry it on, and the search index learns so from the
        outbox, all in one transaction. Raises NotFound.
        """
        with self._database.write() as connection:
            known = _known(connection, url)
            if known.blocked:
                return False
            values = {"blocked_at": order.now, "blocked_by": order.actor, "blocked_reason": order.reason}
            _change(connection, known.id, values)
            left = withdrawing.withdraw(connection, [known.id], order.now)
            grouping.regroup(connection, left, Work(order.now, stale=frozenset(left)))
            _audit(connection, order, "repository.block", known.url, {"reason": order.reason})
            return True

    def unblock(self, url: str, order: Order) -> bool:
        """Let the next harvest read it whole and show it again; False where it was not blocked. Raises NotFound."""
        with self._database.write() as connection:
            known = _known(connection, url)
            if not known.blocked:
                return False
            _change(connection, known.id, dict.fromkeys(("blocked_at", "blocked_by", "blocked_reason")))
            _audit(connection, order, "repository.unblock", known.url, {"reason": order.reason})
            return True

    def all(self) -> list[Blocked]:
        """The latest first."""
        query = select(table).where(table.c.blocked_at.is_not(None)).order_by(table.c.blocked_at.desc(), table.c.url)
        with self._database.read() as connection:
            return [one for row in connection.execute(query) if (one := standing.blocked(row)) is not None]


def _known(connection: Connection, url: str) -> Known:
    found = repositories.known(connection, [url]).get(url)
    if found is None:
        raise NotFound(url, rule=standing.UNKNOWN)
    return found


def _change(connection: Connection, repository_id: str, values: dict[str, Any]) -> None:
    # Without a detector the next visit, whenever it is, reads it whole.
    connection.execute(update(table).where(table.c.id == repository_id).values(detector=None, **values))


def _audit(connection: Connection, order: Order, action: str, subject: str, detail: Json) -> None:
    row = {"at": order.now, "actor": order.actor, "action": action, "subject": subject, "detail": detail}
    connection.execute(insert(audit_log).values(row))
