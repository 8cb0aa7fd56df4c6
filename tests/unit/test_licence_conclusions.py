# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry import licences
from registry.model import LicenceEvidence, LicenceRange, LicenceVerdict
from support.solutions import evidence

V = LicenceVerdict
ONLY, LATER, OPEN = LicenceRange.ONLY, LicenceRange.OR_LATER, LicenceRange.UNDETERMINED


def T(expression: str | None, path: str = "LICENSE", **given_: object) -> LicenceEvidence:
    return replace(evidence("text", expression, path), **given_)  # type: ignore[arg-type]


def N(expression: str | None, path: str = "LICENSE") -> LicenceEvidence:
    return evidence("notice", expression, path)


def R(expression: str, path: str = "REUSE.toml", aside: bool = False) -> LicenceEvidence:
    return replace(evidence("reuse", expression, path, expression), aside=aside)


def D(raw: str, path: str = "publiccode.yml") -> LicenceEvidence:
    return evidence("declaration", licences.normalise(raw), path, raw)


def F(raw: str) -> LicenceEvidence:
    return evidence("forge", licences.normalise(raw), None, raw)


CHANGED = T(None, changed=True)
REFUSING = T("LicenseRef-non-commercial", changed=True)
EUPL, MIT, APACHE = T("EUPL-1.2"), T("MIT", "LICENSE-MIT"), T("Apache-2.0", "LICENSE-APACHE")
IN_FOLDER = [T("EUPL-1.2", "LICENSES/EUPL-1.2.txt"), T("CC0-1.0", "LICENSES/CC0-1.0.txt")]
DUAL = T(None), T("MIT"), T("Apache-2.0")
"""One file with two licences: the first says what the whole says, which is nothing."""

TEXTS = [
    ("nothing", [], None, V.NONE, None),
    ("text alone", [T("MIT")], "MIT", V.CLEAR, None),
    ("a notice counts as text", [N("EUPL-1.2")], "EUPL-1.2", V.CLEAR, None),
    ("text and same declaration", [EUPL, D("EUPL 1.2")], "EUPL-1.2", V.CLEAR, True),
    ("text not recognised", [T(None)], None, V.UNCLEAR, None),
    ("text not recognised, declared", [T(None), D("MIT")], None, V.UNCLEAR, None),
    ("same text twice", [T("MIT"), T("MIT", "LICENSE.md")], "MIT", V.CLEAR, None),
    ("two language versions", [T("EUPL-1.2", "EUPL EN.txt"), T("EUPL-1.2", "EUPL IT.txt")], "EUPL-1.2", V.CLEAR, None),
    ("two versions", [T("EUPL-1.1"), T("EUPL-1.2", "COPYING")], None, V.UNCLEAR, None),
    ("copyright notice beside", [EUPL, T(None, "COPYRIGHT.txt")], "EUPL-1.2", V.CLEAR, None),
    ("all rights reserved beside", [EUPL, T("LicenseRef-all-rights-reserved", "COPYRIGHT")], "EUPL-1.2", V.CLEAR, None),
    ("list of parts beside", [T("MIT"), T(None, "LICENSE-3RD-PARTY.txt")], "MIT", V.CLEAR, None),
    ("aside in the same file", [EUPL, T("MIT", aside=True)], "EUPL-1.2", V.CLEAR, None),
    ("nothing but asides", [T("MIT", aside=True)], None, V.UNCLEAR, None),
    ("plain file not recognised", [T(None), T("MIT", "LICENSE-jquery.txt")], None, V.UNCLEAR, None),
    ("the same, declared", [T(None), MIT, D("MIT")], "MIT", V.CLEAR, True),
    ("changed", [CHANGED], None, V.UNCLEAR, None),
    ("changed, declared", [CHANGED, D("MIT")], None, V.UNCLEAR, None),
    ("changed beside another text", [CHANGED, T("MIT", "LICENSE.md")], None, V.UNCLEAR, None),
    ("changed so that it refuses", [REFUSING], "LicenseRef-non-commercial", V.NOT_OPEN, None),
    ("one of two pieces changed", [T(None), T("MIT"), T(None, changed=True), D("MIT")], None, V.UNCLEAR, None),
    ("the whole says more than its pieces", [T("LGPL-3.0"), T("GPL-3.0"), T("LGPL-3.0")], "LGPL-3.0", V.CLEAR, None),
    ("not open", [T("CC-BY-NC-4.0")], "CC-BY-NC-4.0", V.NOT_OPEN, None),
    ("not open, declared", [T("BUSL-1.1"), D("BUSL-1.1")], "BUSL-1.1", V.NOT_OPEN, True),
    ("refusal", [T("LicenseRef-all-rights-reserved")], "LicenseRef-all-rights-reserved", V.NOT_OPEN, None),
    ("not assessed", [T("OGL-UK-3.0")], "OGL-UK-3.0", V.CLEAR, None),
    ("own wording", [T("LicenseRef-MIT-like")], "LicenseRef-MIT-like", V.UNCLEAR, None),
    ("LGPL with its GPL", [T("GPL-3.0", "COPYING"), T("LGPL-3.0", "COPYING.LESSER")], "LGPL-3.0", V.CLEAR, None),
    ("text in the folder for licences", [T("EPL-2.0", "LICENSES/EPL-2.0.txt")], "EPL-2.0", V.CLEAR, None),
    ("text in a folder of something else", [T("MIT", "frontend/LICENSE")], None, V.UNCLEAR, None),
    ("the same, declared", [T("MIT", "frontend/LICENSE"), D("MIT")], "MIT", V.CLEAR, True),
    ("third-party texts in a folder", [EUPL, T("MIT", "LICENSES/MIT.txt")], "EUPL-1.2", V.CLEAR, None),
    ("root not recognised, parts in a folder", [T(None), T("MIT", "licenses/MIT.txt")], None, V.UNCLEAR, None),
]

