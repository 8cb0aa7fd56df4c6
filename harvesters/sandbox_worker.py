# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The child's end of the sandbox: sets limits on itself, then reads one snapshot after another."""

from __future__ import annotations

import importlib
import json
import os
import pickle
import resource
import sys
from collections.abc import Callable
from typing import BinaryIO, cast

from harvesters.wire import encode_readings
from registry.model import Reading, Snapshot

_Reader = Callable[[Snapshot], tuple[Reading, ...]]

_MOST_FILES = 64
_RESERVE = 8 * 2**20
"""Bytes given back when memory runs out, so that there is some to answer with."""


def main() -> None:
    """Serve until the parent closes the pipe."""
    incoming = os.fdopen(os.dup(0), "rb")
    outgoing = os.fdopen(os.dup(1), "wb")
    # A library that prints must not write into the answers.
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    os.close(null)
    settings = json.loads(_receive(incoming) or b"{}")
    _limit(settings["memory"])
    # Kept open: there may be no descriptor left when the figure is needed most.
    figures = open("/proc/self/statm", "rb", buffering=0)  # noqa: SIM115
    reader = _reader(settings["reader"])
    # Only now: the language model unpacks itself into a temporary file while it loads.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    _send(outgoing, {"ready": True, "rss": _memory(figures)})
    while (message := _receive(incoming)) is not None:
        _send(outgoing, _serve(reader, message, settings["seconds"], figures))


def _limit(memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_MOST_FILES, _MOST_FILES))


def _reader(name: str) -> _Reader:
    module_name, _, function = name.partition(":")
    module = importlib.import_module(module_name)
    if warm_up := getattr(module, "warm_up", None):
        warm_up()
    return cast("_Reader", getattr(module, function))


def _serve(reader: _Reader, message: bytes, seconds: float, figures: BinaryIO) -> dict[str, object]:
    reserve = bytearray(_RESERVE)
    _limit_cpu(seconds)
    try:
        snapshot = cast("Snapshot", pickle.loads(message))  # noqa: S301  # from our own parent process
        return {"readings": encode_readings(reader(snapshot)), "rss": _memory(figures)}
    except MemoryError:
        del reserve
        return {"failed": "RLIMIT_AS", "rss": _memory(figures)}
    except Exception as error:  # the parent finds the file and tells it
        return {"failed": type(error).__name__, "rss": _memory(figures)}


def _limit_cpu(seconds: float) -> None:
    """A hang ends even when the parent is gone and cannot end it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime + seconds) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def _memory(figures: BinaryIO) -> int:
    """Bytes resident now."""
    figures.seek(0)
    return int(figures.read(200).split()[1]) * resource.getpagesize()


def _receive(incoming: BinaryIO) -> bytes | None:
    header = incoming.read(8)
    if len(header) < 8:
        return None
    length = int.from_bytes(header, "big")
    message = incoming.read(length)
    return message if len(message) == length else None


def _send(outgoing: BinaryIO, answer: dict[str, object]) -> None:
    encoded = json.dumps(answer).encode()
    outgoing.write(len(encoded).to_bytes(8, "big") + encoded)
    outgoing.flush()


if __name__ == "__main__":
    sys.exit("started by harvesters.sandbox only")
