# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reading info/refs: real ones from git itself, and everything else a server may say."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvesters.refs import Advertisement, read_advertisement
from registry.errors import EmptyRepository, Garbage, NoDefaultBranch

URL = "https://git.example/stadt/app"
A, B, C = "a" * 40, "b" * 40, "c" * 40
HEADER = b"001e# service=git-upload-pack\n0000"
CAPABILITIES = "multi_ack thin-pack symref=HEAD:refs/heads/trunk object-format=sha1 agent=git/2.39.5"


def pkt(text: str) -> bytes:
    payload = text.encode() + b"\n"
    return b"%04x" % (len(payload) + 4) + payload


def advertised(*refs: tuple[str, str], capabilities: str = CAPABILITIES) -> bytes:
    lines = [f"{oid} {name}" for oid, name in refs]
    if lines:
        lines[0] += f"\0{capabilities}"
    return HEADER + b"".join(map(pkt, lines)) + b"0000"


def read(body: bytes) -> Advertisement:
    return read_advertisement(body, URL)


def test_head_branch_and_tags() -> None:
    body = advertised(
        (A, "HEAD"),
        (A, "refs/heads/trunk"),
        (B, "refs/heads/x"),
        (C, "refs/pull/1/head"),
        (B, "refs/tags/v1"),
        (A, "refs/tags/v1^{}"),
    )
    found = read(body)
    assert (found.head, found.branch, dict(found.tags), dict(found.peeled)) == (A, "trunk", {"v1": B}, {"v1": A})
    assert len(found.detector) == 64


@pytest.mark.parametrize(
    ("refs", "same"),
    [
        ([(A, "HEAD"), (A, "refs/heads/trunk"), (B, "refs/tags/v1")], True),
        ([(A, "HEAD"), (A, "refs/heads/trunk"), (B, "refs/tags/v1"), (C, "refs/pull/7/head")], True),
        ([(A, "HEAD"), (C, "refs/heads/other"), (A, "refs/heads/trunk"), (B, "refs/tags/v1")], True),
        ([(C, "HEAD"), (C, "refs/heads/trunk"), (B, "refs/tags/v1")], False),
        ([(A, "HEAD"), (A, "refs/heads/trunk"), (C, "refs/tags/v1")], False),
        ([(A, "HEAD"), (A, "refs/heads/trunk"), (B, "refs/tags/v2")], False),
        ([(A, "HEAD"), (A, "refs/heads/trunk")], False),
        ([(A, "HEAD"), (A, "refs/heads/main"), (B, "refs/tags/v1")], False),
    ],
)
def test_the_detector_follows_head_branch_and_tags_only(refs: list[tuple[str, str]], same: bool) -> None:
    before = read(advertised((A, "HEAD"), (A, "refs/heads/trunk"), (B, "refs/tags/v1"))).detector
    assert (read(advertised(*refs)).detector == before) is same


@pytest.mark.parametrize(
    ("refs", "capabilities", "head", "branch"),
    [
        ([(A, "HEAD"), (A, "refs/heads/main"), (A, "refs/heads/x")], "agent=x", A, "main"),
        ([(A, "HEAD"), (A, "refs/heads/x")], "agent=x", A, "x"),
        ([(A, "HEAD"), (A, "refs/heads/x"), (A, "refs/heads/y")], "agent=x", A, None),
        ([(A, "HEAD"), (B, "refs/heads/main")], "agent=x", A, None),
        ([(A, "HEAD"), (A, "refs/heads/main")], "symref=HEAD:refs/heads/gone", A, "main"),
        ([(B, "refs/heads/only")], "symref=HEAD:refs/heads/gone", B, "only"),
        ([(B, "refs/heads/main"), (A, "refs/heads/x")], "agent=x", B, "main"),
        ([(B, "refs/heads/master"), (A, "refs/heads/x")], "agent=x", B, "master"),
        ([("d" * 64, "HEAD"), ("d" * 64, "refs/heads/main")], "object-format=sha256", "d" * 64, "main"),
    ],
)
def test_the_default_branch(refs: list[tuple[str, str]], capabilities: str, head: str, branch: str | None) -> None:
    found = read(advertised(*refs, capabilities=capabilities))
    assert (found.head, found.branch) == (head, branch)


