# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Gitea, Forgejo and Gogs, played on loopback and recorded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from harvesters.urls import canonical_url, forge_for
from registry.errors import Garbage, Gone, InvalidInput
from registry.model import ForgeKind, NotModified, RepositoryRef, Snapshot
from support.house import CORPUS, LATER, NOW, House, needs_corpus, refs
from support.loopback import Loopback, Reply, as_json
from support.telling import told

GITEA: dict[str, Any] = {
    "id": 7,
    "full_name": "stadt/App",
    "name": "App",
    "html_url": "https://codeberg.org/stadt/App",
    "clone_url": "https://codeberg.org/stadt/App.git",
    "description": " Mängelmelder ",
    "website": "https://app.example",
    "private": False,
    "internal": False,
    "fork": True,
    "parent": {"full_name": "kreis/App", "html_url": "https://codeberg.org/kreis/App"},
    "archived": True,
    "empty": False,
    "mirror": False,
    "template": True,
    "original_url": "https://github.com/stadt/alt",
    "size": 380,
    "stars_count": 3,
    "topics": ["kommune"],
    "licenses": ["EUPL-1.2"],
    "has_issues": True,
    "default_branch": "main",
    "updated_at": "2026-11-01T10:00:00+01:00",
}
ONE = "/api/v1/repos/stadt/App"
BOTH = pytest.mark.parametrize("kind", [ForgeKind.GITEA, ForgeKind.FORGEJO])


@pytest.fixture
def house() -> Iterator[House]:
    with Loopback() as running:
        yield House(running)


def described(house: House, kind: ForgeKind = ForgeKind.GITEA, **change: Any) -> RepositoryRef:
    house.routes[ONE] = as_json({**GITEA, **change}, **LATER)
    return house.forge(kind).repository(f"{house.url}/stadt/App")


@BOTH
def test_one_repository(house: House, kind: ForgeKind) -> None:
    ref = described(house, kind)
    web = house.url
    assert (ref.url, ref.fetch_url, ref.forge) == (f"{web}/stadt/App", f"{web}/stadt/App.git", kind)
    assert ref.changed_at == datetime(2026, 11, 1, 9, tzinfo=UTC)
    facts = ref.facts
    assert (facts.name, facts.description, facts.homepage) == ("App", "Mängelmelder", "https://app.example")
    assert (facts.archived, facts.fork, facts.mirror, facts.private, facts.empty) == (True, True, False, False, False)
    assert (facts.parent_url, facts.licence, facts.topics) == (f"{web}/kreis/App", "EUPL-1.2", ("kommune",))
    assert (facts.stars, facts.issues_url, facts.default_branch) == (3, f"{web}/stadt/App/issues", "main")
    assert (facts.template, facts.mirror_of) == (True, None)
    assert house.server.requests[0].headers["authorization"] == "token geheim"


@pytest.mark.parametrize(
    ("change", "fact", "value"),
    [
        ({"mirror": True}, "mirror_of", "https://github.com/stadt/alt"),
        ({"mirror": True, "original_url": ""}, "mirror_of", None),
        ({"internal": True}, "private", True),
        ({"private": None}, "private", None),
        ({"licenses": ["MIT", "EUPL-1.2"]}, "licence", None),
        ({"licenses": None}, "licence", None),
        ({"parent": None}, "parent_url", None),
        ({"parent": {"full_name": "../.."}}, "parent_url", None),
        ({"has_issues": False}, "issues_url", None),
        ({"external_tracker": {"external_tracker_url": "https://t.example/1"}}, "issues_url", "https://t.example/1"),
        ({"empty": True}, "empty", True),
        ({"description": ""}, "description", None),
        ({"website": "javascript:x"}, "homepage", None),
    ],
)
def test_what_is_said_in_other_ways(house: House, change: dict[str, Any], fact: str, value: object) -> None:
    assert getattr(described(house, **change).facts, fact) == value


@pytest.mark.parametrize(
    ("change", "given"),
    [
        ({}, True),
        ({"updated_at": "2026-11-22T08:54:00Z"}, True),
        # The queue that dates a push may not have come to it yet.
        ({"updated_at": "2026-11-22T08:57:00Z"}, False),
        ({"updated_at": "2026-11-22T09:30:00Z"}, False),
        ({"updated_at": "gestern"}, False),
        ({"updated_at": None}, False),
        # Dated by its newest commit, not by when it was mirrored.
        ({"mirror": True}, False),
    ],
)
def test_when_the_date_may_be_trusted(house: House, change: dict[str, Any], given: bool) -> None:
    assert (described(house, **change).detector is not None) is given


@pytest.mark.parametrize(
    ("change", "noticed"),
    [
        ({"stars_count": 4}, False),
        ({"updated_at": "2026-11-02T10:00:00Z"}, True),
        ({"size": 381}, True),
        ({"archived": False}, True),
        ({"template": False}, True),
        ({"description": "anders"}, True),
    ],
)
def test_what_the_detector_notices(house: House, change: dict[str, Any], noticed: bool) -> None:
    assert (described(house).detector != described(house, **change).detector) is noticed


