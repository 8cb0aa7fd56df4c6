# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Commits to figures: who is a bot, how many people took part, when something last happened.

Names and addresses are looked at in memory only. What leaves this module are numbers and dates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from registry.model import COUNT_EVERY, Activity, KnownHistory, Tag

YEAR = timedelta(days=365)
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Version control older than this is a wrong clock."""
TOLERANCE = timedelta(days=1)
"""Clocks may be this far ahead of ours."""
MOST_TAGS = 100

# Names as the services write them, lower case, with and without "[bot]".
BOT_NAMES = frozenset(
    {
        "actions-user",
        "allcontributors",
        "azure-pipelines",
        "codacy-badger",
        "codecov-commenter",
        "crowdin",
        "dependabot",
        "dependabot-preview",
        "dependabot-support",
        "depfu",
        "deepsource-autofix",
        "github action",
        "github actions",
        "github-action",
        "github-actions",
        "gitlab-bot",
        "gitlab ci",
        "gitlab-ci",
        "greenkeeper",
        "greenkeeperio-bot",
        "imgbot",
        "jenkins",
        "l10n-bot",
        "mergify",
        "pre-commit-ci",
        "pyup-bot",
        "pyup.io bot",
        "release-please",
        "renovate",
        "renovate bot",
        "renovate-bot",
        "semantic-release-bot",
        "snyk bot",
        "snyk-bot",
        "sonatype-lift",
        "stale",
        "the gitter badger",
        "transifex",
        "transifex-integration",
        "translatewiki.net",
        "travis ci",
        "weblate",
        "weblate (bot)",
        "whitesource-bolt",
    }
)
BOT_PATTERNS = (
    r"\[bot\]",
    r"(^|[\s._/-])bot$",
    r"^bot([\s._/-]|$)",
    r"\(bot\)$",
    r"^(dependabot|renovate|greenkeeper|hosted weblate)\b",
)
BOT_ADDRESSES = (
    r"\[bot\]@",
    r"(^|[+._-])(bot|robot)@",
    r"^([\w.+-]*[+.-])?(dependabot|renovate|renovate-bot|weblate|crowdin|snyk-bot|gitlab-bot|github-actions)([+.-][\w.+-]*)?@",
    r"^(noreply|no-reply)[+._-].*bot",
    r"^bot[+._-][\w.-]*@",
    r"@(weblate\.org|greenkeeper\.io|dependabot\.com|renovateapp\.com|whitesourcesoftware\.com)$",
    r"^(noreply|no-reply|support|bot)@(crowdin\.com|snyk\.io|transifex\.com|pyup\.io|depfu\.com)$",
    r"^action@github\.com$",
)
_BOT_NAME = re.compile("|".join(BOT_PATTERNS))
_BOT_ADDRESS = re.compile("|".join(BOT_ADDRESSES))
_FORGE_NUMBER = re.compile(r"^\d+[+-](?=[^@]+@users\.noreply\.)")


@dataclass(frozen=True, slots=True)
class CommitLine:
    """One commit as the log gives it; times are Unix seconds, None where git could not read them."""

    name: str
    email: str
    committed: int | None
    authored: int | None = None


def is_bot(name: str, email: str) -> bool:
    """True for accounts of programs; a person with "bot" inside a name ("Abbott", "Talbot") is none."""
    lower = name.strip().lower()
    return (
        lower in BOT_NAMES
        or _BOT_NAME.search(lower) is not None
        or _BOT_ADDRESS.search(email.strip().lower()) is not None
    )


def moment(seconds: int | None, now: datetime) -> datetime | None:
    """A commit's date; None for dates that cannot be (before 1990, or more than a day ahead of ``now``)."""
    if seconds is None or not EARLIEST.timestamp() <= seconds <= (now + TOLERANCE).timestamp():
        return None
    return datetime.fromtimestamp(seconds, UTC)


def activity(
    commits: Iterable[CommitLine],
    now: datetime,
    *,
    tags: Sequence[Tag] = (),
    tag_count: int = 0,
    complete: bool = True,
) -> Activity:
    """The figures of the default branch's ``commits`` at ``now``.

    A commit counts at its committer's date, or its author's where the former cannot be. The 12 months are 365 days.
    ``.mailmap`` is not read.
    """
    return HistoryCount(now).add(commits).figures(tags=tags, tag_count=tag_count, complete=complete)


