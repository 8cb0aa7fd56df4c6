# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Running git processes: in a session of their own, watched by clock and disk, killed as a group."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from harvesters.git.workspace import disk_bytes
from harvesters.measures import more_than_bytes, more_than_seconds
from registry.errors import Damaged, TooLarge, TooSlow

WATCH_SECONDS = 0.1
STDERR_BYTES = 64 * 2**10
CHUNK = 64 * 2**10
LINE_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Job:
    """What all git work for one repository shares: ``seconds`` are over at ``deadline`` of the monotonic clock."""

    subject: str
    folder: Path
    seconds: float
    deadline: float
    disk_limit: int

    def remaining(self) -> float:
        """Seconds left. Raises TooSlow when there are none."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TooSlow(self.subject, more_than_seconds(self.seconds))
        return left

    def free_bytes(self) -> int:
        """Bytes the clone may still grow. Raises TooLarge when there are none."""
        left = self.disk_limit - disk_bytes(self.folder)
        if left <= 0:
            raise TooLarge(self.subject, more_than_bytes(self.disk_limit))
        return left


@dataclass(frozen=True, slots=True)
class Finished:
    returncode: int
    stderr: bytes


def run(arguments: Sequence[str], environment: dict[str, str], job: Job, stdin: bytes) -> Finished:
    """Runs a command to its end. Raises TooSlow at the deadline, TooLarge when the clone outgrows the disk limit."""
    given = job.folder / "wanted"
    given.write_bytes(stdin)
    # From a file, so that a child that does not read cannot block us.
    with given.open("rb") as wanted, _started(arguments, environment, job, wanted, subprocess.DEVNULL) as process:
        stderr = _watch(process, job)
        with suppress(subprocess.TimeoutExpired):
            process.wait(job.remaining())
        job.remaining()
        job.free_bytes()
        return Finished(process.returncode, stderr)


def _watch(process: subprocess.Popen[bytes], job: Job) -> bytes:
    """Reads standard error until all processes of the group have closed it."""
    if process.stderr is None:
        return b""
    said = b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stderr, selectors.EVENT_READ)
        while True:
            if not selector.select(min(WATCH_SECONDS, job.remaining())):
                job.free_bytes()
                continue
            chunk = os.read(process.stderr.fileno(), CHUNK)
            if not chunk:
                return said
            said = (said + chunk)[-STDERR_BYTES:]


class Conversation:
    """A local git process we ask and read from, always with the deadline in view."""

    def __init__(self, process: subprocess.Popen[bytes], job: Job) -> None:
        if process.stdin is None or process.stdout is None:
            raise ValueError("a conversation needs both pipes")
        self._process, self._job = process, job
        self._stdin, self._stdout = process.stdin, process.stdout
        self._buffer = bytearray()
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._stdout, selectors.EVENT_READ)

    def ask(self, line: bytes) -> None:
        """Raises Damaged when git has gone (it dies over objects that do not fit into its memory limit)."""
        try:
            self._stdin.write(line + b"\n")
            self._stdin.flush()
        except BrokenPipeError:
            raise self._ended() from None

    def line(self) -> bytes:
        """The next line without its end."""
        while (end := self._buffer.find(b"\n")) < 0:
            if len(self._buffer) > LINE_BYTES or not self._fill():
                raise self._ended()
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line

    def exactly(self, count: int) -> bytes:
        while len(self._buffer) < count:
            if not self._fill():
                raise self._ended()
        piece = bytes(self._buffer[:count])
        del self._buffer[:count]
        return piece

    def chunks(self) -> Iterator[bytes]:
        """All the output until its end."""
        while self._fill():
            yield bytes(self._buffer)
            self._buffer.clear()

    def returncode(self) -> int:
        """After the output's end."""
        return self._process.wait(self._job.remaining())

    def close(self) -> None:
        self._selector.close()

    def _fill(self) -> bool:
        if not self._selector.select(self._job.remaining()):
            self._job.remaining()
        chunk = os.read(self._stdout.fileno(), CHUNK)
        self._buffer += chunk
        return bool(chunk)

    def _ended(self) -> Damaged:
        return Damaged(self._job.subject, "git cat-file")


@contextmanager
def conversation(arguments: Sequence[str], environment: dict[str, str], job: Job) -> Iterator[Conversation]:
    with _started(arguments, environment, job, subprocess.PIPE, subprocess.PIPE) as process:
        talk = Conversation(process, job)
        try:
            yield talk
        finally:
            talk.close()


@contextmanager
def _started(
    arguments: Sequence[str],
    environment: dict[str, str],
    job: Job,
    stdin: int | IO[bytes],
    stdout: int,
) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(  # arguments are built in command.py only
        list(arguments),
        env=environment,
        cwd=job.folder,
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.PIPE if stdout == subprocess.DEVNULL else subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        # Not poll(): it would reap the leader and leave its children without a group to kill them by.
        if process.returncode is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()
        process.wait()
