# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""GitLab, played on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from registry.errors import (
    Gone,
    InvalidInput,
)
from registry.model import (
    ForgeKind,
    NotModified,
    Snapshot,
)
from support.house import LATER, NOW, House, names, refs
from support.loopback import Loopback, Reply, as_json


@pytest.fixture
def house() -> Iterator[House]:
    with Loopback() as running:
        yield House(running)


GITLAB = {
    "name": "App",
    "path_with_namespace": "stadt/digital/App",
    "web_url": "https://gitlab.opencode.de/stadt/digital/App",
    "http_url_to_repo": "https://gitlab.opencode.de/stadt/digital/App.git",
    "description": "Mängelmelder",
    "default_branch": "main",
    "visibility": "public",
    "archived": False,
    "empty_repo": False,
    "issues_enabled": True,
    "topics": ["kommune"],
    "star_count": 2,
    "license": {"key": "eupl-1.2", "name": "European Union Public License 1.2"},
    "forked_from_project": {"path_with_namespace": "kreis/App", "web_url": "https://gitlab.opencode.de/kreis/App"},
    "last_activity_at": "2026-11-01T10:00:00.000Z",
}
PROJECT = "/api/v4/projects/stadt%2Fdigital%2FApp?license=true"


def test_one_gitlab_project(house: House) -> None:
    house.routes[PROJECT] = as_json(GITLAB, **LATER)
    ref = house.forge(ForgeKind.GITLAB).repository(f"{house.url}/stadt/digital/App")
    web = house.url
    assert (ref.url, ref.fetch_url) == (f"{web}/stadt/digital/App", f"{web}/stadt/digital/App.git")
    facts = ref.facts
    assert (facts.fork, facts.parent_url, facts.licence) == (True, f"{web}/kreis/App", "EUPL-1.2")
    assert (facts.archived, facts.private, facts.empty, facts.topics) == (False, False, False, ("kommune",))
    assert facts.issues_url == f"{web}/stadt/digital/App/-/issues"
    assert ref.changed_at == datetime(2026, 11, 1, 10, tzinfo=UTC)
    assert house.server.requests[0].headers["private-token"] == "geheim"
    assert ref.detector is not None


@pytest.mark.parametrize(
    ("active", "date", "given"),
    [
        ("2026-11-22T06:59:00Z", LATER, True),
        # Within the hour in which GitLab does not write the date again, and some more.
        ("2026-11-22T08:30:00Z", LATER, False),
        ("2026-11-22T07:01:00+00:00", LATER, False),
        ("2026-11-23T00:00:00Z", LATER, False),
        ("2026-11-01T00:00:00Z", {}, False),
        ("gestern", LATER, False),
        (None, LATER, False),
    ],
)
def test_when_gitlabs_date_may_be_trusted(house: House, active: str | None, date: dict[str, str], given: bool) -> None:
    house.routes[PROJECT] = as_json({**GITLAB, "last_activity_at": active}, **date)
    ref = house.forge(ForgeKind.GITLAB).repository(f"{house.url}/stadt/digital/App")
    assert (ref.detector is not None) is given


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"license": None}, "licence", None),
        ({"license": {"key": "other"}}, "licence", None),
        ({"license": {"key": "agpl-3.0"}}, "licence", "AGPL-3.0"),
        ({"visibility": "internal"}, "private", True),
        ({"visibility": None}, "private", None),
        ({"topics": None, "tag_list": ["alt"]}, "topics", ("alt",)),
        ({"empty_repo": True}, "empty", True),
        ({"forked_from_project": None}, "fork", False),
        ({"issues_enabled": False}, "issues_url", None),
    ],
)
def test_what_gitlab_says_in_other_ways(house: House, change: dict[str, Any], field: str, value: object) -> None:
    house.routes[PROJECT] = as_json({**GITLAB, **change})
    facts = house.forge(ForgeKind.GITLAB).repository(f"{house.url}/stadt/digital/App").facts
    assert getattr(facts, field) == value


