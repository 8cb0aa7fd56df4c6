# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
# REUSE-IgnoreStart
"""Licence files to facts: the file as a whole first, then its pieces; REUSE names; what is told and what is capped."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvesters.licences.found import Detection, Edit, Found, Kind
from harvesters.readers import licence
from harvesters.readers.licence_pieces import MOST_PIECES
from harvesters.readers.licence_pieces import values as values_of
from harvesters.readers.wanted import REUSE_FILES, wanted
from registry.model import EntryKind, Field, Json, Reading, Snapshot
from registry.vocabulary.rules import explain
from support.snapshots import entry, facts, rules, snapshot, values

ROOT = Path(__file__).parents[2]
TEXTS = {
    path.stem.removeprefix("LICENSE-"): path.read_bytes()
    for folder in ("LICENSES", "harvesters/demo/licences")
    for path in (ROOT / folder).glob("*.txt")
}
TEXTS["MIT"] = TEXTS["MIT"].replace(b"<year> <copyright holders>", b"2024 Stadt Musterstadt")
REFUSAL = b"Copyright 2024 Stadt. All rights reserved.\n"


def read(content: bytes | str, name: str = "LICENSE") -> Reading:
    return licence.read(snapshot({name: content.encode() if isinstance(content, str) else content}))


def told(reading: Reading) -> list[Mapping[str, Json]]:
    return values(reading, Field.DETECTED_LICENCE)  # type: ignore[return-value]


def expressions(reading: Reading) -> list[object]:
    return [value["expression"] for value in told(reading)]


@pytest.mark.parametrize("name", ["EUPL-1.2", "CC0-1.0", "MIT", "CC-BY-4.0"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_whole_texts_in_any_encoding(name: str, encoding: str) -> None:
    reading = read(TEXTS[name].decode().encode(encoding))
    assert expressions(reading) == [name]
    assert told(reading)[0]["kind"] == "text"
    assert rules(reading) == []


def test_a_fact_says_where_its_text_stands() -> None:
    above = "# Lizenz\n\nStadt Musterstadt, 2024\n\n"
    text = TEXTS["MIT"].decode()
    fact = facts(read(above + text), Field.DETECTED_LICENCE)[0]
    start, end = fact.value["start"], fact.value["end"]
    assert len(above) <= start < len(above) + 60
    assert end > len(above + text) - 60
    assert fact.origin.line == (above + text).count("\n", 0, start) + 1
    assert fact.value["path"] == fact.origin.path == "LICENSE"


@pytest.mark.parametrize(
    ("content", "expression"),
    [
        ("Licensed under the EUPL, Version 1.2 or - as soon they will be approved by\nthe European Commission - later "
         "versions of the EUPL", "EUPL-1.2"),
        ("SPDX-License-Identifier: EUPL-1.2\nSee the file.", "EUPL-1.2"),
        ("This program is free software: you can redistribute it and/or modify it under the terms of the GNU General "
         "Public License as published by the Free Software Foundation, either version 3 of the License, or (at your "
         "option) any later version.", "GPL-3.0-or-later"),
        ("MIT", "MIT"),
        ("Released under the MIT License, see https://opensource.org/licenses/MIT", "MIT"),
    ],
)  # fmt: skip
def test_a_notice_in_a_licence_file_is_one(content: str, expression: str) -> None:
    reading = read(content)
    assert (expressions(reading)[0], told(reading)[0]["kind"]) == (expression, "notice")


def test_several_texts_are_one_undecided_file_and_its_pieces() -> None:
    reading = read(TEXTS["MIT"] + b"\n\n" + TEXTS["EUPL-1.2"])
    assert expressions(reading) == [None, "MIT", "EUPL-1.2"]
    assert [value.get("piece", False) for value in told(reading)] == [False, True, True]
    assert (told(reading)[0]["start"], told(reading)[0]["end"]) == (told(reading)[1]["start"], told(reading)[2]["end"])
    assert rules(reading) == ["licence-several-texts"]
    assert reading.problems[0].params["name"] == "LICENSE"
    assert {"MIT", "EUPL-1.2"} == set(reading.problems[0].params["licences"].split(", "))


def test_texts_of_others_are_aside() -> None:
    reading = read(TEXTS["EUPL-1.2"] + b"\n\nThird-party components\n\njQuery:\n\n" + TEXTS["MIT"])
    assert expressions(reading) == ["EUPL-1.2", "EUPL-1.2", "MIT"]
    assert [value.get("aside", False) for value in told(reading)] == [False, False, True]


@pytest.mark.parametrize("content", [b"\0\0\0", b"# Changelog\n" * 200, "Über das Rathaus. ".encode() * 50])
def test_what_is_not_recognised_is_one_fact_without_expression(content: bytes) -> None:
    reading = read(content)
    assert expressions(reading) == [None]
    assert rules(reading) == ["licence-text-unknown"]


def test_an_empty_file_is_no_licence() -> None:
    assert expressions(read(b"")) == [None]
    assert len(rules(read(b""))) == 1


def test_a_refusal_is_what_the_file_says() -> None:
    reading = read(REFUSAL)
    assert str(expressions(reading)[0]).startswith("LicenseRef-")
    assert told(reading)[0]["kind"] == "text"


def test_a_changed_licence_is_not_that_licence() -> None:
    changed = TEXTS["MIT"].replace(b"to use, copy", b"to use for non-commercial purposes only, copy")
    reading = read(changed)
    assert "MIT" not in expressions(reading)


def test_changes_have_lines_and_caps() -> None:
    text = "one\ntwo\nthree\n" * 50
    edits = tuple(Edit("x" * 900, "", 4, 7) for _ in range(90))
    made = Found("MIT", Kind.TEXT, 0.9, 0, len(text), "test", edits)
    (whole,) = values_of(Detection((made,)), text, "LICENSE")
    assert (whole["expression"], whole["made_of"]) == (None, "MIT")
    assert len(whole["changes"]) == 20
    assert whole["changes"][0] == {"added": "x" * 200, "removed": "", "line": 2}


def test_a_stated_choice_is_the_files_own_expression() -> None:
    pieces = (Found("MIT", Kind.TEXT, 0.9, 10, 20, "t"), Found("Apache-2.0", Kind.TEXT, 0.8, 30, 50, "t"))
    whole, *rest = values_of(Detection(pieces, "MIT OR Apache-2.0", 0.8), "x" * 60, "LICENSE")
    assert (whole["expression"], whole["start"], whole["end"], whole["kind"]) == ("MIT OR Apache-2.0", 10, 50, "text")
    assert [value["expression"] for value in rest] == ["MIT", "Apache-2.0"]


def test_names_beside_a_text_are_no_pieces() -> None:
    pieces = (Found("MIT", Kind.TEXT, 0.9, 0, 20, "t"), Found("GPL-3.0", Kind.REFERENCE, 0.5, 30, 50, "t"))
    assert len(list(values_of(Detection(pieces, "MIT", 0.9), "x" * 60, "LICENSE"))) == 1
    assert next(values_of(Detection(pieces[1:]), "x" * 60, "LICENSE"))["expression"] is None


def test_pieces_are_capped() -> None:
    pieces = tuple(Found("MIT", Kind.TEXT, 0.9, n, n + 1, "t") for n in range(1_000))
    assert len(list(values_of(Detection(pieces), "x" * 2_000, "LICENSE"))) == MOST_PIECES + 1


@pytest.mark.parametrize(
    ("name", "content", "expected", "problems"),
    [
        ("MIT", TEXTS["MIT"], "MIT", []),
        ("LicenseRef-Stadt", b"Eigene Bedingungen der Stadt, in eigenen Worten.", "LicenseRef-Stadt", []),
        ("LicenseRef-Stadt", TEXTS["MIT"], "LicenseRef-Stadt", []),
        ("EUPL-1.2", TEXTS["MIT"], "MIT", ["licence-reuse-name"]),
        ("EUPL-1.2", b"# Changelog\n" * 200, None, ["licence-reuse-name"]),
    ],
)
def test_reuse_files_are_checked_against_their_names(
    name: str, content: bytes, expected: str | None, problems: list[str]
) -> None:
    reading = read(content, f"LICENSES/{name}.txt")
    assert expressions(reading)[0] == expected
    assert rules(reading) == problems


def test_a_range_in_a_reuse_name_is_a_statement() -> None:
    gpl = read("SPDX-License-Identifier: AGPL-3.0", "LICENSES/AGPL-3.0-or-later.txt")
    assert expressions(gpl) == ["AGPL-3.0-or-later"]


def test_a_refusal_under_a_name_of_ones_own_is_not_hidden_by_it() -> None:
    found = str(expressions(read(REFUSAL, "LICENSES/LicenseRef-Stadt.txt"))[0])
    assert found.startswith("LicenseRef-")
    assert found != "LicenseRef-Stadt"


def test_an_exception_is_no_licence() -> None:
    files = {"LICENSES/Classpath-exception-2.0.txt": b"As a special exception ...", "LICENSES/MIT.txt": TEXTS["MIT"]}
    assert expressions(licence.read(snapshot(files))) == ["MIT"]


def test_texts_that_reuse_gives_to_other_files_are_aside() -> None:
    table = b'version = 1\n[[annotations]]\npath = "**"\nSPDX-License-Identifier = "EUPL-1.2"\n'
    files = {"LICENSES/EUPL-1.2.txt": TEXTS["EUPL-1.2"], "LICENSES/CC0-1.0.txt": TEXTS["CC0-1.0"]}
    found = told(licence.read(snapshot({**files, "REUSE.toml": table})))
    assert [(one["expression"], one.get("aside", False)) for one in found] == [("CC0-1.0", True), ("EUPL-1.2", False)]
    assert not any(one.get("aside") for one in told(licence.read(snapshot(files))))


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"LICENSE": "MIT", "COPYRIGHT": "REFUSAL"}, ["MIT"]),
        ({"COPYRIGHT": "REFUSAL"}, ["LicenseRef-all-rights-reserved"]),
        ({"COPYRIGHT": "MIT"}, ["MIT"]),
        ({"licenses.md": "prose"}, []),
        ({"README.md": "x", "app/LICENSE": "MIT"}, ["MIT"]),
        ({"LICENSE": "MIT", "app/LICENSE": "EUPL-1.2"}, ["MIT"]),
        ({"vendor/LICENSE": "MIT"}, []),
        ({"mit.txt": "MIT"}, ["MIT"]),
    ],
)
def test_which_files_count(files: Mapping[str, str], expected: list[str]) -> None:
    contents = {"REFUSAL": REFUSAL, "prose": b"We like free software and its licences.", "x": b"x", **TEXTS}
    reading = licence.read(snapshot({name: contents[kind] for name, kind in files.items()}))
    assert expressions(reading) == expected
    assert ("licence-missing" in rules(reading)) is not bool(expected)


def test_the_licence_of_pictures_is_aside() -> None:
    files = {"LICENSE": TEXTS["EUPL-1.2"], "LICENSE-images": TEXTS["CC-BY-4.0"]}
    assert [one.get("aside", False) for one in told(licence.read(snapshot(files)))] == [False, True]


def test_nothing_links_and_files_not_fetched() -> None:
    assert rules(licence.read(snapshot({"src/main.py": b"x"}))) == ["licence-missing"]
    assert rules(licence.read(snapshot(entries=[entry("LICENSE", EntryKind.SYMLINK)]))) == ["licence-link"]
    missed = licence.read(snapshot(entries=[entry("LICENSE")]))
    assert (rules(missed), expressions(missed)) == ([], [None])  # nobody got hold of it, so nobody knows


@pytest.mark.parametrize("name", ["LICENSE.pdf", "Lizenz.docx", "EUPL v1_2 DE-LICENSE.odt", "COPYING.PDF"])
def test_a_document_named_as_a_licence_is_told_instead_of_no_licence(name: str) -> None:
    assert rules(licence.read(snapshot(entries=[entry(name)]))) == ["licence-document"]
    assert expressions(licence.read(snapshot({"LICENSE": TEXTS["MIT"], name: b"%PDF-1.4"}))) == ["MIT"]


@pytest.mark.parametrize("name", ["manual.pdf", "docs/LICENSE.pdf", "license-header.pdf", "LICENSE-fonts.pdf"])
def test_other_documents_say_nothing_about_a_licence(name: str) -> None:
    assert rules(licence.read(snapshot(entries=[entry(name)]))) == ["licence-missing"]


def test_ten_thousand_licence_files_do_no_harm() -> None:
    files = {f"LICENSES/LicenseRef-{number}.txt": b"Bedingungen %d" % number for number in range(10_000)}
    every = snapshot({**files, "LICENSES/MIT.txt": TEXTS["MIT"]})
    fetched = {one.path: every.files[one.path] for one in wanted(every.entries)}
    reading = licence.read(_with(every, fetched))
    assert expressions(reading)[0] == "MIT"
    assert len(reading.facts) == REUSE_FILES
    assert rules(reading) == ["licence-files-unread"]
    assert reading.problems[0].params["count"] == str(10_001 - REUSE_FILES)
    for lang in ("de", "en"):
        assert "{" not in explain("licence-files-unread", reading.problems[0].params, lang).message


def test_ten_megabytes_of_licence_do_no_harm() -> None:
    assert expressions(read(TEXTS["MIT"] + b"\n" + b"lorem ipsum dolor sit amet " * 400_000))


def _with(every: Snapshot, files: Mapping[str, bytes]) -> Snapshot:
    return snapshot(files, [one for one in every.entries if one.path not in files])


@settings(deadline=None)
@given(st.binary(max_size=2_000))
def test_any_bytes_give_a_reading(content: bytes) -> None:
    read(content)
    read(content, "LICENSES/MIT.txt")


def test_a_file_too_large_to_read_is_no_missing_licence() -> None:
    taken = snapshot({"README.md": b"x"}, [entry("LICENSE")], oversized=("LICENSE", "README.md"))
    reading = licence.read(taken)
    assert expressions(reading) == [None]
    assert "licence-missing" not in rules(reading)


# REUSE-IgnoreEnd
