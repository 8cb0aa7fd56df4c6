# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""One repository, from its reference to what the catalogue would say of it: the same way for job, test and page."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Protocol

from harvesters.base import Forge
from harvesters.readers.reading import VERSION
from registry.assess import assess
from registry.catalogue.keeping import keep_last_good
from registry.catalogue.memory import Memory
from registry.decide import Fresh, content_hash
from registry.errors import FetchError, InvalidInput, StorageError
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
from registry.storage.snapshots import as_kept

_log = logging.getLogger(__name__)
CLAIMS = "peers"
"""Name of the reading that holds what peers' catalogues claim."""
_MARKED = re.compile(r"^readers-\d+:(claims-[0-9a-f]+:)?")
_MOVES = 3
"""More hops than this between repository addresses are a loop."""


Address = tuple[str, ForgeKind]
"""Canonical URL of a single repository and the kind of its forge."""


class Parser(Protocol):
    """The sandbox, or in tests the readers themselves."""

    def read(self, snapshot: Snapshot) -> tuple[Reading, ...]: ...


@dataclass(frozen=True, slots=True)
class Visit:
    """What a visit of one repository brought; ``ref`` is where it was found in the end.

    ``stored`` is what the store knows of the repository that answered, which need not be what it has under the URL
    asked for. ``moved_from`` is a URL that becomes an alias of ``ref.url``.
    """

    ref: RepositoryRef
    fresh: Fresh
    stored: StoredRepository | None
    moved_from: str | None
    seconds: float
    error: FetchError | None = None
    """What ``fresh`` is the fault of: it tells whether another attempt may help, and when."""


class RepositoryVisitor:
    """Takes a repository's snapshot, reads, resolves and assesses it. Thread-safe; raises nothing of the outside.

    ``abandoned`` tells that nobody waits for the results any more, so that what then fails is nobody's news.
    """

    def __init__(
        self,
        open_forge: Callable[[ForgeKind], Forge],
        parser: Parser,
        memory: Memory,
        abandoned: Callable[[], bool] = lambda: False,
    ) -> None:
        self._open_forge = open_forge
        self._parser = parser
        self._memory = memory
        self._abandoned = abandoned

    def visit(self, where: RepositoryRef | Address, stored: StoredRepository | None, now: datetime) -> Visit:
        """``where`` is a reference from a listing, or the URL and forge of a single repository.

        ``stored`` is what the store has under that URL. It may live elsewhere by now: a repository that moved keeps its
        old URL as an alias. Whoever answers at a URL without a redirect owns it, so a name that was given anew becomes
        a repository of its own, and one that came back home takes its record along.
        """
        visit = self._visit(where, stored, now)
        if stored is None or stored.url in (visit.ref.url, _asked(where)):
            return visit
        if isinstance(visit.fresh, Fault):
            if visit.fresh.outcome is Outcome.GONE:
                return self._visit((stored.url, visit.ref.forge), stored, now)
            return replace(visit, ref=replace(visit.ref, url=stored.url))
        if visit.moved_from is not None:
            return visit
        there = self._visit((stored.url, visit.ref.forge), stored, now)
        if there.ref.url == visit.ref.url or _is_gone(there.fresh):
            return replace(visit, moved_from=stored.url)
        return self._visit(where, None, now)

    def _visit(self, where: RepositoryRef | Address, stored: StoredRepository | None, now: datetime) -> Visit:
        started = time.monotonic()
        asked = _asked(where)
        ref = where if isinstance(where, RepositoryRef) else RepositoryRef(url=asked, fetch_url=asked, forge=where[1])
        fresh: Fresh
        failure: FetchError | None = None
        try:
            if not isinstance(where, RepositoryRef):
                ref = self._open_forge(where[1]).repository(where[0])
                if ref.url != asked:
                    stored = self._stored_at(ref.url, stored, asked)
            ref, fresh, stored = self._follow(ref, stored, now, asked)
        except FetchError as error:
            failure = error
            fresh = Fault(outcome=error.outcome, rule=error.rule, params=error.params)
        except StorageError:
            # Our own database's fault says nothing about the repository.
            raise
        except InvalidInput as error:
            fresh = Fault(outcome=Outcome.REFUSED, rule=error.rule, params=error.params)
        except Exception as error:
            # A fault of ours in one repository must not end the run of all others.
            if not self._abandoned():
                _log.exception("unexpected fault while reading %s", ref.url)
            fresh = Fault(
                outcome=Outcome.FAILED, rule="internal", params={"subject": ref.url, "detail": type(error).__name__}
            )
        has_moved = ref.url != asked and not isinstance(fresh, Fault)
        known_there = has_moved and stored is not None and stored.url == ref.url and self._is_alias_of(asked, stored)
        moved_from = asked if has_moved and not known_there else None
        return Visit(ref, fresh, stored, moved_from, time.monotonic() - started, failure)

    def _is_alias_of(self, url: str, stored: StoredRepository) -> bool:
        known = self._memory.stored(url)
        return known is not None and known.id == stored.id

    def _stored_at(self, url: str, stored: StoredRepository | None, asked: str) -> StoredRepository | None:
        """What is stored of the repository that moved from ``asked``, with what peers say of it under either name."""
        found = self._memory.stored(url) or stored
        return replace(found, claims=self._memory.claims(url, asked)[1]) if found is not None else None

    def _follow(
        self, ref: RepositoryRef, stored: StoredRepository | None, now: datetime, asked: str
    ) -> tuple[RepositoryRef, NotModified | Harvested, StoredRepository | None]:
        for _ in range(_MOVES):
            read = stored is not None and bool(stored.content_hash)
            history = partial(self._memory.history, ref.url) if read else None
            taken = self._open_forge(ref.forge).snapshot(ref, known_detector(stored, now), now, history)
            if isinstance(taken, Moved):
                ref = taken.to
                stored = self._stored_at(ref.url, stored, asked)
                continue
            if isinstance(taken, NotModified):
                mark = _mark(stored.claims if stored is not None else "")
                return taken.ref, replace(taken, detector=mark + taken.detector), stored
            return taken.ref, conclude(taken, self._parser, self._memory, now, asked), stored
        raise FetchError(ref.url, "moves in a circle")


