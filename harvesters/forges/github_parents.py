# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where the forks of an organisation come from. GitHub's listings do not say so, and each fork would cost a request.

With a token one GraphQL query tells it of all forks of a page (https://docs.github.com/graphql); what was told is kept,
so that a later night asks only about new forks. Without a token, or where this fails, forks are asked about one by one.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from harvesters.http import HttpClient, TokenHeader
from harvesters.urls import canonical_url, path_segments, same_host
from registry.errors import FetchError, InvalidInput
from registry.model import Json, Page, RepositoryRef

_KEPT_FOR = timedelta(days=30)
"""A parent may be renamed, or go away and leave its forks to another."""
_WORTH_A_QUERY = 2
_PART = re.compile(r"[A-Za-z0-9._-]{1,100}")


def is_orphan(ref: RepositoryRef) -> bool:
    """A fork of which nobody said where it comes from."""
    return bool(ref.facts.fork) and ref.facts.parent_url is None


class KnownParents:
    """Of the forks of one organisation, whose canonical URL is ``about``. Raises nothing of the outside."""

    def __init__(self, http: HttpClient, token: TokenHeader, graphql: str, about: str) -> None:
        self._http = http
        self._token = token
        self._graphql = graphql
        self._name = f"{graphql}#parents of {about}"
        self._asks = False
        with suppress(FetchError):
            self._asks = http.has_token(graphql)
        self._known: dict[str, str | None] = self._recalled() if self._asks else {}

    def filled_in(self, page: Page) -> Page:
        """The page with the parents of its forks, as far as they are known or told."""
        unknown = [ref for ref in page.repositories if is_orphan(ref) and ref.url not in self._known]
        if len(unknown) >= _WORTH_A_QUERY and self._asks:
            self._learn(unknown)
        return replace(page, repositories=tuple(map(self._with_parent, page.repositories)))

    def _with_parent(self, ref: RepositoryRef) -> RepositoryRef:
        parent = self._known.get(ref.url) if is_orphan(ref) else None
        return ref if parent is None else replace(ref, facts=replace(ref.facts, parent_url=parent))

    def _learn(self, refs: list[RepositoryRef]) -> None:
        try:
            question = json.dumps({"query": _query(refs)}).encode()
            headers = {"Accept": "application/json", "Content-Type": "application/json"}
            answer = self._http.query(self._graphql, question, headers=headers, token_header=self._token)
            told = json.loads(answer.body)["data"]
            self._known |= {ref.url: _parent(told.get(f"f{number}"), ref) for number, ref in enumerate(refs)}
        except (FetchError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            # No permission, too many requests, no GraphQL: each changed fork is then asked about by itself.
            self._asks = False
            return
        if self._http.remembered is not None:
            self._http.remembered.keep(self._name, json.dumps(self._known).encode())

    def _recalled(self) -> dict[str, str | None]:
        memory = self._http.remembered
        kept = None if memory is None else memory.recall(self._name, _KEPT_FOR)
        try:
            found = json.loads(kept or b"{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


def _query(refs: list[RepositoryRef]) -> str:
    asked = []
    for number, ref in enumerate(refs):
        owner, name = (*path_segments(ref.url), "", "")[:2]
        if _PART.fullmatch(owner) and _PART.fullmatch(name):
            asked.append(f'f{number}: repository(owner: "{owner}", name: "{name}") {{ parent {{ url }} }}')
    return "query { " + " ".join(asked) + " }"


def _parent(told: Json, ref: RepositoryRef) -> str | None:
    parent = told["parent"] if isinstance(told, dict) else None
    said = parent.get("url") if isinstance(parent, dict) else None
    try:
        return canonical_url(said) if isinstance(said, str) and same_host(said, ref.url) else None
    except InvalidInput:
        return None
