# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Untrusted files are read in a few persistent child processes with limits, so that a crash or a hang costs one file.

A worker is a fresh interpreter (never a fork of this, possibly threaded, process) with an empty environment, its own
session and no descriptor but its pipes. It gets a snapshot pickled and answers in JSON: what comes out of it is not
trusted with more than data. See ``harvesters/sandbox_worker.py`` for the other end.
"""

from __future__ import annotations

import json
import os
import pickle
import queue
import selectors
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from signal import Signals
from types import TracebackType
from typing import IO, Any, Self, cast

from harvesters.wire import decode_readings
from registry.model import Limits, Origin, Reading, Snapshot
from registry.vocabulary.rules import problem

READER = "harvesters.readers.reading:read_snapshot"
RECYCLE_AFTER = 500
"""Snapshots a worker reads before it makes place for a fresh one."""
_RECYCLE_MEMORY = 0.6
"""Share of the memory limit at which a worker is replaced between two snapshots."""
_START_SECONDS = 30.0
_STARTS = 4
"""What a signal ends before it has read anything was ended by somebody else: for want of memory, by an operator."""
_LONGEST_ANSWER = 64 * 2**20
_MOST_GUILTY = 3
_WORTH_A_WORKER = 20
"""So often snapshots wait for a worker before one more is started: that costs as much as reading a hundred of them."""
_LONGEST_WAIT = 3.0
"""Seconds after which one more is started too: those that there are may hang."""
_READER_NAME = "sandbox"
_ENVIRONMENT = {"LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""All that a worker sees of our environment, which may hold tokens and keys: nothing."""
_BOOT = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from harvesters.sandbox_worker import main; main()"