SEVERAL = [
    ("two texts", [MIT, APACHE], None, V.UNCLEAR, None),
    ("two in one file", [*DUAL], None, V.UNCLEAR, None),
    ("choice declared", [MIT, APACHE, D("MIT OR Apache-2.0")], "MIT OR Apache-2.0", V.CLEAR, True),
    ("both declared", [MIT, APACHE, D("MIT AND Apache-2.0")], "MIT AND Apache-2.0", V.CLEAR, True),
    ("choice in one file declared", [*DUAL, D("MIT OR Apache-2.0")], "MIT OR Apache-2.0", V.CLEAR, True),
    ("choice by a manifest", [MIT, APACHE, D("Apache-2.0 OR MIT", "Cargo.toml")], "Apache-2.0 OR MIT", V.CLEAR, True),
    ("choice by REUSE", [MIT, APACHE, R("MIT OR Apache-2.0")], "MIT OR Apache-2.0", V.CLEAR, True),
    ("choice by a tag", [MIT, APACHE, R("MIT OR Apache-2.0", "lib.rs")], "MIT OR Apache-2.0", V.CLEAR, None),
    ("choice stated in the file", [T("MIT OR Apache-2.0"), *DUAL[1:]], "MIT OR Apache-2.0", V.CLEAR, None),
    ("one alternative declared", [T("MIT OR Apache-2.0"), D("MIT")], "MIT OR Apache-2.0", V.CLEAR, True),
    ("file that states both", [N("MIT AND Apache-2.0"), D("MIT")], "MIT AND Apache-2.0", V.CLEAR, None),
    ("one of two alternatives has its text", [T("MIT"), D("MIT OR Apache-2.0")], "MIT", V.CLEAR, True),
    ("one of two parts has its text", [T("MIT"), D("MIT AND Apache-2.0")], None, V.UNCLEAR, None),
    ("both parts have their text, one beside", [T("MIT"), T("CC-BY-4.0", "LICENSE-docs", aside=True),
     D("MIT AND CC-BY-4.0")], "MIT AND CC-BY-4.0", V.CLEAR, True),
    ("a text nobody declared", [T("AGPL-3.0"), T("BSD-3-Clause", "LICENSE.txt"), D("AGPL-3.0")], None, V.UNCLEAR, None),
    ("LGPL with its GPL, declared GPL", [T("GPL-3.0"), T("LGPL-3.0", "L"), D("GPL-3.0")], None, V.UNCLEAR, None),
    ("folder, undecided", IN_FOLDER, None, V.UNCLEAR, None),
    ("folder, annotated", [*IN_FOLDER, R("EUPL-1.2")], "EUPL-1.2", V.CLEAR, True),
    ("folder, tags agree", [*IN_FOLDER, R("EUPL-1.2", "app.py"), R("EUPL-1.2", "b.py")], "EUPL-1.2", V.CLEAR, None),
    ("folder, tags differ", [*IN_FOLDER, R("EUPL-1.2", "app.py"), R("CC0-1.0", "x.json")], None, V.UNCLEAR, None),
    ("folder, part annotated", [*IN_FOLDER, R("EUPL-1.2", aside=True)], None, V.UNCLEAR, None),
    ("folder, declared", [*IN_FOLDER, D("EUPL-1.2")], "EUPL-1.2", V.CLEAR, True),
    ("folder, said by a manifest", [*IN_FOLDER, D("EUPL-1.2", "package.json")], None, V.UNCLEAR, None),
    ("root and folder, both declared", [EUPL, IN_FOLDER[1], D("EUPL-1.2 AND CC0-1.0")],
     "EUPL-1.2 AND CC0-1.0", V.CLEAR, True),
]  # fmt: skip

