# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""code.json 2.0 of US agencies. Source: the schema of code.gov ("metadata schema", version 2.0.0)."""

from __future__ import annotations

from collections.abc import Iterator

from harvesters.guard import redacted
from harvesters.peers.base import NO_CATALOGUE, Batch, Peer, Raw, pages_of, read_document
from harvesters.peers.claims import language_of, sayings, text
from harvesters.peers.parsing import Yaml
from registry.errors import Garbage
from registry.model import Field, Json, PeerKind, Source

_DEFAULT_TEXTS = frozenset({"no description available...", "no description available", "no description"})


class CodeJson(Peer):
    kind = PeerKind.CODE_JSON
    language = "en"

    def batches(self, source: Source, yaml: Yaml) -> Iterator[Batch]:
        del yaml
        answer = self._get(source.url, source)
        document = read_document(answer, source)
        releases = document.get("releases") if isinstance(document, dict) else None
        if not isinstance(releases, list):
            raise Garbage(redacted(source.url), "releases", rule=NO_CATALOGUE)
        language = language_of(source.options) or self.language
        raw = [_raw(item, number, language) for number, item in enumerate(releases)]
        yield from pages_of(raw, answer.not_modified)


def _raw(item: Json, number: int, language: str | None) -> Raw:
    if not isinstance(item, dict):
        return Raw(f"releases[{number}]", None, fault="peer-entry-unreadable")
    description = item.get("description")
    if isinstance(description, str) and description.strip().lower() in _DEFAULT_TEXTS:
        description = None
    said = (
        (Field.NAME, item.get("name")),
        (Field.SHORT_DESCRIPTION, description),
        (Field.DECLARED_LICENCE, _licences(item.get("permissions"))),
        (Field.ORGANISATION, item.get("organization")),
        (Field.KEYWORDS, item.get("tags")),
        (Field.PROGRAMMING_LANGUAGES, item.get("languages")),
        (Field.DEVELOPMENT_STATUS, item.get("status")),
    )
    entry = text(item.get("name"), 200) or f"releases[{number}]"
    return Raw(entry, item.get("repositoryURL"), sayings(said, language))


def _licences(permissions: Json) -> Json:
    """Their names: the addresses are those of an API, not of texts."""
    found = permissions.get("licenses") if isinstance(permissions, dict) else None
    if not isinstance(found, list):
        return None
    return [one["name"] for one in found if isinstance(one, dict) and isinstance(one.get("name"), str)]
