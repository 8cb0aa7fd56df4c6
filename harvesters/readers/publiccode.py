# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The root's publiccode.yml of a snapshot to facts, tolerantly: one bad value costs that value, never the file.

Problems are the findings of the check in normal mode; facts are made from the same tree.
"""

from __future__ import annotations

from dataclasses import replace

from harvesters.publiccode.checked import Checked
from harvesters.publiccode.checking import check, rules_of
from harvesters.readers.collect import MOST_PROBLEMS, Collector
from harvesters.readers.publiccode_facts import Facts
from harvesters.readers.wanted import is_file, is_publiccode, publiccode_rank
from registry.model import EntryKind, FactSource, Problem, Reading, Severity, Snapshot

NAME = "publiccode"
_GRAVEST = tuple(Severity)


def read(snapshot: Snapshot) -> Reading:
    """Facts and problems of the root's publiccode.yml; the best-named file where there are several."""
    names = sorted((entry.path for entry in snapshot.entries if is_publiccode(entry.path)), key=publiccode_rank)
    collector = Collector(snapshot, FactSource.PUBLICCODE)
    if not names:
        collector.problem("publiccode-missing")
        return collector.reading(NAME)
    collector.path = path = names[0]
    if path != "publiccode.yml":
        collector.problem("publiccode-file-name", name=path)
    if len(names) > 1:
        collector.problem("publiccode-several-files", names=", ".join(names), name=path)
    if path in snapshot.files:
        _take(check(snapshot.files[path], SnapshotFiles(snapshot), path), collector)
    elif not any(is_file(entry) for entry in snapshot.entries if entry.path == path):
        collector.problem("publiccode-not-a-file", name=path)
    return collector.reading(NAME)


def _take(checked: Checked, collector: Collector) -> None:
    root = checked.root
    if root is not None and isinstance(root.value, dict):
        Facts(root, rules_of(root), collector).read()
    room = MOST_PROBLEMS - len(collector.problems)
    kept = sorted(checked.findings, key=lambda found: _GRAVEST.index(found.severity))[:room]
    collector.problems.extend(_of_repository(found, collector) for found in checked.findings if found in kept)


def _of_repository(found: Problem, collector: Collector) -> Problem:
    line, column = (found.origin.line, found.origin.column) if found.origin else (None, None)
    return replace(found, origin=collector.origin(line, column))


class SnapshotFiles:
    """The files of a snapshot; only some folders were listed, of others nothing is known."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._kinds = {entry.path: entry.kind for entry in snapshot.entries}
        self._listed = {entry.path.rpartition("/")[0] for entry in snapshot.entries}
        self._contents = snapshot.files

    def exists(self, path: str) -> bool | None:
        """True or False where the folder was listed or cannot be there, else None."""
        kind = self._kinds.get(path)
        if kind is not None:
            return kind in (EntryKind.FILE, EntryKind.EXECUTABLE) or (None if kind is EntryKind.SYMLINK else False)
        folder = path.rpartition("/")[0]
        if folder in self._listed:
            return False
        top = self._kinds.get(path.partition("/")[0])
        return False if top in (None, EntryKind.FILE, EntryKind.EXECUTABLE) else None

    def read(self, path: str) -> bytes | None:
        """The bytes of a file that was fetched."""
        return self._contents.get(path)
