# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Official keys: what they consist of, and what is said of wrong ones."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.bodies import keys
from registry.bodies.keys import LAENDER, ars_of_parents, check_ags, check_ars, check_body_keys, land_of
from registry.errors import InvalidInput
from registry.model import BodyKeys, BodyKind, ags_of
from registry.vocabulary.rules import LANGUAGES, explain, rules

ULM = "084210000000"
ULM_AGS = "08421000"


def rule_of(act: Callable[[], None]) -> str:
    with pytest.raises(InvalidInput) as caught:
        act()
    return caught.value.rule


@pytest.mark.parametrize("ars", ["08", "08421", "010515163", ULM, "020000000000", "110000000000", "031590016016"])
def test_keys_of_every_level_are_valid(ars: str) -> None:
    check_ars(ars)


@pytest.mark.parametrize(
    ("ars", "rule"),
    [
        ("", "body-key-empty"),
        ("0842100000", "body-key-length"),
        ("84210000000", "body-key-lost-zero"),
        ("8421", "body-key-lost-zero"),
        ("10515163", "body-key-ags-as-ars"),
        ("14612000", "body-key-ags-as-ars"),
        (ULM_AGS, "body-key-ags-as-ars"),
        ("0842100000OO", "body-key-digits"),
        ("٠٨٤٢١", "body-key-digits"),
        ("08 4 21 0000 000", "body-key-spaces"),
        ("170010000000", "body-key-land"),
        ("00", "body-key-land"),
        ("080000000000", "body-key-of-land"),
    ],
)
def test_what_is_wrong_with_an_ars(ars: str, rule: str) -> None:
    assert rule_of(lambda: check_ars(ars)) == rule


@pytest.mark.parametrize(
    ("ags", "rule"),
    [
        ("", "body-key-empty"),
        ("8421000", "body-key-lost-zero"),
        (ULM, "body-key-ags-length"),
        ("08421", "body-key-ags-length"),
        ("0842100a", "body-key-digits"),
        ("08 421 000", "body-key-spaces"),
        ("99421000", "body-key-land"),
        ("08000000", "body-key-of-land"),
    ],
)
def test_what_is_wrong_with_an_ags(ags: str, rule: str) -> None:
    assert rule_of(lambda: check_ags(ags)) == rule


@pytest.mark.parametrize(
    ("given_keys", "kind"),
    [
        (BodyKeys(ULM, ULM_AGS), BodyKind.TOWN),
        (BodyKeys(None, ULM_AGS), BodyKind.MUNICIPALITY),
        (BodyKeys("09184"), BodyKind.COUNTY),
        (BodyKeys("010515163"), BodyKind.MUNICIPAL_ASSOCIATION),
        (BodyKeys("08"), BodyKind.STATE),
        (BodyKeys(foreign_scheme="istat", foreign_key="015146"), BodyKind.TOWN),
        (BodyKeys(), BodyKind.COMPANY),
    ],
)
def test_keys_that_fit_their_body(given_keys: BodyKeys, kind: BodyKind) -> None:
    check_body_keys(given_keys, kind)


@pytest.mark.parametrize(
    ("given_keys", "kind", "rule"),
    [
        (BodyKeys("010515163"), BodyKind.MUNICIPALITY, "body-key-municipality"),
        (BodyKeys("08421"), BodyKind.TOWN, "body-key-municipality"),
        (BodyKeys(ULM), BodyKind.COUNTY, "body-key-county"),
        (BodyKeys(ULM), BodyKind.MUNICIPAL_ASSOCIATION, "body-key-association"),
        (BodyKeys("08421"), BodyKind.STATE, "body-key-state"),
        (BodyKeys(ULM), BodyKind.JOINT_AUTHORITY, "body-key-none"),
        (BodyKeys(None, ULM_AGS), BodyKind.IT_PROVIDER, "body-key-none"),
        (BodyKeys("09184", "09184000"), BodyKind.COUNTY, "body-key-ags-of-municipalities"),
        (BodyKeys(ULM, "08421001"), BodyKind.TOWN, "body-key-contradiction"),
        (BodyKeys("8421"), BodyKind.COUNTY, "body-key-lost-zero"),
    ],
)
def test_keys_that_do_not_fit_their_body(given_keys: BodyKeys, kind: BodyKind, rule: str) -> None:
    assert rule_of(lambda: check_body_keys(given_keys, kind)) == rule


def test_the_ags_is_the_ars_without_the_association() -> None:
    assert ags_of("010515163012") == "01051012"
    assert ags_of(ULM) == ULM_AGS
    assert ags_of("010515163") is None


def test_parents_come_nearest_first() -> None:
    assert ars_of_parents("010515163012") == ("010515163", "01051", "01")
    assert ars_of_parents("01051") == ("01",)
    assert ars_of_parents("01") == ()


def test_there_are_sixteen_laender() -> None:
    assert [land.code for land in LAENDER.values()] == [f"{number:02d}" for number in range(1, 17)]
    assert len({land.iso for land in LAENDER.values()}) == 16
    assert land_of(ULM) == "DE-BW"
    assert land_of("99") is None
    assert LAENDER["09"].seat == "München"


def test_a_lost_zero_is_given_back() -> None:
    with pytest.raises(InvalidInput) as caught:
        check_ags("8421000")
    said = {lang: explain(caught.value.rule, caught.value.params, lang) for lang in LANGUAGES}
    assert ULM_AGS in said["de"].hint
    assert ULM_AGS in said["en"].hint
    assert "führende Null" in said["de"].message


def test_every_rule_that_is_raised_has_texts_in_both_languages_that_fill_their_placeholders() -> None:
    tree = ast.parse(Path(keys.__file__).read_text(encoding="utf-8"))
    raised = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("body-key-")
    }
    assert len(raised) >= 15
    for rule in raised:
        for lang in LANGUAGES:
            said = explain(rule, {"subject": "123", "detail": "company"}, lang)
            assert "{" not in said.message + said.hint
            assert said.hint, "each tells what to do"
    assert {rule for rule in rules() if rule.startswith("body-key-")} == raised


_NEARLY_KEYS = st.text("0123456789", min_size=1, max_size=13)


@given(st.one_of(st.text(max_size=14), _NEARLY_KEYS))
def test_a_key_is_valid_or_said_to_be_wrong(key: str) -> None:
    if rule := _said_of(key):
        assert rule in rules()
    else:
        assert land_of(key) is not None
        assert re.fullmatch(r"\d{2}(\d{3}(\d{4}(\d{3})?)?)?", key, re.ASCII)


def _said_of(key: str) -> str | None:
    try:
        check_ars(key)
    except InvalidInput as error:
        return error.rule
    return None
