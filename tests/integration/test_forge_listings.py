# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What an organisation costs on each kind of forge: requests counted by a server on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from harvesters.forges import open_forge
from harvesters.guard import Guard
from harvesters.http import HttpClient
from registry.errors import FetchError, Garbage, Gone, Refused
from registry.model import EgressRules, ForgeKind, HostPort, Limits
from support.house import NOW, Cache, House, names
from support.loopback import Loopback, Reply, as_json
from support.shelf import KINDS, Kind, Shelf, gitea, listed

API_KINDS = [kind for kind in KINDS if kind.most in (50, 100) and "next" not in kind.ways]


@pytest.fixture
def house() -> Iterator[House]:
    with Loopback() as running:
        yield House(running)


def stock(kind: Kind, number: int) -> list[dict[str, object]]:
    return [kind.item(each) for each in range(number)]


@pytest.mark.parametrize("headers_with_304", [False, True], ids=["bare 304", "full 304"])
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_an_unchanged_organisation_costs_one_conditional_request_a_page(
    house: House, kind: Kind, headers_with_304: bool
) -> None:
    shelf = Shelf(house.server, kind, stock(kind, 1000), headers_with_304=headers_with_304)
    forge = house.forge(kind.forge)
    wanted = [f"r{number}" for number in range(1000)]
    pages = 1000 // kind.most + (1000 % kind.most > 0)
    for status in (200, 304, 304):
        shelf.statuses.clear()
        assert listed(forge, f"{house.url}/stadt") == wanted
        assert shelf.statuses == [status] * pages
    taken = house.http.traffic.take()
    assert [(each.requests, each.not_modified, each.failures) for each in taken] == [(3 * pages, 2 * pages, 0)]


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_no_page_is_asked_for_that_lists_nothing(house: House, kind: Kind) -> None:
    shelf = Shelf(house.server, kind, [], headers_with_304=True)
    for number in (0, 1, kind.most - 1, kind.most, kind.most + 1, 2 * kind.most):
        shelf.items, shelf.statuses = stock(kind, number), []
        assert listed(house.forge(kind.forge), f"{house.url}/stadt") == [f"r{each}" for each in range(number)]
        assert len(shelf.statuses) == max(1, number // kind.most + (number % kind.most > 0)), number


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_a_repository_added_at_the_end_is_found_behind_unchanged_pages(house: House, kind: Kind) -> None:
    shelf = Shelf(house.server, kind, stock(kind, 2 * kind.most), headers_with_304=True)
    forge = house.forge(kind.forge)
    listed(forge, f"{house.url}/stadt")
    shelf.items.append(kind.item(7777))
    assert listed(forge, f"{house.url}/stadt")[-1] == "r7777"


def test_a_last_page_whose_304_tells_nothing_is_asked_for_whole_after_some_days(house: House) -> None:
    kind = KINDS[2]
    shelf = Shelf(house.server, kind, stock(kind, 2 * kind.most))
    now = NOW
    rules = EgressRules(allow=frozenset({HostPort("127.0.0.1", house.server.port)}))
    http = HttpClient(Guard(rules), rules, Limits(), Cache(), clock=lambda: now)
    forge = open_forge(kind.forge, http, house.git)
    assert "r7777" not in listed(forge, f"{house.url}/stadt")
    shelf.items.append(kind.item(7777))
    now += timedelta(days=8)
    assert listed(forge, f"{house.url}/stadt")[-1] == "r7777"


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_pages_that_shift_back_give_each_repository_once(house: House, kind: Kind) -> None:
    def between(number: int, shelf: Shelf) -> None:
        if number == 2 and len(shelf.items) == 2 * kind.most + 5:
            shelf.items.insert(0, kind.item(-5))

    Shelf(house.server, kind, stock(kind, 2 * kind.most + 5), conditional=False, between=between)
    found = listed(house.forge(kind.forge), f"{house.url}/stadt")
    assert len(found) == len(set(found))
    assert {f"r{number}" for number in range(2 * kind.most + 5)} <= set(found)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.ways & {"total", "count", "body", "keyset"}], ids=str)
def test_a_repository_deleted_meanwhile_hides_no_other(house: House, kind: Kind) -> None:
    def between(number: int, shelf: Shelf) -> None:
        if number == 2 and shelf.items[0] == kind.item(0):
            del shelf.items[0]

    Shelf(house.server, kind, stock(kind, 2 * kind.most + 5), conditional=False, between=between)
    found = listed(house.forge(kind.forge), f"{house.url}/stadt")
    assert sorted(found) == sorted(f"r{number}" for number in range(2 * kind.most + 5))


def test_a_push_meanwhile_hides_no_repository_of_a_gitea(house: House) -> None:
    # Gitea lists what changed last first: what is pushed while page 2 is read jumps to a page that was read already.
    kind = KINDS[4]

    def between(number: int, shelf: Shelf) -> None:
        if number == 2 and shelf.items[0] == kind.item(0):
            shelf.items.insert(0, shelf.items.pop(120))

    shelf = Shelf(house.server, kind, stock(kind, 130), conditional=False, between=between)
    found = listed(house.forge(kind.forge), f"{house.url}/stadt")
    assert sorted(found) == sorted(f"r{number}" for number in range(130))
    assert len(shelf.statuses) == 6


