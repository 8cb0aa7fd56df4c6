# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the pages say, in German and English."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest
from flask.testing import FlaskClient

from registry.model import LicenceConclusion, LicenceEvidence, LicenceVerdict, Origin, RunState
from registry.vocabulary.signals import explain_signal, signals, thresholds
from registry.web import labels, words
from registry.web.app import create_app
from support.catalogue import ALIAS, NOW, SPECS, SmallCatalogue, config, empty_catalogue, small_catalogue

PAGES = (
    "/",
    "/solutions",
    "/solutions?q=Termine",
    "/solutions?q=gibtesnicht",
    "/solutions/maengelmelder",
    "/solutions/sensornetz",
    "/solutions/energieblick",
    "/solutions/ohne-angaben",
    "/solutions/parcheggi-liberi",
    "/bodies",
    "/bodies?q=Muster",
    "/bodies?q=gibtesnicht",
    "/bodies?kind=county&publishes=1",
    "/bodies/stadt-musterhausen",
    "/licences",
    "/licences/EUPL-1.2",
    "/licences/combine",
    "/licences/combine?licence=EUPL-1.2&licence=MIT&licence=EUPL-9",
    "/licences/combine?licence=EUPL-1.2&licence=MIT&licence=GPL-3.0",
    "/runs",
    "/sources",
    "/operating",
    "/judging",
    "/nothing-here",
)


