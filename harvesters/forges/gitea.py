# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Gitea by its API v1 (https://docs.gitea.com/api), as also served by Gogs, from which it comes, and by Forgejo."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from harvesters.base import canonical_url, organisation_path, start_page
from harvesters.forges.api import ApiForge
from harvesters.forges.fields import (
    Item,
    child,
    clone_url,
    count,
    flag,
    link,
    parent_url,
    repository_url,
    text,
    texts,
)
from harvesters.http import HttpAnswer, TokenHeader
from harvesters.marks import facts_mark, is_settled, moment
from harvesters.paging import Listed, counted_page
from registry.errors import InvalidInput
from registry.model import ForgeFacts, ForgeKind, Json, RepositoryRef

_PAGE_SIZE = 50
"""The most that a server gives by default (MAX_RESPONSE_ITEMS); operators lower or raise it."""
_SETTLED = timedelta(minutes=5)
"""Gitea dates a push by the second once a queue got to it, that is after the refs changed: so whatever is pushed after
a listing gets a later date than this one shows, unless it was dated in the very second of the listing."""


class Gitea(ApiForge):
    kind = ForgeKind.GITEA
    example = "https://gitea.example.org/OWNER/NAME"
    token = TokenHeader("Authorization", "token ")

    def listings(self, url: str) -> tuple[str, ...]:
        canonical = canonical_url(url)
        (name,) = organisation_path(canonical, f"{start_page(canonical)}/NAME", most=1)
        return tuple(f"{_api_base(canonical)}/{kind}/{name}/repos?limit={_PAGE_SIZE}" for kind in ("orgs", "users"))

    def following(self, listed: Listed) -> str | None:
        """By Link, else by counting: servers that say neither give all at once (Gogs), or a page nobody knows of."""
        return counted_page(listed)

    def repository_api(self, canonical: str, segments: Sequence[str]) -> str:
        return f"{_api_base(canonical)}/repos/{'/'.join(segments)}"

    def reference(self, item: Json, web: str, answer: HttpAnswer) -> RepositoryRef | None:
        full_name = text(item, "full_name") if isinstance(item, dict) else None
        if full_name is None or full_name.count("/") != 1:
            return None
        try:
            url = repository_url(item, "html_url", web, full_name)
        except InvalidInput:
            return None
        facts = _facts(item, web, url)
        said = text(item, "updated_at")
        changed_at = moment(said)
        # A mirror gets the date of its newest commit: an older tag, or a branch set back, leaves it as it was.
        dated = not facts.mirror and is_settled(changed_at, answer.headers.get("date", ""), _SETTLED)
        # The size is counted anew with each push before anything of it can fail.
        detector = f"{self.kind} {said} {count(item, 'size')} {facts_mark(facts)}" if dated else None
        clone = clone_url(item, "clone_url", web, full_name)
        return RepositoryRef(url, clone, self.kind, facts, detector, changed_at)


def _api_base(url: str) -> str:
    return f"{start_page(url)}/api/v1"


def _facts(item: Item, web: str, url: str) -> ForgeFacts:
    parent = child(item, "parent")
    licences = texts(item, "licenses")
    private, internal = flag(item, "private"), flag(item, "internal")
    return ForgeFacts(
        name=text(item, "name"),
        description=text(item, "description"),
        homepage=link(item, "website"),
        default_branch=text(item, "default_branch"),
        archived=flag(item, "archived"),
        fork=flag(item, "fork"),
        mirror=flag(item, "mirror"),
        private=private if private is None else private or bool(internal),
        empty=flag(item, "empty"),
        parent_url=parent_url(parent, "html_url", web, text(parent, "full_name")),
        licence=licences[0] if len(licences) == 1 else None,
        topics=texts(item, "topics"),
        stars=count(item, "stars_count"),
        issues_url=_issues_url(item, url),
        template=flag(item, "template"),
        # Also set on what was once copied from elsewhere and lives here since.
        mirror_of=link(item, "original_url") if flag(item, "mirror") else None,
    )


def _issues_url(item: Item, url: str) -> str | None:
    if not flag(item, "has_issues"):
        return None
    return link(child(item, "external_tracker"), "external_tracker_url") or f"{url}/issues"
