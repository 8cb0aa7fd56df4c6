# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A source's job: its listing page by page, each page split into what is unchanged and what has to be visited."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from harvesters.base import Forge, forge_for
from harvesters.peers import Entry, PeerPage
from registry.catalogue.peering import claims_of, outdated_jobs
from registry.catalogue.reading import known_detector
from registry.catalogue.tasks import (
    Listed,
    Paged,
    Result,
    Unfinished,
    address_job,
    host_of,
    is_due,
    listed_job,
    peer_job,
)
from registry.errors import FetchError, Gone, InvalidInput, NotFound, StorageError
from registry.lifecycle import BLOCKED, PRIVATE, SETTLED, has_shrunk
from registry.model import (
    ForgeKind,
    Item,
    ItemStatus,
    Job,
    Page,
    PeerKind,
    Plan,
    Problem,
    RepositoryRef,
    RepositoryState,
    Source,
    SourceKind,
    StoredRepository,
)
from registry.storage.booking import BookedListing, BookedPage, Ending, Quiet
from registry.storage.store import Store
from registry.vocabulary.rules import problem

_log = logging.getLogger(__name__)
SKIPPED_PRIVATE = "private-skipped"
SOURCE_GONE = "source-gone"
_LOOKUP = 200
_RESTING = SETTLED - {RepositoryState.NEW}


class Peer(Protocol):
    """Of ``harvesters.peers``."""

    def entries(self, source: Source) -> Iterator[PeerPage]: ...


class Lister:
    """Lists sources for one run. Thread-safe. Raises StorageError; faults of the outside are results."""

    def __init__(
        self,
        store: Store,
        open_forge: Callable[[ForgeKind], Forge],
        open_peer: Callable[[PeerKind], Peer],
        clock: Callable[[], datetime],
        plan: Plan,
        stopping: Callable[[], bool],
    ) -> None:
        self._store = store
        self._open_forge = open_forge
        self._open_peer = open_peer
        self._clock = clock
        self._plan = plan
        self._stopping = stopping

    def walk(self, job: Job) -> Iterator[Result]:
        """What a source's job brings: pages, and how it ended. Done again it begins at the first page."""
        try:
            source = self._store.source(job.subject)
        except NotFound:
            # Removed since the run began.
            yield Listed(BookedListing(job, Ending(), job.subject), None)
            return
        try:
            if source.kind is SourceKind.PEER and source.peer is not None:
                yield from self._peer(job, source, self._open_peer(source.peer))
            else:
                yield from self._forge(job, source, self._open_forge(source.forge))
        except (FetchError, InvalidInput) as error:
            # What is not there is no repository but the list of some.
            rule = SOURCE_GONE if isinstance(error, Gone) else error.rule
            yield from self._as_before(job, source)
            yield _failed(job, source, rule, problem(rule, None, None, **error.params), error)
        except StorageError:
            raise
        except Exception as error:
            _log.exception("unexpected fault while listing %s", source.url)
            fault = problem("internal", None, None, subject=source.url, detail=type(error).__name__)
            yield _failed(job, source, "internal", fault, error)

    # --- forges ---

    def _forge(self, job: Job, source: Source, forge: Forge) -> Iterator[Result]:
        listed: set[str] = set()
        visited: set[str] = set()
        for page in forge.list(source.url):
            if self._stopping():
                yield Unfinished(job)
                return
            yield Paged(self._page(job, source, page, visited))
            listed.update(ref.url for ref in page.repositories)
            if self._plan.limit is not None and len(listed) >= self._plan.limit:
                break
        yield from self._end(job, source, listed, visited)

    def _page(self, job: Job, source: Source, page: Page, visited: set[str]) -> BookedPage:
        now = self._clock()
        stored = self._store.stored_repositories([ref.url for ref in page.repositories])
        visited.update(known.id for known in stored.values())
        quiet: list[Quiet] = []
        jobs: list[Job] = []
        skipped: list[tuple[str, Item]] = []
        for ref in page.repositories:
            known = stored.get(ref.url)
            if ref.facts.private and known is None:
                skipped.append(_private(ref, source, now))
            elif known is not None and known.blocked:
                skipped.append((ref.url, _blocked(ref.url, now)))
            elif known is not None and not ref.facts.private and is_quiet(ref, known, now):
                quiet.append(Quiet(known.id, known.url))
            elif is_due(ref, self._plan.since):
                jobs.append(listed_job(ref, source, known, PRIVATE if ref.facts.private else None))
        return BookedPage(job, source.id, tuple(quiet), tuple(jobs), tuple(skipped))

    def _end(self, job: Job, source: Source, listed: set[str], visited: set[str]) -> Iterator[Result]:
        """What the source listed before and does no longer: moved, gone or private, as a visit will tell."""
        host = host_of(source.url)
        if self._plan.limit is not None:
            # Cut by the limit, perhaps: what was not listed says nothing about the source.
            yield Listed(BookedListing(job, Ending(), source.id), host)
            return
        if (shrunk := shrinkage(source, len(listed))) is not None:
            yield _failed(job, source, shrunk.rule, shrunk, None)
            return
        left = [url for url in self._store.repository_urls(source.id) if url not in listed]
        for start in range(0, len(left), _LOOKUP):
            # One that came back to a former name was visited there; its last address says nothing about it.
            known = self._store.stored_repositories(left[start : start + _LOOKUP])
            missing = [one for one in known.values() if one.id not in visited]
            jobs = tuple(address_job((one.url, source.forge), source, one, is_missing=True) for one in missing)
            yield Paged(BookedPage(job, source.id, jobs=jobs, knows=False))
        yield Listed(BookedListing(job, Ending(), source.id, len(listed)), host)

    # --- peers ---

    def _peer(self, job: Job, source: Source, peer: Peer) -> Iterator[Result]:
        entries: list[Entry] = []
        faults: list[Problem] = []
        for page in peer.entries(source):
            if self._stopping():
                yield Unfinished(job)
                return
            entries += page.entries
            faults += page.problems
        host = host_of(source.url)
        if (shrunk := shrinkage(source, len(entries))) is not None:
            yield from self._as_before(job, source)
            yield _failed(job, source, shrunk.rule, shrunk, None)
            return
        self._store.claims.replace(source.id, claims_of(source, entries), self._clock())
        forges = configured_forges(self._store.sources())
        for start in range(0, len(entries), _LOOKUP):
            some = entries[start : start + _LOOKUP]
            jobs = tuple(peer_job((one.url, forges.get(host_of(one.url), one.forge)), source) for one in some)
            yield Paged(BookedPage(job, source.id, jobs=jobs, knows=False))
        yield from self._dropped(job, source, [one.url for one in entries])
        # Whose claims changed is perhaps not listed, but has to learn of it.
        yield Paged(BookedPage(job, source.id, jobs=tuple(outdated_jobs(self._store)), knows=False))
        yield Listed(BookedListing(job, Ending(), source.id, len(entries), faults=tuple(faults)), host)

    def _as_before(self, job: Job, source: Source) -> Iterator[Result]:
        """A peer that fails says nothing of the repositories it named once: they lie elsewhere and are visited."""
        if source.kind is SourceKind.PEER:
            yield from self._dropped(job, source, ())

    def _dropped(self, job: Job, source: Source, listed: Sequence[str]) -> Iterator[Result]:
        """What the peer listed once and no longer does stays in the catalogue, so it is visited as before."""
        here: set[str] = set()
        for start in range(0, len(listed), _LOOKUP):
            here |= {one.id for one in self._store.stored_repositories(listed[start : start + _LOOKUP]).values()}
        urls = self._store.repository_urls(source.id)
        forges = configured_forges(self._store.sources())
        for start in range(0, len(urls), _LOOKUP):
            known = self._store.stored_repositories(urls[start : start + _LOOKUP]).values()
            left = [one.url for one in known if one.id not in here]
            jobs = tuple(peer_job((url, forges.get(host_of(url), forge_for(url, None))), source) for url in left)
            yield Paged(BookedPage(job, source.id, jobs=jobs, knows=False))


