# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A table of the operator's own: columns, separators, encodings, and rows that are not right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.bodies.rows import InvalidRows
from registry.bodies.table import COLUMNS, KIND_WORDS, Table, read_table
from registry.errors import InvalidInput
from registry.model import BodyEntry, BodyKind, BodyName, BodyNameKind, Place
from registry.vocabulary.rules import explain, rules

DOCS = (Path(__file__).parents[2] / "docs" / "bodies.md").read_text(encoding="utf-8")


def read(text: str, skip_bad: bool = False) -> Table:
    return read_table(text.encode(), "bodies.csv", skip_bad)


def only(row: str, columns: str = "name;kind") -> BodyEntry:
    (found,) = read(f"{columns}\n{row}\n").entries
    return found


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_separators_and_encodings(separator: str, encoding: str) -> None:
    text = separator.join(("name", "kind", "ars")) + "\r\n" + separator.join(('"Öd"', "Gemeinde", '"071985001002"'))
    (found,) = read_table(text.encode(encoding), "t").entries
    assert (found.name, found.kind, found.keys.ags) == ("Öd", BodyKind.MUNICIPALITY, "07198002")


def test_every_column_is_read() -> None:
    values = {
        "name": "Musterstadt", "kind": "town", "country": "de", "land": "Rheinland-Pfalz", "region": "Pfalz",
        "ars": "071980001001", "ags": "07198001", "as_of": "31.12.2025", "foreign_scheme": "lau", "foreign_key": "X1",
        "parent": "07198", "own_title": "Rosenstadt Musterstadt", "designation": "Stadt", "legal_form": "-",
        "uri": "https://example.org/id", "domains": "www.musterstadt.example|MUSTER.example/", "latitude": "49,5",
        "longitude": "8.1", "population": "21.000", "population_as_of": "2024", "area": "5 000",
        "programme_label": "Mittlere Städte", "short_names": "MST", "other_names": "Musterville|Musterstad",
        "former_names": "Alt-Musterstadt", "serves": "DE-RP|07198", "predecessors": "07198002",
    }  # fmt: skip
    assert set(values) == set(COLUMNS)
    found = only(";".join(values.values()), ";".join(values))
    assert (found.name, found.kind, found.country, found.land, found.region) == (
        "Musterstadt", BodyKind.TOWN, "DE", "DE-RP", "Pfalz",
    )  # fmt: skip
    keys = found.keys
    assert (keys.ars, keys.ags, keys.as_of) == ("071980001001", "07198001", "2025-12-31")
    assert (keys.foreign_scheme, keys.foreign_key, found.parent_key) == ("lau", "X1", "07198")
    assert (found.population, found.population_as_of, found.area) == (21000, "2024", 5000)
    assert found.place == Place(49.5, 8.1)
    assert found.domains == ("musterstadt.example", "muster.example")
    assert found.serves == ("DE-RP", "07198")
    assert found.predecessors == ("07198002",)
    assert found.names == (
        BodyName("MST", BodyNameKind.SHORT),
        BodyName("Musterville", BodyNameKind.OTHER),
        BodyName("Musterstad", BodyNameKind.OTHER),
        BodyName("Alt-Musterstadt", BodyNameKind.FORMER),
    )
    assert (found.own_title, found.uri, found.programme_label) == (
        "Rosenstadt Musterstadt", "https://example.org/id", "Mittlere Städte",
    )  # fmt: skip


@pytest.mark.parametrize(("word", "kind"), [*KIND_WORDS.items(), *((kind.value, kind) for kind in BodyKind)])
def test_kinds(word: str, kind: BodyKind) -> None:
    assert only(f"X;{word.upper()}").kind is kind


def test_german_names_of_columns_and_a_comma_in_quotes() -> None:
    found = only('"Musterstadt, Stadt";Stadt;Rheinland-Pfalz;21000', "Bezeichnung;Art;Bundesland;Einwohner")
    assert (found.name, found.land, found.population) == ("Musterstadt, Stadt", "DE-RP", 21000)


def test_a_cell_over_two_lines_counts_both() -> None:
    with pytest.raises(InvalidRows) as caught:
        read('name;kind\n"Neu\nstadt";Stadt\nX;what\n')
    assert [row.line for row in caught.value.rows] == [4]


