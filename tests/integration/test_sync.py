# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The index follows the outbox: nothing lost over crashes and rivals, drift named."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from registry.errors import IndexUnreadable, SearchError
from registry.model import IndexDocument, OutboxEntry, Query
from registry.search import records, whoosh_index
from registry.search.sync import Drift, drift, rebuild, sync
from registry.search.whoosh_index import WhooshIndex
from support.documents import BOOKING, DOGS, MAP, REPORTS, SAMPLES, made_up
from support.outbox import MemoryOutbox


@pytest.fixture
def outbox() -> MemoryOutbox:
    return MemoryOutbox()


@pytest.fixture
def index(tmp_path: Path) -> WhooshIndex:
    return WhooshIndex(tmp_path / "index")


def _changed(document: IndexDocument, number: int) -> IndexDocument:
    return replace(document, content_hash=f"{document.id}-{number}")


def test_the_first_sync_builds_the_index(outbox: MemoryOutbox, index: WhooshIndex) -> None:
    outbox.put(*SAMPLES)
    assert sync(outbox, index) == 5
    assert index.contents() == outbox.contents()
    assert (outbox.outbox_size(), index.status().position) == (0, 5)


def test_an_empty_database_gives_an_empty_index(outbox: MemoryOutbox, index: WhooshIndex) -> None:
    assert sync(outbox, index) == 0
    assert index.status().fits
    assert index.search(Query()).total == 0


def test_changes_and_withdrawals_follow(outbox: MemoryOutbox, index: WhooshIndex) -> None:
    outbox.put(REPORTS, DOGS)
    sync(outbox, index)
    live = index.status().generation
    outbox.put(_changed(DOGS, 1), MAP)
    outbox.put(_changed(DOGS, 2))
    outbox.withdraw(REPORTS.id)
    outbox.put(BOOKING)
    outbox.withdraw(BOOKING.id)
    assert sync(outbox, index, batch=2) == 4
    assert index.contents() == outbox.contents() == {DOGS.id: f"{DOGS.id}-2", MAP.id: MAP.content_hash}
    assert index.status().position == outbox.outbox_position()
    assert index.status().generation == live
    assert sync(outbox, index) == 0


def test_nothing_pending_writes_nothing(outbox: MemoryOutbox, index: WhooshIndex, tmp_path: Path) -> None:
    outbox.put(*SAMPLES)
    sync(outbox, index)
    before = next((tmp_path / "index").glob("gen-*/header.json")).read_bytes()
    sync(outbox, index)
    assert next((tmp_path / "index").glob("gen-*/header.json")).read_bytes() == before


def test_positions_that_left_no_entry_are_caught_up(outbox: MemoryOutbox, index: WhooshIndex) -> None:
    outbox.put(*SAMPLES)
    sync(outbox, index)
    outbox.put(DOGS)
    outbox.forget()
    sync(outbox, index)
    assert index.status().position == outbox.outbox_position()


def test_an_index_ahead_of_a_restored_database_is_rebuilt(outbox: MemoryOutbox, index: WhooshIndex) -> None:
    for number in range(3):
        outbox.put(_changed(DOGS, number))
    outbox.put(MAP)
    sync(outbox, index)
    restored = MemoryOutbox()
    restored.put(REPORTS)
    sync(restored, index)
    assert index.contents() == {REPORTS.id: REPORTS.content_hash}
    assert index.status().position == 1


def test_a_damaged_index_is_rebuilt(outbox: MemoryOutbox, index: WhooshIndex, tmp_path: Path) -> None:
    outbox.put(*SAMPLES)
    sync(outbox, index)
    for file in (tmp_path / "index").glob("gen-*/*.toc"):
        file.write_bytes(b"damaged")
    fresh = WhooshIndex(tmp_path / "index")
    assert sync(outbox, fresh) == 5
    assert fresh.contents() == outbox.contents()