def configured_forges(sources: Iterable[Source]) -> Mapping[str | None, ForgeKind]:
    """Host -> kind of forge, as the operator's sources say: peers list repositories there by their address only."""
    return {host_of(one.url): one.forge for one in sources if one.peer is None and one.forge is not ForgeKind.GIT}


def is_quiet(ref: RepositoryRef, known: StoredRepository | None, now: datetime) -> bool:
    """Whether the listing alone says that nothing changed, of a repository about which there is nothing to mend."""
    return (
        known is not None
        and known.url == ref.url
        and known.state in _RESTING
        and known.strikes == 0
        and known.failing_since is None
        and ref.detector is not None
        and ref.detector == known_detector(known, now)
    )


def shrinkage(source: Source, listed: int) -> Problem | None:
    """A source that suddenly lists far fewer repositories than expected is not believed."""
    if not has_shrunk(source.expected, source.last_listed, listed):
        return None
    before = max(source.expected or 0, source.last_listed or 0)
    return problem("source-shrunk", None, None, subject=source.url, detail=f"{before} -> {listed}")


def _failed(job: Job, source: Source, rule: str, fault: Problem, failure: Exception | None) -> Listed:
    entry = BookedListing(job, Ending(error=rule), source.id, None, rule, (fault,))
    return Listed(entry, host_of(source.url), failure)


def _private(ref: RepositoryRef, source: Source, now: datetime) -> tuple[str, Item]:
    """An operator's token may see what is private: not even its name is told."""
    subject = "private:" + hashlib.sha256(ref.url.encode()).hexdigest()
    params = {"subject": source.url, "detail": source.url}
    return subject, Item(source.url, ItemStatus.SKIPPED, SKIPPED_PRIVATE, params, at=now)


def _blocked(url: str, now: datetime) -> Item:
    return Item(url, ItemStatus.SKIPPED, BLOCKED, {"subject": url, "detail": ""}, at=now)
