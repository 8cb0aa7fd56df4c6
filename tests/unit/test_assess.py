# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.assess import assess
from registry.conditions import add_months
from registry.model import (
    Activity,
    Assessment,
    FactSource,
    Field,
    Origin,
    Problem,
    Severity,
    Signal,
    SignalName,
    Solution,
    State,
    Verdict,
)
from registry.resolve import resolve
from registry.vocabulary.rules import problem
from registry.vocabulary.signals import explain_signal, signals
from support.solutions import COMMIT, NOW, URL, annotated, declared, fact, history, reading, solution, text

STABLE = fact(Field.DEVELOPMENT_STATUS, "stable", line=9)
VERSION = {"v1.2.0": 500.0}


def readme(words: int) -> Any:
    value = {"path": "README.md", "title": "Melder", "words": words, "lang": "de"}
    return fact(Field.README, value, FactSource.README, path="README.md")


def tree(name: Field, *words: str) -> Any:
    return fact(name, list(words), FactSource.TREE, path=words[0], line=None)


def archived(said: bool) -> Any:
    return fact(Field.ARCHIVED, said, FactSource.FORGE, path=None, line=None)


def bots_only() -> Activity:
    return history(None, commits=7, last_commit_at=NOW)


UNREAD = problem("parse-failed", Origin(URL), subject="LICENSE")
LINK = problem("licence-link", Origin(URL), name="LICENSE")

