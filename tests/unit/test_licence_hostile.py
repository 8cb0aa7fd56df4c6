# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Files made to hang the detector, to fill its memory or to mislead it about places."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harvesters.licences import classifier, detecting, words
from harvesters.licences.changes import _who_lines
from harvesters.licences.found import Detection, Found
from harvesters.licences.matching import match_texts
from harvesters.licences.notices import find_notices
from harvesters.licences.placeholders import unfilled
from harvesters.licences.plain import plain
from harvesters.licences.refusals import find_refusals
from harvesters.licences.tags import find_tags
from harvesters.licences.translations import find_translations
from harvesters.readers.licence_pieces import MOST_PIECES, values
from harvesters.readers.texts import decode
from registry.vocabulary.rules import rules

SIZE = 512 * 2**10
"""What the harvest fetches of a file at most."""
MOST_SECONDS = 10.0
"""Processor time: each takes well under one second; what is quadratic takes minutes."""
MOST_FOUND = 2_000
OWN = {path.stem: path.read_text("utf-8") for path in (Path(__file__).parents[2] / "LICENSES").glob("*.txt")}
NOTICE = """This program is free software: you can redistribute it and/or modify it under the terms of the GNU General
Public License as published by the Free Software Foundation, either version 3 of the License, or (at your option) any
later version.
"""
# REUSE-IgnoreStart
TAG = "SPDX-License-Identifier: "
REPEATED = {
    "one word": "a",
    "words": "lorem ipsum ",
    "spaces": " ",
    "lines": "\n",
    "old lines": "\r",
    "pages": "a 1\f",
    "numbers": "1. aaa\n",
    "brackets": "[a](",
    "round brackets": "(",
    "images": "![a",
    "tags": "<p><b>",
    "open tags": "<div ",
    "comments": "<!-- ",
    "scripts": "<script>",
    "entities": "&amp;",
    "unknown entities": "&notanentity;",
    "zero width": "a\u200b",
    "accents": "e\u0301",
    "only accents": "\u0301",
    "right to left": "שלום ",
    "dotted capitals": "İ",
    "ligatures": "ﬁ",
    "no characters": "\x00",
    "rulers": "-" * 300 + "x\n",
    "leaders": " * # // ; > %\n",
    "macros": "link:",
    "roles": ":ref:`a <",
    "mail": "a@",
    "long mail": "a" * 80 + "@",
    "addresses": "http://",
    "badges": "https://img.shields.io/badge/license-MIT-green ",
    "tags of files": f"{TAG}MIT\n",
    "long tags": f"{TAG}{'MIT OR ' * 40}\n",
    "tags of brackets": f"{TAG}{'(' * 300}\n",
    "copyrights": "Copyright (c) 2020 Jane Doe\n",
    "empty copyrights": "Copyright (c) ",
    "unfilled": "Copyright (c) YEAR YOUR NAME\n",
    "fields": "<year> <copyright holders> ",
    "open fields": "<insert ",
    "names": "gnu general public license version ",
    "grants": "licensed under the ",
    "notices": NOTICE,
    "alternatives": "gpl-2.0 or gpl-3.0 or mit or apache-2.0 and bsd, ",
    "titles": "European Union Public Licence v. 1.2\n",
    "holders": "EUPL © the European Union 2007, 2016 ",
    "creative": "creative commons by nc nd sa ",
    "parts": "third party ",
    "prohibitions": "you may not use this. ",
    "refusals": "for non-commercial use only. ",
    "versions": "version 2 of the ",
    "appendix": "how to apply these terms ",
    "texts": OWN["EUPL-1.2"],
    "conditions": "{% if licence %}",
}
# REUSE-IgnoreEnd


def well_formed(detection: Detection, length: int) -> None:
    assert len(detection.found) <= MOST_FOUND
    assert 0 <= detection.confidence <= 1
    for one in detection.found:
        assert 0 <= one.start <= one.end <= length
        assert all(0 <= edit.start <= edit.end <= length for edit in one.edits)
    assert {rule for rule, _ in detection.problems} <= set(rules())


def examine(content: bytes) -> Detection:
    started = time.process_time()
    detection = detecting.detect(content)
    assert time.process_time() - started < MOST_SECONDS
    well_formed(detection, len(decode(content).text))
    return detection


