# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The operator's view of runs, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from registry.catalogue.alerting import Alert
from registry.catalogue.operating import Operating
from registry.catalogue.reading import readers_mark
from registry.errors import NotFound
from registry.model import (
    ChangeKind,
    ForgeKind,
    Item,
    ItemStatus,
    Job,
    JobKind,
    JobState,
    Plan,
    RunState,
    Source,
    SourceKind,
)
from registry.storage.store import Store
from support.stored import DAY, NOW, change, new, url_of

pytest_plugins = ("support.databases",)

A, B, C = url_of("a"), url_of("b"), url_of("c")
MINUTE = timedelta(minutes=1)
ALERT = Alert("alert-run-late", {"hours": "27"})


def operating(store: Store, now: datetime = NOW, alerts: Sequence[Alert] = ()) -> Operating:
    return Operating(store, lambda: alerts, lambda: now)


def source(store: Store, name: str = "stadt") -> Source:
    url = f"https://github.com/{name}"
    return store.add_source(Source("", url, SourceKind.ORGANISATION, ForgeKind.GITHUB, NOW))


def visits(store: Store, *urls: str) -> list[Job]:
    return [Job(store.new_id(), JobKind.REPOSITORY, url, run_after=NOW, host="git.example") for url in urls]


def test_before_the_first_run_there_is_nothing_to_tell(store: Store) -> None:
    found = operating(store, alerts=[ALERT]).standing()
    assert (found.run, found.done, found.left, found.going_on, found.resumable) == (None, 0, 0, False, False)
    assert list(found.alerts) == [ALERT]
    assert operating(store).history(None, 10) == []
    with pytest.raises(NotFound):
        operating(store).visits(A, None, 10)
    with pytest.raises(NotFound):
        operating(store).end(None, keep=False)


def test_a_run_going_on_is_told_with_rate_workers_and_what_is_left(store: Store) -> None:
    run = store.begin_run(NOW, lease_seconds=600)
    jobs = [replace(job, run_id=run.id) for job in visits(store, A, B, C, *map(url_of, range(10, 20)))]
    store.jobs.enqueue(jobs, NOW)
    listing = Job(store.new_id(), JobKind.SOURCE, source(store).id, run_id=run.id, run_after=NOW, priority=1)
    store.jobs.enqueue([listing], NOW)
    store.jobs.claim("other process", NOW, 2, 60, [JobKind.REPOSITORY], run.id)
    store.save(run.id, [new(A), new(B)], NOW + MINUTE)
    store.hosts.pause("git.example", NOW + 60 * MINUTE, "rate-limited")
    found = operating(store, NOW + 2 * MINUTE).standing()
    assert found.going_on
    assert (found.done, found.left, found.sources_left) == (2, 13, 1)
    assert found.rate == pytest.approx(2 / 120)
    assert found.seconds_left == pytest.approx(13 * 60)
    assert found.jobs[JobKind.REPOSITORY] == {JobState.QUEUED: 11, JobState.RUNNING: 2}
    by_name = {worker.name: worker for worker in found.workers}
    assert by_name["other process"].jobs == 2
    assert [worker.leads for worker in found.workers].count(True) == 1
    assert [host.name for host in found.paused_hosts] == ["git.example"]
    assert operating(store, NOW + 61 * MINUTE).standing().paused_hosts == []


def test_what_older_readers_have_read_is_told(store: Store) -> None:
    run = store.begin_run(NOW)
    decided, item = new(B)
    store.save(run.id, [new(A), (replace(decided, detector=f"{readers_mark()}refs"), item)], NOW)
    store.end_run(run.id, RunState.DONE, NOW)
    assert operating(store).standing().older_read == 1


