# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A reader for tests of the sandbox: does to its process what a file's first word says, else reads."""

from __future__ import annotations

import ctypes
import os
import resource
import sys
from collections.abc import Callable

from harvesters.readers import licence, presence, publiccode
from registry.model import Origin, Problem, Reading, Severity, Snapshot


def _abort() -> None:
    os.abort()


def _segfault() -> None:
    ctypes.string_at(0)


def _exit() -> None:
    os._exit(3)


def _loop() -> None:
    while True:
        pass


def _allocate() -> None:
    held = [bytearray(2**24)]
    while True:
        held.append(bytearray(2**24))


def _open_files() -> None:
    held = []
    while True:
        held.append(os.open("/dev/null", os.O_RDONLY))


def _write_file() -> None:
    with open("/tmp/allmende-sandbox-canary", "wb", buffering=0) as file:
        file.write(b"x")


def _raise() -> None:
    raise RuntimeError("a bug")


def _recurse() -> None:
    _recurse()


def _print() -> None:
    print("noise on stdout", flush=True)
    os.write(1, b"\xff" * 100)
    os.write(2, b"noise")


_ACTS: dict[bytes, Callable[[], None]] = {
    b"ABORT": _abort,
    b"SEGFAULT": _segfault,
    b"EXIT": _exit,
    b"LOOP": _loop,
    b"ALLOCATE": _allocate,
    b"FILES": _open_files,
    b"WRITE": _write_file,
    b"RAISE": _raise,
    b"RECURSE": _recurse,
    b"PRINT": _print,
}


def read_snapshot(snapshot: Snapshot) -> tuple[Reading, ...]:
    for content in snapshot.files.values():
        first = content.split(maxsplit=1)[0] if content.strip() else b""
        if act := _ACTS.get(first):
            act()
        if first == b"REPORT":
            return (_report(snapshot),)
    # Only readers that load quickly: the tests lose many workers.
    return publiccode.read(snapshot), licence.read(snapshot), presence.read_forge(snapshot)


def _report(snapshot: Snapshot) -> Reading:
    """What the child sees of the world around it."""
    params = {
        "pid": str(os.getpid()),
        "environment": ",".join(sorted(os.environ)),
        "values": ",".join(os.environ.values()),
        "core": str(resource.getrlimit(resource.RLIMIT_CORE)[0]),
        "memory": str(resource.getrlimit(resource.RLIMIT_AS)[0]),
        "descriptors": ",".join(sorted(os.listdir("/proc/self/fd"), key=int)),
        "main": str(getattr(sys.modules["__main__"], "__file__", "")),
    }
    return Reading("report", problems=(Problem("internal", Severity.HINT, Origin(snapshot.ref.url), None, params),))
