# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Politeness: rests that a host asked for, distance between requests, and what was asked of whom."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from email.utils import formatdate

import pytest

from harvesters.answers import RawAnswer, rest, retry_after
from harvesters.manners import LONGEST_REST, Manners, quota_of
from registry.errors import FetchError, Gone, RateLimited
from registry.model import Limits
from support.door import OK, QUICK, client
from support.loopback import Loopback, Reply

NOW = 1_790_000_000.0


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as running:
        yield running


def answer(status: int = 200, body: bytes = b"", **headers: str) -> RawAnswer:
    return RawAnswer(status, {name.replace("_", "-"): text for name, text in headers.items()}, body)


SPENT = {"x_ratelimit_remaining": "0", "x_ratelimit_reset": str(int(NOW) + 100)}


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        (answer(), 0.0),
        (answer(**{**SPENT, "x_ratelimit_remaining": "1"}), 0.0),
        (answer(**SPENT), 100.0),
        (answer(304, **SPENT), 100.0),
        (answer(404, **SPENT), 100.0),
        (answer(ratelimit_remaining="0", ratelimit_reset=str(int(NOW) + 30)), 30.0),
        # The IETF's draft gives the seconds that are left.
        (answer(ratelimit_remaining="0", ratelimit_reset="45"), 45.0),
        (answer(**{**SPENT, "x_ratelimit_reset": str(int(NOW) - 100)}), 0.0),
        (answer(**{**SPENT, "x_ratelimit_reset": "bald"}), 0.0),
        (answer(**{**SPENT, "x_ratelimit_reset": "-5"}), 0.0),
        (answer(**{**SPENT, "x_ratelimit_reset": "9" * 400}), 0.0),
        (answer(x_ratelimit_remaining="0"), 0.0),
        (answer(x_ratelimit_remaining="null"), 0.0),
        (answer(429), 60.0),
        (answer(429, retry_after="120"), 120.0),
        (answer(429, retry_after="1e9"), 60.0),
        (answer(429, retry_after="Wed, 99 Nov 2026 25:61:00 GMT"), 60.0),
        (answer(429, retry_after=formatdate(NOW - 500, usegmt=True)), 0.0),
        (answer(403, retry_after="60"), 60.0),
        (answer(403, b'{"message":"You have exceeded a secondary rate limit"}'), 60.0),
        (answer(403, b'{"message":"You have triggered an abuse detection mechanism"}'), 60.0),
        (answer(403, b"no"), 0.0),
        (answer(503, retry_after="7"), 7.0),
        (answer(503), 0.0),
        # Our clock is an hour behind the server's: the moment is one of its clock.
        (answer(**SPENT, date=formatdate(NOW + 40, usegmt=True)), 60.0),
        (answer(403, **SPENT, date=formatdate(NOW + 3600, usegmt=True)), 0.0),
    ],
)
def test_how_long_a_host_wants_to_be_left_alone(given: RawAnswer, seconds: float) -> None:
    assert rest(given, NOW) == pytest.approx(seconds, abs=1)
    assert (retry_after(given, NOW) or 0) <= 1e6


@pytest.mark.parametrize("text", ["", " ", "soon", "-1", "NaN", "inf", "1" * 5000, "٣", "0x10", "1_0", "\x00"])
def test_garbage_for_a_waiting_time_is_no_waiting_time(text: str) -> None:
    assert retry_after(answer(429, retry_after=text), NOW) is None
    assert retry_after(answer(429, x_ratelimit_reset=text), NOW) is None


def test_after_the_last_answer_of_a_quota_nothing_is_sent(server: Loopback) -> None:
    spent = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(time.time()) + 500)}
    server.routes |= {"/api/v3/a": Reply(headers=spent, body=b"fine"), "/api/v3/b": OK, "/git/info/refs": OK}
    door = client(server)
    assert door.get(f"{server.url}/api/v3/a").body == b"fine"
    for path in ("/api/v3/a", "/api/v3/b") * 2:
        with pytest.raises(RateLimited) as caught:
            door.get(f"{server.url}{path}?private_token=geheim")
        assert caught.value.retry_after == pytest.approx(500, abs=60)
        assert caught.value.subject == f"{server.url}{path}"
    assert len(server.requests) == 1
    # Git and web pages are counted apart from the API, and GraphQL from both.
    assert door.get(f"{server.url}/git/info/refs").body == b"fine"
    with pytest.raises(Gone):
        door.get(f"{server.url}/api/graphql")
    # Another door (another process) knows nothing of it and finds out for itself.
    assert client(server).get(f"{server.url}/api/v3/b").body == b"fine"


