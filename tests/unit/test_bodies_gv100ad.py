# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The official list is read: which records are bodies, what they are called, and what is wrong with odd lines."""

from __future__ import annotations

import io
import random
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.bodies.gv100ad import GvList, is_gv100ad, read_gv100ad
from registry.bodies.official_names import official_name
from registry.bodies.rows import LIMIT, InvalidRows
from registry.errors import InvalidInput
from registry.model import BodyEntry, BodyKind, BodyName, BodyNameKind
from registry.vocabulary.rules import rules
from support.gv_lines import association, county, land, municipality, region, text
from support.gv_states import before

ULM = municipality("08421000", "0000", "Ulm, Universitätsstadt", 11868, 128000, "62")


def read(*lines: str) -> GvList:
    return read_gv100ad(text(lines), "list.txt")


def only(*lines: str) -> BodyEntry:
    return read(*lines).entries[-1]


def zipped(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return packed.getvalue()


def test_a_municipality_has_both_keys_and_its_figures() -> None:
    found = only(municipality("07198002", "5001", "Oberdorf", 700, 400))
    assert (found.keys.ars, found.keys.ags, found.keys.as_of) == ("071985001002", "07198002", "2025-12-31")
    assert (found.area, found.population, found.population_as_of) == (700, 400, None)
    assert (found.kind, found.designation, found.land) == (BodyKind.MUNICIPALITY, "Gemeinde", "DE-RP")


@pytest.mark.parametrize(
    ("spelt", "plain", "title", "other"),
    [
        ("Ulm, Universitätsstadt", "Ulm", "Universitätsstadt Ulm", None),
        ("Köln, Stadt", "Köln", None, None),
        ("Roth, St", "Roth", None, None),
        ("Hamburg, Freie und Hansestadt", "Hamburg", "Freie und Hansestadt Hamburg", None),
        ("Garding, Kirchspiel", "Garding", "Kirchspiel Garding", None),
        ("Cottbus/Chóśebuz, Stadt", "Cottbus", None, "Chóśebuz"),
        ("Lübbenau/Spreewald/Lubnjow/Błota, Stadt", "Lübbenau/Spreewald", None, "Lubnjow/Błota"),
        ("Bautzen / Budyšin, Stadt", "Bautzen", None, "Budyšin"),
        ("Auerbach/Vogtl., Stadt", "Auerbach/Vogtl.", None, None),
        ("Sylt", "Sylt", None, None),
        (",", ",", None, None),
    ],
)
def test_official_spellings_are_taken_apart(spelt: str, plain: str, title: str | None, other: str | None) -> None:
    found = official_name(spelt)
    assert (found.plain, found.title, found.other) == (plain, title, other)


def test_the_official_spelling_is_kept_as_a_name() -> None:
    assert BodyName("Ulm, Universitätsstadt", BodyNameKind.OFFICIAL) in only(ULM).names


def test_a_town_that_is_its_own_county_is_one_body_below_its_land() -> None:
    found = read(land("08", "Baden-Württemberg"), county("08421", "Ulm, Universitätsstadt", "42"), ULM).entries
    assert [(one.name, one.kind, one.parent_key) for one in found] == [
        ("Baden-Württemberg", BodyKind.STATE, None),
        ("Ulm", BodyKind.TOWN, "08"),
    ]


def test_berlin_and_hamburg_are_one_body_each_and_bremen_is_two() -> None:
    lines = (
        land("02", "Hamburg"),
        county("02000", "Hamburg, Freie und Hansestadt", "41"),
        municipality("02000000", "0000", "Hamburg, Freie und Hansestadt", 75509, 1_890_000, "61"),
        land("04", "Bremen"),
        municipality("04011000", "0000", "Bremen, Stadt", 32000, 570_000, "61"),
    )
    found = read(*lines).entries
    assert [(one.name, one.own_title, one.kind, one.keys.ars, one.parent_key) for one in found] == [
        ("Hamburg", "Freie und Hansestadt Hamburg", BodyKind.TOWN, "020000000000", None),
        ("Bremen", None, BodyKind.STATE, "04", None),
        ("Bremen", None, BodyKind.TOWN, "040110000000", "04"),
    ]


def test_regions_and_areas_without_a_municipality_are_no_bodies() -> None:
    lines = (region("053", "Reg.-Bez. Köln"), municipality("07198005", "5001", "Ödland", 300, 0, "66"), ULM)
    assert [one.name for one in read(*lines).entries] == ["Ulm"]


@pytest.mark.parametrize("kind", ["50", "58"])
def test_a_municipality_in_the_place_of_an_association_is_no_second_body(kind: str) -> None:
    assert [one.name for one in read(association("07198", "0001", "Musterstadt", kind), ULM).entries] == ["Ulm"]


@pytest.mark.parametrize(
    ("kind", "designation"),
    [
        ("51", "Amt"), ("52", "Samtgemeinde"), ("53", "Verbandsgemeinde"), ("54", "Verwaltungsgemeinschaft"),
        ("55", "Kirchspielslandgemeinde"), ("56", "Verwaltungsverband"), ("57", "Verwaltungsgemeinschaft"),
    ],
)  # fmt: skip
def test_associations(kind: str, designation: str) -> None:
    found = read(association("07198", "5001", "Mustertal", kind), ULM).entries[0]
    assert (found.kind, found.designation) == (BodyKind.MUNICIPAL_ASSOCIATION, designation)
    assert (found.keys.ars, found.keys.ags) == ("071985001", None)


def test_a_flecken_is_said_in_the_name_alone() -> None:
    assert only(municipality("03251001", "5001", "Musterhausen, Flecken", 10, 20)).designation == "Flecken"


def test_what_a_municipality_belongs_to_is_the_nearest_there_is() -> None:
    parents = {one.name: one.parent_key for one in read(*before()).entries}
    assert parents["Oberdorf"] == "071985001"
    assert parents["Musterstadt"] == "07198"
    assert parents["Mustertal"] == "07198"
    assert parents["Musterkreis"] == "07"


def test_no_figure_is_no_zero() -> None:
    found = only(municipality("07198002", "5001", "Oberdorf", 0, 0))
    assert (found.area, found.population) == (None, None)


def test_the_day_of_the_populations_is_what_the_operator_says() -> None:
    found = read_gv100ad(text(before()), "list", "2024-12-31").entries
    assert {one.population_as_of for one in found if one.population} == {"2024-12-31"}
    assert {one.population_as_of for one in found if not one.population} == {None}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-1"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_encodings_and_line_ends(encoding: str, end: str) -> None:
    lines = [land("07", "Rheinland-Pfalz"), municipality("07198002", "5001", "Öd", 7, 8), "", "\x1a"]
    content = end.join(lines).encode(encoding)
    assert is_gv100ad(content)
    assert [one.name for one in read_gv100ad(content, "list").entries] == ["Rheinland-Pfalz", "Öd"]


def test_a_zip_as_destatis_offers_it() -> None:
    content = zipped(Satzbeschreibung_pdf=b"%PDF-1.7", GV100AD_311225_txt=text(before()))
    assert is_gv100ad(content)
    assert read_gv100ad(content, "list.zip") == read_gv100ad(text(before()), "list.txt")


# --- what is refused ---


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (ULM[:150], "list-short"),
        (ULM[:22], "list-short"),
        ("99" + ULM[2:], "list-record"),
        (ULM.replace("08421000", "0842100O"), "list-digits"),
        (ULM[:128] + "      -1186" + ULM[139:], "list-digits"),
        (ULM[:128] + " " * 11 + ULM[139:], "list-digits"),
        (ULM[:128] + "٠" * 11 + ULM[139:], "list-digits"),
        (ULM[:122] + "99" + ULM[124:], "list-value"),
        (ULM[:2] + "20251341" + ULM[10:], "list-value"),
        (ULM[:22] + " " * 50 + ULM[72:], "list-name-missing"),
        (ULM[:10] + "99421000" + ULM[18:], "list-land"),
        ("<html>", "list-record"),
    ],
)
def test_an_odd_line_is_named(line: str, rule: str) -> None:
    with pytest.raises(InvalidRows) as caught:
        read(land("08", "Baden-Württemberg"), line, ULM)
    assert [(row.line, row.rule) for row in caught.value.rows] == [(2, rule)]
    assert rule in rules()