def test_what_an_early_end_left_is_told_and_can_be_dropped(store: Store) -> None:
    run = store.begin_run(NOW, plan=Plan())
    later = NOW + 30 * MINUTE
    store.jobs.enqueue([replace(job, run_id=run.id, run_after=later) for job in visits(store, A, B)], NOW)
    store.end_run(run.id, RunState.PAUSED, NOW + MINUTE)
    found = operating(store, NOW + 2 * MINUTE).standing()
    assert (found.going_on, found.resumable, found.left, found.rate) == (False, True, 2, None)
    assert found.due_at == later
    store.hosts.pause("git.example", later + MINUTE, "rate-limited")
    assert operating(store, NOW + 2 * MINUTE).standing().due_at == later + MINUTE
    # What could have begun long ago may begin now.
    assert operating(store, later + 2 * MINUTE).standing().due_at == later + 2 * MINUTE
    assert operating(store, NOW + 3 * MINUTE).end(None, keep=False).state is RunState.ABORTED
    assert not operating(store).standing().resumable
    with pytest.raises(NotFound):
        operating(store).end(run.id, keep=False)


def test_a_run_going_on_is_asked_and_not_ended(store: Store) -> None:
    run = store.begin_run(NOW, lease_seconds=600)
    assert operating(store, NOW + MINUTE).end(None, keep=True).state is RunState.RUNNING
    assert store.run_orders(run.id).asked_to == "stop"
    assert operating(store, NOW + MINUTE).end(run.id, keep=False).state is RunState.RUNNING
    assert store.run_orders(run.id).asked_to == "abort"


def _night(store: Store, number: int, source_id: str, *items: tuple[str, ItemStatus]) -> str:
    at = NOW + number * DAY
    run = store.begin_run(at, plan=Plan(source_ids=(source_id,)))
    for url, status in items:
        kind = ChangeKind.NEW if status is ItemStatus.NEW else ChangeKind.FAILED
        result = new(url) if kind is ChangeKind.NEW else change(kind, url)
        store.save(run.id, [result], at, source_id=source_id)
    store.end_run(run.id, RunState.DONE, at + 5 * MINUTE)
    return run.id


def test_the_history_goes_back_by_time_and_by_source(store: Store) -> None:
    one, other = source(store, "eins"), source(store, "zwei")
    first = _night(store, 0, one.id, (A, ItemStatus.NEW))
    second = _night(store, 1, other.id, (B, ItemStatus.NEW), (C, ItemStatus.NEW))
    third = _night(store, 2, one.id, (A, ItemStatus.FAILED))
    asked = operating(store, NOW + 3 * DAY)
    assert [night.run.id for night in asked.history(None, 10)] == [third, second, first]
    assert [night.run.id for night in asked.history(None, 2)] == [third, second]
    assert [night.run.id for night in asked.history(NOW + DAY, 10)] == [third, second]
    assert [(night.run.id, night.counts) for night in asked.history(None, 10, one)] == [
        (third, {"failed": 1}),
        (first, {"new": 1}),
    ]
    assert [night.counts for night in asked.history(None, 10, other)] == [{"new": 2}]
    assert asked.history(None, 1)[0].seconds == 300


def test_the_history_is_read_page_by_page(store: Store) -> None:
    for number in range(120):
        run = store.begin_run(NOW + number * MINUTE)
        store.end_run(run.id, RunState.DONE, NOW + number * MINUTE)
    asked = operating(store, NOW + DAY)
    assert len(asked.history(None, 500)) == 120
    assert len(asked.history(NOW + 10 * MINUTE, 500)) == 110


def test_what_each_run_did_with_a_repository_is_told_newest_first(store: Store) -> None:
    one = source(store)
    first = _night(store, 0, one.id, (A, ItemStatus.NEW))
    second = _night(store, 1, one.id, (A, ItemStatus.FAILED), (B, ItemStatus.NEW))
    asked = operating(store, NOW + 3 * DAY)
    found = asked.visits(A + ".git/", None, 10)
    assert [(visit.run_id, visit.item.status) for visit in found] == [
        (second, ItemStatus.FAILED),
        (first, ItemStatus.NEW),
    ]
    assert [visit.run_id for visit in asked.visits(A, NOW + DAY, 10)] == [second]
    assert len(asked.visits(A, None, 1)) == 1


def test_a_repository_that_was_refused_before_it_was_known_is_found_too(store: Store) -> None:
    run = store.begin_run(NOW)
    store.save(run.id, [(None, Item(A, ItemStatus.REFUSED, "fetch-refused", {"subject": A, "detail": ""}))], NOW)
    (found,) = operating(store).visits(A, None, 10)
    assert (found.item.status, found.run_state) == (ItemStatus.REFUSED, RunState.RUNNING)
