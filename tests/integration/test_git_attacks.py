# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Attacks on the git door, built for real on loopback. After each one nothing is left: no file, no process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

import harvesters.git.objects  # noqa: F401 - GitPython asks for git's version when it is imported
from harvesters.demo.server import GitServer
from harvesters.git import command
from harvesters.git.faults import clean, fault
from registry.errors import (
    DiskFull,
    FetchError,
    Garbage,
    GitFailed,
    Gone,
    NeedsPassword,
    RateLimited,
    Refused,
    TooLarge,
    TooSlow,
    Unreachable,
)
from registry.model import EntryKind, Limits, TreeEntry
from support.gitdoor import (
    NO_HEAD,
    NOW,
    WAYS,
    SelectAll,
    advertised,
    chosen,
    is_empty,
    open_door,
    processes_about,
    read,
)
from support.hostile import Crowd, HostileServer, Script, answering, cutting, dripping, saying
from support.repos import Commit, build, git
from support.telling import told

DAY = timedelta(days=1)
only_git = pytest.mark.parametrize("way", ["git"], indirect=True)
"""The quick way leaves nothing on a disk that could be looked at, or be full."""
REQUESTS = {"quick": 2, "git": 4}
ADVERTISEMENT = "Content-Type: application/x-git-upload-pack-advertisement"


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Which way the door takes; a test that is given a server goes both."""
    monkeypatch.setattr(chosen, "way", request.param)
    return str(request.param)


@pytest.fixture
def work(tmp_path: Path, way: str) -> Iterator[Path]:
    """The door's work folder; whatever the test did, it must be empty afterwards and no git may run in it."""
    assert way in WAYS
    folder = tmp_path / "work"
    yield folder
    assert is_empty(folder)
    assert processes_about(str(folder)) == []


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GitServer]:
    build(tmp_path / "repos" / "app.git", [Commit(NOW - n * DAY, {"README.md": b"%d" % n}) for n in range(9, 0, -1)])
    with GitServer(tmp_path / "repos") as running:
        yield running


# --- URLs ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "ext::sh -c touch% {canary}",
        "ext::sh%20-c%20touch%20{canary}",
        "fd::17/foo",
        "file://{root}/repos/app.git",
        "{root}/repos/app.git",
        "../repos/app.git",
        "ssh://-oProxyCommand=touch%20{canary}/x",
        "git@host:org/app.git",
        "git://127.0.0.1/app",
        "-u touch {canary}",
        "--upload-pack=touch {canary}",
        "--upload-pack=touch {canary} {base}/app",
        "{base}/app --upload-pack=touch",
        "{base}/app\n--upload-pack=touch {canary}",
        "http://-oProxyCommand=touch/x",
        "http://user:secret@127.0.0.1/app",
        "http::{base}/app",
        "HTTP+ext://{base}/app",
        "http://127.0.0.1:1/app",
        "http://169.254.169.254/latest/meta-data",
        "",
    ],
)
def test_hostile_urls_never_reach_git(server: GitServer, work: Path, tmp_path: Path, url: str) -> None:
    canary = tmp_path / "canary"
    with pytest.raises(Refused):
        read(
            open_door(server.base_url, work),
            url.format(canary=canary, root=tmp_path, base=server.base_url),
            NO_HEAD,
        )
    assert not canary.exists()
    assert server.requests == []


@pytest.mark.parametrize("head", ["--upload-pack=touch canary", "refs/heads/main", "1" * 39, "1" * 40 + "\n-x"])
def test_only_object_names_reach_git(server: GitServer, work: Path, head: str) -> None:
    advertisement = advertised(f"{server.base_url}/app")
    hostile = type(advertisement)(head, "main", {}, "d")
    with pytest.raises(GitFailed):
        read(open_door(server.base_url, work), f"{server.base_url}/app", hostile)


