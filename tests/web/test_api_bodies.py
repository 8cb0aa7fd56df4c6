# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The register in the JSON API: keys, filters, pages, errors, addresses that moved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert

from registry.storage import tables
from registry.storage.database import open_engine
from registry.web.app import create_app
from support import registers
from support.catalogue import small_catalogue

LIST = "/api/v1/bodies"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """The small catalogue of all page tests, with a register beside its publishers."""
    built = small_catalogue(tmp_path_factory.mktemp("register"))
    registers.put(built.config.database_url)
    engine = open_engine(built.config.database_url, migrating=True)
    with engine.begin() as connection:
        connection.execute(insert(tables.body_slug).values(slug="stadt-ulm", body_id=registers.ULM.id))
    yield create_app(built.config, built).test_client()  # type: ignore[arg-type]
    built.store.close()


def got(client: FlaskClient, path: str) -> dict[str, Any]:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "application/json"
    found: dict[str, Any] = answer.get_json()
    return found


def slugs(found: dict[str, Any]) -> list[str]:
    return [one["slug"] for one in found["results"]]


def test_the_list_has_the_promised_keys(client: FlaskClient) -> None:
    found = got(client, f"{LIST}?q=Ulm")
    assert set(found) == {"total", "page", "per_page", "next", "results", "facets", "attribution"}
    assert (found["total"], found["page"], found["per_page"], found["next"]) == (1, 1, 20, None)
    [ulm] = found["results"]
    assert (ulm["slug"], ulm["title"], ulm["name"], ulm["kind"]) == ("ulm", "Stadt Ulm", "Ulm", "town")
    assert (ulm["land"], ulm["land_code"], ulm["country"]) == ("Baden-Württemberg", "DE-BW", "DE")
    assert (ulm["ars"], ulm["ags"], ulm["keys_as_of"]) == ("084210000000", "08421000", registers.AS_OF)
    assert (ulm["population"], ulm["population_as_of"], ulm["size"]) == (128_000, "2024-12-31", "large")
    assert (ulm["url"], ulm["api"]) == ("/bodies/ulm", "/api/v1/bodies/ulm")
    assert {"value": "DE-BW", "count": 1} in found["facets"]["land"]
    named = " ".join(one["source"] for one in found["attribution"])
    assert all(source in named for source in ("GeoNames", "BKG", "DWD", "Destatis"))
    assert "Baden-Württemberg" in client.get(f"{LIST}?q=Ulm").text  # real letters, no escapes


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("land=DE-SH&kind=state&kind=town", ["neustadt-sh", "schleswig-holstein"]),
        ("land=de-bw&kind=town", ["ulm"]),
        ("kind=county&kind=municipal_association&land=DE-SH", ["amt-mustersee", "musterkreis"]),
        ("size=small&land=DE-SH", ["neustadt-sh"]),
        ("country=ch", ["bern"]),
        ("q=neustadt", ["neustadt-bw", "neustadt-sh"]),
        ("q=08421000", ["ulm"]),
        ("parent=amt-mustersee", ["musterdorf"]),
        ("q=altdorf", []),
        ("q=altdorf&dissolved=true", ["altdorf"]),
        ("publishes=true&land=DE-SH", []),
        ("land=&kind=&q=Ulm", ["ulm"]),
        ("kind=town&kind=municipality&land=DE-SH&sort=population", ["neustadt-sh", "musterdorf"]),
    ],
)
def test_filters(client: FlaskClient, asked: str, expected: list[str]) -> None:
    assert slugs(got(client, f"{LIST}?{asked}")) == expected


def test_those_that_publish(client: FlaskClient) -> None:
    found = got(client, f"{LIST}?publishes=true&sort=solutions")
    assert found["total"] == 4
    assert all(one["published"] > 0 for one in found["results"])
    assert "ulm" in slugs(got(client, f"{LIST}?publishes=false&per_page=100"))


def test_next_walks_through_everything_once(client: FlaskClient) -> None:
    seen: list[str] = []
    address: str | None = f"{LIST}?per_page=2&country=DE&kind=town&kind=municipality"
    while address is not None:
        found = got(client, address)
        seen += slugs(found)
        address = found["next"]
        if address is not None:
            assert ("kind", "municipality") in parse_qsl(urlsplit(address).query)
    assert len(seen) == len(set(seen)) == found["total"]


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ("lnad=DE-BW", "lnad"),
        ("land=Hessen", "land"),
        ("kind=village", "kind"),
        ("size=huge", "size"),
        ("country=DEU", "country"),
        ("publishes=yes", "publishes"),
        ("sort=random", "sort"),
        ("page=0", "page"),
        ("page=x", "page"),
        ("per_page=1000", "per_page"),
        ("q=a&q=b", "q"),
        ("q=" + "a" * 201, "q"),
        ("&".join(f"land=DE-{number:02d}" for number in range(60)), "land"),
    ],
)
def test_a_wrong_parameter_is_named(client: FlaskClient, asked: str, parameter: str) -> None:
    answer = client.get(f"{LIST}?{asked}")
    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"
    problem = answer.get_json()
    assert (problem["status"], problem["parameter"]) == (400, parameter)


