# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""GitHub, played on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from registry.errors import (
    FetchError,
    Garbage,
    Gone,
    InvalidInput,
    RateLimited,
    TooLarge,
)
from registry.model import ForgeKind, NotModified, RepositoryRef, Snapshot
from support.house import NOW, House, names, refs
from support.loopback import Loopback, Reply, Request, as_json
from support.telling import told


@pytest.fixture
def house() -> Iterator[House]:
    with Loopback() as running:
        yield House(running)


GITHUB = {
    "full_name": "stadt/App",
    "name": "App",
    "html_url": "https://github.com/stadt/App",
    "clone_url": "https://github.com/stadt/App.git",
    "description": " Mängelmelder ",
    "homepage": "https://app.example",
    "private": False,
    "visibility": "public",
    "fork": True,
    "parent": {"full_name": "kreis/App", "html_url": "https://github.com/kreis/App"},
    "archived": False,
    "size": 12,
    "stargazers_count": 3,
    "license": {"spdx_id": "EUPL-1.2"},
    "topics": ["kommune", "kommune", ""],
    "mirror_url": None,
    "has_issues": True,
    "default_branch": "main",
    "pushed_at": "2026-11-01T00:00:00Z",
}


def test_one_github_repository(house: House) -> None:
    house.routes["/api/v3/repos/stadt/app"] = as_json(GITHUB, ETag='"1"')
    ref = house.forge(ForgeKind.GITHUB).repository(f"{house.url}/stadt/app")
    web = house.url
    assert (ref.url, ref.fetch_url, ref.forge) == (f"{web}/stadt/App", f"{web}/stadt/App.git", ForgeKind.GITHUB)
    facts = ref.facts
    assert (facts.name, facts.description, facts.homepage) == ("App", "Mängelmelder", "https://app.example")
    assert (facts.archived, facts.fork, facts.mirror, facts.private, facts.empty) == (False, True, False, False, False)
    assert (facts.parent_url, facts.licence, facts.topics) == (f"{web}/kreis/App", "EUPL-1.2", ("kommune",))
    assert (facts.stars, facts.issues_url, facts.default_branch) == (3, f"{web}/stadt/App/issues", "main")
    request = house.server.requests[0]
    assert request.headers["authorization"] == "Bearer geheim"
    assert request.headers["accept"] == "application/vnd.github+json"


@pytest.mark.parametrize(
    ("change", "noticed"),
    [
        ({}, False),
        ({"stargazers_count": 4}, False),
        ({"pushed_at": "2026-11-02T00:00:00Z"}, True),
        ({"archived": True}, True),
        ({"description": "anders"}, True),
        ({"default_branch": "trunk"}, True),
        ({"license": {"spdx_id": "MIT"}}, True),
        ({"topics": []}, True),
    ],
)
def test_what_the_github_detector_notices(house: House, change: dict[str, Any], noticed: bool) -> None:
    house.routes["/api/v3/repos/stadt/app"] = [as_json(GITHUB), as_json({**GITHUB, **change})]
    first, second = (house.forge(ForgeKind.GITHUB).repository(f"{house.url}/stadt/app") for _ in range(2))
    assert first.detector is not None
    assert (first.detector != second.detector) is noticed


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"license": None}, "licence", None),
        ({"license": {"spdx_id": "NOASSERTION"}}, "licence", None),
        ({"size": 0}, "empty", True),
        ({"size": "0"}, "empty", None),
        ({"private": True, "visibility": "private"}, "private", True),
        ({"visibility": "internal"}, "private", True),
        ({"visibility": None}, "private", False),
        ({"mirror_url": "https://x.example"}, "mirror", True),
        ({"homepage": "javascript:alert(1)"}, "homepage", None),
        ({"homepage": "https://u:p@x.example"}, "homepage", None),
        ({"homepage": ""}, "homepage", None),
        ({"has_issues": False}, "issues_url", None),
        ({"parent": None}, "parent_url", None),
        ({"parent": {"full_name": "../.."}}, "parent_url", None),
        ({"topics": "kommune"}, "topics", ()),
        ({"stargazers_count": True}, "stars", None),
        ({"description": 7}, "description", None),
    ],
)
def test_what_github_leaves_open(house: House, change: dict[str, Any], field: str, value: object) -> None:
    house.routes["/api/v3/repos/stadt/app"] = as_json({**GITHUB, **change})
    facts = house.forge(ForgeKind.GITHUB).repository(f"{house.url}/stadt/app").facts
    assert getattr(facts, field) == value