def test_a_hostile_path_stays_a_path(server: GitServer, work: Path, tmp_path: Path) -> None:
    url = f"{server.base_url}/app;touch${{IFS}}{tmp_path}/canary;$(touch%20{tmp_path}/canary)'"
    with pytest.raises(FetchError):
        read(open_door(server.base_url, work), url, NO_HEAD)
    assert not (tmp_path / "canary").exists()


# --- what the operator's machine has in store ------------------------------------------------------------------------


def test_no_environment_no_settings_no_hooks(
    server: GitServer, work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    canary, seen, wrapped = tmp_path / "canary", tmp_path / "seen", tmp_path / "bin"
    advertisement = advertised(f"{server.base_url}/app")
    touch = f"touch {canary}"
    template = tmp_path / "template" / "hooks"
    template.mkdir(parents=True)
    for hook in ("reference-transaction", "post-checkout", "pre-auto-gc", "post-update"):
        (template / hook).write_text(f"#!/bin/sh\n{touch}\n")
        (template / hook).chmod(0o755)
    settings = (
        f"[core]\n\thooksPath = {template}\n\tfsmonitor = {touch}\n\taskPass = {touch}\n\tsshCommand = {touch}\n"
        f"\talternateRefsCommand = {touch}\n[credential]\n\thelper = !{touch}\n"
        f"[init]\n\ttemplateDir = {tmp_path}/template\n"
        f'[url "ext::sh -c touch% {canary} "]\n\tinsteadOf = http://\n[protocol]\n\tallow = always\n'
        f"[http]\n\tproxy = http://127.0.0.1:1\n"
    )
    (tmp_path / ".gitconfig").write_text(settings)
    wrapped.mkdir()
    (wrapped / "git").write_text(f'#!/bin/sh\n(env; echo "$@") >>{seen}\nexec {command.program("git")} "$@"\n')
    (wrapped / "git").chmod(0o755)
    for name, value in {
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path),
        "GIT_CONFIG_GLOBAL": str(tmp_path / ".gitconfig"),
        "GIT_CONFIG_SYSTEM": str(tmp_path / ".gitconfig"),
        "GIT_TEMPLATE_DIR": str(tmp_path / "template"),
        "GIT_CONFIG_PARAMETERS": "'core.fsmonitor'='canary-in-environment'",
        "GIT_SSL_NO_VERIFY": "canary-in-environment",
        "GIT_TRACE": str(canary),
        "http_proxy": "http://canary-in-environment.invalid:1",
        "ALLMENDE_TOKEN_GITHUB_COM": "canary-in-environment",
        "PATH": f"{wrapped}:{os.environ['PATH']}",
    }.items():
        monkeypatch.setenv(name, value)
    command.program.cache_clear()
    try:
        found = read(open_door(server.base_url, work), f"{server.base_url}/app", advertisement)
        closed = answering("401 Unauthorized", b"", 'WWW-Authenticate: Basic realm="x"')
        with HostileServer(closed) as hostile, pytest.raises(NeedsPassword):
            read(open_door(hostile.base_url, work), f"{hostile.base_url}/app", NO_HEAD)
    finally:
        command.program.cache_clear()
    assert found.files["README.md"] == b"1"
    assert not canary.exists()
    if way == "quick":
        assert f"--git-dir={work}" not in seen.read_text(), "only the server's git ran"
        return
    assert "GIT_CONFIG_NOSYSTEM=1" in seen.read_text(), "the wrapper was the git that ran"
    assert "canary-in-environment" not in seen.read_text()


@only_git
def test_the_clone_knows_no_remote_and_local_git_no_protocol(server: GitServer, work: Path) -> None:
    class Peeking(SelectAll):
        def wanted(self, entries: object) -> list[TreeEntry]:
            (clone,) = work.iterdir()
            configs.append((clone / "config").read_text())
            names.extend(str(path.relative_to(clone)) for path in clone.rglob("*"))
            return []

    configs: list[str] = []
    names: list[str] = []
    read(open_door(server.base_url, work, select=Peeking()), f"{server.base_url}/app")
    assert "remote" not in configs[0]
    assert not [name for name in names if "hooks" in name or "alternates" in name or name.startswith("README")]
    assert command.local_environment()["GIT_ALLOW_PROTOCOL"] == "none"


