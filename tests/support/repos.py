# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Real bare repositories, built quickly with ``git fast-import``: no work tree, one process a repository."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

FILE = "100644"
EXECUTABLE = "100755"
SYMLINK = "120000"
SUBMODULE = "160000"

GIT_ENVIRONMENT = {
    "PATH": os.environ.get("PATH", os.defpath),
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "LC_ALL": "C",
}


@dataclass(frozen=True)
class Author:
    """``name`` and ``email`` may be bytes that are not UTF-8."""

    name: str | bytes = "Erika Muster"
    email: str | bytes = "erika@stadt.example"


ERIKA = Author()


@dataclass(frozen=True)
class Commit:
    """One commit on top of the one before. ``at`` is Unix time; a file may be (mode, bytes or oid)."""

    at: int | datetime
    files: Mapping[str | bytes, bytes | tuple[str, bytes]] = field(default_factory=dict)
    author: Author = ERIKA
    authored_at: int | datetime | None = None
    message: str = "Change"
    tags: Sequence[str] = ()
    """Lightweight tags."""
    annotated: Mapping[str, int | datetime] = field(default_factory=dict)
    """Annotated tags with the date of the tag object."""
    branch: str | None = None
    """Another branch than the default one; starts at the default branch's last commit."""


def git(repository: Path, *arguments: str, stdin: bytes | None = None) -> str:
    """Runs git in a bare repository of the test's own; raises CalledProcessError."""
    done = subprocess.run(
        ["git", "-C", str(repository), *arguments],
        input=stdin,
        env=GIT_ENVIRONMENT,
        check=True,
        capture_output=True,
    )
    return done.stdout.decode("utf-8", "surrogateescape").strip()


def build(path: Path, commits: Iterable[Commit], branch: str = "main") -> str:
    """Writes a bare repository with ``commits`` on ``branch``; gives the oid of HEAD ("" for none)."""
    empty(path, branch)
    subprocess.run(
        ["git", "-C", str(path), "fast-import", "--quiet", "--force", "--date-format=raw-permissive"],
        input=b"".join(_stream(commits, branch)),
        env=GIT_ENVIRONMENT,
        check=True,
    )
    try:
        return git(path, "rev-parse", "--verify", "HEAD")
    except subprocess.CalledProcessError:
        return ""


def empty(path: Path, branch: str = "main") -> None:
    """A bare repository without a commit."""
    path.mkdir(parents=True)
    for folder in ("objects/pack", "objects/info", "refs/heads", "refs/tags"):
        (path / folder).mkdir(parents=True)
    (path / "HEAD").write_text(f"ref: refs/heads/{branch}\n")
    (path / "config").write_text("[core]\n\trepositoryformatversion = 0\n\tbare = true\n")


def _stream(commits: Iterable[Commit], branch: str) -> Iterator[bytes]:
    started: set[str] = set()
    marks: dict[str, int] = {}
    for mark, commit in enumerate(commits, start=1):
        ref = commit.branch or branch
        yield b"commit refs/heads/%s\nmark :%d\n" % (ref.encode(), mark)
        yield b"author %s %s\n" % (_ident(commit.author), _date(commit.authored_at or commit.at))
        yield b"committer %s %s\n" % (_ident(commit.author), _date(commit.at))
        yield _counted(commit.message.encode())
        if ref not in started and branch in started:
            yield b"from :%d\n" % marks[branch]
        started.add(ref)
        marks[ref] = mark
        for name, content in commit.files.items():
            yield _change(name, content)
        for tag in commit.tags:
            yield b"reset refs/tags/%s\nfrom :%d\n\n" % (tag.encode(), mark)
        for tag, at in commit.annotated.items():
            yield b"tag %s\nfrom :%d\ntagger %s %s\n" % (tag.encode(), mark, _ident(ERIKA), _date(at))
            yield _counted(b"Release")


def _change(name: str | bytes, content: bytes | tuple[str, bytes]) -> bytes:
    mode, body = content if isinstance(content, tuple) else (FILE, content)
    path = name.encode() if isinstance(name, str) else name
    if mode == SUBMODULE:
        return b"M %s %s %s\n" % (mode.encode(), body, path)
    return b"M %s inline %s\n%s" % (mode.encode(), path, _counted(body))


def _ident(author: Author) -> bytes:
    name, email = (part.encode() if isinstance(part, str) else part for part in (author.name, author.email))
    return b"%s <%s>" % (name, email)


def _date(at: int | datetime) -> bytes:
    seconds = int(at.timestamp()) if isinstance(at, datetime) else at
    return b"%d +0000" % seconds


def _counted(body: bytes) -> bytes:
    return b"data %d\n%s\n" % (len(body), body)
