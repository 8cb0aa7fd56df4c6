# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Keys of names, and how far keys are apart."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from registry.bodies.misspelling import near_keys, tolerance, within
from registry.bodies.reading import readings
from registry.bodies.spelling import fold, sort_key, spellings
from registry.bodies.words import is_department, names_another_body
from registry.model import BodyEntry, BodyKind, BodyName, BodyNameKind


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Ulm", "ulm"),
        ("Bad Tölz", "badtoelz"),
        ("BAD-TOELZ", "badtoelz"),
        ("Frankfurt am Main", "frankfurt/main"),
        ("FRANKFURT/MAIN", "frankfurt/main"),
        ("Frankfurt (Main)", "frankfurt/main"),
        ("Frankfurt a. M.", "frankfurt/m"),
        ("Halle (Saale)", "halle/saale"),
        ("Rothenburg ob der Tauber", "rothenburg/tauber"),
        ("Rothenburg o.d.T.", "rothenburg/t"),
        ("Lauf a.d.Pegnitz", "lauf/pegnitz"),
        ("Freiburg i. B.", "freiburg/b"),
        ("Weil der Stadt", "weilderstadt"),
        ("Am Mellensee", "ammellensee"),
        ("An der Poststraße", "anderpoststrasse"),
        ("Straßburg", "strassburg"),
        ("STRASSBURG", "strassburg"),
        ("St. Wendel", "sanktwendel"),
        ("Sankt Wendel", "sanktwendel"),
        ("Hann. Münden", "hannoverschmuenden"),
        ("L'Aquila", "laquila"),
        ("L’Aquila", "laquila"),
        ("'s-Hertogenbosch", "shertogenbosch"),
        ("Tromsø", "tromso"),
        ("Łódź", "lodz"),
        ("Liquid Democracy e. V.", "liquiddemocracyev"),
        ("Αθήνα", ""),
        ("", ""),
        ("()", ""),
    ],
)
def test_keys(name: str, key: str) -> None:
    assert fold(name) == key


_LIKE_NAMES = st.text(alphabet="aimbdortsüßST .-/('|,", max_size=24)


@given(st.one_of(st.text(max_size=60), _LIKE_NAMES))
@example("s t/gr b")
@example("a/b/c")
@example("am an/im")
def test_a_key_is_its_own_key_and_holds_letters_digits_and_one_slash(name: str) -> None:
    key = fold(name)
    assert fold(key) == key
    assert re.fullmatch(r"([0-9a-z]+(/[0-9a-z]+)?)?", key)


@given(st.text(max_size=60))
def test_case_makes_no_difference(name: str) -> None:
    if name.upper().casefold() == name.casefold():
        assert fold(name.upper()) == fold(name)


def test_a_body_is_stored_under_each_of_its_names_once() -> None:
    entry = BodyEntry(
        "Wittenberg",
        BodyKind.TOWN,
        own_title="Lutherstadt Wittenberg",
        names=(
            BodyName("Wittenberg", BodyNameKind.OTHER),
            BodyName("Wittenberg, Lutherstadt", BodyNameKind.OFFICIAL),
            BodyName("Wittenberg", BodyNameKind.FORMER),
            BodyName("Виттенберг", BodyNameKind.OTHER),
        ),
    )
    assert [(name.name, name.kind, key) for name, key in spellings(entry)] == [
        ("Wittenberg", BodyNameKind.OFFICIAL, "wittenberg"),
        ("Lutherstadt Wittenberg", BodyNameKind.OWN, "lutherstadtwittenberg"),
        ("Wittenberg, Lutherstadt", BodyNameKind.OFFICIAL, "wittenberglutherstadt"),
        ("Wittenberg", BodyNameKind.FORMER, "wittenberg"),
    ]


