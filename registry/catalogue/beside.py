# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The files beside a publiccode.yml on this machine: what its relative paths may lead to, and nothing outside."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress

MOST_BYTES = 20 * 2**20
"""Largest picture that is read; the reference parser's own limit for what it downloads."""


class FolderFiles:
    """``harvesters.publiccode.files.Files`` over one folder.

    A path that leaves the folder, by ``..`` or over a symbolic link, is not looked at: whether it exists is unknown.
    """

    def __init__(self, folder: str) -> None:
        self._root = os.path.realpath(folder)

    def exists(self, path: str) -> bool | None:
        """None for a path outside of the folder."""
        try:
            inside = self._inside(path)
        except (OSError, ValueError):
            return False
        return None if inside is None else os.path.exists(inside)

    def read(self, path: str) -> bytes | None:
        """The bytes of a regular file in the folder, None for anything else and for files over ``MOST_BYTES``."""
        with suppress(OSError, ValueError):
            inside = self._inside(path)
            return None if inside is None else _read_small(inside)
        return None

    def _inside(self, path: str) -> str | None:
        # An absolute path replaces the root and is then found to lie outside.
        target = os.path.realpath(os.path.join(self._root, path))
        return target if target == self._root or target.startswith(self._root.rstrip("/") + "/") else None


def read_regular(path: str, most_bytes: int, *, flags: int = 0) -> bytes:
    """At most so many bytes of a regular file: a named pipe or a device must not make anybody wait.

    Raises OSError for anything else and for what cannot be read, ValueError for what cannot be a path.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | flags)
    try:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            if stat.S_ISDIR(mode):
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            raise OSError(errno.EINVAL, "no regular file")
        with open(descriptor, "rb", closefd=False) as file:
            return file.read(most_bytes)
    finally:
        os.close(descriptor)


def _read_small(path: str) -> bytes | None:
    content = read_regular(path, MOST_BYTES + 1, flags=os.O_NOFOLLOW)
    return content if len(content) <= MOST_BYTES else None
