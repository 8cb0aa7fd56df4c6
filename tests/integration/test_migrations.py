# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from registry.errors import NotFound, SchemaMismatch
from registry.model import ForgeKind, Source, SourceKind
from registry.storage import migrate
from registry.storage.database import open_engine
from registry.storage.store import Store
from registry.storage.tables import metadata
from support.stored import NOW, new, url_of

pytest_plugins = ("support.databases",)


def tables(url: str) -> set[str]:
    return set(inspect(open_engine(url, migrating=True)).get_table_names())


def test_the_revisions_make_exactly_our_tables(database_url: str) -> None:
    migrate.upgrade(database_url)
    with open_engine(database_url, migrating=True).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    assert tables(database_url) == {*metadata.tables, "alembic_version"}


def test_a_difference_would_be_seen(database_url: str) -> None:
    migrate.upgrade(database_url)
    engine = open_engine(database_url, migrating=True)
    with engine.begin() as connection:
        connection.execute(text("DROP INDEX ix_problem_rule"))
        connection.execute(text("ALTER TABLE run DROP COLUMN demo"))
    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), metadata)
    assert sorted(str(difference[0]) for difference in found) == ["add_column", "add_index"]


def test_up_down_and_up_again(database_url: str) -> None:
    assert migrate.current(database_url) is None
    migrate.upgrade(database_url)
    assert migrate.current(database_url) == migrate.head()
    migrate.check(database_url)
    migrate.downgrade(database_url, "base")
    assert migrate.current(database_url) is None
    assert tables(database_url) == {"alembic_version"}
    migrate.upgrade(database_url)
    migrate.check(database_url)


def test_upgrading_again_keeps_every_row(database_url: str) -> None:
    migrate.upgrade(database_url)
    store = Store.open(database_url)
    store.add_source(Source("", "https://git.example/a", SourceKind.ORGANISATION, ForgeKind.GIT, NOW))
    store.save(store.begin_run(NOW).id, [new(url_of(1))], NOW)
    store.close()
    migrate.upgrade(database_url)
    assert (len(store.sources()), store.count_solutions()) == (1, 1)
    store.close()


def test_a_catalogue_of_the_first_schema_keeps_its_rows_and_learns_what_resolving_told(database_url: str) -> None:
    migrate.upgrade(database_url, "0001")
    engine = open_engine(database_url, migrating=True)
    with engine.begin() as connection:
        repository = "INSERT INTO repository (id, url, forge, state, strikes, first_seen_at) VALUES "
        connection.execute(text(repository + "('r', 'https://git.example/a', 'git', 'active', 0, '2026-01-01')"))
        problem = "INSERT INTO problem (repository_id, rule, severity, params) VALUES "
        connection.execute(
            text(problem + "('r', 'licence-conflict', 'error', '{}'), ('r', 'file-large', 'hint', '{}')")
        )
        log = "INSERT INTO merge_log (at, action, from_solution_id, to_solution_id, actor, reason) VALUES "
        connection.execute(text(log + "('2026-01-01', 'merge', 'a', 'b', 'harvest', 'repository-moved')"))
    migrate.upgrade(database_url)
    with engine.connect() as connection:
        told = connection.execute(text("SELECT rule, resolved FROM problem ORDER BY rule")).all()
        moved = connection.execute(text("SELECT action, other_url, decided FROM merge_log")).all()
    assert [(rule, bool(resolved)) for rule, resolved in told] == [("file-large", False), ("licence-conflict", True)]
    assert [(action, other, bool(decided)) for action, other, decided in moved] == [("merge", None, False)]
    store = Store.open(database_url)
    assert [entry.reason for entry in store.regroupings()] == ["repository-moved"]
    migrate.downgrade(database_url, "0001")
    migrate.upgrade(database_url)
    assert len(store.regroupings()) == 1
    store.close()


def test_processes_that_start_together_migrate_once(database_url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(migrate.upgrade, database_url) for _ in range(4)]:
            done.result(60)
    migrate.check(database_url)


def test_check_says_what_is_wrong(database_url: str) -> None:
    with pytest.raises(SchemaMismatch, match="no schema yet"):
        migrate.check(database_url)
    migrate.upgrade(database_url)
    with open_engine(database_url, migrating=True).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for act in (migrate.check, migrate.upgrade, lambda url: migrate.downgrade(url, "base")):
        with pytest.raises(SchemaMismatch, match=r"at 9999, which this program .* does not know"):
            act(database_url)
    assert tables(database_url) >= set(metadata.tables)


def test_an_older_schema_is_named(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    migrate.upgrade(database_url)
    newest = migrate.head()
    monkeypatch.setattr(migrate, "head", lambda: "9998")
    with pytest.raises(SchemaMismatch, match=f"at {newest}, older than 9998"):
        migrate.check(database_url)


def test_an_unknown_revision_is_not_found(database_url: str) -> None:
    migrate.upgrade(database_url)
    with pytest.raises(NotFound, match="7777"):
        migrate.downgrade(database_url, "7777")
    migrate.check(database_url)


def test_asking_makes_no_file(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'none.sqlite'}"
    assert migrate.current(url) is None
    with pytest.raises(SchemaMismatch):
        migrate.check(url)
    assert list(tmp_path.iterdir()) == []


def test_a_revision_that_fails_leaves_nothing(database_url: str) -> None:
    engine = open_engine(database_url, migrating=True)
    with engine.begin() as connection:
        # The last table of the first revision is there already.
        connection.execute(text("CREATE TABLE setting (key integer)"))
    with pytest.raises(Exception, match="setting"):
        migrate.upgrade(database_url)
    assert migrate.current(database_url) is None
    assert tables(database_url) - {"alembic_version"} == {"setting"}


def test_a_folder_with_a_percent_sign(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / '50% off' / 'x.sqlite'}"
    migrate.upgrade(url)
    migrate.check(url)
