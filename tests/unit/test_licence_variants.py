# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Licence texts as repositories have them: shortened, filled in, broken off; and sentences that change them."""

from __future__ import annotations

import pytest

from harvesters.licences.detecting import detect
from harvesters.licences.index import Index, index
from harvesters.licences.templates import KIND, Worth
from support.damaged_texts import respelt


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    known: Index = index()
    return {text.id: " ".join(respelt(text, known).split()) for text in known.texts()}


def said(text: str) -> str | None:
    return detect(text.encode()).expression


def without_preamble(licence: str) -> str:
    """The words of a GNU licence without the first long passage that may be left out."""
    known = index()
    text = next(one for one in known.texts() if one.id == licence)
    required = (text.worth & KIND) == Worth.REQUIRED
    start = next(place for place in range(len(required)) if not required[place : place + 300].any())
    end = start + int(required[start:].argmax())
    return " ".join(known.vocabulary[word] for word in (*text.words[:start], *text.words[end:]))


@pytest.mark.parametrize("licence", ["GPL-2.0", "GPL-3.0", "LGPL-2.1", "AGPL-3.0"])
def test_the_preamble_of_a_gnu_licence_may_be_left_out(licence: str) -> None:
    assert said(without_preamble(licence)) == licence


_SECONDARY = "name license version and exceptions or additional permissions here"


@pytest.mark.parametrize(
    "named",
    [
        "GNU General Public License, version 2 with the GNU Classpath Exception",
        "GNU General Public License as published by the Free Software Foundation, either version 2 of the License, "
        "or (at your option) any later version, with the GNU Classpath Exception",
        "MIT License",
    ],
)
def test_an_exhibit_with_secondary_licences_is_no_change(texts: dict[str, str], named: str) -> None:
    assert _SECONDARY in texts["EPL-2.0"]
    assert said(texts["EPL-2.0"].replace(_SECONDARY, named)) == "EPL-2.0"


def test_the_secondary_licence_of_the_definition_may_be_another(texts: dict[str, str]) -> None:
    start = texts["EPL-2.0"].index("means either the gnu general public license") + len("means either ")
    end = texts["EPL-2.0"].index("exceptions or additional permissions", start)
    assert said(texts["EPL-2.0"][:start] + "the mit license or any " + texts["EPL-2.0"][end:]) == "EPL-2.0"


@pytest.mark.parametrize(
    ("licence", "share"),
    [("QPL-1.0", 0.75), ("CPAL-1.0", 0.75), ("CPL-1.0", 0.75), ("CDDL-1.1", 0.6), ("CC-BY-SA-4.0", 0.75)],
)
def test_a_broken_off_text_is_not_its_shorter_sibling(texts: dict[str, str], licence: str, share: float) -> None:
    assert said(texts[licence][: int(len(texts[licence]) * share)]) in (licence, None)


@pytest.mark.parametrize("licence", ["MIT", "ISC", "BSD-2-Clause"])
def test_the_end_of_a_short_licence_grants_nothing(texts: dict[str, str], licence: str) -> None:
    assert said(texts[licence][int(len(texts[licence]) * 0.3) :]) is None


def test_a_typeface_is_no_word_that_binds(texts: dict[str, str]) -> None:
    text = texts["OFL-1.1"].replace("reserved font name", 'Reserved Font Name "Beispiel Sans"', 1)
    assert "Sans" in text
    assert said(text) == "OFL-1.1"


@pytest.mark.parametrize(
    ("licence", "words", "instead"),
    [
        ("BSD-3-Clause", "may be used to endorse", "may not be used to endorse"),
        ("BSD-2-Clause", "with or without modification", "without modification"),
        ("ISC", "with or without fee", "without fee"),
        ("MIT", "to any person obtaining", "to any municipality in Germany obtaining"),
        ("CC0-1.0", "including without limitation commercial", "excluding without limitation commercial"),
    ],
)
def test_a_few_words_change_a_licence(texts: dict[str, str], licence: str, words: str, instead: str) -> None:
    assert words in texts[licence]
    assert said(texts[licence]) == licence
    assert said(texts[licence].replace(words, instead)) != licence


