# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A town of hostile repositories and servers, all on loopback, for one harvest over all of them at once."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import repeat
from pathlib import Path
from typing import Any

from support.house import OID, pkt, refs
from support.loopback import Answer, Reply, as_json
from support.repos import SUBMODULE, SYMLINK, Author, Commit, build, git

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)
README = b"# Bauhof\n\nEin Werkzeug der Stadt, mit dem der Bauhof seine Fahrzeuge plant und verwaltet.\n"
PUBLICCODE = b"publiccodeYmlVersion: '0.4'\nname: Bauhof\nurl: https://git.example/bauhof\n"
ESCAPES = "\x1b]0;owned\x07\x1b[2J\x1b[31m"
LAUGHS = b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
    b"%c: &%c [%s]\n" % (98 + n, 98 + n, b",".join([b"*%c" % (97 + n)] * 9)) for n in range(9)
)
ENTITIES = b'<!DOCTYPE p [<!ENTITY a "aaaaaaaaaa">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
)
Files = Mapping[str | bytes, bytes | tuple[str, bytes]]


def contents(canary: Path, trap: str) -> dict[str, Files]:
    """What lies in each repository. What runs makes ``canary``; who follows reaches ``trap``."""
    touch = f"touch {canary}"
    modules = (
        f'[submodule "a"]\n\tpath = a\n\turl = ext::sh -c {touch.replace(" ", "% ")}\n\tupdate = !{touch}\n'
        f'[submodule "../../x"]\n\tpath = ../x\n\turl = -u./{touch}\n[submodule "c"]\n\tpath = -c\n\turl = {trap}/c\n'
    ).encode()
    plain: Files = {"README.md": README, "publiccode.yml": PUBLICCODE}
    return {
        "good": plain,
        "submodules": {**plain, ".gitmodules": modules, "a": (SUBMODULE, b"1" * 40)},
        "large-files": {
            "README.md": b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"a" * 64 + b"\nsize 12345\n",
            ".gitattributes": b"* filter=lfs diff=evil merge=evil -text\n",
            ".lfsconfig": f"[lfs]\n\turl = {trap}/lfs\n".encode(),
            ".gitconfig": f"[filter \"lfs\"]\n\tsmudge = {touch}\n".encode(),
        },
        "links": {
            "README.md": (SYMLINK, b"/etc/passwd"), "publiccode.yml": (SYMLINK, b"../../../../etc/passwd"),
            "docs": (SYMLINK, b"/etc"), "LICENSE": (SYMLINK, b".git/config"),
        },
        "names": {
            **plain, "--upload-pack=touch canary": b"x", "-oProxyCommand=touch": b"x", "$(touch canary)": b"x",
            "a;touch canary": b"x", f"{ESCAPES}README": b"x", "a\u202eb": b"x", b"\xff\xfe": b"x",
        },
        "hooks": {**plain, "hooks/post-checkout": f"#!/bin/sh\n{touch}\n".encode(), "config": b"[core]\nfsmonitor=x\n"},
        "blob-bomb": {"README.md": bytes(60 * 2**20), "LICENSE": b"EUPL-1.2", "publiccode.yml": PUBLICCODE},
        "yaml-bomb": {"README.md": README, "publiccode.yml": LAUGHS},
        "yaml-brackets": {"README.md": README, "publiccode.yml": b"[" * 30_000},
        "yaml-objects": {"publiccode.yml": f"name: !!python/object/apply:os.system ['{touch}']\n".encode()},
        "xml-bomb": {"README.md": README, "pom.xml": ENTITIES + b"]><project><name>&j;</name></project>"},
        "xml-entity": {
            "README.md": README,
            "pom.xml": f'<!DOCTYPE p [<!ENTITY x SYSTEM "{trap}/x"><!ENTITY y SYSTEM "file:///etc/passwd">]>'
            "<project><name>&x;&y;</name></project>".encode(),
        },
        "json-bomb": {
            "package.json": b"[" * 100_000, "codemeta.json": b'{"a":' * 80_000, "composer.json": b"9" * 90_000,
        },
        "toml-bomb": {"Cargo.toml": b"a = " + b"[" * 90_000, "pyproject.toml": b"a = " + b"{a=" * 60_000},
        "markdown-bomb": {"README.md": b"[" * 60_000 + b"\n" + b"|-" * 20_000 + b"\n" + b"> " * 20_000},
        "slow-patterns": {
            "README.md": b"a@" * 40_000 + b"\n" + b"+49 " * 20_000 + b"\n" + b"https://" * 9_000,
            "LICENSE": b"Copyright (c) " * 30_000, "INSTALL.md": b"`" * 60_000, "setup.cfg": b"=" * 100_000,
        },
        "scripts": {
            "README.md": README + b"<script>x</script><img src=x onerror=x>[a](javascript:x)<form action=//e.example>",
            "publiccode.yml": PUBLICCODE.replace(b"Bauhof", b"'<script>alert(1)</script>'"),
        },
        "zeros": {"README.md": b"\0" * 300_000, "publiccode.yml": bytes(range(256)) * 900},
    }  # fmt: skip