# signal, reason, what the repository has, further arguments
INSTALLATION = fact(Field.INSTALLATION, {"path": "README.md", "heading": "Installation"}, FactSource.README)
CASES: list[tuple[str, str, list[Any], dict[str, Any]]] = [
    ("open_licence", "text_open", [text("EUPL-1.2"), declared("EUPL-1.2")], {}),
    ("open_licence", "text_not_open", [text("CC-BY-NC-4.0")], {}),
    ("open_licence", "contradiction", [text("Apache-2.0"), declared("AGPL-3.0-or-later")], {}),
    ("open_licence", "not_assessed", [text("OGL-UK-3.0")], {}),
    ("open_licence", "several_texts", [text("MIT", "LICENSE-MIT"), text("Apache-2.0", "LICENSE-APACHE")], {}),
    ("open_licence", "not_assessed", [text("LicenseRef-own-terms")], {}),
    (
        "open_licence",
        "text_changed",
        [text(None, changes=[{"added": "not", "removed": "", "line": 4}]), text("MIT", "LICENSE.md")],
        {},
    ),
    ("open_licence", "text_of_a_part", [text("MIT", "frontend/LICENSE")], {}),
    ("open_licence", "text_of_a_part", [text(None), text("MIT", "LICENSE-JQUERY")], {}),
    ("open_licence", "text_not_open", [text("LicenseRef-all-rights-reserved")], {}),
    ("open_licence", "declared_without_text", [annotated("EUPL-1.2", "app.py", "tag")], {}),
    ("open_licence", "part_without_text", [text("MIT"), declared("MIT AND Apache-2.0")], {}),
    ("open_licence", "text_unrecognised", [text(None), declared("MIT")], {}),
    ("open_licence", "declared_without_text", [declared("MIT")], {}),
    ("open_licence", "forge_claim_only", [], {"licence": "MIT"}),
    ("open_licence", "files_unread", [], {"problems": [UNREAD]}),
    ("open_licence", "files_unread", [], {"problems": [LINK]}),
    ("open_licence", "none_found", [], {}),
    ("licence_agrees", "agree", [text("GPL-3.0"), declared("GPL-3.0-or-later")], {}),
    ("licence_agrees", "agree", [text("CC-BY-NC-4.0"), declared("CC-BY-NC-4.0")], {}),
    ("licence_agrees", "differ", [text("Apache-2.0"), declared("AGPL-3.0-or-later")], {}),
    ("licence_agrees", "partly", [text("MIT"), declared("MIT AND Apache-2.0")], {}),
    ("licence_agrees", "text_not_comparable", [text(None), declared("MIT")], {}),
    ("licence_agrees", "declaration_not_comparable", [text("MIT"), declared("???")], {}),
    ("licence_agrees", "declaration_not_comparable", [text("EUPL-1.2"), declared("ISC", "package.json")], {}),
    ("licence_agrees", "text_only", [text("MIT")], {}),
    ("licence_agrees", "declaration_only", [declared("MIT")], {}),
    ("licence_agrees", "nothing_to_compare", [], {}),
    ("licence_agrees", "nothing_to_compare", [], {"licence": "MIT"}),
    ("alive", "archived_by_forge", [archived(True)], {}),
    ("alive", "declared_obsolete", [fact(Field.DEVELOPMENT_STATUS, "obsolete")], {}),
    ("alive", "no_history", [], {"activity": history(None, commits=0)}),
    ("alive", "no_human_change_seen", [], {"activity": bots_only()}),
    ("alive", "date_in_future", [], {"activity": history(-3)}),
    ("alive", "changed_lately", [], {"activity": history(-0.5)}),
    ("alive", "changed_lately", [archived(False)], {"activity": history(364)}),
    ("alive", "stable_and_released", [STABLE], {"activity": history(400, tags=VERSION)}),
    ("alive", "stable_and_released", [STABLE], {"activity": history(4000, tags=VERSION)}),
    ("alive", "changed_some_time_ago", [], {"activity": history(366)}),
    ("alive", "changed_some_time_ago", [STABLE], {"activity": history(400)}),
    ("alive", "changed_some_time_ago", [], {"activity": history(400, tags=VERSION)}),
    (
        "alive",
        "changed_some_time_ago",
        [STABLE, fact(Field.MAINTENANCE_TYPE, "none")],
        {"activity": history(400, tags=VERSION)},
    ),
    ("alive", "changed_some_time_ago", [STABLE], {"activity": history(400, tags={"v2.0-beta1": 500})}),
    (
        "alive",
        "changed_some_time_ago",
        [STABLE],
        {"activity": history(400, tags=VERSION), "problems": [Problem("an-alarm", Severity.BLOCKING)]},
    ),
    ("alive", "changed_long_ago", [], {"activity": history(1100)}),
    ("released", "version_tag", [], {"activity": history(tags={"v2.0-rc1": 10, **VERSION})}),
    ("released", "prerelease_only", [], {"activity": history(tags={"v1.0.0-beta.2": 20})}),
    ("released", "declared_only", [fact(Field.SOFTWARE_VERSION, "1.0")], {}),
    ("released", "declared_only", [fact(Field.RELEASE_DATE, "2025-01-01")], {}),
    ("released", "other_tags_only", [], {"activity": history(tags={"vor-dem-umbau": 20})}),
    ("released", "history_incomplete", [], {"activity": history(complete=False)}),
    ("released", "no_tags", [], {}),
    ("installable", "container", [tree(Field.CONTAINER, "dockerfile"), tree(Field.PACKAGE_MANIFESTS, "npm")], {}),
    (
        "installable",
        "library_package",
        [tree(Field.PACKAGE_MANIFESTS, "python"), fact(Field.SOFTWARE_TYPE, "library")],
        {},
    ),
    ("installable", "package_only", [tree(Field.PACKAGE_MANIFESTS, "npm")], {}),
    ("installable", "library_without_package", [fact(Field.SOFTWARE_TYPE, "addon")], {}),
    ("installable", "files_unread", [], {"problems": [UNREAD]}),
    ("installable", "nothing_found", [], {}),
    ("documented", "documentation_files", [tree(Field.DOCUMENTATION, "docs")], {}),
    ("documented", "documentation_url", [fact(Field.DOCUMENTATION_URL, "https://docs.example/"), readme(3)], {}),
    ("documented", "long_readme", [readme(100)], {}),
    ("documented", "installation_only", [readme(99), INSTALLATION], {}),
    ("documented", "short_readme", [readme(99)], {}),
    ("documented", "files_unread", [], {"problems": [UNREAD]}),
    ("documented", "nothing_found", [], {}),
]
IDS = [f"{name}-{reason}-{index}" for index, (name, reason, *_) in enumerate(CASES)]


def signal_of(assessment: Assessment, name: str) -> Signal:
    return next(signal for signal in assessment.signals if signal.name == name)


@pytest.mark.parametrize(("name", "reason", "facts", "given_"), CASES, ids=IDS)
def test_row_decides(name: str, reason: str, facts: list[Any], given_: dict[str, Any]) -> None:
    decided = signal_of(assess(solution(*facts, **given_), NOW), name)
    row = signals()[SignalName(name)].row(reason)
    assert row is not None
    assert (decided.reason, decided.verdict) == (reason, row.verdict)
    assert set(decided.params) == row.placeholders
    assert all(decided.params.values()), "a sentence has a hole"
    assert decided.origin is not None
    assert decided.origin.repository == URL
    for lang in ("de", "en"):
        assert "{" not in explain_signal(decided, lang)


def test_every_row_is_reached_by_a_case() -> None:
    reached = {(name, reason) for name, reason, *_ in CASES}
    assert reached == {(name.value, row.reason) for name, table in signals().items() for row in table.rows}


