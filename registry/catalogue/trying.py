# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A run that only looks: sources are listed, repositories asked for what they advertise, and nothing is written."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from harvesters.refs import Advertisement
from harvesters.remembering import RequestCache
from registry.catalogue.listing import SKIPPED_PRIVATE, is_quiet, shrinkage
from registry.catalogue.reading import Address, known_detector
from registry.catalogue.tasks import is_due
from registry.catalogue.working import Door, Progress
from registry.errors import FetchError, InvalidInput, StorageError
from registry.lifecycle import BLOCKED
from registry.model import (
    ConditionalRequest,
    Item,
    ItemStatus,
    KnownHistory,
    Moved,
    NotModified,
    Outcome,
    Plan,
    Problem,
    RepositoryRef,
    Snapshot,
    Source,
    SourceKind,
    StoredRepository,
)
from registry.storage.store import Store
from registry.vocabulary.rules import problem

_log = logging.getLogger(__name__)
_MOVES = 3
_AT_ONCE = 100
_STATUS = {Outcome.GONE: ItemStatus.GONE, Outcome.REFUSED: ItemStatus.REFUSED}


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a run would find. An item says ``changed`` where a run would read the repository again."""

    items: tuple[Item, ...] = ()
    errors: tuple[Problem, ...] = ()

    @property
    def counts(self) -> Mapping[str, int]:
        found = Counter(item.status for item in self.items)
        return {status.value: found[status] for status in ItemStatus if found[status]}


class WouldRead(Exception):
    """In place of git's work: the repository is not as it was."""


class NoReading:
    """In place of the git door."""

    def snapshot(
        self, ref: RepositoryRef, advertisement: Advertisement, now: datetime, history: KnownHistory | None = None
    ) -> Snapshot:
        del advertisement, now, history
        raise WouldRead(ref.url)


class Recollection:
    """Answers that are remembered, of which none is added."""

    def __init__(self, known: RequestCache) -> None:
        self._known = known

    def get(self, url: str) -> ConditionalRequest | None:
        return self._known.get(url)

    def put(self, request: ConditionalRequest) -> None:
        """Forget it at once."""


@dataclass(slots=True)
class _Look:
    """One repository to look at."""

    where: RepositoryRef | Address
    source: Source | None = None

    @property
    def url(self) -> str:
        return self.where.url if isinstance(self.where, RepositoryRef) else self.where[0]


@dataclass(slots=True)
class _Trial:
    store: Store
    door: Door
    plan: Plan
    clock: Callable[[], datetime]
    progress: Progress | None
    errors: list[Problem] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def looks(self, sources: Sequence[Source]) -> Iterator[_Look]:
        """Everything a run would visit, each once."""
        singles = [_Look((source.url, source.forge), source) for source in sources if _is_single(source)]
        for look in [*singles, *map(_Look, self.plan.urls)]:
            yield from self._once(look)
        for source in sources:
            if not _is_single(source):
                yield from self._listed(source)

    def _once(self, look: _Look) -> Iterator[_Look]:
        if look.url not in self.seen:
            self.seen.add(look.url)
            yield look

    def _listed(self, source: Source) -> Iterator[_Look]:
        listed: set[str] = set()
        try:
            for look in self._entries(source):
                listed.add(look.url)
                yield from self._once(look)
        except (FetchError, InvalidInput) as error:
            self._say(problem(error.rule, None, None, **error.params))
            return
        if (shrunk := shrinkage(source, len(listed))) is not None:
            self._say(shrunk)
            return
        for url in self.store.repository_urls(source.id):
            if url not in listed:
                yield from self._once(_Look((url, source.forge), source))

    def _entries(self, source: Source) -> Iterator[_Look]:
        if source.kind is SourceKind.PEER and source.peer is not None:
            for entries in self.door.open_peer(source.peer).entries(source):
                yield from (_Look((entry.url, entry.forge), source) for entry in entries.entries)
            return
        for page in self.door.open_forge(source.forge).list(source.url):
            yield from (_Look(ref, source) for ref in page.repositories if is_due(ref, self.plan.since))

    def _say(self, fault: Problem) -> None:
        self.errors.append(fault)
        if self.progress is not None:
            self.progress.said(fault)

    def look(self, look: _Look, stored: StoredRepository | None) -> Item:
        """What a run would say of it, as far as asking tells."""
        now, where = self.clock(), look.where
        about = {"subject": look.url, "detail": ""}
        if stored is not None and stored.blocked:
            return Item(look.url, ItemStatus.SKIPPED, BLOCKED, about, at=now)
        if isinstance(where, RepositoryRef) and where.facts.private and stored is None and look.source is not None:
            return Item(look.source.url, ItemStatus.SKIPPED, SKIPPED_PRIVATE, {"subject": look.source.url}, at=now)
        if isinstance(where, RepositoryRef) and is_quiet(where, stored, now):
            return Item(look.url, ItemStatus.UNCHANGED, at=now)
        try:
            return self._ask(where, stored, now)
        except (FetchError, InvalidInput) as error:
            outcome = error.outcome if isinstance(error, FetchError) else Outcome.REFUSED
            return Item(look.url, _STATUS.get(outcome, ItemStatus.FAILED), error.rule, dict(error.params), at=now)
        except StorageError:
            raise
        except Exception as error:
            _log.exception("unexpected fault while asking %s", look.url)
            params = {"subject": look.url, "detail": type(error).__name__}
            return Item(look.url, ItemStatus.FAILED, "internal", params, at=now)

    def _ask(self, where: RepositoryRef | Address, stored: StoredRepository | None, now: datetime) -> Item:
        asked = where.url if isinstance(where, RepositoryRef) else where[0]
        ref = where if isinstance(where, RepositoryRef) else self.door.open_forge(where[1]).repository(where[0])
        known = known_detector(stored, now)
        for _ in range(_MOVES):
            try:
                taken = self.door.open_forge(ref.forge).snapshot(ref, known, now)
            except WouldRead:
                return self._said(asked, ref, ItemStatus.NEW if stored is None else ItemStatus.CHANGED, now)
            if not isinstance(taken, Moved):
                unchanged = isinstance(taken, NotModified)
                changed = ItemStatus.NEW if stored is None else ItemStatus.CHANGED
                return self._said(asked, taken.ref, ItemStatus.UNCHANGED if unchanged else changed, now)
            ref = taken.to
        raise FetchError(ref.url, "moves in a circle")

    def _said(self, asked: str, ref: RepositoryRef, status: ItemStatus, now: datetime) -> Item:
        if ref.url == asked:
            return Item(ref.url, status, at=now)
        params = {"subject": asked, "detail": ref.url}
        return Item(ref.url, ItemStatus.MOVED, "repository-moved", params, at=now)


def try_plan(
    store: Store,
    door: Door,
    plan: Plan,
    sources: Sequence[Source],
    clock: Callable[[], datetime],
    workers: int,
    progress: Progress | None,
) -> DryRun:
    """Look at everything that a run of this plan would visit. Raises StorageError."""
    trial = _Trial(store, door, plan, clock, progress)
    items: list[Item] = []
    looks = islice(trial.looks(sources), plan.limit)
    with ThreadPoolExecutor(workers, "trial") as pool:
        while some := list(islice(looks, _AT_ONCE)):
            stored = store.stored_repositories([look.url for look in some])
            found = pool.map(trial.look, some, [stored.get(look.url) for look in some])
            for item in found:
                items.append(item)
                if progress is not None:
                    progress.done(item, 0, listing=True)
    return DryRun(tuple(items), tuple(trial.errors))


def _is_single(source: Source) -> bool:
    return source.kind is SourceKind.REPOSITORY
