# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

import re

import pytest

from registry.assess import EVIDENCE
from registry.conditions import CONDITIONS
from registry.model import Signal, SignalName, State, Verdict
from registry.vocabulary import signals as vocabulary

ROWS = [(name, row) for name, table in vocabulary.signals().items() for row in table.rows]
ROW_IDS = [f"{name}-{row.reason}" for name, row in ROWS]


def test_there_is_a_table_for_every_signal_in_order() -> None:
    assert list(vocabulary.signals()) == list(SignalName)


def test_tables_name_exactly_the_conditions_and_evidence_there_are() -> None:
    assert {row.when for _, row in ROWS} == set(CONDITIONS)
    assert {row.evidence for _, row in ROWS} == set(EVIDENCE)


@pytest.mark.parametrize("name", SignalName)
def test_only_the_last_row_always_holds(name: SignalName) -> None:
    whens = [row.when for row in vocabulary.signals()[name].rows]
    assert whens[-1] == "otherwise"
    assert "otherwise" not in whens[:-1]
    assert len(set(whens)) == len(whens)


def test_a_state_is_given_by_the_rows_of_alive_and_by_no_other() -> None:
    for name, row in ROWS:
        assert (row.state is not None) is (name is SignalName.ALIVE)
    assert {row.state for _, row in ROWS if row.state} == set(State)


@pytest.mark.parametrize(
    ("state", "verdict"),
    [
        (State.ACTIVE, Verdict.YES),
        (State.FINISHED, Verdict.YES),
        (State.QUIET, Verdict.UNKNOWN),
        (State.ARCHIVED, Verdict.NO),
        (State.ABANDONED, Verdict.NO),
        (State.UNKNOWN, Verdict.UNKNOWN),
    ],
)
def test_verdict_of_each_state_of_life(state: State, verdict: Verdict) -> None:
    assert {row.verdict for _, row in ROWS if row.state is state} == {verdict}


@pytest.mark.parametrize(("name", "row"), ROWS, ids=ROW_IDS)
def test_both_sentences_say_the_same_with_the_same_facts(name: SignalName, row: vocabulary.Row) -> None:
    placeholders = {lang: set(re.findall(r"\{(\w+)\}", row.sentence[lang])) for lang in vocabulary.LANGUAGES}
    assert placeholders["de"] == placeholders["en"] == row.placeholders
    assert row.sentence["de"] != row.sentence["en"]
    assert all(text.endswith((".", "!")) for text in row.sentence.values())


@pytest.mark.parametrize(("name", "row"), ROWS, ids=ROW_IDS)
def test_sentences_state_facts_and_blame_nobody(name: SignalName, row: vocabulary.Row) -> None:
    for text in row.sentence.values():
        assert not re.search(
            r"\b(tot|dead|aufgegeben|abandoned|verwaist|orphan|vernachlässigt|neglect|gescheitert|fail|schlecht|bad|"
            r"dsgvo-konform|compliant|unsicher|insecure|empfehl|recommend|erlaubt|darf|permitted|allowed|illegal)",
            text,
            re.IGNORECASE,
        )
    if row.verdict is Verdict.UNKNOWN:
        assert not re.match(r"(nein|no)\b", row.sentence["de"], re.IGNORECASE)


@pytest.mark.parametrize(("name", "row"), ROWS, ids=ROW_IDS)
def test_sentences_speak_of_what_was_looked_at_only(name: SignalName, row: vocabulary.Row) -> None:
    told = " ".join(row.sentence.values())
    if name in (SignalName.OPEN_LICENCE, SignalName.LICENCE_AGREES):
        assert not re.search(r"Paket|manifest|package", told)
    if row.verdict is Verdict.NO and name in (SignalName.INSTALLABLE, SignalName.DOCUMENTED):
        assert "Im Wurzelverzeichnis" in told
        assert "The root folder" in told
        assert not re.search(r"Anderswo|elsewhere", told)


def test_labels_of_verdicts_never_turn_unknown_into_no() -> None:
    assert [vocabulary.verdict_label(verdict, "de") for verdict in Verdict] == ["ja", "nein", "keine Angabe"]
    assert [vocabulary.verdict_label(verdict, "en") for verdict in Verdict] == ["yes", "no", "not known"]


def test_every_label_and_sentence_is_there_in_both_languages() -> None:
    for lang in vocabulary.LANGUAGES:
        labels = [vocabulary.state_label(state, lang) for state in State]
        assert len(set(labels)) == len(State)
        assert len({vocabulary.signal_label(name, lang) for name in SignalName}) == len(SignalName)
        assert all(table.question[lang].endswith("?") for table in vocabulary.signals().values())
        for state in State:
            assert "{" not in vocabulary.state_sentence(state, lang)
        for threshold in vocabulary.thresholds().values():
            assert str(threshold.value) in threshold.sentence[lang]


def test_thresholds_carry_their_units() -> None:
    figures = {name: (threshold.value, threshold.unit) for name, threshold in vocabulary.thresholds().items()}
    assert figures == {
        "active_months": (12, "months"),
        "quiet_months": (36, "months"),
        "clock_hours": (24, "hours"),
        "readme_words": (100, "words"),
    }
    assert "36" in vocabulary.state_sentence(State.ABANDONED, "de")


@pytest.mark.parametrize(
    ("iso", "lang", "shown"),
    [
        ("2026-11-22", "de", "22.11.2026"),
        ("2026-11-22", "en", "22 November 2026"),
        ("2026-03-01", "de", "01.03.2026"),
        ("2026-03-01", "en", "1 March 2026"),
        ("soon", "de", "soon"),
        ("", "en", ""),
    ],
)
def test_dates_are_written_as_people_write_them(iso: str, lang: str, shown: str) -> None:
    assert vocabulary.format_date(iso, lang) == shown


def test_a_signal_is_explained_with_its_params() -> None:
    signal = Signal(SignalName.RELEASED, Verdict.YES, "version_tag", {"tag": "2026-01-02", "tag_date": "2026-01-02"})
    assert vocabulary.explain_signal(signal, "de") == (
        "Version 2026-01-02 vom 02.01.2026 ist veröffentlicht (als Tag im Repository)."
    )
    assert vocabulary.explain_signal(signal, "en") == (
        "Version 2026-01-02 of 2 January 2026 is released (as a tag in the repository)."
    )


def test_an_explanation_survives_what_it_does_not_know() -> None:
    bare = Signal(SignalName.RELEASED, Verdict.YES, "version_tag", {"tag": "{oops} v1"})
    assert vocabulary.explain_signal(bare, "en") == (
        "Version {oops} v1 of {tag_date} is released (as a tag in the repository)."
    )
    old = Signal(SignalName.RELEASED, Verdict.UNKNOWN, "a_row_of_last_year")
    assert vocabulary.explain_signal(old, "de") == "keine Angabe"
