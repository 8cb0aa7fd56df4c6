# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Servers that answer the question for a pack with malice: told apart by both ways, at a bounded price."""

from __future__ import annotations

import gzip
import hashlib
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from itertools import chain, repeat
from pathlib import Path

import pytest

import harvesters.git.objects  # noqa: F401 - GitPython asks for git's version when it is imported
from harvesters.git.deltas import apply_delta
from harvesters.git.packets import Irregular, packet
from harvesters.git.packs import BLOB, TREE, Bounds, read_pack
from harvesters.refs import read_advertisement
from registry.errors import FetchError
from registry.model import Limits
from support.gitdoor import NOW, WAYS, chosen, is_empty, open_door, processes_about, reference
from support.hostile_town import able_refs
from support.house import OID, pkt
from support.loopback import Loopback, Reply
from support.packs import header, starts, varint
from support.telling import told

RESULT = {"Content-Type": "application/x-git-upload-pack-result"}
LIMITS = Limits(connect_seconds=2.0, read_seconds=2.0, git_seconds=3.0, git_bytes=4 * 2**20)
ESCAPES = "\x1b]0;owned\x07\x1b[2J\x1b[31mroot# \u202e"
PACKFILE = packet("packfile")


def line(payload: bytes) -> bytes:
    return b"%04x" % (len(payload) + 4) + payload


def band(payload: bytes, number: int = 1) -> bytes:
    return line(bytes([number]) + payload)


def whole(*objects: bytes, count: int | None = None) -> bytes:
    body = starts(*objects, count=count)
    return PACKFILE + band(body + hashlib.sha1(body).digest()) + b"0000"


def endless_zeros() -> Iterator[bytes]:
    packer = zlib.compressobj(9)
    yield PACKFILE + band(starts(header(BLOB, 2**40), count=1))
    while True:
        if piece := packer.compress(bytes(2**20)):
            yield band(piece)


def commit_then(*more: bytes) -> tuple[bytes, ...]:
    raw = b"tree " + b"4" * 40 + b"\nauthor a <a@b.example> 1 +0000\ncommitter a <a@b.example> 1 +0000\n\nx"
    return header(1, len(raw)) + zlib.compress(raw), *more


@cache
def gzip_bomb() -> bytes:
    return gzip.compress(PACKFILE + band(b"x") + bytes(64 * 2**20), 9)