# --- servers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "error"),
    [
        (answering("401 Unauthorized", b"", 'WWW-Authenticate: Basic realm="x"'), NeedsPassword),
        (answering("403 Forbidden"), NeedsPassword),
        (answering("404 Not Found"), Gone),
        (answering("410 Gone"), Gone),
        (answering("451 Unavailable For Legal Reasons"), Gone),
        (answering("429 Too Many Requests"), RateLimited),
        (answering("500 Internal Server Error"), Unreachable),
        (answering("503 Service Unavailable", b"<html>maintenance</html>", "Content-Type: text/html"), Unreachable),
        (answering("200 OK", b"<html><h1>Login</h1></html>", "Content-Type: text/html"), Garbage),
        (answering("200 OK", b"", ADVERTISEMENT), Garbage),
        (answering("200 OK", b"\xff\x00 not a pkt-line", ADVERTISEMENT), Garbage),
        (answering("200 OK", b"001e# service=git-upload-pack\n0000zzzz", ADVERTISEMENT), Garbage),
        (answering("200 OK", b"001e# service=git-upload-pack\n0000000eversion 2\n", ADVERTISEMENT), Garbage),
        (saying(b"SSH-2.0-OpenSSH_9.2\r\n"), Garbage),
        (saying(b""), Unreachable),
        (saying(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nshort"), Garbage),
    ],
)
def test_faults_are_told_apart(work: Path, script: Script, error: type[FetchError]) -> None:
    with HostileServer(script) as server:
        url = f"{server.base_url}/app"
        with pytest.raises(FetchError) as caught:
            read(open_door(server.base_url, work), url, NO_HEAD)
    assert type(caught.value) is error
    assert caught.value.subject == url
    assert "askpass" not in told(caught.value)


@pytest.mark.parametrize("status", ["301 Moved Permanently", "302 Found", "307 Temporary Redirect"])
def test_a_redirect_is_refused(server: GitServer, work: Path, status: str) -> None:
    advertisement = advertised(f"{server.base_url}/app")
    before = len(server.requests)
    target = f"Location: {server.base_url}/app/info/refs?service=git-upload-pack"
    with HostileServer(answering(status, b"", target)) as hostile, pytest.raises(Refused) as caught:
        read(open_door(hostile.base_url, work), f"{hostile.base_url}/app", advertisement)
    assert caught.value.rule == "fetch-refused-redirect"
    told(caught.value)
    assert len(server.requests) == before


def test_nobody_listens(work: Path) -> None:
    with HostileServer(saying(b"")) as server:
        base_url = server.base_url
    with pytest.raises(Unreachable):
        read(open_door(base_url, work), f"{base_url}/app", NO_HEAD)


def test_a_slow_loris_is_left_at_the_deadline(work: Path) -> None:
    started = time.monotonic()
    with HostileServer(dripping) as server, pytest.raises(TooSlow):
        read(open_door(server.base_url, work, Limits(git_seconds=0.7)), f"{server.base_url}/app", NO_HEAD)
    assert time.monotonic() - started < 10


def test_a_silent_server_is_left_after_the_read_timeout(work: Path) -> None:
    silent = answering("200 OK", delay=30)
    with HostileServer(silent) as server, pytest.raises(TooSlow):
        read(open_door(server.base_url, work, Limits(read_seconds=1)), f"{server.base_url}/app", NO_HEAD)


@pytest.mark.parametrize("after", [40, 300, 420, 600, 900, 1500])
def test_a_line_cut_in_the_middle(server: GitServer, work: Path, after: int) -> None:
    advertisement = advertised(f"{server.base_url}/app")
    port = int(server.base_url.rpartition(":")[2])
    with HostileServer(cutting(port, after)) as relay:
        url = f"{relay.base_url}/app"
        try:
            found = read(open_door(relay.base_url, work), url, advertisement)
        except (Garbage, Unreachable):
            return
    assert found.files["README.md"] == b"1", "the line was long enough"


def test_a_server_that_sends_another_commit(server: GitServer, work: Path, tmp_path: Path) -> None:
    advertisement = advertised(f"{server.base_url}/app")
    other = git(tmp_path / "repos" / "app.git", "rev-parse", "HEAD~4")
    port = int(server.base_url.rpartition(":")[2])
    swap = (advertisement.head.encode(), other.encode())
    with HostileServer(cutting(port, swap=swap)) as relay:
        with pytest.raises(FetchError):
            read(open_door(relay.base_url, work), f"{relay.base_url}/app", advertisement)
        assert relay.connections < 60, "missing objects are not fetched over and over"


def test_a_server_that_claims_to_be_shallow(server: GitServer, work: Path, tmp_path: Path, way: str) -> None:
    repository = tmp_path / "repos" / "app.git"
    (repository / "shallow").write_text(git(repository, "rev-parse", "HEAD~3") + "\n")
    advertisement = advertised(f"{server.base_url}/app")
    before = len(server.requests)
    read(open_door(server.base_url, work), f"{server.base_url}/app", advertisement)
    assert len(server.requests) - before == REQUESTS[way], "no missing parent was asked for"


def test_a_host_gets_only_so_many_fetches_at_a_time(work: Path) -> None:
    crowd = Crowd(delay=0.15)
    with HostileServer(crowd) as server:
        door = open_door(server.base_url, work, Limits(per_host=2))

        def attempt(number: int) -> None:
            with pytest.raises(Gone):
                read(door, f"{server.base_url}/r{number}", NO_HEAD)

        with ThreadPoolExecutor(8) as threads:
            list(threads.map(attempt, range(8)))
        assert (server.connections, crowd.most) == (8, 2)


# --- contents --------------------------------------------------------------------------------------------------------


def test_hostile_submodules_are_not_touched(server: GitServer, work: Path, tmp_path: Path, way: str) -> None:
    canary = tmp_path / "canary"
    modules = f'[submodule "x"]\n\tpath = x\n\turl = ext::sh -c touch% {canary}\n\tupdate = !touch {canary}\n'
    build(
        tmp_path / "repos" / "evil.git",
        [Commit(NOW - DAY, {".gitmodules": modules.encode(), "x": ("160000", b"1" * 40), "README.md": b"x"})],
    )
    advertisement = advertised(f"{server.base_url}/evil")
    before = len(server.requests)
    found = read(open_door(server.base_url, work), f"{server.base_url}/evil", advertisement)
    assert found.files["README.md"] == b"x"
    assert len(server.requests) - before == REQUESTS[way]
    assert not canary.exists()


def _point_main_at(repository: Path, tree: str) -> None:
    ident = f"E <e@x.example> {int(NOW.timestamp())} +0000"
    commit = f"tree {tree}\nauthor {ident}\ncommitter {ident}\n\nx\n".encode()
    oid = git(repository, "hash-object", "-t", "commit", "-w", "--stdin", stdin=commit)
    git(repository, "update-ref", "refs/heads/main", oid)


@pytest.mark.parametrize("name", [".git", "..", ".", "a/b", "../../etc/passwd", "", ".GIT", "git~1"])
def test_names_that_lead_elsewhere_are_refused(server: GitServer, work: Path, tmp_path: Path, name: str) -> None:
    repository = tmp_path / "repos" / "app.git"
    blob = git(repository, "rev-parse", "HEAD:README.md")
    raw = b"100644 " + name.encode() + b"\0" + bytes.fromhex(blob)
    tree = git(repository, "hash-object", "-t", "tree", "-w", "--stdin", "--literally", stdin=raw)
    _point_main_at(repository, tree)
    with pytest.raises(Garbage):
        read(open_door(server.base_url, work), f"{server.base_url}/app")


MEASURE = r"""
import re, resource, sys
from pathlib import Path
def peak():  # what getrusage tells of a process begins with the size of the one that started it
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1])
sys.path[:0] = [{root!r}, {tests!r}]
from support.gitdoor import advertised, chosen, open_door, read
import harvesters.git.objects
url, chosen.way = {url!r}, {way!r}
before = peak()
found = read(open_door(url, Path({work!r})), url)
own = peak() - before
print(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, found.oversized, sorted(found.files))
"""


def test_a_blob_bomb_is_named_not_loaded(server: GitServer, work: Path, tmp_path: Path, way: str) -> None:
    size = 40 * 2**20
    bomb = tmp_path / "repos" / "bomb.git"
    build(bomb, [Commit(NOW - DAY, {"README.md": bytes(size), "LICENSE": b"EUPL"})])
    assert sum(path.stat().st_size for path in bomb.rglob("*.pack")) < 2**20
    root = Path(__file__).parents[2]
    url = f"{server.base_url}/bomb"
    script = MEASURE.format(root=str(root), tests=str(root / "tests"), url=url, work=str(work), way=way)
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True, timeout=60)
    own, children, *rest = done.stdout.split(maxsplit=2)
    assert rest == ["('README.md',) ['LICENSE']\n"]
    assert int(own) < 32 * 1024, "KiB our own process grew"
    assert int(children) < size // 1024, "KiB the largest child took: less than the blob"