class HistoryCount:
    """Counts commits as they stream by; the identities in it are forgotten with it."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._earliest = EARLIEST.timestamp()
        self._latest = (now + TOLERANCE).timestamp()
        self._since = (now - YEAR).timestamp()
        self._bots: dict[tuple[str, str], bool] = {}
        self._recent: set[tuple[str, str]] = set()
        self.commits = 0
        self._recent_commits = 0
        self._first: int | None = None
        self._last: int | None = None
        self._last_human: int | None = None

    def add(self, commits: Iterable[CommitLine]) -> HistoryCount:
        for commit in commits:
            self.one((commit.name, commit.email), commit.committed, commit.authored)
        return self

    def one(self, identity: tuple[str, str], committed: int | None, authored: int | None) -> None:
        """Count one commit of ``identity`` (name, address)."""
        self.commits += 1
        at = committed
        if at is None or not self._earliest <= at <= self._latest:
            at = authored
            if at is None or not self._earliest <= at <= self._latest:
                return
        if self._first is None or at < self._first:
            self._first = at
        if self._last is None or at > self._last:
            self._last = at
        bot = self._bots.get(identity)
        if bot is None:
            bot = self._bots[identity] = is_bot(*identity)
        if bot:
            return
        if self._last_human is None or at > self._last_human:
            self._last_human = at
        if at > self._since:
            self._recent_commits += 1
            self._recent.add(identity)

    def figures(self, *, tags: Sequence[Tag] = (), tag_count: int = 0, complete: bool = True) -> Activity:
        return Activity(
            observed_at=self._now,
            commits=self.commits,
            first_commit_at=moment(self._first, self._now) if complete else None,
            last_commit_at=moment(self._last, self._now),
            last_human_commit_at=moment(self._last_human, self._now),
            commits_12_months=self._recent_commits,
            authors_12_months=count_people(self._recent),
            tags=_newest(tags),
            tag_count=tag_count,
            complete=complete,
        )


def counts_hold(known: KnownHistory | None, now: datetime) -> bool:
    """Whether what is known of a history was counted so lately that it is not counted again."""
    if known is None:
        return False
    counted_at = known.activity.counted_at or known.activity.observed_at
    return timedelta() <= now - counted_at < COUNT_EVERY


def carried_on(
    known: KnownHistory, head: CommitLine, now: datetime, *, tags: Sequence[Tag] = (), tag_count: int = 0
) -> Activity:
    """The counts as they are known, with the dates of the newest commit and the tags of now.

    The counts, those of 12 months among them, stay those of ``counted_at`` and say so: they are never more than
    ``COUNT_EVERY`` old, since a history whose counts are older is counted again, whatever its newest commit is.
    """
    before = known.activity
    newest = HistoryCount(now).add([head]).figures()
    return replace(
        before,
        observed_at=now,
        last_commit_at=_later(before.last_commit_at, newest.last_commit_at),
        last_human_commit_at=_later(before.last_human_commit_at, newest.last_human_commit_at),
        tags=_newest(tags),
        tag_count=tag_count,
        counted_at=before.counted_at or before.observed_at,
        counted_commit=before.counted_commit or known.commit,
    )


def _newest(tags: Sequence[Tag]) -> tuple[Tag, ...]:
    return tuple(sorted(tags, key=lambda tag: (tag.at, tag.name), reverse=True)[:MOST_TAGS])


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(filter(None, (one, other)), default=None)


def count_people(identities: Iterable[tuple[str, str]]) -> int:
    """Distinct people among (name, address) pairs.

    Two pairs are one person when they share an address or a full name of two words: people commit from work, from
    home and through a forge's own address. A single word ("root", "Admin") proves nothing.
    """
    parent: dict[str, str] = {}

    def root(key: str) -> str:
        while parent.setdefault(key, key) != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for name, email in identities:
        keys = _keys(name, email)
        for key in keys[1:]:
            parent[root(key)] = root(keys[0])
        root(keys[0])
    return len({root(key) for key in list(parent)})


def _keys(name: str, email: str) -> list[str]:
    words = name.casefold().split()
    address = _FORGE_NUMBER.sub("", email.strip().lower())
    keys = ["@" + address] if "@" in address else []
    if len(words) > 1 or not keys:
        keys.append(" ".join(words))
    return keys
