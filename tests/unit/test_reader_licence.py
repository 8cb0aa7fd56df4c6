# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Licence files: the texts of this very repository, languages of the EUPL, notices, and what is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvesters.readers import licence
from registry.model import EntryKind, Field, Reading
from support.snapshots import entry, rules, snapshot, value, values

ROOT = Path(__file__).parents[2]
TEXTS = {
    path.stem.removeprefix("LICENSE-"): path.read_bytes()
    for folder in ("LICENSES", "harvesters/demo/licences")
    for path in (ROOT / folder).glob("*.txt")
}


def read(content: bytes, name: str = "LICENSE") -> Reading:
    return licence.read(snapshot({name: content}))


def expression(reading: Reading) -> object:
    found = value(reading, Field.DETECTED_LICENCE)
    assert isinstance(found, dict)
    return found["expression"]


@pytest.mark.parametrize("name", ["EUPL-1.2", "CC0-1.0", "MIT", "CC-BY-4.0"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_whole_texts_in_any_encoding(name: str, encoding: str) -> None:
    reading = read(TEXTS[name].decode().encode(encoding))
    assert expression(reading) == name
    assert rules(reading) == []


def eupl(title: str, notice: str = "") -> bytes:
    return f"{notice}{title}\nEUPL © Europa 2007, 2016\n{'Die EUPL gilt für das Werk. ' * 500}".encode()


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("LICENZA PUBBLICA DELL'UNIONE EUROPEA v. 1.2", "EUPL-1.2"),
        ("Licenza Pubblica dell’Unione europea V.1.1", "EUPL-1.1"),
        ("OPEN-SOURCE-LIZENZ FÜR DIE EUROPÄISCHE UNION v. 1.2", "EUPL-1.2"),
        ("OPENBARE LICENTIE VAN DE EUROPESE UNIE v. 1.2", "EUPL-1.2"),
        ("LICENCE PUBLIQUE DE L'UNION EUROPÉENNE v. 1.2", "EUPL-1.2"),
        ("LICENCIA PÚBLICA DE LA UNIÓN EUROPEA v. 1.2", "EUPL-1.2"),
        ("Openbare Licentie van de Europese Unie", None),
        ("Eine Lizenz v. 1.2", None),
    ],
)
def test_eupl_in_other_languages_by_title_version_and_length(title: str, found: str | None) -> None:
    assert expression(read(eupl(title))) == found
    assert expression(read(title.encode())) is None


def test_notices() -> None:
    notice = (
        b"Licensed under the EUPL, Version 1.2 or - as soon they will be approved by\nthe European Commission - later"
    )
    assert expression(read(notice)) == "EUPL-1.2"
    # REUSE-IgnoreStart
    assert expression(read(b"SPDX-License-Identifier: EUPL-1.2\nSee the file.")) == "EUPL-1.2"
    assert expression(read(b"SPDX-License-Identifier: Whatever")) is None
    # REUSE-IgnoreEnd


def test_notices_of_others_behind_the_text_do_not_hide_it() -> None:
    assert expression(read(TEXTS["EUPL-1.2"] + b"\n\n----\n\n" + TEXTS["MIT"])) == "EUPL-1.2"


def test_two_texts_of_equal_weight_are_not_decided() -> None:
    reading = read(TEXTS["MIT"] + b"\n\n" + TEXTS["EUPL-1.2"])
    assert expression(reading) is None
    assert rules(reading) == ["licence-several-texts"]
    assert reading.problems[0].params["licences"] == "EUPL-1.2, MIT"


@pytest.mark.parametrize(
    "content",
    [b"", b"\0\0\0", b"MIT", b"All rights reserved.", b"This project is licensed under the MIT License, see https://opensource.org/licenses/MIT",
     "Alle Rechte vorbehalten. Nutzung nur für Kommunen. ".encode() * 50, b"# Changelog\n" * 200],
)  # fmt: skip
def test_what_is_not_recognised_is_told(content: bytes) -> None:
    reading = read(content)
    assert expression(reading) is None
    assert rules(reading) == ["licence-text-unknown"]


def test_a_quoted_licence_in_a_long_text_is_not_the_licence() -> None:
    assert expression(read(b"Terms of use of the city, chapter by chapter. " * 300 + TEXTS["MIT"])) is None


def test_reuse_files_are_what_they_are_named() -> None:
    reading = licence.read(
        snapshot({"LICENSES/AGPL-3.0-or-later.txt": b"short", "LICENSES/LicenseRef-Stadt.txt": b"x"})
    )
    assert [found["expression"] for found in values(reading, Field.DETECTED_LICENCE)] == [  # type: ignore[index]
        "LicenseRef-Stadt",
        "AGPL-3.0-or-later",
    ]
    assert rules(reading) == []


def test_nothing_links_and_files_not_fetched() -> None:
    assert rules(licence.read(snapshot({"src/LICENSE": TEXTS["MIT"]}))) == ["licence-missing"]
    assert rules(licence.read(snapshot(entries=[entry("LICENSE", EntryKind.SYMLINK)]))) == ["licence-link"]
    assert rules(licence.read(snapshot(entries=[entry("LICENSE")]))) == []


@settings(deadline=None)
@given(st.binary(max_size=2_000))
def test_any_bytes_give_a_reading(content: bytes) -> None:
    read(content)
