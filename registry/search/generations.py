# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The folders of an embedded index: one a generation, a pointer to the live one, a header in each, one writer.

::

    PATH/current            name of the live generation, replaced by an atomic rename
    PATH/write.lock         held by the one process that writes
    PATH/gen-<uuid>/        one complete index
    PATH/gen-<uuid>/header.json

A generation without a header was never finished; one that ``current`` does not name is old. Both are removed by the
next writer, old ones only after ``GRACE_SECONDS``, since a reader may just have read the pointer.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import RLock

from registry.errors import IndexUnreadable, SearchError

GRACE_SECONDS = 60.0
_PREFIX = "gen-"
_HEADER = "header.json"
_CURRENT = "current"


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """How an index stands. ``fits``: it is there, readable and made by this version's schema and analysis."""

    generation: str
    """Empty where there is none."""
    documents: int
    position: int
    """Outbox position of the last change that was applied."""
    fits: bool


@dataclass(frozen=True, slots=True)
class Header:
    """What a generation says of itself. ``commit`` counts the changes since it was built."""

    schema: int
    analyser: str
    commit: int
    position: int
    documents: int
    languages: tuple[str, ...]
    """Languages whose stems are in the index."""


class Generations:
    """The index folder at ``path``, made at the first write."""

    def __init__(self, path: Path, lock_seconds: float, grace_seconds: float = GRACE_SECONDS) -> None:
        self.path = path
        self._lock_seconds = lock_seconds
        self._grace_seconds = grace_seconds
        self._thread_lock = RLock()
        self._depth = 0

    # --- reading ---

    def live(self) -> tuple[Path, Header]:
        """The live generation and its header. Raises IndexUnreadable where there is none or it makes no sense."""
        try:
            folder = self._named()
            try:
                return folder, _header(folder)
            except FileNotFoundError:
                # Between the two reads a writer has switched and removed what was live: the pointer names another one.
                if (later := self._named()) == folder:
                    raise
                return later, _header(later)
        except FileNotFoundError as error:
            raise IndexUnreadable(str(self.path), "there is no index yet: run `allmende index rebuild`") from error
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise IndexUnreadable(str(self.path), f"{type(error).__name__}: {error}") from error

    def _named(self) -> Path:
        name = (self.path / _CURRENT).read_text(encoding="ascii").strip()
        folder = self.path / name
        if not name.startswith(_PREFIX) or folder.parent != self.path:
            raise IndexUnreadable(str(self.path), f"{_CURRENT} names no generation")
        return folder

    def check(self, folder: Path) -> None:
        """Refuses an index that others could have written.

        Whoosh keeps parts of its files as pickles, and whoever can write a pickle runs code in the process that reads
        it. Raises SearchError.
        """
        for place in (self.path, folder):
            try:
                found = place.stat()
            except FileNotFoundError as error:
                raise IndexUnreadable(str(place), "the folder is gone") from error
            if found.st_uid != os.geteuid():
                raise SearchError(str(place), "belongs to another user: reading it could run that user's code")
            if found.st_mode & 0o022:
                raise SearchError(str(place), "is writable by group or others: run `chmod go-w` on it")

    # --- writing ---

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Keeps other writers out, threads and processes; may be nested. Raises SearchError after ``lock_seconds``."""
        if not self._thread_lock.acquire(timeout=self._lock_seconds):
            raise SearchError(str(self.path), f"another thread has been writing for {self._lock_seconds:g} s")
        try:
            if self._depth:
                with self._nested():
                    yield
            else:
                with self._process_lock(), self._nested():
                    yield
        finally:
            self._thread_lock.release()

    @contextmanager
    def _nested(self) -> Iterator[None]:
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1

    @contextmanager
    def _process_lock(self) -> Iterator[None]:
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.check(self.path)
            descriptor = os.open(self.path / "write.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise SearchError(str(self.path), error.strerror or str(error)) from error
        try:
            deadline = time.monotonic() + self._lock_seconds
            while not _try_lock(descriptor):
                if time.monotonic() > deadline:
                    raise SearchError(str(self.path), f"another process has been writing for {self._lock_seconds:g} s")
                time.sleep(0.02)
            self._tidy()
            yield
        finally:
            # Closing lets go of the lock, and so does the death of the process.
            os.close(descriptor)

    def begin(self) -> Path:
        """An empty folder for a new generation. Only inside ``exclusive``."""
        folder = self.path / f"{_PREFIX}{uuid.uuid4().hex}"
        folder.mkdir(mode=0o700)
        return folder

    def write_header(self, folder: Path, header: Header) -> None:
        """Makes what was committed to the generation visible: readers look at the header first."""
        for file in folder.iterdir():
            if file.is_file():
                _flush(file)
        _replace(folder / _HEADER, json.dumps(asdict(header)))

    def switch(self, folder: Path) -> None:
        """Makes a finished generation the live one."""
        _replace(self.path / _CURRENT, folder.name)

    def discard(self, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)

    def _tidy(self) -> None:
        with suppress(OSError):
            pointer = self.path / _CURRENT
            live = pointer.read_text(encoding="ascii").strip() if pointer.exists() else ""
            settled = not live or time.time() - pointer.stat().st_mtime > self._grace_seconds
            for folder in self.path.glob(f"{_PREFIX}*"):
                if folder.name != live and (settled or not (folder / _HEADER).exists()):
                    self.discard(folder)
            for left in (*self.path.glob("*.new-*"), *self.path.glob(f"{_PREFIX}*/*.new-*")):
                left.unlink(missing_ok=True)


def _header(folder: Path) -> Header:
    values = json.loads((folder / _HEADER).read_text(encoding="utf-8"))
    return Header(**{**values, "languages": tuple(values["languages"])})


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _replace(path: Path, text: str) -> None:
    new = path.with_name(f"{path.name}.new-{uuid.uuid4().hex}")
    try:
        new.write_text(text, encoding="utf-8")
        _flush(new)
        new.replace(path)
    except OSError:
        new.unlink(missing_ok=True)
        raise
    _flush(path.parent)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
