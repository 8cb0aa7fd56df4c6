# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Schema revisions: Alembic configured in code, so that a checkout and an installed wheel migrate alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text

from registry.errors import NotFound, SchemaMismatch
from registry.resources import migrations
from registry.storage.database import Database, database_url, open_engine, translated

MIGRATION_LOCK = 0x616C6C6E
"""Number of PostgreSQL's advisory lock that lets one process migrate at a time ("alln")."""
_QUEUE_TIMEOUT = "60s"
_LOCK_TIMEOUT = "10s"
"""For a table that a running program uses: better no migration than a site that stands still behind it."""
_STATEMENT_TIMEOUT = "10min"


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database to ``revision``; creates a SQLite file and its folder where missing.

    Safe to call from several processes at once: one migrates, the others find it done. On SQLite all revisions are one
    transaction, on PostgreSQL each is one. Raises SchemaMismatch for a database of a newer program, StorageError.
    """
    found = current(url)
    if found is not None and found not in _known():
        raise _newer(url, found)
    _run(url, lambda config: command.upgrade(config, revision))


def downgrade(url: str, revision: str) -> None:
    """Take revisions back, down to ``revision`` ("base" for all). Loses what only they could hold.

    Raises NotFound for an unknown revision, SchemaMismatch, StorageError.
    """
    found = current(url)
    if found is not None and found not in _known():
        raise _newer(url, found)
    _run(url, lambda config: command.downgrade(config, revision))


def current(url: str) -> str | None:
    """The revision the database is at; None where it has none (a missing SQLite file is not created)."""
    parsed = database_url(url)
    if parsed.drivername == "sqlite" and not Path(str(parsed.database)).exists():
        return None
    database = Database(open_engine(url, migrating=True))
    with database.read() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str:
    """The revision this program needs."""
    revision = _scripts().get_current_head()
    assert revision is not None  # noqa: S101 - the installation always has one
    return revision


def check(url: str) -> None:
    """Raises SchemaMismatch unless the database is exactly at ``head()``."""
    found = current(url)
    if found == head():
        return
    where = _shown(url)
    if found is None:
        raise SchemaMismatch(where, f"the database has no schema yet; this program needs {head()}: run the migration")
    if found in _known():
        raise SchemaMismatch(where, f"the database is at {found}, older than {head()}: run the migration")
    raise _newer(url, found)


def _newer(url: str, found: str) -> SchemaMismatch:
    return SchemaMismatch(
        _shown(url), f"the database is at {found}, which this program (at {head()}) does not know: use a newer program"
    )


def _shown(url: str) -> str:
    return database_url(url).render_as_string(hide_password=True)


def _config() -> Config:
    config = Config()
    # ConfigParser would take a percent sign in the path for an interpolation.
    config.set_main_option("script_location", str(migrations()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _known() -> set[str]:
    return {script.revision for script in _scripts().walk_revisions()}


def _run(url: str, act: Callable[[Config], None]) -> None:
    config = _config()
    with migrating(url) as connection:
        config.attributes["connection"] = connection
        try:
            act(config)
        except CommandError as error:
            raise NotFound(_shown(url), str(error)) from error


@contextmanager
def migrating(url: str) -> Iterator[Connection]:
    """The connection that ``migrations/env.py`` runs on, alone among all processes that migrate."""
    engine = open_engine(url, migrating=True)
    database = Database(engine)
    if not database.postgres:
        # One IMMEDIATE transaction around everything: a second process waits, then finds nothing to do.
        with database.write() as connection:
            yield connection
            _check_references(connection)
        return
    with translated(engine), engine.connect() as connection:
        connection.execute(text(f"SET lock_timeout = '{_QUEUE_TIMEOUT}'"))
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
        connection.execute(text(f"SET lock_timeout = '{_LOCK_TIMEOUT}'"))
        connection.execute(text(f"SET statement_timeout = '{_STATEMENT_TIMEOUT}'"))
        # The lock is the session's, not this transaction's: it goes when the connection is closed.
        connection.commit()
        yield connection


def _check_references(connection: Connection) -> None:
    """Foreign keys are off while SQLite tables are rebuilt: see that nothing points nowhere now."""
    broken = connection.execute(text("PRAGMA foreign_key_check")).first()
    if broken is not None:
        raise SchemaMismatch(str(connection.engine.url), f"a row of {broken[0]} would refer to nothing: not migrated")
