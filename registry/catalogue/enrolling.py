# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Use cases of filling the register: the shipped core, the official list, a table of the operator's own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path

from registry.bodies.core import CORE_VERSION, FOLDER, core
from registry.bodies.curated import domains, operators, others
from registry.bodies.gv100ad import is_gv100ad, read_gv100ad
from registry.bodies.planning import plan
from registry.bodies.plans import Plan
from registry.bodies.rows import LIMIT, BadRow
from registry.bodies.table import read_table
from registry.errors import InvalidInput
from registry.model import Body, BodyEntry, BodyOrigin
from registry.search.index import Index
from registry.search.sync import sync
from registry.storage.enrolment import Progress
from registry.storage.store import Store

CURATED_FILES = ("operators.toml", "others.toml", "domains.toml")


class ListKind(StrEnum):
    GV100AD = "gv100ad"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did, or would do in a dry run. ``bodies`` are those the plan names, by id, as they are then."""

    plan: Plan
    bodies: Mapping[str, Body]
    dry_run: bool
    read: int
    """Bodies that the list has."""
    skipped: tuple[BadRow, ...] = ()
    refused: bool = False
    """Without ``accept`` it is not carried out: too much would be dissolved."""


@cache
def shipped_version() -> str:
    """Another one where any of the shipped tables and files changed."""
    digest = hashlib.sha256(CORE_VERSION.encode())
    for name in CURATED_FILES:
        digest.update((FOLDER / name).read_bytes())
    return digest.hexdigest()[:16]


class Enrolling:
    """``index`` learns at once what changed for solutions; without one the next command that syncs tells it."""

    def __init__(self, store: Store, clock: Callable[[], datetime], index: Index | None = None) -> None:
        self._store = store
        self._clock = clock
        self._index = index

    def core_is_current(self) -> bool:
        return self._store.bodies.core_version() == shipped_version()

    def import_core(self, force: bool = False) -> bool:
        """Take in what is shipped, where that was not done yet; False where there was nothing to do."""
        if not force and self.core_is_current():
            return False
        now, version = self._clock(), shipped_version()
        enrolment = self._store.enrolment
        shipped = _with_domains(core())
        enrolment.enrol(self._planner(shipped, None, BodyOrigin.CORE), now)
        curated = [*others(), *operators()]
        enrolment.enrol(
            self._planner(curated, None, BodyOrigin.CURATED),
            now,
            audit=("body.core", version),
            core_version=version,
        )
        self._sync()
        return True

    def import_file(
        self,
        path: Path,
        *,
        kind: ListKind | None = None,
        dry_run: bool = False,
        accept: bool = False,
        skip_bad: bool = False,
        population_as_of: str | None = None,
        progress: Progress | None = None,
    ) -> Report:
        """Take in a list whose kind shows in its content. Raises as ``import_gv100ad`` and ``import_table``."""
        content = _read(path)
        if kind is None:
            kind = ListKind.GV100AD if is_gv100ad(content) else ListKind.TABLE
        if kind is ListKind.TABLE:
            return self._table(content, path, dry_run, skip_bad, progress)
        return self._gv100ad(content, path, dry_run, accept, population_as_of, progress)

    def import_gv100ad(
        self, path: Path, dry_run: bool = False, accept: bool = False, population_as_of: str | None = None
    ) -> Report:
        """Take in the official list, text or zip; the same file a second time changes nothing.

        Raises InvalidInput for what is no such list, one older than the register's, or one that would dissolve too
        much (unless accepted); InvalidRows naming odd lines. Nothing is written then.
        """
        return self._gv100ad(_read(path), path, dry_run, accept, population_as_of, None)

    def import_table(self, path: Path, dry_run: bool = False, skip_bad: bool = False) -> Report:
        """Take in a table of the operator's own. Raises InvalidInput, InvalidRows naming wrong rows."""
        return self._table(_read(path), path, dry_run, skip_bad, None)

    def _gv100ad(
        self,
        content: bytes,
        path: Path,
        dry_run: bool,
        accept: bool,
        population_as_of: str | None,
        progress: Progress | None,
    ) -> Report:
        found = read_gv100ad(content, path.name, population_as_of)
        entries = _with_domains(found.entries)
        make = self._planner(entries, found.as_of, BodyOrigin.GV100AD, complete=True, accept=accept)
        return self._run(make, path.name, len(entries), dry_run, accept, progress)

    def _table(self, content: bytes, path: Path, dry_run: bool, skip_bad: bool, progress: Progress | None) -> Report:
        found = read_table(content, path.name, skip_bad)
        make = self._planner(found.entries, None, BodyOrigin.TABLE)
        report = self._run(make, path.name, len(found.entries), dry_run, True, progress)
        return replace(report, skipped=found.skipped)

    def _planner(
        self,
        entries: Sequence[BodyEntry],
        as_of: str | None,
        origin: BodyOrigin,
        complete: bool = False,
        accept: bool = False,
    ) -> Callable[[Sequence[Body]], Plan]:
        def make(known: Sequence[Body]) -> Plan:
            return plan(entries, known, as_of, origin, new_id=self._store.new_id, complete=complete, accept=accept)

        return make

    def _run(
        self,
        make: Callable[[Sequence[Body]], Plan],
        subject: str,
        count: int,
        dry_run: bool,
        accept: bool,
        progress: Progress | None,
    ) -> Report:
        known: dict[str, Body] = {}

        def checked(bodies: Sequence[Body]) -> Plan:
            known.update({body.id: body for body in bodies})
            made = make(bodies)
            if made.shrinks and not accept and not dry_run:
                worst = max(made.shrinks, key=lambda one: one.missing)
                raise InvalidInput(subject, f"{worst.missing} / {worst.known}", rule="list-shrinks")
            return made

        if dry_run:
            made = self._store.enrolment.preview(checked)
        else:
            audit = ("body.import", subject)
            made = self._store.enrolment.enrol(checked, self._clock(), audit=audit, progress=progress)
            self._sync()
        return Report(made, _after(known, made), dry_run, count, refused=bool(made.shrinks) and not accept)

    def _sync(self) -> None:
        if self._index is not None:
            sync(self._store, self._index)


def _after(known: Mapping[str, Body], made: Plan) -> dict[str, Body]:
    """The bodies that the plan names."""
    found = {one.body.id: one.body for one in made.added}
    found |= {one.after.id: one.after for one in made.changed}
    named = [one.successor_id for one in made.dissolved] + [body.successor_id for _, body in made.still_listed]
    return {key: known[key] for key in named if key is not None and key in known} | found


def _with_domains(entries: Iterable[BodyEntry]) -> list[BodyEntry]:
    """With the web domains that are shipped by key."""
    shipped = domains()

    def of(entry: BodyEntry) -> tuple[str, ...]:
        return tuple(one for key in (entry.keys.ags, entry.keys.ars) if key is not None for one in shipped.get(key, ()))

    return [
        replace(entry, domains=tuple(dict.fromkeys((*entry.domains, *found)))) if (found := of(entry)) else entry
        for entry in entries
    ]


def _read(path: Path) -> bytes:
    """At most a little more than ``LIMIT``, which the readers refuse. Raises InvalidInput."""
    try:
        if path.exists() and not path.is_file():
            detail = "Is a directory" if path.is_dir() else "no regular file"
            raise InvalidInput(str(path), detail, rule="input-unreadable")
        with path.open("rb") as stream:
            return stream.read(LIMIT + 1)
    except (OSError, ValueError) as error:
        # ValueError: a path with a NUL byte.
        detail = (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
        raise InvalidInput(str(path), detail, rule="input-unreadable") from None
