# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Any JSON document: where its entries are, and where an entry has its fields, is said by JSONPath in the options."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harvesters.guard import redacted
from harvesters.peers.base import MOST_ENTRIES, Batch, Peer, Raw, option, pages_of, read_document
from harvesters.peers.claims import language_of, sayings, text
from harvesters.peers.parsing import Yaml
from harvesters.peers.paths import compiled, first, matches
from registry.errors import Garbage, InvalidInput
from registry.model import Field, Json, PeerKind, Source

ENTRIES = "entries"
EVERY = "$[*]"
"""Where the entries are if nobody says so: the document is a list of them."""
FIELDS: Mapping[str, Field] = {
    "name": Field.NAME,
    "description": Field.SHORT_DESCRIPTION,
    "declared_licence": Field.DECLARED_LICENCE,
    "organisation": Field.ORGANISATION,
    "categories": Field.CATEGORIES,
    "keywords": Field.KEYWORDS,
    "used_by": Field.USED_BY,
    "status": Field.DEVELOPMENT_STATUS,
    "homepage": Field.LANDING_URL,
    "languages": Field.PROGRAMMING_LANGUAGES,
}
"""Options that say where an entry has a field. The option ``licence`` is another: that of the peer's own data."""
PATHS = (ENTRIES, "url", "id", *FIELDS)


class JsonDocument(Peer):
    kind = PeerKind.JSON

    def batches(self, source: Source, yaml: Yaml) -> Iterator[Batch]:
        del yaml
        check_paths(source.options)
        answer = self._get(source.url, source)
        document = read_document(answer, source)
        path = option(source.options, ENTRIES) or EVERY
        found = list(matches(path, ENTRIES, document, MOST_ENTRIES + 1))
        if not found and document != []:
            raise Garbage(redacted(source.url), path, rule="peer-no-entries")
        raw = [raw_entry(item, source.options, f"[{number}]") for number, item in enumerate(found)]
        yield from pages_of(raw, answer.not_modified)


def check_paths(options: Mapping[str, Json]) -> None:
    """Raises InvalidInput at the first option that is no JSONPath, and where the one for the address is missing."""
    if option(options, "url") is None:
        raise InvalidInput("url", "JSONPath", rule="peer-option-missing")
    for name in PATHS:
        path = option(options, name)
        if path is not None:
            compiled(path, name)


def raw_entry(item: Json, options: Mapping[str, Json], place: str) -> Raw:
    """An entry as the options' paths find its parts.

    It is named by its id, else by its name: its ``place`` in the list changes whenever another entry comes.
    """
    if isinstance(item, str):
        # A list of bare addresses is a list of entries, too.
        return Raw(item, item)
    if not isinstance(item, (dict, list)):
        return Raw(place, None, fault="peer-entry-unreadable")

    def value(name: str) -> Json:
        return first(option(options, name), name, item)

    said = ((field, value(name)) for name, field in FIELDS.items() if option(options, name))
    named = text(value("id"), 200) or text(value("name"), 200) or text(value("url"), 200)
    return Raw(named or place, value("url"), sayings(said, language_of(options)))