def test_a_gitlab_group_with_subgroups(house: House) -> None:
    first = "/api/v4/groups/stadt%2Fdigital/projects"
    pages = {
        "1": as_json(
            [GITLAB, {**GITLAB, "vcs_type": "hg", "web_url": "", "path_with_namespace": "stadt/hg"}],
            X_Next_Page="2",
            X_Total="2",
        ),
        "2": as_json(
            [{**GITLAB, "path_with_namespace": "stadt/digital/tief/zwei", "web_url": ""}], X_Next_Page="", X_Total="2"
        ),
    }
    house.routes[first] = lambda request: pages["2" if request.target.endswith("&page=2") else "1"]
    found = list(house.forge(ForgeKind.GITLAB).list(f"{house.url}/stadt/digital"))
    assert [[ref.url for ref in page.repositories] for page in found] == [
        [f"{house.url}/stadt/digital/App"],
        [f"{house.url}/stadt/digital/tief/zwei"],
    ]
    assert [page.total for page in found] == [2, 2]
    assert "include_subgroups=true&with_shared=false&per_page=100" in house.server.targets()[0]
    assert len(house.server.requests) == 2


def test_a_gitlab_user_is_found_where_there_is_no_group(house: House) -> None:
    house.routes["/api/v4/users/erika/projects"] = as_json([GITLAB])
    forge = house.forge(ForgeKind.GITLAB)
    assert names(forge, f"{house.url}/erika") == ["App"]
    with pytest.raises(Gone):
        names(forge, f"{house.url}/stadt/niemand")
    with pytest.raises(InvalidInput):
        names(forge, house.url)
    with pytest.raises(InvalidInput):
        forge.repository(f"{house.url}/stadt")


def test_a_renamed_gitlab_project(house: House) -> None:
    house.routes |= {
        "/api/v4/projects/stadt%2Falt?license=true": Reply(
            301, {"Location": f"{house.url}/api/v4/projects/7?license=true"}
        ),
        "/api/v4/projects/7": as_json(GITLAB),
    }
    assert house.forge(ForgeKind.GITLAB).repository(f"{house.url}/stadt/alt").url == f"{house.url}/stadt/digital/App"


def test_a_subgroup_is_listed_and_a_project_is_none(house: House) -> None:
    house.routes["/api/v4/groups/stadt%2Fdigital%2Ftief/projects"] = as_json([GITLAB])
    forge = house.forge(ForgeKind.GITLAB)
    assert names(forge, f"{house.url}/stadt/digital/tief") == ["App"]
    with pytest.raises(Gone):
        names(forge, f"{house.url}/stadt/digital/App")


def test_an_activity_that_settles_costs_one_look_at_the_refs_and_no_second_reading(house: House) -> None:
    today = {**GITLAB, "last_activity_at": "2026-11-22T08:30:00Z"}
    house.routes |= {PROJECT: as_json(today, **LATER), "/stadt/digital/App.git/info/refs": refs()}
    forge = house.forge(ForgeKind.GITLAB)
    first = forge.snapshot(forge.repository(f"{house.url}/stadt/digital/App"), None, NOW)
    assert isinstance(first, Snapshot)
    house.routes[PROJECT] = as_json(today, Date="Mon, 23 Nov 2026 09:00:00 GMT")
    ref = forge.repository(f"{house.url}/stadt/digital/App")
    assert ref.detector is not None
    assert forge.snapshot(ref, first.detector, NOW) == NotModified(ref, ref.detector)
    assert len(house.git.taken) == 1
    # What the forge says of it is part of that, also while only git tells of pushes.
    house.routes[PROJECT] = as_json({**today, "archived": True}, **LATER)
    archived = forge.repository(f"{house.url}/stadt/digital/App")
    assert archived.detector is None
    assert isinstance(forge.snapshot(archived, first.detector, NOW), Snapshot)
