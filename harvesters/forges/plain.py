# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Any server of git's smart HTTP transport. It has no API: a repository is all there is to ask for."""

from __future__ import annotations

from urllib.parse import urlsplit

from harvesters.base import Forge, canonical_url
from harvesters.guard import redacted
from registry.errors import InvalidInput
from registry.model import ForgeFacts, ForgeKind, RepositoryRef


class PlainGit(Forge):
    kind = ForgeKind.GIT

    def listings(self, url: str) -> tuple[str, ...]:
        raise InvalidInput(redacted(url), "git", rule="input-no-listing")

    def repository(self, url: str) -> RepositoryRef:
        canonical = canonical_url(url)
        if not urlsplit(canonical).path:
            raise InvalidInput(redacted(url), "https://git.example.org/NAME", rule="input-no-repository")
        return RepositoryRef(canonical, f"{canonical}.git", self.kind, ForgeFacts())

    def fetch_urls(self, ref: RepositoryRef) -> tuple[str, ...]:
        """Servers differ in whether they answer with ``.git``, without, or both; most answer with it."""
        bare = ref.fetch_url.removesuffix(".git")
        return f"{bare}.git", bare