def test_a_server_that_tells_neither_total_nor_next_page(house: House) -> None:
    capped = replace(KINDS[4], most=10, ways=frozenset())
    shelf = Shelf(house.server, capped, stock(capped, 35))
    assert len(listed(house.forge(ForgeKind.GITEA), f"{house.url}/stadt")) == 35
    assert len(shelf.statuses) == 5
    # Gogs gives all at once, whatever page was asked for.
    house.routes["/api/v1/orgs/stadt/repos"] = as_json([gitea(number) for number in range(73)])
    assert len(listed(house.forge(ForgeKind.GITEA), f"{house.url}/stadt")) == 73


@pytest.mark.parametrize(
    ("kind", "first", "second"),
    [
        (ForgeKind.GITHUB, "/api/v3/orgs/erika/repos", "/api/v3/users/erika/repos"),
        (ForgeKind.GITLAB, "/api/v4/groups/erika/projects", "/api/v4/users/erika/projects"),
        (ForgeKind.GITEA, "/api/v1/orgs/erika/repos", "/api/v1/users/erika/repos"),
        (ForgeKind.FORGEJO, "/api/v1/orgs/erika/repos", "/api/v1/users/erika/repos"),
    ],
)
def test_that_a_user_is_no_organisation_is_asked_once(house: House, kind: ForgeKind, first: str, second: str) -> None:
    item = next(each.item(1) for each in KINDS if each.forge is kind)
    house.routes[second] = as_json([item], X_Total_Count="1")
    forge = house.forge(kind)
    for night in (1, 2, 3):
        house.server.requests.clear()
        assert names(forge, f"{house.url}/erika") == ["r1"]
        asked = [target.partition("?")[0] for target in house.server.targets()]
        assert asked == ([first, second] if night == 1 else [second])
    # Once the user has become an organisation it is found again, whatever was remembered.
    del house.routes[second]
    house.routes[first] = as_json([item], X_Total_Count="1")
    assert names(forge, f"{house.url}/erika") == ["r1"]
    del house.routes[first]
    with pytest.raises(Gone):
        names(forge, f"{house.url}/erika")


def test_a_gitlab_that_refuses_keyset_pages_is_asked_without_them(house: House) -> None:
    kind = KINDS[2]
    shelf = Shelf(house.server, kind, stock(kind, 3))
    house.routes[kind.path] = lambda request: (
        Reply(405, body=b'{"error":"no keyset here"}') if "keyset" in request.target else shelf.answer(request)
    )
    forge = house.forge(ForgeKind.GITLAB)
    assert len(listed(forge, f"{house.url}/stadt")) == 3
    house.server.requests.clear()
    assert len(listed(forge, f"{house.url}/stadt")) == 3
    assert len(house.server.requests) == 1


@pytest.mark.parametrize("kind", API_KINDS, ids=str)
@pytest.mark.parametrize("way", ["next", "redirect"])
def test_no_token_and_no_listing_goes_to_another_host(house: House, kind: Kind, way: str) -> None:
    with Loopback() as other:
        target = f"{other.url}{kind.path}?page=2"
        house.http = _client(house.server, other)
        if way == "redirect":
            house.routes[kind.path] = Reply(302, {"Location": target})
            with pytest.raises(Refused, match="fetch-refused-redirect"):
                listed(house.forge(kind.forge), f"{house.url}/stadt")
        else:
            body = {"values": [kind.item(1)], "next": target} if "body" in kind.ways else [kind.item(1)]
            house.routes[kind.path] = as_json(body, Link=f'<{target}>; rel="next"')
            with pytest.raises(Garbage, match="rel=next"):
                listed(house.forge(kind.forge), f"{house.url}/stadt")
        assert "geheim" in str(house.server.requests[0].headers)
        assert other.connections == 0


@pytest.mark.parametrize("kind", API_KINDS, ids=str)
@pytest.mark.parametrize(
    "reply",
    [
        as_json({"message": "odd"}),
        as_json({"values": {"a": 1}}),
        Reply(body=b"<html>"),
        Reply(body=b"[" * 200_000),
        Reply(body=b"\xff"),
        Reply(body=b"null"),
    ],
    ids=["object", "values", "html", "deep", "bytes", "null"],
)
def test_an_answer_that_is_no_listing(house: House, kind: Kind, reply: Reply) -> None:
    house.routes[kind.path] = reply
    with pytest.raises(FetchError) as caught:
        listed(house.forge(kind.forge), f"{house.url}/stadt")
    assert (type(caught.value), caught.value.subject) == (Garbage, f"{house.url}/stadt")


@pytest.mark.parametrize("kind", API_KINDS, ids=str)
def test_odd_items_cost_only_themselves(house: House, kind: Kind) -> None:
    odd = [None, 7, "x", [], {}, {"id": {}}, {"full_name": "a"}, {"full_name": "../..", "path_with_namespace": "../.."}]
    items = [*odd, kind.item(1), *odd, kind.item(1)]
    body = {"values": items} if "body" in kind.ways else items
    house.routes[kind.path] = as_json(body, X_Total_Count=str(len(items)))
    house.routes[f"{kind.path}?limit=50&page=2"] = as_json([], X_Total_Count=str(len(items)))
    assert listed(house.forge(kind.forge), f"{house.url}/stadt") == ["r1"]


def _client(*servers: Loopback) -> HttpClient:
    first = servers[0].port
    rules = EgressRules(
        allow=frozenset(HostPort("127.0.0.1", server.port) for server in servers),
        tokens={f"127.0.0.1:{first}": "geheim"},
    )
    return HttpClient(Guard(rules), rules, Limits(), Cache())
