# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""How runs go on, pause, stop and end, and what single faults cost; on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import SQLAlchemyError

from registry.catalogue.harvesting import Report
from registry.errors import FetchError, NotFound, RateLimited, TooSlow, Unreachable
from registry.model import ForgeKind, ItemStatus, Job, JobKind, JobState, Plan, RunState, SourceKind
from registry.storage.store import Store
from support.town import HOST, TOWN, Heard, Town

pytest_plugins = ("support.databases",)


@pytest.fixture
def town(store: Store, tmp_path: Path) -> Town:
    return Town(store, tmp_path)


def failing(error: Callable[[], FetchError], times: int = 1000) -> Callable[[], None]:
    """Raises so many times, then answers."""
    left = [times]

    def act() -> None:
        if left[0]:
            left[0] -= 1
            raise error()

    return act


def raising(error: BaseException) -> Callable[[], None]:
    def act() -> None:
        raise error

    return act


def plan(town: Town, **more: Any) -> Plan:
    return Plan(tuple(source.id for source in town.store.sources()), **more)


def jobs_left(town: Town) -> int:
    counts = town.store.jobs.counts()
    return sum(sum(by_state.values()) for kind, by_state in counts.items() if kind is not JobKind.HARVEST)


def test_a_source_is_listed_and_all_of_it_visited_once(town: Town) -> None:
    town.fill(23)
    town.add_source()
    town.page_size = 5
    report = town.night()
    assert (report.run.state, report.run.counts, report.run.left) == (RunState.DONE, {"new": 23}, None)
    assert report.run.plan is not None
    assert report.run.plan.source_ids == (town.store.sources()[0].id,)
    assert set(town.items(report)) == set(map(town.url, town.contents))
    assert max(town.asked[url] for url in town.items(report)) == 1
    assert jobs_left(town) == 0
    source = town.store.sources()[0]
    assert (source.last_listed, source.failures, source.last_success_at) == (23, 0, town.now)


def test_a_run_without_sources_ends_at_once(town: Town) -> None:
    report = town.harvesting.run([])
    assert (report.run.state, report.run.counts) == (RunState.DONE, {})


@pytest.mark.parametrize("dated", [True, False])
def test_an_unchanged_night_writes_no_row_but_the_books(
    town: Town, query: Callable[[str], list[tuple[Any, ...]]], dated: bool
) -> None:
    town.dated = dated
    urls = town.fill(30)
    town.add_source()
    town.night()
    tables = [
        "snapshot", "fact", "problem", "solution", "solution_repository", "outbox", "blob", "repository_identity",
        "repository_alias", "slug_history", "solution_version",
    ]  # fmt: skip
    there = [name for name in tables if _has(query, name)]
    assert {"snapshot", "fact", "solution", "outbox"} <= set(there)
    before = {name: query(f"SELECT count(*) FROM {name}") for name in there}
    hashes = query("SELECT id, document, assessment FROM solution ORDER BY id")
    asked = town.asked.copy()
    report = town.night()
    assert report.run.counts == {"unchanged": 30}
    assert {name: query(f"SELECT count(*) FROM {name}") for name in there} == before
    assert query("SELECT id, document, assessment FROM solution ORDER BY id") == hashes
    assert {url: town.asked[url] - asked[url] for url in urls} == dict.fromkeys(urls, 0 if dated else 1)
    assert {stored.visited_at for stored in town.store.stored_repositories(urls).values()} == {town.now}
    assert jobs_left(town) == 0


def _has(query: Callable[[str], list[tuple[Any, ...]]], name: str) -> bool:
    try:
        query(f"SELECT 1 FROM {name} LIMIT 1")
    except SQLAlchemyError:
        return False
    return True


def test_a_dated_listing_visits_what_it_says_has_changed(town: Town) -> None:
    town.dated = True
    town.fill(10)
    town.add_source()
    town.night()
    town.contents["werkzeug-3"] = "Ganz neu"
    town.taken.clear()
    assert town.night().run.counts == {"unchanged": 9, "changed": 1}
    assert dict(town.taken) == {town.url("werkzeug-3"): 1}


def test_a_passing_fault_is_tried_again_after_everything_else(town: Town) -> None:
    urls = town.fill(12)
    town.add_source()
    town.acts["werkzeug-0"] = failing(lambda: TooSlow(urls[0]), times=2)
    heard = Heard()
    report = town.night(heard)
    assert report.run.counts == {"new": 12}
    assert town.asked[urls[0]] == 3
    assert heard.items[-1].repository == urls[0]


