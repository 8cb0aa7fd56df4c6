# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Bitbucket Cloud by its API 2.0 (https://developer.atlassian.com/cloud/bitbucket/rest).

Bitbucket Server and Data Center have another API: their repositories are read as plain git, each by its address.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from harvesters.base import PAGE_SIZE, canonical_url, organisation_path, start_page
from harvesters.forges.api import ApiForge
from harvesters.forges.fields import Item, child, count, flag, link, parent_url, repository_url, text
from harvesters.guard import redacted
from harvesters.http import HttpAnswer, TokenHeader
from harvesters.marks import moment
from harvesters.paging import Listed, on_the_same_host
from harvesters.urls import same_host
from registry.errors import Garbage, InvalidInput
from registry.model import ForgeFacts, ForgeKind, Json, RepositoryRef

_SERVER = "answer-bitbucket-server"


class Bitbucket(ApiForge):
    kind = ForgeKind.BITBUCKET
    example = "https://bitbucket.org/WORKSPACE/NAME"
    token = TokenHeader("Authorization", "Bearer ")

    def listings(self, url: str) -> tuple[str, ...]:
        canonical = canonical_url(url)
        (name,) = organisation_path(canonical, "https://bitbucket.org/WORKSPACE", most=1)
        return (f"{_api_base(canonical)}/repositories/{name}?pagelen={PAGE_SIZE}&sort=created_on",)

    def items(self, body: Json) -> Sequence[Json] | None:
        values = body.get("values") if isinstance(body, dict) else None
        return values if isinstance(values, list) else None

    def following(self, listed: Listed) -> str | None:
        if "isLastPage" in listed.body:
            raise Garbage(redacted(listed.url), "isLastPage", rule=_SERVER)
        following = text(listed.body, "next")
        return None if following is None else on_the_same_host(listed.url, following)

    def repository_api(self, canonical: str, segments: Sequence[str]) -> str:
        return f"{_api_base(canonical)}/repositories/{'/'.join(segments)}"

    def reference(self, item: Json, web: str, answer: HttpAnswer) -> RepositoryRef | None:  # noqa: ARG002 - others need it
        """Without a detector: nothing says that ``updated_on`` changes with each push, so git is asked."""
        if not isinstance(item, dict) or text(item, "scm") not in (None, "git"):
            return None
        clone = next(_clones(item, web), None)
        full_name = text(item, "full_name") or _path_of(clone)
        if full_name is None or full_name.count("/") != 1:
            return None
        try:
            url = repository_url(child(child(item, "links"), "html"), "href", web, full_name)
        except InvalidInput:
            return None
        fetch_url = clone or f"{web}/{full_name}.git"
        changed_at = moment(text(item, "updated_on"))
        return RepositoryRef(url, fetch_url, self.kind, _facts(item, web, url), changed_at=changed_at)


def _api_base(url: str) -> str:
    return "https://api.bitbucket.org/2.0" if urlsplit(url).hostname == "bitbucket.org" else f"{start_page(url)}/2.0"


def _clones(item: Item, web: str) -> Iterator[str]:
    """Addresses for git over https on the forge's own host; with a token they carry a user's name, which is dropped."""
    offered = child(item, "links").get("clone")
    for entry in offered if isinstance(offered, list) else ():
        if not isinstance(entry, dict) or entry.get("name") not in ("https", "http"):
            continue
        said = text(entry, "href") or ""
        scheme, _, rest = said.partition("://")
        where, slash, path = rest.partition("/")
        href = f"{scheme}://{where.rpartition('@')[2]}{slash}{path}"
        if link({"href": href}, "href") is not None and same_host(href, web):
            yield href


def _path_of(clone: str | None) -> str | None:
    return None if clone is None else urlsplit(clone).path.strip("/").removesuffix(".git") or None


def _facts(item: Item, web: str, url: str) -> ForgeFacts:
    parent = child(item, "parent")
    size = count(item, "size")
    return ForgeFacts(
        name=text(item, "name"),
        description=text(item, "description"),
        homepage=link(item, "website"),
        default_branch=text(child(item, "mainbranch"), "name"),
        fork=bool(parent) if "parent" in item else None,
        private=flag(item, "is_private"),
        empty=None if size is None else size == 0,
        parent_url=parent_url(child(child(parent, "links"), "html"), "href", web, text(parent, "full_name")),
        issues_url=f"{url}/issues" if flag(item, "has_issues") else None,
    )