@pytest.mark.parametrize(
    ("columns", "row", "rule"),
    [
        ("name;kind", ";Stadt", "list-name-missing"),
        ("name;kind", "X" * 301 + ";Stadt", "table-name-long"),
        ("name;kind", "X;", "table-kind"),
        ("name;kind", "X;Dorf", "table-kind"),
        ("name;kind", "X;Stadt;more", "table-too-many-cells"),
        ("name;kind;ars", "X;Stadt;71980001001", "body-key-lost-zero"),
        ("name;kind;ars", "X;Stadt;07198", "body-key-municipality"),
        ("name;kind;ags", "X;Kreis;07198001", "body-key-ags-of-municipalities"),
        ("name;kind;ars", "X;Zweckverband;07198", "body-key-none"),
        ("name;kind;ars;ags", "X;Stadt;071980001001;07198002", "body-key-contradiction"),
        ("name;kind;country", "X;Stadt;Germany", "table-country"),
        ("name;kind;land", "X;Stadt;Pfalz", "table-land"),
        ("name;kind;land;ars", "X;Stadt;DE-BW;071980001001", "table-land-contradicts"),
        ("name;kind;uri", "X;Stadt;x.example", "table-uri"),
        ("name;kind;domains", "X;Stadt;x", "table-domain"),
        ("name;kind;latitude;longitude", "X;Stadt;99;8", "table-place"),
        ("name;kind;latitude;longitude", "X;Stadt;49;", "table-place"),
        ("name;kind;latitude;longitude", "X;Stadt;nan;8", "table-place"),
        ("name;kind;population", "X;Stadt;viele", "table-number"),
        ("name;kind;population", "X;Stadt;-3", "table-number"),
        ("name;kind;population", "X;Stadt;99999999999999", "table-number"),
        ("name;kind;as_of", "X;Stadt;31.02.2024", "table-date"),
        ("name;kind;serves", "X;it_provider;Bayern", "body-key-digits"),
        ("name;kind;parent", "X;Stadt;1", "body-key-lost-zero"),
    ],
)
def test_a_wrong_row_is_named(columns: str, row: str, rule: str) -> None:
    with pytest.raises(InvalidRows) as caught:
        read(f"{columns}\nFine;Stadt\n{row}\n")
    found = caught.value.rows
    assert [row.line for row in found] == [3]
    assert found[0].rule in rules()
    assert found[0].rule == rule or rule == "body-key-lost-zero"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("Kreis;084210000000;", "Der Regionalschlüssel „084210000000“ hat 12 Ziffern; der eines Kreises hat 5."),
        ("Stadt;;17421000", "Der Schlüssel „17421000“ beginnt mit 17; ein solches Land gibt es nicht."),
        ("Zweckverband;010595974;", "Eine Stelle dieser Art (Zweckverband) hat keinen amtlichen Schlüssel"),
        ("Stadt;084210000000;08421001", "Der AGS „08421001“ passt nicht zum Regionalschlüssel: 084210000000 ->"),
    ],
)
def test_what_is_wrong_with_a_key_is_said_with_the_key_and_its_fault(row: str, said: str) -> None:
    with pytest.raises(InvalidRows) as caught:
        read(f"name;kind;ars;ags\nA;{row}\n")
    (found,) = caught.value.rows
    assert explain(found.rule, found.words, "de").message.startswith(said)


def test_all_wrong_rows_are_named_and_can_be_left_out() -> None:
    text = "name;kind\nA;Stadt\nB;what\n;Stadt\nC;Kreis\n"
    with pytest.raises(InvalidRows) as caught:
        read(text)
    assert [row.line for row in caught.value.rows] == [3, 4]
    found = read(text, skip_bad=True)
    assert [one.name for one in found.entries] == ["A", "C"]
    assert found.skipped == caught.value.rows


def test_a_key_may_stand_in_one_row_only() -> None:
    with pytest.raises(InvalidRows) as caught:
        read("name;kind;ars\nA;Stadt;071980001001\nB;Stadt;071980001001\n")
    assert [(row.line, row.rule) for row in caught.value.rows] == [(3, "list-key-twice")]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "table-empty"),
        ("\n\n", "table-empty"),
        ("name;kind\n", "table-empty"),
        ("name\nUlm\n", "table-no-column"),
        ("<html>\n", "table-no-column"),
        ("name;kind;colour\nUlm;Stadt;red\n", "table-unknown-column"),
        ("name;kind;Bezeichnung\nUlm;Stadt;Ulm\n", "table-column-twice"),
        ('name;kind\n"Ulm;Stadt\n', "list-rows"),
        ('name;kind\n"Ulm"x;Stadt\n', "list-rows"),
        ("name;kind\nUl\x00m;Stadt\n", "list-rows"),
        ("name;kind\n" + "x" * 200_000 + ";Stadt\n", "list-rows"),
    ],
    ids=range(11),
)
def test_files_that_are_no_table(text: str, rule: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read(text)
    assert caught.value.rule == rule
    assert rule in rules()


@given(st.text(max_size=200))
def test_garbage_below_good_columns_is_read_or_named(text: str) -> None:
    try:
        found = read_table(f"name;kind;ars\n{text}".encode(errors="replace"), "t")
    except InvalidInput:
        return
    assert all(one.name for one in found.entries)


def test_the_documentation_names_every_column_and_its_example_is_right() -> None:
    for column in COLUMNS:
        assert f"`{column}`" in DOCS, column
    for kind in BodyKind:
        assert f"`{kind.value}`" in DOCS, kind
    example = re.search(r"```csv\n(.*?)```", DOCS, re.DOTALL)
    assert example is not None
    assert len(read(example[1]).entries) >= 3


def test_what_spreadsheets_write_around_a_table_is_read() -> None:
    table = "sep=;\r\nname;kind;ars\r\nÖtlingen;Gemeinde;1\r\n"
    for content in (table.encode("utf-16"), table.encode("utf-8-sig"), table.encode("cp1252")):
        with pytest.raises(InvalidRows) as caught:
            read_table(content, "t.csv")
        assert [row.line for row in caught.value.rows] == [3]
    assert read_table(table.replace(";1", ";").encode("utf-16"), "t.csv").entries[0].name == "Ötlingen"


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99)])
def test_what_is_no_text_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_table(content, "t.csv")
    assert caught.value.rule == "list-no-text"
    assert caught.value.rule in rules()
