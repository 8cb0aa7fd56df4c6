# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Harvests in the JSON API."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

LIST = "/api/v1/runs"


def got(client: FlaskClient, path: str) -> dict[str, Any]:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "ETag" in answer.headers
    body: dict[str, Any] = answer.get_json()
    return body


def done(client: FlaskClient) -> str:
    return next(str(run["run"]) for run in got(client, LIST)["results"] if run["state"] == "done")


def test_the_list(client: FlaskClient) -> None:
    body = got(client, f"{LIST}?per_page=1")
    assert (body["total"], body["page"], body["per_page"]) == (2, 1, 1)
    assert body["next"] == f"{LIST}?page=2&per_page=1"
    [latest] = body["results"]
    assert latest["state"] == "failed"
    assert latest["ended_at"].endswith("Z")
    assert latest["errors"][0]["message"]["de"].startswith("https://github.com/leer ist nicht erreichbar")
    assert got(client, body["next"])["next"] is None
    assert client.get(latest["url"]).status_code == 200


def test_one_run_with_its_items(client: FlaskClient) -> None:
    body = got(client, f"{LIST}/{done(client)}?per_page=5")
    items = body["items"]
    assert (items["total"], items["page"], items["per_page"], len(items["results"])) == (26, 1, 5, 5)
    first = items["results"][0]
    assert (first["status"], first["rule"]) == ("failed", "repository-empty")
    assert set(first["message"]) == set(first["hint"]) == {"de", "en"}
    plain = items["results"][2]
    assert plain["rule"] is None
    assert plain["message"] == {"de": "In den Katalog aufgenommen.", "en": "Taken into the catalogue."}
    assert client.get(f"/api/v1/solutions/{plain['solution']}").status_code == 200


def test_next_walks_through_every_item_once(client: FlaskClient) -> None:
    seen: list[str] = []
    address: str | None = f"{LIST}/{done(client)}?per_page=7&status=new&q=stadt"
    while address is not None:
        items = got(client, address)["items"]
        seen += [item["repository"] for item in items["results"]]
        address = items["next"]
    assert len(seen) == len(set(seen)) == items["total"] > 7
    assert all("stadt" in url for url in seen)


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("page=0", "page"),
        ("per_page=101", "per_page"),
        ("per_page=1&per_page=2", "per_page"),
        ("sort=name", "sort"),
        ("status=green", "status"),
        ("status=new&status=gone", "status"),
        (f"q={'x' * 201}", "q"),
    ],
)
def test_a_wrong_parameter_is_named(client: FlaskClient, query: str, parameter: str) -> None:
    answer = client.get(f"{LIST}/{done(client)}?{query}")
    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json()["parameter"] == parameter


@pytest.mark.parametrize("run", ["0190", "a b", "x" * 300, "%00"])
def test_an_unknown_run(client: FlaskClient, run: str) -> None:
    answer = client.get(f"{LIST}/{run}")
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
