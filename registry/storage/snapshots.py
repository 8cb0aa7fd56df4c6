# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Files of repositories, addressed by content, and the facts and problems read from them."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, Table, delete, func, insert, select

from registry.declarations import broken_declaration
from registry.errors import DamagedSnapshot, NotFound, StorageError
from registry.model import (
    Activity,
    Fact,
    ForgeFacts,
    ForgeKind,
    Harvested,
    Problem,
    RepositoryRef,
    Snapshot,
    Solution,
    TreeEntry,
)
from registry.storage.codec import from_json, to_json
from registry.storage.columns import dump_json, packed, storable, unpacked
from registry.storage.ids import new_id
from registry.storage.sql import chunks, insert_new
from registry.storage.tables import fact, file, problem, repository, snapshot, snapshot_file

KEPT = 3
"""Snapshots kept of each repository, the newest ones and the last good one; others give their files free."""
FILE_BYTES = 2**20
"""A larger file is not kept but named in ``oversized``; the door's own cap is lower unless configured otherwise."""
_LEVEL = 9
_SUBJECT = "repository"

_Row = dict[str, Any]
_T = TypeVar("_T")


def as_kept(taken: Snapshot) -> Snapshot:
    """The snapshot as it will come back from here, so that reading it now and reading it again give the same.

    Odd bytes in names become U+FFFD, large files are named only, and how it was fetched is forgotten.
    """
    small = {path: content for path, content in taken.files.items() if len(content) <= FILE_BYTES}
    left_out = taken.files.keys() - small.keys()
    kept = {storable(path): content for path, content in small.items()}
    return replace(
        taken,
        ref=replace(taken.ref, fetch_url=taken.ref.url, facts=_through_json(ForgeFacts, taken.ref.facts)),
        branch=None if taken.branch is None else storable(taken.branch),
        entries=tuple(
            entry if entry.path == (path := storable(entry.path)) else replace(entry, path=path)
            for entry in taken.entries
        ),
        files=dict(sorted(kept.items())),
        activity=_through_json(Activity, taken.activity),
        oversized=tuple(sorted({storable(path) for path in (*taken.oversized, *left_out)})),
    )


def save(connection: Connection, fresh: Mapping[str, Harvested]) -> None:
    """Write snapshots, files, facts and problems of these repositories (by id), one statement a table."""
    replaced = _of_same_commit(connection, fresh)
    files: dict[str, bytes] = {}
    rows: dict[Table, list[_Row]] = {snapshot: [], snapshot_file: [], fact: [], problem: []}
    for repository_id, harvested in fresh.items():
        taken, snapshot_id = as_kept(harvested.snapshot), new_id()
        names = {path: hashlib.sha256(content).hexdigest() for path, content in taken.files.items()}
        files |= {names[path]: content for path, content in taken.files.items()}
        good = broken_declaration(harvested.readings) is None
        rows[snapshot].append(_snapshot_row(taken, snapshot_id, repository_id, good))
        rows[snapshot_file] += [
            {"snapshot_id": snapshot_id, "path": path, "sha256": sha256} for path, sha256 in names.items()
        ]
        facts, problems = rows_of(harvested, repository_id, snapshot_id)
        rows[fact] += facts
        rows[problem] += problems
    _save_files(connection, files)
    for chunk in chunks(fresh):
        connection.execute(delete(problem).where(problem.c.repository_id.in_(chunk)))
    for table, values in rows.items():
        if values:
            connection.execute(insert(table), values)
    drop(connection, replaced)
    drop_old_facts(connection, fresh)


def rows_of(harvested: Harvested, repository_id: str, snapshot_id: str | None = None) -> tuple[list[_Row], list[_Row]]:
    """Rows of its facts and of its problems, in the order in which they are written."""
    told = [_problem_row(one, repository_id, resolved) for one, resolved in _problems(harvested)]
    return _fact_rows(harvested, repository_id, snapshot_id), told


def prune(connection: Connection, repository_ids: Iterable[str], keep: int = KEPT) -> None:
    """Drop what ``superfluous`` names, and files that nothing refers to any more."""
    drop(connection, superfluous(connection, repository_ids, keep))


def drop_old_facts(connection: Connection, repository_ids: Iterable[str]) -> None:
    """Only what the newest snapshot says is asked for; an older one can be read again."""
    for chunk in chunks(repository_ids):
        present = list(newest(connection, chunk).values())
        theirs = fact.c.subject_kind == _SUBJECT, fact.c.subject_id.in_(chunk)
        connection.execute(delete(fact).where(*theirs, fact.c.snapshot_id.not_in(present)))


