# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What git's own check of objects (``transfer.fsckObjects``) complains about, and what of it does not matter to us.

Public bodies' repositories are old and were often converted from other systems: their faults stay in the history for
ever, and every clone works. The ids are those of git-fsck(1), "FSCK MESSAGES".
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_WHO = "the author of a commit is only counted, and a name without its mark counts as one more or none"
_WHEN = "a date that cannot be read counts as none"
_MODE = "the kind of an entry is read from the number, however it is written"

HARMLESS: Mapping[str, str] = {
    "badDate": _WHEN,
    "badDateOverflow": _WHEN,
    "badTimezone": _WHEN,
    "missingSpaceBeforeDate": _WHEN,
    "zeroPaddedDate": _WHEN,
    "badEmail": _WHO,
    "badName": _WHO,
    "missingEmail": _WHO,
    "missingNameBeforeEmail": _WHO,
    "missingSpaceBeforeEmail": _WHO,
    "multipleAuthors": _WHO,
    "nulInCommit": "the text of a commit is never read",
    "badFilemode": _MODE,
    "zeroPaddedFilemode": _MODE,
}
"""Id -> why it is no reason to refuse a repository. All others refuse it: names that lead out of the folder
(``hasDotgit``, ``fullPathname``), what harms people who clone (``gitmodules*``, ``gitattributes*``), what two readers
may understand in two ways (``duplicateEntries``, ``treeNotSorted``), and what later versions of git add."""

# What a server says comes with the prefix "remote: ", so none of these lines is its own.
_REFUSED = "fsck error"
_COMPLAINT = re.compile(r"^error: object ([0-9a-f]{40}): (\w+):", re.MULTILINE)


def complaints(stderr: bytes) -> list[tuple[str, str]]:
    """Id and object of each fault that made git refuse what it fetched."""
    said = stderr.decode("utf-8", "replace")
    return [(fault, oid) for oid, fault in _COMPLAINT.findall(said)] if _REFUSED in said else []


def is_harmless(stderr: bytes) -> bool:
    """True when git refused objects for faults of ``HARMLESS`` only."""
    found = complaints(stderr)
    return bool(found) and all(fault in HARMLESS for fault, _ in found)
