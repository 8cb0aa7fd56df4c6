# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The pages of the register: the way in with the map, lists, the page of a body, former addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from registry.model import Body, BodyKind, BodyOrigin, BodyQuery, BodySort, Place, SizeClass
from registry.web import body_queries
from registry.web.app import create_app
from registry.web.map_view import map_of, radius
from support import registers
from support.catalogue import SmallCatalogue, small_catalogue

SELF_ENTERED = Body(
    "selbst", "selbst", "Selbsthausen", BodyKind.MUNICIPALITY, "DE", land="DE-SH",
    origin=BodyOrigin.PERSON, reconciled=False, population=4_000, population_as_of="2025-06-30",
    programme_label="Kleinere Städte und Gemeinden",
)  # fmt: skip
ENDED = replace(registers.GONE, id="ende", slug="ende", name="Endlingen", successor_id=None)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallCatalogue]:
    built = small_catalogue(tmp_path_factory.mktemp("bodies"))
    registers.put(built.config.database_url, [*registers.REGISTER, SELF_ENTERED, ENDED])
    yield built
    built.store.close()


@pytest.fixture(scope="module")
def app(catalogue: SmallCatalogue) -> Flask:
    return create_app(catalogue.config, catalogue)  # type: ignore[arg-type]


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def text(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.text[:500]
    return unescape(answer.text)


def words(page: str) -> str:
    """What is read: without markup, single blanks."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("<main")[2]).split())


# --- the way in ---


def test_the_way_in_has_figures_with_their_date_and_ways_on(client: FlaskClient) -> None:
    page = text(client, "/bodies")
    said = words(page)
    assert "15 Stellen, 4 veröffentlichen etwas , Gebietsstand 31.01.2026" in said
    assert 'href="/bodies?land=DE-SH"' in page
    assert 'href="/bodies?kind=it_provider"' in page
    assert 'href="/bodies?size=small"' in page
    assert "allmende body import FILE --dry-run" in page
    assert "gemeinfrei" in page
    assert ">Kommunen und Stellen</a>" in page


def test_the_map_says_what_its_table_says(client: FlaskClient) -> None:
    page = text(client, "/bodies")
    drawing = page[page.index("<svg class") :].partition('class="map"')[2].partition("</svg>")[0]
    # Five solutions of a town and three of a provider next to it are one circle; the county stands alone.
    names = re.findall(r'<a href="([^"]+)" class="marker[^"]*" aria-label="([^"]+)"', drawing)
    assert names == [
        ("/bodies/landkreis-beispielland", "Landkreis Beispielland: 2 Lösungen"),
        ("#at-stadt-musterhausen", "Stadt Musterhausen und eine weitere Stelle: 7 Lösungen"),
    ]
    assert 'id="at-stadt-musterhausen"' in page
    assert 'class="ring"' in drawing
    assert drawing.count('class="land"') == 16
    assert '<g aria-hidden="true">' in drawing
    for reference in re.findall(r'aria-labelledby="([^"]+)"', page):
        assert all(f'id="{one}"' in page for one in reference.split())
    table = words(page).partition("Auf der Karte")[2]
    assert "Landkreis Beispielland Baden-Württemberg 2" in table
    assert "Stadt Musterhausen Nordrhein-Westfalen 4" in table
    assert "Comune di Esempio Italien 1" in table.partition("Außerhalb der Karte")[2]


def test_an_empty_register_says_what_to_do(empty_client: FlaskClient) -> None:
    said = words(text(empty_client, "/bodies"))
    assert "Das Verzeichnis ist noch leer" in said
    assert "allmende body import" in said
    assert "Nichts gefunden" in words(text(empty_client, "/bodies?q=Ulm"))


# --- lists ---


def test_a_name_that_one_body_has_comes_first(client: FlaskClient) -> None:
    page = text(client, "/bodies?q=Stadt+Ulm")
    assert "Das passt zu Ihrer Eingabe" in page
    assert 'href="/bodies/ulm"' in page


def test_where_several_fit_the_reader_chooses(client: FlaskClient) -> None:
    said = words(page := text(client, "/bodies?q=Neustadt"))
    assert "2 Stellen passen zu Ihrer Eingabe" in said
    assert "Wir raten nicht" in said
    assert "Stadt Neustadt Stadt Musterkreis, Schleswig-Holstein" in said
    assert "Gemeinde Neustadt Gemeinde Baden-Württemberg" in said
    assert 'href="/bodies?q=Neustadt&page=1"' in page
    assert "2 Stellen gefunden" in words(text(client, "/bodies?q=Neustadt&page=1"))


def test_a_name_nobody_has_helps_on(client: FlaskClient) -> None:
    said = words(text(client, "/bodies?q=gibtesnicht"))
    for part in ("Nichts gefunden", "amtlichen Schlüssel", "Ihre Kommune fehlt?", "allmende body import"):
        assert part in said


def test_lists_are_narrowed_and_filters_taken_off(client: FlaskClient) -> None:
    page = text(client, "/bodies?land=DE-SH&kind=town")
    assert "1 Stelle gefunden" in page
    assert 'href="/bodies/neustadt-sh"' in page
    assert 'href="/bodies?kind=town"' in page
    assert "Bundesland: Schleswig-Holstein" in words(page)
    assert "Federal state: Schleswig-Holstein" in words(text(client, "/en/bodies?land=DE-SH"))
    nothing = words(text(client, "/bodies?land=DE-SL&kind=town"))
    assert "0 Stellen gefunden" in nothing
    assert "Keine Stelle passt zu allem, was Sie gewählt haben. Alle Filter entfernen" in nothing


def test_the_list_of_publishers_counts_their_solutions(client: FlaskClient) -> None:
    said = words(text(client, "/bodies?publishes=1&sort=solutions"))
    assert "4 Stellen gefunden" in said
    assert said.index("Stadt Musterhausen") < said.index("Comune di Esempio")


def test_figures_have_their_date_or_say_that_there_is_none(client: FlaskClient) -> None:
    said = words(text(client, "/bodies?land=DE-SH&page=1"))
    assert "4.000 30.06.2025" in said
    assert "Einwohnerzahlen ohne Datum: Die Quelle nennt keinen Stichtag." in said
    assert "noch nicht abgeglichen" in said


@pytest.mark.parametrize(
    "query",
    ["land=xx", "land=DE-BW&land=DE-BW", "kind=castle", "size=huge", "country=Deutschland", "publishes=yes", "sort=up",
     "page=0", "page=999999", "page=a", "q=%00", "q=" + "x" * 3000, "land=%F0%9F%8F%B3", "q=%25%5F", "q=08"],
)  # fmt: skip
def test_no_query_is_a_fault(client: FlaskClient, query: str) -> None:
    assert client.get(f"/bodies?{query}").status_code == 200


# --- one body ---


def test_a_town_says_what_it_is(client: FlaskClient) -> None:
    page = text(client, "/bodies/ulm")
    said = words(page)
    assert '<h1 class="kern-heading-large">Stadt Ulm</h1>' in page
    for part in (
        "Stadtkreis , Baden-Württemberg",
        "Gemeindeschlüssel (AGS) 08421000",
        "Regionalschlüssel (ARS) 084210000000 Gebietsstand 31.01.2026",
        "128.000 (31.12.2024)",
        "Großstadt (ab 100.000 Einwohner) berechnet aus der Einwohnerzahl",
        "Ulm, Universitätsstadt",
        "Web-Domains ulm.de",
        "früher Ulma (bis 31.12.1802)",
        "Wir kennen keine Lösung, die sie veröffentlicht.",
        "Amtliches Gemeindeverzeichnis (GV100AD)",
    ):
        assert part in said, part
    assert "Muster-IT Nord" in said  # serves it
    assert 'rel="nofollow ugc noopener noreferrer">github.com/stadtulm</a>' in page
    assert "Town or city ( Stadtkreis )" in words(english := text(client, "/en/bodies/ulm"))
    assert '<span lang="de">Stadtkreis</span>' in english


def test_what_is_not_known_is_not_denied(client: FlaskClient) -> None:
    said = words(text(client, "/bodies/landkreis-beispielland"))
    assert "Regionalschlüssel (ARS) keine Angabe" in said
    assert "AGS" not in said  # a county has none
    assert "180.000 (ohne Stichtag)" in said
    assert "nein" not in said.casefold().split()


def test_a_village_stands_below_its_association_and_county(client: FlaskClient) -> None:
    page = text(client, "/bodies/musterdorf")
    crumbs = re.findall(r'href="([^"]+)"', page[page.index('class="crumbs"') : page.index("<h1")])
    assert crumbs == ["/bodies", "/bodies/schleswig-holstein", "/bodies/musterkreis", "/bodies/amt-mustersee"]
    said = words(page)
    assert "Landgemeinde" in said
    assert "31.12.2025: Gemeinde Altdorf ist darin aufgegangen" in said
    assert "Dazu gehören Gemeinde Musterdorf" in words(text(client, "/bodies/amt-mustersee"))


def test_a_county_lists_all_that_belong_to_it(tmp_path: Path) -> None:
    """No list that is longer than the page shows has no way to the rest."""
    built = small_catalogue(tmp_path)
    county = registers.german("viele", "Vielekreis", BodyKind.COUNTY, ars="01991", land="DE-SH")
    within = [registers.german(f"ort-{n}", f"Ort {n:03}", land="DE-SH", parent_id=county.id) for n in range(100)]
    registers.put(built.config.database_url, [county, *within], [])
    page = text(create_app(built.config, built).test_client(), "/bodies/viele")  # type: ignore[arg-type]
    built.store.close()
    assert [one.slug for one in within if f'href="/bodies/{one.slug}"' not in page] == []


def test_a_provider_says_whom_it_serves_and_who_says_so(client: FlaskClient) -> None:
    page = text(client, "/bodies/muster-it")
    said = words(page)
    assert "Rechtsform Anstalt des öffentlichen Rechts" in said
    assert "Schleswig-Holstein" in said.partition("Für wen diese Stelle arbeitet")[2]
    assert 'href="https://muster-it.example/kunden"' in page
    assert "Mitglieder Musterkreis" in said
    assert "Schlüssel" not in said.partition("Zu dieser Stelle")[2].partition("Für wen")[0]
    assert "Mitglied bei Muster-IT Nord" in words(text(client, "/bodies/musterkreis"))


def test_a_publisher_shows_its_solutions_without_repeating_its_name(client: FlaskClient) -> None:
    page = text(client, "/bodies/stadt-musterhausen")
    assert "4 Lösungen" in words(page)
    assert 'href="/solutions/maengelmelder"' in page
    assert page.count("Stadt Musterhausen") == 2  # title and heading: the cards do not repeat it
    assert "Gemeindeschlüssel (AGS) 05999001 Regionalschlüssel (ARS) keine Angabe Gebietsstand keine Angabe" in words(
        page
    )


def test_self_entered_and_ended_bodies_say_so(client: FlaskClient) -> None:
    said = words(text(client, "/bodies/selbst"))
    assert "noch nicht abgeglichen" in said
    assert "Kategorie des Förderprogramms Kleinere Städte und Gemeinden" in said
    assert "Gemeindeschlüssel (AGS) keine Angabe" in said
    assert "besteht seit 31.12.2025 nicht mehr" in words(text(client, "/bodies/ende"))


def test_a_foreign_town_has_the_key_of_its_own_list(client: FlaskClient) -> None:
    said = words(text(client, "/bodies/bern"))
    assert "Amtlicher Schlüssel (BFS) 351" in said
    assert "Schweiz" in said
    assert "ARS" not in said


def test_former_addresses_lead_on_for_good(client: FlaskClient) -> None:
    for path, target in (
        ("/publishers/stadt-musterhausen", "/bodies/stadt-musterhausen"),
        ("/en/publishers/stadt-musterhausen", "/en/bodies/stadt-musterhausen"),
        ("/bodies/altdorf", "/bodies/musterdorf"),
        ("/publishers/altdorf", "/bodies/altdorf"),
    ):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (301, target)
    assert client.get("/bodies/niemand").status_code == 404
    assert client.get("/publishers/niemand").status_code == 404


# --- queries and the map as functions ---

_QUERIES = st.builds(
    BodyQuery,
    text=st.sampled_from(["", "Ulm", "Neustadt & Söhne", "08"]),
    lands=st.lists(st.sampled_from(["DE-BW", "DE-SH"]), unique=True).map(tuple),
    kinds=st.lists(st.sampled_from(list(BodyKind)), unique=True).map(tuple),
    sizes=st.lists(st.sampled_from(list(SizeClass)), unique=True).map(tuple),
    countries=st.lists(st.sampled_from(["DE", "IT"]), unique=True).map(tuple),
    publishes=st.sampled_from([None, True]),
    sort=st.sampled_from(list(BodySort)),
    page=st.integers(1, 99),
    per_page=st.just(body_queries.PER_PAGE),
)


@given(_QUERIES)
def test_an_address_asks_what_it_was_made_of(query: BodyQuery) -> None:
    base, _, asked = body_queries.address("/bodies", query, query.page).partition("?")
    pairs = parse_qsl(asked)
    assert base == "/bodies"
    assert set(dict(pairs)) & body_queries.PARAMETERS
    assert body_queries.body_query(MultiDict(pairs)) == query


@given(_QUERIES, st.sampled_from(["land", "kind", "size", "country"]))
def test_a_filter_put_on_and_taken_off_changes_nothing_else(query: BodyQuery, name: str) -> None:
    value = {"land": "DE-BY", "kind": "town", "size": "small", "country": "FR"}[name]
    once = body_queries.toggled(query, name, value)
    assert (value in body_queries.filters(once)[name]) != (value in body_queries.filters(query)[name])
    twice = body_queries.filters(body_queries.toggled(once, name, value))
    assert {key: set(values) for key, values in twice.items()} == {
        key: set(values) for key, values in body_queries.filters(query).items()
    }


def _towns(places: list[tuple[float, float]]) -> list[Body]:
    return [
        Body(f"t{n}", f"t{n}", f"Ort {n}", BodyKind.TOWN, "DE", land="DE-HE", place=Place(*place))
        for n, place in enumerate(places)
    ]


@given(st.lists(st.tuples(st.floats(47.5, 54.8), st.floats(6.2, 14.8), st.integers(0, 400)), max_size=40))
def test_every_publisher_is_told_once(app: Flask, drawn: list[tuple[float, float, int]]) -> None:
    bodies = _towns([(latitude, longitude) for latitude, longitude, _ in drawn])
    published = {f"t{n}": count for n, (_, _, count) in enumerate(drawn) if count}
    with app.test_request_context():
        found = map_of(bodies, published)
    shown = [entry for marker in found.markers for entry in marker.entries] + list(found.outside)
    assert sorted(entry.body.id for entry in shown) == sorted(published)
    assert sum(entry.solutions for entry in shown) == sum(published.values())


def test_circles_grow_with_their_number_up_to_a_limit() -> None:
    sizes = [radius(count) for count in range(1, 200)]
    assert all(one <= other for one, other in pairwise(sizes))
    assert sizes[0] < sizes[3] < sizes[15] <= sizes[-1] == radius(10_000)