def test_a_date_that_settles_costs_one_look_at_the_refs_and_no_second_reading(house: House) -> None:
    house.routes["/stadt/App.git/info/refs"] = refs()
    forge = house.forge(ForgeKind.GITEA)
    fresh = described(house, updated_at="2026-11-22T08:59:00Z")
    first = forge.snapshot(fresh, None, NOW)
    assert isinstance(first, Snapshot)
    house.routes[ONE] = as_json({**GITEA, "updated_at": "2026-11-22T08:59:00Z"}, Date="Mon, 23 Nov 2026 09:00:00 GMT")
    settled = forge.repository(f"{house.url}/stadt/App")
    assert settled.detector is not None
    second = forge.snapshot(settled, first.detector, NOW)
    assert second == NotModified(settled, settled.detector)
    assert len(house.git.taken) == 1
    house.server.requests.clear()
    assert isinstance(forge.snapshot(settled, second.detector, NOW), NotModified)
    assert house.server.requests == []
    # The same refs under another description are a change all the same.
    other = described(house, updated_at="2026-11-22T08:59:30Z", description="anders")
    assert isinstance(forge.snapshot(other, first.detector, NOW), Snapshot)


@BOTH
@pytest.mark.parametrize("path", ["", "/stadt", "/a/b/c"])
def test_what_is_no_repository(house: House, kind: ForgeKind, path: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        house.forge(kind).repository(house.url + path)
    assert caught.value.rule == "input-no-repository"
    with pytest.raises(InvalidInput, match="input-no-organisation"):
        next(house.forge(kind).list(house.url + (path.replace("/stadt", "") and "/a/b")))


def test_a_renamed_repository_and_one_that_is_gone(house: House) -> None:
    house.routes |= {
        "/api/v1/repos/stadt/alt": Reply(301, {"Location": ONE}),
        ONE: as_json(GITEA, **LATER),
    }
    forge = house.forge(ForgeKind.GITEA)
    assert forge.repository(f"{house.url}/stadt/alt").url == f"{house.url}/stadt/App"
    with pytest.raises(Gone):
        forge.repository(f"{house.url}/stadt/weg")
    house.routes[ONE] = as_json({"full_name": "App"})
    with pytest.raises(Garbage) as caught:
        forge.repository(f"{house.url}/stadt/App")
    told(caught.value)


@pytest.mark.parametrize(
    ("url", "canonical", "kind"),
    [
        ("https://codeberg.org/stadt/app/issues/7", "https://codeberg.org/stadt/app", ForgeKind.FORGEJO),
        ("codeberg.org/stadt", "https://codeberg.org/stadt", ForgeKind.FORGEJO),
        ("git@codeberg.org:stadt/app.git", "https://codeberg.org/stadt/app", ForgeKind.FORGEJO),
        ("https://gitea.com/a/b/src/branch/main", "https://gitea.com/a/b", ForgeKind.GITEA),
        ("https://gitea.stadt.example/a/b", "https://gitea.stadt.example/a/b", ForgeKind.GITEA),
        ("https://forgejo.stadt.example/a", "https://forgejo.stadt.example/a", ForgeKind.FORGEJO),
        ("https://bitbucket.org/w/r/src/main/README.md", "https://bitbucket.org/w/r", ForgeKind.BITBUCKET),
        ("https://bitbucket.org/w/workspace/projects/", "https://bitbucket.org/w", ForgeKind.BITBUCKET),
        ("https://code.europa.eu/groups/a/b", "https://code.europa.eu/a/b", ForgeKind.GITLAB),
        ("https://gitlab.opencode.de/a/b/c/-/tree/main", "https://gitlab.opencode.de/a/b/c", ForgeKind.GITLAB),
        ("https://git.stadt.example/a/b", "https://git.stadt.example/a/b", ForgeKind.GIT),
        ("https://codeberg.org.evil.example/a/b", "https://codeberg.org.evil.example/a/b", ForgeKind.GIT),
    ],
)
def test_known_hosts(url: str, canonical: str, kind: ForgeKind) -> None:
    assert canonical_url(url) == canonical
    assert forge_for(canonical, None) is kind
    assert forge_for(canonical, ForgeKind.GIT) is ForgeKind.GIT


@needs_corpus
@pytest.mark.parametrize("host", ["demo.gitea.com", "gogs-try.gogs.io"])
def test_recorded_pages(house: House, host: str) -> None:
    """Searches over whole hosts in the recording; played as listings of one organisation, which give the bare items."""
    pages = [
        json.loads(path.read_text(encoding="utf-8"))["data"]
        for path in sorted((CORPUS / "gitea").glob(f"{host}-page*.json"))
    ]
    assert len(pages) >= 2
    for number, items in enumerate(pages, 1):
        to = (number + 1, "next") if number < len(pages) else (1, "first")
        link = f'<{house.url}/api/v1/orgs/stadt/repos?page={to[0]}&limit=3>; rel="{to[1]}"'
        target = "/api/v1/orgs/stadt/repos" if number == 1 else f"/api/v1/orgs/stadt/repos?page={number}&limit=3"
        house.routes[target] = as_json(items, Link=link, **LATER)
    found = [ref for page in house.forge(ForgeKind.GITEA).list(f"{house.url}/stadt") for ref in page.repositories]
    items = [item for page in pages for item in page]
    assert [ref.url for ref in found] == [f"{house.url}/{item['full_name']}" for item in items]
    assert [ref.detector is None for ref in found] == [item["mirror"] for item in items]
    assert all(ref.changed_at is not None for ref in found)
    assert [ref.facts.archived for ref in found] == [item.get("archived") for item in items]
