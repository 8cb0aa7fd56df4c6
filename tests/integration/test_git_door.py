# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the git door reads from honest (and merely odd) repositories, over a real server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harvesters.demo.server import GitServer
from harvesters.git.door import GitDoor
from harvesters.guard import Guard
from harvesters.readers.wanted import Selection
from registry.errors import EmptyRepository, Gone, NoDefaultBranch
from registry.model import EgressRules, EntryKind, HostPort, Limits, Snapshot
from support.gitdoor import NOW, WAYS, SelectAll, advertised, chosen, is_empty, open_door, read, reference
from support.repos import EXECUTABLE, SUBMODULE, SYMLINK, Author, Commit, build, empty, git

DAY = timedelta(days=1)
BOT = Author("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com")
MAX = Author("Max Muster", "max@stadt.example")
Reads = Callable[..., Snapshot]


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Which way the door takes; a test that is given a server goes both."""
    monkeypatch.setattr(chosen, "way", request.param)
    return str(request.param)


@pytest.fixture
def server(tmp_path: Path, way: str) -> Iterator[GitServer]:
    assert way in WAYS
    (tmp_path / "repos").mkdir()
    with GitServer(tmp_path / "repos") as running:
        yield running


@pytest.fixture
def reads(server: GitServer, tmp_path: Path) -> Reads:
    """Builds the commits as a repository and reads it; checks that nothing stays on disk."""

    def reads(commits: list[Commit], limits: Limits | None = None) -> Snapshot:
        build(tmp_path / "repos" / "app.git", commits)
        snapshot = read(open_door(server.base_url, tmp_path / "work", limits), f"{server.base_url}/app")
        assert is_empty(tmp_path / "work")
        return snapshot

    return reads


def test_files_of_the_root_and_of_listed_folders(reads: Reads) -> None:
    found = reads(
        [
            Commit(NOW - 3 * DAY, {"README.md": b"old", "gone.txt": b"gone", "src/main.py": b"pass"}),
            Commit(NOW - 2 * DAY, {"README.md": b"# New\n", "run.sh": (EXECUTABLE, b"#!/bin/sh\n"), "docs/a.md": b"A"}),
            Commit(NOW - 1 * DAY, {"docs/deep/b.md": b"B"}),
        ]
    )
    assert dict(found.files) == {
        "README.md": b"# New\n",
        "gone.txt": b"gone",
        "run.sh": b"#!/bin/sh\n",
        "docs/a.md": b"A",
    }
    kinds = {entry.path: entry.kind for entry in found.entries}
    assert kinds == {
        "README.md": EntryKind.FILE,
        "docs": EntryKind.TREE,
        "gone.txt": EntryKind.FILE,
        "run.sh": EntryKind.EXECUTABLE,
        "src": EntryKind.TREE,
        "docs/a.md": EntryKind.FILE,
        "docs/deep": EntryKind.TREE,
    }
    assert {entry.path: entry.size for entry in found.entries}["README.md"] == 6
    assert (found.branch, found.taken_at, found.oversized) == ("main", NOW, ())


def test_a_licence_one_level_down_is_found_where_the_root_has_none(server: GitServer, tmp_path: Path) -> None:
    files = {"README.md": b"x", "app/LICENSE": b"L", "app/main.py": b"p", "vendor/LICENSE": b"V", "a/b/LICENSE": b"B"}
    build(tmp_path / "repos" / "app.git", [Commit(NOW - DAY, files)])
    build(tmp_path / "repos" / "has.git", [Commit(NOW - DAY, {**files, "COPYING": b"C"})])
    door = open_door(server.base_url, tmp_path / "work", select=Selection())
    found, has = (read(door, f"{server.base_url}/{name}") for name in ("app", "has"))
    assert dict(found.files) == {"app/LICENSE": b"L", "README.md": b"x"}
    assert [one.path for one in found.entries if "/" in one.path] == ["app/LICENSE"]
    assert dict(has.files) == {"COPYING": b"C", "README.md": b"x"}


def test_commit_and_detector(reads: Reads, server: GitServer, tmp_path: Path) -> None:
    found = reads([Commit(NOW - DAY, {"README.md": b"x"})])
    advertisement = advertised(f"{server.base_url}/app")
    assert found.commit == git(tmp_path / "repos" / "app.git", "rev-parse", "HEAD")
    assert found.detector == advertisement.detector
    door = open_door(server.base_url, tmp_path / "work")
    own = replace(reference(f"{server.base_url}/app"), detector="pushed 2026")
    assert door.snapshot(own, advertisement, NOW).detector == "pushed 2026"


def test_two_fetches_and_no_more(reads: Reads, server: GitServer, way: str) -> None:
    reads([Commit(NOW - DAY * number, {"README.md": b"%d" % number}) for number in range(20, 0, -1)])
    with_git = ["GET", "GET", "POST", "GET", "POST"]
    assert [method for method, _ in server.requests] == (with_git if way == "git" else ["GET", "POST", "POST"])


def test_activity_is_exact(reads: Reads) -> None:
    found = reads(
        [
            Commit(NOW - 900 * DAY, {"README.md": b"1"}),
            Commit(NOW - 366 * DAY, {"README.md": b"2"}, MAX),
            Commit(NOW - 300 * DAY, {"README.md": b"3"}),
            Commit(NOW - 200 * DAY, {"README.md": b"4"}, MAX),
            Commit(NOW - 100 * DAY, {"README.md": b"5"}),
            Commit(NOW - 5 * DAY, {"README.md": b"6"}, BOT),
        ]
    ).activity
    assert (found.commits, found.commits_12_months, found.authors_12_months) == (6, 3, 2)
    assert (found.first_commit_at, found.last_commit_at) == (NOW - 900 * DAY, NOW - 5 * DAY)
    assert found.last_human_commit_at == NOW - 100 * DAY
    assert (found.complete, found.observed_at) == (True, NOW)


def test_tags_with_their_dates(reads: Reads) -> None:
    found = reads(
        [
            Commit(NOW - 30 * DAY, {"README.md": b"1"}, tags=["v1.0"]),
            Commit(NOW - 20 * DAY, {"README.md": b"2"}, annotated={"v1.1": NOW - 10 * DAY}),
            Commit(NOW - 5 * DAY, {"README.md": b"3"}),
            Commit(NOW - 4 * DAY, {"README.md": b"fix"}, branch="release", tags=["v1.0.1"]),
        ]
    )
    assert [(tag.name, tag.at) for tag in found.activity.tags] == [
        ("v1.0.1", NOW - 4 * DAY),
        ("v1.1", NOW - 10 * DAY),
        ("v1.0", NOW - 30 * DAY),
    ]
    assert found.activity.tag_count == 3
    assert found.activity.commits == 3, "commits of another branch do not count"


def test_a_tag_names_its_commit_not_the_tag_object(reads: Reads, tmp_path: Path) -> None:
    found = reads([Commit(NOW - 20 * DAY, {"README.md": b"2"}, annotated={"v1": NOW - 10 * DAY})])
    assert [tag.commit for tag in found.activity.tags] == [found.commit]


def test_at_most_100_tags_newest_versions_first(reads: Reads) -> None:
    found = reads([Commit(NOW - (200 - n) * DAY, {"a": b"%d" % n}, tags=[f"v1.{n}"]) for n in range(130)]).activity
    assert found.tag_count == 130
    assert [tag.name for tag in found.tags] == [f"v1.{n}" for n in range(129, 29, -1)]


def test_odd_tags_are_left_out(reads: Reads, server: GitServer, tmp_path: Path) -> None:
    repository = tmp_path / "repos" / "app.git"
    reads([Commit(NOW - 20 * DAY, {"README.md": b"2"}, tags=["v1"], annotated={"v2": 0})])
    git(repository, "tag", "of-a-file", "HEAD:README.md")
    git(repository, "tag", "of-a-folder", "HEAD^{tree}")
    nameless = f"object {git(repository, 'rev-parse', 'HEAD')}\ntype commit\ntag v3\n\nno tagger\n".encode()
    oid = git(repository, "hash-object", "-t", "tag", "-w", "--stdin", "--literally", stdin=nameless)
    git(repository, "update-ref", "refs/tags/v3", oid)
    found = read(open_door(server.base_url, tmp_path / "work"), f"{server.base_url}/app").activity
    assert {(tag.name, tag.at) for tag in found.tags} == {(name, NOW - 20 * DAY) for name in ("v1", "v2", "v3")}
    assert found.tag_count == 5


def test_links_and_submodules_are_named_but_never_read(reads: Reads) -> None:
    found = reads(
        [
            Commit(
                NOW - DAY,
                {
                    "README.md": (SYMLINK, b"/etc/passwd"),
                    "LICENSE": b"EUPL-1.2",
                    "lib": (SUBMODULE, b"1" * 40),
                    ".gitmodules": b'[submodule "lib"]\n\tpath = lib\n\turl = ext::sh -c touch% /tmp/canary\n',
                },
            )
        ]
    )
    kinds = {entry.path: entry.kind for entry in found.entries}
    assert (kinds["README.md"], kinds["lib"]) == (EntryKind.SYMLINK, EntryKind.SUBMODULE)
    assert set(found.files) == {"LICENSE", ".gitmodules"}


def test_names_that_are_not_utf8(reads: Reads) -> None:
    found = reads([Commit(NOW - DAY, {"Übersicht.md".encode("latin-1"): b"1", "Größe.md": b"2", "a b\tc": b"3"})])
    assert dict(found.files) == {"Übersicht.md": b"1", "Größe.md": b"2", "a b\tc": b"3"}


def test_odd_histories_are_read(server: GitServer, tmp_path: Path) -> None:
    repository = tmp_path / "repos" / "app.git"
    parent = build(repository, [Commit(0, {"README.md": b"1"}, Author(b"J\xfcrgen", b"j\xfcrgen@stadt.example"))])
    tree = git(repository, "rev-parse", "HEAD^{tree}")
    good = int((NOW - 7 * DAY).timestamp())
    for ident in (
        f"Future <f@x.example> {4_102_444_800} +0000",
        "Before <b@x.example> -86400 +0000",
        "No Date <n@x.example>",
        "Huge <h@x.example> 99999999999999999999999999 +0000",
        f"NoSpace<n@x.example> {good} +0000",
        f"Zone <z@x.example> {good - 5} +9999999",
        f" <> {good - 9} +0000",
    ):
        commit = f"tree {tree}\nparent {parent}\nauthor {ident}\ncommitter {ident}\n\nx\n".encode()
        parent = git(repository, "hash-object", "-t", "commit", "-w", "--stdin", "--literally", stdin=commit)
    git(repository, "update-ref", "refs/heads/main", parent)
    found = read(open_door(server.base_url, tmp_path / "work"), f"{server.base_url}/app").activity
    assert found.commits == 8
    assert found.last_commit_at == datetime.fromtimestamp(good, UTC)
    assert found.complete


def test_a_long_history_and_a_cut_one(reads: Reads, server: GitServer, tmp_path: Path) -> None:
    start = NOW - 20_000 * timedelta(hours=1)
    commits = [Commit(start + number * timedelta(hours=1), author=MAX) for number in range(20_000)]
    found = reads(commits).activity
    assert (found.commits, found.first_commit_at, found.complete) == (20_000, start, True)
    assert found.commits_12_months == 365 * 24 - 1
    short = open_door(server.base_url, tmp_path / "work", Limits(history_commits=500))
    cut = read(short, f"{server.base_url}/app").activity
    assert (cut.commits, cut.first_commit_at, cut.complete) == (500, None, False)
    assert cut.last_commit_at == found.last_commit_at


def test_an_oversized_file_is_named(reads: Reads) -> None:
    found = reads([Commit(NOW - DAY, {"README.md": b"x" * 2001, "LICENSE": b"y" * 2000})], Limits(file_bytes=2000))
    assert found.oversized == ("README.md",)
    assert set(found.files) == {"LICENSE"}
    assert {entry.path: entry.size for entry in found.entries} == {"README.md": 2001, "LICENSE": 2000}


def test_at_most_so_many_files_and_entries(reads: Reads) -> None:
    files: dict[str | bytes, bytes | tuple[str, bytes]] = {f"f{n:05}": b"%d" % n for n in range(300)}
    found = reads([Commit(NOW - DAY, files)], Limits(snapshot_files=7, tree_entries=50))
    assert (len(found.entries), len(found.files)) == (50, 7)


def test_a_server_without_filters_works(tmp_path: Path) -> None:
    build(
        tmp_path / "repos" / "app.git",
        [Commit(NOW - n * DAY, {"README.md": b"%d" % n, "docs/a.md": b"A"}, tags=[f"v{n}"]) for n in range(9, 0, -1)],
    )
    with GitServer(tmp_path / "repos", partial=False) as server:
        found = read(open_door(server.base_url, tmp_path / "work"), f"{server.base_url}/app")
    assert dict(found.files) == {"README.md": b"1", "docs/a.md": b"A"}
    assert (found.activity.commits, len(found.activity.tags), found.activity.complete) == (9, 9, True)


def test_a_shallow_repository_is_a_lower_bound(server: GitServer, tmp_path: Path) -> None:
    repository = tmp_path / "repos" / "app.git"
    build(repository, [Commit(NOW - n * DAY, {"README.md": b"%d" % n}) for n in range(9, 0, -1)])
    (repository / "shallow").write_text(git(repository, "rev-parse", "HEAD~3") + "\n")
    found = read(open_door(server.base_url, tmp_path / "work"), f"{server.base_url}/app").activity
    assert (found.commits, found.complete, found.first_commit_at) == (4, False, None)


def test_an_empty_repository(server: GitServer, tmp_path: Path) -> None:
    empty(tmp_path / "repos" / "app.git")
    with pytest.raises(EmptyRepository):
        advertised(f"{server.base_url}/app")


def test_a_head_that_names_no_branch(server: GitServer, tmp_path: Path) -> None:
    repository = tmp_path / "repos" / "app.git"
    build(repository, [Commit(NOW - DAY, {"a": b"1"}), Commit(NOW, {"a": b"2"}, branch="two")], "one")
    git(repository, "symbolic-ref", "HEAD", "refs/heads/none")
    with pytest.raises(NoDefaultBranch):
        advertised(f"{server.base_url}/app")


def test_a_repository_deleted_in_between(reads: Reads, server: GitServer, tmp_path: Path) -> None:
    reads([Commit(NOW - DAY, {"README.md": b"1"})])
    advertisement = advertised(f"{server.base_url}/app")
    (tmp_path / "repos" / "app.git").rename(tmp_path / "elsewhere.git")
    with pytest.raises(Gone, match=r"app"):
        read(open_door(server.base_url, tmp_path / "work"), f"{server.base_url}/app", advertisement)
    assert is_empty(tmp_path / "work")


def test_a_name_is_pinned_to_the_checked_address(server: GitServer, tmp_path: Path) -> None:
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    build(tmp_path / "repos" / "app.git", [Commit(NOW - DAY, {"README.md": b"1"})])
    port = int(server.base_url.rpartition(":")[2])
    guard = Guard(EgressRules(allow=frozenset({HostPort("forge.invalid", port)})), resolve)
    door = GitDoor(guard, Limits(), tmp_path / "work", SelectAll())
    found = read(door, f"http://forge.invalid:{port}/app", advertised(f"{server.base_url}/app"))
    assert dict(found.files) == {"README.md": b"1"}
    assert asked == ["forge.invalid"], "resolved once; git itself could not have resolved it"


def test_threads_share_a_door(server: GitServer, tmp_path: Path) -> None:
    for number in range(8):
        commits = [Commit(NOW - DAY, {"README.md": b"# %d\n" % number})]
        build(tmp_path / "repos" / f"r{number}.git", commits)
    door = open_door(server.base_url, tmp_path / "work")
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda number: read(door, f"{server.base_url}/r{number}"), range(8)))
    assert [snapshot.files["README.md"] for snapshot in found] == [b"# %d\n" % number for number in range(8)]
    assert is_empty(tmp_path / "work")


def test_the_doctor_is_told() -> None:
    assert GitDoor.features()["git"]
    assert (GitDoor.version() or "").startswith("2.")
