# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The JSON API as promised: keys, parameters, errors, caching."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask.testing import FlaskClient

from registry.model import FACETS
from support.catalogue import ALIAS

LIST = "/api/v1/solutions"


def got(client: FlaskClient, path: str) -> dict[str, Any]:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "application/json"
    body: dict[str, Any] = answer.get_json()
    return body


def test_the_list_has_the_promised_keys(client: FlaskClient) -> None:
    body = got(client, f"{LIST}?q=Termine")
    assert {"total", "page", "per_page", "next", "results", "facets"} <= set(body)
    assert (body["total"], body["page"], body["per_page"], body["next"]) == (2, 1, 20, None)
    result = body["results"][0]
    assert result["slug"] == "zeitfenster"
    assert isinstance(result["name"], str)
    assert set(result["description"]) <= {"de", "en"}
    assert result["state"] == "active"
    assert result["publisher"]["country"] == "DE"
    assert tuple(body["facets"]) == FACETS
    assert {"value": "MIT", "count": 2} in body["facets"]["licence"]


def test_one_solution_has_fields_with_origin(client: FlaskClient) -> None:
    body = got(client, f"{LIST}/maengelmelder")
    version = body["fields"]["software_version"]
    assert version["value"] == "1.4.0"
    assert set(version["origin"]) == {"repository", "path", "line", "commit"}
    assert len(body["signals"]) == 6
    assert "Schlaglöcher" in client.get(f"{LIST}/maengelmelder").text  # real letters, no escapes


def test_next_walks_through_everything_once(client: FlaskClient) -> None:
    seen: list[str] = []
    address: str | None = f"{LIST}?per_page=7&sort=name&country=DE&country=IT"
    while address is not None:
        body = got(client, address)
        seen += [result["slug"] for result in body["results"]]
        address = body["next"]
        if address is not None:
            assert dict(parse_qsl(urlsplit(address).query))["per_page"] == "7"
    assert len(seen) == len(set(seen)) == body["total"]


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("category=appointment-scheduling", {"zeitfenster", "kitaplatz", "zeitfenster-1", "kitaplatz-1"}),
        ("licence=MIT", {"zeitfenster", "zeitfenster-1"}),
        ("publisher=comune-di-esempio", {"parcheggi-liberi", "parcheggi-liberi-1"}),
        ("country=IT", {"parcheggi-liberi", "parcheggi-liberi-1"}),
        ("country=it", {"parcheggi-liberi", "parcheggi-liberi-1"}),
        ("language=tr", {"maengelmelder", "maengelmelder-1"}),
        ("state=archived", {"buergerbeteiligung", "buergerbeteiligung-1"}),
        ("state=archived&state=abandoned&publisher=stadt-musterhausen", {"ratsinformation", "ratsinformation-1"}),
        ("country=XX", set()),
        ("land=DE-BW&kind=county", {"zeitfenster", "buergerbeteiligung", "zeitfenster-1", "buergerbeteiligung-1"}),
        ("land=de-bw&state=archived", {"buergerbeteiligung", "buergerbeteiligung-1"}),
        ("land=DE-NW&kind=town&size=small&licence=none", {"sensornetz", "sensornetz-1"}),
        ("land=DE-NW&land=DE-BW&q=Termine", {"zeitfenster", "zeitfenster-1"}),
        ("land=DE-BW&size=small", set()),
        ("land=DE-XX", set()),
        ("kind=research&size=rural&size=large", set()),
        ("state=&category=&country=", None),
    ],
)
def test_filters(client: FlaskClient, query: str, slugs: set[str] | None) -> None:
    body = got(client, f"{LIST}?{query}")
    if slugs is None:
        assert body["total"] == got(client, LIST)["total"]
    else:
        assert {result["slug"] for result in body["results"]} == slugs


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("colour=red", "colour"),
        ("q=x&Page=2", "Page"),
        ("page=0", "page"),
        ("page=-1", "page"),
        ("page=one", "page"),
        ("page=", "page"),
        ("page=1.0", "page"),
        ("page=%D9%A1", "page"),  # an Arabic digit
        ("page=" + "9" * 5000, "page"),
        ("per_page=0", "per_page"),
        ("per_page=101", "per_page"),
        ("per_page=1e1", "per_page"),
        ("sort=stars", "sort"),
        ("page=1&page=2", "page"),
        ("state=bogus", "state"),
        ("state=ACTIVE", "state"),
        ("state=active&state=alive", "state"),
        ("land=BW", "land"),
        ("land=DE-B%C3%A4", "land"),
        ("land=Bayern", "land"),
        ("kind=Stadt", "kind"),
        ("size=huge", "size"),
        ("size=small&size=SMALL", "size"),
        ("country=DEU", "country"),
        ("country=D", "country"),
        ("country=4%C3%A4", "country"),
        ("q=" + "a" * 201, "q"),
        ("category=" + "a" * 201, "category"),
        ("&".join(f"category=c{number}" for number in range(51)), "category"),
        ("&".join(f"category=c{number}" for number in range(30)) + "&publisher=p" * 21, "publisher"),
    ],
)
def test_bad_parameters_are_named(client: FlaskClient, query: str, named: str) -> None:
    answer = client.get(f"{LIST}?{query}")
    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"
    body = answer.get_json()
    assert body["status"] == 400
    assert body["parameter"] == named
    assert named in body["detail"]
    assert {"type", "title"} <= set(body)


