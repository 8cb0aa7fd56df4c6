# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""GitHub and GitHub Enterprise Server by their REST API v3 (https://docs.github.com/rest)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from harvesters.base import (
    PAGE_SIZE,
    AsksHistory,
    canonical_url,
    organisation_path,
    start_page,
)
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
from harvesters.forges.github_parents import KnownParents, is_orphan
from harvesters.http import HttpAnswer, TokenHeader
from harvesters.marks import facts_mark, moment
from registry.errors import FetchError, InvalidInput
from registry.model import ForgeFacts, ForgeKind, Json, Moved, NotModified, Page, RepositoryRef, Snapshot

_NO_LICENCE = frozenset({"NOASSERTION", "NONE", "OTHER"})


class GitHub(ApiForge):
    kind = ForgeKind.GITHUB
    example = "https://github.com/OWNER/NAME"
    token = TokenHeader("Authorization", "Bearer ")
    accept = "application/vnd.github+json"

    def listings(self, url: str) -> tuple[str, ...]:
        (name,) = organisation_path(canonical_url(url), "https://github.com/NAME", most=1)
        api = _api_base(canonical_url(url))
        return tuple(f"{api}/{kind}/{name}/repos?per_page={PAGE_SIZE}" for kind in ("orgs", "users"))

    def list(self, url: str) -> Iterator[Page]:
        """As of any forge; with a token it is known at once where all forks come from."""
        canonical = canonical_url(url)
        parents: KnownParents | None = None
        for page in super().list(url):
            if parents is None and any(map(is_orphan, page.repositories)):
                parents = KnownParents(self._http, self.token, _graphql(canonical), canonical)
            yield page if parents is None else parents.filled_in(page)

    def repository_api(self, canonical: str, segments: Sequence[str]) -> str:
        return f"{_api_base(canonical)}/repos/{'/'.join(segments)}"

    def reference(self, item: Json, web: str, answer: HttpAnswer) -> RepositoryRef | None:  # noqa: ARG002 - GitLab needs it
        full_name = text(item, "full_name") if isinstance(item, dict) else None
        if full_name is None or full_name.count("/") != 1:
            return None
        try:
            url = repository_url(item, "html_url", web, full_name)
        except InvalidInput:
            return None
        facts = _facts(item, web, url)
        pushed_at = text(item, "pushed_at")
        detector = f"github {pushed_at} {facts_mark(facts)}" if pushed_at else None
        clone = clone_url(item, "clone_url", web, full_name)
        return RepositoryRef(url, clone, self.kind, facts, detector, moment(pushed_at))

    def snapshot(
        self,
        ref: RepositoryRef,
        known_detector: str | None,
        now: datetime,
        history: AsksHistory | None = None,
    ) -> Snapshot | NotModified | Moved:
        """As of any forge, and of a fork also where it comes from: listings do not say so (REST v3, "parent").

        That is one request more for a new or changed fork, none for an unchanged one.
        """
        if is_orphan(ref) and ref.detector != known_detector:
            ref = self._with_parent(ref)
        return super().snapshot(ref, known_detector, now, history)

    def _with_parent(self, ref: RepositoryRef) -> RepositoryRef:
        try:
            said = self.repository(ref.url)
        except FetchError:
            # Most likely too many requests. Without the forge's detector the next night asks again.
            return replace(ref, detector=None)
        return replace(ref, facts=replace(ref.facts, parent_url=said.facts.parent_url))


def _api_base(url: str) -> str:
    return "https://api.github.com" if urlsplit(url).hostname == "github.com" else f"{start_page(url)}/api/v3"


def _graphql(url: str) -> str:
    api = _api_base(url)
    return f"{api.removesuffix('/v3')}/graphql"


def _facts(item: Item, web: str, url: str) -> ForgeFacts:
    parent = child(item, "parent")
    licence = text(child(item, "license"), "spdx_id")
    size = count(item, "size")
    visibility = text(item, "visibility")
    private = flag(item, "private")
    return ForgeFacts(
        name=text(item, "name"),
        description=text(item, "description"),
        homepage=link(item, "homepage"),
        default_branch=text(item, "default_branch"),
        archived=flag(item, "archived"),
        fork=flag(item, "fork"),
        mirror="mirror_url" in item and item["mirror_url"] is not None if "mirror_url" in item else None,
        private=private if visibility is None else visibility != "public",
        # In kilobytes, rounded down: a first sign only, info/refs decides.
        empty=None if size is None else size == 0,
        parent_url=parent_url(parent, "html_url", web, text(parent, "full_name")),
        licence=None if licence is None or licence.upper() in _NO_LICENCE else licence,
        topics=texts(item, "topics"),
        stars=count(item, "stargazers_count"),
        issues_url=f"{url}/issues" if flag(item, "has_issues") else None,
        template=flag(item, "is_template"),
        mirror_of=link(item, "mirror_url"),
    )
