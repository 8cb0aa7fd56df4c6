# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The job table: no job is lost, and none is anybody's twice, on both databases."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from registry.errors import NotFound
from registry.model import Job, JobKind, JobState, Plan, RunState
from registry.storage.store import Store
from support.stored import NOW

pytest_plugins = ("support.databases",)

SECOND = timedelta(seconds=1)
WORK = (JobKind.SOURCE, JobKind.REPOSITORY)
ANYTIME = NOW + timedelta(days=1)


def repository(name: str, run_id: str | None = None, **more: object) -> Job:
    url = f"https://forge.example/stadt/{name}"
    given = {"host": "forge.example", "run_after": NOW, "payload": {"name": name}, **more}
    return Job("", JobKind.REPOSITORY, url, run_id=run_id, **given)  # type: ignore[arg-type]


def claim(store: Store, worker: str = "w", limit: int = 10, now: datetime = NOW, **more: object) -> list[Job]:
    return store.jobs.claim(worker, now, limit, 60, WORK, **more)  # type: ignore[arg-type]


def names(jobs: list[Job]) -> list[str]:
    return [job.payload["name"] for job in jobs]


@pytest.fixture
def run(store: Store) -> str:
    return store.begin_run(NOW, plan=Plan()).id


def test_a_run_has_one_job_a_thing_and_jobs_of_no_run_are_free(store: Store, run: str) -> None:
    assert store.jobs.enqueue([repository("a", run), repository("b", run), repository("a", run)], NOW) == 2
    assert store.jobs.enqueue([repository("b", run), repository("c", run)], NOW) == 1
    assert store.jobs.enqueue([repository("a"), repository("a")], NOW) == 2
    assert store.jobs.enqueue([], NOW) == 0
    assert store.jobs.counts(run) == {JobKind.REPOSITORY: {JobState.QUEUED: 3}}


def test_the_next_one_is_the_first_by_priority_then_what_waits_longest(store: Store, run: str) -> None:
    store.jobs.enqueue(
        [
            repository("late", run, priority=10, run_after=NOW - SECOND),
            repository("early", run, priority=10, run_after=NOW - 9 * SECOND),
            repository("first", run, priority=1),
            repository("not yet", run, priority=0, run_after=NOW + SECOND),
        ],
        NOW,
    )
    [job, *_] = taken = claim(store, limit=2, run_id=run)
    assert names(taken) == ["first", "early"]
    assert (job.state, job.worker, job.attempts, job.started_at) == (JobState.RUNNING, "w", 1, NOW)
    assert job == store.jobs.one(job.id)
    assert names(claim(store, run_id=run)) == ["late"]
    assert names(claim(store, now=NOW + SECOND, run_id=run)) == ["not yet"]


def test_busy_and_paused_hosts_are_left_out(store: Store, run: str) -> None:
    jobs = [repository(host, run, host=host) for host in ("a.example", "b.example", "c.example")]
    store.jobs.enqueue([*jobs, repository("no host", run, host=None)], NOW)
    store.hosts.pause("a.example", NOW + 5 * SECOND, "rate-limited")
    assert sorted(names(claim(store, run_id=run, busy_hosts=["b.example"]))) == ["c.example", "no host"]
    assert names(claim(store, run_id=run)) == ["b.example"]
    assert names(claim(store, now=NOW + 6 * SECOND, run_id=run)) == ["a.example"]


def test_only_work_of_runs_in_progress_and_of_none_is_anybodys(store: Store, run: str) -> None:
    store.jobs.enqueue([repository("of run", run), repository("of none")], NOW)
    assert sorted(names(claim(store))) == ["of none", "of run"]
    store.jobs.enqueue([repository("later", run)], NOW)
    store.end_run(run, RunState.PAUSED, NOW)
    assert claim(store) == []


