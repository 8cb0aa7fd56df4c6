# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Short marks of what a forge says of a repository: a change of them is a change of the repository."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from registry.model import ForgeFacts


def facts_mark(facts: ForgeFacts) -> str:
    """A short hash over the facts that the catalogue shows, for the change detector; stars change too often."""
    shown = (
        facts.name,
        facts.description,
        facts.homepage,
        facts.default_branch,
        facts.archived,
        facts.fork,
        facts.mirror,
        facts.private,
        facts.parent_url,
        facts.licence,
        facts.topics,
        facts.issues_url,
        facts.template,
        facts.mirror_of,
    )
    return hashlib.sha256(repr(shown).encode("utf-8", "replace")).hexdigest()[:16]


def moment(text: str | None) -> datetime | None:
    """A date of an API (ISO 8601) with its zone, UTC where it names none; None for what is no date."""
    try:
        found = datetime.fromisoformat(text or "")
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def is_settled(changed_at: datetime | None, server_date: str, after: timedelta) -> bool:
    """Whether a change lies further back than the forge may take to date the next one.

    ``server_date`` is the answer's Date: both times are the server's own, so that no clock of ours has to agree.
    """
    if changed_at is None:
        return False
    try:
        asked = parsedate_to_datetime(server_date)
    except (ValueError, TypeError):
        return False
    return asked.replace(tzinfo=asked.tzinfo or UTC) - changed_at > after
