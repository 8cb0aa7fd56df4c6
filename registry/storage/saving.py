# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Writing one batch of decided changes: repositories, solutions, items and what the index has to learn."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, select, update

from registry.identity import identity_of
from registry.lifecycle import BLOCKED, SETTLED
from registry.model import (
    Change,
    ChangeKind,
    Harvested,
    Item,
    ItemStatus,
    RepositoryReading,
    Role,
)
from registry.storage import (
    attributing,
    grouping,
    identities,
    operators,
    outbox,
    repositories,
    runs,
    snapshots,
    withdrawing,
    writing,
)
from registry.storage.attributing import Publishing
from registry.storage.codec import to_json
from registry.storage.producing import Fresh, Work
from registry.storage.repositories import Known
from registry.storage.sql import chunks
from registry.storage.tables import repository, solution, solution_repository, source

_ADDRESSES = frozenset({"repository", "url"})
"""Keys under which a stored document names a repository: of origins, parts and parameters of sentences."""
_FAULTY = frozenset({ChangeKind.GONE, ChangeKind.WITHDRAWN, ChangeKind.FAILED})


@dataclass(frozen=True, slots=True)
class SavedChange:
    """What became of one result: the solution's slug where it is shown, the repository's number of problems."""

    slug: str | None
    problems: int


@dataclass(frozen=True, slots=True)
class Batch:
    """What all changes of a batch share."""

    now: datetime
    demo: bool
    source_of: Mapping[str, str]
    """Repository URL -> id of the source that brought it."""
    publisher_of: Mapping[str, str]
    """Repository URL -> id of the publisher configured for it."""


_Pair = tuple[Change, Known]


def save(
    connection: Connection,
    run_id: str,
    results: Sequence[tuple[Change | None, Item]],
    now: datetime,
    source_of: Mapping[str, str],
    publisher_of: Mapping[str, str],
) -> list[SavedChange]:
    """Write a batch within the caller's transaction. A result without a change leaves its item only.

    ``source_of`` and ``publisher_of`` are by repository URL; a source's own publisher counts where none is named.
    """
    run = runs.heartbeat(connection, run_id, now)
    changes = [change for change, _ in results if change is not None]
    batch = _batch(connection, run.demo, now, source_of, publisher_of)
    known, bereft = _known(connection, changes, now)
    pairs = [(change, known[change.ref.url]) for change in changes if not known[change.ref.url].blocked]
    _keep_books(connection, pairs, batch)
    _rename(connection, pairs, now)
    withdrawn = [one.id for change, one in pairs if change.kind is ChangeKind.WITHDRAWN]
    bereft += withdrawing.withdraw(connection, [*withdrawn, *_blocked(connection, changes, known, now)], now)
    fresh = save_harvested(connection, pairs, batch)
    moved = [one.id for change, one in pairs if change.moved_from is not None and change.kind not in _FAULTY]
    again = [key for key in (*moved, *bereft) if key not in fresh]
    identities.refresh(connection, again, now)
    grouping.regroup(connection, [*fresh, *again], Work(now, run.demo, fresh, frozenset(bereft)))
    _confirm(connection, [one.id for change, one in pairs if change.kind not in _FAULTY], now)
    return _save_items(connection, run_id, results, known, now)


def _batch(
    connection: Connection, demo: bool, now: datetime, source_of: Mapping[str, str], publisher_of: Mapping[str, str]
) -> Batch:
    # A source removed while its harvest runs must not make its last results unsavable.
    found = {
        row.id: row.publisher_id
        for chunk in chunks(set(source_of.values()))
        for row in connection.execute(select(source.c.id, source.c.publisher_id).where(source.c.id.in_(chunk)))
    }
    there = {url: key for url, key in source_of.items() if key in found}
    owners = {url: found[key] for url, key in there.items() if found[key] is not None}
    return Batch(now, demo, there, {**owners, **publisher_of})


def _known(connection: Connection, changes: Sequence[Change], now: datetime) -> tuple[dict[str, Known], list[str]]:
    """By URL; and the ids of repositories whose product lost one over a move."""
    moved = {change.moved_from: change.ref.url for change in changes if change.moved_from is not None}
    bereft: list[str] = []
    for old, new in moved.items():
        bereft += repositories.move(connection, old, new, now)
    present = repositories.known(connection, [change.ref.url for change in changes])
    # Who answers at a URL without having moved there owns it: an alias that led elsewhere ends.
    taken = [url for url, one in present.items() if one.url != url]
    identities.outdate(connection, [present[url].id for url in taken])
    repositories.drop_aliases(connection, taken)
    present = {url: one for url, one in present.items() if one.url == url}
    known = repositories.add_missing(connection, changes, present, now)
    repositories.add_aliases(connection, {old: known[new].id for old, new in moved.items() if old != new}, now)
    return known, bereft


