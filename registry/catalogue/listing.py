# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which repositories a run visits: sources listed page by page, each repository once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from harvesters.base import Forge
from registry.errors import FetchError, InvalidInput
from registry.model import ForgeKind, Problem, RepositoryRef, Source, SourceKind, StoredRepository
from registry.storage.store import Store
from registry.vocabulary.rules import problem

_log = logging.getLogger(__name__)
_LOOKUP = 200
_SHRUNK_BELOW = 0.5
_SHRUNK_FROM = 10
"""A source that listed at least this many and now lists less than half of it is taken for faulty."""


@dataclass(frozen=True, slots=True)
class Task:
    """One repository to visit, with what the store remembers of it. ``skip`` is the rule why not to visit it."""

    where: RepositoryRef | tuple[str, ForgeKind]
    stored: StoredRepository | None
    source_id: str | None = None
    is_source: bool = False
    """The repository itself is what was configured: its fate is the source's."""
    source_url: str | None = None
    skip: str | None = None

    @property
    def url(self) -> str:
        return self.where.url if isinstance(self.where, RepositoryRef) else self.where[0]


@dataclass(frozen=True, slots=True)
class Listed:
    """A source was listed, or could not be: ``rule`` and ``faults`` say why."""

    source_id: str
    count: int | None
    rule: str | None = None
    faults: tuple[Problem, ...] = ()


@dataclass(slots=True)
class Listing:
    """The plan of one run. ``limit`` bounds the repositories visited over all sources."""

    sources: Sequence[Source]
    urls: Sequence[tuple[str, ForgeKind]] = ()
    limit: int | None = None
    _seen: set[str] = field(default_factory=set)
    _visited: set[str] = field(default_factory=set)
    """Ids of stored repositories visited under any of their names."""

    def walk(self, store: Store, open_forge: Callable[[ForgeKind], Forge]) -> Iterator[Task | Listed]:
        """Tasks as they become known; a source that fails costs only itself."""
        yield from self._singles(store, [(url, forge, None) for url, forge in self.urls])
        single = [source for source in self.sources if source.kind is SourceKind.REPOSITORY]
        yield from self._singles(store, [(source.url, source.forge, source) for source in single])
        for source in self.sources:
            if self._full():
                return
            if source.kind is SourceKind.ORGANISATION:
                yield from self._organisation(store, open_forge(source.forge), source)

    def _full(self) -> bool:
        return self.limit is not None and len(self._seen) >= self.limit

    def _take(self, url: str) -> bool:
        if url in self._seen or self._full():
            return False
        self._seen.add(url)
        return True

    def _singles(self, store: Store, wanted: Sequence[tuple[str, ForgeKind, Source | None]]) -> Iterator[Task]:
        for start in range(0, len(wanted), _LOOKUP):
            chunk = [entry for entry in wanted[start : start + _LOOKUP] if self._take(entry[0])]
            stored = store.stored_repositories([url for url, _, _ in chunk])
            self._visited.update(known.id for known in stored.values())
            for url, forge, source in chunk:
                yield Task(
                    where=(url, forge),
                    stored=stored.get(url),
                    source_id=source.id if source else None,
                    is_source=source is not None,
                )

    def _organisation(self, store: Store, forge: Forge, source: Source) -> Iterator[Task | Listed]:
        listed: set[str] = set()
        try:
            for page in forge.list(source.url):
                listed.update(ref.url for ref in page.repositories)
                yield from self._page(store, source, page.repositories)
                if self._full():
                    # Cut by the limit: what was not listed says nothing about the source.
                    return
        except (FetchError, InvalidInput) as error:
            yield Listed(source.id, None, error.rule, (problem(error.rule, None, None, **error.params),))
            return
        except Exception as error:
            _log.exception("unexpected fault while listing %s", source.url)
            fault = problem("internal", None, None, subject=source.url, detail=type(error).__name__)
            yield Listed(source.id, None, "internal", (fault,))
            return
        yield from self._unlisted(store, source, listed)

    def _page(self, store: Store, source: Source, refs: Sequence[RepositoryRef]) -> Iterator[Task]:
        fresh = [ref for ref in refs if self._take(ref.url)]
        stored = store.stored_repositories([ref.url for ref in fresh])
        self._visited.update(known.id for known in stored.values())
        for ref in fresh:
            yield Task(
                where=ref,
                stored=stored.get(ref.url),
                source_id=source.id,
                source_url=source.url,
                skip="private-skipped" if ref.facts.private else None,
            )

    def _unlisted(self, store: Store, source: Source, listed: set[str]) -> Iterator[Task | Listed]:
        """What the source listed before and does no longer: moved, gone or private, as a visit will tell."""
        before = source.last_listed or 0
        if before >= _SHRUNK_FROM and len(listed) < before * _SHRUNK_BELOW:
            detail = f"{before} -> {len(listed)}"
            yield Listed(
                source.id,
                None,
                "source-shrunk",
                (problem("source-shrunk", None, None, subject=source.url, detail=detail),),
            )
            return
        yield Listed(source_id=source.id, count=len(listed))
        left = [url for url in store.repository_urls(source.id) if url not in listed]
        # One that came back to a former name was visited there; its last address says nothing about it.
        known = store.stored_repositories(left)
        missing = [url for url in left if url not in known or known[url].id not in self._visited]
        for task in self._singles(store, [(url, source.forge, None) for url in missing]):
            yield Task(task.where, task.stored, source.id)
