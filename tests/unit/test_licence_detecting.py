# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a licence file says as a whole: one licence, a stated choice, several without a word, a refusal, or nothing."""

from __future__ import annotations

import os
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvesters.licences import detecting
from harvesters.licences.detecting import detect
from harvesters.licences.found import Detection, Kind
from harvesters.readers.texts import decode
from registry.licences import families
from registry.vocabulary.rules import explain
from support.licence_texts import IDS, licence_text

# REUSE-IgnoreStart
MIT, BSD, EUPL = licence_text("MIT"), licence_text("BSD-3-Clause"), licence_text("EUPL-1.2")
GPL2, GPL3 = licence_text("GPL-2.0"), licence_text("GPL-3.0")
RULER = "\n\n---------------------------------------\n\n"
COMMONS_CLAUSE = """"Commons Clause" License Condition v1.0

The Software is provided to you by the Licensor under the License, as defined below, subject to the following
condition. Without limiting other conditions in the License, the grant of rights under the License will not include,
and the License does not grant to you, the right to Sell the Software.
"""
CLASSPATH = """As a special exception, the copyright holders of this library give you permission to link this library
with independent modules to produce an executable, regardless of the license terms of these independent modules, and to
copy and distribute the resulting executable under terms of your choice, provided that you also meet, for each linked
independent module, the terms and conditions of the license of that module. An independent module is a module which is
not derived from or based on this library. If you modify this library, you may extend this exception to your version of
the library, but you are not obligated to do so. If you do not wish to do so, delete this exception statement from your
version.
"""


def gnu_notice(name: str, words: str) -> str:
    return (
        f"This program is free software: you can redistribute it and/or modify it under the terms of the GNU {name} as "
        f"published by the Free Software Foundation, {words}\n\n"
    )


def rules(detection: Detection) -> list[str]:
    return [rule for rule, _ in detection.problems]


def said(text: str) -> str | None:
    return detect(text.encode()).expression


@pytest.mark.parametrize("licence", IDS)
def test_an_unchanged_text_is_its_licence_from_end_to_end(licence: str) -> None:
    text = licence_text(licence)
    detection = detect(text.encode())
    assert (detection.expression, len(detection.found)) == (licence, 1)
    assert detection.confidence > 0.95
    found = detection.found[0]
    assert (found.kind, found.edits, found.aside) == (Kind.TEXT, (), False)
    assert len(text[: found.start].split()) + len(text[found.end :].split()) < 12


ENCODED = {
    "UTF-8 with mark": EUPL.encode("utf-8-sig"),
    "UTF-16": EUPL.encode("utf-16"),
    "UTF-16, big end first, no mark": EUPL.encode("utf-16-be"),
    "Windows-1252": EUPL.encode("cp1252"),
    "Latin-1": EUPL.encode("latin-1", "replace"),
    "CRLF": EUPL.replace("\n", "\r\n").encode(),
    "old Macintosh": EUPL.replace("\n", "\r").encode(),
}


@pytest.mark.parametrize("content", ENCODED.values(), ids=ENCODED.keys())
def test_every_encoding_is_decoded_once_before_anything_else(content: bytes) -> None:
    detection = detect(content)
    assert detection.expression == "EUPL-1.2"
    (found,) = detection.found
    assert found.end <= len(decode(content).text)


def test_places_are_those_of_the_decoded_file() -> None:
    before = "\ufeffA ﬁle of the oﬃce\r\n\r\n"
    content = (before + MIT).encode()
    (found,) = (one for one in detect(content).found if one.kind is Kind.TEXT)
    text = decode(content).text
    assert text[found.start : found.end].split()[-3:] == ["IN", "THE", "SOFTWARE"]
    assert text.index("MIT License") <= found.start <= text.index("Permission")


EITHER = {
    "Rust": "Licensed under either of\n * Apache License, Version 2.0 (LICENSE-A)\n * MIT license\nat your option.\n",
    "a tag": "SPDX-License-Identifier: Apache-2.0 OR MIT\n",
    "names alone": "MIT License or Apache License 2.0, at your option.\n",
    "German": "Der Quellcode steht unter der MIT-Lizenz oder nach Ihrer Wahl unter der Apache-2.0-Lizenz.\n",
}


