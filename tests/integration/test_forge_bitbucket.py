# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Bitbucket Cloud, played on loopback and recorded; and Bitbucket Server, whose listing is refused by name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from harvesters.guard import Target
from harvesters.tokens import token_for
from registry.errors import Garbage, Gone, InvalidInput
from registry.model import EgressRules, ForgeKind, NotModified, Snapshot
from support.house import CORPUS, NOW, House, needs_corpus, refs
from support.loopback import Loopback, as_json
from support.telling import told

BITBUCKET: dict[str, Any] = {
    "uuid": "{1}",
    "full_name": "stadt/app",
    "name": "App",
    "description": "Mängelmelder",
    "website": "https://app.example",
    "scm": "git",
    "is_private": False,
    "has_issues": True,
    "size": 4711,
    "mainbranch": {"type": "branch", "name": "main"},
    "parent": {"full_name": "kreis/app", "links": {"html": {"href": "https://bitbucket.org/kreis/app"}}},
    "updated_on": "2026-11-01T10:00:00.123456+00:00",
    "links": {
        "html": {"href": "https://bitbucket.org/stadt/app"},
        "clone": [{"name": "ssh", "href": "git@bitbucket.org:stadt/app.git"}],
    },
}
ONE = "/2.0/repositories/stadt/app"


@pytest.fixture
def house() -> Iterator[House]:
    with Loopback() as running:
        yield House(running)


def test_one_repository(house: House) -> None:
    clone = {"name": "https", "href": house.url.replace("//", "//erika@") + "/stadt/app.git"}
    links = {**BITBUCKET["links"], "clone": [*BITBUCKET["links"]["clone"], clone]}
    house.routes[ONE] = as_json({**BITBUCKET, "links": links})
    ref = house.forge(ForgeKind.BITBUCKET).repository(f"{house.url}/stadt/app")
    web = house.url
    # Asked with a token, Bitbucket puts the asker's name into the address.
    assert (ref.url, ref.fetch_url, ref.forge) == (f"{web}/stadt/app", f"{web}/stadt/app.git", ForgeKind.BITBUCKET)
    assert ref.changed_at == datetime(2026, 11, 1, 10, 0, 0, 123456, tzinfo=UTC)
    facts = ref.facts
    assert (facts.name, facts.description, facts.homepage) == ("App", "Mängelmelder", "https://app.example")
    assert (facts.fork, facts.private, facts.empty, facts.default_branch) == (True, False, False, "main")
    assert (facts.parent_url, facts.issues_url) == (f"{web}/kreis/app", f"{web}/stadt/app/issues")
    assert house.server.requests[0].headers["authorization"] == "Bearer geheim"


@pytest.mark.parametrize(
    ("change", "fact", "value"),
    [
        ({"parent": None}, "fork", False),
        ({"parent": None}, "parent_url", None),
        ({"is_private": True}, "private", True),
        ({"size": 0}, "empty", True),
        ({"mainbranch": None}, "default_branch", None),
        ({"has_issues": False}, "issues_url", None),
        ({"website": ""}, "homepage", None),
    ],
)
def test_what_is_said_in_other_ways(house: House, change: dict[str, Any], fact: str, value: object) -> None:
    house.routes[ONE] = as_json({**BITBUCKET, **change})
    facts = house.forge(ForgeKind.BITBUCKET).repository(f"{house.url}/stadt/app").facts
    assert getattr(facts, fact) == value


def test_an_unchanged_repository_costs_one_look_at_the_refs(house: House) -> None:
    house.routes |= {ONE: as_json(BITBUCKET), "/stadt/app.git/info/refs": refs()}
    forge = house.forge(ForgeKind.BITBUCKET)
    first = forge.snapshot(forge.repository(f"{house.url}/stadt/app"), None, NOW)
    assert isinstance(first, Snapshot)
    house.server.requests.clear()
    again = forge.snapshot(forge.repository(f"{house.url}/stadt/app"), first.detector, NOW)
    assert isinstance(again, NotModified)
    assert house.server.targets() == [ONE, "/stadt/app.git/info/refs?service=git-upload-pack"]


def test_mercurial_is_left_out_and_a_workspace_may_be_missing(house: House) -> None:
    house.routes["/2.0/repositories/stadt"] = as_json({"values": [BITBUCKET, {**BITBUCKET, "uuid": "2", "scm": "hg"}]})
    forge = house.forge(ForgeKind.BITBUCKET)
    assert [len(page.repositories) for page in forge.list(f"{house.url}/stadt")] == [1]
    with pytest.raises(Gone):
        next(forge.list(f"{house.url}/weg"))
    for path in ("", "/a/b"):
        with pytest.raises(InvalidInput, match="input-no-organisation"):
            next(forge.list(house.url + path))


def test_the_token_of_bitbucket_goes_to_its_api_too() -> None:
    rules = EgressRules(tokens={"BITBUCKET_ORG": "geheim"})
    hosts = ("bitbucket.org", "api.bitbucket.org", "api.bitbucket.org.evil.example", "evil-bitbucket.org")
    targets = [Target("", "https", host, 443, "93.184.215.14") for host in hosts]
    assert [token_for(target, rules) for target in targets] == ["geheim", "geheim", None, None]


@needs_corpus
def test_recorded_pages(house: House) -> None:
    """Pages of the whole of Bitbucket Cloud in the recording; played as those of one workspace."""
    pages = []
    for number in (1, 2):
        text = (CORPUS / "bitbucket" / f"cloud-page{number}.json").read_text(encoding="utf-8")
        pages.append(json.loads(text.replace("https://bitbucket.org", house.url)))
    following = f"{house.url}/2.0/repositories?after=2"
    house.routes["/2.0/repositories/stadt"] = as_json({**pages[0], "next": following})
    house.routes["/2.0/repositories"] = as_json({"values": pages[1]["values"]})
    found = [ref for page in house.forge(ForgeKind.BITBUCKET).list(f"{house.url}/stadt") for ref in page.repositories]
    kept = [item for page in pages for item in page["values"] if item["scm"] == "git"]
    clones = [link["href"] for item in kept for link in item["links"]["clone"] if link["name"] == "https"]
    assert len(found) == len(kept) >= 10
    assert [ref.fetch_url for ref in found] == clones
    assert [f"{ref.url}.git" for ref in found] == clones
    assert all(ref.changed_at is not None and ref.detector is None for ref in found)


@needs_corpus
@pytest.mark.parametrize("number", [1, 2])
def test_recorded_pages_of_bitbucket_server_are_refused_by_name(house: House, number: int) -> None:
    text = (CORPUS / "bitbucket" / f"server-git.ecmwf.int-page{number}.json").read_text(encoding="utf-8")
    house.routes["/2.0/repositories/stadt"] = as_json(json.loads(text))
    with pytest.raises(Garbage) as caught:
        list(house.forge(ForgeKind.BITBUCKET).list(f"{house.url}/stadt"))
    assert (caught.value.rule, caught.value.subject) == ("answer-bitbucket-server", f"{house.url}/stadt")
    assert "--forge git" in told(caught.value)
