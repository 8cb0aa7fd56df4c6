# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Words inside names and compounds: what a query finds by parts, by joined forms and by the beginning of words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from registry.model import IndexDocument, Query
from registry.search.whoosh_index import WhooshIndex

_BARE = IndexDocument(id="", slug="", name="", content_hash="")


@pytest.fixture
def index(tmp_path: Path) -> WhooshIndex:
    return WhooshIndex(tmp_path / "index")


def _found(index: WhooshIndex, text: str) -> set[str]:
    return {hit.id for hit in index.search(Query(text=text, per_page=100)).hits}


def _marked(index: WhooshIndex, text: str, key: str, field: str) -> str:
    hits = {hit.id: hit.highlights for hit in index.search(Query(text=text)).hits}
    return hits[key][field].replace("\ue000", "[").replace("\ue001", "]")


_WORDS_WITHIN = {
    "mdas": "MDAS – Mobilitätsdaten-Schnittstellen",
    "captcha": "CaptchaService",
    "ferien": "Kinderzeit-Ferienplaner",
    "praktikum": "Praktikumsplaner",
    "city": "Open SmartCity App",
    "apart": "City und Smart",
    "dave": "DAVe: Verkehrsdaten",
    "kita": "Kita24",
    "kitas": "Anmeldung für Kitas",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mobilität", {"mdas"}),
        ("Mobilitaetsdaten Schnittstelle", {"mdas"}),
        ("mobilitätsdatenschnittstellen", {"mdas"}),
        ("Captcha", {"captcha"}),
        ("captchaservice", {"captcha"}),
        ("Captcha-Service", {"captcha"}),
        ("Ferien", {"ferien"}),
        ("Praktikum", {"praktikum"}),
        ("Smart City", {"city", "apart"}),
        ("SmartCity", {"city"}),
        ("smart-city", {"city", "apart"}),
        ("Apps", {"city"}),
        ("Verkehr", {"dave"}),
        ("Kita", {"kita", "kitas"}),
        ("Kitas", {"kita", "kitas"}),
        ("Kita 24", {"kita"}),
        ("Fer", set()),
        ("planer", set()),
        ('"Praktikum"', set()),
        ("-Praktikum", set(_WORDS_WITHIN)),
    ],
)
def test_words_within_names(index: WhooshIndex, text: str, expected: set[str]) -> None:
    index.rebuild([replace(_BARE, id=key, name=name) for key, name in _WORDS_WITHIN.items()], 1)
    assert _found(index, text) == expected


def test_the_beginning_of_a_word_counts_in_long_texts_only_where_nothing_else_is_found(index: WhooshIndex) -> None:
    longer = replace(_BARE, id="s-longer", name="A", long={"de": "Ferienwochen planen"})
    index.rebuild([longer], 1)
    assert _found(index, "Ferien") == {"s-longer"}
    assert _marked(index, "Ferien", "s-longer", "long") == "[Ferienwochen] planen"
    word = replace(_BARE, id="s-word", name="B", short={"de": "In den Ferien"})
    name = replace(_BARE, id="s-name", name="Ferienplaner", short={"de": "Plant"})
    short = replace(_BARE, id="s-short", name="C", short={"de": "Ferienprogramme finden"})
    index.rebuild([longer, word, name, short], 2)
    assert _found(index, "Ferien") == {"s-word", "s-name", "s-short"}
    assert _marked(index, "Ferien", "s-short", "short") == "[Ferienprogramme] finden"


def test_a_beginning_stands_for_few_words_the_shortest_first(index: WhooshIndex) -> None:
    named = [replace(_BARE, id=f"s-{number}", name=f"Raum{'x' * number}") for number in range(1, 60)]
    index.rebuild(named, 1)
    assert index.search(Query(text="raum")).total == 32
    assert "s-32" in _found(index, "raum")
    assert "s-33" not in _found(index, "raum")