NOTHING_BLOCK = b"\x00\x00\x00\xff\xff"
"""A block of zlib's that holds nothing and is not the last."""
DELTA_OF_A_TERABYTE = varint(187) + varint(2**40) + b"\x90\xbb"
ANSWERS: dict[str, Callable[[], Reply]] = {
    "progress for ever": lambda: Reply(200, RESULT, PACKFILE, pieces=repeat(band(b"Counting " * 500 + b"\r", 2))),
    "progress of nothing for ever": lambda: Reply(200, RESULT, PACKFILE, pieces=repeat(band(b"", 2) * 1000)),
    "escape sequences as progress": lambda: Reply(
        200, RESULT, PACKFILE + band(ESCAPES.encode(), 2) + band(ESCAPES.encode(), 3)
    ),
    "escape sequences as an error": lambda: Reply(200, RESULT, line(b"ERR " + ESCAPES.encode()) + b"0000"),
    "flushes for ever": lambda: Reply(200, RESULT, pieces=repeat(b"0000" * 4000)),
    "delimiters for ever": lambda: Reply(200, RESULT, pieces=repeat(b"0001" * 4000)),
    "ends of answers for ever": lambda: Reply(200, RESULT, pieces=repeat(b"0002" * 4000)),
    "a length of three for ever": lambda: Reply(200, RESULT, pieces=repeat(b"0003" * 4000)),
    "empty lines for ever": lambda: Reply(200, RESULT, pieces=repeat(b"0004" * 4000)),
    "empty bands for ever": lambda: Reply(200, RESULT, PACKFILE, pieces=repeat(b"0004" * 4000)),
    "commits at which it ends, for ever": lambda: Reply(
        200, RESULT, packet("shallow-info"), pieces=repeat(pkt("shallow " + OID) * 1000)
    ),
    "zeros for ever": lambda: Reply(200, RESULT, pieces=endless_zeros()),
    "blocks of nothing for ever": lambda: Reply(
        200, RESULT, PACKFILE + band(starts(header(BLOB, 9) + b"\x78\x9c", count=1)),
        pieces=repeat(band(NOTHING_BLOCK * 2000)),
    ),
    "objects of nothing for ever": lambda: Reply(
        200, RESULT, PACKFILE + band(starts(count=40_000)),
        pieces=repeat(band((header(BLOB, 0) + zlib.compress(b"")) * 500)),
    ),
    "four thousand million objects": lambda: Reply(200, RESULT, whole(*commit_then(), count=2**32 - 1)),
    "a delta of a terabyte": lambda: Reply(
        200, RESULT,
        whole(*commit_then(header(6, len(DELTA_OF_A_TERABYTE)) + b"\x10" + zlib.compress(DELTA_OF_A_TERABYTE))),
    ),
    "a delta on what is not there": lambda: Reply(
        200, RESULT, whole(header(7, 3) + bytes(20) + zlib.compress(b"\x01\x01\x01"))
    ),
    "fewer objects than it says": lambda: Reply(200, RESULT, whole(*commit_then(), count=7)),
    "a wrong sum": lambda: Reply(200, RESULT, PACKFILE + band(starts(*commit_then()) + bytes(20)) + b"0000"),
    "cut short": lambda: Reply(200, RESULT, PACKFILE + band(starts(*commit_then(), count=2)), close=True),
    "a bomb of gzip": lambda: Reply(200, {**RESULT, "Content-Encoding": "gzip"}, gzip_bomb()),
    "a pack made elsewhere": lambda: Reply(
        200, RESULT, packet("packfile-uris") + pkt(OID + " http://127.0.0.1:9/evil.pack") + b"0001" + whole()
    ),
    "a byte now and then": lambda: Reply(200, RESULT, PACKFILE, pieces=repeat(b"0"), pause=0.1),
    "a line now and then": lambda: Reply(200, RESULT, PACKFILE, pieces=repeat(band(b"P")), pause=0.1),
    "a header now and then": lambda: Reply(raw=b"HTTP/1.1 200 OK\r\n", pieces=repeat(b"X: y\r\n"), pause=0.1),
    "nothing at all": lambda: Reply(raw=b"", pieces=chain(repeat(b"", 600)), pause=0.1),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("answer", ANSWERS)
def test_a_hostile_pack_costs_little(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, way: str) -> None:
    """By the quick way first, and by git where that gives up; or by git alone."""
    monkeypatch.setattr(chosen, "way", way)
    work = tmp_path / "work"
    advertisement = read_advertisement(able_refs().body, "x")
    with Loopback({"/app/info/refs": able_refs(), "/app/git-upload-pack": lambda _: ANSWERS[answer]()}) as server:
        door = open_door(server.url, work, LIMITS)
        gzip_bomb()
        started = time.monotonic()
        tracemalloc.start()
        try:
            with pytest.raises(FetchError) as caught:
                door.snapshot(reference(f"{server.url}/app"), advertisement, NOW)
        finally:
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
    # Generous for a busy machine: most of these never end by themselves.
    assert time.monotonic() - started < 30
    assert peak < 24 * 2**20
    assert not set("\x1b\x07\u202e") & set(told(caught.value) + str(caught.value))
    assert is_empty(work)
    assert processes_about(str(work)) == []
    assert "POST" in {request.method for request in server.requests}, "a pack was asked for"


# --- what reading costs ----------------------------------------------------------------------------------------------


def peak_of(act: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_pack_in_pieces_of_two_bytes_takes_no_more_memory() -> None:
    raw = bytes(range(256)) * 1600
    packer = zlib.compressobj(0)
    body = starts(header(BLOB, len(raw)) + packer.compress(raw) + packer.flush())
    pack = body + hashlib.sha1(body).digest()
    pieces = (pack[at : at + 2] for at in range(0, len(pack), 2))
    found: list[object] = []
    bounds = Bounds(blob_bytes=len(raw), tick=lambda: None)
    peak = peak_of(lambda: found.extend(one.raw for one in read_pack(pieces, bounds)))
    assert found == [raw]
    assert peak < 6 * len(raw)


def test_an_object_that_comes_byte_by_byte_is_read() -> None:
    """First blocks of nothing, as long as the object may be, and then each byte in a block of its own."""
    size = 60_000
    raw = bytes(size)
    blocks = NOTHING_BLOCK * (size // 4) + b"\x00\x01\x00\xfe\xff\x00" * (size - 1) + b"\x01\x01\x00\xfe\xff\x00"
    body = starts(header(TREE, size) + b"\x78\x01" + blocks + zlib.adler32(raw).to_bytes(4, "big"))
    pack = body + hashlib.sha1(body).digest()
    pieces = (pack[at : at + 6] for at in range(0, len(pack), 6))
    (found,) = read_pack(pieces, Bounds(blob_bytes=10, tick=lambda: None))
    assert found.raw == raw


def test_a_delta_of_crumbs_takes_no_more_memory_than_it_makes() -> None:
    crumbs = 200_000
    made = 2 * crumbs
    given = varint(0) + varint(made) + b"\x02ab" * crumbs
    peak = peak_of(lambda: apply_delta(b"", given, made))
    assert peak < 4 * made


def test_the_time_is_looked_at_before_each_delta() -> None:
    base = b"x" * 100
    delta = varint(100) + varint(100) + b"\x90\x64"
    first = header(TREE, 100) + zlib.compress(base)
    body = starts(first, header(6, len(delta)) + bytes([len(first)]) + zlib.compress(delta))

    def over() -> None:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        list(read_pack([body + hashlib.sha1(body).digest()], Bounds(blob_bytes=10, tick=over)))
    with pytest.raises(Irregular):
        list(read_pack([body], Bounds(blob_bytes=10, tick=lambda: None)))


# --- servers that would have something fetched elsewhere -------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
def test_objects_of_a_neighbour_are_not_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    """A server of the dumb protocol may name alternates anywhere: it is not spoken."""
    monkeypatch.setattr(chosen, "way", way)
    advertisement = read_advertisement(able_refs().body, "x")
    with Loopback() as trap, Loopback() as server:
        server.routes = {
            "/app/info/refs": Reply(200, {"Content-Type": "text/plain"}, f"{OID}\trefs/heads/main\n".encode()),
            "/app/HEAD": Reply(body=b"ref: refs/heads/main\n"),
            "/app/objects/info/http-alternates": Reply(body=f"{trap.url}/x.git/objects/\n".encode()),
            "/app/objects/info/alternates": Reply(body=f"{trap.url}/x.git/objects/\n".encode()),
        }
        with pytest.raises(FetchError):
            open_door(server.url, tmp_path / "work", LIMITS).snapshot(
                reference(f"{server.url}/app"), advertisement, NOW
            )
        assert trap.connections == 0
        assert not [request for request in server.requests if "alternates" in request.target]


@pytest.mark.parametrize("way", WAYS)
def test_bundles_and_packs_of_another_place_are_neither_asked_for_nor_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setattr(chosen, "way", way)
    advertisement = read_advertisement(able_refs().body, "x")
    able = [packet("version 2"), packet("ls-refs"), packet("fetch=shallow filter packfile-uris"), packet("bundle-uri")]
    start = b"001e# service=git-upload-pack\n0000" + b"".join(able) + b"0000"
    with Loopback() as trap, Loopback() as server:
        elsewhere = pkt(f"bundle.x.uri={trap.url}/evil.bundle")
        uris = packet("packfile-uris") + pkt(f"{OID} {trap.url}/evil.pack") + b"0001"
        server.routes = {
            "/app/info/refs": Reply(200, able_refs().headers, start),
            "/app/git-upload-pack": Reply(200, RESULT, elsewhere + uris + whole(*commit_then())),
        }
        with pytest.raises(FetchError):
            open_door(server.url, tmp_path / "work", LIMITS).snapshot(
                reference(f"{server.url}/app"), advertisement, NOW
            )
        said = b"".join(request.body for request in server.requests)
        assert b"command=" in said
        assert b"packfile-uris" not in said
        assert b"bundle" not in said
        assert trap.connections == 0