def test_a_tree_bomb_is_not_walked(server: GitServer, work: Path, tmp_path: Path) -> None:
    repository = tmp_path / "repos" / "app.git"
    lines = f"100644 blob {git(repository, 'rev-parse', 'HEAD:README.md')}\t{{name}}"
    for _ in range(8):
        listing = "\n".join(lines.format(name=f"d{number}") for number in range(10))
        oid = git(repository, "mktree", stdin=listing.encode())
        lines = f"040000 tree {oid}\t{{name}}"
    root = git(repository, "mktree", stdin=(lines.format(name="docs") + "\n" + lines.format(name="x")).encode())
    _point_main_at(repository, root)
    found = read(open_door(server.base_url, work), f"{server.base_url}/app")
    assert [entry.path for entry in found.entries] == ["docs", "x", *(f"docs/d{number}" for number in range(10))]
    assert {entry.kind for entry in found.entries} == {EntryKind.TREE}


@pytest.mark.parametrize("partial", [True, False])
def test_a_clone_over_the_byte_limit(work: Path, tmp_path: Path, partial: bool) -> None:
    files: dict[str | bytes, bytes | tuple[str, bytes]] = {"README.md": os.urandom(3 * 2**20)}
    build(tmp_path / "repos" / "big.git", [Commit(NOW - DAY, files)])
    with GitServer(tmp_path / "repos", partial=partial) as server, pytest.raises(TooLarge) as caught:
        read(open_door(server.base_url, work, Limits(git_bytes=2**20)), f"{server.base_url}/big")
    assert caught.value.subject.endswith("/big")