@pytest.mark.parametrize(
    ("name", "facts", "given_", "expected"),
    [
        ("open_licence", [text("MIT", "COPYING")], {}, Origin(URL, "COPYING", 1, COMMIT)),
        ("open_licence", [declared("MIT", "package.json")], {}, Origin(URL, "package.json", 1, COMMIT)),
        ("open_licence", [], {}, Origin(URL, commit=COMMIT)),
        ("licence_agrees", [text("MIT"), declared("MIT")], {}, Origin(URL, "publiccode.yml", 1, COMMIT)),
        ("alive", [], {}, Origin(URL, commit=COMMIT)),
        ("alive", [STABLE], {"activity": history(400, tags=VERSION)}, Origin(URL, "publiccode.yml", 9, COMMIT)),
        ("released", [], {"activity": history(tags=VERSION)}, Origin(URL, commit="f" * 40)),
        ("documented", [readme(5)], {}, Origin(URL, "README.md", 1, COMMIT)),
    ],
)
def test_a_verdict_says_where_its_evidence_is(
    name: str, facts: list[Any], given_: dict[str, Any], expected: Origin
) -> None:
    assert signal_of(assess(solution(*facts, **given_), NOW), name).origin == expected


@pytest.mark.parametrize(
    ("tag", "reason"),
    [
        ("v1", "version_tag"),
        ("1.0", "version_tag"),
        ("v1.2.3", "version_tag"),
        ("2024.05.01", "version_tag"),
        ("release-2024.1", "version_tag"),
        ("myapp-v3.0.1", "version_tag"),
        ("app/3.0.1", "version_tag"),
        ("1.0.0+build.5", "version_tag"),
        ("1.0.0-1", "version_tag"),
        ("v2.0-beta-1.1", "prerelease_only"),
        ("1.0.0rc1", "prerelease_only"),
        ("1.0.0-SNAPSHOT", "prerelease_only"),
        ("1.2.3a4", "prerelease_only"),
        ("7", "other_tags_only"),
        ("stand-2024", "other_tags_only"),
        ("latest", "other_tags_only"),
        ("a" * 250, "other_tags_only"),
    ],
)
def test_what_looks_like_a_version(tag: str, reason: str) -> None:
    found = assess(solution(activity=history(tags={tag: 5})), NOW)
    assert signal_of(found, "released").reason == reason


@pytest.mark.parametrize(("name", "state"), [("melder-api", State.ACTIVE), ("melder-docs", State.ABANDONED)])
def test_further_repositories_count_where_they_hold_code(name: str, state: State) -> None:
    main = reading(activity=history(2000))
    further = reading(url=f"https://forge.example/stadt/{name}", activity=history(5, tags={"v1.0": 5}), commit="d" * 40)
    assessed = assess(resolve([main, further]), NOW)
    assert assessed.state is state
    expected = f"https://forge.example/stadt/{name}" if state is State.ACTIVE else URL
    origins = {signal_of(assessed, signal).origin.repository for signal in ("alive", "released")}  # type: ignore[union-attr]
    assert origins == {expected}


def test_sentences_read_as_they_should() -> None:
    assessed = assess(solution(text("EUPL-1.2"), activity=history(400)), NOW)
    assert [explain_signal(signal, "de") for signal in assessed.signals] == [
        "Lizenz EUPL-1.2, eine anerkannte offene Lizenz; Text in LICENSE.",
        "Es gibt einen Lizenztext (LICENSE); in publiccode.yml wurde keine Lizenzangabe zum Vergleich gefunden.",
        "Letzte Änderung durch Menschen am 18.10.2025, also vor mehr als 12 Monaten."
        " Ob noch gepflegt wird, geht daraus nicht hervor.",
        "Im Repository gibt es keine Version als Tag, und in publiccode.yml ist keine angegeben.",
        "Im Wurzelverzeichnis liegt weder eine Container- noch eine Paketdatei.",
        "Im Wurzelverzeichnis liegt weder eine README noch eine Dokumentation.",
    ]
    assert assessed.state is State.QUIET


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (
            [text("GPL-2.0"), declared("GPL-2.0-or-later")],
            "Lizenz GPL-2.0-or-later, eine anerkannte offene Lizenz; Text in LICENSE.",
        ),
        (
            [text("MIT", "LICENSE-MIT"), text("Apache-2.0", "LICENSE-APACHE"), declared("MIT OR Apache-2.0")],
            "Lizenz MIT OR Apache-2.0, eine anerkannte offene Lizenz; Text in LICENSE-MIT, LICENSE-APACHE.",
        ),
        (
            [text("MIT", "LICENSE-MIT"), text("CC-BY-NC-4.0", "LICENSE-DOCS"), declared("MIT AND CC-BY-NC-4.0")],
            "Lizenz MIT AND CC-BY-NC-4.0, keine offene Lizenz, denn sie schränkt die Nutzung ein;"
            " Text in LICENSE-MIT, LICENSE-DOCS.",
        ),
        ([declared("MIT")], "Angegeben ist MIT; ein Lizenztext wurde im Repository nicht gefunden."),
        (
            [],
            "Weder eine Lizenzdatei noch eine Lizenzangabe in publiccode.yml wurde gefunden."
            " Ohne Lizenz braucht die Nachnutzung eine Erlaubnis der Herausgeber.",
        ),
    ],
)
def test_what_is_said_of_the_licence_is_true_of_text_and_declaration(facts: list[Any], sentence: str) -> None:
    assert explain_signal(signal_of(assess(solution(*facts), NOW), "open_licence"), "de") == sentence


