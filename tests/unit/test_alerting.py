# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every alert: the situation just bad enough to raise it, and the one just good enough not to."""

from __future__ import annotations

import string
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from registry.catalogue.alerting import Alert, Situation, alert_rules, explained, judge
from registry.model import (
    ForgeKind,
    HostTraffic,
    Plan,
    Run,
    RunState,
    Severity,
    Source,
    SourceKind,
)
from registry.search.index import IndexStatus
from registry.storage.watching import HostHealth
from registry.vocabulary.rules import LANGUAGES, rules

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
URL = "https://git.example/stadt"
FITS, UNFIT = IndexStatus("g", 5, 5, True), IndexStatus("", 0, 0, False)


def source(**changes: Any) -> Source:
    known = Source(
        *("s1", URL, SourceKind.ORGANISATION, ForgeKind.GITLAB, NOW - 90 * DAY),
        last_run_at=NOW - timedelta(hours=5),
        last_listed=20,
        last_success_at=NOW - timedelta(hours=5),
    )
    return replace(known, **changes)


def failing(rule: str = "unreachable", **changes: Any) -> Source:
    return source(last_error=rule, failures=1, failing_since=NOW - DAY, **changes)


def run(age: timedelta, state: RunState = RunState.DONE, **changes: Any) -> Run:
    made = Run(f"r{age.total_seconds():.0f}", NOW - age, state, ended_at=NOW - age + timedelta(hours=1))
    return replace(made, **changes)


def nights(first: timedelta, count: int = 4, state: RunState = RunState.DONE) -> tuple[Run, ...]:
    return tuple(run(first + number * DAY, state) for number in range(count))


def by_hours(hours: float) -> timedelta:
    return timedelta(hours=hours)


TABLE: tuple[tuple[str, Situation, tuple[str, ...]], ...] = (
    ("nothing at all", Situation(), ()),
    ("all well", Situation(sources=(source(),), runs=nights(by_hours(5)), index=FITS, solutions=5), ()),
    # sources
    ("failed once", Situation(sources=(failing(),)), ()),
    ("failed twice", Situation(sources=(replace(failing(), failures=2),)), ()),
    ("failed three times", Situation(sources=(replace(failing(), failures=3),)), ("alert-source-failing",)),
    (
        "failing for more than three days, few attempts",
        Situation(sources=(replace(failing(), failing_since=NOW - 3 * DAY - by_hours(1)),)),
        ("alert-source-failing",),
    ),
    ("three days to the hour", Situation(sources=(replace(failing(), failing_since=NOW - 3 * DAY),)), ()),
    ("paused by the operator", Situation(sources=(replace(failing(), failures=9, paused=True),)), ()),
    ("of the demonstration", Situation(sources=(replace(failing(), failures=9, demo=True),)), ()),
    (
        "never listed, first failure",
        Situation(sources=(failing(last_success_at=None, last_listed=None),)),
        ("alert-source-never-listed",),
    ),
    (
        "listed before this program kept the date",
        Situation(sources=(failing(last_success_at=None),)),
        (),
    ),
    ("shrunk", Situation(sources=(failing("source-shrunk"),)), ("alert-source-shrunk",)),
    ("token", Situation(sources=(failing("needs-password", last_success_at=None),)), ("alert-token-refused",)),
    (
        "added, harvests passed it by",
        Situation(
            sources=(source(last_run_at=None, last_listed=None, last_success_at=None, created_at=NOW - 3 * DAY),),
            runs=nights(by_hours(5)),
        ),
        ("alert-source-never-tried",),
    ),
    (
        "added yesterday",
        Situation(
            sources=(source(last_run_at=None, last_listed=None, last_success_at=None, created_at=NOW - DAY),),
            runs=nights(by_hours(5)),
        ),
        (),
    ),
    # runs
    ("a timer, on time", Situation(sources=(source(),), runs=nights(by_hours(26))), ()),
    ("late", Situation(sources=(source(),), runs=nights(by_hours(26.1))), ("alert-run-late",)),
    ("missing", Situation(sources=(source(),), runs=nights(by_hours(50.1))), ("alert-run-missing",)),
    ("by hand only", Situation(sources=(source(),), runs=(run(9 * DAY), run(15 * DAY))), ()),
    ("once only", Situation(sources=(source(),), runs=(run(9 * DAY),)), ()),
    ("no sources", Situation(runs=nights(9 * DAY)), ()),
    ("all sources paused", Situation(sources=(source(paused=True),), runs=nights(9 * DAY)), ()),
    (
        "one repository by hand does not hide missing nights",
        Situation(
            sources=(source(),),
            runs=(run(by_hours(1), plan=Plan(urls=((URL, ForgeKind.GIT),))), *nights(by_hours(60))),
        ),
        ("alert-run-missing",),
    ),
    (
        "a night that runs out of time is a night",
        Situation(sources=(source(),), runs=(run(by_hours(5), RunState.PAUSED), *nights(by_hours(29)))),
        (),
    ),
    (
        "running",
        Situation(runs=(run(by_hours(1), RunState.RUNNING, ended_at=None),), lease_until=NOW + by_hours(0.01)),
        (),
    ),
    (
        "running without a sign of life",
        Situation(runs=(run(by_hours(1), RunState.RUNNING, ended_at=None),), lease_until=NOW - by_hours(0.01)),
        ("alert-run-dead",),
    ),
    (
        "interrupted",
        Situation(runs=(run(by_hours(5), RunState.INTERRUPTED, left=7),)),
        ("alert-run-interrupted",),
    ),
    ("interrupted with nothing left", Situation(runs=(run(by_hours(5), RunState.INTERRUPTED, left=0),)), ()),
    (
        "interrupted, then done",
        Situation(runs=(run(by_hours(1)), run(by_hours(5), RunState.INTERRUPTED, left=7))),
        (),
    ),
    ("ended by the operator", Situation(runs=(run(by_hours(5), RunState.ABORTED, left=7),)), ()),
    ("failed", Situation(runs=(run(by_hours(5), RunState.FAILED),)), ("alert-run-failed",)),
    ("paused twice", Situation(runs=nights(by_hours(5), 2, RunState.PAUSED)), ()),
    ("paused three times", Situation(runs=nights(by_hours(5), 3, RunState.PAUSED)), ("alert-budget-small",)),
    ("paused, but done in between", Situation(runs=(run(by_hours(5)), *nights(by_hours(29), 3, RunState.PAUSED))), ()),
    ("jobs given up", Situation(runs=(run(by_hours(5)),), given_up=2), ("alert-jobs-given-up",)),
    # hosts
    ("paused for minutes", Situation(hosts=(HostTraffic("h", paused_until=NOW + by_hours(0.5)),)), ()),
    (
        "paused for want of an answer",
        Situation(hosts=(HostTraffic("h", paused_until=NOW + by_hours(2), paused_for="unreachable"),)),
        ("alert-host-silent",),
    ),
    ("paused for hours", Situation(hosts=(HostTraffic("h", paused_until=NOW + by_hours(2)),)), ("alert-host-paused",)),
    ("no longer paused", Situation(hosts=(HostTraffic("h", paused_until=NOW - by_hours(2)),)), ()),
    ("half of a forge", Situation(unreachable=(HostHealth("h", 5, 10),)), ("alert-host-down",)),
    ("a few of many", Situation(unreachable=(HostHealth("h", 5, 11),)), ()),
    ("a small one", Situation(unreachable=(HostHealth("h", 4, 4),)), ()),
    # disk and index
    ("space for two nights", Situation(disk_free=200, disk_needed=100), ()),
    ("space for one night", Situation(disk_free=199, disk_needed=100), ("alert-disk-low",)),
    ("no space", Situation(disk_free=99, disk_needed=100), ("alert-disk-full",)),
    ("index unfit", Situation(index=UNFIT, solutions=1, outbox=3, outbox_since=NOW - DAY), ("alert-index-unfit",)),
    ("empty catalogue", Situation(index=UNFIT), ()),
    ("index behind", Situation(index=FITS, outbox=3, outbox_since=NOW - by_hours(0.3)), ("alert-index-behind",)),
    ("index a little behind", Situation(index=FITS, outbox=3, outbox_since=NOW - by_hours(0.2)), ()),
)


