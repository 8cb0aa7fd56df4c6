# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.storage.slugs import MAX_LENGTH, RESERVED, choose, slugify


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Mängelmelder", "maengelmelder"),
        (unicodedata.normalize("NFD", "Mängelmelder"), "maengelmelder"),
        ("ÖPNV für Große & Kleine", "oepnv-fuer-grosse-und-kleine"),
        ("STRASSE / STRAẞE", "strasse-strasse"),
        ("Café São Łódź Ærø", "cafe-sao-lodz-aeroe"),
        ("  --Urban   Data_Platform 2.0!  ", "urban-data-platform-2-0"),
        ("ﬁbre ②", "fibre-2"),
        ("Κατάλογος", ""),
        ("", ""),
        ("../../etc/passwd\x00", "etc-passwd"),
    ],
)
def test_slugify(name: str, slug: str) -> None:
    assert slugify(name) == slug


def test_a_long_name_is_cut_at_a_word() -> None:
    slug = slugify("Digitale Plattform zur Beteiligung der Bürgerinnen und Bürger an der Stadtentwicklung")
    assert slug == "digitale-plattform-zur-beteiligung-der-buergerinnen-und"
    assert slugify("x" * 200) == "x" * MAX_LENGTH


@given(st.text())
def test_a_slug_is_always_plain(name: str) -> None:
    slug = slugify(name)
    assert re.fullmatch(r"(?:[a-z0-9]+(?:-[a-z0-9]+)*)?", slug)
    assert len(slug) <= MAX_LENGTH
    assert slugify(slug) == slug


@pytest.mark.parametrize(
    ("name", "publisher", "taken", "slug"),
    [
        ("Masterportal", None, set(), "masterportal"),
        ("Masterportal", "hamburg", {"masterportal"}, "masterportal-hamburg"),
        ("Masterportal", "hamburg", {"masterportal", "masterportal-hamburg"}, "masterportal-hamburg-2"),
        ("Masterportal", None, {"masterportal", "masterportal-2"}, "masterportal-3"),
        ("New", None, set(), "new-2"),
        ("API", "bonn", set(), "api-bonn"),
        ("Κατάλογος", None, set(), "solution"),
        ("Κατάλογος", "athen", {"solution"}, "solution-athen"),
    ],
)
def test_choose(name: str, publisher: str | None, taken: set[str], slug: str) -> None:
    assert choose(name, publisher, taken.__contains__) == slug
    assert slug not in RESERVED
