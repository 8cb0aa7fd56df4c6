# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Real crashes, hangs and memory bombs in real child processes cost one file each and never reach the caller."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from harvesters import sandbox as sandbox_module
from harvesters.readers.reading import read_snapshot
from harvesters.sandbox import Sandbox
from registry.model import Field, Limits, Reading
from support.snapshots import snapshot, values

SUPPORT = Path(__file__).parents[1]
# Generous, so that a slow machine does not take for a hang what only is slow; what must hang gets less.
LIMITS = Limits(parse_seconds=30.0, parse_memory_bytes=600 * 2**20)
GOOD = {
    "publiccode.yml": b"name: Good\nlegal: {license: MIT}\n",
    "README.md": b"# Good\n\nA program that gives out appointments in the town hall of a municipality.\n",
}


@pytest.fixture(scope="module")
def hostile() -> Iterator[Sandbox]:
    """One worker with the hostile reader; it is found in the child by the parent's sys.path."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(SUPPORT))
        with Sandbox(LIMITS, workers=1, reader="support.hostile_reader:read_snapshot") as sandbox:
            sandbox.read(snapshot(GOOD))
            yield sandbox


def report(sandbox: Sandbox) -> dict[str, str]:
    return dict(sandbox.read(snapshot({"LICENSE": b"REPORT"}))[0].problems[0].params)


def failures(readings: tuple[Reading, ...]) -> list[tuple[str | None, str]]:
    return [
        (problem.origin.path if problem.origin else None, problem.params["detail"])
        for reading in readings
        for problem in reading.problems
        if problem.rule == "parse-failed"
    ]


def test_readings_are_those_of_the_same_readers_in_process() -> None:
    given = snapshot(GOOD)
    with Sandbox(Limits(), workers=1) as sandbox:
        assert sandbox.read(given) == read_snapshot(given)


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        ("ABORT", "SIGABRT"), ("SEGFAULT", "SIGSEGV"), ("EXIT", "exit 3"), ("ALLOCATE", "RLIMIT_AS"),
        ("FILES", "OSError"), ("WRITE", "OSError"), ("RAISE", "RuntimeError"), ("RECURSE", "RecursionError"),
    ],
)  # fmt: skip
def test_a_harmful_file_costs_that_file_only(hostile: Sandbox, act: str, reason: str) -> None:
    readings = hostile.read(snapshot({"LICENSE": f"{act} now".encode(), **GOOD}))
    assert failures(readings) == [("LICENSE", f"LICENSE: {reason}")]
    assert [value for reading in readings for value in values(reading, Field.NAME)] == ["Good", "maengelmelder"]
    rules = [problem.rule for reading in readings for problem in reading.problems]
    assert "licence-missing" not in rules
    assert failures(hostile.read(snapshot(GOOD))) == []


def test_a_file_that_hangs_its_reader_costs_that_file_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(SUPPORT))
    short = replace(LIMITS, parse_seconds=3.0)
    with Sandbox(short, workers=1, reader="support.hostile_reader:read_snapshot") as sandbox:
        sandbox.read(snapshot(GOOD))
        readings = sandbox.read(snapshot({"LICENSE": b"LOOP now", **GOOD}))
    assert failures(readings) == [("LICENSE", "LICENSE: > 3 s")]
    assert [value for reading in readings for value in values(reading, Field.NAME)] == ["Good", "maengelmelder"]


def test_many_harmful_files_end_the_search_and_leave_what_needs_no_file(hostile: Sandbox) -> None:
    readings = hostile.read(snapshot({f"LICENSE-{number}": b"ABORT" for number in range(9)} | GOOD))
    assert len(failures(readings)) >= 3
    assert [value for reading in readings for value in values(reading, Field.NAME)] == ["maengelmelder"]


def test_what_a_library_prints_does_not_disturb_the_answers(hostile: Sandbox) -> None:
    before = report(hostile)["pid"]
    assert failures(hostile.read(snapshot({"LICENSE": b"PRINT", **GOOD}))) == []
    assert report(hostile)["pid"] == before


def test_child_sees_no_secrets_and_has_its_limits(hostile: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLMENDE_SECRET_KEY", "canary-secret")
    hostile.read(snapshot({"LICENSE": b"ABORT"}))
    seen = report(hostile)
    assert "canary" not in seen["values"]
    assert set(seen["environment"].split(",")) <= {
        "LANG",
        "LC_CTYPE",
        "OPENBLAS_NUM_THREADS",
        "OMP_NUM_THREADS",
        "TMPDIR",
    }
    assert (seen["core"], seen["memory"]) == ("0", str(LIMITS.parse_memory_bytes))
    assert len(seen["descriptors"].split(",")) == 7  # 0 to 2, both pipes, /proc/self/statm, the listing itself
    assert seen["main"] == ""


def test_workers_are_recycled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox_module, "RECYCLE_AFTER", 2)
    monkeypatch.syspath_prepend(str(SUPPORT))
    with Sandbox(LIMITS, workers=1, reader="support.hostile_reader:read_snapshot") as sandbox:
        pids = [report(sandbox)["pid"] for _ in range(4)]
    assert pids[0] == pids[1] != pids[2] == pids[3]


def test_eight_threads_share_two_workers() -> None:
    given = [replace(snapshot({"publiccode.yml": f"name: Nr {number}\n".encode()})) for number in range(80)]
    with Sandbox(Limits()) as sandbox, ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(sandbox.read, given))
    assert [values(answer[0], Field.NAME) for answer in answers] == [[f"Nr {number}"] for number in range(80)]


def children() -> set[str]:
    """Pids of our children, zombies included."""
    found = set()
    for task in Path("/proc/self/task").iterdir():
        found.update((task / "children").read_text(encoding="ascii").split())
    return found


def test_close_leaves_no_process_and_no_zombie(monkeypatch: pytest.MonkeyPatch) -> None:
    before = children()
    sandbox = Sandbox(LIMITS, workers=2)
    assert children() == before
    sandbox.read(snapshot(GOOD))
    assert len(children() - before) == 1
    sandbox.close()
    sandbox.close()
    assert children() == before
    with pytest.raises(RuntimeError, match="closed"):
        sandbox.read(snapshot(GOOD))


def test_few_snapshots_need_one_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox_module, "_LONGEST_WAIT", 600.0)
    before = children()
    with Sandbox(LIMITS, workers=2) as sandbox, ThreadPoolExecutor(4) as pool:
        list(pool.map(sandbox.read, [snapshot(GOOD)] * 8))
        assert len(children() - before) == 1


def test_a_busy_worker_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox_module, "_LONGEST_WAIT", 0.05)
    monkeypatch.syspath_prepend(str(SUPPORT))
    patient = replace(LIMITS, parse_seconds=60.0)
    with Sandbox(patient, 2, "support.hostile_reader:read_snapshot") as sandbox, ThreadPoolExecutor(1) as pool:
        sandbox.read(snapshot(GOOD))
        before = children()
        hanging = pool.submit(sandbox.read, snapshot({"LICENSE": b"LOOP"}))
        while sandbox.read(snapshot(GOOD)) and children() == before:
            assert not hanging.done()
        sandbox.close()
        assert isinstance(hanging.exception(), RuntimeError)


def test_a_forgotten_sandbox_leaves_no_process() -> None:
    before = children()
    Sandbox(LIMITS, workers=1).read(snapshot(GOOD))
    gc.collect()
    assert children() == before


def test_close_ends_a_busy_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(SUPPORT))
    sandbox = Sandbox(replace(LIMITS, parse_seconds=60.0), 1, "support.hostile_reader:read_snapshot")
    sandbox.read(snapshot(GOOD))
    outcome: list[BaseException] = []

    def hang() -> None:
        try:
            sandbox.read(snapshot({"LICENSE": b"LOOP"}))
        except RuntimeError as error:
            outcome.append(error)

    thread = threading.Thread(target=hang)
    thread.start()
    time.sleep(0.2)
    sandbox.close()
    thread.join(timeout=20)
    assert not thread.is_alive()
    assert [str(error) for error in outcome] == ["the sandbox is closed"]


def test_a_worker_that_cannot_start_is_our_fault_not_the_files() -> None:
    with Sandbox(LIMITS, 1, "no.such.module:read") as sandbox, pytest.raises(RuntimeError, match="no sandbox worker"):
        sandbox.read(snapshot(GOOD))


@pytest.mark.parametrize(("killed", "starts"), [(3, 4), (9, 4)])
def test_a_worker_that_somebody_kills_while_it_starts_is_started_again(
    monkeypatch: pytest.MonkeyPatch, killed: int, starts: int
) -> None:
    spawn, spawned = sandbox_module._Worker._spawn, []

    def doomed(self: sandbox_module._Worker) -> None:
        spawn(self)
        assert self._process is not None
        spawned.append(self._process)
        if len(spawned) <= killed:
            self._process.kill()

    monkeypatch.setattr(sandbox_module._Worker, "_spawn", doomed)
    with Sandbox(LIMITS, 1) as sandbox:
        if killed < starts:
            assert failures(sandbox.read(snapshot(GOOD))) == []
        else:
            with pytest.raises(RuntimeError, match="no sandbox worker starts: SIGKILL"):
                sandbox.read(snapshot(GOOD))
    assert len(spawned) == starts


SCRIPT = textwrap.dedent("""
    import os, sys
    from support.snapshots import snapshot
    from harvesters.sandbox import Sandbox
    from registry.model import Limits
    given = snapshot({"publiccode.yml": b"name: Good"})
    sandbox = Sandbox(Limits(), workers=1)
    first = sandbox.read(given)
    child = os.fork()
    if child == 0:
        os._exit(0 if sandbox.read(given) == first else 1)
    status = os.waitpid(child, 0)[1]
    again = sandbox.read(given) == first
    print(status, again)
""")


def test_works_in_a_script_without_a_main_guard_and_after_a_fork() -> None:
    # The spawn of multiprocessing would run this script again in each worker.
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT], env={**os.environ, "PYTHONPATH": str(SUPPORT)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.stdout.split(), done.returncode, done.stderr) == (["0", "True"], 0, "")
