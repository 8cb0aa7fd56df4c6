# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Figures of a history: bots, people, dates that cannot be."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pytest

from harvesters.history import CommitLine, activity, count_people, is_bot
from registry.model import Tag

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = 86_400


def ago(days: float) -> int:
    return int(NOW.timestamp() - days * DAY)


def person(at: int | None, name: str = "Erika Muster", email: str = "erika@stadt.example") -> CommitLine:
    return CommitLine(name, email, at, at)


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com"),
        ("renovate[bot]", "29139614+renovate[bot]@users.noreply.github.com"),
        ("Renovate Bot", "bot@renovateapp.com"),
        ("github-actions", "github-actions@github.com"),
        ("GitHub Action", "action@github.com"),
        ("Weblate", "noreply@weblate.org"),
        ("Hosted Weblate", "hosted@weblate.org"),
        ("Weblate (bot)", "hosted@weblate.example"),
        ("Crowdin", "support+bot@crowdin.com"),
        ("Crowdin Bot", "support@crowdin.com"),
        ("gitlab-bot", "gitlab-bot@stadt.example"),
        ("project_42_bot", "project42_bot_1a2b@noreply.gitlab.example"),
        ("snyk-bot", "snyk-bot@snyk.io"),
        ("pre-commit-ci[bot]", "66853113+pre-commit-ci[bot]@users.noreply.github.com"),
        ("greenkeeperio-bot", "support@greenkeeper.io"),
        ("Release", "noreply+release-bot@stadt.example"),
        ("Stadt Bot", "it@stadt.example"),
    ],
)
def test_programs_are_bots(name: str, email: str) -> None:
    assert is_bot(name, email)


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("Erika Muster", "erika@stadt.example"),
        ("Tom Abbott", "abbott@stadt.example"),
        ("Jean Talbot", "talbot@stadt.example"),
        ("Bothilda Larsen", "bothilda@stadt.example"),
        ("Erika", "1234567+erika@users.noreply.github.com"),
        ("Max Crowd", "max@crowdinger.example"),
        ("", ""),
        ("root", "root@localhost"),
    ],
)
def test_people_are_no_bots(name: str, email: str) -> None:
    assert not is_bot(name, email)


@pytest.mark.parametrize(
    ("identities", "people"),
    [
        ([], 0),
        ([("Erika Muster", "e@stadt.example"), ("Max Muster", "m@stadt.example")], 2),
        ([("Erika Muster", "e@stadt.example"), ("erika muster", "erika@home.example")], 1),
        ([("Erika Muster", "e@stadt.example"), ("emuster", "E@Stadt.example")], 1),
        ([("emuster", "12+emuster@users.noreply.github.com"), ("x", "emuster@users.noreply.github.com")], 1),
        ([("root", "root@one.example"), ("root", "root@two.example")], 2),
        ([("root", ""), ("root", "")], 1),
        ([("Erika Muster", "a@x.example"), ("E M", "b@x.example"), ("E M", "a@x.example")], 1),
        ([("", "")], 1),
    ],
)
def test_people_are_counted_once(identities: list[tuple[str, str]], people: int) -> None:
    assert count_people(identities) == people


def test_figures_are_exact() -> None:
    bot = CommitLine("dependabot[bot]", "dependabot[bot]@users.noreply.github.com", ago(1), ago(1))
    commits = [
        bot,
        person(ago(10)),
        person(ago(20), "Max Muster", "max@stadt.example"),
        person(ago(364.9)),
        person(ago(365)),
        person(ago(800), "Ada Alt", "ada@stadt.example"),
    ]
    found = activity(commits, NOW, tag_count=3)
    assert (found.commits, found.commits_12_months, found.authors_12_months) == (6, 3, 2)
    assert found.last_commit_at == NOW - timedelta(days=1)
    assert found.last_human_commit_at == NOW - timedelta(days=10)
    assert found.first_commit_at == NOW - timedelta(days=800)
    assert (found.observed_at, found.tag_count, found.complete) == (NOW, 3, True)


@pytest.mark.parametrize("seconds", [None, 0, -1, 631_151_999, 4_102_444_800, 2**63, ago(-1.1)])
def test_dates_that_cannot_be_are_ignored(seconds: int | None) -> None:
    found = activity([person(seconds), person(ago(500))], NOW)
    assert found.commits == 2
    assert found.first_commit_at == found.last_commit_at == NOW - timedelta(days=500)
    assert found.commits_12_months == 0


def test_a_clock_may_be_a_few_hours_ahead() -> None:
    assert activity([person(ago(-0.5))], NOW).last_commit_at == NOW + timedelta(hours=12)


def test_the_authors_date_stands_in_for_a_broken_committers_date() -> None:
    found = activity([CommitLine("Erika Muster", "e@stadt.example", 0, ago(3))], NOW)
    assert found.last_human_commit_at == NOW - timedelta(days=3)


def test_nothing_gives_nothing() -> None:
    found = activity([], NOW)
    assert (found.commits, found.first_commit_at, found.last_human_commit_at) == (0, None, None)


def test_a_cut_history_has_no_first_commit() -> None:
    found = activity([person(ago(3))], NOW, complete=False)
    assert (found.first_commit_at, found.complete) == (None, False)


def test_tags_are_newest_first_and_at_most_100() -> None:
    tags = [Tag(f"v{number}", "0" * 40, NOW - timedelta(days=number)) for number in range(150)]
    found = activity([], NOW, tags=list(reversed(tags)), tag_count=150)
    assert [tag.name for tag in found.tags] == [f"v{number}" for number in range(100)]


def test_no_identity_leaves() -> None:
    found = activity([person(ago(3), "Erika Geheim", "geheim@stadt.example")], NOW)
    assert "geheim" not in str(asdict(found)).lower()