def test_one_body_has_all_that_is_known_of_it(client: FlaskClient) -> None:
    ulm = got(client, f"{LIST}/ulm")
    assert {"name": "Ulma", "kind": "former", "until": "1802-12-31"} in ulm["names"]
    assert (ulm["domains"], ulm["accounts"]) == (["ulm.de"], ["https://github.com/stadtulm"])
    assert ulm["parent"]["slug"] == "baden-wuerttemberg"
    assert [one["slug"] for one in ulm["providers"]] == ["muster-it"]
    assert (ulm["successor"], ulm["moved_to"], ulm["predecessors"]) == (None, None, [])
    assert ulm["solutions"] == {"total": 0, "url": "/api/v1/solutions?publisher=ulm", "results": []}


def test_relations_of_an_operator(client: FlaskClient) -> None:
    found = got(client, f"{LIST}/muster-it")
    assert (found["kind"], found["legal_form"]) == ("it_provider", "Anstalt des öffentlichen Rechts")
    assert [(one["land"], one["body"] and one["body"]["slug"]) for one in found["serves"]] == [
        ("Schleswig-Holstein", None),
        (None, "ulm"),
    ]
    assert found["serves"][1]["source"] == "https://muster-it.example/kunden"
    assert [one["slug"] for one in found["members"]] == ["musterkreis"]
    assert found["providers"] == []


def test_a_foreign_body(client: FlaskClient) -> None:
    bern = got(client, f"{LIST}/bern")
    assert (bern["land"], bern["land_code"], bern["region"], bern["ars"]) == (None, None, "Bern", None)
    assert bern["foreign_key"] == {"scheme": "bfs", "key": "351"}


def test_children_are_counted_with_an_address_that_lists_them(client: FlaskClient) -> None:
    children = got(client, f"{LIST}/amt-mustersee")["children"]
    assert children["total"] == 1
    assert slugs(got(client, children["url"])) == ["musterdorf"]


def test_the_published_solutions_are_listed(client: FlaskClient) -> None:
    [first, *_] = got(client, f"{LIST}?publishes=true&sort=solutions")["results"]
    found = got(client, f"{LIST}/{first['slug']}")["solutions"]
    assert found["total"] == len(found["results"]) == first["published"]
    assert got(client, found["url"])["total"] == found["total"]


def test_a_former_address_leads_to_the_present_one(client: FlaskClient) -> None:
    answer = client.get(f"{LIST}/stadt-ulm")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/api/v1/bodies/ulm")


def test_what_became_a_part_of_another_says_so(client: FlaskClient) -> None:
    gone = got(client, f"{LIST}/altdorf")
    assert (gone["slug"], gone["dissolved_on"], gone["ars"]) == ("altdorf", "2025-12-31", "019905001009")
    assert gone["moved_to"] == "/api/v1/bodies/musterdorf"
    assert gone["successor"]["slug"] == "musterdorf"
    assert [one["slug"] for one in got(client, gone["moved_to"])["predecessors"]] == ["altdorf"]


@pytest.mark.parametrize("slug", ["nirgends", "%00", "a%2Fb", "x" * 300, "Ülm", "%ED%A0%80"])
def test_an_unknown_body(client: FlaskClient, slug: str) -> None:
    answer = client.get(f"{LIST}/{slug}")
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"


def test_an_unknown_parent_is_not_found(client: FlaskClient) -> None:
    assert client.get(f"{LIST}?parent=nirgends").status_code == 404


def test_one_body_takes_no_parameters(client: FlaskClient) -> None:
    assert client.get(f"{LIST}/ulm?lang=de").status_code == 400


@pytest.mark.parametrize("path", [LIST, f"{LIST}/ulm"])
def test_what_has_not_changed_is_not_sent_again(client: FlaskClient, path: str) -> None:
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["Access-Control-Allow-Origin"] == "*"


def test_an_empty_register(empty_client: FlaskClient) -> None:
    found = got(empty_client, LIST)
    assert (found["total"], found["results"], found["next"]) == (0, [], None)


def test_without_a_database(unusable_client: FlaskClient) -> None:
    answer = unusable_client.get(LIST)
    assert answer.status_code == 503
    assert answer.mimetype == "application/problem+json"
