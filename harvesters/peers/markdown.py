# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A folder of Markdown files with YAML front matter in a git repository, as Munich's catalogue has it.

Asked by ``info/refs``; only where that has changed the folder's files are fetched, through the git door. What was read
is remembered like the answer of an API, so that an unchanged catalogue costs one request.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from harvesters.forges.plain import PlainGit
from harvesters.guard import redacted
from harvesters.peers.base import Batch, Peer, Raw, option, pages_of
from harvesters.peers.documents import raw_entry
from harvesters.peers.parsing import Yaml
from harvesters.readers.texts import decode
from harvesters.readers.wanted import is_file
from registry.errors import Garbage, InvalidInput
from registry.model import (
    Activity,
    EntryKind,
    Json,
    KnownHistory,
    Moved,
    PeerKind,
    RepositoryRef,
    Snapshot,
    Source,
    TreeEntry,
)

FOLDER = "folder"
KEYS: Mapping[str, Json] = {
    "url": "$['code','opencode','repository','repo','source_code']",
    "name": "$['title','name']",
    "description": "$['description','summary','subtitle']",
    "declared_licence": "$['license','licence']",
    "organisation": "$['developer','organisation','organization','publisher']",
    "keywords": "$['tags','keywords']",
    "categories": "$['categories']",
}
"""Where front matter usually has what we look for; the options of a source replace them one by one."""
MOST_FILES = 2_000
_FILE_BYTES = 64 * 2**10
_HEAD_BYTES = 16 * 2**10
_MOVES = 3
_READ_ANEW_AFTER = timedelta(days=30)
_DEEPEST = 2
_FENCE = "---"
_NO_ENTRIES = frozenset({"readme.md", "index.md", "_index.md", "license.md", "contributing.md"})


class MarkdownFolder(Peer):
    kind = PeerKind.MARKDOWN

    def batches(self, source: Source, yaml: Yaml) -> Iterator[Batch]:
        heads, unchanged = self._heads(source, check_folder(source.options))
        read = yaml.documents({path: text.encode("utf-8", "replace") for path, text in heads.items()})
        options = {**KEYS, **source.options}
        yield from pages_of([_raw(path, read.get(path), options) for path in heads], unchanged)

    def _heads(self, source: Source, folder: str) -> tuple[Mapping[str, str], bool]:
        """Path -> front matter, in the order of the paths; and whether that is what was remembered."""
        name = f"{source.url}#{FOLDER}={folder}"
        detector, remembered = self._recall(name)
        now = datetime.now(UTC)
        taken = self._snapshot(source, folder, detector, now)
        if taken is None:
            return remembered, True
        heads = _front_matter(taken, folder)
        if not heads:
            raise Garbage(redacted(source.url), f"{folder}/*.md", rule="peer-no-entries")
        if self._http.remembered is not None:
            kept = json.dumps({"detector": taken.detector, "heads": heads}, ensure_ascii=True)
            self._http.remembered.keep(name, kept.encode("ascii"))
        return heads, False

    def _recall(self, name: str) -> tuple[str | None, Mapping[str, str]]:
        """What was read the last time, and at which state of the repository."""
        body = self._http.remembered.recall(name, _READ_ANEW_AFTER) if self._http.remembered is not None else None
        try:
            kept = json.loads(body or b"{}")
            return (kept["detector"], kept["heads"]) if kept["heads"] else (None, {})
        except (ValueError, KeyError, TypeError):
            return None, {}

    def _snapshot(self, source: Source, folder: str, detector: str | None, now: datetime) -> Snapshot | None:
        """None where nothing has changed."""
        limits = replace(self._http.limits, snapshot_files=MOST_FILES, file_bytes=_FILE_BYTES)
        forge = PlainGit(self._http, self._git.choosing(FolderSelection(folder), limits))
        ref = forge.repository(source.url)
        for _ in range(_MOVES):
            taken = forge.snapshot(ref, detector, now, lambda: _no_history(now))
            if not isinstance(taken, Moved):
                return taken if isinstance(taken, Snapshot) else None
            ref = RepositoryRef(taken.to.url, taken.to.fetch_url, PlainGit.kind)
        raise Garbage(redacted(source.url), "", rule="answer-redirects")


class FolderSelection:
    """What the git door is asked for: the Markdown files of one folder, no more than two levels down."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        top, _, inner = folder.partition("/")
        self.folders = frozenset({top.lower()} if top else set())
        self._inner = folder if inner else None

    def sought(self, entries: Sequence[TreeEntry]) -> Sequence[TreeEntry]:
        return [entry for entry in entries if entry.path == self._inner and entry.kind is EntryKind.TREE]

    def is_sought(self, entry: TreeEntry) -> bool:
        return is_file(entry) and self._is_entry(entry.path)

    def wanted(self, entries: Sequence[TreeEntry]) -> Sequence[TreeEntry]:
        return sorted((entry for entry in entries if self.is_sought(entry)), key=lambda entry: entry.path)

    def _is_entry(self, path: str) -> bool:
        folder, _, name = path.rpartition("/")
        named = name.lower()
        return folder == self._folder and named.endswith((".md", ".markdown")) and named not in _NO_ENTRIES


def check_folder(options: Mapping[str, Json]) -> str:
    """The folder of a source's options, "" for the root. Raises InvalidInput."""
    folder = (option(options, FOLDER) or "").strip("/")
    segments = folder.split("/") if folder else []
    if len(segments) > _DEEPEST or any(one in ("", ".", "..") or one != one.strip() for one in segments):
        raise InvalidInput(FOLDER, folder, rule="peer-folder-invalid")
    return folder


def _no_history(now: datetime) -> KnownHistory:
    """Nobody asks how often a catalogue was changed: counted just now, says this, so that it is not."""
    return KnownHistory("", Activity(now, 1, last_commit_at=now, counted_at=now))


def _front_matter(taken: Snapshot, folder: str) -> dict[str, str]:
    """Of the files that have some: what stands between the two lines of dashes at the start."""
    found: dict[str, str] = {}
    selection = FolderSelection(folder)
    for path in sorted(path for path in taken.files if selection.is_sought(_entry(path))):
        lines = decode(taken.files[path][:_HEAD_BYTES]).text.split("\n")
        ends = [number for number, line in enumerate(lines) if number and line.rstrip() == _FENCE]
        if lines[0].rstrip() == _FENCE and ends:
            found[path] = "\n".join(lines[1 : ends[0]])
    return found


def _entry(path: str) -> TreeEntry:
    return TreeEntry(path, EntryKind.FILE, "")


def _raw(path: str, document: Json, options: Mapping[str, Json]) -> Raw:
    if not isinstance(document, dict):
        return Raw(path, None, fault="peer-entry-unreadable")
    return replace(raw_entry(document, options, path), entry=path)
