# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Forges that answer with real recordings of the test corpus."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator

import pytest

from registry.errors import (
    FetchError,
    Gone,
    NeedsPassword,
    RateLimited,
    Unreachable,
)
from registry.model import (
    ForgeKind,
)
from support.house import CORPUS, LATER, House, names, needs_corpus
from support.loopback import Loopback, Reply, as_json


@pytest.fixture
def house() -> Iterator[House]:
    with Loopback() as running:
        yield House(running)


def pygithub(name: str, house: House) -> list[tuple[str, Reply]]:
    """Blocks of ten lines and an empty one; links to the API are bent to the loopback server."""
    text = (CORPUS / "github" / "pygithub" / name).read_text(encoding="utf-8")
    text = text.replace("https://api.github.com", f"{house.url}/api/v3")
    lines = text.split("\n")
    found = []
    for start in range(0, len(lines) - 9, 11):
        _, _, _, _, path, _, _, status, headers, body = lines[start : start + 10]
        found.append((f"/api/v3{path}", recorded(int(status), dict(ast.literal_eval(headers)), body)))
    return found


def recorded(status: int, headers: dict[str, str], body: str) -> Reply:
    dropped = {"content-length", "transfer-encoding", "connection", "status", "content-encoding"}
    kept = {name: str(value) for name, value in headers.items() if name.lower() not in dropped}
    return Reply(status, kept, b"" if status == 304 else body.encode())


def play(house: House, exchanges: list[tuple[str, Reply]]) -> None:
    for target, reply in exchanges:
        house.routes.setdefault(target, reply)


@needs_corpus
def test_recorded_listing_of_a_github_organisation(house: House) -> None:
    items = json.loads((CORPUS / "github" / "org-listing-38-repos.json").read_text(encoding="utf-8"))
    house.routes["/api/v3/orgs/worldbank/repos"] = as_json(items)
    (page,) = house.forge(ForgeKind.GITHUB).list(f"{house.url}/worldbank")
    assert [ref.url for ref in page.repositories] == [f"{house.url}/{item['full_name']}" for item in items]
    assert all(ref.detector and ref.facts.default_branch and ref.facts.private is False for ref in page.repositories)
    first = page.repositories[0].facts
    assert (first.licence, first.stars, first.homepage) == ("MIT", 241, "https://worldbank.github.io/ietoolkit/")
    claimed = {(item["license"] or {}).get("spdx_id") for item in items} - {None, "NOASSERTION"}
    assert {ref.facts.licence for ref in page.repositories} - {None} == claimed


@needs_corpus
def test_recorded_listing_with_its_headers(house: House) -> None:
    cassette = json.loads(
        (CORPUS / "github" / "github3" / "Organization_repositories.json").read_text(encoding="utf-8")
    )
    for exchange in cassette["http_interactions"]:
        answer = exchange["response"]
        target = "/api/v3" + exchange["request"]["uri"].removeprefix("https://api.github.com")
        house.routes[target] = recorded(answer["status"]["code"], answer["headers"], answer["body"]["string"])
    assert "github3.py" in names(house.forge(ForgeKind.GITHUB), f"{house.url}/github3py")


@needs_corpus
def test_recorded_github_repository(house: House) -> None:
    (exchange,) = json.loads((CORPUS / "github" / "octokit" / "get-repository.json").read_text(encoding="utf-8"))
    raw = exchange["rawHeaders"]
    headers = dict(zip(raw[::2], raw[1::2], strict=True))
    house.routes["/api/v3" + exchange["path"]] = recorded(200, headers, json.dumps(exchange["response"]))
    ref = house.forge(ForgeKind.GITHUB).repository(f"{house.url}/octokit-fixture-org/hello-world")
    assert ref.url == f"{house.url}/octokit-fixture-org/hello-world"
    assert ref.facts.archived is False


@needs_corpus
def test_recorded_rename_on_github(house: House) -> None:
    play(house, pygithub("Repository.testGetRepositoryWith301Redirect.txt", house))
    ref = house.forge(ForgeKind.GITHUB).repository(f"{house.url}/protoncoin/protoncoin")
    assert ref.url != f"{house.url}/protoncoin/protoncoin"
    assert ref.url.startswith(house.url)
    assert [request.headers.get("authorization") for request in house.server.requests] == ["Bearer geheim"] * 2


