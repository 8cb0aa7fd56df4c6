# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
""".reuse/dep5 to annotations: paragraphs with "Files:" and "License:".

Source: Debian machine-readable copyright format 1.0; REUSE 3.3, "DEP5": the short name of a licence is its SPDX id
there. REUSE.toml took its place, but older repositories have it still.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from harvesters.readers.parsed import Fault, as_text
from harvesters.readers.reuse_annotations import MOST_ANNOTATIONS, Annotation, annotation

_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]{0,60})[ \t]{0,20}:(.*)")
_MOST_LINES = 50_000
_LONGEST_LINE = 2_000


def parse(content: bytes) -> tuple[list[Annotation], tuple[Fault, ...]]:
    """The annotations in the order of the file; a line that is none of the format ends nothing."""
    text, faults = as_text(content)
    found: list[Annotation] = []
    for line, fields in _paragraphs(text):
        licence = fields.get("license", "").partition("\n")[0].strip()
        if (one := annotation(fields.get("files", "").split(), [licence], line)) and len(found) < MOST_ANNOTATIONS:
            found.append(one)
    if not found and text.strip():
        faults.append(Fault("unreadable", detail="Files: ... License: ...?"))
    return found, tuple(faults)


def _paragraphs(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Line of the first field, and field in lower case -> value with its further lines."""
    fields: dict[str, str] = {}
    start, key = 0, ""
    for number, long_line in enumerate(text.split("\n")[:_MOST_LINES], 1):
        line = long_line[:_LONGEST_LINE]
        if not line.strip():
            if fields:
                yield start, fields
            fields, key = {}, ""
        elif line[0] in " \t":
            if key and len(fields[key]) < _LONGEST_LINE:
                fields[key] += "\n" + line.strip()
        elif match := _FIELD.fullmatch(line):
            start = start if fields else number
            key = match[1].lower()
            fields.setdefault(key, match[2].strip())
    if fields:
        yield start, fields
