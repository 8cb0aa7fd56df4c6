# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Notices: the table ``tests/data/licences/notices.txt`` says what each grants, the rest is about places and limits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from harvesters.licences.found import Choice, Found, Kind
from harvesters.licences.notices import find_notices
from harvesters.licences.phrasing import table
from harvesters.licences.plain import plain
from registry.licences import is_valid

_TABLE = Path(__file__).parent.parent / "data" / "licences" / "notices.txt"
_LATER = (
    "This program is free software: you can redistribute it and/or modify it under the terms of the GNU General "
    "Public License as published by the Free Software Foundation, either version 3 of the License, or (at your "
    "option) any later version."
)


def _cases() -> Iterator[tuple[str, str]]:
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            expected, _, text = line.partition(" <= ")
            yield text.replace("\\n", "\n"), expected


def _granted(text: str) -> list[Found]:
    return [one for one in find_notices(plain(text)) if one.kind is Kind.NOTICE]


def _said(text: str) -> str:
    return " ; ".join(f"aside: {one.expression}" if one.aside else one.expression for one in _granted(text)) or "-"


def _references(text: str) -> list[str]:
    return [one.expression for one in find_notices(plain(text)) if one.kind is Kind.REFERENCE]


@pytest.mark.parametrize(("text", "expected"), list(_cases()))
def test_a_notice_grants_what_its_words_say(text: str, expected: str) -> None:
    assert _said(text) == expected


@pytest.mark.parametrize("leader", ["# ", " * ", "// ", "-- ", "; ", "dnl ", "%% ", "REM "])
def test_comment_leaders_do_not_hide_a_notice(leader: str) -> None:
    words = _LATER.split()
    lines = [" ".join(words[at : at + 7]) for at in range(0, len(words), 7)]
    assert _said("\n".join(leader + line for line in lines)) == "GPL-3.0-or-later"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# MIT License\n", ["MIT"]),
        ("GNU GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007\n", ["GPL-3.0"]),
        ("See https://opensource.org/licenses/MIT for more.", ["MIT"]),
        ("https://www.gnu.org/licenses/agpl-3.0.en.html", ["AGPL-3.0"]),
        ("https://creativecommons.org/licenses/by-sa/4.0/deed.de", ["CC-BY-SA-4.0"]),
        ("http://creativecommons.org/licenses/by/3.0/de/", ["CC-BY-3.0-DE"]),
        ("https://creativecommons.org/publicdomain/zero/1.0/legalcode", ["CC0-1.0"]),
        ("https://joinup.ec.europa.eu/collection/eupl/eupl-text-eupl-12", ["EUPL-1.2"]),
        ("https://spdx.org/licenses/BSD-3-Clause.html", ["BSD-3-Clause"]),
        ("https://img.shields.io/badge/License-Apache_2.0-blue.svg", ["Apache-2.0"]),
        ("https://img.shields.io/badge/license-EUPL--1.2-green", ["EUPL-1.2"]),
        ("https://www.apache.org/licenses/", []),
        ("https://example.org/mit", []),
        ("Massachusetts Institute of Technology (MIT)", []),
        ("compatible with the MIT License", []),
        ("This is not the MIT License.", []),
        ("a BSD-style license", []),
        ("see gpl-3.0.txt", []),
        ("GNU General Public License", []),
    ],
)
def test_names_and_addresses_alone_are_references(text: str, expected: list[str]) -> None:
    assert _references(text) == expected
    assert _granted(text) == []


def test_what_a_notice_names_is_no_reference_beside_it() -> None:
    text = (
        "The MIT License\n\nLicensed under the MIT License: https://opensource.org/licenses/MIT, or Apache License 2.0"
    )
    assert "MIT" not in _references(text)


def test_a_found_notice_lies_where_it_stands() -> None:
    before = "Ünïcode İn front, and a line.\n\n"
    text = f"{before}{_LATER} It comes without warranty."
    (found,) = _granted(text)
    assert text[found.start : found.end] == _LATER.removesuffix(".")


def test_the_word_for_a_later_version_needs_no_letter_more_than_it_had() -> None:
    """A capital dotted I has two characters in lower case; places must not move."""
    text = "İİİİ\n\nLicensed under the MIT License"
    (found,) = find_notices(text)
    assert text[found.start : found.end] == "Licensed under the MIT License"


def test_an_offer_behind_another_licences_text_says_that_it_is_one() -> None:
    text = (
        "Alternatively, this software may be distributed under the terms of the GNU General Public License version 2."
    )
    (found,) = _granted(text)
    assert (found.expression, found.choice) == ("GPL-2.0", Choice.ALTERNATIVE)


def test_an_unparsed_word_about_later_versions_leaves_the_range_open() -> None:
    text = _LATER.replace("(at your option) any later version", "as the project council may see fit a later edition")
    assert _said(text) == "GPL-3.0"


def test_contradicting_ranges_leave_the_range_open() -> None:
    assert _said("Licensed under the GNU General Public License version 3 only (GPL-3.0-or-later).") == "GPL-3.0"


@pytest.mark.parametrize(
    "text",
    [
        "gpl " * 100_000,
        "licensed under the" + " " * 300_000 + "mit license",
        "licensed under the mit or " * 20_000,
        "mit (" * 100_000,
        "https://" * 60_000,
        "gnu gpl version 2 or " * 25_000,
        "version 2 of the " * 30_000 + "gpl",
        "creative commons attribution " * 20_000,
        "license\n" * 60_000,
        ("bsd" + " " * 400) * 1_000,
        "under the " * 50_000 + "license",
        "\x00\ud800﻿" * 10_000,
    ],
)
def test_no_text_makes_it_slow_or_fail(text: str) -> None:
    assert len(find_notices(text)) <= 1_000


def test_ten_megabytes_are_read_in_part() -> None:
    line = "Licensed under the MIT License.\n\n"
    found = find_notices(line * (10_000_000 // len(line)))
    assert 0 < len(found) <= 1_000
    assert found[-1].end < 1_000_000


def test_the_table_names_listed_licences_only() -> None:
    rows = table()
    named = [known for family in rows["families"].values() for known in family.get("versions", {}).values()]
    named += [family["certain"] for family in rows["families"].values() if "certain" in family]
    named += rows["addresses"]
    assert [known for known in named if not is_valid(known)] == []
    exceptions = {*rows["exceptions"], *rows["exceptions_by_name"]}
    assert [one for one in exceptions if not is_valid(f"GPL-2.0-or-later WITH {one}")] == []


def test_every_name_of_the_table_begins_with_a_plain_word() -> None:
    names = [name for family in table()["families"].values() for name in family["names"]]
    assert [name for name in names if not re.match(r"[a-z0-9]", name)] == []