@needs_corpus
def test_recorded_unchanged_repository(house: House) -> None:
    (target, first), *_ = pygithub("ConditionalRequestUpdate.setUp.txt", house)
    ((_, unchanged),) = pygithub("ConditionalRequestUpdate.testDidNotUpdate.txt", house)
    house.routes[target] = [first, unchanged]
    forge = house.forge(ForgeKind.GITHUB)
    before, after = (forge.repository(f"{house.url}/akfish/PyGithub") for _ in range(2))
    assert before == after
    assert house.server.requests[1].headers["if-none-match"] == '"8600bedcb7fed1d8065e1693e05529ce"'


@needs_corpus
@pytest.mark.parametrize(
    ("recording", "number", "fault"),
    [
        ("SpecificExceptions.testRateLimitExceeded.txt", 1, RateLimited),
        ("SpecificExceptions.testAuthenticatedRateLimitExceeded.txt", 0, RateLimited),
        ("SpecificExceptions.testUnknownObject.txt", 1, Gone),
        ("SpecificExceptions.testBadCredentials.txt", 0, NeedsPassword),
        ("SpecificExceptions.testBadUserAgent.txt", 0, NeedsPassword),
        ("Exceptions.testNonJsonDataReturnedByGithub.txt", 0, Unreachable),
        ("Retry.testRaisesRetryErrorAfterMaxRetries.txt", 0, Unreachable),
    ],
)
def test_recorded_faults_of_github(house: House, recording: str, number: int, fault: type[FetchError]) -> None:
    _, reply = pygithub(recording, house)[number]
    house.routes["/api/v3/repos/stadt/app"] = reply
    error = house.fails(ForgeKind.GITHUB, "/stadt/app")
    assert type(error) is fault
    if isinstance(error, RateLimited):
        assert error.retry_after in (None, 60.0)


@needs_corpus
def test_recorded_fault_that_passes(house: House) -> None:
    exchanges = pygithub("Retry.testReturnsRepoAfter3Retries.txt", house)
    target = exchanges[0][0]
    house.routes[target] = [exchanges[1][1], exchanges[2][1], exchanges[3][1]]
    assert (
        house.forge(ForgeKind.GITHUB).repository(f"{house.url}/PyGithub/PyGithub").url
        == f"{house.url}/PyGithub/PyGithub"
    )


@needs_corpus
@pytest.mark.parametrize(
    "pages", [("gitlab.com-page1",), ("gite.lirmm.fr-page1", "gite.lirmm.fr-page2", "gite.lirmm.fr-page3")]
)
def test_recorded_pages_of_gitlab(house: House, pages: tuple[str, ...]) -> None:
    """Listings of whole hosts in the recording; played as those of a group, with the Link header it lacks."""
    bodies = [json.loads((CORPUS / "gitlab" / f"{name}.json").read_text(encoding="utf-8")) for name in pages]
    for number, body in enumerate(bodies):
        more = {"Link": f"<{house.url}/keyset?after={number + 1}>; rel=next"} if number + 1 < len(bodies) else {}
        house.routes["/api/v4/groups/stadt/projects" if number == 0 else f"/keyset?after={number}"] = as_json(
            body, **more
        )
    found = [ref for page in house.forge(ForgeKind.GITLAB).list(f"{house.url}/stadt") for ref in page.repositories]
    assert [ref.url for ref in found] == [
        f"{house.url}/{item['path_with_namespace']}" for body in bodies for item in body
    ]
    assert all(ref.fetch_url == f"{ref.url}.git" for ref in found)


@needs_corpus
@pytest.mark.parametrize(
    ("recording", "kept"),
    [("foss.heptapod.net-page1", "git"), ("narkoz/group_projects", None), ("narkoz/projects", None)],
)
def test_recorded_oddities_of_gitlab(house: House, recording: str, kept: str | None) -> None:
    items = json.loads((CORPUS / "gitlab" / f"{recording}.json").read_text(encoding="utf-8"))
    house.routes["/api/v4/groups/stadt/projects"] = as_json(items, **LATER)
    wanted = [
        item["path_with_namespace"] for item in items if item.get("vcs_type") == kept and "path_with_namespace" in item
    ]
    (page,) = house.forge(ForgeKind.GITLAB).list(f"{house.url}/stadt")
    assert [ref.url for ref in page.repositories] == [f"{house.url}/{path}" for path in wanted]
