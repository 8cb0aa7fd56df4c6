# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Names in letterheads, links and e-mail addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.bodies.addressed import name_in


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Stadt Ulm", "Stadt Ulm"),
        ("89073 Ulm", "Ulm"),
        ("D-89073 Ulm", "Ulm"),
        ("D - 50667 Köln", "Köln"),
        ("Stadt Ulm, Marktplatz 1, 89073 Ulm", "Stadt Ulm"),
        ("Stadt Ulm | Marktplatz 1a-3 | 89073 Ulm", "Stadt Ulm"),
        ("Stadt Köln, Am Hof 5, 50667 Köln", "Stadt Köln"),
        ("Stadtwerke 89073 Ulm", "Stadtwerke"),
        ("85540 Haar b. München, Bahnhofstr. 7", "Haar b. München"),
        ("08421000 Ulm", "08421000 Ulm"),
        ("12345", "12345"),
        ("Stadt Wolfsburg, Referat 21", "Stadt Wolfsburg, Referat 21"),
        ("https://www.ulm.de/", "ulm.de"),
        ("HTTP://stadt-koeln.de:8080/leben?x=1", "stadt-koeln.de"),
        ("www.muenchen.de", "muenchen.de"),
        ("mailto:info@ulm.de", "ulm.de"),
        ("it@M", "it@M"),
        ("Kreisausschuss des Wetteraukreises", "Kreisausschuss des Wetteraukreis"),
    ],
)
def test_the_name_is_left(text: str, name: str) -> None:
    assert name_in(text) == name


@given(st.text(min_size=1, max_size=200).map(str.strip).filter(bool))
def test_something_is_left_of_any_text(text: str) -> None:
    assert name_in(text).strip()


@given(
    st.text(alphabet="abcKÖß .()-", min_size=1, max_size=30).map(str.strip).filter(bool),
    st.from_regex(r"[0-9]{5}", fullmatch=True),
)
def test_a_postcode_before_a_name_makes_no_difference(name: str, postcode: str) -> None:
    assert name_in(f"{name}, {postcode} Ulm") == name_in(name).strip(" -") or not name.strip(" -")
