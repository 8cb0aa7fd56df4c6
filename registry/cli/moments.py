# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Moments and spans as people type and read them: "2026-11-20", "36h", "7d"."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import click

_SPAN = re.compile(r"(\d{1,6})\s?(min|m|h|d|w)")
_UNITS = {"min": "minutes", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def span_of(text: str) -> timedelta:
    """A length of time: 90m, 36h, 7d, 2w. Raises BadParameter."""
    found = _span(text)
    if found is None:
        raise click.BadParameter(f"{text!r} is no length of time: give it as 90m, 36h, 7d or 2w.")
    return found


def moment_of(text: str) -> datetime:
    """A day or moment (ISO 8601, local time where it names no zone), or a length of time before now.

    Raises BadParameter, also for what lies in the future.
    """
    now = datetime.now(UTC)
    found = _moment(text, now)
    if found is None:
        raise click.BadParameter(f"{text!r} is no moment: give a date (2026-11-20), or how long ago (36h, 7d).")
    if found > now:
        raise click.BadParameter(f"{text!r} lies in the future.")
    return found


def shown(at: datetime | None) -> str:
    """A moment in the local time of the terminal."""
    return "-" if at is None else f"{at.astimezone():%Y-%m-%d %H:%M}"


def _span(text: str) -> timedelta | None:
    match = _SPAN.fullmatch(text.strip().lower())
    return timedelta(**{_UNITS[match[2]]: int(match[1])}) if match else None


def _moment(text: str, now: datetime) -> datetime | None:
    span = _span(text)
    try:
        return (now - span) if span is not None else datetime.fromisoformat(text.strip()).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
