# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which few files of a repository are fetched, at most ``MOST_FILES``, and which names mean what.

Only the root and the folders in ``FOLDERS`` are listed, and, where the root has no licence, a few more that are looked
through for one. A file whose mere presence is enough is not fetched. Other copies deeper in the tree (of dependencies,
examples, packages) never count as the repository's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from harvesters.readers import filenames
from harvesters.readers.licence_names import Sureness, counting, is_of_licences, is_strangers, sureness
from registry.model import EntryKind, TreeEntry

FOLDERS: frozenset[str] = filenames.FOLDERS | {
    "licenses", ".reuse", ".github", ".gitlab", ".forgejo", ".gitea", "sbom", "src",
}  # fmt: skip
"""Root folders listed one level down, lower-case: a tree each that is there anyway, and no fetch."""
SOUGHT_FOLDERS = 24
"""Further root folders that are looked through where the root has no licence: no fetch either."""

LICENCE_FILES = 10
REUSE_FILES = 20
"""Texts of one ``LICENSES`` folder that are read."""
REUSE_TABLES = ("REUSE.toml", ".reuse/dep5")
_SIDECARS = 4
_PER_KIND = 4
MOST_FILES = (
    _PER_KIND + LICENCE_FILES + REUSE_FILES + len(REUSE_TABLES) + _SIDECARS + 1
    + sum(kind.most for kind in filenames.KINDS.values())
)  # fmt: skip
"""Blobs that one repository can cost."""

_PUBLICCODE = re.compile(r"publiccode\.ya?ml", re.IGNORECASE)
_README = re.compile(
    r"read_?me(?:(?:[-_][a-z]{2}|\.[a-z]{2}(?=[-_.]))(?:[-_][a-z]{2})?)?(?:\.(?:md|markdown|mdx|rst|adoc|asciidoc|org|txt))?",
    re.IGNORECASE,
)
_README_FOLDERS = ("", "docs/", ".github/")


def is_file(entry: TreeEntry) -> bool:
    """A real file, not a link, folder or submodule."""
    return entry.kind in (EntryKind.FILE, EntryKind.EXECUTABLE)


def is_publiccode(path: str) -> bool:
    return _PUBLICCODE.fullmatch(path) is not None


def is_readme(path: str) -> bool:
    folder, slash, name = path.rpartition("/")
    return (folder + slash).lower() in _README_FOLDERS and _README.fullmatch(name) is not None


def publiccode_rank(path: str) -> tuple[bool, bool, str]:
    """Sorts the file with the standard's own name first."""
    return (path != "publiccode.yml", not path.lower().endswith(".yml"), path)


def readme_rank(path: str) -> tuple[int, bool, bool, int, str]:
    """Sorts the root's README first, formats with headings before plain text, plain names before translations."""
    folder, slash, name = path.rpartition("/")
    stem, _, suffix = name.partition(".")
    return (
        _README_FOLDERS.index((folder + slash).lower()),
        stem.lower() != "readme" or "." in suffix,
        suffix.lower() in ("", "txt"),
        len(name),
        path,
    )


def wanted(entries: Sequence[TreeEntry]) -> Sequence[TreeEntry]:
    """The entries whose bytes a reader reads, few and in a fixed order."""
    files = {entry.path: entry for entry in entries if is_file(entry)}

    def best(chosen: Callable[[str], object], rank: Callable[[str], object], count: int) -> Iterable[str]:
        paths: list[str] = [path for path in files if chosen(path)]
        return sorted(paths, key=rank)[:count]  # type: ignore[arg-type]  # every rank is a tuple of its own shape

    licences = counting(files)
    paths = dict.fromkeys(
        [
            *best(is_publiccode, publiccode_rank, _PER_KIND),
            *licences.files[:LICENCE_FILES],
            *licences.reuse[:REUSE_FILES],
            *(path for path in REUSE_TABLES if path in files),
            *best(is_readme, readme_rank, 1),
            *filenames.all_chosen(files),
        ]
    )
    sidecars = [beside for path in paths if "/" not in path and (beside := f"{path}.license") in files]
    return tuple(files[path] for path in (*paths, *sidecars[:_SIDECARS]))


def sought(entries: Sequence[TreeEntry]) -> Sequence[TreeEntry]:
    """The root folders in which a licence is looked for, likely ones first; none where the root has one itself."""
    root = [entry for entry in entries if "/" not in entry.path]
    if any(is_file(entry) and sureness(entry.path) in (Sureness.OWN, Sureness.LIKELY) for entry in root):
        return ()
    folders = [entry for entry in root if entry.kind is EntryKind.TREE and entry.path.lower() not in FOLDERS]
    likely = sorted(folders, key=lambda entry: (not is_of_licences(entry.path), entry.path))
    return [entry for entry in likely if not is_strangers(entry.path)][:SOUGHT_FOLDERS]


class Selection:
    """What the git door asks: which folders to list, where else to look, and which files to fetch."""

    folders: frozenset[str] = FOLDERS

    @staticmethod
    def sought(entries: Sequence[TreeEntry]) -> Sequence[TreeEntry]:
        return sought(entries)

    @staticmethod
    def is_sought(entry: TreeEntry) -> bool:
        return is_file(entry) and sureness(entry.path) is Sureness.OWN

    @staticmethod
    def wanted(entries: Sequence[TreeEntry]) -> Sequence[TreeEntry]:
        return wanted(entries)
