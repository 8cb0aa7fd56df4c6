# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Licences on the pages: facets by kind, the part of a solution's page, one licence explained, several combined."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask, render_template
from flask.testing import FlaskClient

from registry.assess import assess
from registry.licences.combining import combine
from registry.licences.duties import explain
from registry.licences.hints import Use
from registry.licences.kinds import definition, kind_name
from registry.licences.letters import letter
from registry.model import Fact, FactSource, Field, LicenceKind, Solution, SolutionRecord
from registry.web import labels
from registry.web.solution_view import solution_view
from support.solutions import NOW, declared, fact, solution, text

Render = Callable[..., str]


@pytest.fixture
def part(app: Flask) -> Render:
    """The licence part of a solution's page, as one line of text or as it is."""

    def render(*facts: Fact, language: str = "de", html: bool = False, demo: bool = False) -> str:
        resolved: Solution = solution(fact(Field.NAME, "Melder"), *facts)
        record = SolutionRecord("1", "melder", resolved, assess(resolved, NOW), None, "hash", NOW, NOW, NOW, demo=demo)
        with app.test_request_context("/solutions/melder", environ_overrides={"allmende.language": language}):
            page = render_template("solution.html", record=record, view=solution_view(record), demo=False)
        found = re.search(r'<section aria-labelledby="licence">(.*?)</section>', page, re.DOTALL)
        assert found is not None
        return found[1] if html else plain(found[1])

    return render


def plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def shown(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.text[:400]
    return plain(answer.text)


# --- the part of a solution's page -----------------------------------------------------------------------------------


def test_an_open_licence_is_said_first_and_explained(part: Render) -> None:
    told = part(text("EUPL-1.2"), declared("EUPL-1.2"))
    assert told.startswith("Lizenz Offene Lizenz: EUPL-1.2, geklärt.")
    assert f"Art: Copyleft auch bei Betrieb im Netz. {definition(LicenceKind.NETWORK_COPYLEFT)['de']}" in told
    assert "Open Source Initiative (OSI) anerkannt" in told
    for use in Use:
        for hint in explain("EUPL-1.2").uses[use]:
            assert f"{hint.text['de']} Fundstelle: {hint.source['de']}" in told
    assert "Keine Rechtsberatung." in told
    assert "Fertiger Text" not in told
    page = part(text("EUPL-1.2"), html=True)
    assert page.count('<details class="more use">') == len(Use)
    assert 'href="/licences/EUPL-1.2"' in page
    assert 'href="/licences/combine?licence=EUPL-1.2"' in page
    assert all(f'href="{hint.url}"' in page for hint in explain("EUPL-1.2").uses[Use.PUBLISHING])


def test_not_assessed_is_neither_open_nor_a_no(part: Render) -> None:
    assert explain("Beerware").osi is None
    told = part(text("Beerware"))
    assert "Lizenz geklärt: Beerware, weder von OSI noch von FSF bewertet." in told
    assert "Offene Lizenz" not in told
    assert told.count("nicht bewertet (das ist kein „Nein“)") == 2


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ("GPL-3.0", "GPL-3.0: Ob auch spätere Fassungen gelten, sagt die Quelle nicht."),
        ("GPL-3.0-only", "GPL-3.0-only: Es gilt nur diese Fassung."),
        ("GPL-3.0-or-later", "GPL-3.0-or-later: Sie dürfen auch jede spätere Fassung wählen."),
    ],
)
def test_the_range_is_put_into_words(part: Render, expression: str, sentence: str) -> None:
    assert sentence in part(text(expression))


