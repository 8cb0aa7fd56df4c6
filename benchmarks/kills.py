# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""kill -9 at random moments of a harvest: of its leader, of a further worker, of git, of a child that parses.

``python -m benchmarks.kills --kills 100`` prints what came of it: each run is killed until it ends by itself, and a new
night begins until there were enough kills. In the end every repository is there exactly once, in each run's items too.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.loopback import ORGANISATION, serving
from registry.model import ForgeKind, JobKind, JobState, RunState, Source, SourceKind
from registry.storage import migrate
from registry.storage.store import Store

_GIT = {"PATH": os.environ.get("PATH", os.defpath), "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null"}
_VICTIMS = ("leader", "leader", "worker", "child")
_LONGEST_LIFE = 2.0
_AT_WORK = 0.8
"""Share of the kills that come once there is work in hand."""
_PATIENCE = 500
_UNFINISHED = (RunState.RUNNING, RunState.INTERRUPTED, RunState.FAILED)


@dataclass
class Outcome:
    """What is left to be explained is in ``faults``; empty is well."""

    kills: dict[str, int] = field(default_factory=dict)
    runs: int = 0
    repositories: int = 0
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)


@dataclass
class Trial:
    """One catalogue and the processes that harvest it. ``workers``: further processes beside the leader."""

    environment: Mapping[str, str]
    store: Store
    chance: random.Random
    workers: int

    def allmende(self, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "registry.cli", *words]
        quiet = subprocess.DEVNULL
        return subprocess.Popen(command, env=dict(self.environment), stdout=quiet, stderr=quiet, start_new_session=True)

    def night(self, kills_left: int, killed: dict[str, int]) -> None:
        """One run, begun once, killed at most so often and taken up until it has ended."""
        before = self._latest()
        leader = self.allmende("harvest", "run", "--quiet", "--json")
        helpers = [self.allmende("worker", "--idle-seconds", "0.2", "--quiet") for _ in range(self.workers)]
        deadline = time.monotonic() + _PATIENCE
        try:
            while time.monotonic() < deadline:
                if kills_left and self.chance.random() < _AT_WORK:
                    self._wait_for_work(leader)
                life = self.chance.uniform(0.0, _LONGEST_LIFE) if kills_left else _PATIENCE
                if _ended(leader, life):
                    latest = self._latest()
                    if latest is None or latest == before:
                        # Killed before it had begun.
                        leader = self.allmende("harvest", "run", "--quiet", "--json")
                    elif self._is_unfinished():
                        leader = self.allmende("harvest", "resume", "--quiet", "--json")
                    else:
                        return
                    continue
                victim = self.chance.choice(_VICTIMS)
                if self._kill(victim, leader, helpers):
                    killed[victim] = killed.get(victim, 0) + 1
                    kills_left -= 1
        finally:
            for process in (leader, *helpers):
                _end(process)

    def _wait_for_work(self, leader: subprocess.Popen[bytes]) -> None:
        """Most of a short life is its start: let it come to where it can lose something."""
        deadline = time.monotonic() + _PATIENCE
        while leader.poll() is None and time.monotonic() < deadline:
            running, _ = self.store.jobs.page(JobState.RUNNING, per_page=200)
            if any(job.kind is not JobKind.HARVEST and f"process {leader.pid}-" in str(job.worker) for job in running):
                return
            time.sleep(0.02)

    def _latest(self) -> str | None:
        runs, _ = self.store.runs(1, 1)
        return runs[0].id if runs else None

    def _is_unfinished(self) -> bool:
        [run], _ = self.store.runs(1, 1)
        return run.state in _UNFINISHED

    def _kill(self, victim: str, leader: subprocess.Popen[bytes], helpers: list[subprocess.Popen[bytes]]) -> bool:
        if victim == "leader":
            leader.kill()
            leader.wait()
            return True
        if victim == "worker" and helpers:
            gone = helpers.pop(0)
            gone.kill()
            gone.wait()
            helpers.append(self.allmende("worker", "--idle-seconds", "0.2", "--quiet"))
            return True
        children = _children(leader.pid)
        if children:
            try:
                os.kill(self.chance.choice(children), signal.SIGKILL)
            except ProcessLookupError:
                return False
        return bool(children)


