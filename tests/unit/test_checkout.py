# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A folder as the harvest would see it: what is listed, what is read, and what is never touched."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from registry.catalogue.checkout import checkout, head_commit
from registry.model import EntryKind, Limits, Snapshot
from support.repos import GIT_ENVIRONMENT
from support.snapshots import NOW


def taken(folder: Path, **limits: int) -> Snapshot:
    return checkout(str(folder), Limits(**limits), NOW)


def paths(snapshot: Snapshot) -> dict[str, EntryKind]:
    return {entry.path: entry.kind for entry in snapshot.entries}


def test_the_wanted_files_of_the_root_and_one_level_down(tmp_path: Path) -> None:
    (tmp_path / "LICENSES").mkdir()
    (tmp_path / "LICENSES" / "EUPL-1.2.txt").write_bytes(b"text")
    (tmp_path / "LICENSE").write_bytes(b"licence")
    (tmp_path / "main.c").write_bytes(b"int main")
    (tmp_path / "run.sh").write_bytes(b"#!/bin/sh")
    (tmp_path / "run.sh").chmod(0o755)
    (tmp_path / "node_modules" / "deep").mkdir(parents=True)
    snapshot = taken(tmp_path)
    assert snapshot.files["LICENSE"] == b"licence"
    assert snapshot.files["LICENSES/EUPL-1.2.txt"] == b"text"
    assert paths(snapshot)["run.sh"] is EntryKind.EXECUTABLE
    assert paths(snapshot)["node_modules"] is EntryKind.TREE
    assert {entry.path: entry.size for entry in snapshot.entries}["LICENSE"] == 7
    assert snapshot.commit == ""


def test_links_are_entries_and_never_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "EUPL-1.2.txt").write_bytes(b"secret")
    here = tmp_path / "here"
    here.mkdir()
    (here / "LICENSE").symlink_to("../secret/EUPL-1.2.txt")
    (here / "LICENSES").symlink_to("../secret", target_is_directory=True)
    (here / "COPYING").symlink_to("COPYING")
    snapshot = taken(here)
    assert set(paths(snapshot).values()) == {EntryKind.SYMLINK}
    assert snapshot.files == {}
    (tmp_path / "link").symlink_to("here", target_is_directory=True)
    assert paths(taken(tmp_path / "link")) == paths(snapshot)


def test_nobody_waits_for_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "LICENSE")
    (tmp_path / "COPYING").write_bytes(b"licence")
    snapshot = taken(tmp_path)
    assert list(paths(snapshot)) == ["COPYING"]


def test_large_files_are_named_and_not_read(tmp_path: Path) -> None:
    (tmp_path / "LICENSE").write_bytes(b"x" * 101)
    (tmp_path / "COPYING").write_bytes(b"x" * 100)
    snapshot = taken(tmp_path, file_bytes=100)
    assert snapshot.oversized == ("LICENSE",)
    assert list(snapshot.files) == ["COPYING"]


def test_the_first_names_of_a_crowded_folder(tmp_path: Path) -> None:
    (tmp_path / "LICENSES").mkdir()
    for number in range(30):
        (tmp_path / "LICENSES" / f"MIT-{number:02}.txt").write_bytes(b"x")
    listed = [path for path in paths(taken(tmp_path, tree_entries=10)) if "/" in path]
    assert listed == [f"LICENSES/MIT-{number:02}.txt" for number in range(10)]


def test_a_file_without_permission_costs_only_itself(tmp_path: Path) -> None:
    (tmp_path / "LICENSE").write_bytes(b"x")
    (tmp_path / "COPYING").write_bytes(b"y")
    (tmp_path / "LICENSE").chmod(0)
    if os.access(tmp_path / "LICENSE", os.R_OK):
        pytest.skip("root reads everything")
    assert list(taken(tmp_path).files) == ["COPYING"]


def test_a_name_that_is_no_unicode(tmp_path: Path) -> None:
    try:
        (tmp_path / os.fsdecode(b"LICENSE-\xff.txt")).write_bytes(b"x")
    except OSError:
        pytest.skip("this file system takes no such names")
    assert list(paths(taken(tmp_path))) == ["LICENSE-\N{REPLACEMENT CHARACTER}.txt"]


@pytest.mark.parametrize("name", ["missing", "loop", "file", "a\0b"])
def test_what_is_no_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises((OSError, ValueError)):
        taken(tmp_path / name)


# --- the commit ---


def git(folder: Path, *arguments: str) -> str:
    options = ["-c", "user.name=Erika Muster", "-c", "user.email=erika@stadt.example"]
    done = subprocess.run(
        ["git", "-C", str(folder), *options, *arguments], env=GIT_ENVIRONMENT, check=True, capture_output=True
    )
    return done.stdout.decode().strip()


def test_the_commit_of_a_checkout_on_a_branch_packed_and_detached(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    assert head_commit(str(tmp_path)) == ""
    (tmp_path / "LICENSE").write_bytes(b"x")
    git(tmp_path, "add", "LICENSE")
    git(tmp_path, "commit", "-q", "-m", "first")
    commit = git(tmp_path, "rev-parse", "HEAD")
    snapshot = taken(tmp_path)
    assert snapshot.commit == commit
    assert list(paths(snapshot)) == ["LICENSE"]
    git(tmp_path, "pack-refs", "--all")
    assert head_commit(str(tmp_path)) == commit
    git(tmp_path, "checkout", "-q", "--detach")
    assert head_commit(str(tmp_path)) == commit


@pytest.mark.parametrize(
    "head", [b"ref: refs/../../secret\n", b"ref: refs/heads/main", b"ref: /etc/passwd", b"\xff\xfe", b"", b"a" * 40_000]
)
def test_a_damaged_head_is_no_commit(tmp_path: Path, head: bytes) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "secret").write_bytes(b"a" * 40)
    (tmp_path / ".git" / "HEAD").write_bytes(head)
    assert head_commit(str(tmp_path)) == ""


def test_a_head_that_is_a_pipe_or_a_link_is_no_commit(tmp_path: Path) -> None:
    (tmp_path / "a" / ".git").mkdir(parents=True)
    os.mkfifo(tmp_path / "a" / ".git" / "HEAD")
    (tmp_path / "b" / ".git").mkdir(parents=True)
    (tmp_path / "commit").write_bytes(b"a" * 40)
    (tmp_path / "b" / ".git" / "HEAD").symlink_to("../../commit")
    assert (head_commit(str(tmp_path / "a")), head_commit(str(tmp_path / "b"))) == ("", "")
