# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Snapshots by way of info/refs, the same for all forges, and plain git servers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harvesters.forges import FORGES
from harvesters.forges.plain import PlainGit
from registry.errors import (
    EmptyRepository,
    FetchError,
    Garbage,
    Gone,
    InvalidInput,
    NeedsPassword,
    RateLimited,
    Refused,
    TooLarge,
    TooSlow,
    Unreachable,
)
from registry.model import (
    ForgeKind,
    Limits,
    Moved,
    NotModified,
    RepositoryRef,
    Snapshot,
)
from support.door import client
from support.house import NOW, OID, OTHER, House, refs
from support.loopback import Loopback, Reply
from support.telling import told


@pytest.fixture
def house() -> Iterator[House]:
    with Loopback() as running:
        yield House(running)


def test_there_is_a_forge_for_every_kind(house: House) -> None:
    assert {forge.kind for forge in FORGES} == set(ForgeKind)
    for kind in ForgeKind:
        assert house.forge(kind).kind is kind
    assert house.server.connections == 0


def test_the_change_detector_of_git(house: House) -> None:
    house.routes["/stadt/app.git/info/refs"] = refs()
    forge = house.forge(ForgeKind.GIT)
    first = forge.snapshot(house.ref(), None, NOW)
    assert isinstance(first, Snapshot)
    assert (first.commit, first.branch) == (OID, "main")
    assert forge.snapshot(house.ref(), first.detector, NOW) == NotModified(house.ref(), first.detector)
    assert len(house.git.taken) == 1
    house.routes["/stadt/app.git/info/refs"] = refs(OTHER)
    second = forge.snapshot(house.ref(), first.detector, NOW)
    assert isinstance(second, Snapshot)
    assert second.detector != first.detector
    assert set(house.server.targets()) == {"/stadt/app.git/info/refs?service=git-upload-pack"}
    assert all("git-protocol" not in request.headers for request in house.server.requests)
    assert all("geheim" not in str(request.headers) for request in house.server.requests)


def test_the_change_detector_of_the_forge_needs_no_request(house: House) -> None:
    house.routes["/stadt/app.git/info/refs"] = refs()
    forge = house.forge(ForgeKind.GIT)
    ref = house.ref(detector="pushed yesterday")
    first = forge.snapshot(ref, None, NOW)
    assert isinstance(first, Snapshot)
    assert first.detector == "pushed yesterday"
    house.server.requests.clear()
    assert forge.snapshot(ref, first.detector, NOW) == NotModified(ref, "pushed yesterday")
    assert house.server.requests == []
    # Equal refs are not enough when the forge says that something about the repository is new.
    before = forge.snapshot(house.ref(), None, NOW)
    assert isinstance(before, Snapshot)
    assert isinstance(forge.snapshot(house.ref(detector="archived today"), before.detector, NOW), Snapshot)


@pytest.mark.parametrize("served", ["/stadt/app.git", "/stadt/app"])
@pytest.mark.parametrize("given", ["/stadt/app.git", "/stadt/app", "/stadt/app/"])
def test_a_plain_server_with_or_without_the_ending(house: House, served: str, given: str) -> None:
    house.routes[f"{served}/info/refs"] = refs()
    forge = house.forge(ForgeKind.GIT)
    ref = forge.repository(f"{house.url}{given}")
    assert (ref.url, ref.forge) == (f"{house.url}/stadt/app", ForgeKind.GIT)
    assert isinstance(forge.snapshot(ref, None, NOW), Snapshot)
    assert house.git.taken[0].fetch_url == f"{house.url}{served}"


def test_a_permanent_redirect_is_a_move(house: House) -> None:
    house.routes |= {
        "/stadt/app.git/info/refs": Reply(301, {"Location": "/kreis/app.git/info/refs?service=git-upload-pack"}),
        "/kreis/app.git/info/refs": refs(),
    }
    forge = house.forge(ForgeKind.GIT)
    moved = forge.snapshot(house.ref(), None, NOW)
    assert isinstance(moved, Moved)
    assert moved.to.url == f"{house.url}/kreis/app"
    assert house.git.taken == []
    assert isinstance(forge.snapshot(moved.to, None, NOW), Snapshot)
    house.git.moved_to = f"{house.url}/land/app.git"
    again = forge.snapshot(moved.to, None, NOW)
    assert isinstance(again, Moved)
    assert again.to.url == f"{house.url}/land/app"


def test_a_move_to_another_host_and_one_to_nowhere(house: House) -> None:
    house.git.moved_to = "https://github.com/stadt/app.git/info/refs?service=git-upload-pack"
    house.routes["/stadt/app.git/info/refs"] = refs()
    moved = house.forge(ForgeKind.GITLAB).snapshot(house.ref(), None, NOW)
    assert isinstance(moved, Moved)
    assert (moved.to.url, moved.to.forge) == ("https://github.com/stadt/app", ForgeKind.GITHUB)
    for nowhere in ("https://u:p@github.com/a/b", f"{house.url}/stadt/app", "mailto:x"):
        house.git.moved_to = nowhere
        with pytest.raises(Garbage, match="answer-redirects"):
            house.forge(ForgeKind.GIT).snapshot(house.ref(), None, NOW)


def test_other_redirects_are_no_move_but_git_goes_there_at_once(house: House) -> None:
    house.routes |= {
        "/stadt/app.git/info/refs": Reply(
            301, {"Location": f"{house.url}/stadt/app/info/refs?service=git-upload-pack"}
        ),
        "/stadt/app/info/refs": Reply(302, {"Location": f"{house.url}/mirror/7/info/refs?service=git-upload-pack"}),
        "/mirror/7/info/refs": refs(),
    }
    assert isinstance(house.forge(ForgeKind.GIT).snapshot(house.ref(), None, NOW), Snapshot)
    assert (house.git.taken[0].url, house.git.taken[0].fetch_url) == (f"{house.url}/stadt/app", f"{house.url}/mirror/7")


