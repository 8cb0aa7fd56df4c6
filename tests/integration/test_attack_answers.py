# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""APIs of forges that answer with bombs: numbers without end, nesting without end, repetition without end."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from harvesters.forges import open_forge, probe
from harvesters.paging import MAX_BARREN
from harvesters.refs import MAX_REFS, read_advertisement
from registry.errors import FetchError, Garbage, TooLarge
from registry.model import ForgeKind
from support.house import NOW, OID, House, pkt, refs
from support.loopback import Loopback, Reply, Request, as_json
from support.shelf import KINDS

FORGES = (ForgeKind.GITHUB, ForgeKind.GITLAB, ForgeKind.GITEA, ForgeKind.FORGEJO, ForgeKind.BITBUCKET)
BOMBS = {
    "lists in lists": b"[" * 100_000,
    "closed lists in lists": b"[" * 100_000 + b"]" * 100_000,
    "maps in maps": b'{"a":' * 100_000,
    "a number of a million digits": b"[" + b"9" * 1_000_000 + b"]",
    "a number of a million digits in an item": b'[{"id":' + b"9" * 1_000_000 + b"}]",
    "one long text": b'"' + b"\\u0041" * 100_000,
    "other bytes": bytes(range(256)) * 500,
}


class Everywhere(dict[str, object]):
    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self.reply = reply

    def get(self, *_: object) -> Reply:
        return self.reply


@pytest.fixture
def house() -> Iterator[House]:
    with Loopback() as running:
        yield House(running)


@pytest.mark.parametrize("bomb", BOMBS)
@pytest.mark.parametrize("kind", FORGES)
def test_a_bomb_of_json_is_no_listing(house: House, kind: ForgeKind, bomb: str) -> None:
    house.server.routes = Everywhere(Reply(200, {"Content-Type": "application/json"}, BOMBS[bomb]))  # type: ignore[assignment]
    with pytest.raises(FetchError):
        list(house.forge(kind).list(f"{house.url}/stadt"))
    with pytest.raises(FetchError):
        house.forge(kind).repository(f"{house.url}/stadt/app")
    assert len(house.server.requests) < 12


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_of_json_says_nothing_of_a_host(house: House, bomb: str) -> None:
    house.server.routes = Everywhere(Reply(200, body=BOMBS[bomb][:90_000]))  # type: ignore[assignment]
    assert probe(house.http, f"{house.url}/stadt") is None


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_of_json_says_nothing_of_forks(house: House, bomb: str) -> None:
    items = [{**KINDS[0].item(number), "fork": True, "size": 1} for number in range(3)]
    house.routes["/api/v3/orgs/stadt/repos"] = as_json(items)
    house.routes["/api/graphql"] = Reply(200, body=BOMBS[bomb])
    pages = list(open_forge(ForgeKind.GITHUB, house.http, house.git).list(f"{house.url}/stadt"))
    assert [ref.facts.parent_url for page in pages for ref in page.repositories] == [None] * 3


@pytest.mark.parametrize("number", ["1" + "0" * 400, "1e999", "-1e999", "NaN", "Infinity", "9" * 4_299, "-1", "1.5"])
@pytest.mark.parametrize("kind", KINDS[:1] + KINDS[1:2] + KINDS[4:5] + KINDS[-1:], ids=str)
def test_numbers_that_nobody_counts_to_count_as_not_said(house: House, kind: object, number: str) -> None:
    shape = next(one for one in KINDS if one is kind)
    item = json.dumps(shape.item(1))[:-1]
    named = "".join(f', "{name}": {number}' for name in ("stargazers_count", "star_count", "stars_count", "size"))
    listed = f"[{item}{named}}}]"
    body = f'{{"values": {listed}}}' if shape.forge is ForgeKind.BITBUCKET else listed
    house.routes[shape.path] = Reply(200, {"Content-Type": "application/json"}, body.encode())
    pages = list(house.forge(shape.forge).list(f"{house.url}/stadt"))
    (ref,) = [ref for page in pages for ref in page.repositories]
    assert ref.facts.stars is None


def test_refs_without_end_are_cut(house: House) -> None:
    endless = Reply(200, refs().headers, b"001e# service=git-upload-pack\n0000" + pkt(f"{OID} refs/tags/a") * 200_000)
    house.routes["/stadt/app.git/info/refs"] = house.routes["/stadt/app/info/refs"] = endless
    with pytest.raises(TooLarge):
        house.forge(ForgeKind.GIT).snapshot(house.ref(), None, NOW)
    many = b"".join(pkt(f"{OID} refs/tags/{number}") for number in range(MAX_REFS + 2))
    with pytest.raises(Garbage):
        read_advertisement(b"001e# service=git-upload-pack\n0000" + many + b"0000", "x")


def test_a_listing_that_never_ends_is_cut(house: House) -> None:
    def page(request: Request) -> Reply:
        number = int(request.target.rpartition("page=")[2]) if "&page=" in request.target else 1
        link = f'<{house.url}/api/v3/orgs/stadt/repos?per_page=100&page={number + 1}>; rel="next"'
        return as_json([KINDS[0].item(7)], Link=link)

    house.routes["/api/v3/orgs/stadt/repos"] = page
    with pytest.raises(FetchError):
        list(house.forge(ForgeKind.GITHUB).list(f"{house.url}/stadt"))
    assert len(house.server.requests) <= MAX_BARREN + 1