def test_no_licence_is_said_plainly_with_a_letter(part: Render) -> None:
    told, page = part(), part(html=True)
    assert "Keine Lizenz gefunden: ohne Lizenz nicht nachnutzbar." in told
    assert "Nichts im Repository spricht von einer Lizenz." in told
    ready = letter(solution(fact(Field.NAME, "Melder")).licence, "Melder", "https://forge.example/stadt/melder", "de")
    assert ready is not None
    box = re.search(r'<textarea[^>]*id="letter" readonly[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)
    assert box is not None
    assert unescape(box[1]) == ready.text
    assert f"Betreff: {ready.subject}" in told
    assert re.search(r'<pre class="printed"[^>]*>(.*?)</pre>', page, re.DOTALL)


def test_the_letter_goes_where_the_repository_takes_questions(part: Render) -> None:
    asked = fact(Field.ISSUES_URL, "https://tickets.stadt.example/melder")
    assert "zum Beispiel hier: tickets.stadt.example/melder" in part(asked)
    assert "zum Beispiel hier" not in part(fact(Field.ISSUES_URL, "javascript:alert(1)"))
    demo = part(asked, demo=True)
    assert "nicht an das echte Projekt" in demo
    assert "zum Beispiel hier" not in demo


def test_a_conflict_shows_both_sides_and_what_to_do(part: Render) -> None:
    told = part(text("EUPL-1.2"), declared("AGPL-3.0-or-later"))
    assert "Widersprüchliche Lizenzen: Der Text ist EUPL-1.2, angegeben ist etwas anderes." in told
    assert "Der Text sagt EUPL-1.2: LICENSE, Zeile 1" in told
    assert "Angegeben ist AGPL-3.0-or-later: publiccode.yml, Zeile 1" in told
    assert "Führen Sie die Software nicht ein" in told
    assert "Art: Nicht geklärt." in told
    assert "Mit anderen Lizenzen kombinieren" not in told


def test_what_is_not_open_is_not_called_so_and_has_no_letter(part: Render) -> None:
    told = part(text("LicenseRef-non-commercial"))
    assert told.startswith("Lizenz Keine offene Lizenz.")
    assert "Der Text erlaubt nur die nicht-kommerzielle, private, wissenschaftliche oder schulische Nutzung." in told
    assert part(text("BUSL-1.1")).startswith("Lizenz Keine offene Lizenz: BUSL-1.1.")
    assert "Art: Keine offene Lizenz." in told
    assert "Fertiger Text" not in told


def test_an_unclear_licence_names_what_is_stated(part: Render) -> None:
    told = part(declared("MIT"))
    assert "Lizenz nicht abschließend geklärt." in told
    assert "Fertiger Text an die Herausgeber" in told
    assert "MIT angegeben, nicht geprüft" in told


def test_a_choice_tells_the_hints_of_each_licence_apart(part: Render) -> None:
    page = part(text("MIT OR EUPL-1.2"), html=True)
    assert page.count("<p><strong>MIT</strong></p>") == page.count("<p><strong>EUPL-1.2</strong></p>") == len(Use)


def test_evidence_says_how_sure_and_keeps_asides_apart(part: Render) -> None:
    told = part(
        text("EUPL-1.2"),
        text("MIT", aside=True),
        text(None, "docs/LICENSE", confidence=None),
        fact(Field.DECLARED_LICENCE, "EUPL 1.2"),
    )
    assert "LICENSE, Zeile 1 , Commit cccccccc Lizenztext EUPL-1.2 sicher" in told
    assert "publiccode.yml, Zeile 1 , Commit cccccccc Angabe der Herausgeber EUPL-1.2 angegeben, nicht geprüft" in told
    before, aside = told.split("Lizenzen von etwas anderem in denselben Dateien")
    assert "MIT sicher" not in before
    assert "MIT sicher" in aside


def test_ten_thousand_licence_files_make_no_endless_page(part: Render) -> None:
    many = [text("MIT", f"LICENSES/MIT-{number}.txt") for number in range(300)]
    page = part(*many, html=True)
    assert page.count('scope="row"') <= 24
    assert "weitere stehen im Eintrag als JSON" in plain(page)


def test_hostile_words_stay_words(part: Render) -> None:
    evil = '"><script>alert(1)</script>'
    page = part(fact(Field.DECLARED_LICENCE, evil, FactSource.MANIFEST, path="package.json"), html=True)
    assert "<script" not in page


# --- facets and cards ------------------------------------------------------------------------------------------------


def test_kinds_are_a_facet_in_words_that_explains_itself(client: FlaskClient) -> None:
    page = client.get("/solutions").text
    assert "Copyleft auch bei Betrieb im Netz" in page
    assert definition(LicenceKind.PERMISSIVE)["de"] in unescape(page)
    narrowed = client.get("/solutions?licence_kind=permissive").text
    assert "Art der Lizenz: Freizügig (permissive)" in narrowed
    assert "2 Lösungen gefunden" in narrowed
    assert 'href="/solutions" rel="nofollow"' in narrowed
    assert "Kein" in shown(client, "/solutions?licence_kind=nonsense")


def test_counts_of_kinds_are_those_of_their_lists(client: FlaskClient) -> None:
    facets = client.get("/api/v1/solutions").get_json()["facets"]["licence_kind"]
    assert {found["value"] for found in facets} >= {"network_copyleft", "permissive", "none", "unsettled"}
    for found in facets:
        listed = client.get(f"/api/v1/solutions?licence_kind={found['value']}&per_page=100").get_json()
        assert listed["total"] == found["count"]
        assert all(found["value"] in result["licence_kinds"] for result in listed["results"])


def test_cards_name_verdict_licence_and_kind(client: FlaskClient) -> None:
    assert "Offene Lizenz MIT (Freizügig (permissive))" in shown(client, "/solutions?q=Zeitfenster")
    conflict = shown(client, "/solutions?q=Parcheggi")
    assert "Widersprüchliche Lizenzen AGPL-3.0-only" in conflict


def test_every_kind_and_range_and_use_has_its_word() -> None:
    assert all(set(kind_name(kind)) == {"de", "en"} for kind in LicenceKind)
    assert set(labels.USES) == set(Use)


# --- one licence -----------------------------------------------------------------------------------------------------


def test_a_licence_has_a_page_with_its_solutions(client: FlaskClient) -> None:
    page = shown(client, "/licences/MIT")
    assert "MIT License" in page
    assert "2 Lösungen mit dieser Lizenz" in page
    assert "Zeitfenster" in page
    assert explain("MIT").uses[Use.HOSTING][0].text["de"] in page
    assert "Keine Rechtsberatung." in page
    assert 'name="robots"' not in client.get("/licences/MIT").text
    assert "noindex" in client.get("/licences/Zlib").text


@pytest.mark.parametrize(
    ("asked", "canonical"),
    [("eupl-1.2", "EUPL-1.2"), ("GPLv3", "GPL-3.0"), ("mit%20or%20eupl-1.2", "MIT%20OR%20EUPL-1.2")],
)
def test_another_spelling_leads_to_the_canonical_one(client: FlaskClient, asked: str, canonical: str) -> None:
    for base in ("/en/licences", "/api/v1/licences"):
        answer = client.get(f"{base}/{asked}")
        assert (answer.status_code, answer.headers["Location"]) == (301, f"{base}/{canonical}")
        assert client.get(answer.headers["Location"]).status_code == 200


@pytest.mark.parametrize("asked", ["gibt-es-nicht", "MIT%20OR", "NONE", "%00", "a" * 400, "MIT%2FApache-2.0", "((((("])
def test_what_is_no_licence_is_not_found(client: FlaskClient, asked: str) -> None:
    assert client.get(f"/licences/{asked}").status_code == 404
    answer = client.get(f"/api/v1/licences/{asked}")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_a_name_of_ones_own_is_not_said_to_be_on_the_list(client: FlaskClient) -> None:
    page = shown(client, "/licences/LicenseRef-Hausgemacht")
    assert "in der SPDX-Liste" not in page
    assert "0 Lösungen mit dieser Lizenz" in page


def test_the_overview_lists_what_the_catalogue_has(client: FlaskClient, empty_client: FlaskClient) -> None:
    page = client.get("/licences").text
    assert 'href="/licences/EUPL-1.2"' in page
    assert 'href="/licences/none"' not in page
    for kind in LicenceKind:
        assert f'href="/solutions?licence_kind={kind}"' in page
    assert "Arten von Lizenzen" in shown(empty_client, "/licences")


# --- combining -------------------------------------------------------------------------------------------------------


def test_every_use_gets_its_answer_with_pairs_and_sources(client: FlaskClient) -> None:
    page = shown(client, "/licences/combine?licence=EUPL-1.2&licence=GPL-3.0-only&licence=MIT&use=")
    for use in Use:
        found = combine(["EUPL-1.2", "GPL-3.0-only", "MIT"], use)
        told = [*found.hints, *(hint for pair in found.pairs for hint in pair.hints)]
        assert all(f"{hint.text['de']} Fundstelle: {hint.source['de']}" in page for hint in told)
    assert page.count("Alle 3 Paare") == len(Use)
    assert "OSADL" in page
    assert "CC BY 4.0" in page
    assert "Keine Rechtsberatung." in page


def test_one_use_is_answered_alone(client: FlaskClient) -> None:
    page = client.get("/licences/combine?licence=GPL-2.0-only&licence=Apache-2.0&use=publishing").text
    assert page.count('class="signal-head answer-head"') == 1
    assert 'id="use-publishing" type="radio" name="use" value="publishing" checked' in page
    assert "Passt nicht zusammen" in page


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("licence=EUPL-9&licence=MIT&use=own", "„EUPL-9“ ist keine Lizenz, die wir kennen."),
        ("licence=MIT&licence=&use=own", "Bitte geben Sie mindestens zwei Lizenzen ein."),
        ("use=", "Bitte geben Sie mindestens zwei Lizenzen ein."),
        ("&".join(["licence=MIT"] * 6) + "&use=own", "Höchstens fünf Lizenzen"),
        ("licence=" + "x" * 5000 + "&licence=MIT", "ist keine Lizenz"),
    ],
)
def test_wrong_input_is_told_clearly(client: FlaskClient, query: str, complaint: str) -> None:
    page = shown(client, f"/licences/combine?{query}")
    assert complaint in page
    assert "Ergebnis für" not in page
    assert len(page) < 9000


def test_a_field_with_a_fault_is_tied_to_its_message(client: FlaskClient) -> None:
    page = client.get("/licences/combine?licence=MIT&licence=EUPL-9").text
    assert 'aria-describedby="error-2 licences-hint" aria-invalid="true"' in page
    assert 'id="error-2"' in page
    assert 'value="EUPL-9"' in page


def test_coming_from_a_solution_one_licence_is_filled_in_without_blame(client: FlaskClient) -> None:
    page = client.get("/licences/combine?licence=EUPL-1.2").text
    assert 'value="EUPL-1.2" list="known"' in page
    assert "Bitte" not in plain(page)
    assert page.count('name="licence"') == 5
    assert '<option value="MIT">' in page


def test_names_that_certainly_mean_a_licence_are_taken(client: FlaskClient) -> None:
    assert "Ergebnis für EUPL-1.2 + GPL-3.0" in shown(
        client, "/licences/combine?licence=EUPL+1.2&licence=GPLv3&use=own"
    )
