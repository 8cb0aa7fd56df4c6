# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which few files of a repository are fetched, at most ``MOST_FILES``, and which names mean what.

Only the root and the folders in ``FOLDERS`` are listed. A file whose mere presence is enough is not fetched. Copies
deeper in the tree (of dependencies, examples, packages) never count as the repository's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from harvesters.readers import filenames
from registry.model import EntryKind, TreeEntry

FOLDERS: frozenset[str] = filenames.FOLDERS | {"licenses", ".github", ".gitlab", ".forgejo", ".gitea", "sbom", "src"}
"""Root folders listed one level down, lower-case: a tree each that is there anyway, and no fetch."""

REUSE_FILES = 10
_PER_KIND = 4
MOST_FILES = 3 * _PER_KIND + REUSE_FILES + 1 + sum(kind.most for kind in filenames.KINDS.values())
"""Blobs that one repository can cost."""

_PUBLICCODE = re.compile(r"publiccode\.ya?ml", re.IGNORECASE)
_LICENCE_STEM = r"(?:un)?licen[cs]e|copying|lizenz(?:text)?|licenza|licencia|licenti?e"
_SUFFIX = r"(?:\.(?:txt|md|markdown|rst|adoc|asciidoc|html?))?"
_LICENCE = re.compile(
    # LICENSE, LICENCE.md, COPYING.LESSER, LICENSE-MIT.txt, LICENSE_DE ... and the other way round: "MIT-LICENSE.txt"
    rf"(?:{_LICENCE_STEM})(?:[-_. ][a-z0-9][a-z0-9. _-]{{0,30}}?)?{_SUFFIX}|"
    rf"[a-z0-9][a-z0-9. _-]{{0,40}}[-_. ](?:{_LICENCE_STEM}){_SUFFIX}",
    re.IGNORECASE,
)
_NOT_LICENCE = re.compile(
    r"header|third|3rd|party|vendor|depend|checker|template|notice|config|report|"
    r"\.(?:json|ya?ml|toml|xml|js|ts|py|java|php|ini|csv|sh|key|lic|png|svg|pdf|docx?)$",
    re.IGNORECASE,
)
_README = re.compile(
    r"read_?me(?:(?:[-_][a-z]{2}|\.[a-z]{2}(?=[-_.]))(?:[-_][a-z]{2})?)?(?:\.(?:md|markdown|mdx|rst|adoc|asciidoc|org|txt))?",
    re.IGNORECASE,
)
_REUSE = re.compile(r"LICENSES/([A-Za-z0-9][A-Za-z0-9.+-]{0,80})\.(?:txt|md)")
_README_FOLDERS = ("", "docs/", ".github/")


def is_file(entry: TreeEntry) -> bool:
    """A real file, not a link, folder or submodule."""
    return entry.kind in (EntryKind.FILE, EntryKind.EXECUTABLE)


def is_publiccode(path: str) -> bool:
    return _PUBLICCODE.fullmatch(path) is not None


def is_licence(path: str) -> bool:
    """A licence text in the root, by its name."""
    return "/" not in path and _NOT_LICENCE.search(path) is None and _LICENCE.fullmatch(path) is not None


def reuse_id(path: str) -> str | None:
    """The SPDX id that a REUSE file ``LICENSES/ID.txt`` is named after.

    Source: REUSE specification 3, "Licence files"; the folder's name is upper-case there, others are not REUSE.
    """
    match = _REUSE.fullmatch(path)
    return match.group(1) if match else None


def is_readme(path: str) -> bool:
    folder, slash, name = path.rpartition("/")
    return (folder + slash).lower() in _README_FOLDERS and _README.fullmatch(name) is not None


def publiccode_rank(path: str) -> tuple[bool, bool, str]:
    """Sorts the file with the standard's own name first."""
    return (path != "publiccode.yml", not path.lower().endswith(".yml"), path)


def licence_rank(path: str) -> tuple[int, str]:
    """Sorts plain names first: LICENSE before LICENSE-DE.txt."""
    return (len(path), path)


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

    paths = dict.fromkeys(
        [
            *best(is_publiccode, publiccode_rank, _PER_KIND),
            *best(is_licence, licence_rank, 2 * _PER_KIND),
            *best(reuse_id, str, REUSE_FILES),
            *best(is_readme, readme_rank, 1),
            *filenames.all_chosen(files),
        ]
    )
    return tuple(files[path] for path in paths)


class Selection:
    """What the git door asks: which folders to list and which files to fetch."""

    folders: frozenset[str] = FOLDERS

    @staticmethod
    def wanted(entries: Sequence[TreeEntry]) -> Sequence[TreeEntry]:
        return wanted(entries)