def test_a_github_organisation_page_by_page(house: House) -> None:
    first = "/api/v3/orgs/stadt/repos?per_page=100"
    second = "/api/v3/organizations/7/repos?per_page=100&page=2"
    links = f'<{house.url}{second}>; rel="next", <{house.url}{second}>; rel="last"'
    unchanged = '"1"'

    def page(request: Request) -> Reply:
        if request.headers.get("if-none-match") == unchanged:
            return Reply(304, {"Link": links})
        return as_json([GITHUB, {"name": "no repository"}, "nor this"], ETag=unchanged, Link=links)

    house.routes |= {first: page, second: as_json([{**GITHUB, "full_name": "stadt/zwei", "html_url": ""}, GITHUB])}
    forge = house.forge(ForgeKind.GITHUB)
    for _ in range(2):
        assert names(forge, f"{house.url}/stadt") == ["App", "zwei"]
    assert house.server.targets() == [first, second, first, second]


def test_an_unchanged_full_page_without_links_has_a_successor(house: House) -> None:
    first = "/api/v3/orgs/stadt/repos?per_page=100"
    items = [{**GITHUB, "full_name": f"stadt/r{number}", "html_url": None} for number in range(130)]

    def page(request: Request) -> Reply:
        if "if-none-match" in request.headers:
            return Reply(304)
        return as_json(items[:100], ETag='"1"', Link=f'<{house.url}{first}&page=2>; rel="next"')

    house.routes |= {first: page, f"{first}&page=2": as_json(items[100:])}
    for _ in range(2):
        assert len(names(house.forge(ForgeKind.GITHUB), f"{house.url}/stadt")) == 130


def test_a_github_user_is_found_where_there_is_no_organisation(house: House) -> None:
    house.routes["/api/v3/users/erika/repos"] = as_json([GITHUB])
    assert names(house.forge(ForgeKind.GITHUB), f"{house.url}/erika") == ["App"]
    with pytest.raises(Gone):
        names(house.forge(ForgeKind.GITHUB), f"{house.url}/niemand")


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (as_json({"message": "odd"}), Garbage),
        (Reply(body=b"<html>"), Garbage),
        (Reply(body=b"[" * 200_000), Garbage),
        (Reply(body=b"\xff"), Garbage),
        (as_json([], Link='<https://evil.example/page2>; rel="next"'), Garbage),
        (as_json([], Link='</api/v3/orgs/stadt/repos?per_page=100>; rel="next"'), Garbage),
        (Reply(403, {"x-ratelimit-remaining": "0"}), RateLimited),
    ],
)
def test_a_listing_that_cannot_be_trusted(house: House, reply: Reply, fault: type[FetchError]) -> None:
    house.routes["/api/v3/orgs/stadt/repos?per_page=100"] = reply
    with pytest.raises(fault) as caught:
        names(house.forge(ForgeKind.GITHUB), f"{house.url}/stadt")
    assert caught.value.subject == f"{house.url}/stadt"
    told(caught.value)
    assert len(house.server.requests) == 1


def test_a_page_that_vanishes_does_not_start_another_listing(house: House) -> None:
    house.routes |= {
        "/api/v3/orgs/stadt/repos?per_page=100": as_json([GITHUB], Link='</api/v3/gone>; rel="next"'),
        "/api/v3/users/stadt/repos": as_json([GITHUB]),
    }
    with pytest.raises(Gone):
        names(house.forge(ForgeKind.GITHUB), f"{house.url}/stadt")
    assert len(house.server.requests) == 2


