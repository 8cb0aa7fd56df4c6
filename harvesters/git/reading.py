# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""From a temporary clone to the parts of a snapshot: entries, files, figures of the history, dated tags."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from harvesters.git.faults import clean
from harvesters.git.running import Conversation
from harvesters.history import MOST_TAGS, CommitLine, HistoryCount, moment
from harvesters.refs import Advertisement
from registry.errors import Damaged
from registry.model import EntryKind, KnownHistory, Tag, TreeEntry

if TYPE_CHECKING:
    from harvesters.git.objects import Objects

FOLDERS_LISTED = 24
LOG_LINE_BYTES = 16 * 2**10
_NUMBER = re.compile(r"(\d{1,18})")


class Select(Protocol):
    """What to look at and what to read: see ``harvesters.readers.wanted``."""

    @property
    def folders(self) -> frozenset[str]:
        """Root folders to list one level down, lower case."""

    def sought(self, entries: Sequence[TreeEntry]) -> Sequence[TreeEntry]:
        """Further root folders to look through, few; of their entries only those that ``is_sought`` are kept."""

    def is_sought(self, entry: TreeEntry) -> bool: ...

    def wanted(self, entries: Sequence[TreeEntry]) -> Sequence[TreeEntry]:
        """The files to read, most wanted first."""


class Trees(Protocol):
    """Where folders are listed: git's objects, or a checkout on a disk."""

    def tree(self, oid: str, prefix: str, most: int) -> list[TreeEntry]:
        """At most ``most`` entries of one folder, not recursive; ``prefix`` ends in a slash or is empty."""


@dataclass(frozen=True, slots=True)
class Files:
    contents: dict[str, bytes]
    sizes: dict[str, int]
    oversized: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class History:
    """``dates`` are the committer's Unix seconds of the commits asked for, ``newest`` is the first of the log."""

    count: HistoryCount
    dates: dict[str, int | None]
    complete: bool
    newest: CommitLine | None


def list_entries(objects: Trees, root: str, select: Select, most: int) -> list[TreeEntry]:
    """The root's entries and, one level down, what ``select`` wants to see; at most ``most`` a folder."""
    entries = objects.tree(root, "", most)
    listed = [entry for entry in entries if entry.kind is EntryKind.TREE and entry.path.lower() in select.folders]
    for folder in listed[:FOLDERS_LISTED]:
        entries += objects.tree(folder.oid, folder.path + "/", most)
    for folder in list(select.sought(entries))[:FOLDERS_LISTED]:
        entries += filter(select.is_sought, objects.tree(folder.oid, folder.path + "/", most))
    return entries


def regular_files(entries: Iterable[TreeEntry]) -> list[TreeEntry]:
    """Each path once; links, submodules and folders are never asked for."""
    kinds = (EntryKind.FILE, EntryKind.EXECUTABLE)
    return list({entry.path: entry for entry in entries if entry.kind in kinds}.values())


def read_files(objects: Objects, files: Iterable[TreeEntry], most: int) -> Files:
    """Contents of ``regular_files`` up to ``most`` bytes; larger ones are named, never loaded."""
    contents: dict[str, bytes] = {}
    sizes: dict[str, int] = {}
    oversized: list[str] = []
    for file in files:
        header = objects.header(file.oid)
        if header is None or header.kind != "blob":
            raise Damaged(objects.subject, clean(file.path))
        sizes[file.path] = header.size
        if header.size > most:
            oversized.append(file.path)
        else:
            contents[file.path] = objects.content(file.oid, most)
    return Files(contents, sizes, tuple(oversized))


def read_commits(talk: Conversation, now: datetime, most: int, wanted: frozenset[str]) -> History:
    """Counts the log's commits, at most ``most``; remembers the dates of the ``wanted`` ones."""
    dates: dict[str, int | None] = {}
    commits = _commits(_lines(talk.chunks()), wanted, dates)
    newest = next(commits, None)
    count = HistoryCount(now).add(() if newest is None else (newest,)).add(islice(commits, most - 1))
    cut = next(commits, None) is not None
    # A broken commit deep in the history ends git's log early: what was counted is then a lower bound.
    return History(count, dates, complete=not cut and talk.returncode() == 0, newest=newest)


@dataclass(frozen=True, slots=True)
class TagsAsked:
    """Of the chosen tags those whose dates are known, and those that have to be asked for.

    ``oids`` maps the latter's names to the object the ref names, ``commits`` to the commit behind it.
    """

    known: tuple[Tag, ...]
    oids: Mapping[str, str]
    commits: Mapping[str, str]


def chosen_tags(advertisement: Advertisement, known: KnownHistory | None = None) -> TagsAsked:
    """The newest tags by the order of versions in their names. ``known`` are not asked for again."""
    names = sorted(advertisement.tags, key=_version, reverse=True)[:MOST_TAGS]
    commits = {name: advertisement.peeled.get(name, advertisement.tags[name]) for name in names}
    before = {(tag.name, tag.commit): tag for tag in known.activity.tags} if known is not None else {}
    kept = {name: before[name, commits[name]] for name in names if (name, commits[name]) in before}
    oids = {name: advertisement.tags[name] for name in names if name not in kept}
    return TagsAsked(tuple(kept.values()), oids, {name: commits[name] for name in oids})


class Dates(Protocol):
    """Where dates of commits and tag objects are looked up; None where there is none."""

    def committed_at(self, commit: str) -> int | None: ...

    def tagged_at(self, tag: str) -> int | None: ...


def dated_tags(objects: Dates, tags: TagsAsked, dates: Mapping[str, int | None], now: datetime) -> list[Tag]:
    """Tags with the date of the tag object or of the commit; one of something else, or without a date, is left out."""
    found = list(tags.known)
    for name, oid in tags.oids.items():
        commit = tags.commits[name]
        committed = dates[commit] if commit in dates else objects.committed_at(commit)
        at = moment(committed, now)
        if oid != commit:
            at = moment(objects.tagged_at(oid), now) or at
        if at is not None:
            found.append(Tag(name, commit, at))
    return found


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Lines; of one that is longer than any honest one only the start is kept."""
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
        rest = rest[:LOG_LINE_BYTES]
    if rest:
        yield rest


def _commits(lines: Iterable[bytes], wanted: frozenset[str], dates: dict[str, int | None]) -> Iterator[CommitLine]:
    for line in lines:
        fields = line.split(b"\0")
        if len(fields) != 5:
            yield CommitLine("", "", None)
            continue
        oid, name, email, committed, authored = fields
        seconds = _seconds(committed)
        commit = oid.decode("ascii", "replace")
        if commit in wanted:
            dates[commit] = seconds
        yield CommitLine(name.decode("utf-8", "replace"), email.decode("utf-8", "replace"), seconds, _seconds(authored))


def _seconds(text: bytes) -> int | None:
    try:
        return int(text[:20])
    except ValueError:
        return None


def _version(name: str) -> list[str | int]:
    """Sorts "v1.10" after "v1.9"; text and numbers take turns, so that they are never compared with each other."""
    parts = _NUMBER.split(name[:200].removeprefix("v"))
    return [int(part) if index % 2 else part for index, part in enumerate(parts)]
