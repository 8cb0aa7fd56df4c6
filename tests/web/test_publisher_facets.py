# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Results narrowed by what their publisher is: Land, kind and size class, as page and by the API."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry.model import FacetValue, Query, SearchPage
from registry.web import facets


def text(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text[:500]
    return unescape(answer.text)


def test_who_is_like_us_is_an_address(client: FlaskClient) -> None:
    page = text(client, "/solutions?land=DE-NW&size=small")
    assert "Bundesland des Herausgebers: Nordrhein-Westfalen" in page
    assert "Größe der veröffentlichenden Kommune: Kleinstadt" in page
    assert 'href="/solutions?land=DE-NW" rel="nofollow"' in page  # the chip that takes off the size
    assert "Parcheggi liberi" not in page
    counted = client.get("/api/v1/solutions?land=DE-NW&size=small").get_json()
    assert counted["total"] > 0
    assert all(found["publisher"]["slug"] == "stadt-musterhausen" for found in counted["results"])


def test_land_kind_and_size_are_words_and_nothing_is_said_where_they_are_unknown(client: FlaskClient) -> None:
    page = text(client, "/solutions")
    kind = "Öffentlicher IT-Dienstleister"
    for shown in ("Baden-Württemberg", "Nordrhein-Westfalen", "Kleinstadt", "Landkreis", kind):
        assert shown in page
    english = text(client, "/en/solutions?land=DE-NW&kind=town")
    assert "North Rhine-Westphalia" in english
    assert "Town or city" in english
    # the publishers of five records have no size class
    sizes = client.get("/api/v1/solutions").get_json()["facets"]["size"]
    assert [value["value"] for value in sizes] == ["small"]


@pytest.mark.parametrize("query", ["land=DE-XX", "land=Bayern", "kind=Stadt", "size=huge", "size=rural&size=large"])
def test_unknown_values_of_who_publishes_find_nothing_and_help_on(client: FlaskClient, query: str) -> None:
    page = text(client, f"/solutions?{query}")
    assert "0 Lösungen gefunden" in page
    assert re.search(r"Ohne Filter gibt es \d+ Lösungen\.", page)
    assert "Alle Filter entfernen" in page


def test_sizes_stand_in_their_natural_order(app: Flask) -> None:
    counted = tuple(
        FacetValue(value, count) for value, count in (("large", 9), ("rural", 5), ("medium", 2), ("small", 1))
    )
    query = Query(filters={"size": ("medium",)})
    with app.test_request_context("/solutions"):
        [size] = facets.facets(SearchPage(query, 17, (), {"size": counted}), "/solutions")
    assert [(option.value, option.chosen) for option in size.options] == [
        ("rural", False), ("small", False), ("medium", True), ("large", False),
    ]  # fmt: skip
    assert [note.term for note in size.notes] == [option.label for option in size.options]


def test_laender_stand_by_their_frequency(app: Flask) -> None:
    counted = (FacetValue("DE-NW", 9), FacetValue("DE-BW", 3), FacetValue("DE-BY", 1))
    with app.test_request_context("/solutions"):
        [land] = facets.facets(SearchPage(Query(), 13, (), {"land": counted}), "/solutions")
    assert [option.label for option in land.options] == ["Nordrhein-Westfalen", "Baden-Württemberg", "Bayern"]