def superfluous(connection: Connection, repository_ids: Iterable[str], keep: int) -> list[str]:
    """Ids of snapshots beyond the newest ``keep`` (at least 1) of each repository, but never of the last good one."""
    found: list[str] = []
    for chunk in chunks(repository_ids):
        query = select(snapshot.c.id, snapshot.c.repository_id, snapshot.c.good)
        query = query.where(snapshot.c.repository_id.in_(chunk))
        by_repository: dict[str, list[Any]] = {}
        for row in connection.execute(query.order_by(snapshot.c.taken_at.desc(), snapshot.c.id.desc())):
            by_repository.setdefault(row.repository_id, []).append(row)
        for rows in by_repository.values():
            last_good = next((row.id for row in rows if row.good), None)
            found += [row.id for row in rows[max(1, keep) :] if row.id != last_good]
    return found


def newest(connection: Connection, repository_ids: Sequence[str]) -> dict[str, str]:
    """Repository id -> id of its newest snapshot; those without one are absent. At most ``sql.CHUNK`` ids."""
    query = select(snapshot.c.id, snapshot.c.repository_id).where(snapshot.c.repository_id.in_(repository_ids))
    return {row.repository_id: row.id for row in connection.execute(query.order_by(snapshot.c.taken_at, snapshot.c.id))}


def drop_all(connection: Connection, repository_id: str) -> None:
    """Before a repository's row is deleted: its files are freed only here."""
    query = select(snapshot.c.id).where(snapshot.c.repository_id == repository_id)
    drop(connection, list(connection.scalars(query)))


def problem_counts(connection: Connection, repository_ids: Iterable[str]) -> dict[str, int]:
    """Repository id -> number of its stored problems; those without any are absent."""
    found: dict[str, int] = {}
    for chunk in chunks(repository_ids):
        query = (
            select(problem.c.repository_id, func.count().label("number"))
            .where(problem.c.repository_id.in_(chunk))
            .group_by(problem.c.repository_id)
        )
        found |= {row.repository_id: row.number for row in connection.execute(query)}
    return found


def latest(connection: Connection, url: str) -> Snapshot:
    """The newest snapshot of the repository with this canonical URL, as the door gave it.

    Raises NotFound, and DamagedSnapshot where it cannot be read back.
    """
    row = connection.execute(_newest_first().where(repository.c.url == url).limit(1)).one_or_none()
    if row is None:
        raise NotFound(url, "no snapshot of this repository")
    return _snapshot(connection, row)


def since_good(connection: Connection, url: str) -> list[Snapshot]:
    """Stored snapshots before the newest one of this repository, from the last good of them on, in order of time.

    Those that cannot be read back are left out.
    """
    rows = connection.execute(_newest_first().where(repository.c.url == url)).all()[1:]
    wanted = next((number for number, row in enumerate(rows, start=1) if row.good), len(rows))
    found: list[Snapshot] = []
    for row in reversed(rows[:wanted]):
        try:
            found.append(_snapshot(connection, row))
        except DamagedSnapshot:
            continue
    return found


def _newest_first() -> Select[Any]:
    return (
        select(snapshot, repository.c.url, repository.c.forge, repository.c.facts, repository.c.activity)
        .join(repository, repository.c.id == snapshot.c.repository_id)
        .order_by(snapshot.c.taken_at.desc(), snapshot.c.id.desc())
    )


def _snapshot(connection: Connection, row: Any) -> Snapshot:
    contents = connection.execute(
        select(snapshot_file.c.path, file.c.sha256, file.c.compressed)
        .join(file, file.c.sha256 == snapshot_file.c.sha256)
        .where(snapshot_file.c.snapshot_id == row.id)
    ).all()
    try:
        return Snapshot(
            ref=RepositoryRef(
                url=row.url, fetch_url=row.url, forge=ForgeKind(row.forge), facts=from_json(ForgeFacts, row.facts or {})
            ),
            commit=row.commit,
            branch=row.branch,
            taken_at=row.taken_at,
            detector=row.detector,
            entries=tuple(from_json(TreeEntry, entry) for entry in _entries(row.entries)),
            files=dict(sorted((one.path, _content(one)) for one in contents)),
            activity=from_json(Activity, row.activity),
            oversized=tuple(row.oversized),
        )
    except (StorageError, TypeError, ValueError, zlib.error) as error:
        raise DamagedSnapshot(row.url, f"{row.commit[:8]}: {error}") from error


def _entries(stored: Any) -> Any:
    return json.loads(unpacked(stored)) if isinstance(stored, str) else stored


def _content(row: Any) -> bytes:
    content = zlib.decompress(row.compressed)
    if hashlib.sha256(content).hexdigest() != row.sha256:
        raise ValueError(f"{row.path}: not the bytes that were stored")
    return content


def _through_json(kind: type[_T], value: _T) -> _T:
    return from_json(kind, to_json(value))