def _blocked(connection: Connection, changes: Sequence[Change], known: Mapping[str, Known], now: datetime) -> list[str]:
    """Ids of those that are blocked, meanwhile or under another address: only that they were met is noted."""
    found = [known[change.ref.url].id for change in changes if known[change.ref.url].blocked]
    if found:
        connection.execute(update(repository).where(repository.c.id.in_(found)).values(visited_at=now))
    return found


def _keep_books(connection: Connection, pairs: Sequence[_Pair], batch: Batch) -> None:
    """State and detector of every repository; one prepared statement for all that are fine, one for the others."""
    rows: dict[bool, list[dict[str, Any]]] = {True: [], False: []}
    for change, known in pairs:
        rows[change.kind not in _FAULTY].append(
            {
                "key": known.id,
                "new_state": change.state.value,
                "new_detector": change.detector,
                "new_strikes": change.strikes,
                "new_failing_since": change.failing_since,
                "new_fault": None if change.fault is None else to_json(change.fault),
                "new_source_id": batch.source_of.get(change.ref.url),
                "new_count_due_at": change.count_due_at,
                **_state_values(change),
            }
        )
    common = update(repository).where(repository.c.id == bindparam("key"))
    common = common.values(
        state=bindparam("new_state"),
        detector=bindparam("new_detector"),
        strikes=bindparam("new_strikes"),
        failing_since=bindparam("new_failing_since"),
        fault=bindparam("new_fault"),
        source_id=func.coalesce(bindparam("new_source_id", type_=source.c.id.type), repository.c.source_id),
        visited_at=batch.now,
        count_due_at=bindparam("new_count_due_at"),
        **{name: _unless_none(name) for name in ("state_since", "settled_state", "settled_since", "descent")},
        successor_url=func.nullif(_unless_none("successor_url"), ""),
    )
    if rows[True]:
        connection.execute(common.values(checked_at=batch.now), rows[True])
    if rows[False]:
        connection.execute(common, rows[False])


def _state_values(change: Change) -> dict[str, Any]:
    """For ``_unless_none``: what is None stays as it is stored."""
    settled = change.state in SETTLED
    return {
        "new_state_since": change.state_since,
        "new_settled_state": change.state.value if settled else None,
        "new_settled_since": change.state_since if settled else None,
        "new_descent": change.descent.value if change.descent is not None else None,
        "new_successor_url": change.successor_url,
    }


def _unless_none(name: str) -> ColumnElement[Any]:
    column = repository.c[name]
    return func.coalesce(bindparam(f"new_{name}", type_=column.type), column)


def _rename(connection: Connection, pairs: Sequence[_Pair], now: datetime) -> None:
    """An unchanged repository that moved: its solution names the new URL."""
    renamed = []
    for change, known in pairs:
        if change.moved_from is None or change.harvested is not None or known.solution_id is None:
            continue
        query = select(solution.c.document, solution.c.assessment).where(solution.c.id == known.solution_id)
        row = connection.execute(query).one()
        values = {
            "document": _readdressed(row.document, change.moved_from, change.ref.url),
            "assessment": _readdressed(row.assessment, change.moved_from, change.ref.url),
        }
        connection.execute(update(solution).where(solution.c.id == known.solution_id).values(values))
        operators.readdress(connection, known.solution_id, change.moved_from, change.ref.url)
        renamed.append(known.solution_id)
    writing.reindex(connection, renamed, now)


def _readdressed(document: str, old: str, new: str) -> str:
    """A stored document with the repository's new URL in every origin; what files say themselves stays."""

    def walk(value: Any, key: str | None = None) -> Any:
        if isinstance(value, dict):
            return {name: walk(part, name) for name, part in value.items()}
        if isinstance(value, list):
            return [walk(part) for part in value]
        return new if value == old and key in _ADDRESSES else value

    return json.dumps(walk(json.loads(document)), ensure_ascii=False, separators=(",", ":"))