def test_an_index_without_the_facets_of_the_publisher_is_rebuilt_beside_the_live_one(
    outbox: MemoryOutbox, index: WhooshIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    former = ("category", "licence_kind", "licence", "publisher", "country", "language", "state")
    monkeypatch.setattr(whoosh_index, "SCHEMA_VERSION", 4)
    monkeypatch.setattr(records, "FACETS", former)
    outbox.put(*SAMPLES)
    sync(outbox, index)
    old = index.status().generation
    monkeypatch.undo()
    fresh = WhooshIndex(tmp_path / "index")
    assert not fresh.status().fits
    assert sync(outbox, fresh) == 5
    assert (tmp_path / "index" / old).is_dir()
    assert fresh.status().generation != old
    counted = {value.value: value.count for value in fresh.search(Query()).facets["size"]}
    assert counted == {"large": 2, "small": 2}


def test_drift_is_named(outbox: MemoryOutbox, index: WhooshIndex) -> None:
    outbox.put(REPORTS, DOGS, BOOKING)
    sync(outbox, index)
    assert not drift(outbox, index)
    outbox.withdraw(REPORTS.id)
    outbox.put(_changed(DOGS, 1), MAP)
    outbox.forget()
    found = drift(outbox, index)
    assert found == Drift(missing=(MAP.id,), extra=(REPORTS.id,), stale=(DOGS.id,))
    assert found
    assert rebuild(outbox, index) == 3
    assert not drift(outbox, index)


def test_drift_without_an_index(outbox: MemoryOutbox, index: WhooshIndex) -> None:
    with pytest.raises(IndexUnreadable):
        drift(outbox, index)


def test_a_rebuild_takes_in_what_changes_meanwhile(outbox: MemoryOutbox, index: WhooshIndex) -> None:
    outbox.put(*SAMPLES)
    sync(outbox, index)

    class Changing(WhooshIndex):
        def rebuild(self, documents: Iterable[IndexDocument], position: int) -> None:
            super().rebuild(documents, position)
            outbox.put(_changed(DOGS, 7))
            outbox.withdraw(MAP.id)

    assert rebuild(outbox, Changing(index.path)) == 4
    assert index.contents() == outbox.contents()
    assert outbox.outbox_size() == 0


class _Crash(Exception):
    pass


class _Crashing(MemoryOutbox):
    """Dies once, after the index was written and before the entries are done."""

    armed = True

    def outbox_done(self, seqs: Sequence[int]) -> None:
        if self.armed:
            self.armed = False
            raise _Crash
        super().outbox_done(seqs)


def test_a_crash_between_index_and_outbox_repeats_work(index: WhooshIndex) -> None:
    outbox = _Crashing()
    outbox.armed = False
    outbox.put(*SAMPLES)
    sync(outbox, index)
    outbox.armed = True
    outbox.put(_changed(DOGS, 1))
    outbox.withdraw(MAP.id)
    with pytest.raises(_Crash):
        sync(outbox, index)
    assert outbox.outbox_size() == 2
    assert sync(outbox, index) == 2
    assert index.contents() == outbox.contents()


def test_a_busy_index_leaves_the_outbox_as_it_is(outbox: MemoryOutbox, tmp_path: Path) -> None:
    index = WhooshIndex(tmp_path / "index", lock_seconds=0.1)
    outbox.put(*SAMPLES)
    sync(outbox, index)
    outbox.put(_changed(DOGS, 1))
    with WhooshIndex(tmp_path / "index").exclusive(), pytest.raises(SearchError):
        sync(outbox, index)
    assert outbox.outbox_size() == 1
    assert sync(outbox, index) == 1


class _Slow(MemoryOutbox):
    """Gives rivals time between reading documents and writing them."""

    def documents(self, ids: Iterable[str]) -> list[IndexDocument]:
        found = super().documents(ids)
        threading.Event().wait(0.005)
        return found

    def outbox_pending(self, limit: int) -> list[OutboxEntry]:
        found = super().outbox_pending(limit)
        threading.Event().wait(0.002)
        return found


def test_rivals_never_write_an_older_state_over_a_newer_one(tmp_path: Path) -> None:
    outbox = _Slow()
    documents = list(made_up(12))
    outbox.put(*documents)
    sync(outbox, WhooshIndex(tmp_path / "index"))
    failures: list[BaseException] = []
    ended = threading.Event()

    def follow(act: str) -> None:
        # An index object each, as separate processes have.
        index = WhooshIndex(tmp_path / "index", grace_seconds=0)
        try:
            while not ended.is_set():
                (rebuild if act == "rebuild" else sync)(outbox, index, batch=3)
        except BaseException as error:
            failures.append(error)

    followers = [threading.Thread(target=follow, args=(act,)) for act in ("sync", "sync", "rebuild")]
    for follower in followers:
        follower.start()
    chance = random.Random(3)
    for number in range(60):
        chosen = chance.choice(documents)
        if chance.random() < 0.2:
            outbox.withdraw(chosen.id)
        else:
            outbox.put(_changed(chosen, number))
        threading.Event().wait(0.02)
    ended.set()
    for follower in followers:
        follower.join()
    assert not failures
    index = WhooshIndex(tmp_path / "index")
    sync(outbox, index)
    assert index.contents() == outbox.contents()
    assert index.status().position == outbox.outbox_position()