def conclude(snapshot: Snapshot, parser: Parser, memory: Memory, now: datetime, asked: str | None = None) -> Harvested:
    """What a snapshot amounts to: read, with what peers claim and what was last good, resolved and assessed.

    The same for a fresh snapshot and for one that was stored. Its detector gets the mark of these readers. ``asked`` is
    the URL that led here, which will be an alias: peers may know the repository by it.
    """
    # Otherwise reading it again from what is stored could give something else.
    snapshot = as_kept(snapshot)
    claimed, digest = memory.claims(*dict.fromkeys((snapshot.ref.url, asked or snapshot.ref.url)))
    readings = keep_last_good(snapshot, parser.read(snapshot), memory.last_good, memory.read_at)
    if claimed:
        readings = (*readings, Reading(CLAIMS, claimed))
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
        snapshot=replace(snapshot, detector=f"{_mark(digest)}{unmarked(snapshot.detector)}"),
        readings=readings,
        solution=solution,
        assessment=assess(solution, now),
        content_hash=content_hash(solution),
    )


def known_detector(stored: StoredRepository | None, now: datetime) -> str | None:
    """The detector with which this repository counts as unchanged; None where it has to be read in any case.

    That is: it never became a solution, other readers read it, peers say something else of it by now, or its history
    has to be counted again.
    """
    if stored is None or not stored.content_hash or (stored.count_due_at is not None and stored.count_due_at <= now):
        return None
    mark = _mark(stored.claims)
    return (stored.detector or "").removeprefix(mark) if (stored.detector or "").startswith(mark) else None


def unmarked(detector: str) -> str:
    """A detector as the forge gave it."""
    return _MARKED.sub("", detector)


def claims_read(detector: str) -> str:
    """The digest of the claims with which the repository of this stored detector was read; "" for none."""
    found = _MARKED.match(detector)
    return (found[1] or "").removeprefix("claims-").removesuffix(":") if found else ""


def readers_mark() -> str:
    """With what the detector begins of every repository that these readers have read."""
    return _mark("")


def _mark(claims: str) -> str:
    """Stands before each stored detector, so that newer readers or claims find no repository unchanged."""
    return f"readers-{VERSION}:" + (f"claims-{claims}:" if claims else "")


def _asked(where: RepositoryRef | Address) -> str:
    return where.url if isinstance(where, RepositoryRef) else where[0]


def _is_gone(fresh: Fresh) -> bool:
    return isinstance(fresh, Fault) and fresh.outcome is Outcome.GONE
