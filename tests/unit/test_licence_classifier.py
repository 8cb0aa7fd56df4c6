# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tier 1: what the library says is mapped to ids that claim no range, and its memory and time stay bounded."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from harvesters.licences import classifier
from harvesters.licences.classifier import match_library
from harvesters.licences.found import Kind

_LICENCES = Path(__file__).parents[2] / "LICENSES"
_DEMO = Path(__file__).parents[2] / "harvesters" / "demo" / "licences"
_NOTICE = (
    "This program is free software: you can redistribute it and/or modify it under the terms of the GNU General "
    "Public License as published by the Free Software Foundation, either version 3 of the License, or (at your "
    "option) any later version.\n\nThis program is distributed in the hope that it will be useful, but WITHOUT ANY "
    "WARRANTY; without even the implied warranty of MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE. See the GNU "
    "General Public License for more details."
)


@pytest.mark.parametrize("name", ["EUPL-1.2", "CC0-1.0", "CC-BY-4.0"])
def test_a_licence_text_is_found_where_it_stands(name: str) -> None:
    text = (_LICENCES / f"{name}.txt").read_text(encoding="utf-8")
    (found,) = (one for one in match_library(f"A preface of our own.\n\n{text}") if one.kind is Kind.TEXT)
    assert found.expression == name
    assert found.end - found.start > 0.9 * len(text)


def test_a_gnu_text_claims_no_range() -> None:
    text = (_DEMO / "LICENSE-GPL-3.0-or-later.txt").read_text(encoding="utf-8")
    found = match_library(text)
    assert {one.expression for one in found if one.kind is Kind.TEXT} == {"GPL-3.0"}


def test_a_gnu_notice_keeps_the_range_that_its_words_say() -> None:
    assert [(one.expression, one.kind) for one in match_library(_NOTICE)] == [("GPL-3.0-or-later", Kind.NOTICE)]


def test_an_address_is_a_reference() -> None:
    text = "For more see https://www.opensource.org/licenses/mit and our pages."
    assert [(one.expression, one.kind) for one in match_library(text)] == [("MIT", Kind.REFERENCE)]


@pytest.mark.parametrize(
    "text",
    [
        "This is NOT Licensed under the Apache License, Version 2.0.",
        "Licensed under the Apache License, Version 2.0 with changes",
        "Nothing to see here.",
        "",
    ],
)
def test_a_sentence_that_names_a_licence_is_left_to_the_notices(text: str) -> None:
    assert match_library(text) == ()


def test_states_are_bounded_over_many_different_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classifier, "_STATES", 500)
    _, states = classifier._engine()
    states.clear()
    chance = random.Random(4)
    words = (_LICENCES / "EUPL-1.2.txt").read_text(encoding="utf-8").split()
    most = 0
    for _ in range(20):
        at = chance.randrange(len(words) // 2)
        match_library(" ".join(words[at:]) + _NOTICE)
        most = max(most, len(states))
    assert 0 < most <= 500


def test_the_library_uses_our_states() -> None:
    """Fails where a new version of the library keeps its states elsewhere: then nothing would be bounded."""
    _, states = classifier._engine()
    states.clear()
    match_library(_NOTICE)
    assert len(states) > 10
    assert states.steps < classifier._STEPS


def test_a_scan_that_takes_too_long_finds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classifier, "_STEPS", 20)
    assert match_library(_NOTICE) == ()
    monkeypatch.undo()
    assert match_library(_NOTICE)


@pytest.mark.parametrize(
    "text",
    ["{#" * 200_000, "](#" * 200_000, "<a " * 200_000, "&#1" * 100_000, "http://" * 50_000, "copyright " * 50_000],
)
def test_no_markup_makes_it_slow(text: str) -> None:
    assert match_library(text) == ()