def build_repositories(root: Path, canary: Path, trap: str) -> list[str]:
    """Builds them below ``root``; their names."""
    made = contents(canary, trap)
    for name, files in made.items():
        tags = ["v1.0"] if name != "names" else ["v1.0", "$(touch)", "v2;touch"]
        build(root / f"{name}.git", [Commit(NOW - 9 * DAY, files, tags=tags)])
    many = [Commit(NOW - (9 + number % 5) * DAY, {}, Author(ESCAPES + "x" * 500)) for number in range(3_000)]
    build(root / "history-bomb.git", [Commit(NOW - 99 * DAY, {"README.md": README}, message="y" * 2_000_000), *many])
    _tree_bomb(root)
    _odd_names(root)
    _odd_refs(root, f"touch {canary}")
    _pack_elsewhere(root, trap)
    return [*made, "history-bomb", "tree-bomb", "odd-names", "odd-refs", "pack-elsewhere"]


def _commit_tree(repository: Path, tree: str) -> None:
    who = f"E <e@x.example> {int((NOW - DAY).timestamp())} +0000"
    commit = f"tree {tree}\nauthor {who}\ncommitter {who}\n\nx\n".encode()
    oid = git(repository, "hash-object", "-t", "commit", "-w", "--stdin", stdin=commit)
    git(repository, "update-ref", "refs/heads/main", oid)


def _tree_bomb(root: Path) -> None:
    """A thousand million paths of a few objects."""
    repository = root / "tree-bomb.git"
    build(repository, [Commit(NOW - DAY, {"README.md": README})])
    readme = git(repository, "rev-parse", "HEAD:README.md")
    line = f"100644 blob {readme}\t{{name}}"
    for _ in range(9):
        listing = "\n".join(line.format(name=f"d{number}") for number in range(10))
        line = f"040000 tree {git(repository, 'mktree', stdin=listing.encode())}\t{{name}}"
    listing = "\n".join([line.format(name="docs"), line.format(name="LICENSES"), f"100644 blob {readme}\tREADME.md"])
    _commit_tree(repository, git(repository, "mktree", stdin=listing.encode()))


def _odd_names(root: Path) -> None:
    """What NTFS and HFS+ take for git's own folder."""
    repository = root / "odd-names.git"
    build(repository, [Commit(NOW - DAY, {"README.md": README})])
    blob = bytes.fromhex(git(repository, "rev-parse", "HEAD:README.md"))
    raw = b"".join(b"100644 " + name + b"\0" + blob for name in (b".GIT", b".g\xe2\x80\x8cit", b"git~1"))
    tree = git(repository, "hash-object", "-t", "tree", "-w", "--stdin", "--literally", stdin=raw)
    _commit_tree(repository, tree)


def _odd_refs(root: Path, touch: str) -> None:
    """Refs that would be options, and more of them than anybody needs."""
    repository = root / "odd-refs.git"
    head = build(repository, [Commit(NOW - DAY, {"README.md": README})])
    lines = [f"{head} refs/heads/main", f"{head} refs/tags/--upload-pack={touch.partition(' ')[0]}"]
    lines += [f"{head} refs/tags/v{number}.{number % 7}" for number in range(20_000)]
    (repository / "packed-refs").write_text("\n".join(sorted(lines, key=lambda line: line[41:])) + "\n")


def _pack_elsewhere(root: Path, trap: str) -> None:
    """A server that would have us fetch a pack or a bundle from somewhere else, and objects from a neighbour."""
    repository = root / "pack-elsewhere.git"
    build(repository, [Commit(NOW - DAY, {"README.md": README})])
    blob = git(repository, "rev-parse", "HEAD:README.md")
    settings = {
        "uploadpack.blobPackfileUri": f"{blob} {'1' * 40} {trap}/evil.pack",
        "uploadpack.advertiseBundleURIs": "true", "bundle.version": "1", "bundle.mode": "all",
        "bundle.x.uri": f"{trap}/evil.bundle",
    }  # fmt: skip
    for name, value in settings.items():
        git(repository, "config", name, value)
    (repository / "objects" / "info" / "http-alternates").write_text(f"{trap}/other.git/objects/\n")


@dataclass
class Servers:
    """What a hostile server answers, by the name of the repository it pretends to have."""

    trap: str
    routes: dict[str, Answer] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)

    def add(self, name: str, refs_answer: Answer, pack: Answer | None = None) -> None:
        self.names.append(name)
        self.routes[f"/x/{name}/info/refs"] = self.routes[f"/x/{name}.git/info/refs"] = refs_answer
        if pack is not None:
            self.routes[f"/x/{name}/git-upload-pack"] = self.routes[f"/x/{name}.git/git-upload-pack"] = pack


