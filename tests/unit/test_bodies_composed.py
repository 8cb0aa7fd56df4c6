# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""New names made of the names of merged municipalities; never one that may be made of something else."""

from __future__ import annotations

import pytest

from registry.bodies.composed import made_of

OLD = ("Altdorf", "Neudorf", "Bergheim", "Cronheim", "Bad Muster")


@pytest.mark.parametrize(
    ("name", "before", "meant"),
    [
        ("Bergheim-Cronheim", None, {"Bergheim", "Cronheim"}),
        ("Bergheim und Cronheim", None, {"Bergheim", "Cronheim"}),
        ("Alt-Neudorf", None, {"Altdorf", "Neudorf"}),
        ("Bad Muster-Bergheim", None, {"Bad Muster", "Bergheim"}),
        ("Neudorf", None, {"Neudorf"}),
        ("Dornheim-Bergheim", "Dornheim", {"Bergheim"}),
        # One part that nothing explains, and a name that ends like many others.
        ("Bergheim-Süd", None, set()),
        ("Bergheim-Dornheim", None, set()),
        ("Heim", None, set()),
        # Its own name, however it is written, is no new one.
        ("Bergheim-Cronheim", "Bergheim-Cronheim", set()),
        ("Dornheim-Berg", "Dornheim", set()),
        ("Neudorf", "Altdorf", set()),
    ],
)
def test_a_name_is_made_of(name: str, before: str | None, meant: set[str]) -> None:
    assert made_of(name, {old: old for old in OLD}, before) == meant


def test_a_beginning_that_two_names_have_means_neither() -> None:
    old = {name: name for name in ("Altdorf", "Altheim", "Neudorf")}
    assert made_of("Alt-Neudorf", old) == frozenset()


def test_a_name_that_two_bore_means_neither() -> None:
    assert made_of("Neudorf", {"1": "Neudorf", "2": "Neudorf"}) == frozenset()
