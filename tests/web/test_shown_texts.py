# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""How values from repositories are put before readers: shortened, in words, with dates as they are written."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask, render_template

from registry.model import (
    Candidate,
    Fact,
    FactSource,
    Field,
    FieldValue,
    Json,
    LicenceConclusion,
    LicenceEvidence,
    LicenceVerdict,
    Origin,
    Problem,
    SearchPage,
    Severity,
)
from registry.web import details, filters, texts
from registry.web.solution_view import solution_view
from support.catalogue import SmallCatalogue

ORIGIN = Origin("http://127.0.0.1:4711/stadt/werkzeug", "publiccode.yml", 3, "0123456789abcdef")


def with_field(catalogue: SmallCatalogue, field: Field, value: Json, lang: str | None = None) -> Candidate:
    record = catalogue.store.solution("zeitfenster")
    fact = FieldValue(Fact(field, value, ORIGIN, FactSource.PUBLICCODE, lang))
    solution = replace(record.solution, fields={**record.solution.fields, field: (fact,)})
    return Candidate(replace(record, solution=solution), 1.0, {})


def test_many_long_features_are_cut_and_counted(app: Flask, catalogue: SmallCatalogue) -> None:
    found = with_field(catalogue, Field.FEATURES, ["kurz", *["Wort " * 200] * 29], "de")
    with app.test_request_context("/de/"):
        features = texts.features(found.record.solution)
    assert (len(features.shown), features.more, features.lang) == (20, 10, "de")
    assert features.shown[0] == "kurz"
    assert all(len(feature) <= 302 for feature in features.shown)


def test_long_names_are_cut_in_lists_and_titles(app: Flask, catalogue: SmallCatalogue) -> None:
    found = with_field(catalogue, Field.TOPICS, [])
    record = replace(found.record, solution=replace(found.record.solution, name="Langer Name " * 40))
    found = replace(found, record=record)
    page = SearchPage(query=None, total=1, candidates=(found,), facets={})  # type: ignore[arg-type]
    with app.test_request_context("/de/"):
        card = str(app.jinja_env.globals["ui"].card(page.candidates[0]))  # type: ignore[attr-defined]
        whole = app.jinja_env.get_template("solution.html")
        title = "".join(whole.blocks["title"](whole.new_context({"record": record})))
    for shown in (re.sub(r"<[^>]+>|\s+", " ", card.partition("</h2>")[0]), title):
        assert "Langer Name" in shown
        assert len(shown.strip()) <= 125


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        (Field.SOFTWARE_TYPE, "standalone/web", "Webanwendung"),
        (Field.SOFTWARE_TYPE, "configurationFiles", "Konfigurationsdateien"),
        (Field.SOFTWARE_TYPE, "something/new", "something/new"),
        (Field.PLATFORMS, ["web", "Windows", "mac", "linux", "ios", "android"], "Web Windows macOS Linux iOS Android"),
        (Field.CONTAINER, ["compose", "dockerfile", "helm"], "Docker Compose Dockerfile Helm"),
        (Field.PACKAGE_MANIFESTS, ["npm", "composer", "maven"], "npm Composer (PHP) Maven (Java)"),
        (Field.DOCUMENTATION, ["docs", "INSTALL.md"], "Ordner docs Datei INSTALL.md"),
    ],
)
def test_terms_of_repositories_become_words(
    app: Flask, catalogue: SmallCatalogue, field: Field, value: Json, shown: str
) -> None:
    solution = with_field(catalogue, field, value).record.solution
    with app.test_request_context("/de/"):
        assert shown in [" ".join(row.values) for row in details.rows(solution)]


def test_all_types_of_software_have_words(app: Flask) -> None:
    kinds = ("web", "desktop", "mobile", "iot", "backend", "other")
    values = [*(f"standalone/{kind}" for kind in kinds), "addon", "library", "configurationFiles"]
    with app.test_request_context("/de/"):
        assert not [value for value in values if details.labels.label(details.labels.SOFTWARE_TYPES, value) == value]


def test_rebuilt_repositories_show_owner_and_name() -> None:
    assert filters.bare("http://127.0.0.1:4711/stadt/werkzeug", demo=True) == "stadt/werkzeug"
    assert filters.bare("http://127.0.0.1:4711/stadt/werkzeug") == "http://127.0.0.1:4711/stadt/werkzeug"
    assert filters.bare("https://github.com/stadt/werkzeug", demo=True) == "github.com/stadt/werkzeug"
    params = {"url": "http://127.0.0.1:4711/stadt/werkzeug", "other": "siehe https://github.com/stadt/werkzeug"}
    assert filters.bare_params(params, demo=True) == {**params, "url": "stadt/werkzeug"}
    assert filters.bare_params(params, demo=False) == params


def test_a_rebuilt_solution_on_its_page(app: Flask, catalogue: SmallCatalogue) -> None:
    solution = with_field(catalogue, Field.SOFTWARE_TYPE, "library").record.solution
    place = Origin(ORIGIN.repository)
    told = Problem("unreachable", Severity.HINT, place, "description.de.name", {"subject": place.repository})
    stated = LicenceConclusion(None, LicenceVerdict.UNCLEAR, (LicenceEvidence("declaration", "MIT", place),))
    solution = replace(solution, problems=(told,), licence=stated)
    record = replace(catalogue.store.solution("zeitfenster"), solution=solution, demo=True)
    with app.test_request_context("/solutions/x", environ_overrides={"allmende.language": "de"}):
        page = render_template("solution.html", record=record, view=solution_view(record), demo=True)
    assert "Feld: <code>description.de.name</code>" in page
    assert "Lizenz nicht abschließend geklärt" in page
    assert "Angabe: MIT" in page
    assert "Softwarebibliothek" in page
    assert "stadt/werkzeug" in page
    assert "127.0.0.1:4711" not in page


def test_english_dates_have_the_day_first(app: Flask) -> None:
    at = datetime(2026, 11, 5, 9, 30, tzinfo=UTC)
    cases = {
        "en": (">5 November 2026<", ">5 November 2026, 10:30<"),
        "de": (">5. November 2026<", ">05.11.2026, 10:30<"),
    }
    for prefix, (shown, timed) in cases.items():
        with app.test_request_context("/", environ_overrides={"allmende.language": prefix}):
            assert shown in filters.day(at)
            assert timed in filters.moment(at)