STATEMENTS = [
    ("declared only", [D("MIT")], None, V.UNCLEAR, None),
    ("declared only, not open", [D("CC-BY-NC-4.0")], None, V.UNCLEAR, None),
    ("declared only, not recognised", [D("???")], None, V.UNCLEAR, None),
    ("tag only", [R("EUPL-1.2", "app.py")], None, V.UNCLEAR, None),
    ("README only", [D("MIT", "README.md")], None, V.UNCLEAR, None),
    ("forge only", [F("MIT")], None, V.UNCLEAR, None),
    ("forge says NOASSERTION", [F("NOASSERTION")], None, V.UNCLEAR, None),
    ("forge contradicts", [T("MIT"), F("Apache-2.0")], "MIT", V.CLEAR, None),
    ("declaration not recognised", [T("MIT"), D("???")], "MIT", V.CLEAR, None),
    ("npm default without text", [D("ISC", "package.json")], None, V.UNCLEAR, None),
    ("npm default beside a text", [EUPL, D("ISC", "package.json")], "EUPL-1.2", V.CLEAR, None),
    ("ISC text", [T("ISC"), D("ISC", "package.json")], "ISC", V.CLEAR, None),
    ("conflict", [T("Apache-2.0"), D("AGPL-3.0-or-later")], "Apache-2.0", V.CONFLICT, False),
    ("conflict of GPL and AGPL", [T("GPL-3.0"), D("AGPL-3.0-or-later")], "GPL-3.0", V.CONFLICT, False),
    ("conflict of versions", [T("EUPL-1.1"), D("EUPL-1.2")], "EUPL-1.1", V.CONFLICT, False),
    ("conflict with a closed text", [T("CC-BY-NC-4.0"), D("MIT")], "CC-BY-NC-4.0", V.CONFLICT, False),
    ("conflict with two texts", [MIT, APACHE, D("EUPL-1.2")], None, V.CONFLICT, False),
    ("declared is a part's text", [EUPL, T("MIT", "LICENSES/MIT.txt"), D("MIT")], "EUPL-1.2", V.CONFLICT, False),
    ("annotation contradicts", [EUPL, R("MIT")], "EUPL-1.2", V.CONFLICT, False),
    ("annotation contradicts, publiccode.yml not", [EUPL, R("MIT"), D("EUPL-1.2")], "EUPL-1.2", V.CLEAR, True),
    ("tag of one file contradicts", [EUPL, R("CC0-1.0", "Dockerfile")], "EUPL-1.2", V.CLEAR, None),
    ("manifest contradicts", [EUPL, D("MIT", "composer.json")], "EUPL-1.2", V.CONFLICT, False),
    ("one of two manifests", [EUPL, D("MIT", "composer.json"), D("EUPL-1.2", "setup.cfg")], "EUPL-1.2", V.CLEAR, True),
    ("manifest against both", [EUPL, D("EUPL-1.2"), D("MIT", "composer.json")], "EUPL-1.2", V.CLEAR, True),
    ("codemeta contradicts", [EUPL, D("MIT", "codemeta.json")], "EUPL-1.2", V.CONFLICT, False),
    ("codemeta against a manifest", [EUPL, D("EUPL-1.2", "setup.cfg"), D("MIT", "CITATION.cff")],
     "EUPL-1.2", V.CLEAR, True),
    ("README contradicts", [EUPL, D("MIT", "README.md")], "EUPL-1.2", V.CLEAR, None),
]  # fmt: skip