def test_a_sentence_that_goes_on_behind_the_last_word_belongs_to_the_licence(texts: dict[str, str]) -> None:
    assert said(f"{texts['WTFPL']}, except sell it.") == "LicenseRef-commons-clause"
    assert said(f"{texts['WTFPL']}.\n\nHowever, tell us what you did.") == "WTFPL"


@pytest.mark.parametrize(
    "sentence",
    [
        "Usage commercial interdit.",
        "L'uso commerciale è vietato.",
        "Kommerzielle Nutzung nur nach Rücksprache mit dem Autor.",
        "Die Software darf nur innerhalb der Stadtverwaltung Musterstadt eingesetzt werden.",
        "Die Weitergabe an Dritte bedarf der vorherigen schriftlichen Zustimmung der Stadt.",
        "Using this code to train AI models is not permitted.",
        "The author reserves the right to revoke this license at any time.",
        "If you use this software you must inform the author.",
        'You must display "Powered by Example" on every page.',
        "Users must register with the licensor before use.",
    ],
)
@pytest.mark.parametrize("licence", ["MIT", "EUPL-1.2"])
def test_a_sentence_beside_a_licence_takes_its_certainty(texts: dict[str, str], licence: str, sentence: str) -> None:
    assert said(f"{texts[licence]}\n\n{sentence}\n") != licence
    assert said(f"{sentence}\n\n{texts[licence]}\n") != licence


@pytest.mark.parametrize(
    "sentence",
    [
        "Commercial support is available from Example Ltd.",
        "Diese Software wurde im Auftrag der Stadtverwaltung Musterstadt entwickelt.",
        "Bitte informieren Sie uns, wenn Sie die Software einsetzen.",
        "Contributors must register with the CLA bot before contributing.",
        "This software may be used for commercial and non-commercial purposes.",
        "Last modified: 2021-03-04",
    ],
)
def test_a_harmless_sentence_beside_a_licence_changes_nothing(texts: dict[str, str], sentence: str) -> None:
    assert said(f"{texts['MIT']}\n\n{sentence}\n") == "MIT"
    assert said(f"{sentence}\n\n{texts['MIT']}\n") == "MIT"


@pytest.mark.parametrize("title", ["Modified Apache License", "Modified Apache 2.0 License\n\nApache License"])
def test_a_title_that_says_modified_is_believed(texts: dict[str, str], title: str) -> None:
    body = texts["Apache-2.0"].removeprefix("apache license ")
    assert said(f"Apache License\nversion 2.0 {body}") == "Apache-2.0"
    assert said(f"{title}\nversion 2.0 {body}") is None


_GRANT_DE = (
    "Jedem, der eine Kopie dieser Software erhält, wird hiermit kostenlos die Erlaubnis erteilt, mit der Software zu "
    "handeln, einschließlich der Rechte zum Kopieren, Ändern, Zusammenführen, Veröffentlichen, Verteilen, "
    "Unterlizenzieren und Verkaufen. Dieser Hinweis muss in allen Kopien oder wesentlichen Teilen enthalten sein.\n\n"
)


def test_a_german_mit_licence_with_a_liability_clause_of_its_own_is_neither_mit_nor_osc(texts: dict[str, str]) -> None:
    found = detect(f"{_GRANT_DE}Die Autoren haften unbeschränkt bei Vorsatz und Arglist.".encode())
    assert found.expression == "LicenseRef-MIT-like"
    assert [rule for rule, _ in found.problems] == ["licence-translation-liability"]
    assert said(texts["OSC-1.0"]) == "OSC-1.0"
    assert said(texts["OSC-1.0"].replace("die software zu verwenden", "mit der software zu handeln")) != "OSC-1.0"