# --- our own side ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [KeyboardInterrupt, ZeroDivisionError])
def test_nothing_stays_when_we_fail_ourselves(server: GitServer, work: Path, error: type[BaseException]) -> None:
    class Failing(SelectAll):
        def wanted(self, entries: object) -> list[TreeEntry]:
            raise error

    with pytest.raises(error):
        read(open_door(server.base_url, work, select=Failing()), f"{server.base_url}/app")


def test_sweep_takes_orphans_only(tmp_path: Path) -> None:
    dead = subprocess.Popen(["true"])
    dead.wait()
    work = tmp_path / "work"
    orphans = [work / f"clone-{pid}-{'a' * 32}" for pid in (dead.pid, os.getpid())]
    others = [work / f"clone-{os.getppid()}-{'b' * 32}", work / "clone-x", work / "kept"]
    for folder in orphans + others:
        (folder / "objects" / "pack").mkdir(parents=True)
        (folder / "objects" / "pack" / "pack-1.pack").write_bytes(b"x")
    door = open_door("http://127.0.0.1:1", work)
    assert door.sweep() == 2
    assert sorted(work.iterdir()) == sorted(others)
    assert door.sweep() == 0


@only_git
def test_a_work_folder_that_cannot_be_made(server: GitServer, tmp_path: Path, way: str) -> None:
    assert way in WAYS
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(GitFailed):
        read(open_door(server.base_url, tmp_path / "file" / "work"), f"{server.base_url}/app")