def test_a_lasting_fault_becomes_an_item_after_the_third_attempt(town: Town) -> None:
    urls = town.fill(5)
    town.add_source()
    town.acts["werkzeug-0"] = failing(lambda: Unreachable(urls[0]))
    report = town.night()
    assert report.run.counts == {"new": 4, "failed": 1}
    assert (town.asked[urls[0]], town.items(report)[urls[0]].rule) == (3, "unreachable")
    [given_up] = town.store.jobs.page(JobState.FAILED)[0]
    assert (given_up.subject, given_up.last_error) == (urls[0], "unreachable")
    # The next night tries it by itself, and keeps one row of it at most.
    assert town.night().run.counts == {"unchanged": 4, "failed": 1}
    assert town.store.jobs.page(JobState.FAILED)[1] == 1
    town.acts.clear()
    assert town.store.jobs.retry() == 1
    assert town.night().run.counts == {"new": 1, "unchanged": 4}
    assert jobs_left(town) == 0


def test_a_broken_repository_and_a_broken_source_cost_only_themselves(town: Town) -> None:
    urls = town.fill(6)
    town.add_source()
    town.add_source("https://broken.example/gruppe")
    town.acts["https://broken.example/gruppe"] = raising(ZeroDivisionError())
    town.acts["werkzeug-2"] = raising(RuntimeError("ours"))
    report = town.night()
    assert report.run.state is RunState.DONE
    assert report.run.counts == {"new": 5, "failed": 1}
    assert town.items(report)[urls[2]].rule == "internal"
    assert [error.rule for error in report.run.errors] == ["internal"]
    broken = next(source for source in town.store.sources() if source.url != TOWN)
    assert (broken.last_error, broken.failures) == ("internal", 1)


def test_a_source_that_fails_in_passing_is_listed_again_and_told_once(town: Town) -> None:
    town.fill(120)
    town.add_source()
    town.acts[f"{TOWN}?page=2"] = failing(lambda: Unreachable(TOWN), times=1)
    report = town.night()
    assert (report.run.counts, report.run.errors) == ({"new": 120}, ())
    town.acts[TOWN] = failing(lambda: Unreachable(TOWN))
    report = town.night()
    assert [error.rule for error in report.run.errors] == ["unreachable"]
    assert town.store.sources()[0].failures == 1


def test_a_host_that_does_not_answer_stops_nobody_else_and_is_left_to_the_next_night(town: Town) -> None:
    dead = [f"https://dead.example/gruppe/{number}" for number in range(30)]
    alive = town.fill(10)
    town.add_source()
    for url in dead:
        town.contents[url] = url
        town.acts[url] = failing(lambda: TooSlow("dead"))
    town.add_source("https://dead.example/gruppe")
    report = town.night()
    assert report.run.state is RunState.DONE
    items = town.items(report)
    assert {items[url].status for url in alive} == {ItemStatus.NEW}
    assert report.run.left
    assert report.run.left + report.run.counts.get("failed", 0) == 30
    waiting = [items[url] for url in dead if items[url].status is ItemStatus.SKIPPED]
    assert {(item.rule, item.params["detail"]) for item in waiting} == {("host-paused", "dead.example")}
    assert len(waiting) == report.run.left
    assert sum(town.asked[url] for url in dead) < 30
    assert [error.rule for error in report.run.errors] == ["hosts-left"]
    for url in dead:
        del town.acts[url]
    assert town.night().run.counts == {"new": 30, "unchanged": 10}


def test_a_host_that_asks_to_wait_is_waited_for_without_losing_an_attempt(town: Town) -> None:
    urls = town.fill(8)
    town.add_source()
    for number in range(8):
        limited = RateLimited(urls[number], retry_after=0.2)
        town.acts[f"werkzeug-{number}"] = failing(lambda limited=limited: limited, times=4)  # type: ignore[misc]
    report = town.night()
    assert report.run.counts == {"new": 8}
    assert HOST in {host.name for host in town.store.hosts.all()}


def test_a_host_that_asks_to_wait_for_hours_is_not_waited_for(town: Town) -> None:
    urls = town.fill(8)
    town.add_source()
    for number in range(8):
        limited = RateLimited(urls[number], retry_after=7200)
        town.acts[f"werkzeug-{number}"] = failing(lambda limited=limited: limited)  # type: ignore[misc]
    report = town.night()
    assert (report.run.state, report.run.left) == (RunState.DONE, 8)
    assert {item.rule for item in town.items(report).values()} == {"host-paused"}
    # Those that were in flight when the first one said so.
    assert sum(town.asked[url] for url in urls) <= 2 * town.pace.workers < 8


