# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The wall-time cap of a request: a connection that outlives its time is cut from outside.

Socket timeouts bound one read each; a server that sends a byte now and then passes them for ever, in the TLS
handshake, the headers or the body. So one watching thread shuts such a connection down, whatever it is waiting for.
"""

from __future__ import annotations

import os
import socket
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_TICK = 0.1
"""Seconds between two looks: how much too late a connection may be cut."""
_IDLE_TICKS = 20
_local = threading.local()


class Switch:
    """Shuts a connection down from another thread, also once its socket has been wrapped for TLS.

    Holds a duplicate descriptor, closed when the last reference goes: cutting never hits a descriptor that was reused.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._fd = os.dup(sock.fileno())
        weakref.finalize(self, os.close, self._fd)

    def cut(self) -> None:
        borrowed = socket.socket(fileno=self._fd)
        try:
            with suppress(OSError):
                borrowed.shutdown(socket.SHUT_RDWR)
        finally:
            borrowed.detach()


class Watch:
    """One request under watch. ``fired`` tells afterwards why the connection broke."""

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self.fired = False
        self._switch: Switch | None = None

    @property
    def remaining(self) -> float:
        """Seconds left, at least a little, so that it can serve as a socket timeout."""
        return max(self.deadline - time.monotonic(), 0.001)

    def attach(self, switch: Switch) -> None:
        self._switch = switch
        if self.fired:
            switch.cut()

    def cut(self) -> None:
        self.fired = True
        if self._switch is not None:
            self._switch.cut()


def attach(switch: Switch) -> None:
    """Put a connection under the watch of the request that this thread is making, if there is one."""
    watch: Watch | None = getattr(_local, "watch", None)
    if watch is not None:
        watch.attach(switch)


class Watchdog:
    """Cuts overdue connections. Its thread starts with the first request and ends by itself when there are none."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watches: set[Watch] = set()
        self._thread: threading.Thread | None = None

    @contextmanager
    def watch(self, seconds: float) -> Iterator[Watch]:
        """Within the block the connections of this thread live at most ``seconds``."""
        watch = Watch(time.monotonic() + seconds)
        with self._lock:
            self._watches.add(watch)
            # Not alive after a fork: threads stay behind in the parent.
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._patrol, name="allmende-deadline", daemon=True)
                self._thread.start()
        _local.watch = watch
        try:
            yield watch
        finally:
            _local.watch = None
            with self._lock:
                self._watches.discard(watch)

    def _patrol(self) -> None:
        idle = 0
        while True:
            time.sleep(_TICK)
            now = time.monotonic()
            with self._lock:
                due = [watch for watch in self._watches if watch.deadline <= now]
                idle = 0 if self._watches else idle + 1
                if idle > _IDLE_TICKS:
                    self._thread = None
                    return
            for watch in due:
                watch.cut()
