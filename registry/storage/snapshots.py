# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Files of repositories, addressed by content, and the facts and problems read from them."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select

from registry.errors import NotFound
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
from registry.storage.columns import storable
from registry.storage.ids import new_id
from registry.storage.sql import chunks, insert_new
from registry.storage.tables import fact, file, problem, repository, snapshot, snapshot_file

KEPT = 3
"""Snapshots kept of each repository, the newest ones; older ones give their files free."""
FILE_BYTES = 2**20
"""A larger file is not kept but named in ``oversized``; the door's own cap is lower unless configured otherwise."""
_LEVEL = 6

_Row = dict[str, Any]


def save(connection: Connection, fresh: Mapping[str, Harvested]) -> None:
    """Write snapshots, files, facts and problems of these repositories (by id), one statement a table."""
    replaced = _of_same_commit(connection, fresh)
    files: dict[str, bytes] = {}
    rows: dict[Table, list[_Row]] = {snapshot: [], snapshot_file: [], fact: [], problem: []}
    for repository_id, harvested in fresh.items():
        taken, snapshot_id = harvested.snapshot, new_id()
        small = {path: content for path, content in taken.files.items() if len(content) <= FILE_BYTES}
        kept = {storable(path): content for path, content in small.items()}
        names = {path: hashlib.sha256(content).hexdigest() for path, content in kept.items()}
        files |= {names[path]: content for path, content in kept.items()}
        rows[snapshot].append(_snapshot_row(taken, snapshot_id, repository_id, taken.files.keys() - small.keys()))
        rows[snapshot_file] += [
            {"snapshot_id": snapshot_id, "path": path, "sha256": sha256} for path, sha256 in names.items()
        ]
        rows[fact] += _fact_rows(harvested, repository_id, snapshot_id)
        rows[problem] += [_problem_row(one, repository_id, resolved) for one, resolved in _problems(harvested)]
    _save_files(connection, files)
    for chunk in chunks(fresh):
        connection.execute(delete(problem).where(problem.c.repository_id.in_(chunk)))
    for table, values in rows.items():
        if values:
            connection.execute(insert(table), values)
    _drop(connection, replaced)


def prune(connection: Connection, repository_ids: Iterable[str]) -> None:
    """Drop snapshots beyond the newest ``KEPT`` of each repository, and files that nothing refers to any more."""
    for chunk in chunks(repository_ids):
        query = (
            select(snapshot.c.id, snapshot.c.repository_id)
            .where(snapshot.c.repository_id.in_(chunk))
            .order_by(snapshot.c.repository_id, snapshot.c.taken_at.desc(), snapshot.c.id.desc())
        )
        by_repository: dict[str, list[str]] = {}
        for row in connection.execute(query):
            by_repository.setdefault(row.repository_id, []).append(row.id)
        _drop(connection, [old for ids in by_repository.values() for old in ids[KEPT:]])


def drop_all(connection: Connection, repository_id: str) -> None:
    """Before a repository's row is deleted: its files are freed only here."""
    query = select(snapshot.c.id).where(snapshot.c.repository_id == repository_id)
    _drop(connection, list(connection.scalars(query)))


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
    """The newest snapshot of the repository with this canonical URL, as the door gave it. Raises NotFound."""
    query = (
        select(snapshot, repository.c.url, repository.c.forge, repository.c.facts, repository.c.activity)
        .join(repository, repository.c.id == snapshot.c.repository_id)
        .where(repository.c.url == url)
        .order_by(snapshot.c.taken_at.desc(), snapshot.c.id.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound(url, "no snapshot of this repository")
    contents = connection.execute(
        select(snapshot_file.c.path, file.c.compressed)
        .join(file, file.c.sha256 == snapshot_file.c.sha256)
        .where(snapshot_file.c.snapshot_id == row.id)
        .order_by(snapshot_file.c.path)
    )
    return Snapshot(
        ref=RepositoryRef(
            url=row.url, fetch_url=row.url, forge=ForgeKind(row.forge), facts=from_json(ForgeFacts, row.facts or {})
        ),
        commit=row.commit,
        branch=row.branch,
        taken_at=row.taken_at,
        detector=row.detector,
        entries=tuple(from_json(TreeEntry, entry) for entry in row.entries),
        files={content.path: zlib.decompress(content.compressed) for content in contents},
        activity=from_json(Activity, row.activity),
        oversized=tuple(row.oversized),
    )


def _of_same_commit(connection: Connection, fresh: Mapping[str, Harvested]) -> list[str]:
    """Ids of snapshots that the new ones stand in for."""
    found: list[str] = []
    for chunk in chunks(fresh):
        query = select(snapshot.c.id, snapshot.c.repository_id, snapshot.c.commit)
        for row in connection.execute(query.where(snapshot.c.repository_id.in_(chunk))):
            if row.commit == fresh[row.repository_id].snapshot.commit:
                found.append(row.id)
    return found


def _snapshot_row(taken: Snapshot, snapshot_id: str, repository_id: str, left_out: Set[str]) -> _Row:
    return {
        "id": snapshot_id,
        "repository_id": repository_id,
        "commit": taken.commit,
        "branch": taken.branch,
        "detector": taken.detector,
        "taken_at": taken.taken_at,
        "entries": to_json(taken.entries, tuple[TreeEntry, ...]),
        "oversized": sorted({*taken.oversized, *left_out}),
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


def _drop(connection: Connection, snapshot_ids: Sequence[str]) -> None:
    for chunk in chunks(snapshot_ids):
        released = select(snapshot_file.c.sha256).where(snapshot_file.c.snapshot_id.in_(chunk)).distinct()
        candidates = list(connection.scalars(released))
        connection.execute(delete(snapshot).where(snapshot.c.id.in_(chunk)))
        for names in chunks(candidates):
            in_use = select(snapshot_file.c.sha256).where(snapshot_file.c.sha256 == file.c.sha256).exists()
            connection.execute(delete(file).where(file.c.sha256.in_(names), ~in_use))


def _fact_rows(harvested: Harvested, repository_id: str, snapshot_id: str) -> list[_Row]:
    ranks = _ranks(harvested.solution)
    observed_at = harvested.snapshot.taken_at
    return [
        _fact_row(one, repository_id, snapshot_id, observed_at) | {"rank": ranks.get(_identity(one))}
        for reading in harvested.readings
        for one in reading.facts
    ]


def _fact_row(one: Fact, repository_id: str, snapshot_id: str, observed_at: datetime) -> _Row:
    return {
        "subject_kind": "repository",
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
    return one.field, one.lang, one.source, one.origin, json.dumps(one.value, sort_keys=True, default=str)


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
