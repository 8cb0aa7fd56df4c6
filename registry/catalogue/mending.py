# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A person's own file, replaced in one step or not at all, and what would change in it."""

from __future__ import annotations

import difflib
import errno
import os
import stat
import tempfile
from contextlib import suppress

from registry.catalogue.beside import read_regular
from registry.errors import InvalidInput, StorageFull

_UNWRITTEN = "input-not-written"
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NO_LINE_END = b"\n\\ No newline at end of file\n"


def read_file(path: str, most_bytes: int) -> bytes:
    """Raises InvalidInput for what cannot be read, is no regular file, or is larger than ``most_bytes``."""
    try:
        content = read_regular(path, most_bytes + 1)
    except (OSError, ValueError) as error:
        raise InvalidInput(path, _reason(error), rule="input-unreadable") from None
    if len(content) > most_bytes:
        raise InvalidInput(path, f"> {most_bytes // 1024} KiB", rule="input-too-large")
    return content


def write_file(path: str, content: bytes, new: bool = False) -> None:
    """Write a file as a whole: whatever happens, there is the old content or the new one, with the old mode.

    A link is followed, a file of several names stays one, a device or pipe is written into. With ``new`` nothing that
    exists is touched. Raises InvalidInput where it may not be written or exists, StorageFull where there is no room.
    """
    try:
        target = os.path.realpath(path)
        status = _status(target)
        if new and status is not None:
            raise InvalidInput(path, rule="input-exists")
        if status is not None and stat.S_ISDIR(status.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if status is not None and not stat.S_ISREG(status.st_mode):
            with open(target, "wb", buffering=0) as file:
                _write_all(file.fileno(), content)
        elif status is not None and status.st_nlink > 1:
            _check_permission(target, status)
            _write_through(target, content)
        else:
            _replace(target, content, status)
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            raise StorageFull(path, _reason(error), rule=_UNWRITTEN) from None
        raise InvalidInput(path, _reason(error), rule=_UNWRITTEN) from None


def difference(before: bytes, after: bytes, name: str) -> bytes:
    """A unified diff that ``patch`` understands; empty where nothing changed."""
    label = os.fsencode(name)
    lines = difflib.diff_bytes(difflib.unified_diff, _lines(before), _lines(after), label, label)
    return b"".join(line if line.endswith(b"\n") else line + _NO_LINE_END for line in lines)


def _status(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)
    except FileNotFoundError:
        return None


def _check_permission(path: str, status: os.stat_result) -> None:
    # Renaming needs no right to the file itself, and root may do anything: the mode is what its owner meant.
    if not (status.st_mode & 0o222 and os.access(path, os.W_OK)):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def _write_through(path: str, content: bytes) -> None:
    """Into the file itself, for renaming would give it one of its names only; a copy lies beside it meanwhile."""
    with open(path, "rb") as file:
        before = file.read()
    descriptor, copy = tempfile.mkstemp(prefix=".allmende-", dir=os.path.dirname(path))
    try:
        _write_all(descriptor, before)
        os.fsync(descriptor)
    except BaseException:
        os.unlink(copy)
        raise
    finally:
        os.close(descriptor)
    try:
        _overwrite(path, content)
    except BaseException:
        _overwrite(path, before)  # where even this fails, the copy stays
        os.unlink(copy)
        raise
    os.unlink(copy)


def _overwrite(path: str, content: bytes) -> None:
    # Not emptied first: what the old content took on the disk is there for the new one.
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        _write_all(descriptor, content)
        os.ftruncate(descriptor, len(content))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _replace(path: str, content: bytes, status: os.stat_result | None) -> None:
    if status is not None:
        _check_permission(path, status)
    descriptor, draft = tempfile.mkstemp(prefix=".allmende-", dir=os.path.dirname(path))
    try:
        try:
            _write_all(descriptor, content)
            os.fchmod(descriptor, stat.S_IMODE(status.st_mode) if status is not None else 0o666 & ~_umask())
            if status is not None:
                with suppress(OSError):
                    os.fchown(descriptor, status.st_uid, status.st_gid)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.replace(draft, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(draft)
        raise


def _write_all(descriptor: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _lines(content: bytes) -> list[bytes]:
    """Lines with their ends; only LF ends one, so that a CR shows as what it is."""
    *lines, last = content.split(b"\n")
    return [line + b"\n" for line in lines] + ([last] if last else [])


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or type(error).__name__
