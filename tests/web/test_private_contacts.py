# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Persons named as contacts of a publiccode.yml reach nobody; offices that are meant for contact do."""

from __future__ import annotations

import json
from dataclasses import replace
from html import unescape

import pytest
from flask import Flask, render_template

from harvesters.readers.reading import read_snapshot
from registry.assess import assess
from registry.catalogue.presenting import solution_json
from registry.cli import find
from registry.model import Field, Origin, SolutionRecord, State
from registry.resolve import resolve
from registry.storage.codec import dump
from registry.storage.indexing import index_document
from registry.vocabulary.rules import problem
from registry.web.solution_view import solution_view
from support.snapshots import snapshot
from support.solutions import NOW, URL, reading, solution

PERSON = ("Erika", "Mustermann", "erika.mustermann", "9876543", "987 65 43")
CONTENT = b"""
publiccodeYmlVersion: "0.4"
name: Melder
url: https://forge.example/stadt/melder
platforms: [web]
developmentStatus: stable
softwareType: standalone/web
description:
  de:
    shortDescription: Melden
    longDescription: Lang
    features: [Karte]
legal: {license: EUPL-1.2}
maintenance:
  type: internal
  contacts:
    - name: Erika Mustermann
      email: erika.mustermann@stadt.example
      phone: "0170 9876543"
      affiliation: Erika Mustermann Beratung
    - name: Erika Mustermann
      email: kontakt@stadt.example
      phone: +49 987 65 43
    - Erika Mustermann
    - Erika Mustermann: erika.mustermann@stadt.example
localisation: {localisationReady: true, availableLanguages: [de]}
"""


@pytest.fixture(scope="module")
def record() -> SolutionRecord:
    taken = snapshot({"publiccode.yml": CONTENT}, url=URL)
    resolved = resolve([replace(reading(), readings=read_snapshot(taken))])
    assert [value.fact.value for value in resolved.fields[Field.NAME]] == ["Melder"]
    return SolutionRecord("1", "melder", resolved, assess(resolved, NOW), None, "hash", NOW, NOW, NOW)


def page(app: Flask, record: SolutionRecord) -> str:
    with app.test_request_context("/solutions/melder", environ_overrides={"allmende.language": "de"}):
        return unescape(render_template("solution.html", record=record, view=solution_view(record), demo=False))


def test_no_private_contact_is_stored_indexed_or_shown(
    app: Flask, record: SolutionRecord, capsys: pytest.CaptureFixture[str]
) -> None:
    find._print(record, "de")
    places = {
        "store": dump(record.solution),
        "index": repr(index_document("1", "melder", record.solution, State.UNKNOWN, None)),
        "api": json.dumps(solution_json(record), ensure_ascii=False),
        "page": page(app, record),
        "show": capsys.readouterr().out,
    }
    assert not [(where, said) for where, shown in places.items() for said in PERSON if said in shown]


def test_an_address_of_an_office_is_shown(app: Flask, record: SolutionRecord) -> None:
    assert 'href="mailto:kontakt@stadt.example"' in page(app, record)
    assert solution_json(record)["fields"]["contacts"]["value"] == [{"name": None, "email": "kontakt@stadt.example"}]


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("maintenance.contacts[0].name", "maintenance.contacts[0].name"),
        ("maintenance.contacts[0].Erika Mustermann", "maintenance.contacts[0]"),
        ("maintenance.contacts", "maintenance.contacts"),
        ("maintenance.type", "maintenance.type"),
    ],
)
def test_problems_of_contacts_quote_nobody(key: str, shown: str) -> None:
    params = {"name": "Erika Mustermann", "value": "Erika Mustermann", "expected": "ja", "other": "email"}
    (found,) = solution(problems=[problem("publiccode-unknown-key", Origin(URL), key, **params)]).problems
    assert found.key == shown
    assert (found.params["expected"], found.params["other"]) == ("ja", "email")
    assert ("Erika" in str(found.params)) is (key == "maintenance.type")