@pytest.mark.parametrize("text", EITHER.values(), ids=EITHER.keys())
def test_a_stated_choice_is_an_or(text: str) -> None:
    assert families(said(text) or "") == {"Apache-2.0", "MIT"}
    assert " OR " in (said(text) or "")


@pytest.mark.parametrize(
    "words",
    [
        "This software is dual-licensed. You may use it under the MIT License or under the BSD 3-Clause License.",
        "You may choose either of the following licences.",
        "Diese Software kann wahlweise unter einer der beiden Lizenzen genutzt werden.",
        "SPDX-License-Identifier: MIT OR BSD-3-Clause",
    ],
)
def test_two_texts_with_a_word_about_the_choice_are_an_or(words: str) -> None:
    assert said(words + RULER + MIT + RULER + BSD) == "MIT OR BSD-3-Clause"


@pytest.mark.parametrize(
    "words",
    ["", "# Licences", "Some files are dual licensed.", "Portions of the tests can be used at your option."],
)
def test_two_texts_without_a_word_about_both_stay_open(words: str) -> None:
    detection = detect((words + "\n\n" + MIT + RULER + BSD).encode())
    assert detection.expression is None
    assert [one.expression for one in detection.found if one.kind is Kind.TEXT] == ["MIT", "BSD-3-Clause"]
    assert "licence-several-texts" in rules(detection)


@pytest.mark.parametrize(
    "heading",
    [
        "Third-party software",
        "This product bundles jQuery, which is available under the MIT license:",
        "APACHE X SUBCOMPONENTS:",
        "## Licenses of dependencies",
        "Parts of this project are licensed under different licences, reproduced below.",
        "Files: lib/*",
        "Verwendete Bibliotheken",
        "Lizenzen von Drittanbietern",
        "Componenti di terze parti",
        "Composants tiers",
        "Componenten van derden",
    ],
)
def test_what_is_introduced_as_parts_stands_aside(heading: str) -> None:
    detection = detect((EUPL + RULER + heading + "\n\n" + MIT).encode())
    assert detection.expression == "EUPL-1.2"
    assert [(one.expression, one.aside) for one in detection.found if one.kind is Kind.TEXT] == [
        ("EUPL-1.2", False),
        ("MIT", True),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The source code is licensed under the EUPL 1.2. The documentation is licensed under CC BY 4.0.", "EUPL-1.2"),
        ("Freie Software unter der EUPL-1.2, die Dokumentation unter der CC-BY-4.0.", "EUPL-1.2"),
        ("Except for third-party components, this software is licensed under the MIT License.", "MIT"),
        ("We use open source libraries licensed under the MIT License.", None),
        ("Files: lib/x.js\nCopyright: 2020 A\nLicense: MIT\n", None),
    ],
)
def test_a_notice_about_something_else_stands_aside(text: str, expected: str | None) -> None:
    assert said(text) == expected


def test_a_file_about_nothing_but_parts_says_nothing_of_the_software() -> None:
    detection = detect(("THIRD-PARTY NOTICES\n\n## leaflet\n\n" + MIT + RULER + "## jQuery\n\n" + BSD).encode())
    assert detection.expression is None
    assert all(one.aside for one in detection.found)


ANY_LATER = "either version {} of the License, or (at your option) any later version."
RANGES = [
    ("", GPL3, "GPL-3.0"),
    (gnu_notice("General Public License", ANY_LATER.format(3)), GPL3, "GPL-3.0-or-later"),
    (gnu_notice("General Public License", "version 2."), GPL2, "GPL-2.0-only"),
    (gnu_notice("General Public License", ANY_LATER.format(2)), GPL3, "GPL-2.0-or-later"),
    ("SPDX-License-Identifier: GPL-3.0-or-later\n\n", GPL3, "GPL-3.0-or-later"),
    ("This project is licensed under the GPLv3.\n\n", GPL3, "GPL-3.0"),
]


@pytest.mark.parametrize(("before", "text", "expected"), RANGES)
def test_a_range_is_claimed_where_words_beside_the_text_say_it(before: str, text: str, expected: str) -> None:
    assert said(before + text) == expected


def test_ranges_that_contradict_each_other_are_no_range() -> None:
    only = gnu_notice("General Public License", "version 2 only.")
    later = gnu_notice("General Public License", ANY_LATER.format(2))
    assert said(only + later + GPL2) == "GPL-2.0"