RANGES = [
    ("undetermined", [T("GPL-3.0")], "GPL-3.0", OPEN),
    ("from publiccode.yml", [T("GPL-3.0"), D("GPL-3.0-or-later")], "GPL-3.0-or-later", LATER),
    ("publiccode.yml leaves it open", [T("GPL-3.0"), D("GPL-3.0")], "GPL-3.0", OPEN),
    ("from a manifest", [T("GPL-3.0"), D("GPL-3.0"), D("GPL-3.0-only", "setup.cfg")], "GPL-3.0-only", ONLY),
    ("from a README", [T("AGPL-3.0"), D("AGPL-3.0-or-later", "README.md")], "AGPL-3.0-or-later", LATER),
    ("not from the forge", [T("GPL-3.0"), F("GPL-3.0-only")], "GPL-3.0", OPEN),
    ("not from another licence", [T("GPL-3.0"), R("LGPL-3.0-or-later", "a.py")], "GPL-3.0", OPEN),
    ("from a notice", [T("GPL-2.0", "LICENSE.GPL"), N("GPL-2.0-only", "LICENSE.rst")], "GPL-2.0-only", ONLY),
    ("from a piece of the file", [T("GPL-3.0"), T("GPL-3.0"), N("GPL-3.0-or-later")], "GPL-3.0-or-later", LATER),
    ("not from an aside", [T("GPL-3.0"), T("GPL-3.0-or-later", aside=True)], "GPL-3.0", OPEN),
    ("from the text", [T("GPL-3.0-or-later"), D("GPL-3.0")], "GPL-3.0-or-later", LATER),
    ("notice before declaration", [N("GPL-2.0-only"), D("GPL-2.0-or-later")], "GPL-2.0-only", ONLY),
    ("tag before declaration", [T("GPL-2.0"), R("GPL-2.0-or-later", "a.c"), D("GPL-2.0-only")],
     "GPL-2.0-or-later", LATER),
    ("tags differ", [T("GPL-2.0"), R("GPL-2.0-or-later", "a.c"), R("GPL-2.0-only", "b.c")], "GPL-2.0", OPEN),
    ("part of the files", [T("GPL-2.0"), R("GPL-2.0-or-later", aside=True)], "GPL-2.0", OPEN),
    ("publiccode.yml before manifest", [T("GPL-2.0"), D("GPL-2.0-only"), D("GPL-2.0+", "a.json")],
     "GPL-2.0-only", ONLY),
    ("deprecated plus", [T("AGPL-3.0"), D("AGPL-3.0+")], "AGPL-3.0-or-later", LATER),
    ("alternative", [T("GPL-2.0"), D("MIT OR GPL-2.0-or-later")], "GPL-2.0-or-later", LATER),
    ("choice", [MIT, T("GPL-2.0"), D("MIT OR GPL-2.0"), D("GPL-2.0-only", "a.json")], "MIT OR GPL-2.0-only", ONLY),
    ("exception declared", [T("GPL-2.0"), D("GPL-2.0-or-later WITH Classpath-exception-2.0")],
     "GPL-2.0-or-later WITH Classpath-exception-2.0", LATER),
    ("exception in the text", [T("GPL-2.0 WITH Classpath-exception-2.0"), D("GPL-2.0-only")],
     "GPL-2.0-only WITH Classpath-exception-2.0", ONLY),
    ("LGPL with its GPL", [T("GPL-3.0", "COPYING"), T("LGPL-3.0", "L"), D("LGPL-3.0+")], "LGPL-3.0-or-later", LATER),
    ("no range", [EUPL, D("EUPL-1.2")], "EUPL-1.2", None),
]  # fmt: skip

CASES = [*TEXTS, *SEVERAL, *STATEMENTS]