def save_harvested(connection: Connection, pairs: Sequence[_Pair], batch: Batch) -> dict[str, Fresh]:
    """What was read afresh, by repository id. Its products are written when it is known what belongs together."""
    # The last word counts where one batch has a repository twice.
    full = {known.id: (change, known, change.harvested) for change, known in pairs if change.harvested is not None}
    owner_of = publishers_of(connection, [(change, harvested) for change, _, harvested in full.values()], batch)
    fresh = {key: Fresh(harvested, owner_of[change.ref.url]) for key, (change, _, harvested) in full.items()}
    _save_repositories(connection, {key: change for key, (change, _, _) in full.items()}, fresh)
    snapshots.save(connection, {key: one.harvested for key, one in fresh.items()})
    snapshots.prune(connection, fresh)
    aliases = identities.aliases(connection, fresh)
    owners = identities.owner_ids(connection, fresh)
    read = {key: _reading(change, harvested) for key, (change, _, harvested) in full.items()}
    identities.save(
        connection,
        {key: identity_of(one, owners.get(key), aliases.get(key, ())) for key, one in read.items()},
        batch.now,
    )
    return fresh


def _reading(change: Change, harvested: Harvested) -> RepositoryReading:
    taken = harvested.snapshot
    return RepositoryReading(change.ref, taken.commit, taken.taken_at, harvested.readings, taken.activity)


def _save_repositories(connection: Connection, changes: Mapping[str, Change], fresh: Mapping[str, Fresh]) -> None:
    """What was read of each, by id, in one prepared statement."""
    rows = [
        {
            "key": key,
            "new_content_hash": fresh[key].harvested.content_hash,
            "new_facts": to_json(change.ref.facts),
            "new_activity": to_json(taken.activity),
            "new_branch": taken.branch,
            "new_commit": taken.commit,
            "new_taken_at": taken.taken_at,
            "new_publisher_id": None if (publisher := fresh[key].publishing.body) is None else publisher.id,
            "new_attribution": attributing.attribution_json(fresh[key].publishing.attribution),
        }
        for key, change in changes.items()
        for taken in (fresh[key].harvested.snapshot,)
    ]
    if rows:
        read = ("content_hash", "facts", "activity", "branch", "commit", "taken_at", "publisher_id", "attribution")
        statement = update(repository).where(repository.c.id == bindparam("key"))
        statement = statement.values({name: bindparam(f"new_{name}", type_=repository.c[name].type) for name in read})
        connection.execute(statement, rows)


def publishers_of(
    connection: Connection, fresh: Sequence[tuple[Change, Harvested]], batch: Batch
) -> dict[str, Publishing]:
    """Repository URL -> publisher: the configured one, else the owner of the account, else whom the register knows."""
    return attributing.publishing(connection, fresh, batch.publisher_of)


def _confirm(connection: Connection, repository_ids: Sequence[str], now: datetime) -> None:
    """A successful look at a repository: its solutions were checked, and one that had been withdrawn is back."""
    back: list[str] = []
    for chunk in chunks(repository_ids):
        of_any = select(solution_repository.c.solution_id).where(solution_repository.c.repository_id.in_(chunk))
        of_main = of_any.where(solution_repository.c.role == Role.MAIN.value)
        connection.execute(update(solution).where(solution.c.id.in_(of_any)).values(checked_at=now))
        withdrawn = select(solution.c.id).where(solution.c.id.in_(of_main), solution.c.withdrawn_at.is_not(None))
        back.extend(connection.scalars(withdrawn))
    for chunk in chunks(back):
        connection.execute(update(solution).where(solution.c.id.in_(chunk)).values(withdrawn_at=None))
    outbox.add_upserts(connection, back, now)


def _save_items(
    connection: Connection,
    run_id: str,
    results: Sequence[tuple[Change | None, Item]],
    known: Mapping[str, Known],
    now: datetime,
) -> list[SavedChange]:
    seen = {**known} | repositories.known(connection, _only_in_items(results, known))
    ids = [one.id for one in seen.values()]
    problems = snapshots.problem_counts(connection, ids)
    slugs = runs.solution_slugs(connection, ids)
    rows: list[tuple[Item, str | None]] = []
    saved: list[SavedChange] = []
    for change, item in results:
        one = seen.get(item.repository if change is None else change.ref.url)
        number = item.problems if one is None else problems.get(one.id, 0)
        if one is not None and one.blocked:
            item = replace(item, status=ItemStatus.SKIPPED, rule=BLOCKED, params={"subject": one.url})
        rows.append((replace(item, problems=number), one.id if one is not None else None))
        saved.append(SavedChange(slugs.get(one.id) if one is not None else None, number))
    runs.add_items(connection, run_id, rows, now)
    return saved


def _only_in_items(results: Iterable[tuple[Change | None, Item]], known: Mapping[str, Known]) -> Iterator[str]:
    return (item.repository for change, item in results if change is None and item.repository not in known)
