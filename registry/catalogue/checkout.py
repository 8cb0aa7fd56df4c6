# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A folder on this machine as the harvest would see it: the same selection, without git and without a network."""

from __future__ import annotations

import os
import re
import stat
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path

from harvesters.git.reading import list_entries, regular_files
from harvesters.readers.wanted import Selection
from registry.catalogue.beside import read_regular
from registry.model import Activity, EntryKind, ForgeKind, Limits, RepositoryRef, Snapshot, TreeEntry

_GIT = ".git"
_MOST_NAMES = 100_000
"""Names of one folder that are looked at; the first ``Limits.tree_entries`` of them by name are kept."""
_COMMIT = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_REF = re.compile(rb"ref: (refs/[^\s.][^\s]{0,200})")
_LONGEST_REFS = 4 * 2**20


def checkout(folder: str, limits: Limits, now: datetime) -> Snapshot:
    """The wanted files of a folder and what lies in its root and one level down.

    Symbolic links are never followed (``folder`` itself may be one), and only regular files are opened: a named pipe or
    device is left out. ``commit`` is that of git's HEAD, "" where there is none; files count as they lie there.
    Raises OSError where the folder cannot be read, ValueError for what cannot be a path.
    """
    root = os.path.realpath(folder, strict=True)
    selection = Selection()
    entries = list_entries(_Folders(), root, selection, limits.tree_entries)
    files: dict[str, bytes] = {}
    oversized: list[str] = []
    for entry in regular_files(selection.wanted(entries))[: limits.snapshot_files]:
        with suppress(OSError):
            content = read_regular(entry.oid, limits.file_bytes + 1, flags=os.O_NOFOLLOW)
            if len(content) > limits.file_bytes:
                oversized.append(entry.path)
            else:
                files[entry.path] = content
    url = Path(root).as_uri()
    return Snapshot(
        ref=RepositoryRef(url, url, ForgeKind.GIT),
        commit=head_commit(root),
        branch=None,
        taken_at=now,
        detector="",
        entries=tuple(replace(entry, oid="") for entry in entries),
        files=files,
        activity=Activity(now, 0),
        oversized=tuple(oversized),
    )


def head_commit(root: str) -> str:
    """The commit that git's HEAD names, "" where that takes more than reading a small file or two."""
    with suppress(OSError, ValueError):
        head = _git_file(root, "HEAD", 512).strip()
        if _COMMIT.fullmatch(head):
            return head.decode()
        named = _REF.fullmatch(head)
        if named and b".." not in named[1]:
            return _commit_of(root, named[1])
    return ""


def _commit_of(root: str, ref: bytes) -> str:
    with suppress(OSError):
        loose = _git_file(root, os.fsdecode(ref), 512).strip()
        if _COMMIT.fullmatch(loose):
            return loose.decode()
    for line in _git_file(root, "packed-refs", _LONGEST_REFS).splitlines():
        commit, _, name = line.partition(b" ")
        if name == ref and _COMMIT.fullmatch(commit):
            return commit.decode()
    return ""


def _git_file(root: str, name: str, most: int) -> bytes:
    return read_regular(os.path.join(root, _GIT, name), most, flags=os.O_NOFOLLOW)


class _Folders:
    """``harvesters.git.reading.Trees`` over folders of this machine: an entry's ``oid`` is where it lies."""

    @staticmethod
    def tree(oid: str, prefix: str, most: int) -> list[TreeEntry]:
        """Raises OSError for the root only: another folder that cannot be read is as good as empty."""
        try:
            with os.scandir(oid) as scanned:
                entries = sorted(islice(scanned, _MOST_NAMES), key=lambda entry: entry.name)
        except OSError:
            if not prefix:
                raise
            return []
        kept = [entry for entry in entries if entry.name != _GIT][:most]
        return [found for entry in kept if (found := _entry(entry, prefix)) is not None]


def _entry(entry: os.DirEntry[str], prefix: str) -> TreeEntry | None:
    """None for what git keeps no record of (pipes, sockets, devices), and for what has just gone."""
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:
        return None
    kind = _kind(status.st_mode, entry.path)
    if kind is None:
        return None
    # A name that is not UTF-8 is shown as git's listings show it.
    path = prefix + os.fsencode(entry.name).decode("utf-8", "replace")
    return TreeEntry(path, kind, entry.path, status.st_size if stat.S_ISREG(status.st_mode) else None)


def _kind(mode: int, path: str) -> EntryKind | None:
    if stat.S_ISLNK(mode):
        return EntryKind.SYMLINK
    if stat.S_ISDIR(mode):
        return EntryKind.SUBMODULE if os.path.lexists(os.path.join(path, _GIT)) else EntryKind.TREE
    if stat.S_ISREG(mode):
        return EntryKind.EXECUTABLE if mode & stat.S_IXUSR else EntryKind.FILE
    return None