def test_a_lease_that_ran_out_is_somebody_elses_and_the_former_owner_ends_nothing(store: Store, run: str) -> None:
    store.jobs.enqueue([repository("a", run)], NOW)
    [job] = claim(store, "first", run_id=run)
    assert claim(store, "second", now=NOW + 59 * SECOND, run_id=run) == []
    assert store.jobs.heartbeat("first", NOW + 59 * SECOND, 60) == 1
    assert claim(store, "second", now=NOW + 118 * SECOND, run_id=run) == []
    [again] = claim(store, "second", now=NOW + 120 * SECOND, run_id=run)
    assert (again.id, again.attempts, again.crashes) == (job.id, 2, 1)
    store.jobs.fail(job.id, "first", NOW, "unreachable")
    store.jobs.postpone(job.id, "first", NOW, "unreachable")
    store.jobs.release([job.id], "first", NOW)
    assert store.jobs.heartbeat("first", NOW, 60) == 0
    assert store.jobs.owned([job.id], "first") == set()
    assert store.jobs.owned([job.id], "second") == {job.id}


def test_a_clean_stop_does_not_count_and_a_postponed_attempt_does(store: Store, run: str) -> None:
    store.jobs.enqueue([repository("a", run)], NOW)
    [job] = claim(store)
    store.jobs.release([job.id], "w", NOW)
    [job] = claim(store)
    assert job.attempts == 1
    store.jobs.postpone(job.id, "w", NOW + SECOND, "too-slow")
    assert claim(store) == []
    [job] = claim(store, now=NOW + SECOND)
    assert (job.attempts, job.last_error, job.crashes) == (2, "too-slow", 0)


def test_what_was_given_up_is_queued_again_as_if_never_tried(store: Store, run: str) -> None:
    store.jobs.enqueue([repository(name, run, priority=7) for name in "abc"], NOW)
    jobs = {job.payload["name"]: job for job in claim(store)}
    for name in "ab":
        store.jobs.fail(jobs[name].id, "w", NOW, "unreachable")
    assert store.jobs.page(JobState.FAILED, JobKind.REPOSITORY, run)[1] == 2
    assert store.jobs.retry([jobs["a"].id, jobs["c"].id]) == 1
    assert store.jobs.retry() == 1
    assert store.jobs.retry() == 0
    again = claim(store)
    assert sorted((job.payload["name"], job.attempts, job.priority, job.last_error) for job in again) == [
        ("a", 1, 7, None),
        ("b", 1, 7, None),
    ]


def test_jobs_are_shown_in_pages_and_forgotten_by_age(store: Store, run: str) -> None:
    store.jobs.enqueue([repository(str(number), run) for number in range(5)], NOW)
    done = claim(store, limit=2)
    for job in done:
        store.jobs.fail(job.id, "w", NOW + 5 * SECOND, "gone")
    page, total = store.jobs.page(JobState.QUEUED, page=2, per_page=2)
    assert (len(page), total) == (1, 3)
    assert store.jobs.purge(NOW + 5 * SECOND, [JobState.FAILED]) == 0
    assert store.jobs.purge(NOW + 6 * SECOND, [JobState.FAILED, JobState.RUNNING]) == 2
    with pytest.raises(NotFound):
        store.jobs.one(done[0].id)


def test_suspects_can_be_asked_for_apart(store: Store, run: str) -> None:
    store.jobs.enqueue([repository("crashes", run)], NOW)
    claim(store, "dies")
    store.jobs.enqueue([repository("calm", run)], NOW)
    later = NOW + timedelta(minutes=5)
    assert names(claim(store, now=later, suspects=False)) == ["calm"]
    assert names(claim(store, now=later, suspects=True)) == ["crashes"]


def test_no_job_is_claimed_twice_by_many(store: Store, run: str, migrated_url: str) -> None:
    total, crowd = 300, 6
    store.jobs.enqueue([repository(str(number), run) for number in range(total)], NOW)
    start = threading.Barrier(crowd)

    def take(number: int) -> list[str]:
        # Connections of its own, as another process has.
        own = Store.open(migrated_url)
        start.wait(30)
        found: list[str] = []
        while jobs := claim(own, f"w{number}", limit=7, run_id=run):
            found += [job.id for job in jobs]
        own.close()
        return found

    with ThreadPoolExecutor(crowd) as pool:
        taken = [job_id for found in pool.map(take, range(crowd)) for job_id in found]
    assert Counter(Counter(taken).values()) == {1: total}


