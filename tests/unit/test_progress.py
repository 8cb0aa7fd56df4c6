# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What people and logs are told while a harvest goes on."""

from __future__ import annotations

import logging

import pytest

from registry.cli.progress import LoggedProgress, Pace, TerminalProgress, duration
from registry.model import Item, ItemStatus
from registry.vocabulary.rules import problem

FINE = Item("https://git.example/a/b", ItemStatus.UNCHANGED)
BROKEN = Item(
    "https://git.example/a/c", ItemStatus.FAILED, "unreachable", {"subject": "https://git.example/a/c\x1b[2J"}
)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_the_rate_is_that_of_late() -> None:
    clock = Clock()
    pace = Pace(clock)
    for _ in range(60):
        clock.now += 10.0
        pace.note(FINE)
    for _ in range(400):
        clock.now += 0.1
        pace.note(FINE)
    assert pace.rate == pytest.approx(10, rel=0.15)
    assert pace.seconds_left(100) == pytest.approx(10, rel=0.15)


def test_elsewhere_than_on_a_terminal_lines_come_now_and_then_and_without_control_characters() -> None:
    clock, told = Clock(), list[str]()
    progress = TerminalProgress(echo=told.append, clock=clock, moving=False)
    for number in range(1000):
        progress.done(FINE, 1000 - number, listing=True)
    assert len(told) == 4
    assert "250/" in told[0]
    assert "+" in told[0]
    clock.now += 61
    progress.done(FINE, 0, listing=False)
    assert len(told) == 5
    assert "1001/1001 repositories" in told[-1]
    progress.done(BROKEN, 0, listing=False)
    progress.said(problem("run-interrupted", None, None, subject="", detail=""))
    progress.grouping(5)
    progress.end()
    assert len(told) == 7
    assert "failed" in told[5]
    assert not any("\x1b" in line for line in told)


def test_a_terminal_shows_a_bar_that_fits_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    progress = TerminalProgress(clock=clock, moving=True)
    for number in range(50):
        clock.now += 0.5
        progress.done(BROKEN if number == 7 else FINE, 100 - number, listing=False)
    progress.end()
    drawn = [line for line in capsys.readouterr().err.replace("\n", "\r").split("\r") if "#" in line]
    assert drawn
    assert all(len(line.removeprefix("\x1b[K")) < 80 for line in drawn)
    assert "50/101" in drawn[-1]
    assert "1 failed" in drawn[-1]
    assert "2.0/s" in drawn[-1]
    assert "s left" in drawn[-1]


def test_a_bar_is_not_drawn_for_each_of_a_thousand_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    progress = TerminalProgress(clock=Clock(), moving=True)
    for number in range(1000):
        progress.done(FINE, 1000 - number, listing=False)
    assert capsys.readouterr().err.count("#") < 100


def test_the_log_names_what_failed_with_its_rule(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "allmende.harvest")
    clock = Clock()
    progress = LoggedProgress(lambda: "01RUN", clock)
    progress.done(FINE, 5, listing=True)
    progress.done(BROKEN, 4, listing=True)
    clock.now += 61
    progress.done(FINE, 3, listing=False)
    began, failed, figures = caplog.records
    assert (began.message, {vars(record)["run"] for record in caplog.records}) == ("run-began", {"01RUN"})
    assert (failed.message, vars(failed)["url"], vars(failed)["rule"]) == (
        "repository-failed",
        BROKEN.repository,
        "unreachable",
    )
    assert (figures.message, vars(figures)["done"], vars(figures)["failed"]) == ("progress", 3, 1)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.4, "0 s"),
        (59.4, "59 s"),
        (60, "1 min 00 s"),
        (3599.9, "1 h 00 min"),
        (3900, "1 h 05 min"),
        (200, "3 min 20 s"),
    ],
)
def test_durations_as_people_say_them(seconds: float, said: str) -> None:
    assert duration(seconds) == said
