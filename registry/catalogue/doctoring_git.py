# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Git as the harvest uses it: its version, and one fetch on loopback that only works with what it needs."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from harvesters.demo.server import GitServer
from harvesters.git import command
from harvesters.git.door import GitDoor
from harvesters.guard import Guard
from harvesters.readers.wanted import Selection
from harvesters.refs import Advertisement
from registry.catalogue.doctoring import Check, Patient
from registry.errors import AllmendeError
from registry.model import EgressRules, ForgeKind, HostPort, Limits, RepositoryRef

_HOST = "doctor.invalid"
"""Known to no name server (RFC 6761): it is reached only if git takes the address that it is given."""
_NAME = "README.md"
_TEXT = b"# Probe\n\nWas der Selbstversuch holt.\n"
_LIMITS = Limits(git_seconds=20, read_seconds=10, git_bytes=10 * 2**20)


def git(_: Patient) -> Iterator[Check]:
    version = command.version()
    found = {
        "version": ".".join(map(str, version or ())),
        "needed": ".".join(map(str, command.OLDEST_GIT)),
        "path": command.program("git") or "",
    }
    if version is None:
        yield Check("git", "doctor-git-missing", found)
    elif version < command.OLDEST_GIT:
        yield Check("git", "doctor-git-old", found)
    else:
        yield Check("git", "doctor-git-ok", found)
        yield _fetched()


def _fetched() -> Check:
    """A repository of one commit, fetched in part by a name that leads nowhere else."""
    with TemporaryDirectory(prefix="allmende-doctor-") as folder:
        root = Path(folder)
        head = _repository(root / "repositories" / "probe" / "probe.git")
        try:
            with GitServer(root / "repositories") as server:
                read = _read(int(server.base_url.rpartition(":")[2]), root / "work", head)
        except (AllmendeError, OSError) as error:
            return Check("git-fetch", "doctor-git-fetch-broken", {"detail": str(error)})
    if read != _TEXT:
        return Check("git-fetch", "doctor-git-fetch-broken", {"detail": _NAME})
    return Check("git-fetch", "doctor-git-fetch-ok")


def _read(port: int, work: Path, head: str) -> bytes | None:
    rules = EgressRules(allow=frozenset({HostPort(_HOST, port)}))
    door = GitDoor(Guard(rules, lambda _host, _port: ["127.0.0.1"]), _LIMITS, work, Selection())
    url = f"http://{_HOST}:{port}/probe/probe"
    ref = RepositoryRef(url, f"{url}.git", ForgeKind.GIT)
    snapshot = door.snapshot(ref, Advertisement(head, "main", {}, ""), datetime.now().astimezone())
    return snapshot.files.get(_NAME)


def _repository(folder: Path) -> str:
    """A bare repository of one commit, written as git's own documentation describes loose objects; gives the oid."""
    blob = _object(folder, b"blob", _TEXT)
    tree = _object(folder, b"tree", b"100644 " + _NAME.encode() + b"\0" + bytes.fromhex(blob))
    who = b"Probe <probe@doctor.invalid> 1767225600 +0000"
    lines: Sequence[bytes] = (b"tree " + tree.encode(), b"author " + who, b"committer " + who, b"", b"Probe", b"")
    head = _object(folder, b"commit", b"\n".join(lines))
    (folder / "refs" / "heads").mkdir(parents=True)
    (folder / "refs" / "heads" / "main").write_text(f"{head}\n", encoding="ascii")
    (folder / "HEAD").write_text("ref: refs/heads/main\n", encoding="ascii")
    (folder / "config").write_text("[core]\n\trepositoryformatversion = 0\n\tbare = true\n", encoding="ascii")
    return head


def _object(folder: Path, kind: bytes, content: bytes) -> str:
    raw = kind + b" " + str(len(content)).encode() + b"\0" + content
    oid = hashlib.sha1(raw, usedforsecurity=False).hexdigest()
    path = folder / "objects" / oid[:2] / oid[2:]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(zlib.compress(raw))
    return oid
