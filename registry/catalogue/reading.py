# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""One repository, from its reference to what the catalogue would say of it: the same way for job, test and page."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from harvesters.base import Forge
from registry.assess import assess
from registry.decide import Fresh, content_hash
from registry.errors import FetchError
from registry.model import (
    Fault,
    ForgeKind,
    Harvested,
    Moved,
    NotModified,
    Outcome,
    Reading,
    RepositoryReading,
    RepositoryRef,
    Snapshot,
    StoredRepository,
)
from registry.resolve import resolve

_log = logging.getLogger(__name__)
_MOVES = 3
"""More hops than this between repository addresses are a loop."""


class Parser(Protocol):
    """The sandbox, or in tests the readers themselves."""

    def read(self, snapshot: Snapshot) -> tuple[Reading, ...]: ...


@dataclass(frozen=True, slots=True)
class Visit:
    """What a visit of one repository brought; ``ref`` is where it was found in the end."""

    ref: RepositoryRef
    fresh: Fresh
    moved_from: str | None
    seconds: float


class RepositoryVisitor:
    """Takes a repository's snapshot, reads, resolves and assesses it. Thread-safe; raises nothing of the outside."""

    def __init__(
        self, open_forge: Callable[[ForgeKind], Forge], parser: Parser, stored: Callable[[str], StoredRepository | None]
    ) -> None:
        self._open_forge = open_forge
        self._parser = parser
        self._stored = stored

    def visit(
        self, where: RepositoryRef | tuple[str, ForgeKind], stored: StoredRepository | None, now: datetime
    ) -> Visit:
        """``where`` is a reference from a listing, or the URL and forge of a single repository."""
        started = time.monotonic()
        if isinstance(where, RepositoryRef):
            ref = where
        else:
            ref = RepositoryRef(url=where[0], fetch_url=where[0], forge=where[1])
        asked = ref.url
        fresh: Fresh
        try:
            if not isinstance(where, RepositoryRef):
                ref = self._open_forge(where[1]).repository(where[0])
                if ref.url != asked:
                    stored = self._stored(ref.url) or stored
            ref, fresh = self._follow(ref, stored, now)
        except FetchError as error:
            fresh = Fault(outcome=error.outcome, rule=error.rule, params=error.params)
        except Exception as error:
            # A fault of ours in one repository must not end the run of all others.
            _log.exception("unexpected fault while reading %s", ref.url)
            fresh = Fault(
                outcome=Outcome.FAILED, rule="internal", params={"subject": ref.url, "detail": type(error).__name__}
            )
        moved_from = asked if ref.url != asked and not isinstance(fresh, Fault) else None
        return Visit(ref=ref, fresh=fresh, moved_from=moved_from, seconds=time.monotonic() - started)

    def _follow(
        self, ref: RepositoryRef, stored: StoredRepository | None, now: datetime
    ) -> tuple[RepositoryRef, NotModified | Harvested]:
        for _ in range(_MOVES):
            # Nothing counts as unchanged that never became a solution.
            known = stored.detector if stored is not None and stored.content_hash else None
            taken = self._open_forge(ref.forge).snapshot(ref, known, now)
            if isinstance(taken, Moved):
                ref = taken.to
                stored = self._stored(ref.url) or stored
                continue
            if isinstance(taken, NotModified):
                return taken.ref, taken
            return taken.ref, self._amount_to(taken, now)
        raise FetchError(ref.url, "moves in a circle")

    def _amount_to(self, snapshot: Snapshot, now: datetime) -> Harvested:
        readings = self._parser.read(snapshot)
        solution = resolve(
            [
                RepositoryReading(
                    ref=snapshot.ref,
                    commit=snapshot.commit,
                    taken_at=snapshot.taken_at,
                    readings=readings,
                    activity=snapshot.activity,
                )
            ]
        )
        return Harvested(
            snapshot=snapshot,
            readings=readings,
            solution=solution,
            assessment=assess(solution, now),
            content_hash=content_hash(solution),
        )
