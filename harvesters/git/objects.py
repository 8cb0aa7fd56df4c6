# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reading a temporary clone: GitPython's object model over our own ``git cat-file`` process.

GitPython parses trees, commits and tags; every byte comes from one resource-limited child (its own process would
inherit our environment, its own pack reader would load bombs into our memory). Sizes are asked for before contents.
"""

from __future__ import annotations

import stat
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from git import Commit, Repo, TagObject, Tree
from git.objects.base import IndexObject
from gitdb.base import OInfo, OStream
from gitdb.db import LooseObjectDB
from gitdb.exc import BadObject
from gitdb.util import bin_to_hex, hex_to_bin

from harvesters.git.running import Conversation
from registry.errors import Damaged, TooLarge
from registry.model import EntryKind, TreeEntry

# A name has at most 255 bytes on usual file systems: 5,000 entries of 290 bytes with room to spare.
OBJECT_BYTES = 8 * 2**20
_KINDS = {stat.S_IFDIR: EntryKind.TREE, stat.S_IFLNK: EntryKind.SYMLINK, 0o160000: EntryKind.SUBMODULE}
# What GitPython's parsers raise over bytes that are no tree, commit or tag.
_BROKEN = (ValueError, IndexError, KeyError, TypeError, AttributeError, AssertionError, BadObject)


@dataclass(frozen=True, slots=True)
class Header:
    kind: str
    size: int


class Objects:
    """The objects of one clone, through one ``cat-file --batch-command`` conversation."""

    def __init__(self, talk: Conversation, folder: Path, subject: str) -> None:
        self._talk = talk
        self.subject = subject
        self._repo = Repo(folder, odbt=LooseObjectDB, expand_vars=False)
        self._repo.odb = _Database(self)

    def close(self) -> None:
        self._repo.close()

    def header(self, name: str) -> Header | None:
        """Kind and size without reading the object; None where the clone does not have it."""
        self._talk.ask(b"info " + name.encode("ascii"))
        return _header(self._talk.line())

    def content(self, name: str, most: int) -> bytes:
        """An object's bytes. Raises Damaged for a missing one, TooLarge over ``most`` bytes."""
        header = self.header(name)
        if header is None:
            raise Damaged(self.subject, f"missing {name[:12]}")
        if header.size > most:
            raise TooLarge(self.subject, f"{header.kind} {name[:12]}: {header.size} B")
        self._talk.ask(b"contents " + name.encode("ascii"))
        self._talk.line()
        body = self._talk.exactly(header.size + 1)
        return body[:-1]

    def tree(self, oid: str, prefix: str, most: int) -> list[TreeEntry]:
        """At most ``most`` entries of one tree, not recursive; ``prefix`` ends in a slash or is empty.

        Raises Damaged for what is no tree, and for names that lead out of it or into git's own folder.
        """
        try:
            tree = Tree(self._repo, hex_to_bin(oid), Tree.tree_id << 12, "")
            entries = [_entry(item, prefix) for item in self._first(tree, most)]
        except _BROKEN as error:
            raise Damaged(self.subject, f"tree {oid[:12]}") from error
        # Git's own check is off for servers and repositories that cannot pass it (see door.py), so this is the one that
        # counts. Nothing is ever checked out, but names like these are made to harm whoever clones.
        if any(_leads_elsewhere(entry.path.removeprefix(prefix)) for entry in entries):
            raise Damaged(self.subject, f"tree {oid[:12]}")
        return entries

    def root_tree(self, commit: str) -> str:
        """The oid of a commit's tree."""
        try:
            return str(Commit(self._repo, hex_to_bin(commit)).tree.hexsha)
        except _BROKEN as error:
            raise Damaged(self.subject, f"commit {commit[:12]}") from error

    def tagged_at(self, tag: str) -> int | None:
        """The Unix time in a tag object; None where it has none or is broken."""
        try:
            return int(TagObject(self._repo, hex_to_bin(tag)).tagged_date)
        except (*_BROKEN, TooLarge):
            return None

    def committed_at(self, commit: str) -> int | None:
        """The committer's Unix time; None where the object is no commit or is broken."""
        header = self.header(commit)
        if header is None or header.kind != "commit":
            return None
        try:
            return int(Commit(self._repo, hex_to_bin(commit)).committed_date)
        except (*_BROKEN, TooLarge):
            return None

    def _first(self, tree: Tree, most: int) -> Iterable[IndexObject]:
        for count, item in enumerate(tree):
            if count >= most:
                return
            yield item


class _Database(LooseObjectDB):  # type: ignore[misc]  # gitdb has no types
    """What GitPython asks for objects, answered by ``Objects``."""

    def __init__(self, objects: Objects) -> None:
        super().__init__("")
        self._objects = objects

    def info(self, binsha: bytes) -> OInfo:
        header = self._objects.header(bin_to_hex(binsha).decode("ascii"))
        if header is None:
            raise BadObject(binsha)
        return OInfo(binsha, header.kind.encode("ascii"), header.size)

    def stream(self, binsha: bytes) -> OStream:
        name = bin_to_hex(binsha).decode("ascii")
        header = self._objects.header(name)
        if header is None:
            raise BadObject(binsha)
        body = self._objects.content(name, OBJECT_BYTES)
        return OStream(binsha, header.kind.encode("ascii"), header.size, BytesIO(body))


def _header(line: bytes) -> Header | None:
    words = line.split(b" ")
    if len(words) != 3 or not words[2].isdigit():
        return None
    return Header(words[1].decode("ascii"), int(words[2]))


def _entry(item: IndexObject, prefix: str) -> TreeEntry:
    kind = _KINDS.get(stat.S_IFMT(item.mode))
    if kind is None:
        kind = EntryKind.EXECUTABLE if item.mode & 0o100 else EntryKind.FILE
    return TreeEntry(path=prefix + _readable(str(item.path)), kind=kind, oid=item.hexsha)


def _leads_elsewhere(name: str) -> bool:
    return "/" in name or name.lower() in ("", ".", "..", ".git", "git~1")


def _readable(name: str) -> str:
    """UTF-8 as it stands; other bytes, which GitPython keeps as surrogates, read as Latin-1."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        name = name.encode("utf-8", "surrogateescape").decode("latin-1")
    return name
