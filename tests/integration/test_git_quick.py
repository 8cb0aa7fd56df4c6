# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The way without a git process: when it is taken, when git is asked instead, and that both say the same."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from harvesters.demo.server import GitServer
from harvesters.git import asking, packs, running
from harvesters.git.door import GitDoor
from harvesters.guard import Guard
from harvesters.http import HttpClient
from harvesters.readers.wanted import Selection
from registry.errors import Gone, RateLimited, Refused
from registry.model import COUNT_EVERY, Activity, EgressRules, HostPort, KnownHistory, Limits, Snapshot
from support.gitdoor import NO_HEAD, NOW, WAYS, SelectAll, advertised, chosen, is_empty, open_door, read, reference
from support.hostile import HostileServer, answering
from support.loopback import Loopback, Reply, Request
from support.repos import EXECUTABLE, SUBMODULE, SYMLINK, Author, Commit, build, git

DAY = timedelta(days=1)
MAX = Author("Max Muster", "max@stadt.example")
BOT = Author("renovate[bot]", "bot@renovateapp.com")
RESULT = {"Content-Type": "application/x-git-upload-pack-result"}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GitServer]:
    (tmp_path / "repos").mkdir()
    with GitServer(tmp_path / "repos") as running_server:
        yield running_server


@pytest.fixture
def no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever starts git from here on fails."""

    def refuse(*_arguments: object, **_options: object) -> None:
        raise AssertionError("a git process was started")

    monkeypatch.setattr(running, "_started", refuse)


@pytest.fixture
def git_runs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What git was asked to do, one word for each process."""
    seen: list[str] = []
    started = running._started

    def note(arguments: list[str], *more: object) -> object:
        seen.append(next(word for word in arguments if word in ("fetch", "log", "cat-file")))
        return started(arguments, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(running, "_started", note)
    return seen


def odd_repository(path: Path) -> None:
    many = {f"docs/{number}.md": b"%d" % number for number in range(50)}
    build(
        path,
        [
            Commit(NOW - 500 * DAY, {"README.md": b"# 1\n" * 400, **many}, tags=["v1.0"]),
            Commit(NOW - 400 * DAY, {"README.md": b"# 1\n" * 399 + b"x", "lib": (SUBMODULE, b"1" * 40)}, MAX),
            Commit(NOW - 300 * DAY, {"run": (EXECUTABLE, b"#!"), "link": (SYMLINK, b"/etc/passwd")}, BOT),
            Commit(NOW - 200 * DAY, {"Übersicht.md".encode("latin-1"): b"1", "big.txt": b"y" * 90_000}),
            Commit(
                NOW - 100 * DAY, {"empty": b"", "same": b"", "LICENSE": b"EUPL"}, annotated={"v1.1": NOW - 99 * DAY}
            ),
            Commit(NOW - 90 * DAY, {"README.md": b"fix"}, branch="release", tags=["v1.0.1"]),
            Commit(NOW - 3 * DAY, {"docs/0.md": b"new"}, Author("J\xfcrgen".encode("latin-1"), "j@x.example")),
        ],
    )


@pytest.mark.parametrize("repacked", [False, True])
@pytest.mark.parametrize("select", [SelectAll(), Selection()])
@pytest.mark.usefixtures("no_process")
def test_it_reads_without_a_process(server: GitServer, tmp_path: Path, select: SelectAll, repacked: bool) -> None:
    odd_repository(tmp_path / "repos" / "app.git")
    if repacked:
        git(tmp_path / "repos" / "app.git", "repack", "-adfq", "--window=50", "--depth=50")
    found = read(open_door(server.base_url, tmp_path / "work", select=select), f"{server.base_url}/app")
    assert found.files["LICENSE"] == b"EUPL"
    assert found.activity.commits == 6
    assert not (tmp_path / "work").exists()


@pytest.mark.parametrize(
    "limits", [Limits(), Limits(file_bytes=1000), Limits(tree_entries=4), Limits(snapshot_files=2)]
)
def test_both_ways_say_the_same(
    server: GitServer, tmp_path: Path, limits: Limits, monkeypatch: pytest.MonkeyPatch, git_runs: list[str]
) -> None:
    odd_repository(tmp_path / "repos" / "app.git")
    found = []
    for way in WAYS:
        monkeypatch.setattr(chosen, "way", way)
        found.append(read(open_door(server.base_url, tmp_path / "work", limits), f"{server.base_url}/app"))
    assert found[0] == found[1]
    assert git_runs == ["fetch", "cat-file", "fetch", "log"], "all of them by the second one"


# --- when git is asked instead ---------------------------------------------------------------------------------------


def test_a_large_history_is_for_git(
    server: GitServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, git_runs: list[str]
) -> None:
    build(tmp_path / "repos" / "app.git", [Commit(NOW - (50 - n) * DAY, {"a": b"%d" % n}) for n in range(50)])

    def few(blob_bytes: int, tick: Callable[[], object]) -> packs.Bounds:
        return packs.Bounds(blob_bytes, tick, objects=49)

    monkeypatch.setattr(asking, "Bounds", few)
    found = read(open_door(server.base_url, tmp_path / "work"), f"{server.base_url}/app")
    assert found.activity.commits == 50
    assert git_runs == ["fetch", "cat-file", "fetch", "log"]
    assert is_empty(tmp_path / "work")


def test_a_server_without_filters_is_not_even_tried(tmp_path: Path, git_runs: list[str]) -> None:
    build(tmp_path / "repos" / "app.git", [Commit(NOW - DAY, {"README.md": b"1"})])
    with GitServer(tmp_path / "repos", partial=False) as server:
        read(open_door(server.base_url, tmp_path / "work"), f"{server.base_url}/app")
        assert [method for method, _ in server.requests] == ["GET", "GET", "POST", "GET", "POST"]
    assert "fetch" in git_runs


def relaying(server: GitServer, answer: Callable[[int], Reply | None]) -> Loopback:
    """A server that gives ``answer`` to the so-and-so-many-th POST; GETs are those of the real one."""
    posts = 0
    loop = Loopback()

    def reply(request: Request) -> Reply:
        nonlocal posts
        posts += 1
        return answer(posts) or Reply(500)

    head = advertised(f"{server.base_url}/app")
    assert head.capabilities is not None
    loop.routes["/app/git-upload-pack"] = reply
    return loop


@pytest.mark.parametrize(
    "reply",
    [
        Reply(500),
        Reply(400),
        Reply(404 + 1),
        Reply(200, {"Content-Type": "text/html"}, b"<html>"),
        Reply(200, RESULT, b"0008NAK\n"),
        Reply(200, RESULT, b""),
        Reply(200, RESULT, b"000bERR no0000"),
        Reply(200, {**RESULT, "Content-Encoding": "br"}, b"x"),
        Reply(200, RESULT, b"000dpackfile\n0011\x01PACK\0\0\0\2\0\0\0\1"),
    ],
)
def test_an_answer_of_no_use_leads_to_git(server: GitServer, tmp_path: Path, reply: Reply, git_runs: list[str]) -> None:
    build(tmp_path / "repos" / "app.git", [Commit(NOW - DAY, {"README.md": b"1"})])
    advertisement = advertised(f"{server.base_url}/app")
    with relaying(server, lambda _: reply) as loop, pytest.raises(Gone):
        read(open_door(loop.url, tmp_path / "work"), f"{loop.url}/app", advertisement)
    assert git_runs == ["fetch"]


def test_a_host_that_does_not_know_the_protocol_is_asked_three_times(
    server: GitServer, tmp_path: Path, git_runs: list[str]
) -> None:
    build(tmp_path / "repos" / "app.git", [Commit(NOW - DAY, {"README.md": b"1"})])
    advertisement = advertised(f"{server.base_url}/app")
    with relaying(server, lambda _: Reply(500)) as loop:
        door = open_door(loop.url, tmp_path / "work")
        for _ in range(5):
            with pytest.raises(Gone):
                read(door, f"{loop.url}/app", advertisement)
        assert [request.method for request in loop.requests].count("POST") == 3
    assert len(git_runs) == 5


@pytest.mark.parametrize(
    ("status", "error"),
    [("404 Not Found", Gone), ("429 Too Many Requests", RateLimited), ("302 Found", Refused)],
)
@pytest.mark.usefixtures("no_process")
def test_what_git_could_do_no_better_is_told_at_once(tmp_path: Path, status: str, error: type[Exception]) -> None:
    with HostileServer(answering(status, b"", "Location: /elsewhere")) as hostile:
        door = open_door(hostile.base_url, tmp_path / "work")
        with pytest.raises(error):
            read(door, f"{hostile.base_url}/app", NO_HEAD)


def test_what_was_asked_is_counted(server: GitServer, tmp_path: Path) -> None:
    build(tmp_path / "repos" / "app.git", [Commit(NOW - DAY, {"README.md": b"1"})])
    parts = urlsplit(server.base_url)
    rules = EgressRules(allow=frozenset({HostPort("127.0.0.1", parts.port or 0)}))
    guard = Guard(rules)
    http = HttpClient(guard, rules, Limits())
    door = GitDoor(guard, Limits(), tmp_path / "work", SelectAll(), http=http)
    read(door, f"{server.base_url}/app")
    (counted,) = http.traffic.take()
    assert (counted.name, counted.requests, counted.failures) == (parts.netloc, 2, 0)
    assert counted.bytes > 100


# --- histories counted lately ----------------------------------------------------------------------------------------

FIRST = [
    Commit(NOW - 700 * DAY, {"README.md": b"1"}, tags=["v1"]),
    Commit(NOW - 300 * DAY, {"README.md": b"2"}, MAX, annotated={"v2": NOW - 299 * DAY}),
    Commit(NOW - 200 * DAY, {"README.md": b"3"}),
]
MORE = [
    Commit(NOW + 1 * DAY, {"README.md": b"4"}, MAX, tags=["v3"]),
    Commit(NOW + 2 * DAY, {"README.md": b"5"}, annotated={"v4": NOW + 2 * DAY}),
    Commit(NOW + 3 * DAY, {"README.md": b"6"}, BOT),
]


@pytest.fixture(params=WAYS)
def reads(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, server: GitServer, tmp_path: Path
) -> Iterator[Callable[..., Snapshot]]:
    """Reads the repository of these commits, as it is after so many days."""
    monkeypatch.setattr(chosen, "way", request.param)
    number = 0

    def reads(commits: list[Commit], days: float, known: KnownHistory | None = None) -> Snapshot:
        nonlocal number
        number += 1
        build(tmp_path / "repos" / f"r{number}.git", commits)
        url = f"{server.base_url}/r{number}"
        door = open_door(server.base_url, tmp_path / "work")
        return door.snapshot(reference(url), advertised(url), NOW + days * DAY, known)

    yield reads
    assert is_empty(tmp_path / "work")


def known(snapshot: Snapshot) -> KnownHistory:
    return KnownHistory(snapshot.commit, snapshot.activity)


def counts(found: Activity) -> tuple[int, int, int, datetime | None]:
    return found.commits, found.commits_12_months, found.authors_12_months, found.first_commit_at


def test_a_history_counted_lately_is_not_counted_again(reads: Callable[..., Snapshot]) -> None:
    first = reads(FIRST, 0)
    second = reads(FIRST + MORE, 4, known(first))
    assert second.files["README.md"] == b"6"
    found = second.activity
    assert counts(found) == counts(first.activity) == (3, 2, 2, NOW - 700 * DAY)
    assert (found.observed_at, found.counted_at, found.counted_commit) == (NOW + 4 * DAY, NOW, first.commit)
    assert (found.last_commit_at, found.last_human_commit_at) == (NOW + 3 * DAY, NOW - 200 * DAY)
    assert [(tag.name, tag.at) for tag in found.tags] == [
        ("v4", NOW + 2 * DAY), ("v3", NOW + 1 * DAY), ("v2", NOW - 299 * DAY), ("v1", NOW - 700 * DAY),
    ]  # fmt: skip
    assert (found.tag_count, found.complete) == (4, True)


def test_counts_stay_those_of_the_last_count_however_often_it_changes(reads: Callable[..., Snapshot]) -> None:
    first = reads(FIRST, 0)
    second = reads(FIRST + MORE[:1], 1, known(first))
    third = reads(FIRST + MORE, 6, known(second))
    assert (third.activity.counted_at, third.activity.counted_commit) == (NOW, first.commit)
    assert third.activity.last_human_commit_at == NOW + 1 * DAY
    late = reads(FIRST + MORE, 7, known(third))
    assert counts(late.activity) == (6, 4, 2, NOW - 700 * DAY)
    assert (late.activity.counted_at, late.activity.counted_commit) == (None, None)


@pytest.mark.parametrize("days", [COUNT_EVERY / DAY, 300, -1])
def test_the_months_never_stay_those_of_long_ago(reads: Callable[..., Snapshot], days: float) -> None:
    first = reads(FIRST, 0)
    again = reads(FIRST, days, known(first)).activity
    assert again.counted_at is None
    assert again.commits_12_months == (0 if days == 300 else 2)


def test_the_same_commit_again_keeps_its_counts_and_gets_its_new_tags(reads: Callable[..., Snapshot]) -> None:
    first = reads(FIRST, 0)
    retagged = [*FIRST[:2], Commit(NOW - 200 * DAY, {"README.md": b"3"}, tags=["v3"])]
    again = reads(retagged, 2, known(first)).activity
    assert (again.counted_at, again.counted_commit) == (NOW, first.commit)
    assert [tag.name for tag in again.tags] == ["v3", "v2", "v1"]


def test_a_change_costs_no_history(server: GitServer, tmp_path: Path) -> None:
    path = tmp_path / "repos" / "app.git"
    build(path, [Commit(NOW - n * timedelta(hours=1), {"README.md": b"%d" % n}) for n in range(3000, 0, -1)])
    parts = urlsplit(server.base_url)
    rules = EgressRules(allow=frozenset({HostPort("127.0.0.1", parts.port or 0)}))
    guard = Guard(rules)
    http = HttpClient(guard, rules, Limits())
    door = GitDoor(guard, Limits(), tmp_path / "work", SelectAll(), http=http)
    url = f"{server.base_url}/app"
    first = door.snapshot(reference(url), advertised(url), NOW)
    (whole,) = http.traffic.take()
    second = door.snapshot(reference(url), advertised(url), NOW + DAY, known(first))
    (part,) = http.traffic.take()
    assert second.activity.commits == 3000
    assert part.bytes * 100 < whole.bytes


def test_all_tags_known_and_nothing_wanted_is_one_request(server: GitServer, tmp_path: Path) -> None:
    build(tmp_path / "repos" / "app.git", [Commit(NOW - DAY, {"main.py": b"1"}, tags=["v1"])])
    door = open_door(server.base_url, tmp_path / "work", select=Selection())
    url = f"{server.base_url}/app"
    first = door.snapshot(reference(url), advertised(url), NOW)
    before = len(server.requests)
    door.snapshot(reference(url), advertised(url), NOW + DAY, known(first))
    assert [method for method, _ in server.requests[before:]] == ["GET", "POST"]


def test_the_server_is_there_for_real_git_too(server: GitServer, tmp_path: Path) -> None:
    odd_repository(tmp_path / "repos" / "app.git")
    done = subprocess.run(["git", "ls-remote", f"{server.base_url}/app"], capture_output=True, check=True, text=True)
    assert "refs/tags/v1.1^{}" in done.stdout