@pytest.mark.parametrize(
    ("with_ending", "without", "fault"),
    [
        (Reply(404), Reply(404), Gone),
        (Reply(404), Reply(410), Gone),
        (Reply(401), Reply(404), NeedsPassword),
        (Reply(404), Reply(body=b"<html>"), Garbage),
        (Reply(body=b"<html>"), Reply(404), Garbage),
        (Reply(302, {"Location": "/users/sign_in"}), Reply(404), NeedsPassword),
        (Reply(302, {"Location": "/"}), Reply(404), Garbage),
        (Reply(body=f"{OID}\trefs/heads/main\n".encode()), Reply(404), Garbage),
        (Reply(500), refs(), Unreachable),
        (Reply(429), refs(), RateLimited),
        (Reply(body=b"x" * (9 * 2**20)), refs(), TooLarge),
        (Reply(body=b"001e# service=git-upload-pack\n00000000"), refs(), EmptyRepository),
    ],
)
def test_what_may_be_wrong_with_a_repository(
    house: House, with_ending: Reply, without: Reply, fault: type[FetchError]
) -> None:
    house.routes |= {
        "/stadt/app.git/info/refs": with_ending,
        "/stadt/app/info/refs": without,
        "/users/sign_in": Reply(body=b"<html>"),
        "/": Reply(body=b"<html>"),
    }
    with pytest.raises(FetchError) as caught:
        house.forge(ForgeKind.GIT).snapshot(house.ref(), None, NOW)
    assert type(caught.value) is fault
    assert house.git.taken == []
    assert caught.value.subject == f"{house.url}/stadt/app"
    told(caught.value)


def test_a_plain_server_lists_nothing(house: House) -> None:
    with pytest.raises(InvalidInput) as caught:
        next(house.forge(ForgeKind.GIT).list(f"{house.url}/stadt"))
    assert "jedes Repository einzeln" in told(caught.value)


@pytest.mark.parametrize("kind", list(ForgeKind))
def test_a_host_is_no_repository_on_any_forge(house: House, kind: ForgeKind) -> None:
    for url in (house.url, f"{house.url}/", f"{house.url}//", f"{house.url}/?a=b"):
        with pytest.raises(InvalidInput) as caught:
            house.forge(kind).repository(url)
        assert caught.value.rule == "input-no-repository"
        told(caught.value)
    assert house.server.connections == 0


@pytest.mark.parametrize(
    ("reply", "fault", "rule"),
    [
        (Reply(401), NeedsPassword, "token-refused"),
        (Reply(404), Gone, "repository-gone"),
        (Reply(429), RateLimited, "rate-limited"),
        (Reply(500), Unreachable, "unreachable"),
        (Reply(302, {"Location": "https://10.0.0.1/x"}), Refused, "fetch-refused-redirect"),
        (Reply(302, {"Location": "/nowhere"}), Gone, "repository-gone"),
        (Reply(headers={"Content-Length": "99999999"}), TooLarge, "too-large"),
        (Reply(body=b"<html>"), Garbage, "answer-no-api"),
        (Reply(body=b"{}"), Garbage, "answer-no-api"),
    ],
)
@pytest.mark.parametrize("kind", [kind for kind in ForgeKind if kind is not ForgeKind.GIT])
def test_errors_of_the_api_name_what_people_asked_for(
    house: House, kind: ForgeKind, reply: Reply, fault: type[FetchError], rule: str
) -> None:
    paths = ("/api/v3/repos/stadt/app", "/api/v3/orgs/stadt/repos", "/api/v3/users/stadt/repos")
    paths += ("/api/v4/projects/stadt%2Fapp", "/api/v4/groups/stadt/projects", "/api/v4/users/stadt/projects")
    paths += ("/api/v1/repos/stadt/app", "/api/v1/orgs/stadt/repos", "/api/v1/users/stadt/repos")
    paths += ("/2.0/repositories/stadt/app", "/2.0/repositories/stadt")
    house.routes.update(dict.fromkeys(paths, reply))
    url = f"{house.url}/stadt"
    for ask, about in (
        (lambda: house.forge(kind).repository(f"{url}/app"), f"{url}/app"),
        (lambda: list(house.forge(kind).list(url)), url),
    ):
        with pytest.raises(FetchError) as caught:
            ask()
        assert (type(caught.value), caught.value.rule, caught.value.subject) == (fault, rule, about)
        told(caught.value)


def test_a_host_that_is_down_or_slow_is_told_by_the_repositorys_name(house: House) -> None:
    quick = Limits(connect_seconds=1.0, read_seconds=0.2, total_seconds=0.3)
    with Loopback({"/stadt/app.git/info/refs": Reply(raw=b"", pieces=[b""] * 20, pause=0.05)}) as other:
        ref = RepositoryRef(f"{other.url}/stadt/app", f"{other.url}/stadt/app.git", ForgeKind.GIT)
        forge = PlainGit(client(other, limits=quick), house.git)
        with pytest.raises(TooSlow) as slow:
            forge.snapshot(ref, None, NOW)
    with pytest.raises(Unreachable) as down:
        forge.snapshot(ref, None, NOW)
    assert (slow.value.subject, down.value.subject) == (ref.url, ref.url)
    assert slow.value.detail in ("> 0.2 s", "> 0.3 s")
    assert down.value.detail == "connection refused"
