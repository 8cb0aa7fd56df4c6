# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A snapshot in two requests and no process: for the usual repository on a usual server.

1. HEAD at depth 1 without blobs: the trees, from which ``select`` chooses files;
2. the chosen blobs, and all commits without trees (or, where the history was counted lately, only new tags).

Whatever is unusual, broken or large raises ``Irregular``: then git itself is asked, which has the last word on faults.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from harvesters.git import raws
from harvesters.git.asking import UploadPack
from harvesters.git.counting import Ancestry
from harvesters.git.packets import Irregular
from harvesters.git.packs import BLOB, COMMIT, TAG, TREE, Packed
from harvesters.git.reading import Files, Select, TagsAsked, dated_tags, list_entries, regular_files
from harvesters.history import CommitLine, HistoryCount, carried_on
from harvesters.refs import Advertisement
from registry.model import Activity, KnownHistory, RepositoryRef, Snapshot, Tag, TreeEntry

_NEEDED = frozenset({"filter", "shallow"})
_EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


def is_worth_trying(advertisement: Advertisement) -> bool:
    """Whether the server can give parts of a repository; the advertisement says so for all versions of the protocol."""
    return advertisement.capabilities is None or advertisement.capabilities >= _NEEDED


@dataclass(frozen=True, slots=True)
class Visit:
    """One repository to be read. ``known`` is given where its counts still hold."""

    ref: RepositoryRef
    advertisement: Advertisement
    tags: TagsAsked
    known: KnownHistory | None
    now: datetime


def read_quickly(visit: Visit, pack: UploadPack, select: Select) -> Snapshot:
    """Raises Irregular, and the errors of the HTTP client."""
    head, limits = visit.advertisement.head, pack.limits
    trees = _Trees()
    pack.fetch([head], trees.take, objects="blob:none", depth=1)
    commit = trees.commit(head)
    entries = list_entries(trees, raws.root_tree(commit), select, limits.tree_entries)
    files = regular_files(select.wanted(entries))[: limits.snapshot_files]
    rest = _Rest(visit, [file.oid for file in files])
    activity = rest.fetch(pack, commit)
    found = rest.files(files)
    return Snapshot(
        ref=visit.ref,
        commit=head,
        branch=visit.advertisement.branch,
        taken_at=visit.now,
        detector=visit.ref.detector or visit.advertisement.detector,
        entries=tuple(replace(entry, size=found.sizes.get(entry.path)) for entry in entries),
        files=found.contents,
        activity=activity,
        oversized=found.oversized,
    )


class _Trees:
    """The first answer: one commit and its trees."""

    def __init__(self) -> None:
        self._trees: dict[str, bytes] = {_EMPTY_TREE: b""}
        self._commits: dict[str, bytes] = {}

    def take(self, found: Packed) -> None:
        if found.raw is None or found.kind not in (COMMIT, TREE):
            raise Irregular("not filtered")
        if found.kind == COMMIT:
            self._commits[found.oid.hex()] = found.raw
        # All of them, also where we do not look: git's own check does the same.
        elif raws.is_sound_tree(found.raw):
            self._trees[found.oid.hex()] = found.raw
        else:
            raise Irregular("tree")

    def commit(self, oid: str) -> bytes:
        if oid not in self._commits:
            raise Irregular("head")
        return self._commits[oid]

    def tree(self, oid: str, prefix: str, most: int) -> list[TreeEntry]:
        if oid not in self._trees:
            raise Irregular("tree")
        return raws.tree_entries(self._trees[oid], prefix, most)


class _Rest:
    """The second answer: blobs, commits and tags."""

    def __init__(self, visit: Visit, blobs: Sequence[str]) -> None:
        self._visit = visit
        self._blobs = blobs
        self._tag_count = len(visit.advertisement.tags)
        self._found: dict[str, Packed] = {}
        self._tagged: dict[str, int | None] = {}
        self._ancestry = Ancestry(
            visit.advertisement.head, frozenset(visit.tags.commits.values()), HistoryCount(visit.now)
        )

    def fetch(self, pack: UploadPack, head: bytes) -> Activity:
        visit, tags = self._visit, list(self._visit.tags.oids.values())
        if visit.known is None:
            wants = [visit.advertisement.head, *tags, *self._blobs]
            shallow = pack.fetch(wants, self.take, objects="tree:0")
            complete = self._ancestry.is_complete() and not shallow
            # Which of too many commits count is decided by git's order of them.
            if self._ancestry.count.commits > pack.limits.history_commits:
                raise Irregular("history")
            return self._ancestry.count.figures(tags=self._dated(), tag_count=self._tag_count, complete=complete)
        if tags or self._blobs:
            pack.fetch([*tags, *self._blobs], self.take, objects="tree:0", depth=1 if tags else None)
        read = raws.read_commit(head)
        newest = CommitLine(*raws.person(read.who), read.committed, read.authored)
        return carried_on(visit.known, newest, visit.now, tags=self._dated(), tag_count=self._tag_count)

    def _dated(self) -> list[Tag]:
        return dated_tags(self, self._visit.tags, self._ancestry.dates, self._visit.now)

    def take(self, found: Packed) -> None:
        if found.kind == COMMIT:
            self._ancestry.take(found)
        elif found.kind == BLOB:
            self._found[found.oid.hex()] = found
        elif found.kind == TAG and found.raw is not None:
            self._tagged[found.oid.hex()] = raws.tagged_at(found.raw)

    def files(self, files: Sequence[TreeEntry]) -> Files:
        contents: dict[str, bytes] = {}
        sizes: dict[str, int] = {}
        oversized: list[str] = []
        for file in files:
            blob = self._found.get(file.oid)
            if blob is None:
                raise Irregular("blob")
            sizes[file.path] = blob.size
            if blob.raw is None:
                oversized.append(file.path)
            else:
                contents[file.path] = blob.raw
        return Files(contents, sizes, tuple(oversized))

    def committed_at(self, commit: str) -> int | None:
        return self._ancestry.dates.get(commit)

    def tagged_at(self, tag: str) -> int | None:
        return self._tagged.get(tag)
