# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Builds the demonstration's bare repositories: once, and one at a time, so that a broken-off build can go on.

The skeleton is written by hand and one ``git fast-import`` fills it: one process a repository.
"""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from harvesters.demo.history import stream
from harvesters.demo.solutions import DemoSolution, demo_solutions
from registry.errors import DiskFull, GitFailed

_WORKSHOP = ".building-"
_SECONDS = 60
_CONFIG = """\
[core]
\trepositoryformatversion = 0
\tfilemode = true
\tbare = true
"""


@dataclass(frozen=True, slots=True)
class DemoRepository:
    """A bare repository of the demonstration, to be served as ``/OWNER/NAME.git``."""

    owner: str
    name: str
    path: Path
    publisher: str
    """Key of one of ``publishers()``, its slug."""


def build(root: Path, now: datetime, progress: Callable[[int, int], None]) -> list[DemoRepository]:
    """Makes every repository that is not there yet below ``root``; existing ones stay as they are.

    Histories end at ``now``. ``progress`` hears (done, total) after each repository.
    Raises GitFailed when git is missing or fails, DiskFull when there is no space left.
    """
    solutions = demo_solutions()
    repositories = [_repository(root, solution) for solution in solutions]
    with _workshop(root) as workshop:
        for done, (solution, repository) in enumerate(zip(solutions, repositories, strict=True), start=1):
            if not (repository.path / "HEAD").is_file():
                _make(solution, repository.path, workshop, now)
            progress(done, len(solutions))
    return repositories


def _repository(root: Path, solution: DemoSolution) -> DemoRepository:
    path = root / solution.owner / f"{solution.repository}.git"
    return DemoRepository(solution.owner, solution.repository, path, solution.publisher.slug)


@contextmanager
def _workshop(root: Path) -> Iterator[Path]:
    """A folder of this process on the same disk, so that a finished repository appears by one rename."""
    root.mkdir(parents=True, exist_ok=True)
    for left in root.glob(f"{_WORKSHOP}*"):
        if not _alive(left.name.removeprefix(_WORKSHOP)):
            shutil.rmtree(left, ignore_errors=True)
    folder = root / f"{_WORKSHOP}{os.getpid()}"
    folder.mkdir(exist_ok=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _alive(process: str) -> bool:
    """Whether another process with this number runs; our own number is left over from one before us."""
    if not process.isdecimal() or int(process) == os.getpid():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _make(solution: DemoSolution, target: Path, workshop: Path, now: datetime) -> None:
    bare = workshop / f"{solution.owner}--{solution.repository}"
    try:
        _skeleton(bare, solution.branch)
        _fill(bare, stream(solution, now))
        target.parent.mkdir(exist_ok=True)
        bare.rename(target)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DiskFull(str(target), "no space left for the demonstration") from error
        if not (target / "HEAD").is_file():
            raise


def _skeleton(bare: Path, branch: str) -> None:
    for folder in ("objects/info", "objects/pack", "refs/heads", "refs/tags"):
        (bare / folder).mkdir(parents=True)
    (bare / "HEAD").write_text(f"ref: refs/heads/{branch}\n", encoding="ascii")
    (bare / "config").write_text(_CONFIG, encoding="ascii")


def _fill(bare: Path, commits: bytes) -> None:
    git = shutil.which("git")
    if git is None:
        raise GitFailed(bare.name, "git is not installed")
    # unpackLimit=1 keeps the pack: otherwise git would write each object as a file of its own.
    options = ["--git-dir", str(bare), "-c", "fastimport.unpackLimit=1", "-c", "core.hooksPath=/dev/null"]
    try:
        done = subprocess.run(
            [git, *options, "fast-import", "--quiet", "--done"],
            input=commits,
            capture_output=True,
            env=_ENVIRONMENT | {"PATH": os.path.dirname(git)},
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise GitFailed(bare.name, f"fast-import took over {_SECONDS} s") from error
    if done.returncode:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise GitFailed(bare.name, " ".join(last))


_ENVIRONMENT = {
    "LC_ALL": "C",
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_TERMINAL_PROMPT": "0",
}