@pytest.mark.parametrize(("situation", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_what_is_told(situation: Situation, expected: tuple[str, ...]) -> None:
    assert tuple(alert.rule for alert in judge(situation, NOW)) == expected


def test_every_rule_is_in_the_table() -> None:
    told = {rule for _, _, expected in TABLE for rule in expected}
    assert told == set(alert_rules())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_has_a_placeholder_that_nothing_fills(lang: str) -> None:
    for _, situation, _ in TABLE:
        for alert in judge(situation, NOW):
            rule = rules()[alert.rule]
            for text in (rule.message[lang], rule.hint[lang]):
                assert {name for _, name, _, _ in string.Formatter().parse(text) if name} <= set(alert.params)
            assert rule.hint[lang], f"{alert.rule} does not say what to do"


def test_errors_come_first() -> None:
    situation = Situation(
        sources=(replace(failing(), failures=4),), runs=(run(by_hours(5)),), given_up=1, disk_free=150, disk_needed=100
    )
    told = [alert.severity for alert in judge(situation, NOW)]
    assert told == [Severity.ERROR, Severity.WARNING, Severity.WARNING]


def test_an_alert_says_what_is_behind_it() -> None:
    [alert] = judge(Situation(sources=(replace(failing(), failures=4),)), NOW)
    told = explained(alert, "de")
    assert told.message.startswith(f"Die Quelle {URL} lässt sich nicht mehr auflisten (4-mal in Folge)")
    assert told.message.endswith(f"{URL} ist nicht erreichbar.")
    assert "allmende source" in told.hint
    assert alert.since == NOW - DAY


def test_an_unknown_cause_is_left_out() -> None:
    told = explained(Alert("alert-host-paused", {"host": "h", "until": "x", "cause": "no-such-rule"}), "en")
    assert told.message == "h does not want to be asked until x."
