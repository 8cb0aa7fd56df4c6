# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Repositories that git's own check of objects refuses: the honest old ones are read, the others refused by name."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from harvesters.demo.server import GitServer
from harvesters.git.checking import HARMLESS, complaints, is_harmless
from harvesters.git.faults import fault
from registry.errors import Damaged, FetchError
from support.gitdoor import WAYS, chosen, is_empty, open_door, processes_about, read
from support.repos import Commit, build, git
from support.telling import told

OLD = 1_690_000_000
GOOD = b"E <e@x.example> 1700000000 +0000"


class Workshop:
    """A bare repository whose default branch can be pointed at objects that git itself would not write."""

    def __init__(self, path: Path) -> None:
        self.path = path
        build(path, [Commit(OLD, {"README.md": b"# Alt", "docs/a.md": b"a", "src/deep/b.py": b"b"})])
        self.parent = git(path, "rev-parse", "HEAD")
        self.blob = git(path, "rev-parse", "HEAD:README.md")

    def oid(self, name: str) -> str:
        return git(self.path, "rev-parse", f"HEAD:{name}")

    def write(self, kind: str, raw: bytes) -> str:
        return git(self.path, "hash-object", "-t", kind, "-w", "--literally", "--stdin", stdin=raw)

    def tree(self, *entries: tuple[bytes, bytes, str]) -> str:
        return self.write(
            "tree", b"".join(b"%s %s\0%s" % (mode, name, bytes.fromhex(oid)) for mode, name, oid in entries)
        )

    def commit(self, tree: str = "", who: bytes = GOOD, extra: bytes = b"", message: bytes = b"x\n") -> str:
        head = f"tree {tree or self.oid('')}\nparent {self.parent}\n".encode()
        raw = head + extra + b"author %s\ncommitter %s\n\n%s" % (who, who, message)
        found = self.write("commit", raw)
        git(self.path, "update-ref", "refs/heads/main", found)
        return found


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Which way the door takes; a test that is given a server goes both."""
    monkeypatch.setattr(chosen, "way", request.param)
    return str(request.param)


@pytest.fixture
def work(tmp_path: Path, way: str) -> Iterator[Path]:
    assert way in WAYS
    folder = tmp_path / "work"
    yield folder
    assert is_empty(folder)
    assert processes_about(str(folder)) == []


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path / "repos" / "app.git")


@pytest.fixture
def server(tmp_path: Path, workshop: Workshop) -> Iterator[GitServer]:
    with GitServer(tmp_path / "repos") as running:
        yield running


IDENTITIES = {
    "badDate": b"E <e@x.example> gestern +0000",
    "badDateOverflow": b"E <e@x.example> 18446744073709551620 +0000",
    "badTimezone": b"E <e@x.example> 1700000000 +51800",
    "missingSpaceBeforeDate": b"E <e@x.example>1700000000 +0000",
    "zeroPaddedDate": b"E <e@x.example> 01700000000 +0000",
    "badEmail": b"E <e<@x.example> 1700000000 +0000",
    "badName": b"E> <e@x.example> 1700000000 +0000",
    "missingEmail": b"E 1700000000 +0000",
    "missingNameBeforeEmail": b"<e@x.example> 1700000000 +0000",
    "missingSpaceBeforeEmail": b"E<e@x.example> 1700000000 +0000",
}


def spoil(workshop: Workshop, name: str) -> None:
    """Points the default branch at a commit with exactly this fault."""
    if name in IDENTITIES:
        workshop.commit(who=IDENTITIES[name])
    elif name == "multipleAuthors":
        workshop.commit(extra=b"author " + GOOD + b"\n")
    elif name == "nulInCommit":
        workshop.commit(message=b"a\0b\n")
    elif name == "badFilemode":
        entries = (b"100640", b"README.md", workshop.blob), (b"40000", b"docs", workshop.oid("docs"))
        workshop.commit(workshop.tree(*entries))
    elif name == "zeroPaddedFilemode":
        deep = workshop.tree((b"040000", b"deep", workshop.oid("src/deep")))
        entries = (b"100644", b"README.md", workshop.blob), (b"040000", b"docs", workshop.oid("docs"))
        workshop.commit(workshop.tree(*entries, (b"40000", b"src", deep)))
    else:
        raise AssertionError(f"no way is known to make {name}")


@pytest.mark.parametrize("name", sorted(HARMLESS))
def test_an_honest_old_repository_is_read(server: GitServer, workshop: Workshop, work: Path, name: str) -> None:
    spoil(workshop, name)
    check = ["-c", "fetch.fsckObjects=true", "-c", f"fetch.fsck.{name}=error", "-c", "protocol.file.allow=always"]
    strict = workshop.path.parent.parent / "strict"
    build(strict, [])
    done = git_fails(strict, *check, "fetch", f"file://{workshop.path}", "main")
    assert f": {name}: " in done, "the fault is the one meant"
    head = git(workshop.path, "rev-parse", "main")
    found = read(open_door(server.base_url, work), f"{server.base_url}/app")
    assert (found.commit, found.files["README.md"], found.files["docs/a.md"]) == (head, b"# Alt", b"a")
    assert found.activity.commits == 2
    assert found.activity.last_commit_at is not None
    assert found.activity.last_commit_at.timestamp() >= OLD


def git_fails(repository: Path, *arguments: str) -> str:
    """What git says while it fails."""
    with pytest.raises(subprocess.CalledProcessError) as caught:
        git(repository, *arguments)
    return str(caught.value.stderr.decode())


TREES = {
    "hasDotgit": b".git",
    "hasDotdot": b"..",
    "hasDot": b".",
    "fullPathname": b"a/b",
}


@pytest.mark.parametrize("name", sorted(TREES))
def test_a_dangerous_name_is_refused_with_its_id(server: GitServer, workshop: Workshop, work: Path, name: str) -> None:
    workshop.commit(workshop.tree((b"100644", TREES[name], workshop.blob)))
    assert refused(server, work).detail.startswith(name)


@pytest.mark.parametrize("name", sorted(TREES))
@pytest.mark.parametrize("where", ["root", "docs"])
def test_a_harmless_fault_does_not_open_the_door_to_a_dangerous_one(
    server: GitServer, workshop: Workshop, work: Path, name: str, where: str
) -> None:
    tree = workshop.tree((b"100644", TREES[name], workshop.blob))
    if where == "docs":
        tree = workshop.tree((b"40000", b"docs", tree))
    workshop.commit(tree, who=IDENTITIES["badTimezone"])
    assert refused(server, work).detail.startswith("tree ")


@pytest.mark.parametrize("name", [b".git", b".GIT", b"git~1", b"..", b".", b"a/b", b"../../etc/passwd"])
def test_names_are_refused_where_the_server_knows_no_filters(
    tmp_path: Path, workshop: Workshop, work: Path, name: bytes
) -> None:
    workshop.commit(workshop.tree((b"100644", name, workshop.blob)))
    with GitServer(tmp_path / "repos", partial=False) as server:
        refused(server, work)


def test_other_faults_are_refused_with_their_id(server: GitServer, workshop: Workshop, work: Path) -> None:
    entries = [(b"100644", name, workshop.blob) for name in (b"z", b"a")]
    cases = {
        "treeNotSorted": workshop.tree(*entries),
        "duplicateEntries": workshop.tree(entries[0], entries[0]),
        "nullSha1": workshop.tree((b"100644", b"a", "0" * 40)),
    }
    for name, tree in cases.items():
        workshop.commit(tree)
        assert refused(server, work).detail == f"{name} {tree[:12]}"


@pytest.mark.parametrize(
    ("modules", "name"),
    [
        (b'[submodule "x"]\n\tpath = x\n\turl = -u./payload\n', "gitmodulesUrl"),
        (b'[submodule "../../x"]\n\tpath = x\n\turl = https://x.example\n', "gitmodulesName"),
        (b'[submodule "x"]\n\tpath = -x\n\turl = https://x.example\n', "gitmodulesPath"),
    ],
)
def test_submodules_made_to_harm_who_clones_are_refused_where_git_sees_them(modules: bytes, name: str) -> None:
    oid = "1" * 40
    said = f"error: object {oid}: {name}: disallowed: {modules!r}\nfatal: fsck error in pack objects\n".encode()
    found = fault("https://h/x", 128, said)
    assert (type(found), found.detail) == (Damaged, f"{name} {oid[:12]}")
    assert not is_harmless(said)


def refused(server: GitServer, work: Path) -> Damaged:
    with pytest.raises(Damaged) as caught:
        read(open_door(server.base_url, work), f"{server.base_url}/app")
    assert caught.value.rule == "repository-damaged"
    assert caught.value.subject == f"{server.base_url}/app"
    assert "git fsck" in told(caught.value)
    return caught.value


def test_objects_that_are_not_there(server: GitServer, workshop: Workshop, work: Path) -> None:
    shutil.rmtree(workshop.path / "objects" / "pack")
    (workshop.path / "objects" / "pack").mkdir()
    workshop.commit("1" * 40)
    with pytest.raises(FetchError) as caught:
        read(open_door(server.base_url, work), f"{server.base_url}/app")
    told(caught.value)


A, B = "a" * 40, "b" * 40


@pytest.mark.parametrize(
    ("said", "found", "harmless"),
    [
        (f"error: object {A}: badTimezone: x\nfatal: fsck error in packed object\n", [("badTimezone", A)], True),
        (
            f"error: object {A}: badTimezone: x\nerror: object {B}: hasDotgit: x\nfatal: fsck error in packed object\n",
            [("badTimezone", A), ("hasDotgit", B)],
            False,
        ),
        (f"error: object {A}: newFault: x\nfatal: fsck error in packed object\n", [("newFault", A)], False),
        (f"warning: object {A}: badFilemode: x\nfatal: fsck error in packed object\n", [], False),
        (f"remote: error: object {A}: badTimezone: x\nfatal: fsck error in packed object\n", [], False),
        (f"error: object {A}: badTimezone: x\nfatal: early EOF\n", [], False),
        ("fatal: fsck error in packed object\n", [], False),
        ("", [], False),
    ],
)
def test_what_git_complains_about(said: str, found: list[tuple[str, str]], harmless: bool) -> None:
    assert complaints(said.encode()) == found
    assert is_harmless(said.encode()) is harmless
