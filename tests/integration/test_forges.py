# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Snapshots by way of info/refs, the same for all forges, and plain git servers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harvesters.forges import FORGES
from registry.errors import (
    EmptyRepository,
    FetchError,
    Garbage,
    Gone,
    InvalidInput,
    NeedsPassword,
    RateLimited,
    TooLarge,
    Unreachable,
)
from registry.model import (
    ForgeKind,
    Moved,
    NotModified,
    Snapshot,
)
from support.house import NOW, OID, OTHER, House, refs
from support.loopback import Loopback, Reply


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
        with pytest.raises(Garbage, match="redirects to"):
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
    if fault in (Gone, Garbage, NeedsPassword):
        assert caught.value.subject == f"{house.url}/stadt/app"


def test_a_plain_server_lists_nothing(house: House) -> None:
    with pytest.raises(InvalidInput, match="each repository's URL"):
        next(house.forge(ForgeKind.GIT).list(f"{house.url}/stadt"))
    with pytest.raises(InvalidInput):
        house.forge(ForgeKind.GIT).repository(house.url)
