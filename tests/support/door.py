# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""HTTP clients whose guard is opened for loopback servers, and things they must not reach."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from pathlib import Path

from harvesters.guard import Guard, Resolver
from harvesters.http import HttpClient, TokenHeader
from harvesters.pinned import Connect, dial
from registry.model import ConditionalRequest, EgressRules, HostPort, Limits
from support.loopback import Loopback, Reply

PUBLIC = "93.184.215.14"
BEARER = TokenHeader("Authorization", "Bearer ")
QUICK = Limits(connect_seconds=1.0, read_seconds=0.5, total_seconds=0.5)
OK = Reply(body=b"fine")


class Cache:
    def __init__(self) -> None:
        self.kept: dict[str, ConditionalRequest] = {}

    def get(self, url: str) -> ConditionalRequest | None:
        return self.kept.get(url)

    def put(self, request: ConditionalRequest) -> None:
        self.kept[request.url] = request


def unasked(host: str, port: int) -> Sequence[str]:
    raise AssertionError(f"the resolver was asked for {host}:{port}")


def never(where: tuple[str, int], seconds: float) -> socket.socket:
    raise AssertionError(f"a connection to {where} within {seconds} s was tried")


def client(
    *servers: Loopback,
    limits: Limits | None = None,
    tokens: dict[str, str] | None = None,
    cache: Cache | None = None,
    hosts: Sequence[tuple[str, int]] = (),
    resolve: Resolver = unasked,
    connect: Connect = dial,
    ca_file: Path | None = None,
) -> HttpClient:
    opened = [("127.0.0.1", server.port) for server in servers] + list(hosts)
    rules = EgressRules(
        allow=frozenset(HostPort(host, port) for host, port in opened), tokens=tokens or {}, user_agent="Test/1"
    )
    guard = Guard(rules, resolve)
    return HttpClient(guard, rules, limits or Limits(), cache, connect=connect, ca_file=ca_file)
