# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The evidence of one repository in an order one can reason about: licence files with their pieces, and statements.

Evidence comes in order of precedence. Of the texts and notices that come from one file the first says what the file
as a whole says, the further ones are its pieces. Statements are what REUSE, publiccode.yml, manifests and a README
say; they never stand in for a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

from registry.licences.expressions import families
from registry.licences.names import is_generator_default
from registry.licences.openness import settled
from registry.licences.tables import table
from registry.model import LicenceEvidence, LicenceVerdict

TEXTS = frozenset({"text", "notice"})
UNREAD = frozenset(
    {
        "parse-failed", "reader-failed", "file-too-large", "licence-link", "licence-document", "publiccode-not-a-file",
        "publiccode-syntax", "publiccode-too-complex", "publiccode-merge-markers", "publiccode-section-skipped",
    }
)  # fmt: skip
"""Problems after which nobody can say that there is no licence: a file of those that would say it was not read."""
_FORMULA = "LicenseRef-all-rights-reserved"
"""A formula of copyright notices (Buenos Aires convention of 1910, art. 3); beside a licence it withholds nothing."""
_PLAIN = re.compile(r"(?:un)?licen[cs]e|copying|li[zc]en[zct]i?[ae]?", re.IGNORECASE)
_FOR_LICENCES = re.compile(r"(?:un)?licen[cs]es?|copying|li[zc]en[zct]i?\w{0,3}|legal", re.IGNORECASE)
_PROSE = re.compile(r"read_?me", re.IGNORECASE)


class Level(IntEnum):
    """How far a statement is believed, best first. Source: issue 4, point 5."""

    REUSE = 0
    PUBLICCODE = 1
    MANIFEST = 2
    METADATA = 3
    """codemeta.json and CITATION.cff, which often serve one publication of the software."""
    PROSE = 4


@dataclass(frozen=True, slots=True)
class Statement:
    """A licence that somebody declares for the whole, in canonical spelling."""

    expression: str
    level: Level
    item: LicenceEvidence
    for_one_file: bool = False
    """An SPDX tag, which speaks of the file it stands in; what is certain is only that this licence is used here."""


@dataclass(frozen=True)
class LicenceFile:
    own: LicenceEvidence
    pieces: tuple[LicenceEvidence, ...] = ()

    @property
    def path(self) -> str:
        return self.own.origin.path or ""

    @cached_property
    def named(self) -> frozenset[str]:
        """What decides: the licences without ranges of the whole file, or of its pieces where nothing relates them.

        None for a file that is changed or not recognised.
        """
        return families_of([self.own]) or (frozenset() if self.is_changed else self.available)

    @cached_property
    def available(self) -> frozenset[str]:
        """Every licence without range whose text this file holds."""
        return families_of([self.own, *self.pieces])

    @property
    def is_changed(self) -> bool:
        """Made of a licence by changing it, and not so that it plainly refuses."""
        return any(item.changed for item in (self.own, *self.pieces)) and not families_of([self.own])


@dataclass(frozen=True, slots=True)
class Texts:
    """The licence files that decide, and how far they can."""

    files: tuple[LicenceFile, ...] = ()
    changed: bool = False
    """A file that would decide is a changed licence: what it permits is not known."""
    stand_alone: bool = True
    """False where the files decide only if a statement names the same licence: the file one would look into first was
    not recognised, or they lie in a folder of something else."""


def families_of(items: Iterable[LicenceEvidence]) -> frozenset[str]:
    """All licences without ranges that these texts and notices certainly are."""
    return frozenset[str]().union(*(families(item.expression or "") for item in items if _counts(item)))


def licence_files(evidence: Sequence[LicenceEvidence]) -> tuple[LicenceFile, ...]:
    """Texts and notices by file, in their order; what only stands beside (``aside``) is no piece."""
    found: dict[tuple[str, str | None], list[LicenceEvidence]] = {}
    for item in evidence:
        if item.kind in TEXTS:
            found.setdefault((item.origin.repository, item.origin.path), []).append(item)
    mains = ([item for item in items if not item.aside] for items in found.values())
    return tuple(LicenceFile(items[0], tuple(items[1:])) for items in mains if items)


def deciding_texts(evidence: Sequence[LicenceEvidence]) -> Texts:
    """The recognised licence files of the root; those of folders only where the root has none.

    Third-party texts lie in folders, and a folder's licence is that of the folder unless it is made for licences. An
    unrecognised file (a list of parts, a notice) does not unseat a recognised one, unless it has the plainer name.
    """
    files = _without_formula(licence_files(evidence))
    root = [file for file in files if "/" not in file.path]
    known = [file for file in root if file.named]
    if any(file.is_changed for file in root):
        return Texts(changed=True)
    if known:
        unread = any(is_plain(file.path) for file in root if not file.named)
        return Texts(tuple(known), stand_alone=not unread or any(is_plain(file.path) for file in known))
    folders = [file for file in files if file.named]
    made_for_it = all(_FOR_LICENCES.fullmatch(file.path.split("/")[-2]) for file in folders)
    return Texts(tuple(folders), stand_alone=made_for_it and not root)


def statements(evidence: Sequence[LicenceEvidence]) -> tuple[Statement, ...]:
    """What is declared for the whole and was recognised, best first; a generator's default is nobody's statement."""
    found = []
    for item in evidence:
        if item.expression is None or item.aside or is_generator_default(item.origin.path, item.raw):
            continue
        if item.kind == "reuse":
            found.append(Statement(item.expression, Level.REUSE, item, not _is_annotation(item)))
        elif item.kind == "declaration":
            found.append(Statement(item.expression, _level(item), item))
    return tuple(sorted(found, key=lambda statement: (statement.level, statement.for_one_file)))


def is_plain(path: str) -> bool:
    """LICENSE, COPYING, LIZENZ ... with or without an ending: the file that one looks into first."""
    return _PLAIN.fullmatch(path.partition(".")[0]) is not None


def _counts(item: LicenceEvidence) -> bool:
    """A changed text is the licence it was made of no more; one that plainly refuses is a refusal."""
    if not item.changed:
        return True
    return item.expression is not None and settled(item.expression) is LicenceVerdict.NOT_OPEN


def _without_formula(files: Sequence[LicenceFile]) -> list[LicenceFile]:
    other = [file for file in files if file.named - {_FORMULA}]
    return other + [file for file in files if not file.named] if other else list(files)


def _is_annotation(item: LicenceEvidence) -> bool:
    """REUSE.toml and .reuse/dep5 speak of all files they match, a tag of its own file. Source: REUSE 3.3."""
    return (item.origin.path or "").rpartition("/")[2] in ("REUSE.toml", "dep5")


def _level(item: LicenceEvidence) -> Level:
    name = (item.origin.path or "").rpartition("/")[2].lower()
    if not name or name in table("names")["publiccode_files"]:
        return Level.PUBLICCODE
    if name in table("names")["metadata_files"]:
        return Level.METADATA
    return Level.PROSE if _PROSE.match(name) else Level.MANIFEST
