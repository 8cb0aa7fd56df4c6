# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""One file that somebody names: read as a licence text whatever it is called, or as the declaration it is.

``read_text`` also runs in the sandbox, by import string, so that a batch of files is read there without what only
whole repositories need.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime

from harvesters.readers import filenames, licence
from harvesters.readers.texts import decode
from harvesters.readers.wanted import is_publiccode, is_readme
from registry.model import Activity, EntryKind, ForgeKind, Reading, RepositoryRef, Snapshot, TreeEntry

READER = f"{__name__}:read_text"
AS_TEXT = "LICENSE"
"""A file read as licence text is read as if it had this name."""
_REUSE_PATHS = {"REUSE.toml": "REUSE.toml", "dep5": ".reuse/dep5"}


def declared_path(name: str) -> str | None:
    """The path under which a reader of its own reads this file as a declaration; None for what is read as text."""
    base = name.rpartition("/")[2]
    if is_publiccode(base) or filenames.is_manifest(base) or is_readme(base):
        return base
    return _REUSE_PATHS.get(base)


def read_text(snapshot: Snapshot) -> tuple[Reading, ...]:
    """What the reader of licence files finds in the one file of ``as_text``."""
    return (licence.read(snapshot),)


def warm_up() -> None:
    """Load what is slow to load: called by the sandbox before the first file."""
    licence.warm_up()


def as_text(content: bytes, now: datetime) -> Snapshot:
    """A file to be read as licence text: what is found in it bears the path ``AS_TEXT``."""
    return as_file(AS_TEXT, content, now)


def as_file(path: str, content: bytes, now: datetime) -> Snapshot:
    """A file alone in the root of a repository that is not known."""
    return Snapshot(
        ref=RepositoryRef("", "", ForgeKind.GIT),
        commit="",
        branch=None,
        taken_at=now,
        detector="",
        entries=(TreeEntry(path, EntryKind.FILE, "", len(content)),),
        files={path: content},
        activity=Activity(now, 0),
    )


def is_binary(content: bytes) -> bool:
    """Whether this is no text: one character in a hundred is a control, or the file says that it is a PDF.

    Asked only where no licence was found: some editors leave a control or two in honest texts.
    """
    text = decode(content).text
    controls = sum(unicodedata.category(one) == "Cc" and one not in "\t\n\f" for one in text)
    return content.startswith(b"%PDF-") or controls * 100 > len(text)