@pytest.mark.parametrize(
    ("items", "expression", "verdict", "agrees"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_conclusion(
    items: list[LicenceEvidence], expression: str | None, verdict: LicenceVerdict, agrees: bool | None
) -> None:
    concluded = licences.conclude(items)
    assert (concluded.expression, concluded.verdict) == (expression, verdict)
    assert concluded.evidence == tuple(items)
    assert licences.agrees(items) is agrees


@pytest.mark.parametrize(
    ("items", "expression", "range_"), [case[1:] for case in RANGES], ids=[case[0] for case in RANGES]
)
def test_only_and_or_later_come_from_those_who_say_it(
    items: list[LicenceEvidence], expression: str, range_: LicenceRange | None
) -> None:
    concluded = licences.conclude(items)
    assert (concluded.expression, concluded.range, concluded.verdict) == (expression, range_, V.CLEAR)


def test_a_conflict_names_each_declaration_that_contradicts() -> None:
    said = [D("MIT"), D("Apache-2.0", "composer.json"), D("EUPL-1.2", "setup.cfg"), D("BSD-3-Clause", "README.md")]
    default, tag = D("ISC", "package.json"), R("CC0-1.0", "Dockerfile")
    concluded = licences.conclude([EUPL, tag, *said, default, F("MIT")])
    assert concluded.verdict is V.CONFLICT
    assert [(found.declared, found.found, found.origin.path) for found in concluded.conflicts] == [
        ("MIT", "EUPL-1.2", "publiccode.yml"),
        ("Apache-2.0", "EUPL-1.2", "composer.json"),
        ("BSD-3-Clause", "EUPL-1.2", "README.md"),
    ]


def test_what_contradicts_a_clear_licence_is_listed_too() -> None:
    concluded = licences.conclude([EUPL, D("EUPL-1.2"), D("MIT", "codemeta.json")])
    assert concluded.verdict is V.CLEAR
    assert [found.declared for found in concluded.conflicts] == ["MIT"]


def test_a_conflict_keeps_what_the_text_says_of_later_versions() -> None:
    concluded = licences.conclude([T("GPL-3.0"), D("AGPL-3.0-or-later")])
    assert (concluded.range, concluded.conflicts[0].found) == (OPEN, "GPL-3.0")


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([T("MIT", confidence=0.93)], 0.93),
        ([T("MIT", "LICENSE-MIT", confidence=0.99), T("Apache-2.0", confidence=0.9), D("MIT OR Apache-2.0")], 0.9),
        ([T("EUPL-1.2", confidence=0.9), T("MIT", confidence=0.5, aside=True)], 0.9),
        ([T("EUPL-1.2", confidence=0.9), T(None, "COPYRIGHT", confidence=0.1)], 0.9),
        ([T("Apache-2.0", confidence=0.9), D("MIT")], 0.9),
        ([T("MIT")], None),
        ([T(None, confidence=0.2)], None),
        ([D("MIT")], None),
    ],
)
def test_confidence_is_that_of_the_deciding_texts(items: list[LicenceEvidence], expected: float | None) -> None:
    assert licences.conclude(items).confidence == expected


def test_differing_ranges_are_told_with_the_one_that_is_believed() -> None:
    items = [
        N("GPL-2.0-only"),
        D("GPL-2.0-or-later"),
        D("GPL-2.0", "a.json"),
        D("GPL-2.0+", "b.json"),
        D("MIT", "c.json"),
    ]
    differing = [
        (one.licence, other.licence, other.item.origin.path) for one, other in licences.range_differences(items)
    ]
    assert differing == [
        ("GPL-2.0-only", "GPL-2.0-or-later", "publiccode.yml"),
        ("GPL-2.0-only", "GPL-2.0-or-later", "b.json"),
    ]


EXPRESSIONS = [
    "MIT", "EUPL-1.2", "GPL-3.0", "GPL-3.0-or-later", "GPL-3.0-only", "CC-BY-NC-4.0", "MIT OR EUPL-1.2", "OGL-UK-3.0",
    "LicenseRef-Own", "LicenseRef-all-rights-reserved", None,
]  # fmt: skip
ITEMS = st.lists(
    st.builds(
        lambda kind, expression, path, aside, changed: replace(
            evidence(kind, expression, path, "as written"), aside=aside, changed=changed
        ),
        st.sampled_from(["text", "notice", "declaration", "reuse", "forge"]),
        st.sampled_from(EXPRESSIONS),
        st.sampled_from(
            ["LICENSE", "COPYING", "LICENSES/x.txt", "sub/LICENSE", "publiccode.yml", "a.json", "README.md"]
        ),
        st.booleans(),
        st.sampled_from([False, False, False, True]),
    ),
    max_size=6,
)


@settings(deadline=None, max_examples=300)
@given(ITEMS)
def test_no_conclusion_claims_more_than_a_text_says(items: list[LicenceEvidence]) -> None:
    concluded = licences.conclude(items)
    texts = [item for item in items if item.kind in ("text", "notice") and item.expression and not item.aside]
    named = frozenset().union(*(licences.families(item.expression or "") for item in texts))
    if concluded.verdict in (V.CLEAR, V.NOT_OPEN, V.CONFLICT) or concluded.expression:
        assert texts
    if concluded.expression:
        assert licences.families(concluded.expression) <= named
        assert concluded.range is licences.range_of(concluded.expression)
    if concluded.range in (ONLY, LATER):
        said = [item.expression for item in items if item.kind != "forge" and not item.aside and item.expression]
        assert any(licences.range_of(expression) is concluded.range for expression in said)
    if concluded.verdict is V.CLEAR:
        assert licences.is_open(concluded.expression or "") is not False
        assert licences.agrees(items) is not False
    if concluded.verdict is V.NONE:
        assert not items
    assert (concluded.verdict is V.CONFLICT) <= bool(concluded.conflicts)