def test_all_odd_lines_are_named_at_once() -> None:
    with pytest.raises(InvalidRows) as caught:
        read(ULM, "xx", ULM, "yy")
    assert [(row.line, row.rule) for row in caught.value.rows] == [
        (2, "list-record"), (3, "list-key-twice"), (4, "list-record"),
    ]  # fmt: skip


def test_nul_bytes_are_named_with_their_line() -> None:
    with pytest.raises(InvalidRows) as caught:
        read_gv100ad(text([ULM, "60\x00"]), "list")
    assert [(row.line, row.rule) for row in caught.value.rows] == [(2, "list-nul")]


def test_what_is_in_no_known_encoding_is_named_with_its_line() -> None:
    with pytest.raises(InvalidRows) as caught:
        read_gv100ad(text([ULM]) + b"60\x81", "list")
    assert [(row.line, row.rule) for row in caught.value.rows] == [(2, "list-encoding")]


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"10" * (LIMIT // 2 + 1), "list-too-large"),
        (text([land("08", "Baden-Württemberg")]), "list-no-municipality"),
        (zipped(readme_txt=b"nothing"), "list-zip-content"),
        (zipped(a_txt=text([ULM]), b_txt=text([ULM])), "list-zip-content"),
        (zipped(a_txt=text([ULM]))[:100], "list-zip-damaged"),
        (b"PK\x03\x04" + bytes(1000), "list-zip-damaged"),
        (zipped(**{f"f{number}_txt": b"x" for number in range(201)}), "list-zip-members"),
        (zipped(bomb_txt=text([ULM]) + b" " * (LIMIT + 1)), "list-too-large"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{len(value)} bytes",
)
def test_files_that_are_no_list(content: bytes, rule: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_gv100ad(content, "list")
    assert caught.value.rule == rule
    assert rule in rules()


def test_a_bit_that_flips_in_a_zip_is_an_error_of_ours() -> None:
    content = zipped(a_txt=text(before()))
    picked = random.Random(6)
    for _ in range(150):
        damaged = bytearray(content)
        damaged[picked.randrange(4, len(damaged))] ^= 1 << picked.randrange(8)
        try:
            found = read_gv100ad(bytes(damaged), "list")
        except InvalidInput:
            continue
        assert found.entries


@given(st.binary(max_size=400))
def test_garbage_is_an_error_of_ours(content: bytes) -> None:
    with pytest.raises(InvalidInput):
        read_gv100ad(content, "list")


@given(st.integers(0, len(ULM) - 1), st.characters(codec="utf-8", exclude_characters="\n\r"))
def test_one_changed_character_is_read_or_named(position: int, character: str) -> None:
    line = ULM[:position] + character + ULM[position + 1 :]
    try:
        found = read(land("08", "Baden-Württemberg"), line).entries
    except InvalidInput:
        return
    assert all(one.name.strip() and (one.keys.ars or "").isascii() for one in found)


def test_a_spreadsheet_is_told_from_an_archive_with_no_list() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    with pytest.raises(InvalidInput) as caught:
        read_gv100ad(written.getvalue(), "list.xlsx")
    assert caught.value.rule == "list-no-text"


def test_an_odd_first_line_hides_no_list() -> None:
    content = text(["Gemeindeverzeichnis, Stand 31.12.2025", land("08", "Baden-Württemberg"), ULM])
    assert is_gv100ad(content)
    with pytest.raises(InvalidRows) as caught:
        read_gv100ad(content, "list")
    assert [(row.line, row.rule) for row in caught.value.rows] == [(1, "list-record")]
