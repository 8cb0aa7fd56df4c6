# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Finding solutions and reading what is stored: the use cases of visitors, of the API and of monitoring."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count

from registry.catalogue.citing import Cited, cited, cites_peers
from registry.errors import AllmendeError, IndexUnreadable, NotFound
from registry.model import (
    Answer,
    Body,
    Candidate,
    Item,
    ItemStatus,
    Query,
    Run,
    RunState,
    SearchPage,
    SolutionRecord,
    Sort,
)
from registry.search.index import Index
from registry.storage.store import Store

_RUNS_AT_ONCE = 50
_VERIFIED_SECONDS = 5.0
"""How long a database that was found whole is taken to be so."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The catalogue in numbers, all as the search finds it: what is stored and not yet indexed counts nowhere."""

    solutions: int
    publishers: int
    """That have a solution in the catalogue."""
    countries: int
    last_run: Run | None
    """The last harvest that was completed."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether the catalogue behind the pages is complete; ``reasons`` say in English what is missing."""

    ready: bool
    reasons: tuple[str, ...]
    demo: bool
    """The demonstration is part of this catalogue."""
    demo_harvested: bool
    """Its first harvest was completed."""


class Finding:
    """``demo``: this process belongs to a catalogue with the demonstration, even before its sources are registered.

    ``check_schema`` raises SchemaMismatch when the database needs a migration. ``clock`` counts seconds.
    """

    def __init__(
        self,
        store: Store,
        index: Index,
        *,
        demo: bool = False,
        check_schema: Callable[[], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._index = index
        self._demo = demo
        self._check_schema = check_schema
        self._clock = clock
        self._verified_at: float | None = None
        self._demo_harvested = False

    # --- solutions and publishers ---

    def find(self, query: Query) -> SearchPage:
        """One page of candidates with the exact total and the facets.

        A publisher that became a part of another is followed there: the page's query has the present one.
        Raises InvalidInput for a filter that is no facet, IndexUnreadable when the index must be rebuilt first; a
        catalogue without solutions is an empty page, index or not.
        """
        try:
            query, answer = self._followed(query, self._index.search(query))
        except IndexUnreadable:
            if self._store.count_solutions():
                raise
            return SearchPage(query=query, total=0, candidates=(), facets={})
        records = self._store.solutions_by_id([hit.id for hit in answer.hits])
        candidates = tuple(
            Candidate(records[hit.id], hit.score, hit.highlights)
            for hit in answer.hits
            # Withdrawn since the index was last brought up to date.
            # Or unreadable: the log says so.
            if hit.id in records
        )
        return SearchPage(query, answer.total, candidates, answer.facets, relaxed=answer.relaxed)

    def _followed(self, query: Query, answer: Answer) -> tuple[Query, Answer]:
        """The search of a saved link whose publisher has a successor by now, done again with that one."""
        named = query.filters.get("publisher", ())
        if not named:
            return query, answer
        empty = {found.value for found in answer.facets["publisher"] if not found.count}
        present = tuple(dict.fromkeys(self._present_slug(slug) if slug in empty else slug for slug in named))
        if present == named:
            return query, answer
        query = replace(query, filters={**query.filters, "publisher": present})
        return query, self._index.search(query)

    def _present_slug(self, slug: str) -> str:
        try:
            body = self._store.publisher(slug)
        except NotFound:
            return slug
        return (self._store.bodies.successor(body) or body).slug

    def solution(self, slug: str) -> SolutionRecord:
        """Raises NotFound. For an old slug the record with its present one."""
        return self._store.solution(slug)

    def cited(self, record: SolutionRecord) -> tuple[Cited, ...]:
        """The other catalogues that claim something about a solution."""
        return cited(record.solution, self._store.sources()) if cites_peers(record.solution) else ()

    def publisher(self, slug: str) -> Body:
        """Raises NotFound."""
        return self._store.publisher(slug)

    def publisher_solutions(self, slug: str, page: int = 1) -> SearchPage:
        """What a publisher has, the latest activity first."""
        return self.find(Query(filters={"publisher": (slug,)}, sort=Sort.ACTIVITY, page=page))

    # --- runs ---

    def runs(self, page: int = 1, per_page: int = 20) -> tuple[list[Run], int]:
        """Newest first, with their total number."""
        return self._store.runs(page, per_page)

    def run(self, run_id: str) -> Run:
        """Raises NotFound."""
        return self._store.run(run_id)

    def items(
        self, run_id: str, page: int = 1, per_page: int = 100, status: ItemStatus | None = None
    ) -> tuple[list[Item], int]:
        """What a run did, repository by repository, with the total number. Raises NotFound."""
        return self._store.items(run_id, page, per_page, status=status)

    # --- the catalogue as a whole ---

    def figures(self) -> Figures:
        page = self.find(Query(per_page=1))
        return Figures(
            solutions=page.total,
            publishers=len(page.facets.get("publisher", ())),
            countries=len(page.facets.get("country", ())),
            last_run=next(self._completed_runs(), None),
        )

    def readiness(self, demo: bool | None = None) -> Readiness:
        """Cheap enough to be asked every second. Never raises: a database or index that fails is a reason.

        ``demo``: whether the demonstration must be harvested; by default as the catalogue was opened, and always when
        one of its sources is there.
        """
        expected = self._demo if demo is None else demo
        state = Readiness(ready=False, reasons=(), demo=expected, demo_harvested=False)
        try:
            self._verify()
            expected = expected or any(source.demo for source in self._store.sources())
            state = replace(state, demo=expected, demo_harvested=expected and self._demo_is_harvested())
            reasons = self._missing(state)
        except AllmendeError as error:
            reasons = (str(error),)
        return replace(state, ready=not reasons, reasons=reasons)

    def _verify(self) -> None:
        """Looks at schema and tables, at most every few seconds while they are whole. Raises StorageError."""
        now = self._clock()
        if self._verified_at is not None and now - self._verified_at < _VERIFIED_SECONDS:
            return
        self._verified_at = None
        if self._check_schema is not None:
            self._check_schema()
        self._store.verify()
        self._verified_at = now

    def _missing(self, state: Readiness) -> tuple[str, ...]:
        pending, position = self._store.outbox_size(), self._store.outbox_position()
        index = self._index.status()
        reasons: list[str] = []
        if state.demo and not state.demo_harvested:
            reasons.append("the first harvest of the demonstration has not ended")
        if pending:
            reasons.append(f"{pending} changes wait for the index")
        if not index.fits:
            reasons.append("there is no index that fits this program")
        elif index.position != position and not pending:
            reasons.append(f"the index stands at position {index.position}, the database at {position}")
        return tuple(reasons)

    def _demo_is_harvested(self) -> bool:
        # Once true it stays true: runs are never taken back.
        if not self._demo_harvested:
            self._demo_harvested = any(run.demo for run in self._completed_runs())
        return self._demo_harvested

    def _completed_runs(self) -> Iterator[Run]:
        """The newest first."""
        for page in count(1):
            runs, total = self._store.runs(page, _RUNS_AT_ONCE)
            yield from (run for run in runs if run.state is RunState.DONE)
            if page * _RUNS_AT_ONCE >= total:
                return