def able_refs() -> Reply:
    """An advertisement of a server that can give parts of a repository, so that both ways ask it for a pack."""
    reply = refs()
    return Reply(200, reply.headers, reply.body.replace(*_abilities()))


def _abilities() -> tuple[bytes, bytes]:
    old = pkt(f"{OID} HEAD\0symref=HEAD:refs/heads/main")
    return old, pkt(
        f"{OID} HEAD\0side-band-64k shallow filter allow-reachable-sha1-in-want symref=HEAD:refs/heads/main"
    )


def slow_servers(trap: str) -> Servers:
    """Their host is soon left alone, so it is another one."""
    found = Servers(trap)
    kind = {"Content-Type": "application/x-git-upload-pack-advertisement"}
    result = {"Content-Type": "application/x-git-upload-pack-result"}
    start = b"001e# service=git-upload-pack\n0000"
    found.add("slow", lambda _: Reply(200, kind, start, pieces=repeat(b"0"), pause=0.2))
    found.add("silent", lambda _: Reply(raw=b"", pieces=repeat(b""), pause=0.2))
    found.add("pack-slow", able_refs(), lambda _: Reply(200, result, pieces=repeat(b"0"), pause=0.2))
    return found


def servers(trap: str) -> Servers:
    found = Servers(trap)
    kind = {"Content-Type": "application/x-git-upload-pack-advertisement"}
    result = {"Content-Type": "application/x-git-upload-pack-result"}
    service = b"001e# service=git-upload-pack\n0000"
    fresh: Callable[[Callable[[], Reply]], Answer] = lambda make: lambda _: make()  # noqa: E731
    found.add("redirect", Reply(302, {"Location": f"{trap}/app/info/refs?service=git-upload-pack"}))
    found.add("moved", Reply(301, {"Location": f"{trap}/app/info/refs?service=git-upload-pack"}))
    found.add("to-metadata", Reply(307, {"Location": "http://169.254.169.254/info/refs"}))
    found.add("login", Reply(401, {"WWW-Authenticate": 'Basic realm="your token, please"'}))
    found.add("page", Reply(200, {"Content-Type": "text/html"}, b"<html><h1>Login</h1></html>"))
    found.add("dumb", Reply(200, {"Content-Type": "text/plain"}, f"{OID}\trefs/heads/main\n".encode()))
    found.add("said-no", Reply(200, kind, service + pkt(f"ERR {ESCAPES}no")))
    found.add("endless", fresh(lambda: Reply(200, kind, service, pieces=repeat(pkt(f"{OID} refs/tags/a") * 1000))))
    found.add("bomb", Reply(200, {**kind, "Content-Encoding": "gzip"}, gzip.compress(bytes(64 * 2**20), 9)))
    progress = b"000dpackfile\n" + b"%04x" % (len(ESCAPES) + 5) + b"\x02" + ESCAPES.encode()
    found.add(
        "progress", able_refs(), fresh(lambda: Reply(200, result, progress, pieces=repeat(b"0009\x02xxxx" * 2000)))
    )
    found.add("no-pack", able_refs(), Reply(200, result, b"000dpackfile\n0009\x01JUNK0000"))
    found.add("pack-moved", able_refs(), Reply(307, {"Location": f"{trap}/evil.pack"}))
    return found


def forge_items(web: str, trap: str) -> list[dict[str, Any]]:
    """A listing in the manner of GitHub's, of which only the first item is honest."""
    honest = {"id": 1, "name": "honest", "full_name": "stadt/honest", "clone_url": f"{web}/stadt/honest.git"}
    odd = [
        {"full_name": "stadt/trap", "clone_url": f"{trap}/stadt/trap.git", "html_url": f"{trap}/stadt/trap"},
        {"full_name": "stadt/file", "clone_url": "file:///etc", "html_url": "javascript:alert(1)"},
        {"full_name": "stadt/--upload-pack=touch", "clone_url": "--upload-pack=touch"},
        {"full_name": "../../etc/passwd"}, {"full_name": "stadt/..", "name": ".."},
        {"full_name": "stadt/ext", "clone_url": "ext::sh -c touch% canary"},
        {"full_name": f"stadt/{ESCAPES}", "description": ESCAPES},
        {"full_name": "stadt/numbers", "stargazers_count": 10**400, "size": 10**4000, "id": 10**3000},
        {"full_name": "stadt/parent", "fork": True, "parent": {"html_url": f"{trap}/x", "full_name": "a/b"}},
        {"full_name": "a" * 100_000 + "/b"}, {"full_name": None}, {}, {"full_name": ["a/b"]},
    ]  # fmt: skip
    return [honest, *odd]


def forge_routes(web: str, trap: str) -> dict[str, Answer]:
    items = forge_items(web, trap)
    digits = as_json(items)
    return {"/api/v3/orgs/stadt/repos": digits, "/api/v3/users/stadt/repos": digits}
