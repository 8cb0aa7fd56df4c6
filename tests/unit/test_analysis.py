# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Text to tokens: what must be found by the same word, and what must not."""

from __future__ import annotations

import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.search.analysis import (
    collation_key,
    fold,
    is_stop_word,
    language_of,
    languages_of,
    stem,
    stems,
    tokens,
    words,
)
from registry.search.parsing import Clause, parse


@pytest.mark.parametrize(
    "spellings",
    [
        ("Mängelmelder", "Maengelmelder", "MÄNGELMELDER", "MAENGELMELDER", "mangelmelder", "Ma\u0308ngelmelder"),
        ("Mängelmelder", "Mängel\u00admelder", "Mängel\u200bmelder"),
        ("Größe", "Groesse", "GRÖSSE", "GRÖẞE", "große"),
        ("Straße", "Strasse", "STRASSE"),
        ("Überprüfung", "Ueberpruefung", "UEBERPRUEFUNG", "uberprufung"),
        ("geübt", "geuebt"),
        ("Bauüberwachung", "Bauueberwachung"),
        ("Energieübersicht", "Energieuebersicht"),
        ("Bäuerin", "Baeuerin"),
        ("Häuser", "Haeuser"),
        ("Prärie", "Praerie"),
        ("Öffnungszeiten", "Oeffnungszeiten"),
        ("Smørrebrød", "Smorrebrod"),
        ("Café", "Cafe", "CAFÉ"),
        ("città", "citta"),
        ("ﬁnanz", "Finanz"),
        ("Ｋｉｔａ", "Kita"),
    ],
)
def test_spellings_of_one_word_are_one_token(spellings: tuple[str, ...]) -> None:
    assert len({tuple(tokens(spelling)) for spelling in spellings}) == 1
    assert tokens(spellings[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bauer", "Bau"),
        ("Bauer", "Baur"),
        ("Quelle", "Qulle"),
        ("neue", "neu"),
        ("Steuer", "Steur"),
        ("Frauen", "Fraun"),
        ("Kita", "Kitas"),
        ("Müll", "Mull e"),
    ],
)
def test_different_words_stay_different_tokens(one: str, other: str) -> None:
    assert tokens(one) != tokens(other)


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("de", "Haus", "Häuser"),
        ("de", "Haus", "Haeuser"),
        ("de", "Gebühr", "Gebuehren"),
        ("de", "Frau", "Frauen"),
        ("de", "neu", "neue"),
        ("de", "aktuell", "aktuelle"),
        ("de", "Parkplatz", "Parkplätze"),
        ("de", "Beteiligung", "Beteiligungen"),
        ("de", "Kita", "Kitas"),
        ("de", "App", "Apps"),
        ("de", "Taxi", "Taxis"),
        ("de", "Menü", "Menues"),
        ("de", "Kreis", "Kreise"),
        ("de", "Glas", "Gläser"),
        ("en", "value", "values"),
        ("en", "issue", "issues"),
        ("en", "permit", "permits"),
        ("it", "parcheggio", "parcheggi"),
        ("fr", "municipalité", "municipalites"),
        ("es", "solicitud", "solicitudes"),
        ("nl", "vergunning", "vergunningen"),
        ("sv", "ärende", "ärenden"),
        ("fi", "kirjasto", "kirjastot"),
        ("da", "ansøgning", "ansøgninger"),
        ("pt", "pedido", "pedidos"),
    ],
)
def test_inflections_share_a_stem(language: str, one: str, other: str) -> None:
    assert stem(one, language) == stem(other, language)
    assert stem(one, language).startswith(f"{language}:")


@pytest.mark.parametrize(("one", "other"), [("Haus", "hauen"), ("Mais", "Mai"), ("Kreis", "Krei"), ("Gas", "Ga")])
def test_an_s_that_is_no_plural_stays(one: str, other: str) -> None:
    assert stem(one, "de") != stem(other, "de")


def test_stems_of_different_languages_never_meet() -> None:
    assert not {stem("Die", "de"), stem("Karten", "de")} & {stem("die", "en"), stem("Karten", "en")}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Open-Source", ["open", "source"]),
        ("publiccode.yml", ["publiccode", "yml"]),
        ("l'accueil", ["l", "accuil"]),
        ("§ 34a SGB_II", ["34a", "sgb", "ii"]),
        ("C++ / €5,-", ["c", "5"]),
        ("\x00\ud800 \n", []),
        ("½", ["12"]),
        ("x" * 200, ["x" * 64]),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


def test_words_know_where_they_stand() -> None:
    text = "Die (Ma\u0308ngel)-Karte"
    assert [text[word.start : word.end] for word in words(text)] == ["Die", "Ma\u0308ngel", "Karte"]


@pytest.mark.parametrize(
    ("tag", "language"), [("de", "de"), ("de-AT", "de"), ("EN_gb", "en"), ("und", None), ("tlh", None), ("", None)]
)
def test_languages_of_tags(tag: str, language: str | None) -> None:
    assert language_of(tag) == language


def test_a_text_of_unknown_language_is_stemmed_by_the_guesses() -> None:
    assert languages_of(["und"]) == ("de", "en")
    assert languages_of(["fr-CH", "und"]) == ("fr",)