@pytest.mark.parametrize(
    "query",
    [
        *("page=1&per_page=100", "per_page=1", "page=1000000", "q=", "sort=activity", "q=" + "a" * 200),
        "&".join(f"category=c{number}" for number in range(50)),
    ],
)
def test_limits_are_allowed(client: FlaskClient, query: str) -> None:
    got(client, f"{LIST}?{query}")


def test_errors_are_problem_json(client: FlaskClient) -> None:
    for path, status in ((f"{LIST}/nobody", 404), (f"{LIST}/no%00body", 404), ("/api/v2/x", 404)):
        answer = client.get(path)
        assert answer.status_code == status
        assert answer.mimetype == "application/problem+json"
        assert answer.get_json()["status"] == status
    refused = client.post(LIST)
    assert refused.status_code == 405
    assert refused.mimetype == "application/problem+json"
    assert "GET" in refused.headers["Allow"]
    assert client.get(f"{LIST}/zeitfenster?fields=all").status_code == 400


def test_a_former_slug_is_moved_for_good(client: FlaskClient) -> None:
    answer = client.get(f"{LIST}/{ALIAS}")
    assert answer.status_code == 301
    assert answer.headers["Location"] == f"{LIST}/maengelmelder"


@pytest.mark.parametrize("path", [f"{LIST}?q=Termine", f"{LIST}/zeitfenster"])
def test_etag_saves_the_body(client: FlaskClient, path: str) -> None:
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.head(path).headers["ETag"] == first.headers["ETag"]


def test_other_sites_may_read_it(client: FlaskClient) -> None:
    answer = client.get(LIST)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path", [LIST, f"{LIST}/zeitfenster"])
def test_options_answer_scripts_without_a_page(client: FlaskClient, path: str) -> None:
    answer = client.options(path)
    assert (answer.status_code, answer.data) == (204, b"")
    assert "Content-Type" not in answer.headers
    assert "GET" in answer.headers["Access-Control-Allow-Methods"]
    missing = client.options("/api/v1/nothing")
    assert (missing.status_code, missing.mimetype) == (404, "application/problem+json")


def test_health(client: FlaskClient, unusable_client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok"}
    ready = client.get("/readyz")
    assert ready.status_code == 200, ready.text
    assert unusable_client.get("/healthz").status_code == 200
    unready = unusable_client.get("/readyz")
    assert unready.status_code == 503
    assert unready.get_json()["reasons"]
    assert client.get("/healthz", headers={"Host": "10.0.0.7:8000"}).status_code == 200
