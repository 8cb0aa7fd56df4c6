# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What forges with an API have in common: how one repository is asked for."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar
from urllib.parse import quote

from harvesters.base import NO_API, Forge, canonical_url, read_json, start_page
from harvesters.guard import redacted
from harvesters.urls import path_segments
from registry.errors import Garbage, InvalidInput
from registry.model import RepositoryRef


class ApiForge(Forge):
    """A forge whose API tells of one repository what its listings tell of many."""

    example: ClassVar[str]
    """How the URL of a repository looks."""
    most_segments: ClassVar[int | None] = 2
    """Of its path; None where groups may lie within groups."""
    named_by: ClassVar[str] = "full_name"
    """The key that every item has."""

    @abstractmethod
    def repository_api(self, canonical: str, segments: Sequence[str]) -> str:
        """Where the API tells of the repository with this URL, whose path has these (quoted) segments."""

    def repository(self, url: str) -> RepositoryRef:
        canonical = canonical_url(url)
        segments = path_segments(canonical)
        if len(segments) < 2 or (self.most_segments is not None and len(segments) > self.most_segments):
            raise InvalidInput(redacted(url), self.example, rule="input-no-repository")
        api = self.repository_api(canonical, [quote(segment, safe="") for segment in segments])
        answer = self._api(api, about=canonical)
        ref = self.reference(read_json(answer, canonical), start_page(canonical), answer)
        if ref is None:
            raise Garbage(redacted(url), self.named_by, rule=NO_API)
        return ref
