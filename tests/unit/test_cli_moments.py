# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click
import pytest

from registry.cli.moments import moment_of, span_of


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("90m", timedelta(minutes=90)),
        ("5 min", timedelta(minutes=5)),
        ("36h", timedelta(hours=36)),
        ("7D", timedelta(days=7)),
        ("2w", timedelta(weeks=2)),
    ],
)
def test_spans(text: str, span: timedelta) -> None:
    assert span_of(text) == span
    assert abs(datetime.now(UTC) - span - moment_of(text)) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-31T10:00:00Z", datetime(2026, 1, 31, 10, tzinfo=UTC)),
        ("2026-01-31T10:00:00+02:00", datetime(2026, 1, 31, 8, tzinfo=UTC)),
        ("2026-01-31", datetime(2026, 1, 31).astimezone()),
    ],
)
def test_moments(text: str, moment: datetime) -> None:
    assert moment_of(text) == moment


@pytest.mark.parametrize("text", ["", "yesterday", "7", "d", "-7d", "2026-13-01", "9999999d", "2999-01-01", "1e3h"])
def test_what_is_no_moment_is_said(text: str) -> None:
    with pytest.raises(click.BadParameter):
        moment_of(text)


@pytest.mark.parametrize("text", ["", "7", "2026-01-01", "ewig"])
def test_what_is_no_span_is_said(text: str) -> None:
    with pytest.raises(click.BadParameter):
        span_of(text)
