# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The kinds of licence by which a solution is found."""

from __future__ import annotations

import pytest

from registry.licences.kinds import kind_of
from registry.licences.offers import offered_kinds
from registry.model import LicenceConclusion, LicenceKind, LicenceVerdict

K, V = LicenceKind, LicenceVerdict


@pytest.mark.parametrize(
    ("expression", "kinds"),
    [
        ("MIT", (K.PERMISSIVE,)),
        ("EUPL-1.2 OR MIT", (K.PERMISSIVE, K.NETWORK_COPYLEFT)),
        ("MIT OR Apache-2.0", (K.PERMISSIVE,)),
        ("MIT AND MPL-2.0 AND GPL-3.0-only", (K.STRONG_COPYLEFT,)),
        ("(MIT OR GPL-3.0-only) AND MPL-2.0", (K.WEAK_COPYLEFT, K.STRONG_COPYLEFT)),
        ("MIT AND LicenseRef-Hausgemacht", (K.UNSETTLED,)),
        ("GPL-2.0-only WITH Classpath-exception-2.0", (K.WEAK_COPYLEFT,)),
        ("no expression at all", (K.UNSETTLED,)),
        (None, (K.UNSETTLED,)),
    ],
)
def test_alternatives_count_each_and_a_bundle_by_its_strictest_part(
    expression: str | None, kinds: tuple[LicenceKind, ...]
) -> None:
    assert offered_kinds(LicenceConclusion(expression, V.CLEAR)) == kinds
    if expression and len(kinds) == 1:
        assert kinds == (kind_of(expression),)


@pytest.mark.parametrize(
    ("verdict", "kind"),
    [(V.NONE, K.NONE), (V.NOT_OPEN, K.NOT_OPEN), (V.UNCLEAR, K.UNSETTLED), (V.CONFLICT, K.UNSETTLED)],
)
def test_where_no_licence_certainly_applies_there_is_one_kind(verdict: LicenceVerdict, kind: LicenceKind) -> None:
    assert offered_kinds(LicenceConclusion("MIT OR EUPL-1.2", verdict)) == (kind,)


def test_a_long_expression_stays_small() -> None:
    pairs = " AND ".join(["(MIT OR MPL-2.0)"] * 12)
    assert set(offered_kinds(LicenceConclusion(pairs, V.CLEAR))) == {K.PERMISSIVE, K.WEAK_COPYLEFT}
