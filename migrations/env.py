# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Run by Alembic on the connection of ``registry.storage.migrate``, which holds the lock and sets the timeouts."""

from __future__ import annotations

from alembic import context

from registry.storage.tables import metadata


def run() -> None:
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=metadata,
        # SQLite cannot alter most things in place.
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=True,
        # Alembic takes SQLite for one that commits DDL at once; with our explicit BEGIN it does not.
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