def test_the_name_of_a_tag_cannot_turn_a_sentence_around() -> None:
    found = signal_of(assess(solution(activity=history(tags={"v1.0\u202e\ue000": 5})), NOW), "released")
    assert (found.reason, found.params["tag"]) == ("version_tag", "v1.0")


@pytest.mark.parametrize(
    ("moment", "months", "expected"),
    [
        (datetime(2025, 11, 22, tzinfo=UTC), 12, datetime(2026, 11, 22, tzinfo=UTC)),
        (datetime(2024, 2, 29, tzinfo=UTC), 12, datetime(2025, 2, 28, tzinfo=UTC)),
        (datetime(2025, 12, 31, tzinfo=UTC), 2, datetime(2026, 2, 28, tzinfo=UTC)),
        (datetime(9999, 6, 1, tzinfo=UTC), 36, datetime(9999, 6, 1, tzinfo=UTC)),
    ],
)
def test_months_are_calendar_months(moment: datetime, months: int, expected: datetime) -> None:
    assert add_months(moment, months) == expected


def test_the_state_changes_at_the_very_instant_it_says() -> None:
    last = datetime(2026, 1, 31, 12, tzinfo=UTC)
    subject = solution(activity=replace(history(), last_human_commit_at=last))
    seen = []
    now: datetime | None = last
    while now is not None:
        assessed = assess(subject, now)
        seen.append((now, assessed.state))
        if assessed.valid_until:
            assert assess(subject, assessed.valid_until - timedelta(microseconds=1)).signals == assessed.signals
        now = assessed.valid_until
    assert seen == [
        (last, State.ACTIVE),
        (datetime(2027, 1, 31, 12, tzinfo=UTC), State.QUIET),
        (datetime(2029, 1, 31, 12, tzinfo=UTC), State.ABANDONED),
    ]


@pytest.mark.parametrize(
    ("facts", "given_"),
    [
        ([archived(True)], {}),
        ([], {"activity": bots_only()}),
        ([STABLE], {"activity": history(400, tags=VERSION)}),
        ([], {"activity": history(2000)}),
    ],
)
def test_a_verdict_that_time_cannot_change_is_valid_for_ever(facts: list[Any], given_: dict[str, Any]) -> None:
    assert assess(solution(*facts, **given_), NOW).valid_until is None


SUBJECTS = st.builds(
    lambda days, tags, stable, obsolete: solution(
        *([STABLE] if stable else []),
        *([fact(Field.DEVELOPMENT_STATUS, "obsolete")] if obsolete else []),
        activity=history(days, tags=tags),
    ),
    st.one_of(st.none(), st.floats(-4000, 9000)),
    st.dictionaries(st.sampled_from(["v1.0", "x", "2.0-rc1"]), st.floats(0, 3000), max_size=2),
    st.booleans(),
    st.booleans(),
)


@settings(deadline=None)
@given(SUBJECTS, st.floats(0, 5000))
def test_only_what_is_due_changes_by_time_alone(subject: Solution, days: float) -> None:
    old = assess(subject, NOW)
    later = NOW + timedelta(days=days)
    assert old.valid_until is None or old.valid_until > NOW
    fresh = assess(subject, later)
    assert fresh.valid_until is None or fresh.valid_until > later
    if old.valid_until is None or later < old.valid_until:
        assert (fresh.signals, fresh.state) == (old.signals, old.state)


@settings(deadline=None)
@given(SUBJECTS)
def test_good_verdicts_have_evidence(subject: Solution) -> None:
    assessed = assess(subject, NOW)
    assert [signal.name for signal in assessed.signals] == list(SignalName)
    for signal in assessed.signals:
        if signal.verdict is Verdict.YES:
            assert signal.name in (SignalName.ALIVE, SignalName.RELEASED)
    if assessed.state in (State.FINISHED, State.ACTIVE):
        assert signal_of(assessed, "alive").verdict is Verdict.YES