def run_kills(
    folder: Path, kills: int, repositories: int, seed: int, database_url: str | None = None, workers: int = 0
) -> Outcome:
    """Kill so often, with these many small repositories; what came of it."""
    outcome = Outcome(repositories=repositories)
    begun = time.monotonic()
    root = folder / "repositories"
    build(root, repositories)
    with serving(root) as base_url:
        environment = {
            **_GIT,
            "HOME": str(folder),
            "ALLMENDE_DATA_DIR": str(folder / "data"),
            "ALLMENDE_EGRESS_ALLOW": base_url.removeprefix("http://"),
            "ALLMENDE_RETRY_SECONDS": "0.2",
        }
        if database_url is not None:
            environment["ALLMENDE_DATABASE_URL"] = database_url
        url = database_url or f"sqlite:///{folder / 'data' / 'allmende.sqlite'}"
        migrate.upgrade(url)
        store = Store.open(url)
        organisation = f"{base_url}/{ORGANISATION}"
        store.add_source(Source("", organisation, SourceKind.ORGANISATION, ForgeKind.GITEA, datetime.now(UTC)))
        trial = Trial(environment, store, random.Random(seed), workers)
        while sum(outcome.kills.values()) < kills or not outcome.runs:
            trial.night(kills - sum(outcome.kills.values()), outcome.kills)
            outcome.runs += 1
            outcome.faults += faults(store, organisation, repositories)
            change(root, repositories, outcome.runs)
        check = trial.allmende("index", "check")
        if check.wait(_PATIENCE) != 0:
            outcome.faults.append("the index differs from the database")
        store.close()
    outcome.seconds = time.monotonic() - begun
    return outcome


def faults(store: Store, organisation: str, repositories: int) -> list[str]:
    """What is wrong after a run that ended by itself."""
    [run], _ = store.runs(1, 1)
    found: list[str] = []
    items, total = store.items(run.id, 1, 10_000)
    expected = {f"{organisation}/{_name(number)}" for number in range(repositories)}
    met = [item.repository for item in items]
    if run.state is not RunState.DONE:
        found.append(f"run {run.id} is {run.state}")
    if len(met) != len(set(met)) or total != len(met):
        found.append(f"run {run.id}: {total} items of {len(set(met))} repositories")
    if missing := expected - set(met):
        found.append(f"run {run.id}: no item of {sorted(missing)[:3]} and {len(missing)} in all")
    bad = [
        f"{item.repository}: {item.status} {item.rule} {dict(item.params)}" for item in items if item.rule is not None
    ]
    found += [f"run {run.id}: {one}" for one in bad]
    if store.count_solutions() != repositories:
        found.append(f"{store.count_solutions()} solutions of {repositories} repositories")
    if left := store.jobs.page(run_id=run.id)[1]:
        found.append(f"run {run.id} left {left} jobs")
    return found


def build(root: Path, repositories: int) -> None:
    """Small repositories with one commit each."""
    for number in range(repositories):
        path = root / ORGANISATION / f"{_name(number)}.git"
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(path)], env=_GIT, check=True)
        _commit(path, number, 0)


def change(root: Path, repositories: int, night: int) -> None:
    """A commit more in a third of them."""
    for number in range(night % 3, repositories, 3):
        _commit(root / ORGANISATION / f"{_name(number)}.git", number, night)


def _commit(path: Path, number: int, night: int) -> None:
    readme = f"# Werkzeug {number}\n\nEin Werkzeug der Stadt mit der Nummer {number}, Fassung {night}.\n"
    stream = (
        f"commit refs/heads/main\ncommitter Erika <erika@stadt.example> {1_750_000_000 + night * 86_400} +0000\n"
        f"data 2\nx\n{'from refs/heads/main^0' + chr(10) if night else ''}"
        f"M 100644 inline README.md\ndata {len(readme.encode())}\n{readme}\n"
    )
    command = ["git", "-C", str(path), "fast-import", "--quiet", "--force"]
    subprocess.run(command, input=stream.encode(), env=_GIT, check=True)
    # The loopback forge dates a repository by this.
    moved = (1_750_000_000 + night * 61, 1_750_000_000 + night * 61)
    os.utime(path / "refs" / "heads" / "main", moved)


def _name(number: int) -> str:
    return f"werkzeug-{number:03}"


def _ended(process: subprocess.Popen[bytes], seconds: float) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    if not _ended(process, 20):
        process.kill()
        process.wait()


def _children(pid: int) -> list[int]:
    """git, and the children that parse, of this process and theirs."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            direct = [int(word) for word in task.read_text().split()]
        except OSError:
            continue
        for child in direct:
            found += [child, *_children(child)]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=int(os.environ.get("KILLS", "20")))
    parser.add_argument("--repositories", type=int, default=60)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="allmende-kills-") as folder:
        found = run_kills(Path(folder), given.kills, given.repositories, given.seed, given.database, given.workers)
    print(f"{sum(found.kills.values())} kills {found.kills} in {found.runs} runs of {found.repositories} repositories")
    print(f"{found.seconds:.0f} s; " + ("; ".join(found.faults) if found.faults else "each repository exactly once"))
    sys.exit(1 if found.faults else 0)


if __name__ == "__main__":
    main()
