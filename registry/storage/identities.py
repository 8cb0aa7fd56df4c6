# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What tells which repositories are one product: identities, the keys they share, and who hangs together by them."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b

from sqlalchemy import Connection, and_, delete, func, insert, or_, select, update

from registry.errors import StorageError
from registry.identity import identity_of, keys
from registry.model import Identity, RepositoryState
from registry.naming import place
from registry.storage import publishers, readings
from registry.storage.codec import from_json, to_json
from registry.storage.sql import chunks
from registry.storage.tables import repository, repository_alias, solution, solution_repository
from registry.storage.tables import repository_identity as table
from registry.storage.tables import repository_key as key_table

VERSION = 2
"""Raise it when ``registry.identity`` makes other identities or keys: the next harvest then makes all of them anew."""
MOST = 2_000
"""Repositories that one key, or one component, may join. What joins more says nothing, and a warning says so.

A batch that touches a product of so many takes seconds: all of them are compared and the product is written anew.
"""
_LONGEST_TOLD = 200

_log = logging.getLogger(__name__)

Pairs = Sequence[tuple[str, str]]


def save(connection: Connection, identities: Mapping[str, Identity], now: datetime) -> None:
    """Write identities with their keys, by repository id."""
    drop(connection, identities)
    rows = [
        {"repository_id": key, "version": VERSION, "identity": to_json(one), "updated_at": now}
        for key, one in identities.items()
    ]
    shared = [{"key": digest, "repository_id": key} for key, one in identities.items() for digest in _digests(one)]
    if rows:
        connection.execute(insert(table), rows)
    if shared:
        connection.execute(insert(key_table), shared)


def drop(connection: Connection, repository_ids: Iterable[str]) -> None:
    """These belong to nothing any more, as those that were withdrawn."""
    for chunk in chunks(repository_ids):
        connection.execute(delete(key_table).where(key_table.c.repository_id.in_(chunk)))
        connection.execute(delete(table).where(table.c.repository_id.in_(chunk)))


def outdate(connection: Connection, repository_ids: Iterable[str]) -> None:
    """Let the end of the next harvest make these anew: something beside their content has changed."""
    for chunk in chunks(repository_ids):
        connection.execute(update(table).where(table.c.repository_id.in_(chunk)).values(version=0))


def load(connection: Connection, repository_ids: Iterable[str]) -> dict[str, Identity]:
    """By repository id; those without one, or whose stored one does not fit, are absent."""
    found: dict[str, Identity] = {}
    for chunk in chunks(repository_ids):
        query = select(table.c.repository_id, table.c.identity).where(table.c.repository_id.in_(chunk))
        for row in connection.execute(query):
            try:
                found[row.repository_id] = from_json(Identity, row.identity)
            except StorageError:
                continue
    return found


def compute(connection: Connection, repository_ids: Collection[str], now: datetime) -> None:
    """Make and write the identities of these from what is stored of them; those never read get none."""
    known = readings.load(connection, repository_ids)
    other = aliases(connection, known)
    owners = owner_ids(connection, known)
    made = {key: identity_of(reading, owners.get(key), other.get(key, ())) for key, reading in known.items()}
    save(connection, made, now)


def refresh(connection: Connection, repository_ids: Collection[str], now: datetime) -> None:
    """Make these anew where they have one: an address or a publisher has changed, not the content."""
    held: list[str] = []
    for chunk in chunks(repository_ids):
        held += connection.scalars(select(table.c.repository_id).where(table.c.repository_id.in_(chunk)))
    if held:
        compute(connection, held, now)


def complete(connection: Connection, repository_ids: Iterable[str], now: datetime) -> None:
    """Make the identities of those among these that have none."""
    lacking = dict.fromkeys(repository_ids)
    for chunk in chunks(list(lacking)):
        for key in connection.scalars(select(table.c.repository_id).where(table.c.repository_id.in_(chunk))):
            del lacking[key]
    if lacking:
        compute(connection, lacking, now)


def aliases(connection: Connection, repository_ids: Iterable[str]) -> dict[str, list[str]]:
    """Repository id -> former addresses. Other spellings of the present one are left out."""
    found: dict[str, list[str]] = {}
    for chunk in chunks(repository_ids):
        query = (
            select(repository.c.id, repository.c.url, repository_alias.c.url.label("alias"))
            .join(repository_alias, repository_alias.c.repository_id == repository.c.id)
            .where(repository.c.id.in_(chunk))
            .order_by(repository_alias.c.url)
        )
        for row in connection.execute(query):
            if place(row.alias) != place(row.url):
                found.setdefault(row.id, []).append(row.alias)
    return found


def owner_ids(connection: Connection, repository_ids: Iterable[str]) -> dict[str, str]:
    """Repository id -> id of the publisher: the one noted for it, else the owner of its account."""
    found: dict[str, str] = {}
    for chunk in chunks(repository_ids):
        query = select(repository.c.id, repository.c.url, repository.c.publisher_id)
        rows = connection.execute(query.where(repository.c.id.in_(chunk))).all()
        owners = publishers.owners(connection, [row.url for row in rows if row.publisher_id is None])
        for row in rows:
            owner = row.publisher_id or owners.get(row.url)
            if owner is not None:
                found[row.id] = owner
    return found


