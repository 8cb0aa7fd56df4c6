# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What all workers share about hosts: remembered answers, figures, and who wants to be left alone."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from harvesters.forges import open_forge
from harvesters.guard import Guard
from harvesters.http import HttpClient
from registry.model import ConditionalRequest, EgressRules, ForgeKind, HostPort, HostTraffic, Limits
from registry.storage.store import Store
from support.house import FakeGit
from support.loopback import Loopback
from support.shelf import KINDS, Shelf, listed

pytest_plugins = ("support.databases",)

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
_OTHER_PROCESS = """
import sys
from datetime import UTC, datetime
from registry.model import HostTraffic
from registry.storage.store import Store
store = Store.open(sys.argv[1])
for _ in range(20):
    store.hosts.add([HostTraffic("a.example", requests=1, bytes=10)], datetime(2026, 11, 22, 4, tzinfo=UTC))
found = store.request_cache().get("https://a.example/page")
assert found is not None and found.body == b"one" and dict(found.headers) == {"link": "<x>; rel=next"}, found
store.hosts.pause("b.example", datetime(2026, 11, 22, 5, tzinfo=UTC), "rate-limited")
store.close()
"""


def request(url: str = "https://a.example/page", **more: Any) -> ConditionalRequest:
    known = {"etag": '"1"', "last_modified": None, "status": 200, "sha256": "0" * 64, "fetched_at": NOW, "body": b"one"}
    return ConditionalRequest(url, **{**known, **more})


def test_remembered_answers_come_back_as_they_were(store: Store) -> None:
    cache = store.request_cache()
    for known in (
        request(headers={"link": "<x>; rel=next", "x-total": "7"}),
        request(etag=None, last_modified="Sun, 22 Nov 2026 03:00:00 GMT", body=b""),
        request(status=404, etag=None, body=None),
        request(etag='W/"ü"', body=bytes(range(256)) * 5000),
    ):
        cache.put(known)
        assert store.request_cache().get(known.url) == known
    assert cache.get("https://a.example/other") is None


def test_an_answer_from_before_headers_were_kept_is_asked_for_whole(
    store: Store, query: Callable[[str], list[tuple[Any, ...]]]
) -> None:
    store.request_cache().put(request())
    with store._database.write() as connection:
        connection.exec_driver_sql("UPDATE conditional_request SET headers = NULL")
    assert store.request_cache().get(request().url) is None
    assert query("SELECT count(*) FROM conditional_request") == [(1,)]


def test_answers_of_no_more_use_are_forgotten(store: Store) -> None:
    cache = store.request_cache()
    cache.put(request("https://a.example/old", fetched_at=NOW - timedelta(days=40)))
    cache.put(request("https://a.example/new"))
    assert cache.forget(NOW - timedelta(days=30)) == 1
    assert (cache.get("https://a.example/old"), cache.get("https://a.example/new")) == (
        None,
        request("https://a.example/new"),
    )


def test_figures_of_hosts_add_up(store: Store) -> None:
    hosts = store.hosts
    hosts.add([], NOW)
    assert (hosts.all(), hosts.paused(NOW)) == ([], {})
    hosts.add([HostTraffic("b", 1, 1, 100, 0, 0.5), HostTraffic("a", 2, 0, 2**40, 1, 1.25)], NOW)
    hosts.add([HostTraffic("b", 3, 2, 50, 1, 0.25)], LATER)
    assert hosts.all() == [HostTraffic("a", 2, 0, 2**40, 1, 1.25), HostTraffic("b", 4, 3, 150, 1, 0.75)]


def test_a_host_is_left_alone_until_it_may_be_asked(store: Store) -> None:
    hosts = store.hosts
    hosts.pause("a", LATER, "rate-limited")
    hosts.add([HostTraffic("a", 1)], NOW)
    hosts.pause("a", NOW + timedelta(minutes=5), "unreachable")
    (found,) = hosts.all()
    assert (found.requests, found.paused_until, found.paused_for) == (1, LATER, "rate-limited")
    assert hosts.paused(NOW) == {"a": LATER}
    assert hosts.paused(LATER) == {}
    hosts.add([HostTraffic("a", paused_until=LATER + timedelta(hours=1), paused_for="unreachable")], NOW)
    assert hosts.paused(LATER) == {"a": LATER + timedelta(hours=1)}
    hosts.resume("a")
    assert (hosts.paused(NOW), hosts.all()) == ({}, [HostTraffic("a", 1)])


def test_processes_and_threads_share_the_tables(store: Store, migrated_url: str) -> None:
    store.request_cache().put(request(headers={"link": "<x>; rel=next"}))
    command = [sys.executable, "-c", _OTHER_PROCESS, migrated_url]
    others = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(2)]

    def count() -> None:
        for number in range(20):
            store.hosts.add([HostTraffic("a.example", requests=1), HostTraffic("c.example", requests=1)], NOW)
            store.request_cache().put(request(f"https://a.example/{number % 3}"))

    threads = [threading.Thread(target=count) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for other in others:
        _, told = other.communicate(timeout=60)
        assert (other.returncode, told) == (0, b"")
    assert [(each.name, each.requests, each.bytes) for each in store.hosts.all()] == [
        ("a.example", 100, 400),
        ("b.example", 0, 0),
        ("c.example", 60, 0),
    ]
    assert list(store.hosts.paused(NOW)) == ["b.example"]


def test_one_worker_asks_by_what_another_remembered(store: Store, migrated_url: str) -> None:
    """Pages whose 304 tells nothing of the next one, listed by two workers in turn."""
    kind = next(kind for kind in KINDS if kind.forge is ForgeKind.GITEA and kind.most == 50)
    with Loopback() as server:
        shelf = Shelf(server, kind, [kind.item(number) for number in range(230)])
        rules = EgressRules(allow=frozenset({HostPort("127.0.0.1", server.port)}))
        for status in (200, 304):
            worker = Store.open(migrated_url)
            http = HttpClient(Guard(rules), rules, Limits(), worker.request_cache())
            shelf.statuses.clear()
            assert len(listed(open_forge(kind.forge, http, FakeGit()), f"{server.url}/stadt")) == 230
            assert shelf.statuses == [status] * 5
            store.hosts.add(http.traffic.take(), NOW)
            worker.close()
    (found,) = store.hosts.all()
    assert (found.requests, found.not_modified) == (10, 5)
