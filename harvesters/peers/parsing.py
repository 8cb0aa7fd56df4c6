# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""YAML of peers: read in the sandbox, since it is a stranger's, by the same bounded parser as that of repositories.

Both ends are here: ``read_entries`` runs in the child, the others ask it. Files go in as a snapshot and come out as
readings, one a file, for that is what the sandbox carries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from harvesters.peers.claims import CLAIMED, LONGEST_TEXT, Saying
from harvesters.publiccode.checking import check, rules_of
from harvesters.readers.collect import Collector
from harvesters.readers.parsed import parse_yaml
from harvesters.readers.publiccode_facts import Facts
from harvesters.readers.texts import cut
from harvesters.readers.yamlsafe import Node
from registry.model import (
    Activity,
    Fact,
    FactSource,
    Field,
    ForgeKind,
    Json,
    Origin,
    Reading,
    RepositoryRef,
    Snapshot,
)

PUBLICCODE, YAML = "publiccode:", "yaml:"
"""What the bytes of a file are; its name follows."""
MOST_BYTES = 256 * 2**10
"""Of one file; larger ones say nothing."""
_CARRIER = Field.README
"""A parsed document travels as the value of one fact."""
_AT_ONCE = 25
_MOST_LOSSES = 6
_ITEMS = 5_000
_DEPTH = 12
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Parse = Callable[[Snapshot], tuple[Reading, ...]]


def read_entries(snapshot: Snapshot) -> tuple[Reading, ...]:
    """In the child: one reading a file, named as it."""
    return tuple(_read(snapshot, name, content) for name, content in snapshot.files.items())


def _read(snapshot: Snapshot, name: str, content: bytes) -> Reading:
    if name.startswith(PUBLICCODE):
        collector = Collector(snapshot, FactSource.PEER, name)
        root = check(content).root
        if root is not None and isinstance(root.value, dict):
            Facts(root, rules_of(root), collector).read()
        return Reading(name, tuple(fact for fact in collector.facts if fact.field in CLAIMED))
    root = parse_yaml(content).root
    value = _plain(root, _DEPTH) if root is not None else None
    return Reading(name, (Fact(_CARRIER, value, Origin(snapshot.ref.url), FactSource.PEER),))


def _plain(node: Node, depth: int) -> Json:
    """A node as JSON has it: what is nested too deeply counts as nothing, lists end somewhere."""
    if depth == 0:
        return None
    if isinstance(node.value, dict):
        return {name: _plain(inner, depth - 1) for name, inner in list(node.value.items())[:_ITEMS]}
    if isinstance(node.value, list):
        return [_plain(inner, depth - 1) for inner in node.value[:_ITEMS]]
    # A name like 1.10 or a version is text, whatever YAML takes it for.
    return node.text if isinstance(node.value, (int, float)) and not isinstance(node.value, bool) else node.value


class Yaml:
    """The parent's end for one listing. After a few files that cost the child its life the others say nothing either:
    a catalogue of such files must not hold up the night.
    """

    def __init__(self, parse: Parse, url: str) -> None:
        self._parse = parse
        self._url = url
        self._losses = 0

    def publiccode(self, files: Mapping[str, str]) -> Mapping[str, tuple[Saying, ...]]:
        """What these publiccode.yml say, by name; files that cannot be read say nothing."""
        sent = {f"{PUBLICCODE}{name}": content.encode("utf-8", "replace") for name, content in files.items()}
        return {
            reading.reader.removeprefix(PUBLICCODE): tuple(_saying(fact) for fact in reading.facts)
            for reading in self._read(sent)
        }

    def documents(self, files: Mapping[str, bytes]) -> Mapping[str, Json]:
        """YAML files as JSON has it, by name; those that cannot be read are absent."""
        sent = {f"{YAML}{name}": content for name, content in files.items()}
        return {
            reading.reader.removeprefix(YAML): reading.facts[0].value
            for reading in self._read(sent)
            if reading.facts and reading.facts[0].field is _CARRIER
        }

    def _read(self, files: Mapping[str, bytes]) -> Iterator[Reading]:
        small = [(name, content) for name, content in files.items() if len(content) <= MOST_BYTES]
        empty = _snapshot(self._url)
        for start in range(0, len(small), _AT_ONCE):
            if self._losses >= _MOST_LOSSES:
                return
            for reading in self._parse(replace(empty, files=dict(small[start : start + _AT_ONCE]))):
                self._losses += len(reading.problems)
                yield reading


def _saying(fact: Fact) -> Saying:
    value = fact.value
    if fact.field is Field.SHORT_DESCRIPTION and isinstance(value, str):
        value = cut(value, LONGEST_TEXT)
    return Saying(fact.field, value, fact.lang)


def _snapshot(url: str) -> Snapshot:
    ref = RepositoryRef(url, url, ForgeKind.GIT)
    return Snapshot(ref, "", None, _EPOCH, "", (), {}, Activity(_EPOCH, 0))
