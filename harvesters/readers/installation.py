# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A file of its own that tells how to install: INSTALL.md, docs/installation.rst and the like, the best by its name.

The section of a README that does so is a fact of the README's reader.
"""

from __future__ import annotations

from harvesters.readers.collect import Collector
from harvesters.readers.filenames import installation_files
from harvesters.readers.markup import blocks, markup_of
from harvesters.readers.sections import heading_text
from harvesters.readers.texts import clean, decode
from harvesters.readers.wanted import is_file
from registry.model import FactSource, Field, Reading, Snapshot

NAME = "installation"
_LONGEST = 8 * 2**10


def read(snapshot: Snapshot) -> Reading:
    """One fact with the path and the first heading; the file's name where it was not fetched or has no heading."""
    collector = Collector(snapshot, FactSource.TREE)
    for path in installation_files(entry.path for entry in snapshot.entries if is_file(entry))[:1]:
        collector.path = path
        heading, line = _heading(snapshot.files.get(path, b""), path)
        collector.fact(Field.INSTALLATION, {"path": path, "heading": heading}, line)
    return collector.reading(NAME)


def _heading(content: bytes, path: str) -> tuple[str, int | None]:
    text = clean(decode(content[:_LONGEST]).text)
    for block in blocks(text, markup_of(path, text)):
        if block.kind == "heading" and (heading := heading_text(block)):
            return heading, block.line
    return path.rpartition("/")[2].partition(".")[0], None
