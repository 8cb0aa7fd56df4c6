# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where the forks of a GitHub organisation come from: told of a whole page by one query, and remembered."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from harvesters.forges import open_forge
from harvesters.guard import Guard
from harvesters.http import HttpClient
from registry.model import EgressRules, ForgeKind, HostPort, Limits, NotModified, RepositoryRef, Snapshot
from support.house import NOW, Cache, House, refs
from support.loopback import Loopback, Reply, Request, as_json
from support.shelf import KINDS, Shelf

GRAPHQL = "/api/graphql"


@pytest.fixture
def house() -> Iterator[House]:
    with Loopback() as running:
        yield House(running)


def fork(number: int) -> dict[str, Any]:
    return {**KINDS[0].item(number), "fork": True, "size": 1}


def answered(request: Request) -> Reply:
    """Every fork comes from the owner ``kreis``, but r3, whose parent nobody may see."""
    question = json.loads(request.body)["query"]
    named = re.findall(r'(f\d+): repository\(owner: "stadt", name: "(r\d+)"\)', question)
    url = f"http://{request.headers['host']}/kreis"
    return as_json(
        {"data": {alias: {"parent": None if name == "r3" else {"url": f"{url}/{name}"}} for alias, name in named}}
    )


def listed(house: House, http: HttpClient | None = None) -> list[RepositoryRef]:
    forge = open_forge(ForgeKind.GITHUB, http or house.http, house.git)
    return [ref for page in forge.list(f"{house.url}/stadt") for ref in page.repositories]


def asked(house: House) -> list[str]:
    paths = [request.target.partition("?")[0] for request in house.server.requests]
    house.server.requests.clear()
    return [path for path in paths if not path.endswith("/info/refs")]


def test_the_forks_of_a_page_cost_one_query_once(house: House) -> None:
    shelf = Shelf(house.server, KINDS[0], [fork(number) for number in range(150)])
    house.routes[GRAPHQL] = answered
    parents = [None if number == 3 else f"{house.url}/kreis/r{number}" for number in range(150)]
    first = listed(house)
    assert [ref.facts.parent_url for ref in first] == parents
    queries = [request for request in house.server.requests if request.target == GRAPHQL]
    assert [request.headers["authorization"] for request in queries] == ["Bearer geheim"] * 2
    assert asked(house) == [shelf.kind.path, GRAPHQL] * 2
    again = listed(house)
    assert again == first
    assert asked(house) == [shelf.kind.path] * 2
    # New forks alone are asked about; one by itself is asked in the plain way when it is read.
    shelf.items[:0] = [fork(500), fork(501)]
    assert listed(house)[0].facts.parent_url == f"{house.url}/kreis/r500"
    assert asked(house).count(GRAPHQL) == 1


def test_an_unchanged_fork_costs_nothing_the_next_night(house: House) -> None:
    Shelf(house.server, KINDS[0], [fork(1), fork(2)])
    house.routes |= {GRAPHQL: answered, "/stadt/r1.git/info/refs": refs()}
    forge = house.forge(ForgeKind.GITHUB)
    first = forge.snapshot(listed(house)[0], None, NOW)
    assert isinstance(first, Snapshot)
    assert first.ref.facts.parent_url == f"{house.url}/kreis/r1"
    assert "/api/v3/repos/stadt/r1" not in asked(house)
    ref = listed(house)[0]
    asked(house)
    assert forge.snapshot(ref, first.detector, NOW) == NotModified(ref, first.detector)
    assert house.server.requests == []


@pytest.mark.parametrize(
    "reply",
    [
        Reply(401),
        Reply(404),
        Reply(429, {"Retry-After": "600"}),
        Reply(302, {"Location": "/elsewhere"}),
        Reply(body=b"<html>"),
        as_json([]),
        as_json({"errors": [{"message": "no"}], "data": None}),
        as_json({"data": []}),
        as_json({"data": {"f0": 7}}),
        as_json({"data": {"f0": {"parent": {"url": "https://evil.example/a/b"}}}}),
        as_json({"data": {"f0": {"parent": {"url": "//["}}}}),
        as_json({"data": {"f0": {}}}),
    ],
)
def test_without_an_answer_each_fork_is_asked_about_by_itself(house: House, reply: Reply) -> None:
    Shelf(house.server, KINDS[0], [fork(number) for number in range(120)])
    single = {**fork(0), "parent": {"full_name": "kreis/App", "html_url": ""}}
    house.routes |= {GRAPHQL: reply, "/stadt/r0.git/info/refs": refs(), "/api/v3/repos/stadt/r0": as_json(single)}
    found = listed(house)
    assert len(found) == 120
    assert {ref.facts.parent_url for ref in found} == {None}
    assert asked(house).count(GRAPHQL) <= 2
    read = house.forge(ForgeKind.GITHUB).snapshot(found[0], None, NOW)
    assert isinstance(read, Snapshot)
    assert read.ref.facts.parent_url == f"{house.url}/kreis/App"


def test_without_a_token_nothing_is_queried(house: House) -> None:
    shelf = Shelf(house.server, KINDS[0], [fork(number) for number in range(3)])
    house.routes[GRAPHQL] = answered
    rules = EgressRules(allow=frozenset({HostPort("127.0.0.1", house.server.port)}))
    http = HttpClient(Guard(rules), rules, Limits(), Cache())
    assert {ref.facts.parent_url for ref in listed(house, http)} == {None}
    assert asked(house) == [shelf.kind.path]


def test_odd_names_are_not_put_into_a_query(house: House) -> None:
    odd = [{**fork(number), "full_name": f'stadt/a"){number}', "name": "odd"} for number in range(3)]
    Shelf(house.server, KINDS[0], [*odd, fork(7)])
    questions: list[bytes] = []

    def note(request: Request) -> Reply:
        questions.append(request.body)
        return answered(request)

    house.routes[GRAPHQL] = note
    assert listed(house)[-1].facts.parent_url == f"{house.url}/kreis/r7"
    assert len(questions) == 1
    assert b"a\\\\" not in questions[0]
    assert questions[0].count(b"repository(") == 1


def test_templates_mirrors_and_dates_of_github(house: House) -> None:
    item = {**KINDS[0].item(1), "is_template": True, "mirror_url": "git://git.stadt.example/r1.git"}
    other = {**KINDS[0].item(2), "mirror_url": "https://git.stadt.example/r2", "pushed_at": "2026-02-30T00:00:00Z"}
    Shelf(house.server, KINDS[0], [item, other])
    first, second = listed(house)
    assert (first.facts.template, first.facts.mirror, first.facts.mirror_of) == (True, True, None)
    assert (second.facts.template, second.facts.mirror_of) == (None, "https://git.stadt.example/r2")
    assert first.changed_at == datetime(2026, 11, 1, 10, tzinfo=UTC)
    assert second.changed_at is None
