# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a git server advertises at ``info/refs``: HEAD, default branch, tags, and the change detector made of them.

Reads protocol version 0 and 1 of git's smart HTTP transport (gitprotocol-http, gitprotocol-pack in git's own
documentation). Other refs (pull requests, notes, further branches) do not count as a change.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from harvesters.guard import redacted
from registry.errors import EmptyRepository, Garbage, NoDefaultBranch

MAX_REFS = 500_000
"""Refs read at most; a server that advertises more is not a repository of ours."""

_OID = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_LENGTH = re.compile(rb"[0-9a-fA-F]{4}")
# git check-ref-format: what no ref name holds. A leading dash is refused as well: names become arguments.
_NO_REF_NAME = re.compile(rb"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|(?:^|/)[.-]|(?:\.lock|[./])$")
_UNPRINTABLE = re.compile(rb"[^ -~]+")
_SERVICE = b"# service=git-upload-pack"
_HEADS = "refs/heads/"
_TAGS = "refs/tags/"
_USUAL_BRANCHES = ("main", "master")


@dataclass(frozen=True, slots=True)
class Advertisement:
    """What ``info/refs`` says. ``tags`` maps names to the object each ref names, ``peeled`` to its commit if annotated.

    ``branch`` is None for a detached HEAD. ``detector`` changes when HEAD, the default branch or a tag changes.
    ``capabilities`` are the names of what the server can do; None where it was not asked.
    """

    head: str
    branch: str | None
    tags: Mapping[str, str]
    detector: str
    peeled: Mapping[str, str] = field(default_factory=dict)
    capabilities: frozenset[str] | None = None


def read_advertisement(body: bytes, url: str) -> Advertisement:
    """Read the answer of ``GET {url}/info/refs?service=git-upload-pack``.

    Raises Garbage for anything that is not a complete smart advertisement, EmptyRepository before the first commit,
    NoDefaultBranch when there is no HEAD and no branch is the obvious one.
    """
    subject = redacted(url)
    capabilities, refs = _read_refs(_payloads(body, subject), subject)
    if not refs:
        raise EmptyRepository(subject)
    head, branch = _head(capabilities, refs, subject)
    tags = {name.removeprefix(_TAGS): oid for name, oid in refs.items() if name.startswith(_TAGS)}
    peeled = {name.removesuffix("^{}"): oid for name, oid in tags.items() if name.endswith("^{}")}
    tags = {name: oid for name, oid in tags.items() if not name.endswith("^{}")}
    able = frozenset(cap.partition(b"=")[0].decode("ascii", "replace") for cap in capabilities)
    return Advertisement(head, branch, tags, _detector(head, branch, tags), peeled, able)


def _payloads(body: bytes, subject: str) -> Iterator[bytes]:
    """Payloads of the pkt-lines up to the flush that ends the advertisement, which must be there."""
    if not body.startswith((b"001e" + _SERVICE, b"001f" + _SERVICE)):
        raise Garbage(subject, "info/refs", rule=_what_else(body))
    position, lines, flushes, ended = 0, 0, 0, False
    while position < len(body) and not ended:
        raw = body[position : position + 4]
        if not _LENGTH.fullmatch(raw):
            raise Garbage(subject, "info/refs: pkt-line")
        length = int(raw, 16)
        if length < 4:
            # The first flush ends the service header, which is one line; some servers leave that flush out.
            flushes += 1
            ended = lines > 1 or flushes > 1
            position += 4
            continue
        if position + length > len(body):
            break
        yield body[position + 4 : position + length]
        lines += 1
        position += length
    if not ended:
        raise Garbage(subject, "info/refs", rule="answer-cut-short")


def _what_else(body: bytes) -> str | None:
    """The rule that tells what came instead of an advertisement."""
    start = body[:512].lstrip().lower()
    if start.startswith(b"<"):
        return "answer-web-page"
    return "answer-dumb-protocol" if _OID.match(start) else None


def _read_refs(payloads: Iterator[bytes], subject: str) -> tuple[list[bytes], dict[str, str]]:
    """Capabilities and refs; the refs are empty for a repository without commits."""
    capabilities: list[bytes] | None = None
    refs: dict[str, str] = {}
    width = 0
    for payload in payloads:
        line = payload.rstrip(b"\n")
        if line.startswith((b"#", b"version 1", b"shallow ")) or not line:
            continue
        if line.startswith(b"ERR "):
            raise Garbage(subject, _UNPRINTABLE.sub(b"?", line[:160]).decode("ascii"))
        line, _, tail = line.partition(b"\0")
        if capabilities is None:
            capabilities = tail.split()
        oid, _, name = line.partition(b" ")
        width = width or len(oid)
        if not _OID.fullmatch(oid) or len(oid) != width or len(refs) >= MAX_REFS:
            raise Garbage(subject, "info/refs: pkt-line")
        nothing_yet = name == b"capabilities^{}"
        if not nothing_yet and not _NO_REF_NAME.search(name.removesuffix(b"^{}")):
            refs[name.decode("utf-8", "replace")] = oid.decode("ascii")
    return capabilities or [], refs


def _head(capabilities: list[bytes], refs: Mapping[str, str], subject: str) -> tuple[str, str | None]:
    branches = {name.removeprefix(_HEADS): oid for name, oid in refs.items() if name.startswith(_HEADS)}
    named = next((cap[12:] for cap in capabilities if cap.startswith(b"symref=HEAD:")), b"")
    branch = named.decode("utf-8", "replace").removeprefix(_HEADS)
    head = refs.get("HEAD")
    if head is not None:
        if branches.get(branch) == head:
            return head, branch
        same = [name for name, oid in branches.items() if oid == head]
        return head, next((name for name in _USUAL_BRANCHES if name in same), same[0] if len(same) == 1 else None)
    if len(branches) == 1:
        branch, head = next(iter(branches.items()))
        return head, branch
    for usual in _USUAL_BRANCHES:
        if usual in branches:
            return branches[usual], usual
    raise NoDefaultBranch(subject, f"refs/heads: {len(branches)}")


def _detector(head: str, branch: str | None, tags: Mapping[str, str]) -> str:
    lines = [head, branch or "", *(f"{name} {oid}" for name, oid in sorted(tags.items()))]
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()
