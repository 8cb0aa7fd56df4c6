# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Licences in the JSON API: one explained, several combined, errors, caching."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from registry.licences.combining import combine
from registry.licences.hints import Use

ONE, COMBINE = "/api/v1/licences/EUPL-1.2", "/api/v1/licences/combine"


def test_a_licence_is_explained_in_both_languages(client: FlaskClient) -> None:
    body = client.get(ONE).get_json()
    assert (body["expression"], body["kind"], body["osi_approved"], body["fsf_free"]) == (
        "EUPL-1.2",
        "network_copyleft",
        True,
        True,
    )
    assert set(body["uses"]) == set(Use)
    for hints in body["uses"].values():
        assert all(set(hint["text"]) == set(hint["source"]) == {"de", "en"} and hint["url"] for hint in hints)
    assert set(body["kind_text"]) == {"de", "en"}
    assert body["url"] == "/licences/EUPL-1.2"
    solutions = client.get(body["solutions"]["url"]).get_json()
    assert solutions["total"] == body["solutions"]["total"] > 0


def test_not_assessed_is_null(client: FlaskClient) -> None:
    body = client.get("/api/v1/licences/Beerware").get_json()
    assert (body["osi_approved"], body["fsf_free"]) == (None, None)
    assert body["solutions"]["total"] == 0


def test_a_combination_is_what_the_rules_say(client: FlaskClient) -> None:
    body = client.get(f"{COMBINE}?licence=EUPL-1.2&licence=gpl-3.0-only&use=publishing").get_json()
    found = combine(["EUPL-1.2", "GPL-3.0-only"], Use.PUBLISHING)
    assert (body["verdict"], body["outgoing"]) == (found.verdict, list(found.outgoing))
    assert body["expressions"] == ["EUPL-1.2", "GPL-3.0-only"]
    assert [pair["expressions"] for pair in body["pairs"]] == [["EUPL-1.2", "GPL-3.0-only"]]
    assert any("OSADL" in hint["source"]["en"] for hint in body["hints"])
    assert body["note"]["text"]["de"]


@pytest.mark.parametrize(
    ("path", "named"),
    [
        (f"{ONE}?lang=de", "lang"),
        (f"{COMBINE}?licence=MIT&licence=ISC", "use"),
        (f"{COMBINE}?licence=MIT&licence=ISC&use=selling", "use"),
        (f"{COMBINE}?licence=MIT&licence=ISC&use=own&use=own", "use"),
        (f"{COMBINE}?licence=MIT&use=own", "licence"),
        (f"{COMBINE}?use=own", "licence"),
        (f"{COMBINE}?{'&'.join(['licence=MIT'] * 6)}&use=own", "licence"),
        (f"{COMBINE}?licence=MIT&licence=EUPL-9&use=own", "licence"),
        (f"{COMBINE}?licence=MIT&licence=&use=own", "licence"),
        (f"{COMBINE}?licence=MIT&licence={'x' * 3000}&use=own", "licence"),
        (f"{COMBINE}?licence=MIT&licence=ISC&use=own&q=x", "q"),
        ("/api/v1/solutions?licence_kind=open", "licence_kind"),
    ],
)
def test_bad_parameters_are_named(client: FlaskClient, path: str, named: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert answer.get_json()["parameter"] == named


@pytest.mark.parametrize("path", [ONE, f"{COMBINE}?licence=MIT&licence=ISC&use=own"])
def test_answers_are_revalidated_and_open_to_browsers(client: FlaskClient, path: str) -> None:
    first = client.get(path)
    assert first.status_code == 200
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