def living(connection: Connection, repository_ids: Iterable[str]) -> list[str]:
    """These without those that were withdrawn and have not been read since, and those blocked; in their order."""
    withdrawn = or_(repository.c.state == RepositoryState.GONE.value, repository.c.blocked_at.is_not(None))
    asked = list(dict.fromkeys(repository_ids))
    found: set[str] = set()
    for chunk in chunks(asked):
        found.update(connection.scalars(select(repository.c.id).where(repository.c.id.in_(chunk), ~withdrawn)))
    return [key for key in asked if key in found]


def missing(connection: Connection, after: str, limit: int) -> tuple[list[str], int]:
    """Shown repositories without an identity by the present rules: those after this id, and how many there are."""
    lacking = (
        select(repository.c.id)
        .join(solution_repository, solution_repository.c.repository_id == repository.c.id)
        .join(solution, and_(solution.c.id == solution_repository.c.solution_id, solution.c.withdrawn_at.is_(None)))
        .outerjoin(table, table.c.repository_id == repository.c.id)
        .where(
            or_(table.c.version.is_(None), table.c.version != VERSION),
            repository.c.commit.is_not(None),
            repository.c.activity.is_not(None),
            repository.c.id > after,
        )
        .distinct()
    )
    total = connection.scalar(select(func.count()).select_from(lacking.subquery())) or 0
    return list(connection.scalars(lacking.order_by(repository.c.id).limit(limit))) if total else [], total


def components(
    connection: Connection, seeds: Collection[str], pairs: Pairs = (), most: int | None = None
) -> list[list[str]]:
    """Repositories that hang together by shared keys, for each seed; ``pairs`` are joined whatever their keys.

    Where more than ``most`` (if not said, ``MOST``) would hang together, the keys that most share do not count, until
    it is fewer.
    """
    most = MOST if most is None else most
    if most < 2:
        return [[seed] for seed in seeds]
    reached = _Reached(most)
    partners: dict[str, set[str]] = {}
    for one, other in pairs:
        partners.setdefault(one, set()).add(other)
        partners.setdefault(other, set()).add(one)
    frontier = list(dict.fromkeys(seeds))
    for key in frontier:
        reached.add(key)
    while frontier:
        found = [[key, *partners[key]] for key in frontier if key in partners]
        found += _sharing(connection, frontier, most)
        frontier = [key for several in found for key in reached.join(several)]
        frontier = [key for key in frontier if not reached.is_full(key)]
    made = reached.members()
    good = [several for several in made if len(several) <= most]
    full = [several for several in made if len(several) > most]
    for several in full:
        _log.warning(
            "more than %d repositories hang together, %s among them: keys that more than %d share do not count there",
            most, several[0], most // 3,
        )  # fmt: skip
    again = [key for several in full for key in several if key in set(seeds)]
    return good + (components(connection, again, pairs, most // 3) if again else [])


def _sharing(connection: Connection, repository_ids: Iterable[str], most: int) -> Iterator[list[str]]:
    """The repositories of each key that one of these shares with others."""
    for chunk in chunks(repository_ids):
        theirs = select(key_table.c.key).where(key_table.c.repository_id.in_(chunk))
        number = func.count().label("number")
        several = (
            select(key_table.c.key, number)
            .where(key_table.c.key.in_(theirs))
            .group_by(key_table.c.key)
            .having(number > 1)
        )
        shared: list[str] = []
        for row in connection.execute(several).all():
            if row.number <= most:
                shared.append(row.key)
            elif most == MOST:
                _log.warning("%d repositories share %s: it joins nobody", row.number, _named(connection, row.key))
        found: dict[str, list[str]] = {}
        for names in chunks(shared):
            rows = connection.execute(select(key_table).where(key_table.c.key.in_(names)))
            for row in rows:
                found.setdefault(row.key, []).append(row.repository_id)
        yield from found.values()


def _named(connection: Connection, digest: str) -> str:
    """The key of this digest in words, with control characters and the like escaped."""
    one = connection.scalar(select(key_table.c.repository_id).where(key_table.c.key == digest).limit(1))
    known = load(connection, [one]) if one is not None else {}
    named = (key for identity in known.values() for key in keys(identity) if _digest(key) == digest)
    return ascii(next(named, digest)[:_LONGEST_TOLD])


@dataclass(slots=True)
class _Reached:
    """Union-find over repository ids."""

    most: int
    _root: dict[str, str] = field(default_factory=dict)
    _size: dict[str, int] = field(default_factory=dict)

    def add(self, key: str) -> bool:
        """True for one that was not reached before."""
        if key in self._root:
            return False
        self._root[key], self._size[key] = key, 1
        return True

    def join(self, several: Iterable[str]) -> list[str]:
        """Those not reached before."""
        first, *others = sorted(several)
        new = [key for key in (first, *others) if self.add(key)]
        for other in others:
            one, two = self._find(first), self._find(other)
            if one != two:
                self._root[two] = one
                self._size[one] += self._size[two]
        return new

    def is_full(self, key: str) -> bool:
        return self._size[self._find(key)] > self.most

    def members(self) -> list[list[str]]:
        found: dict[str, list[str]] = {}
        for key in self._root:
            found.setdefault(self._find(key), []).append(key)
        return [sorted(several) for several in found.values()]

    def _find(self, key: str) -> str:
        while self._root[key] != key:
            self._root[key] = self._root[self._root[key]]
            key = self._root[key]
        return key


def _digests(identity: Identity) -> list[str]:
    return sorted({_digest(key) for key in keys(identity)})


def _digest(key: str) -> str:
    return blake2b(key.encode("utf-8", "replace"), digest_size=16).hexdigest()
