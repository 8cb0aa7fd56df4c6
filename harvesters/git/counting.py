# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Counts the commits that lead to one commit while a pack of them streams by.

Packs come newest commits first, so that nearly every commit is counted as it comes and nothing is kept of it but its
name; only those whose children come later wait.
"""

from __future__ import annotations

from harvesters.git.packets import Irregular
from harvesters.git.packs import Packed
from harvesters.git.raws import RawCommit, person, read_commit
from harvesters.history import HistoryCount


class Ancestry:
    """``dates`` are the committer's Unix seconds of the commits in ``wanted``, whether they lead to ``head`` or not."""

    def __init__(self, head: str, wanted: frozenset[str], count: HistoryCount) -> None:
        self.dates: dict[str, int | None] = {}
        self.count = count
        self._head = bytes.fromhex(head)
        self._wanted = {bytes.fromhex(oid) for oid in wanted}
        self._expected = {self._head}
        self._seen: set[bytes] = set()
        self._waiting: dict[bytes, RawCommit] = {}
        self._people: dict[bytes, tuple[str, str]] = {}

    def take(self, found: Packed) -> None:
        """Raises Irregular for what is no readable commit."""
        oid = found.oid
        if found.raw is None:
            raise Irregular("commit size")
        if oid in self._seen:
            return
        self._seen.add(oid)
        commit = read_commit(found.raw)
        if oid in self._wanted:
            self.dates[oid.hex()] = commit.committed
        if oid in self._expected:
            self._expected.discard(oid)
            self._follow(commit)
        else:
            self._waiting[oid] = commit

    def is_complete(self) -> bool:
        """After the pack: whether all parents came. Raises Irregular where the commit itself did not."""
        if self._head in self._expected:
            raise Irregular("head")
        return not self._expected

    def _follow(self, commit: RawCommit) -> None:
        todo = [commit]
        while todo:
            parents, who, authored, committed = todo.pop()
            identity = self._people.get(who)
            if identity is None:
                identity = self._people[who] = person(who)
            self.count.one(identity, committed, authored)
            for parent in parents:
                waiting = self._waiting.pop(parent, None)
                if waiting is not None:
                    todo.append(waiting)
                elif parent not in self._seen:
                    self._expected.add(parent)
