# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Lists of publiccode.yml files or repositories: one address a line, or YAML or JSON with addresses or ``url`` keys."""

from __future__ import annotations

import re
from collections.abc import Iterator

from harvesters.guard import redacted
from harvesters.http import HttpAnswer
from harvesters.peers.base import MOST_ENTRIES, NO_CATALOGUE, Batch, Peer, Raw, pages_of, read_document
from harvesters.peers.claims import language_of, sayings
from harvesters.peers.parsing import MOST_BYTES, Yaml
from harvesters.readers.texts import decode
from registry.errors import Garbage, TooLarge
from registry.model import Field, Json, PeerKind, Source

_COMMENT = re.compile(r"\s#.*|^#.*")
_LINE = re.compile(r"(?:https?://|git://|ssh://|git@|git\+)\S+|(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}/\S+")
_ADDRESS_KEYS = ("url", "repository", "repo", "publiccode", "code")
_LIST_KEYS = ("repositories", "publiccode", "urls", "entries", "list", "software")


class PubliccodeList(Peer):
    kind = PeerKind.PUBLICCODE_LIST

    def batches(self, source: Source, yaml: Yaml) -> Iterator[Batch]:
        answer = self._get(source.url, source)
        items = _items(answer, source, yaml)
        language = language_of(source.options)
        raw = [_raw(item, number, language) for number, item in enumerate(items[: MOST_ENTRIES + 1])]
        yield from pages_of(raw, answer.not_modified)


def _items(answer: HttpAnswer, source: Source, yaml: Yaml) -> list[Json]:
    """Lines where the first one is an address; else what JSON or YAML says. Raises Garbage for anything else."""
    decoded = decode(answer.body).text
    if decoded.lstrip().startswith(("[", "{")):
        return _listed(read_document(answer, source), source)
    lines = [line for written in decoded.split("\n") if (line := _COMMENT.sub("", written).strip())]
    if not lines or _LINE.fullmatch(lines[0]):
        return list(lines)
    if len(answer.body) > MOST_BYTES:
        raise TooLarge(redacted(source.url), f"YAML > {MOST_BYTES}")
    documents = yaml.documents({"list": answer.body})
    if "list" not in documents:
        raise Garbage(redacted(source.url), "YAML", rule=NO_CATALOGUE)
    return _listed(documents["list"], source)


def _listed(document: Json, source: Source) -> list[Json]:
    if isinstance(document, dict):
        document = next((document[key] for key in _LIST_KEYS if isinstance(document.get(key), list)), None)
    if not isinstance(document, list):
        raise Garbage(redacted(source.url), "list", rule=NO_CATALOGUE)
    return document


def _raw(item: Json, number: int, language: str | None) -> Raw:
    if isinstance(item, str):
        return Raw(item, item)
    if not isinstance(item, dict):
        return Raw(f"[{number}]", None, fault="peer-entry-unreadable")
    address = next((item[key] for key in _ADDRESS_KEYS if isinstance(item.get(key), str)), None)
    said = ((Field.NAME, item.get("name")), (Field.SHORT_DESCRIPTION, item.get("description")))
    return Raw(address or f"[{number}]", address, sayings(said, language))