@pytest.mark.parametrize(
    "refs", [[(A, "refs/heads/x"), (B, "refs/heads/y")], [(A, "refs/tags/v1")], [(A, "refs/pull/1/head")]]
)
def test_no_branch_is_the_obvious_one(refs: list[tuple[str, str]]) -> None:
    with pytest.raises(NoDefaultBranch):
        read(advertised(*refs))


@pytest.mark.parametrize("body", [HEADER + b"0000", advertised(("0" * 40, "capabilities^{}"))])
def test_an_empty_repository(body: bytes) -> None:
    with pytest.raises(EmptyRepository):
        read(body)


GOOD = advertised((A, "HEAD"), (A, "refs/heads/trunk"))


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "answer-garbage"),
        (b"<!DOCTYPE html><html>", "answer-web-page"),
        (b"\n <html>", "answer-web-page"),
        (f"{A}\trefs/heads/main\n".encode(), "answer-dumb-protocol"),
        (b'{"message": "Not Found"}', "answer-garbage"),
        (HEADER, "answer-cut-short"),
        (GOOD[:-4], "answer-cut-short"),
        (GOOD[:-6], "answer-cut-short"),
        (GOOD[:80], "answer-cut-short"),
        (HEADER + b"zzzz" + GOOD, "pkt-line"),
        (HEADER + pkt("no oid HEAD\0x") + b"0000", "pkt-line"),
        (HEADER + pkt(f"{A} HEAD\0x") + pkt(f"{'d' * 64} refs/heads/x") + b"0000", "pkt-line"),
        (HEADER + pkt("ERR access denied or repository not exported") + b"0000", "access denied"),
        (HEADER + pkt("version 2") + pkt("ls-refs") + b"0000", "pkt-line"),
        (b"001f# service=git-receive-pack\n0000" + GOOD, "answer-garbage"),
    ],
)
def test_anything_else_is_garbage(body: bytes, says: str) -> None:
    with pytest.raises(Garbage, match=says):
        read(body)


def test_what_is_no_ref_name_is_left_out() -> None:
    body = advertised(
        (A, "HEAD"), (A, "refs/heads/trunk"), (B, "refs/tags/-x"), (B, "refs/tags/a..b"), (B, "refs/tags/a b")
    )
    assert dict(read(body).tags) == {}
    # Neither is a symref that would become an argument.
    assert (
        read(advertised((A, "HEAD"), (A, "refs/heads/--x"), capabilities="symref=HEAD:refs/heads/--x")).branch is None
    )


@given(st.binary(max_size=200), st.integers(0, 200))
def test_damaged_answers_never_crash(noise: bytes, at: int) -> None:
    for body in (noise, HEADER + noise, GOOD[:at] + noise + GOOD[at:]):
        try:
            read(body)
        except (Garbage, EmptyRepository, NoDefaultBranch):
            continue


def git(folder: Path, *arguments: str) -> bytes:
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "init.defaultBranch=trunk"]
    return subprocess.run(
        ["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True, timeout=30
    ).stdout


def test_git_itself(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", ".")

    def advertise() -> Advertisement:
        body = git(tmp_path, "upload-pack", "--stateless-rpc", "--http-backend-info-refs", ".")
        return read(HEADER + body)

    with pytest.raises(EmptyRepository):
        advertise()
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "one")
    git(tmp_path, "tag", "light")
    git(tmp_path, "tag", "-a", "-m", "x", "annotated")
    commit = git(tmp_path, "rev-parse", "HEAD").decode().strip()
    first = advertise()
    assert (first.head, first.branch, dict(first.peeled)) == (commit, "trunk", {"annotated": commit})
    assert first.tags["light"] == commit
    git(tmp_path, "branch", "further")
    assert advertise().detector == first.detector
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "two")
    assert advertise().detector != first.detector