def test_a_listing_without_end_is_cut(house: House) -> None:
    def page(request: Request) -> Reply:
        number = int(request.target.partition("&page=")[2] or 1)
        return as_json([], Link=f'</api/v3/orgs/stadt/repos?per_page=100&page={number + 1}>; rel="next"')

    house.routes["/api/v3/orgs/stadt/repos"] = page
    with pytest.raises(TooLarge, match="page > 300"):
        names(house.forge(ForgeKind.GITHUB), f"{house.url}/stadt")


@pytest.mark.parametrize("path", ["", "/", "/stadt", "/stadt/", "/orgs", "/a/b/c"])
def test_what_is_no_github_repository(house: House, path: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        house.forge(ForgeKind.GITHUB).repository(house.url + path)
    assert caught.value.rule == "input-no-repository"
    assert "https://github.com/OWNER/NAME" in told(caught.value)
    assert house.server.connections == 0


def test_what_is_no_github_organisation(house: House) -> None:
    for path in ("", "/stadt/app"):
        with pytest.raises(InvalidInput, match="input-no-organisation"):
            next(house.forge(ForgeKind.GITHUB).list(house.url + path))


LISTED = {name: value for name, value in GITHUB.items() if name != "parent"}
"""GitHub's listings leave the parent out."""
ORGANISATION, SINGLE = "/api/v3/orgs/stadt/repos?per_page=100", "/api/v3/repos/stadt/App"
INFO_REFS = "/stadt/App.git/info/refs?service=git-upload-pack"


def listed_app(house: House) -> RepositoryRef:
    (page,) = house.forge(ForgeKind.GITHUB).list(f"{house.url}/stadt")
    (ref,) = page.repositories
    return ref


def test_where_a_listed_fork_comes_from_is_asked_once(house: House) -> None:
    house.routes |= {ORGANISATION: as_json([LISTED]), SINGLE: as_json(GITHUB), INFO_REFS: refs()}
    first = house.forge(ForgeKind.GITHUB).snapshot(listed_app(house), None, NOW)
    assert isinstance(first, Snapshot)
    assert first.ref.facts.parent_url == f"{house.url}/kreis/App"
    assert house.server.targets() == [ORGANISATION, SINGLE, INFO_REFS]
    again = house.forge(ForgeKind.GITHUB).snapshot(listed_app(house), first.detector, NOW)
    assert isinstance(again, NotModified)
    assert house.server.targets() == [ORGANISATION, SINGLE, INFO_REFS, ORGANISATION]


@pytest.mark.parametrize("item", [{**LISTED, "fork": False}, GITHUB])
def test_nothing_is_asked_about_what_is_no_fork_or_names_its_parent(house: House, item: dict[str, Any]) -> None:
    house.routes |= {ORGANISATION: as_json([item]), INFO_REFS: refs()}
    assert isinstance(house.forge(ForgeKind.GITHUB).snapshot(listed_app(house), None, NOW), Snapshot)
    assert house.server.targets() == [ORGANISATION, INFO_REFS]


def test_a_fork_whose_parent_could_not_be_asked_is_read_and_asked_about_the_next_night(house: House) -> None:
    house.routes |= {ORGANISATION: as_json([LISTED]), SINGLE: Reply(404), INFO_REFS: refs()}
    first = house.forge(ForgeKind.GITHUB).snapshot(listed_app(house), None, NOW)
    assert isinstance(first, Snapshot)
    assert (first.ref.facts.fork, first.ref.facts.parent_url) == (True, None)
    unchanged = house.forge(ForgeKind.GITHUB).snapshot(listed_app(house), first.detector, NOW)
    assert isinstance(unchanged, NotModified)
    house.routes[SINGLE] = as_json(GITHUB)
    second = house.forge(ForgeKind.GITHUB).snapshot(listed_app(house), unchanged.detector, NOW)
    assert isinstance(second, Snapshot)
    assert second.ref.facts.parent_url == f"{house.url}/kreis/App"
    assert len(house.git.taken) == 2