def test_a_refusal_is_heeded_by_all_threads(server: Loopback) -> None:
    server.routes["/api/v4/a"] = Reply(429, {"Retry-After": "600"})
    door = client(server)
    found: list[FetchError] = []

    def ask() -> None:
        try:
            door.get(f"{server.url}/api/v4/a")
        except FetchError as error:
            found.append(error)

    ask()
    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(found) == 9
    assert all(isinstance(error, RateLimited) and 500 < (error.retry_after or 0) <= 600 for error in found)
    assert len(server.requests) == 1
    (told,) = door.traffic.take()
    assert (told.name, told.requests, told.failures) == (server.url[7:], 1, 1)


def test_a_short_rest_is_waited_for(server: Loopback) -> None:
    spent = {"X-RateLimit-Remaining": "0", "RateLimit-Reset": "1"}
    server.routes["/api/v3/a"] = [Reply(headers=spent, body=b"fine"), OK]
    door = client(server)
    started = time.monotonic()
    assert [door.get(f"{server.url}/api/v3/a").body for _ in range(2)] == [b"fine", b"fine"]
    assert time.monotonic() - started > 0.9


def test_what_was_asked_is_counted_by_host(server: Loopback) -> None:
    server.routes |= {
        "/a": Reply(body=b"x" * 1000),
        "/bad": Reply(500),
        "/mute": Reply(raw=b""),
        "/slow": Reply(raw=b"", pieces=[b""] * 40, pause=0.05),
    }
    door = client(server, limits=QUICK)
    with Loopback({"/a": OK}) as other:
        wide = client(server, other, limits=replace(QUICK, total_seconds=5.0))
        wide.get(f"{server.url}/a")
        server.routes["/moved"] = Reply(302, {"Location": f"{other.url}/a"})
        wide.get(f"{server.url}/moved")
        counted = {each.name: (each.requests, each.bytes, each.failures) for each in wide.traffic.take()}
        assert counted == {server.url[7:]: (2, 1000, 0), other.url[7:]: (1, 4, 0)}
        assert wide.traffic.take() == ()
    for path in ("/bad", "/mute", "/slow", "/none"):
        with pytest.raises(FetchError):
            door.get(f"{server.url}{path}")
    (counted_here,) = door.traffic.take()
    assert (counted_here.requests, counted_here.failures) == (6, 5)
    assert counted_here.seconds > 0.3


class Watch:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._lock = threading.Lock()

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.now += seconds


def test_requests_to_one_host_keep_their_distance() -> None:
    watch = Watch()
    manners = Manners(Limits(host_delay_seconds=0.25), watch, watch.sleep)
    starts: dict[str, list[float]] = {"a": [], "b": []}
    for host in ("a", "a", "b", "a"):
        with manners.turn(host):
            starts[host].append(watch.now - 1000.0)
    assert starts == {"a": [0.0, 0.25, 0.5], "b": [0.25]}
    watch.now += 10
    with manners.turn("a"):
        assert watch.now == 1010.5


def test_distance_is_kept_by_all_threads_of_a_door(server: Loopback) -> None:
    server.routes["/a"] = OK
    door = client(server, limits=Limits(host_delay_seconds=0.05, per_host=4))
    started = time.monotonic()
    threads = [threading.Thread(target=door.get, args=(f"{server.url}/a",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(server.requests) == 8
    # Seven gaps at least; without the delay eight requests take a hundredth of that.
    assert time.monotonic() - started >= 7 * 0.05


def test_a_rest_ends_and_a_longer_one_stays() -> None:
    watch = Watch()
    manners = Manners(Limits(), watch, watch.sleep)
    manners.let_rest("a", 50.0)
    manners.let_rest("a", 10.0)
    manners.let_rest("b", 1e9)
    manners.let_rest("c", 0.0)
    assert (manners.rests("a"), manners.rests("b"), manners.rests("c")) == (50.0, LONGEST_REST, 0.0)
    watch.now += 50.0
    assert manners.rests("a") == 0.0


@pytest.mark.parametrize(
    ("netloc", "path", "quota"),
    [
        ("api.github.com", "/orgs/a/repos", "api.github.com api"),
        ("api.github.com", "/graphql", "api.github.com graphql"),
        ("github.com", "/a/b.git/info/refs", "github.com"),
        ("gitlab.example", "/api/v4/projects/1", "gitlab.example api"),
        ("gitlab.example", "/a/b.git/info/refs", "gitlab.example"),
        ("ghe.example:8443", "/api/graphql", "ghe.example:8443 graphql"),
    ],
)
def test_what_counts_against_which_quota(netloc: str, path: str, quota: str) -> None:
    assert quota_of(netloc, path) == quota


def test_who_we_are_is_said_with_every_request(server: Loopback) -> None:
    server.routes["/a"] = Reply(302, {"Location": "/b"})
    server.routes["/b"] = OK
    client(server).get(f"{server.url}/a")
    assert [request.headers["user-agent"] for request in server.requests] == ["Test/1"] * 2