def text(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.text[:500]
    return unescape(answer.text)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_page_has_one_heading_and_the_frame(client: FlaskClient, path: str, language: str) -> None:
    page = client.get(f"/{language}{path}").text
    assert f'<html lang="{language}">' in page
    assert len(re.findall(r"<h1[ >]", page)) == 1
    assert page.count("<main ") == page.count("<header ") == page.count("<footer ") == 1
    assert 'href="#content"' in page
    assert 'id="content"' in page
    title = re.search(r"<title>(.+?) – Allmende</title>", page)
    assert title is not None
    assert title[1].strip()


@pytest.mark.parametrize("path", PAGES)
def test_ids_are_unique_and_labels_point_somewhere(client: FlaskClient, path: str) -> None:
    page = client.get(path).text
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for reference in re.findall(r'(?:aria-labelledby|for)="([^"]+)"', page):
        assert reference in ids


def test_start_shows_figures_with_a_date_and_ways_in(client: FlaskClient) -> None:
    page = text(client, "/")
    assert "24 Lösungen, 4 Herausgeber, 2 Staaten, Stand" in page
    assert 'datetime="2026-11-20"' in page
    assert "/solutions?category=appointment-scheduling" in page
    assert "Terminvergabe" in page
    assert "civic-engagement" not in page  # no key of the vocabulary
    assert "Vorführdaten" not in page


def test_start_of_an_empty_catalogue_tells_what_to_do(empty_client: FlaskClient) -> None:
    for path in ("/", "/solutions"):
        page = text(empty_client, path)
        for command in ("allmende source add URL", "allmende harvest run", "allmende serve --demo"):
            assert command in page


def test_a_demonstration_being_built_says_so(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("building")
    built = empty_catalogue(folder)
    client = create_app(config(folder, demo=True), built).test_client()  # type: ignore[arg-type]
    run = built.store.begin_run(NOW, demo=True)
    for path in ("/", "/solutions"):
        page = text(client, path)
        assert "Die Vorführung wird gerade aufgebaut. Bitte laden Sie die Seite gleich neu." in page
        assert "Bisher sind 0 Lösungen gelesen." in page
        assert "serve --demo" not in page
        assert "http-equiv" not in page
        assert 'class="figures"' not in page
    built.store.end_run(run.id, RunState.DONE, NOW)
    for path in ("/", "/solutions"):
        assert "gerade aufgebaut" not in text(client, path)
    built.store.close()


def test_demonstration_is_named_on_every_page_of_a_demo(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("demo")
    built = small_catalogue(folder, demo=True)
    for demo in (True, False):  # served as demo, or found in the data
        client = create_app(config(folder, demo=demo), built).test_client()  # type: ignore[arg-type]
        for path in ("/", "/solutions?q=Termine", "/solutions/zeitfenster", "/bodies/stadt-musterhausen"):
            assert "Das sind Vorführdaten" in text(client, path)
    built.store.close()


def test_search_finds_and_marks(client: FlaskClient) -> None:
    page = text(client, "/solutions?q=Schlagloecher")
    assert "2 Lösungen gefunden" in page
    assert 'href="/solutions/maengelmelder"' in page
    assert "<mark>Schlaglöcher</mark>" in page
    assert "keine Empfehlung, keine Vergabeentscheidung" in page


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("OParl", "Gefunden unter Standards: <mark>OParl</mark>"),
        ("OZG 10050", "Gefunden unter Verwaltungsleistungen: <mark>OZG</mark> <mark>10050</mark>"),
        ("99050012104000", "Gefunden unter Verwaltungsleistungen: LeiKa <mark>99050012104000</mark>"),
        ("Gremienarbeit", "Gefunden unter Schlagwörter: <mark>gremienarbeit</mark>"),
    ],
)
def test_a_result_says_why_it_was_found(client: FlaskClient, query: str, told: str) -> None:
    page = text(client, f"/solutions?q={query}")
    assert 'href="/solutions/ratsinformation"' in page
    assert told in page
    assert "Gefunden unter" not in text(client, "/solutions?q=Schlagloecher")


def test_facets_put_on_and_take_off_a_filter(client: FlaskClient) -> None:
    page = text(client, "/solutions?q=Karte")
    on = re.search(r'href="(/solutions\?[^"]*licence=EUPL-1\.2[^"]*)"', page)
    assert on is not None
    narrowed = text(client, on[1])
    assert "Lizenz: EUPL-1.2" in narrowed
    assert 'href="/solutions?q=Karte" rel="nofollow"' in narrowed  # the chip that removes it
    assert 'name="licence" value="EUPL-1.2"' in narrowed  # a new search keeps it


def test_values_of_facets_are_words(client: FlaskClient) -> None:
    page = text(client, "/solutions")
    for shown in ("Deutschland", "Italienisch", "Stadt Musterhausen", "Keine Lizenz gefunden", "lange ohne Änderung"):
        assert shown in page
    assert "Stadt Musterhausen" in text(client, "/solutions?publisher=stadt-musterhausen")
    assert "gibt-es-nicht" in text(client, "/solutions?publisher=gibt-es-nicht")


LISTS = {
    "/": "nach letzter Aktivität",
    "/solutions": "nach letzter Aktivität",
    "/solutions?sort=name": "nach Ihren Angaben",
    "/solutions?q=Termine": "nach Ihren Angaben",
    "/solutions?country=DE": "nach Ihren Angaben",
    "/bodies/stadt-musterhausen": "nach letzter Aktivität",
}


@pytest.mark.parametrize(("path", "rule"), LISTS.items())
def test_every_list_says_its_order_and_that_it_recommends_nothing(client: FlaskClient, path: str, rule: str) -> None:
    sentence = f"Reihenfolge {rule}, keine Empfehlung, keine Vergabeentscheidung."
    assert text(client, path).count(sentence) == 1


def test_a_stated_licence_is_shown_where_none_is_settled(client: FlaskClient, catalogue: SmallCatalogue) -> None:
    record = catalogue.store.solution("zeitfenster")
    origin = Origin("https://git.example/a", "publiccode.yml", 7)
    unsettled = LicenceConclusion(None, LicenceVerdict.UNCLEAR, (LicenceEvidence("declaration", "MIT", origin),))
    assert words.declared_licence(replace(record.solution, licence=unsettled)) == "MIT"
    assert words.declared_licence(record.solution) is None


def test_pages_of_a_long_list(client: FlaskClient) -> None:
    first = text(client, "/solutions?sort=name")
    assert 'rel="next" href="/solutions?sort=name&page=2"' in first
    second = text(client, "/solutions?sort=name&page=2")
    assert 'rel="prev" href="/solutions?sort=name"' in second
    assert 'start="21"' in second
    assert "Die Liste endet mit Seite 2" in text(client, "/solutions?sort=name&page=99")


def test_an_empty_result_helps_on(client: FlaskClient) -> None:
    page = text(client, "/solutions?q=Termine&country=IT")
    assert "0 Lösungen gefunden" in page
    assert "Ohne Filter gibt es 2 Lösungen." in page
    assert "Alle Lösungen ansehen" in page


def test_an_empty_result_has_no_empty_column(empty_client: FlaskClient, client: FlaskClient) -> None:
    assert 'class="split"' in client.get("/solutions?q=Termine").text
    page = client.get("/solutions?q=xyzzy").text
    assert '<aside aria-label="Filter"' not in page
    assert 'class="split"' not in page


def test_a_very_long_search_is_cut_and_said(client: FlaskClient) -> None:
    page = text(client, "/solutions?q=" + "Termine+" * 60)
    assert "Ihre Suche wurde gekürzt" in page
    found = re.search(r'name="q" type="search" value="([^"]*)"', page)
    assert found is not None
    assert len(found[1]) <= 200


def test_solution_says_verdict_sentence_and_origin(client: FlaskClient, catalogue: SmallCatalogue) -> None:
    page = text(client, "/solutions/maengelmelder")
    assert page.count('class="signal-head"') == 6
    assert explain_signal(catalogue.store.solution("maengelmelder").assessment.signals[0], "de") in page
    link = "https://github.com/stadt-musterhausen/maengelmelder/blob/3f9c1e5a7b2d4f60819a2b3c4d5e6f708192a3b4/"
    assert f'href="{link}LICENSE" rel="nofollow ugc noopener noreferrer"' in page
    assert f'href="{link}publiccode.yml#L7"' in page
    assert "Zeile 7" in page
    assert "Commit 3f9c1e5a" in page
    assert "96 Änderungen, 5 Personen" in page
    assert "PostgreSQL 15" in page
    assert "Deutschland, Österreich" in page
    assert "Vorgesehen für" in page
    assert "Setzt voraus" in page
    assert "Dockerfile, Docker Compose" in page
    assert "Dateien für den Betrieb im Container liegen vor: Dockerfile, Docker Compose" in page
    assert "<strong>Aktiv.</strong>" in page
    assert "01.09.2026" in page
    assert "Öffentliche Antwort" in page
    assert "Keine Rechtsberatung" in page


def test_unknown_reads_not_stated_never_no(client: FlaskClient) -> None:
    page = text(client, "/solutions/ohne-angaben")
    assert "Herausgeber: keine Angabe" in page
    assert "Beschreibung: keine Angabe" in page


def test_a_foreign_text_carries_and_names_its_language(client: FlaskClient) -> None:
    page = text(client, "/solutions/parcheggi-liberi")
    assert '<div class="kern-body prose" lang="it">' in page
    assert "Originaltext in der Sprache: Italienisch" in page
    assert "Originaltext in der Sprache: Italienisch" in text(client, "/solutions?q=parcheggi")
    assert "Originaltext" not in text(client, "/solutions?q=Baustellenkalender")
    assert "Originaltext" not in text(client, "/solutions/maengelmelder")
    assert "Residents report potholes" in text(client, "/en/solutions/maengelmelder")


def test_a_readme_without_licence_is_quoted_only(client: FlaskClient) -> None:
    whole = SPECS[5].short["en"].strip()
    for path in ("/solutions/sensornetz", "/solutions?q=river"):
        page = text(client, path)
        assert "Collects readings of river levels" in page
        assert whole not in page
    assert "Kurzes Zitat" in text(client, "/solutions/sensornetz")


def test_last_good_state_is_shown_with_the_fault(client: FlaskClient) -> None:
    page = text(client, "/solutions/energieblick")
    assert "Das Repository lässt sich zurzeit nicht lesen" in page
    assert 'datetime="2026-11-21"' in page
    assert "connection refused" in page
    assert "Zurzeit nicht erreichbar" in text(client, "/solutions?q=Energieblick")


def test_problems_are_told_with_advice(client: FlaskClient) -> None:
    page = text(client, "/solutions/maengelmelder")
    assert "Hinweise an die Herausgeber" in page
    assert "publiccode.yml, Zeile 3" in page
    assert "nichts aufgefallen" in text(client, "/solutions/zeitfenster")


def test_former_slug_leads_on_for_good(client: FlaskClient) -> None:
    for prefix in ("", "/en"):
        answer = client.get(f"{prefix}/solutions/{ALIAS}")
        assert answer.status_code == 301
        assert answer.headers["Location"] == f"{prefix}/solutions/maengelmelder"


def test_runs_and_their_items(client: FlaskClient, catalogue: SmallCatalogue) -> None:
    page = text(client, "/runs")
    assert "2 Datenabrufe" in page
    runs, _ = catalogue.store.runs(1, 10)
    done = next(run for run in runs if run.state is RunState.DONE)
    failed = next(run for run in runs if run.state is RunState.FAILED)
    items = text(client, f"/runs/{done.id}")
    assert "26 Repositorys" in items
    assert "In den Katalog aufgenommen." in items
    narrowed = text(client, f"/runs/{done.id}?status=failed")
    assert "1 Repository" in narrowed
    assert "enthält noch keinen Stand (Commit)" in narrowed
    assert "https://github.com/leer ist nicht erreichbar" in text(client, f"/runs/{failed.id}")
    assert text(client, "/runs/0190", 404)
    assert "26 Repositorys" in text(client, f"/runs/{done.id}?status=nonsense&page=abc")


def test_judging_comes_from_the_tables(client: FlaskClient) -> None:
    page = text(client, "/judging")
    for shown in ("Offene Lizenz", "Dokumentiert", "mindestens 100 Wörter", "weniger als 12 Monate", "keine Angabe"):
        assert shown in page
    assert not re.search(r"\{\w+\}", page)
    assert "…" not in page
    assert "[Datei]" in page
    assert "[Datum]" in page
    assert "[file]" in text(client, "/en/judging")
    holes = {hole for table in signals().values() for row in table.rows for hole in row.placeholders}
    assert holes - set(thresholds()) <= set(labels.PLACEHOLDERS)


def test_head_answers_like_get_without_body(client: FlaskClient) -> None:
    answer = client.head("/solutions/maengelmelder")
    assert answer.status_code == 200
    assert answer.data == b""
    assert answer.headers["ETag"] == client.get("/solutions/maengelmelder").headers["ETag"]


def test_pages_are_revalidated_by_etag(client: FlaskClient) -> None:
    first = client.get("/solutions?q=Termine")
    again = client.get("/solutions?q=Termine", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""
    other = client.get("/en/solutions?q=Termine", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200