def test_names_sort_as_in_a_directory() -> None:
    names = ["Zebra", "Ärztekarte", "apfel", "Ödland", "Offen", "Straße", "Strase"]
    assert sorted(names, key=collation_key) == ["apfel", "Ärztekarte", "Ödland", "Offen", "Strase", "Straße", "Zebra"]


@pytest.mark.parametrize("word", ["der", "für", "fuer", "the", "della"])
def test_stop_words(word: str) -> None:
    assert is_stop_word(fold(word))


@pytest.mark.parametrize("word", ["IT", "OB", "US", "Karte"])
def test_abbreviations_of_the_administration_are_no_stop_words(word: str) -> None:
    assert not is_stop_word(fold(word))


@given(st.text())
def test_tokens_hold_only_letters_and_digits(text: str) -> None:
    for token in tokens(text):
        assert token
        assert token.isalnum()
        assert len(token) <= 64


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_normal_forms_and_case_make_no_difference(text: str) -> None:
    composed = tokens(unicodedata.normalize("NFC", text))
    assert tokens(unicodedata.normalize("NFD", unicodedata.normalize("NFC", text))) == composed


def test_no_letter_falls_apart_into_two_words() -> None:
    """Every letter that has another normal form, of every script."""
    for code in range(0x110000):
        letter = chr(code)
        if letter.isalpha() and unicodedata.normalize("NFD", letter) != letter:
            assert len(list(words(unicodedata.normalize("NFD", f"{letter}0")))) == 1, hex(code)


@given(st.text(alphabet="aeouäöüßqnrst", min_size=1, max_size=20))
def test_umlauts_and_their_spelt_out_forms_never_differ(text: str) -> None:
    spelt = text.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
    assert fold(text) == fold(spelt) == fold(text.upper())


def test_stemming_from_many_threads_at_once() -> None:
    vocabulary = [f"Verwaltung{number}en" for number in range(200)]
    stem.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda word: stem(word, "de"), vocabulary * 8))
    assert found[:200] == [stems(word, ["de"])[0] for word in vocabulary]
    assert found == found[:200] * 8


# --- queries ---


def _clause(*tokens: str, exact: bool = False) -> tuple[tuple[str, ...], bool]:
    return tokens, exact


def _shape(clauses: tuple[Clause, ...]) -> list[tuple[tuple[str, ...], bool]]:
    return [(clause.tokens, clause.exact) for clause in clauses]


@pytest.mark.parametrize(
    ("text", "required", "excluded"),
    [
        ("Mängel melden", [_clause("mangel"), _clause("melden")], []),
        ("die Karte", [_clause("karte")], []),
        ("der die", [_clause("der", exact=True), _clause("die", exact=True)], []),
        ('"Amt für Statistik"', [_clause("amt", "fur", "statistik", exact=True)], []),
        ("„Open Source“ Karte", [_clause("open", "source", exact=True), _clause("karte")], []),
        ("«ville ouverte»", [_clause("ville", "ouverte", exact=True)], []),
        ("Karte -Hund", [_clause("karte")], [_clause("hund")]),
        ('-"ein Hund"', [], [_clause("ein", "hund", exact=True)]),
        ("-E-Mail", [], [_clause("e", "mail", exact=True)]),
        ("E-Mail", [_clause("email")], []),
        ("die E-Mail, Kita24", [_clause("email"), _clause("kita24")], []),
        ("Karte - Hund", [_clause("karte"), _clause("hund")], []),
        ('"offen gelassen', [_clause("offen"), _clause("gelassen")], []),
        ("Karte karte KARTE", [_clause("karte")], []),
        ('""', [], []),
        ("?!", [], []),
        ("-", [], []),
    ],
)
def test_queries(
    text: str, required: list[tuple[tuple[str, ...], bool]], excluded: list[tuple[tuple[str, ...], bool]]
) -> None:
    wanted = parse(text)
    assert _shape(wanted.required) == required
    assert _shape(wanted.excluded) == excluded
    assert not wanted.blank


@pytest.mark.parametrize(
    ("text", "ways"),
    [
        ("Karte", []),
        ("SmartCity", [[_clause("smart", "city", exact=True)]]),
        ("Online-Termine", [[_clause("online"), _clause("termine")]]),
        ("E-Mail", [[_clause("mail")]]),
        ("SmartCity-App", [[_clause("smartcity"), _clause("app")]]),
    ],
)
def test_words_that_show_their_parts_may_be_found_by_them(
    text: str, ways: list[list[tuple[tuple[str, ...], bool]]]
) -> None:
    (clause,) = parse(text).required
    assert [_shape(way) for way in clause.either] == ways


def test_stop_words_alone_must_all_occur_as_written() -> None:
    assert parse("und die").strict
    assert not parse("und die Karte").strict
    assert not parse('und "die Karte"').strict


@pytest.mark.parametrize("text", ["", "  ", "\n\t"])
def test_nothing_typed_wants_everything(text: str) -> None:
    assert parse(text).blank


def test_a_long_query_is_cut() -> None:
    assert len(parse(" ".join(f"wort{number}" for number in range(1000))).required) <= 24


@given(st.text())
def test_any_text_is_a_query(text: str) -> None:
    wanted = parse(text)
    assert all(clause.tokens and all(clause.tokens) for clause in (*wanted.required, *wanted.excluded))