def test_the_sample_in_the_appendix_of_a_licence_grants_nothing() -> None:
    cut = GPL3[: GPL3.index("END OF TERMS AND CONDITIONS")]
    assert said(cut + GPL3[GPL3.index("How to Apply These Terms") :]) == "GPL-3.0"


def test_a_text_that_adds_to_another_takes_its_companion_along() -> None:
    notice = gnu_notice("Lesser General Public License", ANY_LATER.format(3))
    assert said(notice + GPL3) == "LGPL-3.0-or-later"


def test_an_exception_belongs_to_the_licence_beside_it() -> None:
    assert said(GPL2 + "\n\n" + CLASSPATH) == "GPL-2.0 WITH Classpath-exception-2.0-short"


@pytest.mark.parametrize("again", [EUPL.upper(), "SPDX-License-Identifier: EUPL-1.2", "Licensed under the EUPL 1.2."])
def test_the_same_licence_twice_is_one_licence(again: str) -> None:
    assert said(again + RULER + EUPL) == "EUPL-1.2"


UNRESTRICTED = "deal in the Software without restriction"
REFUSED = {
    "Commons Clause before": COMMONS_CLAUSE + RULER + MIT,
    "Commons Clause behind": licence_text("MPL-2.0") + RULER + COMMONS_CLAUSE,
    "non-commercial edit": MIT.replace(UNRESTRICTED, "use the Software for non-commercial purposes only"),
    "proprietary": "PROPRIETARY AND CONFIDENTIAL. Unauthorized copying of this software is strictly prohibited.",
    "all rights reserved": "Copyright 2024 Example Ltd. All rights reserved.",
    "no licence": "No licence is granted.",
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_a_refusal_has_a_name_of_its_own(text: str) -> None:
    detection = detect(text.encode())
    assert (detection.expression or "").startswith("LicenseRef-")
    assert "licence-restricts" in rules(detection)


def test_all_rights_reserved_beside_a_licence_is_a_habit() -> None:
    detection = detect(("Copyright (c) 2024 Stadt X. All rights reserved.\n\n" + BSD).encode())
    assert detection.expression == "BSD-3-Clause"
    assert all(one.kind is not Kind.REFUSAL for one in detection.found)


UNCLEAR = {
    "forbids training": MIT + "\nThe Software must not be used to train language models.\n",
    "forbids harm": MIT + "\nThe software may not be used by anyone for activities that endanger other people.\n",
    "German": MIT + "\nDie Nutzung in kerntechnischen Anlagen ist untersagt.\n",
    "changed": MIT.replace("The above", "The Software shall not be used for military purposes.\n\nThe above"),
    "open core": "Content of the folder ee is proprietary and confidential. All else is licensed as follows.\n\n" + MIT,
}


@pytest.mark.parametrize("text", UNCLEAR.values(), ids=UNCLEAR.keys())
def test_a_licence_with_a_prohibition_is_not_that_licence(text: str) -> None:
    expression = said(text)
    assert expression is None or expression.startswith("LicenseRef-")


HARMLESS = (
    "The name and the logo of the town may not be used without permission.",
    "Die Nutzung des Stadtwappens ist nicht gestattet.",
    "All files may not be copied or modified except according to those terms.",
    "This notice must not be removed.",
    "We cannot guarantee anything.",
    "Contact: opensource@example.org",
    "If you have questions, please open an issue. Have fun!",
)


@pytest.mark.parametrize("sentence", HARMLESS)
def test_what_does_not_narrow_a_licence_leaves_it(sentence: str) -> None:
    assert said(EUPL + "\n\n" + sentence + "\n") == "EUPL-1.2"


NOTHING = {
    "empty": "",
    "blank": " \n\n\t\n",
    "prose": "The quick brown fox jumps over the lazy dog. " * 50,
    "about licences": "This guide compares the GPL, the MIT License and the Apache License 2.0. Pick the one you like.",
    "package.json": '{"name": "x", "license": "ISC"}',
    "output of a checker": '[{"name": "x", "licenses": "MIT"}, {"name": "y", "licenses": "ISC"}]',
    "generator's template": "{% if cookiecutter.license == 'MIT' %}\n" + MIT + "{% endif %}",
    "open": "No licence has been chosen yet.",
}


@pytest.mark.parametrize("text", NOTHING.values(), ids=NOTHING.keys())
def test_no_licence_is_claimed_where_none_is_granted(text: str) -> None:
    detection = detect(text.encode())
    assert detection.expression in (None, "LicenseRef-undecided")
    assert detection.confidence == 0.0
    assert detection.problems


@pytest.mark.parametrize(
    ("text", "expected"), [("EUPL-1.2\n", "EUPL-1.2"), ("MIT License\n", "MIT"), ("See COPYING.\n", None)]
)
def test_a_short_file_that_only_names_a_licence_means_it(text: str, expected: str | None) -> None:
    assert said(text) == expected


HEADS = [
    ("# SPDX-License-Identifier: EUPL-1.2\nimport os\n", "EUPL-1.2"),
    ("/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */\n", "GPL-2.0-only WITH Linux-syscall-note"),
    ("<!-- SPDX-License-Identifier: CC0-1.0 -->\n<svg/>\n", "CC0-1.0"),
    ("".join(f"// {line}\n" for line in MIT.splitlines()) + "package main\n", "MIT"),
    ("/*\n" + "".join(f" * {line}\n" for line in BSD.splitlines()) + " */\nint main() {}\n", "BSD-3-Clause"),
    ("# Works with the MIT License and the GPL.\nprint()\n", None),
    ("# Copyright 2024 Example Ltd. All rights reserved.\nprint()\n", "LicenseRef-all-rights-reserved"),
    ("print('no head at all')\n", None),
]


@pytest.mark.parametrize(("text", "expected"), HEADS)
def test_the_head_of_a_source_file(text: str, expected: str | None) -> None:
    assert detect(text.encode()).expression == expected


def test_ten_megabytes_do_no_harm() -> None:
    assert detect(EUPL.encode() + b"\n\nlorem ipsum" * 900_000).expression == "EUPL-1.2"
    assert detect(b"licensed under the " * 600_000).expression is None


@pytest.mark.parametrize("content", [b"\x7fELF\x02\x01\x01" + os.urandom(4096), b"\x00" * 5000, bytes(range(32)) * 100])
def test_binary_files_give_nothing(content: bytes) -> None:
    assert detect(content).found == ()


PIECES = st.sampled_from(
    (
        *(MIT, BSD[:700], "Licensed under the EUPL 1.2. ", "Third-party software\n", "SPDX-License-Identifier: MIT\n"),
        *(COMMONS_CLAUSE, "All rights reserved. ", "{% if license %}", "GPL-3.0+ or MIT ", RULER),
        *("<p>", "&uuml;", "\f", "ﬁ", "\x00", "İ", "\ufeff"),
    )
)


@settings(max_examples=60)
@given(
    st.lists(st.one_of(PIECES, st.text(max_size=20)), max_size=8).map("".join),
    st.sampled_from(["utf-8", "utf-16", "cp1252"]),
)
def test_no_content_breaks_the_rules_of_a_detection(text: str, encoding: str) -> None:
    content = text.encode(encoding, "replace")
    detection = detect(content)
    length = len(decode(content).text)
    assert 0 <= detection.confidence <= 1
    assert (detection.confidence == 0) == (detection.expression is None)
    for one in detection.found:
        assert 0 <= one.start < one.end <= length
        assert 0 <= one.confidence <= 1
    pieces = [one for one in detection.found if one.kind is not Kind.TAG]
    assert [one.start for one in pieces] == sorted(one.start for one in pieces)
    for one, other in pairwise(pieces):
        assert min(one.end, other.end) - other.start <= max(1, min(one.end - one.start, other.end - other.start)) / 2
    for rule, params in detection.problems:
        assert "{" not in explain(rule, {"name": "LICENSE", **dict.fromkeys(params, "x")}, "de").message


@given(st.binary(max_size=400))
def test_random_bytes_raise_nothing(content: bytes) -> None:
    detection = detect(content)
    assert all(0 <= one.start < one.end <= len(content) for one in detection.found)
    assert 0 <= detection.confidence <= 1


def test_what_is_remembered_is_bounded() -> None:
    for number in range(600):
        detect(b"nothing %d" % number)
    assert len(detecting._remembered) <= 512


# REUSE-IgnoreEnd