def _of_same_commit(connection: Connection, fresh: Mapping[str, Harvested]) -> list[str]:
    """Ids of snapshots that the new ones stand in for."""
    found: list[str] = []
    for chunk in chunks(fresh):
        query = select(snapshot.c.id, snapshot.c.repository_id, snapshot.c.commit)
        for row in connection.execute(query.where(snapshot.c.repository_id.in_(chunk))):
            if row.commit == fresh[row.repository_id].snapshot.commit:
                found.append(row.id)
    return found


def _snapshot_row(taken: Snapshot, snapshot_id: str, repository_id: str, good: bool) -> _Row:
    return {
        "id": snapshot_id,
        "repository_id": repository_id,
        "commit": taken.commit,
        "branch": taken.branch,
        "detector": taken.detector,
        "taken_at": taken.taken_at,
        "entries": packed(dump_json(to_json(taken.entries, tuple[TreeEntry, ...]))),
        "oversized": list(taken.oversized),
        "good": good,
    }


def _save_files(connection: Connection, contents: Mapping[str, bytes]) -> None:
    present: set[str] = set()
    for chunk in chunks(contents):
        present.update(connection.scalars(select(file.c.sha256).where(file.c.sha256.in_(chunk))))
    rows = [
        {"sha256": sha256, "size": len(content), "compressed": zlib.compress(content, _LEVEL)}
        for sha256, content in contents.items()
        if sha256 not in present
    ]
    insert_new(connection, file, rows)


def drop(connection: Connection, snapshot_ids: Sequence[str]) -> int:
    """Delete these snapshots and the files that only they had; bytes of these files, as compressed."""
    freed = 0
    for chunk in chunks(snapshot_ids):
        released = select(snapshot_file.c.sha256).where(snapshot_file.c.snapshot_id.in_(chunk)).distinct()
        candidates = list(connection.scalars(released))
        connection.execute(delete(snapshot).where(snapshot.c.id.in_(chunk)))
        for names in chunks(candidates):
            in_use = select(snapshot_file.c.sha256).where(snapshot_file.c.sha256 == file.c.sha256).exists()
            forsaken = file.c.sha256.in_(names), ~in_use
            freed += connection.scalar(select(func.sum(func.length(file.c.compressed))).where(*forsaken)) or 0
            connection.execute(delete(file).where(*forsaken))
    return freed


def _fact_rows(harvested: Harvested, repository_id: str, snapshot_id: str | None) -> list[_Row]:
    ranks = _ranks(harvested.solution)
    observed_at = harvested.snapshot.taken_at
    return [
        _fact_row(one, repository_id, snapshot_id, observed_at) | {"rank": ranks.get(_identity(one))}
        for reading in harvested.readings
        for one in reading.facts
    ]


def _fact_row(one: Fact, repository_id: str, snapshot_id: str | None, observed_at: datetime) -> _Row:
    return {
        "subject_kind": _SUBJECT,
        "subject_id": repository_id,
        "snapshot_id": snapshot_id,
        "field": one.field.value,
        "lang": one.lang,
        "value": one.value,
        "source_kind": one.source.value,
        "path": one.origin.path,
        "line": one.origin.line,
        "column": one.origin.column,
        "commit": one.origin.commit,
        "observed_at": observed_at,
    }


def _ranks(solution: Solution) -> dict[tuple[Any, ...], int]:
    ranks: dict[tuple[Any, ...], int] = {}
    for values in solution.fields.values():
        for value in values:
            ordered = [value.fact, *(other for other in value.candidates if other != value.fact)]
            for rank, one in enumerate(ordered):
                ranks.setdefault(_identity(one), rank)
    return ranks


def _identity(one: Fact) -> tuple[Any, ...]:
    # Values are JSON, so lists and dicts, which cannot be keys themselves.
    plain = isinstance(one.value, str)
    value = one.value if plain else json.dumps(one.value, sort_keys=True, default=str)
    return one.field, one.lang, one.source, one.origin, plain, value


def _problems(harvested: Harvested) -> list[tuple[Problem, bool]]:
    """Those of the readers and those that only resolving showed (True), each once."""
    read: list[Problem] = []
    for one in (one for reading in harvested.readings for one in reading.problems):
        if one not in read:
            read.append(one)
    resolved: list[Problem] = []
    for one in harvested.solution.problems:
        if one not in read and one not in resolved:
            resolved.append(one)
    return [*((one, False) for one in read), *((one, True) for one in resolved)]


def _problem_row(one: Problem, repository_id: str, resolved: bool) -> _Row:
    origin = one.origin
    return {
        "repository_id": repository_id,
        "rule": one.rule,
        "severity": one.severity.value,
        "path": origin.path if origin else None,
        "line": origin.line if origin else None,
        "column": origin.column if origin else None,
        "commit": origin.commit if origin else None,
        "key": one.key,
        "params": dict(one.params),
        "resolved": resolved,
    }
