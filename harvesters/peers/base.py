# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Peer: the entries of another catalogue, as repository addresses with what it claims of each.

The base owns what all kinds share: one entry a repository, problems told and bounded, claims with their origin. A kind
adds how its entries are fetched and what they are called: see the modules beside this one. A broken entry costs itself.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from harvesters.base import TakesSnapshots
from harvesters.git.reading import Select
from harvesters.guard import redacted
from harvesters.http import HttpAnswer, HttpClient
from harvesters.peers.addresses import NoRepository, repository_of
from harvesters.peers.claims import Saying, text
from harvesters.peers.parsing import Yaml
from harvesters.sandbox import Sandbox
from registry.errors import FetchError, Garbage, TooLarge
from registry.model import (
    Fact,
    FactSource,
    ForgeKind,
    Json,
    Limits,
    Origin,
    PeerKind,
    Problem,
    Source,
)
from registry.vocabulary.rules import problem

MOST_ENTRIES = 50_000
"""More in one catalogue are an error of the listing: half of a list must not pass for all of it."""
MOST_PROBLEMS = 500
"""Broken entries told one by one; the others are counted."""
PAGE = 500
"""Entries handed on at a time where the catalogue itself has no pages."""
NO_CATALOGUE = "peer-answer"
"""The rule for answers that are not what the kind of catalogue says."""
PARSER = "harvesters.peers.parsing:read_entries"
_LONGEST_ENTRY = 200
_NO_ADDRESS = "peer-entry-no-address"


@dataclass(frozen=True, slots=True)
class Entry:
    """A repository that a peer lists. ``url`` is canonical; ``entry`` is its id or path in the peer's catalogue."""

    url: str
    entry: str
    facts: tuple[Fact, ...]
    forge: ForgeKind


@dataclass(frozen=True, slots=True)
class PeerPage:
    """Entries in the catalogue's order. ``unchanged``: the peer says that this page is as it was the last time."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...] = ()
    unchanged: bool = False


@dataclass(frozen=True, slots=True)
class Raw:
    """One entry as its catalogue has it; ``address`` is whatever stands where the repository's address belongs."""

    entry: str
    address: Json
    said: tuple[Saying, ...] = ()
    fault: str | None = None
    """Rule of why nothing can be made of it."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Entries that came together."""

    raw: Sequence[Raw]
    unchanged: bool = False


class TakesFiles(TakesSnapshots, Protocol):
    """The git door, which can be asked for other files than those of a repository's own description."""

    def choosing(self, select: Select, limits: Limits) -> TakesSnapshots: ...


class Peer(ABC):
    """A kind of catalogue. Stateless but for the clients it is given: safe to share between threads."""

    kind: ClassVar[PeerKind]
    language: ClassVar[str | None] = None
    """Of the texts, where the operator says nothing else."""

    def __init__(self, http: HttpClient, git: TakesFiles) -> None:
        self._http = http
        self._git = git

    def entries(self, source: Source) -> Iterator[PeerPage]:
        """The whole catalogue, each repository once. It is complete only where the iteration ends without an error.

        Raises FetchError, and InvalidInput where the source's options cannot be used; pages given before stay valid,
        but say nothing about what is no longer listed.
        """
        told = _Told(source)
        with Sandbox(self._http.limits, workers=1, reader=PARSER) as sandbox:
            for batch in self.batches(source, Yaml(sandbox.read, source.url)):
                yield told.page(batch)
        rest = tuple(told.rest())
        if rest:
            yield PeerPage((), rest, unchanged=told.unchanged)

    @abstractmethod
    def batches(self, source: Source, yaml: Yaml) -> Iterator[Batch]:
        """All entries in their order. Raises FetchError, InvalidInput."""

    def _get(self, url: str, source: Source) -> HttpAnswer:
        """A document of the catalogue; errors name the source that people know."""
        try:
            return self._http.get(url, conditional=True)
        except FetchError as error:
            error.subject = redacted(source.url)
            raise


class _Told:
    """The bookkeeping of one listing: what was seen, how much was told."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._seen: set[str] = set()
        self._entries = 0
        self._problems = 0
        self._without_address = 0
        self._left_out = 0
        self.unchanged = True

    def page(self, batch: Batch) -> PeerPage:
        self.unchanged = self.unchanged and batch.unchanged
        self._entries += len(batch.raw)
        if self._entries > MOST_ENTRIES:
            raise TooLarge(redacted(self._source.url), f"> {MOST_ENTRIES}")
        entries: list[Entry] = []
        problems: list[Problem] = []
        for raw in batch.raw:
            name = entry_name(raw.entry)
            try:
                url, forge = self._address(raw)
            except NoRepository as error:
                self._tell(problems, error, name, raw)
                continue
            if url not in self._seen:
                self._seen.add(url)
                entries.append(Entry(url, name, _facts(raw.said, self._source.url, name), forge))
        return PeerPage(tuple(entries), tuple(problems), batch.unchanged)

    def rest(self) -> Iterator[Problem]:
        """What is told once of the whole list. That software has no open repository is no fault of its entry."""
        counts = {"peer-entries-without-address": self._without_address, "peer-more-problems": self._left_out}
        for rule, count in counts.items():
            if count:
                yield problem(rule, Origin(self._source.url), subject=redacted(self._source.url), detail=str(count))

    @staticmethod
    def _address(raw: Raw) -> tuple[str, ForgeKind]:
        if raw.fault is not None:
            raise NoRepository(raw.fault, "")
        return repository_of(raw.address)

    def _tell(self, problems: list[Problem], error: NoRepository, entry: str, raw: Raw) -> None:
        if error.rule == _NO_ADDRESS:
            self._without_address += 1
            return
        if self._problems >= MOST_PROBLEMS:
            self._left_out += 1
            return
        self._problems += 1
        said = redacted(error.said or (raw.address if isinstance(raw.address, str) else ""))
        origin = Origin(self._source.url, entry)
        problems.append(problem(error.rule, origin, subject=entry, detail=(text(said, _LONGEST_ENTRY) or "-")))


def entry_name(written: str) -> str:
    """The name of an entry as it is kept and shown."""
    return text(written, _LONGEST_ENTRY) or "-"


def _facts(said: Sequence[Saying], url: str, entry: str) -> tuple[Fact, ...]:
    origin = Origin(url, entry)
    return tuple(Fact(one.field, one.value, origin, FactSource.PEER, one.lang) for one in said)


def read_document(answer: HttpAnswer, source: Source) -> Json:
    """The JSON of an answer. Raises Garbage.

    What JSON does not know but programs write (NaN, numbers of thousands of digits) counts as nothing; of a key that
    stands twice the last value counts.
    """
    try:
        return json.loads(answer.body, parse_constant=lambda _: None, parse_int=_number)
    except (ValueError, RecursionError):
        raise Garbage(redacted(source.url), "JSON", rule=NO_CATALOGUE) from None


def _number(digits: str) -> int | None:
    return int(digits) if len(digits) < 19 else None


def pages_of(raw: Sequence[Raw], unchanged: bool) -> Iterator[Batch]:
    """A list without pages of its own, a few at a time."""
    for start in range(0, len(raw), PAGE):
        yield Batch(raw[start : start + PAGE], unchanged)
    if not raw:
        yield Batch((), unchanged)


def option(options: Mapping[str, Json], name: str) -> str | None:
    """An option's text, None where it is not set."""
    value = options.get(name)
    return value.strip() or None if isinstance(value, str) else None