@pytest.mark.parametrize("name", REPEATED)
def test_half_a_megabyte_of(name: str) -> None:
    unit = REPEATED[name]
    detection = examine((unit * (SIZE // len(unit) + 1))[:SIZE].encode())
    facts = list(values(detection, "", "LICENSE"))
    assert len(facts) <= 1 + MOST_PIECES


def test_noise_and_what_is_cut_off() -> None:
    chance = random.Random(1)
    assert examine(chance.randbytes(SIZE)).expression is None
    assert examine(OWN["EUPL-1.2"].encode().ljust(20 * SIZE, b"\n")).expression == "EUPL-1.2"
    assert examine(b"\n" * detecting.LONGEST + OWN["EUPL-1.2"].encode()).expression is None


def test_words_of_all_licences_in_turn_find_none_of_them() -> None:
    chance = random.Random(2)
    texts = [text.split() for text in OWN.values()]
    stretches: list[str] = []
    while len(stretches) < 80_000:
        text = chance.choice(texts)
        place = chance.randrange(len(text))
        stretches += text[place : place + chance.choice((2, 3, 4, 6))]
    assert examine(" ".join(stretches).encode()).expression is None


def test_a_text_changed_in_700_ways_is_not_that_licence() -> None:
    chance = random.Random(3)
    text = OWN["EUPL-1.2"].split()[:1_000]
    copies = []
    for _ in range(80):
        copy = list(text)
        for _ in range(60):
            copy[chance.randrange(len(copy))] = chance.choice(("not", "may", "commercial", "never"))
        copies.append(" ".join(copy))
    assert examine("\n\n".join(copies).encode()).expression != "EUPL-1.2"


def test_confidence_is_never_below_zero() -> None:
    badge = "https://img.shields.io/badge/license-MIT-green "
    assert examine(badge.encode() * 50).confidence >= 0


@pytest.mark.parametrize("title", ["MIT License", "EUPL-1.2"])
def test_a_file_of_one_line_is_no_copyright_line(title: str) -> None:
    line = f"{title} Copyright (c) 2020 Jane Doe " + "you can look at this in class and then ask me again " * 9
    assert examine(line.encode()).expression is None


def test_the_library_gives_a_few_pieces_of_one_file() -> None:
    assert len(classifier.match_library(NOTICE * 900)) == 200


def test_lines_that_do_not_count_are_looked_for_once_a_file() -> None:
    _who_lines.cache_clear()
    changed = OWN["EUPL-1.2"].replace("Licensor", "Grantor Person").replace("Work", "Opus")
    detecting.detect(changed.encode())
    looked = _who_lines.cache_info()
    assert looked.misses <= 2 < looked.hits


def test_copyright_lines_and_addresses_do_not_count() -> None:
    text = "Copyright 2020 Ada\nmail <ada@stadt.example> or see https://stadt.example/a\nAll rights reserved\n"
    starts, ends = _who_lines(text)
    assert [text[start:end] for start, end in zip(starts, ends, strict=True)] == [
        "Copyright 2020 Ada", "ada@stadt.example", "https://stadt.example/a", "All rights reserved",
    ]  # fmt: skip


def test_letters_are_those_of_unicode() -> None:
    letters = "".join(map(chr, range(0x590, 0x3000)))
    known = words.split(letters)
    inside = {place for start, end in zip(known.start, known.end, strict=True) for place in range(start, end)}
    single = {place for place, one in enumerate(letters) if one.isalnum()} - inside
    assert not {place for place in inside if not letters[place].isalnum()}
    assert all(place - 1 not in inside and place + 1 not in inside for place in single)


def test_a_field_within_a_claim_is_told_once() -> None:
    assert unfilled("Copyright (c) <year> <name>\nCopyright (c) YEAR YOUR NAME\n", ()) == (
        "<year>",
        "<name>",
        "YEAR YOUR NAME",
    )


FINDERS: Sequence[Callable[[str], tuple[Found, ...]]] = (
    find_notices, find_tags, find_refusals, find_translations, match_texts, classifier.match_library,
)  # fmt: skip
# REUSE-IgnoreStart
FRAGMENTS = (
    "GNU General Public License",
    "version 2",
    "or (at your option) any later version",
    "licensed under the ",
    "MIT",
    "/",
    " and ",
    "Apache License, Version 2.0",
    "Copyright (c) 2020 X",
    "<year>",
    "EUPL © the European Union 2007, 2016",
    "EUPL v. 1.2",
    "&copy;",
    "&#x1F600;",
    "ﬁ",
    "ﬃ",
    "İ",
    "ß",
    "\u0301",
    "\u200b",
    "\ufeff",
    "\x00",
    "\r\n",
    "\n\n",
    "\t",
    "\f",
    "Page 1",
    f"{TAG}MIT OR ",
    "---\n",
    "<p>",
    "<!--",
    "-->",
    "<script>",
    "[MIT](https://opensource.org/licenses/MIT)",
    "CC BY-SA 4.0",
    "all rights reserved",
    "for non-commercial use only",
    "dual licensed",
    "third party",
    " * ",
    "# ",
    "```",
    "{{ x }}",
    "öffentliche Lizenz",
    "\u2028",
    "😀",
    "©",
    "“",
    "—",
    "ﷺ",
    " ",
    "\n",
)
# REUSE-IgnoreEnd


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=6)), max_size=50))
def test_any_text_is_read_without_an_error_and_alike_each_time(parts: list[str]) -> None:
    text = "".join(parts)
    content = text.encode("utf-8", "surrogatepass")
    examine(content)
    masked = plain(text)
    assert len(masked) == len(text)
    for find in FINDERS:
        found = find(masked)
        assert found == find(masked)
        assert all(0 <= one.start <= one.end <= len(text) for one in found)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.integers(0, 2**32))
def test_spoilt_licences_are_read_without_an_error(seed: int) -> None:
    chance = random.Random(seed)
    text = chance.choice(list(OWN.values()))[:9_000]
    for _ in range(chance.randrange(12)):
        place = chance.randrange(len(text) + 1)
        cut = chance.choice((0, 0, 5, 200))
        text = text[:place] + chance.choice(FRAGMENTS) * chance.choice((0, 1, 3)) + text[place + cut :]
    content = text.encode(chance.choice(("utf-8", "utf-16", "cp1252")), "replace")
    examine(content)