@pytest.mark.parametrize("hours", [-24, -1, 1, 24])
def test_a_clock_that_jumps_costs_no_repository_and_no_run(town: Town, hours: int) -> None:
    urls = town.fill(30)
    town.add_source()

    def jump() -> None:
        town.now += timedelta(hours=hours)

    town.acts["werkzeug-11"] = jump
    report = town.night()
    assert report.run.state is RunState.DONE
    assert town.items(report).keys() == set(urls)
    town.acts.clear()
    # What came later in the night is not in the way of what begins earlier by the new time.
    after = town.night()
    assert (after.run.state, after.run.counts) == (RunState.DONE, {"unchanged": 30})
    assert town.store.jobs.left(after.run.id) == (0, 0)


def test_time_runs_out_cleanly_and_the_next_run_goes_on_where_it_stopped(town: Town) -> None:
    urls = town.fill(40)
    town.add_source()

    def pass_time() -> None:
        town.now += timedelta(hours=3)

    town.acts["werkzeug-15"] = pass_time
    report = town.harvesting.run(plan(town, until=town.now + timedelta(hours=2)))
    assert report.run.state is RunState.PAUSED
    done = sum(report.run.counts.values())
    assert 0 < done < 40
    assert report.run.left == 40 - done
    assert [error.rule for error in report.run.errors] == ["run-paused"]
    heard = Heard()
    second = town.harvesting.run(plan(town), progress=heard)
    assert second.run.counts == {"new": 40 - done, "unchanged": done}
    # But for those that are in flight together, what was left comes first.
    first = {item.repository for item in heard.items[: 40 - done - 2 * town.pace.workers]}
    assert first <= set(urls) - set(town.items(report))


def test_resuming_goes_on_with_the_same_run(town: Town) -> None:
    town.fill(40)
    town.add_source()
    with pytest.raises(NotFound):
        town.harvesting.resume()
    first = town.harvesting.run(plan(town, until=town.now))
    assert (first.run.state, first.run.left) == (RunState.PAUSED, 1)
    again = town.harvesting.resume()
    assert (again.run.id, again.run.state, again.run.counts) == (first.run.id, RunState.DONE, {"new": 40})
    assert again.run.errors == ()
    with pytest.raises(NotFound):
        town.harvesting.resume(first.run.id)


@pytest.mark.parametrize(("order", "state"), [("stop", RunState.INTERRUPTED), ("abort", RunState.ABORTED)])
def test_a_run_is_ended_from_elsewhere(town: Town, order: str, state: RunState) -> None:
    town.fill(60)
    town.add_source()
    reached, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        reached.set()
        assert go_on.wait(30)

    town.acts["werkzeug-20"] = hold
    found: list[Report] = []
    thread = threading.Thread(target=lambda: found.append(town.night()))
    town.pace = type(town.pace)(workers=1, retry_seconds=0)
    thread.start()
    assert reached.wait(30)
    run_id = town.store.run_in_progress()
    assert run_id is not None
    assert town.store.ask_run(run_id, order).state is RunState.RUNNING
    threading.Timer(2.5, go_on.set).start()
    thread.join(60)
    [report] = found
    assert report.run.state is state
    assert town.items(report)[town.url("werkzeug-20")].status is ItemStatus.NEW
    assert 20 < sum(report.run.counts.values()) < 60
    assert report.run.left == 60 - sum(report.run.counts.values())
    assert (jobs_left(town) == 0) is (state is RunState.ABORTED)


def test_a_job_over_which_processes_died_is_given_up_with_its_rule(town: Town, query: Any) -> None:
    urls = town.fill(3)
    town.add_source()
    first = town.harvesting.run(plan(town, until=town.now))
    town.store.jobs.enqueue(
        [Job("", JobKind.REPOSITORY, urls[0], run_id=first.run.id, payload={"forge": "git"})], town.now
    )
    # Once among others, then three times alone.
    for alone in (False, True, True, True):
        town.store.reopen_run(first.run.id, town.now)
        assert _claimed(town, urls[0], first.run.id, alone) is not None
        town.now += timedelta(hours=1)
        town.store.jobs.recover(town.now)
        town.store.end_run(first.run.id, RunState.INTERRUPTED, town.now)
    report = town.harvesting.resume()
    assert report.run.state is RunState.DONE
    item = town.items(report)[urls[0]]
    assert (item.status, item.rule, item.params["detail"]) == (ItemStatus.FAILED, "job-crashed", "4")
    assert town.asked[urls[0]] == 0
    assert town.store.jobs.retry() == 1
    assert town.night().run.counts == {"new": 1, "unchanged": 2}