@only_git
def test_a_full_disk_is_our_fault_not_the_repositorys(server: GitServer, tmp_path: Path, way: str) -> None:
    assert way in WAYS
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(small)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount a small file system")
    build(tmp_path / "repos" / "full.git", [Commit(NOW - DAY, {"README.md": os.urandom(300_000)})])
    try:
        with pytest.raises(DiskFull):
            read(open_door(server.base_url, small), f"{server.base_url}/full")
        assert is_empty(small)
    finally:
        subprocess.run(["umount", str(small)], check=True)


@pytest.mark.parametrize(
    ("said", "error", "detail"),
    [
        (b"fatal: write error: No space left on device\n", DiskFull, "ENOSPC"),
        (b"error: index-pack died of signal 25\n", TooLarge, "SIGXFSZ"),
        (b"fatal: Out of memory, malloc failed (tried to allocate 1 bytes)\n", TooLarge, "ENOMEM"),
        (b"fatal: unable to access 'https://u:secret@h/x?token=abc': Could not resolve host: h\n", Unreachable,
         "DNS"),
        (b"fatal: unable to access 'https://u:secret@h/x?token=abc': something new\n", GitFailed,
         "git: unable to access 'https://h/x': something new"),
        (b"fatal: unable to access 'https://h/redirect-tls-fsck/': The requested URL returned error: 503\n",
         Unreachable, "HTTP 503"),
        (b"error: unable to read askpass response from '/bin/false'\nfatal: could not read Username for 'http://h': "
         b"terminal prompts disabled\n", NeedsPassword, "HTTP 401"),
        (b"remote: \x1b[31mhello\x1b[0m\nfatal: something\x07 new\n", GitFailed, "git: something new"),
        (b"fatal: bad ghp_0123456789abcdefghij here\n", GitFailed, "git: bad *** here"),
        (b"", GitFailed, "git: exit 128"),
    ],
)  # fmt: skip
def test_what_git_says_is_told_apart_and_cleaned(said: bytes, error: type[FetchError], detail: str) -> None:
    found = fault("https://h/x", 128, said)
    assert type(found) is error
    assert found.detail == detail
    told(found)


def test_cleaning_bounds_the_length_and_hides_our_paths() -> None:
    said = clean(f"cannot open '/var/work/clone-12-{'a' * 32}/objects/x' " + "y" * 1000)
    assert len(said) == 200
    assert "/var/work" not in said


def test_limits_are_set_with_and_without_prlimit(monkeypatch: pytest.MonkeyPatch) -> None:
    caps = command.Caps(file_bytes=2**20, cpu_seconds=7)
    for found in (command.program("prlimit"), None):
        with monkeypatch.context() as patch:
            patch.setattr(command, "program", lambda _name, found=found: found)
            arguments = command.limited(["/bin/sh", "-c", "ulimit -t; ulimit -v; ulimit -n; ulimit -f"], caps)
        done = subprocess.run(arguments, check=True, capture_output=True, text=True)
        assert done.stdout.split() == ["7", str(command.MEMORY_BYTES // 1024), "64", str(2**20 // 512)]
