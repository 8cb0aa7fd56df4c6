# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Temporary bare clones: one folder a job, deleted whatever happens, and swept when a process was killed."""

from __future__ import annotations

import os
import re
import shutil
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Written by hand instead of by "git init": one process less, and no template is ever copied.
CONFIG = "[core]\n\trepositoryformatversion = 1\n\tbare = true\n"
HEAD = "ref: refs/heads/none\n"

_NAME = re.compile(r"clone-(\d+)-[0-9a-f]{32}")


class Workspace:
    """The folder ``root`` in which clones live while they are read. Thread-safe."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._mine: set[str] = set()
        self._lock = threading.Lock()

    @contextmanager
    def clone(self) -> Iterator[Path]:
        """An empty bare repository, deleted at the end. Raises OSError (disk full, no permission)."""
        name = f"clone-{os.getpid()}-{uuid.uuid4().hex}"
        with self._lock:
            self._mine.add(name)
        folder = self.root / name
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            lay_out(folder)
            yield folder
        finally:
            _delete(folder)
            with self._lock:
                self._mine.discard(name)

    def sweep(self) -> int:
        """Deletes the clones of processes that are no more; gives their number."""
        swept = 0
        if not self.root.is_dir():
            return swept
        for folder in self.root.iterdir():
            found = _NAME.fullmatch(folder.name)
            if found is not None and self._orphaned(folder.name, int(found[1])):
                _delete(folder)
                swept += 1
        return swept

    def _orphaned(self, name: str, pid: int) -> bool:
        # A container gives every start the same process id: what is ours by number but not by record is an orphan.
        if pid == os.getpid():
            with self._lock:
                return name not in self._mine
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        return False


def lay_out(folder: Path) -> None:
    """An empty bare repository in place of whatever is there. Raises OSError."""
    _delete(folder)
    folder.mkdir(mode=0o700)
    (folder / "objects" / "pack").mkdir(parents=True)
    (folder / "refs").mkdir()
    (folder / "HEAD").write_text(HEAD, encoding="ascii")
    (folder / "config").write_text(CONFIG, encoding="ascii")


def disk_bytes(folder: Path) -> int:
    """Bytes in files below ``folder``; what vanishes meanwhile does not count."""
    total = 0
    folders = [str(folder)]
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    else:
                        total += entry.stat(follow_symlinks=False).st_size
        except FileNotFoundError:
            continue
    return total


def _delete(folder: Path) -> None:
    # A killed git may still be dying and write one more file: the second attempt takes that too.
    for _ in range(3):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