def _claimed(town: Town, url: str, run_id: str, alone: bool) -> Job | None:
    for job in town.store.jobs.claim("dies", town.now, 10, 60, [JobKind.REPOSITORY], run_id, alone=alone):
        if job.subject == url:
            return job
        town.store.jobs.release([job.id], "dies", town.now)
    return None


def test_single_repositories_and_their_source_share_one_visit(town: Town) -> None:
    urls = town.fill(4)
    town.add_source()
    single = town.add_source(urls[1], SourceKind.REPOSITORY)
    report = town.harvesting.run(plan(town, urls=((urls[1], ForgeKind.GIT), (urls[2], ForgeKind.GIT))))
    assert report.run.counts == {"new": 4}
    assert town.store.source(single.id).last_listed == 1


def test_a_limit_bounds_what_a_source_lists_and_withdraws_nothing(town: Town) -> None:
    town.fill(120)
    town.add_source()
    report = town.harvesting.run(plan(town, limit=7))
    assert report.run.counts == {"new": 7}
    assert town.night().run.counts == {"unchanged": 7, "new": 113}
    assert town.harvesting.run(plan(town, limit=5)).run.counts == {"unchanged": 5}


def test_a_source_that_shrinks_is_an_error_and_what_it_lists_is_visited_all_the_same(town: Town) -> None:
    town.fill(20)
    town.add_source()
    town.night()
    kept = dict(list(town.contents.items())[:5])
    town.contents = kept
    report = town.night()
    assert report.run.counts == {"unchanged": 5}
    [error] = report.run.errors
    assert (error.rule, error.params["detail"]) == ("source-shrunk", "20 -> 5")
    source = town.store.sources()[0]
    assert (source.last_error, source.failures, source.last_listed) == ("source-shrunk", 1, 20)


def test_what_a_source_lists_no_more_is_visited_itself(town: Town) -> None:
    urls = town.fill(20)
    town.add_source()
    town.night()
    del town.contents["werkzeug-7"]
    report = town.night()
    assert report.run.counts == {"unchanged": 19, "gone": 1}
    assert town.items(report)[urls[7]].status is ItemStatus.GONE


def test_only_what_was_changed_since_is_visited(town: Town) -> None:
    town.dated = True
    town.fill(5)
    town.add_source()
    assert town.harvesting.run(plan(town, since=town.now)).run.counts == {}
    assert town.harvesting.run(plan(town, since=town.now - timedelta(days=10))).run.counts == {"new": 5}


def test_a_dry_run_says_what_would_be_and_writes_nothing(
    town: Town, query: Callable[[str], list[tuple[Any, ...]]]
) -> None:
    town.fill(6)
    town.add_source()
    town.night()
    town.contents["werkzeug-1"] = "Anders"
    town.contents["neu"] = "Neu"
    del town.contents["werkzeug-2"]
    town.acts["werkzeug-3"] = failing(lambda: Unreachable(town.url("werkzeug-3")))
    names = [row[0] for row in query(_TABLES[town.store._database.postgres])]
    before = {name: sorted(map(repr, query(f'SELECT * FROM "{name}"'))) for name in names}
    heard = Heard()
    found = town.harvesting.dry_run(plan(town), heard)
    assert found.counts == {"new": 1, "changed": 1, "unchanged": 3, "gone": 1, "failed": 1}
    assert len(heard.items) == 7
    assert {name: sorted(map(repr, query(f'SELECT * FROM "{name}"'))) for name in names} == before


_TABLES = {
    False: "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name",
    True: "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
}


def test_a_second_worker_takes_its_share_and_never_ends_the_run(town: Town) -> None:
    town.fill(60)
    town.add_source()
    town.pace = type(town.pace)(workers=1, retry_seconds=0)
    helped: list[int] = []
    stop = threading.Event()

    def help_out() -> None:
        while not stop.is_set():
            helped.append(town.harvesting.work(once=True))

    threads = [threading.Thread(target=help_out) for _ in range(2)]
    for thread in threads:
        thread.start()
    report = town.night()
    stop.set()
    for thread in threads:
        thread.join(60)
    assert report.run.state is RunState.DONE
    assert report.run.counts == {"new": 60}
    assert len(town.items(report)) == 60
    assert max(town.taken.values()) == 1
    assert town.store.count_solutions() == 60


def test_a_worker_does_nothing_where_no_run_goes_on(town: Town) -> None:
    assert town.harvesting.work(once=True) == 0
    assert town.harvesting.work(until=town.now - timedelta(seconds=1)) == 0