class Lost(Exception):
    """The worker did not answer; ``reason`` says why in a word or two, alike in German and English."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Sandbox:
    """Reads snapshots in child processes; safe to share between threads, and usable again after a fork.

    ``reader`` is the import string of the function run in the child. A worker starts on first use, further ones, up to
    ``workers``, where snapshots have to wait: a night in which little changes needs only one.
    """

    def __init__(self, limits: Limits, workers: int = 2, reader: str = READER) -> None:
        self._limits = limits
        self._size = workers
        self._reader = reader
        self._lock = threading.Lock()
        self._owner = 0
        self._closed = False
        self._all: tuple[_Worker, ...] = ()
        self._pool: queue.LifoQueue[_Worker] = queue.LifoQueue()
        self._reserve: list[_Worker] = []
        """Those that were not needed yet."""
        self._waits = 0
        self._finalizer = weakref.finalize(self, _stop_all, [], 0)

    def read(self, snapshot: Snapshot) -> tuple[Reading, ...]:
        """All readings of the snapshot. A file that kills or hangs the worker is a "parse-failed" problem.

        Raises RuntimeError when the sandbox is closed or no worker starts; nothing for whatever the files hold.
        """
        pool = self._workers()
        worker = self._free(pool)
        try:
            return self._read(worker, snapshot)
        finally:
            pool.put(worker)

    def close(self) -> None:
        """Stop the workers, busy or not, and wait for their ends; threads still reading get a RuntimeError."""
        with self._lock:
            if self._closed or self._owner != os.getpid():
                self._closed = True
                return
            self._closed = True
            self._finalizer.detach()
        for worker in self._all:
            worker.retire()
        for worker in [self._pool.get() for _ in range(len(self._all) - len(self._reserve))]:
            worker.stop()
            self._pool.put(worker)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _workers(self) -> queue.LifoQueue[_Worker]:
        with self._lock:
            if self._closed:
                raise RuntimeError("the sandbox is closed")
            if self._owner != os.getpid():
                # First use, or first use after a fork: workers of the parent process are not ours to talk to.
                self._finalizer.detach()
                for worker in self._all:
                    worker.abandon()
                self._owner = os.getpid()
                self._all = tuple(_Worker(self._limits, self._reader) for _ in range(self._size))
                self._finalizer = weakref.finalize(self, _stop_all, self._all, self._owner)
                self._pool = queue.LifoQueue()
                self._reserve = list(self._all)
                self._waits = 0
                self._pool.put(self._reserve.pop())
            return self._pool

    def _free(self, pool: queue.LifoQueue[_Worker]) -> _Worker:
        """A worker that nobody uses, waited for; or one more, where that is worth it."""
        with suppress(queue.Empty):
            return pool.get_nowait()
        with self._lock:
            self._waits += 1
            enough = self._waits % _WORTH_A_WORKER == 0
        if enough and (worker := self._further()) is not None:
            return worker
        with suppress(queue.Empty):
            return pool.get(timeout=_LONGEST_WAIT)
        return self._further() or pool.get()

    def _further(self) -> _Worker | None:
        with self._lock:
            return self._reserve.pop() if self._reserve and not self._closed else None

    def _read(self, worker: _Worker, snapshot: Snapshot) -> tuple[Reading, ...]:
        try:
            return worker.read(snapshot)
        except Lost as lost:
            return self._without_guilty(worker, snapshot, lost.reason)

    def _without_guilty(self, worker: _Worker, snapshot: Snapshot, reason: str) -> tuple[Reading, ...]:
        """Read file by file to find those that cost a worker, then the rest together."""
        guilty: dict[str, str] = {}
        for path, content in snapshot.files.items():
            try:
                worker.read(replace(snapshot, files={path: content}))
            except Lost as lost:
                guilty[path] = lost.reason
            if len(guilty) >= _MOST_GUILTY:
                break
        innocent = {path: content for path, content in snapshot.files.items() if path not in guilty}
        attempts: tuple[Mapping[str, bytes], ...] = (innocent, {}) if guilty and len(guilty) < _MOST_GUILTY else ({},)
        for files in attempts:
            try:
                readings = worker.read(replace(snapshot, files=files))
            except Lost:
                continue
            return (*readings, _failure(snapshot, guilty if files or not innocent else {**guilty, "": reason}))
        return (_failure(snapshot, guilty or {"": reason}),)


def _failure(snapshot: Snapshot, guilty: Mapping[str, str]) -> Reading:
    url = snapshot.ref.url
    problems = [
        problem(
            "parse-failed",
            Origin(repository=url, path=path or None, commit=snapshot.commit),
            subject=url,
            detail=f"{path}: {reason}" if path else reason,
        )
        for path, reason in guilty.items()
    ]
    return Reading(_READER_NAME, problems=tuple(problems))


class _Worker:
    """One child process, replaced whenever it was lost or is used up. Used by one thread at a time."""

    def __init__(self, limits: Limits, reader: str) -> None:
        self._limits = limits
        self._reader = reader
        self._process: subprocess.Popen[bytes] | None = None
        self._done = 0
        self._retired = False

    def read(self, snapshot: Snapshot) -> tuple[Reading, ...]:
        """Raises ``Lost``; the next call then starts a fresh process."""
        self._start()
        try:
            answer = self._exchange(pickle.dumps(snapshot, pickle.HIGHEST_PROTOCOL), self._limits.parse_seconds)
            readings, memory = _answered(answer)
        except Lost:
            self.stop()
            raise
        self._done += 1
        if self._done >= RECYCLE_AFTER or memory > _RECYCLE_MEMORY * self._limits.parse_memory_bytes:
            self.stop()
        return readings

    def abandon(self) -> None:
        """After a fork: let go of the pipes; the child itself belongs to the process that started it."""
        process, self._process = self._process, None
        if process is not None:
            process.returncode = 0
            _close_pipes(process)

    def retire(self) -> None:
        """From any thread: end the child and start no other."""
        self._retired = True
        if process := self._process:
            process.kill()

    def _start(self) -> None:
        """A running, ready child. Raises RuntimeError where none starts: a fault of ours, not of the files."""
        if self._retired:
            raise RuntimeError("the sandbox is closed")
        if self._process is not None:
            return
        for attempt in range(1, _STARTS + 1):
            try:
                self._spawn()
                self._ready()
                return
            except Lost as lost:
                self.stop()
                if attempt == _STARTS or self._retired or lost.reason not in Signals.__members__:
                    raise RuntimeError(f"no sandbox worker starts: {lost.reason}") from lost

    def _ready(self) -> None:
        settings = {
            "reader": self._reader,
            "seconds": self._limits.parse_seconds,
            "memory": self._limits.parse_memory_bytes,
        }
        answer = self._exchange(json.dumps(settings).encode(), _START_SECONDS)
        if "failed" in answer:
            raise Lost(str(answer["failed"]))

    def _spawn(self) -> None:
        self._process = subprocess.Popen(  # a fixed program: our own interpreter
            [sys.executable, "-I", "-X", "utf8", "-c", _BOOT, json.dumps([path for path in sys.path if path])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={**_ENVIRONMENT, "TMPDIR": tempfile.gettempdir()},
            start_new_session=True,
            bufsize=0,
        )
        for pipe in (self._pipe_in, self._pipe_out):
            os.set_blocking(pipe.fileno(), False)
        self._done = 0

    @property
    def _pipe_in(self) -> IO[bytes]:
        return cast("IO[bytes]", cast("subprocess.Popen[bytes]", self._process).stdin)

    @property
    def _pipe_out(self) -> IO[bytes]:
        return cast("IO[bytes]", cast("subprocess.Popen[bytes]", self._process).stdout)

    def _exchange(self, message: bytes, seconds: float) -> dict[str, object]:
        """Send one message and wait for the answer, both with an eight-byte length before them."""
        deadline = time.monotonic() + seconds
        unsent = memoryview(len(message).to_bytes(8, "big") + message)
        received = bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(self._pipe_out, selectors.EVENT_READ)
            selector.register(self._pipe_in, selectors.EVENT_WRITE)
            while True:
                left = deadline - time.monotonic()
                ready = selector.select(left) if left > 0 else []
                if not ready:
                    raise Lost(f"> {seconds:g} s")
                for key, _ in ready:
                    if key.fileobj is self._pipe_in:
                        unsent = unsent[self._send(unsent) :]
                        if not unsent:
                            selector.unregister(self._pipe_in)
                    else:
                        received += self._receive()
                if (answer := _complete(received)) is not None:
                    return answer

    def _send(self, unsent: memoryview) -> int:
        try:
            return os.write(self._pipe_in.fileno(), unsent[: 2**16])
        except BlockingIOError:
            return 0
        except OSError as error:
            raise Lost(self._end()) from error

    def _receive(self) -> bytes:
        try:
            chunk = os.read(self._pipe_out.fileno(), 2**18)
        except BlockingIOError:
            return b""
        if not chunk:
            raise Lost(self._end())
        return chunk

    def _end(self) -> str:
        """How the child ended: the name of the signal, or its exit status."""
        process = cast("subprocess.Popen[bytes]", self._process)
        try:
            status = process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            return "answer"
        return Signals(-status).name if status < 0 else f"exit {status}"

    def stop(self) -> None:
        """End the child now and collect it, so that no zombie stays."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        _close_pipes(process)
        process.wait()


def _close_pipes(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe:
            with suppress(OSError):
                pipe.close()


def _complete(received: bytearray) -> dict[str, object] | None:
    """The answer once it is there in full. Raises ``Lost`` for what is no answer."""
    if len(received) < 8:
        return None
    length = int.from_bytes(received[:8], "big")
    if length > _LONGEST_ANSWER or len(received) > length + 8:
        raise Lost("answer")
    if len(received) < length + 8:
        return None
    try:
        answer = json.loads(received[8:])
    except (ValueError, RecursionError) as error:
        raise Lost("answer") from error
    if not isinstance(answer, dict):
        raise Lost("answer")
    return answer


def _answered(answer: Mapping[str, Any]) -> tuple[tuple[Reading, ...], int]:
    if "failed" in answer:
        raise Lost(str(answer["failed"]))
    try:
        return decode_readings(answer["readings"]), int(answer["rss"])
    except (KeyError, TypeError, ValueError) as error:
        raise Lost("answer") from error


def _stop_all(workers: Sequence[_Worker], owner: int) -> None:
    """Also run at interpreter exit, where a forked child must leave its parent's workers alone."""
    if owner == os.getpid():
        for worker in workers:
            worker.stop()
