# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reading again from storage gives what a fresh harvest gives, and changes nothing where nothing is new."""

from __future__ import annotations

import socket
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from harvesters.readers.reading import read_snapshot
from registry.catalogue.reading import known_detector
from registry.catalogue.rereading import Reread, Rereading, needs_rereading
from registry.errors import HarvestRunning, NotFound
from registry.model import Reading, RunState, Snapshot
from registry.search.index import open_index
from registry.storage import migrate
from registry.storage.database import open_engine
from registry.storage.store import Store
from support import nights, registers
from support.nights import TOWN, older_readers, picture

pytest_plugins = ("support.databases",)
_OF = "SELECT id FROM repository WHERE url = :url"


@pytest.fixture(autouse=True)
def versions(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr("registry.catalogue.reading.VERSION", 7)
    return monkeypatch


def opened(url: str) -> Store:
    migrate.upgrade(url)
    return Store.open(url)


def again(store: Store, folder: Path, now: datetime, parser: nights.Parser = read_snapshot, **options: Any) -> Reread:
    index = open_index(f"whoosh://{folder / 'index'}")
    return Rereading(store, index, nights.reading_of(parser), lambda: now, 3).run(**options)


def test_it_gives_what_a_fresh_harvest_gives(database_url: str, tmp_path: Path, versions: pytest.MonkeyPatch) -> None:
    fresh_url = f"sqlite:///{tmp_path / 'fresh.sqlite'}"
    fresh = opened(fresh_url)
    nights.harvest(fresh)
    versions.setattr("registry.catalogue.reading.VERSION", 6)
    store = opened(database_url)
    now = nights.harvest(store, older_readers)
    versions.setattr("registry.catalogue.reading.VERSION", 7)
    expected, before = picture(fresh_url), picture(database_url)
    assert before["facts"] != expected["facts"]
    waiting = needs_rereading(store)
    report = again(store, tmp_path, now)
    assert (report.done, report.left, report.failed) == (waiting, 0, [])
    assert report.changed > 5
    found = picture(database_url)
    for part in expected:
        gone = {row for row in expected[part] if "withdrawn" in str(row[0])}
        assert [row for row in found[part] if "withdrawn" not in str(row[0])] == [
            row for row in expected[part] if row not in gone
        ], part
    assert needs_rereading(store) == 0
    for key, stored in store.stored_repositories(nights.repositories()).items():
        if "withdrawn" not in key:
            assert known_detector(stored, now) is not None
    fresh.close()
    store.close()


def test_publishers_and_operators_are_those_of_a_fresh_harvest(
    database_url: str, tmp_path: Path, versions: pytest.MonkeyPatch
) -> None:
    fresh_url = f"sqlite:///{tmp_path / 'fresh.sqlite'}"
    fresh = opened(fresh_url)
    registers.put(fresh_url)
    nights.harvest(fresh)
    versions.setattr("registry.catalogue.reading.VERSION", 6)
    store = opened(database_url)
    now = nights.harvest(store, older_readers)
    versions.setattr("registry.catalogue.reading.VERSION", 7)
    registers.put(database_url)
    again(store, tmp_path, now)
    found, expected = picture(database_url), picture(fresh_url)
    for part in ("publishers", "owners", "operators"):
        assert found[part] == expected[part], part
    publishers = {row[0]: row[1] for row in found["publishers"]}
    assert publishers["bekanntmachungen"] == registers.ULM.id
    assert publishers["several"] is publishers["nobody"] is None
    assert [row[2] for row in found["operators"]] == [registers.PROVIDER.id] * 3
    before = everything(database_url)
    again(store, tmp_path, now, everything=True)
    assert everything(database_url) == before
    fresh.close()
    store.close()


def test_unchanged_ones_too_are_attributed_by_the_register_as_it_is_now(database_url: str, tmp_path: Path) -> None:
    store = opened(database_url)
    now = nights.harvest(store)
    registers.put(database_url)
    assert again(store, tmp_path, now).done == 0
    found = store.solution("bekanntmachungen")
    assert found.publisher is not None
    assert found.publisher.id == registers.ULM.id
    assert found.id in open_index(f"whoosh://{tmp_path / 'index'}").contents()
    store.close()


def test_the_same_readers_change_nothing(database_url: str, tmp_path: Path) -> None:
    store = opened(database_url)
    now = nights.harvest(store)
    again(store, tmp_path, now, everything=True)
    before, position = everything(database_url), store.outbox_position()
    report = again(store, tmp_path, now, everything=True)
    assert (report.changed, report.failed) == (0, [])
    assert report.unchanged == store.rereads.count()
    assert everything(database_url) == before
    assert store.outbox_position() == position
    store.close()


def test_the_first_time_changes_nothing_either(database_url: str, tmp_path: Path) -> None:
    store = opened(database_url)
    now = nights.harvest(store)
    before, position = everything(database_url), store.outbox_position()
    again(store, tmp_path, now, everything=True)
    after = everything(database_url)
    assert {name for name in before if before[name] != after[name]} == set()
    assert store.outbox_position() == position
    store.close()


def everything(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that a harvest writes, with numbers and times; of assessments not the time alone."""
    engine = open_engine(url, migrating=True)
    names = ("repository", "snapshot", "snapshot_file", "fact", "problem", "solution_repository", "repository_identity",
             "file", "signal", "item", "run", "repository_alias", "merge_log")  # fmt: skip
    columns = "id, slug, document, content_hash, index_hash, updated_at, checked_at, withdrawn_at, publisher_id, state"
    with engine.connect() as connection:
        found = {name: connection.execute(text(f"SELECT * FROM {name}")).all() for name in names}
        found["solution"] = connection.execute(text(f"SELECT {columns} FROM solution")).all()
    engine.dispose()
    return {name: sorted(tuple(map(str, row)) for row in rows) for name, rows in found.items()}


def test_no_packet_leaves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, versions: pytest.MonkeyPatch) -> None:
    store = opened(f"sqlite:///{tmp_path / 'a.sqlite'}")
    now = nights.harvest(store, older_readers)
    versions.setattr("registry.catalogue.reading.VERSION", 8)

    def refuse(*_: object) -> None:
        raise AssertionError("a connection was asked for")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert again(store, tmp_path, now).failed == []
    store.close()


def test_a_repository_that_cannot_be_read_back_costs_only_itself(database_url: str, tmp_path: Path) -> None:
    store = opened(database_url)
    now = nights.harvest(store, until=1)
    engine = open_engine(database_url, migrating=True)
    with engine.begin() as connection:
        found = connection.execute(
            text(
                "SELECT f.sha256 FROM snapshot_file f JOIN snapshot s ON s.id = f.snapshot_id "
                "JOIN repository r ON r.id = s.repository_id WHERE r.url = :url AND f.path = 'publiccode.yml'"
            ),
            {"url": TOWN + "baum"},
        ).scalar_one()
        connection.execute(text("UPDATE file SET compressed = :x WHERE sha256 = :s"), {"x": b"junk", "s": found})
        drop = f"DELETE FROM snapshot WHERE repository_id IN ({_OF})"
        connection.execute(text(drop), {"url": TOWN + "empty"})
        odd = f"""UPDATE snapshot SET entries = '[{{"novel": 1}}]' WHERE repository_id IN ({_OF})"""
        connection.execute(text(odd), {"url": TOWN + "large"})
    engine.dispose()
    report = again(store, tmp_path, now, older_readers, everything=True)
    told = {item.repository.removeprefix(TOWN): item.rule for item in report.failed}
    assert told == {"baum": "snapshot-damaged", "empty": "snapshot-missing", "large": "snapshot-damaged"}
    assert report.unchanged + report.changed == store.rereads.count() - 3
    store.close()


def test_it_waits_for_no_harvest(database_url: str, tmp_path: Path) -> None:
    store = opened(database_url)
    now = nights.harvest(store, until=1)
    before = picture(database_url)
    run = store.begin_run(now)
    with pytest.raises(HarvestRunning):
        again(store, tmp_path, now, older_readers, everything=True)
    store.end_run(run.id, RunState.DONE, now)
    assert picture(database_url) == before
    store.close()


def test_what_a_harvest_stored_meanwhile_counts(database_url: str, tmp_path: Path) -> None:
    store = opened(database_url)
    now = nights.harvest(store, until=1)
    later = nights.FIRST.replace(day=20)

    def slow(snapshot: Snapshot) -> tuple[Reading, ...]:
        if snapshot.ref.url == TOWN + "baum" and b"1.0.0" in snapshot.files["publiccode.yml"]:
            run = store.begin_run(later)
            night = nights.Night({"publiccode.yml": nights.GOOD.replace(b"1.0.0", b"9.0.0")})
            memory = nights.StoredMemory(store)
            nights.visit(store, memory, run.id, TOWN + "baum", night, later, read_snapshot)
            store.end_run(run.id, RunState.DONE, later)
        return older_readers(snapshot)

    report = again(store, tmp_path, now, slow, slugs=["strassenbaum-kataster"])
    assert (report.overtaken, report.changed) == (1, 0)
    fields = store.solution("strassenbaum-kataster").solution.fields
    assert "9.0.0" in str(fields)
    store.close()


def test_interrupted_it_keeps_what_is_done_and_goes_on(
    database_url: str, tmp_path: Path, versions: pytest.MonkeyPatch
) -> None:
    store = opened(database_url)
    now = nights.harvest(store, older_readers, until=1)
    versions.setattr("registry.catalogue.reading.VERSION", 8)
    total = needs_rereading(store)

    class Impatient:
        told = 0

        def done(self, item: object, waiting: int, listing: bool) -> None:
            self.told += 1
            if self.told == 5:
                raise KeyboardInterrupt

    versions.setattr("registry.catalogue.rereading._BATCH", 1)
    report = again(store, tmp_path, now, progress=Impatient())
    assert report.interrupted
    left = needs_rereading(store)
    assert 0 < left < total
    report = again(store, tmp_path, now)
    assert (report.interrupted, report.done, needs_rereading(store)) == (False, left, 0)
    store.close()


def test_an_unknown_slug_is_told(tmp_path: Path) -> None:
    store = opened(f"sqlite:///{tmp_path / 'a.sqlite'}")
    with pytest.raises(NotFound):
        again(store, tmp_path, nights.FIRST, slugs=["nobody"])
    store.close()