@pytest.mark.parametrize(
    ("one", "other", "most", "near"),
    [
        ("frankfrut", "frankfurt", 1, True),
        ("muechen", "muenchen", 1, True),
        ("stutgart", "stuttgart", 1, True),
        ("koenln", "koeln", 1, True),
        ("abdcefghji", "abcdefghij", 2, True),
        ("ulm", "olm", 0, False),
        ("abdcefghji", "abcdefghij", 1, False),
        ("hamburg", "homberg", 1, False),
        ("", "ab", 2, True),
        ("", "abc", 2, False),
    ],
)
def test_mistakes(one: str, other: str, most: int, near: bool) -> None:
    assert within(one, other, most) is near
    assert within(other, one, most) is near


def _apart(one: str, other: str) -> int:
    """Optimal string alignment, the textbook's way."""
    table = [[max(row, column) for column in range(len(other) + 1)] for row in range(len(one) + 1)]
    for row in range(1, len(one) + 1):
        for column in range(1, len(other) + 1):
            changed = table[row - 1][column - 1] + (one[row - 1] != other[column - 1])
            table[row][column] = min(table[row - 1][column] + 1, table[row][column - 1] + 1, changed)
            if row > 1 and column > 1 and one[row - 2 : row] == other[column - 1] + other[column - 2]:
                table[row][column] = min(table[row][column], table[row - 2][column - 2] + 1)
    return table[-1][-1]


@given(st.text("abc", max_size=8), st.text("abc", max_size=8), st.integers(0, 2))
def test_the_quick_way_counts_as_the_textbook_does(one: str, other: str, most: int) -> None:
    assert within(one, other, most) is (_apart(one, other) <= most)


def test_the_longer_a_name_the_more_mistakes() -> None:
    assert [tolerance("u" * letters) for letters in (4, 5, 8, 9, 30)] == [0, 1, 1, 2, 2]


def test_near_keys_are_compared_with_and_without_what_tells_them_apart() -> None:
    keys = ["frankfurt/main", "frankfurt/oder", "frankenberg/eder", "frankfurt", "frankfrut"]
    assert near_keys("frankfrut", keys) == ["frankfurt/main", "frankfurt/oder", "frankfurt"]
    assert near_keys("ulm", ["olm", "ulme"]) == []


@pytest.mark.parametrize(
    "text", ["amt fuer geoinformation", "it referat", "tiefbauamt", "referat 5", "abteilung it", "der buergermeister"]
)
def test_departments(text: str) -> None:
    assert is_department(text.split())


@pytest.mark.parametrize("text", ["", "landesamt fuer umwelt", "finanzamt", "freunde", "ulm", "der", "it"])
def test_no_departments_of_a_town(text: str) -> None:
    assert is_department(text.split()) is (text == "it")


@pytest.mark.parametrize("text", ["stadtwerke ulm", "universitaet ulm", "foo gmbh", "volkshochschule", "foerderverein"])
def test_other_bodies(text: str) -> None:
    assert names_another_body(text.split())


@pytest.mark.parametrize("text", ["stadt ulm", "universitaetsstadt marburg", "kreis und hochschulstadt meschede"])
def test_no_other_bodies(text: str) -> None:
    assert not names_another_body(text.split())


@given(st.one_of(st.text(max_size=250), _LIKE_NAMES))
def test_every_reading_names_something(text: str) -> None:
    for reading in readings(text):
        assert reading.core_key
        assert "|" not in reading.key


def test_names_are_sorted_as_in_a_german_dictionary() -> None:
    ordered = ["Bad Tölz", "Badenweiler", "Bärnau", "Burglengenfeld", "Büsum", "Oerel", "Œuf", "Ørsted", "Straß"]
    assert [name for _, name in sorted((sort_key(name), name) for name in ordered)] == ordered
    assert sort_key("BÄRNAU") == sort_key("Ba\u0308rnau") == "barnau"


@given(st.text(max_size=400))
def test_any_name_has_a_key_to_sort_by(name: str) -> None:
    key = sort_key(name)
    assert key == " ".join(key.split())
    assert "\0" not in key
