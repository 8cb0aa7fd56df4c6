# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Connections that go to the checked address and nowhere else, while Host, SNI and certificate are those of the host.

The pool is made for the host name, so that urllib3 verifies the right name; only the dialling is ours.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from harvesters.deadline import Switch, attach
from harvesters.guard import Target

Connect = Callable[[tuple[str, int], float], socket.socket]
"""(address, port), timeout in seconds -> a connected socket; raises OSError."""


def dial(where: tuple[str, int], seconds: float) -> socket.socket:
    """A plain TCP connection to an IP literal."""
    return socket.create_connection(where, timeout=seconds)


class _PinnedHTTPConnection(HTTPConnection):
    def __init__(self, *args: Any, address: str, connect: Connect, **options: Any) -> None:
        super().__init__(*args, **options)
        self._address = address
        self._connect = connect
        self._switch: Switch | None = None

    def _new_conn(self) -> socket.socket:
        seconds = self.timeout if isinstance(self.timeout, int | float) else 10.0
        try:
            sock = self._connect((self._address, self.port), seconds)
        except TimeoutError as error:
            raise ConnectTimeoutError(self, f"no connection within {seconds} s") from error
        except OSError as error:
            raise NewConnectionError(self, f"no connection: {error}") from error
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._switch = Switch(sock)
        attach(self._switch)
        return sock

    def request(self, *args: Any, **options: Any) -> None:
        if self._switch is not None:
            attach(self._switch)
        super().request(*args, **options)

    def close(self) -> None:
        # A response that is still being read keeps its own reference by way of the watch.
        self._switch = None
        super().close()


class _PinnedHTTPSConnection(_PinnedHTTPConnection, HTTPSConnection):
    """MRO: the dialling above, TLS from urllib3."""


class _PinnedHTTPPool(HTTPConnectionPool):
    ConnectionCls = _PinnedHTTPConnection


class _PinnedHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _PinnedHTTPSConnection


class PinnedAdapter(HTTPAdapter):
    """A requests adapter for one target: its keep-alive pool, no proxy, no retry, no redirect."""

    def __init__(self, target: Target, connect: Connect, size: int) -> None:
        super().__init__(max_retries=0)
        pool_class = _PinnedHTTPSPool if target.scheme == "https" else _PinnedHTTPPool
        self._pool: HTTPConnectionPool = pool_class(
            target.host, target.port, maxsize=size, block=False, address=target.address, connect=connect
        )

    def get_connection_with_tls_context(self, *_args: Any, **_options: Any) -> HTTPConnectionPool:
        return self._pool

    def close(self) -> None:
        self._pool.close()
        super().close()
