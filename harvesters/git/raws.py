# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Raw trees, commits and tags as packs hold them. Formats: gitdatamodel, git-mktree, gitprotocol-pack; the faults that
make a tree or commit unsound are those that git-fsck calls errors, less the harmless ones of ``checking``."""

from __future__ import annotations

import re
import stat
from binascii import unhexlify
from typing import NamedTuple

from harvesters.git.packets import Irregular
from registry.model import EntryKind, TreeEntry

_KINDS = {stat.S_IFDIR: EntryKind.TREE, stat.S_IFLNK: EntryKind.SYMLINK, 0o160000: EntryKind.SUBMODULE}
_NOTHING = bytes(20)
_PARENT_LINE = 48
_MODE = re.compile(rb"[0-7]{5,7}")
# "." and "..", git's own folder as NTFS and HFS+ would understand it, and what these two do not see in a name.
_DANGEROUS = re.compile(
    rb"^\.{1,2}$|(?:^|\\)(?:\.git|git~1)[ .]*(?:$|[\\:])"
    rb"|\xe2\x80[\x8c-\x8f\xaa-\xae]|\xe2\x81[\xaa-\xaf]|\xef\xbb\xbf",
    re.IGNORECASE,
)
# Files that git itself reads must be files; their short names on NTFS hold a tilde.
_GITS_OWN = re.compile(rb"^\.git(?:modules|attributes|ignore)|^\.mailmap|~", re.IGNORECASE)

_COMMIT = re.compile(
    rb"tree ([0-9a-f]{40})\n((?:parent [0-9a-f]{40}\n)*)author ([^\n]*)\n(?:author [^\n]*\n)*committer ([^\n]*)\n"
)
_USUAL = re.compile(
    rb"tree [0-9a-f]{40}\n((?:parent [0-9a-f]{40}\n)*)author ([^<>\n]*<[^<>\n]*>) (\d{1,15}) [+-]\d{4}\n"
    rb"committer [^<>\n]*<[^<>\n]*> (\d{1,15}) [+-]\d{4}\n"
)
_PERSON = re.compile(rb"([^<]*)<([^>]*)>")
_DATE = re.compile(rb"\s*(\d+)\s+[+-]\d")
_TAGGER = re.compile(rb"^tagger ([^\n]*)$", re.MULTILINE)


class RawCommit(NamedTuple):
    """``who`` is the author as written, ``parents`` are names of 20 bytes; times are Unix seconds."""

    parents: tuple[bytes, ...]
    who: bytes
    authored: int | None
    committed: int | None


def is_sound_tree(raw: bytes) -> bool:
    """False for what git's own check refuses, or might."""
    position, end, last = 0, len(raw), b""
    names: set[bytes] = set()
    count = 0
    while position < end:
        middle = raw.find(b"\0", position)
        mode, _, name = raw[position:middle].partition(b" ")
        position = middle + 21
        key = name + b"/" if mode in (b"40000", b"040000") else name
        if middle < 0 or position > end or not name or b"/" in name or key <= last or not _MODE.fullmatch(mode):
            return False
        if _DANGEROUS.search(name) or raw[middle + 1 : position] == _NOTHING:
            return False
        if mode[:3] != b"100" and _GITS_OWN.search(name):
            return False
        names.add(name)
        last = key
        count += 1
    return len(names) == count


def tree_entries(raw: bytes, prefix: str, most: int) -> list[TreeEntry]:
    """At most ``most`` entries of a sound tree; ``prefix`` ends in a slash or is empty."""
    entries: list[TreeEntry] = []
    position, end = 0, len(raw)
    while position < end and len(entries) < most:
        middle = raw.index(b"\0", position)
        mode, _, name = raw[position:middle].partition(b" ")
        position = middle + 21
        entries.append(TreeEntry(prefix + _readable(name), _kind(int(mode, 8)), raw[middle + 1 : position].hex()))
    return entries


def root_tree(raw: bytes) -> str:
    """The tree of a commit that git's own check would let pass. Raises Irregular for others."""
    found = _COMMIT.match(raw)
    if found is None:
        raise Irregular("commit")
    return found[1].decode("ascii")


def read_commit(raw: bytes) -> RawCommit:
    """Raises Irregular for what is no commit; odd names and dates are none, as git reads them."""
    usual = _USUAL.match(raw)
    if usual is not None:
        parents, who, authored, committed = usual.groups()
        return RawCommit(_parents(parents), who, int(authored), int(committed))
    found = _COMMIT.match(raw)
    if found is None:
        raise Irregular("commit")
    return RawCommit(_parents(found[2]), found[3], date_of(found[3]), date_of(found[4]))


def person(who: bytes) -> tuple[str, str]:
    """Name and address; what has no address has no name either, as in git's log."""
    found = _PERSON.match(who)
    name, email = found.groups() if found is not None else (b"", b"")
    return name.strip().decode("utf-8", "replace"), email.decode("utf-8", "replace")


def date_of(who: bytes) -> int | None:
    """The Unix time behind the last ``>``; None where there is none with a time zone."""
    found = _DATE.match(who.rpartition(b">")[2]) if b"<" in who else None
    return int(found[1][:20]) if found is not None else None


def tagged_at(raw: bytes) -> int | None:
    """The Unix time in a tag object; None where it has none."""
    found = _TAGGER.search(raw.partition(b"\n\n")[0])
    return date_of(found[1]) if found is not None else None


def _parents(lines: bytes) -> tuple[bytes, ...]:
    if len(lines) == _PARENT_LINE:
        return (unhexlify(lines[7:47]),)
    return tuple(unhexlify(line[7:]) for line in lines.split(b"\n")[:-1])


def _kind(mode: int) -> EntryKind:
    kind = _KINDS.get(stat.S_IFMT(mode))
    return kind or (EntryKind.EXECUTABLE if mode & 0o100 else EntryKind.FILE)


def _readable(name: bytes) -> str:
    """UTF-8 as it stands; other bytes read as Latin-1."""
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        return name.decode("latin-1")