def test_claiming_waits_for_no_writer_on_postgresql(store: Store, run: str) -> None:
    if not store._database.postgres:
        pytest.skip("SQLite has one writer")
    store.jobs.enqueue([repository("a", run)], NOW)
    with store._database.write():
        assert names(claim(store)) == ["a"]


def test_jobs_of_a_process_that_was_killed_are_free_at_once(store: Store, run: str, migrated_url: str) -> None:
    script = (
        "import sys\nfrom datetime import UTC, datetime\nfrom registry.model import JobKind\n"
        "from registry.storage.holder import worker_name\nfrom registry.storage.store import Store\n"
        "jobs = Store.open(sys.argv[1]).jobs\n"
        "taken = jobs.claim(worker_name('x'), datetime.fromisoformat(sys.argv[2]), 1, 9999, list(JobKind))\n"
        "print(len(taken), flush=True)\nsys.stdin.read()\n"
    )
    store.jobs.enqueue([repository("a", run)], NOW)
    command = [sys.executable, "-c", script, migrated_url, NOW.isoformat()]
    other = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert other.stdout is not None
        assert other.stdout.readline() == "1\n"
        assert store.jobs.recover(NOW) == 0
    finally:
        other.kill()
        # Not waited for yet: a dead process that its parent has not buried is dead all the same.
        while store.jobs.recover(NOW) == 0:
            assert other.returncode is None
        other.communicate()
    [job] = claim(store)
    assert (job.crashes, job.last_error) == (1, "job-crashed")


def test_what_runs_left_is_taken_over_once_unless_it_was_aborted(store: Store, run: str) -> None:
    store.jobs.enqueue([repository(name, run) for name in "abc"], NOW)
    claim(store, limit=1)
    assert store.end_run(run, RunState.PAUSED, NOW).left == 3
    second = store.begin_run(NOW, plan=Plan(), jobs=[repository("a"), repository("d")])
    assert store.jobs.counts(second.id) == {JobKind.REPOSITORY: {JobState.QUEUED: 4}}
    assert store.run(run).left is None
    assert store.end_run(second.id, RunState.ABORTED, NOW).left == 4
    third = store.begin_run(NOW, plan=Plan())
    assert store.jobs.counts(third.id) == {}


def test_a_run_is_reopened_while_something_of_it_is_left(store: Store, run: str) -> None:
    store.jobs.enqueue([repository("a", run)], NOW)
    store.end_run(run, RunState.INTERRUPTED, NOW)
    again = store.reopen_run(None, NOW + SECOND, until=ANYTIME)
    assert (again.id, again.state, again.left, again.plan) == (run, RunState.RUNNING, None, Plan(until=ANYTIME))
    [job] = claim(store)
    store.jobs.fail(job.id, "w", NOW, "gone")
    store.end_run(run, RunState.DONE, NOW)
    with pytest.raises(NotFound):
        store.reopen_run(run, NOW)


def test_a_run_that_died_after_its_last_job_is_reopened_to_be_ended(store: Store) -> None:
    run = store.begin_run(NOW, lease_seconds=60, plan=Plan())
    assert store.reopen_run(None, NOW + 61 * SECOND).id == run.id
    store.end_run(run.id, RunState.DONE, NOW + 62 * SECOND)
    with pytest.raises(NotFound):
        store.reopen_run(None, NOW + 63 * SECOND)


def test_a_run_that_nobody_leads_is_aborted_at_once(store: Store, run: str) -> None:
    store.jobs.enqueue([repository("a", run)], NOW)
    assert store.ask_run(run, "abort", NOW).state is RunState.RUNNING
    assert store.ask_run(run, "stop", NOW).state is RunState.RUNNING
    assert store.run_orders(run).asked_to == "abort"
    store.end_run(run, RunState.INTERRUPTED, NOW)
    assert store.ask_run(run, "abort", NOW).state is RunState.ABORTED
    assert store.jobs.counts(run) == {}
