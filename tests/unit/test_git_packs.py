# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Our own reader of packs: real ones as git reads them, and broken, lying and exploding ones at a bounded price."""

from __future__ import annotations

import contextlib
import hashlib
import subprocess
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvesters.git.deltas import apply_delta
from harvesters.git.packets import FLUSH, Irregular, Packets, packet
from harvesters.git.packs import BLOB, COMMIT, KINDS, TREE, Bounds, Packed, read_pack
from registry.errors import TooSlow
from support.packs import header, starts, varint
from support.repos import GIT_ENVIRONMENT, Commit, build, git

BOUNDS = Bounds(blob_bytes=50_000, tick=lambda: None)
AT = 1_700_000_000
OFFSET_DELTA, NAMED_DELTA = 6, 7


def read(pack: bytes, bounds: Bounds = BOUNDS, piece: int = 1000) -> list[Packed]:
    return list(read_pack((pack[at : at + piece] for at in range(0, len(pack), piece)), bounds))


def entry(kind: int, raw: bytes, says: int | None = None, base: bytes = b"") -> bytes:
    return header(kind, len(raw) if says is None else says) + base + zlib.compress(raw)


def pack_of(*entries: bytes, count: int | None = None) -> bytes:
    body = starts(*entries, count=count)
    return body + hashlib.sha1(body).digest()


def delta(base: int, result: int, *commands: bytes) -> bytes:
    return varint(base) + varint(result) + b"".join(commands)


def name_of(kind: int, raw: bytes) -> bytes:
    return hashlib.sha1(b"%s %d\0%s" % (KINDS[kind], len(raw), raw)).digest()


@cache
def real_pack(offsets: bool = True) -> tuple[bytes, dict[bytes, bytes]]:
    """A pack that git made, with deltas of both kinds, and its objects as git reads them."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "app.git"
        long = [b"line %d of a file that changes\n" % number for number in range(300)]
        commits = []
        for number in range(40):
            long[number * 7] = b"changed %d\n" % number
            commits.append(Commit(AT + number, {"a.txt": b"".join(long), f"d{number % 5}/b.txt": b"%d" % number}))
        build(path, commits)
        listed = git(path, "rev-list", "--objects", "--all").splitlines()
        names = [line[:40] for line in listed]
        command = ["git", "-C", str(path), "pack-objects", "--stdout", "-q", "--window=20", "--depth=20"]
        command += ["--delta-base-offset"] if offsets else []
        wanted = "\n".join(names).encode() + b"\n"
        pack = subprocess.run(command, input=wanted, env=GIT_ENVIRONMENT, check=True, capture_output=True).stdout
        kinds = {name: git(path, "cat-file", "-t", name) for name in names}
        raws = {
            bytes.fromhex(name): subprocess.run(
                ["git", "-C", str(path), "cat-file", kinds[name], name],
                env=GIT_ENVIRONMENT, check=True, capture_output=True,
            ).stdout
            for name in names
        }  # fmt: skip
        return pack, raws


@pytest.mark.parametrize("offsets", [True, False])
@pytest.mark.parametrize("piece", [1, 13, 4096, 10**6])
def test_a_real_pack_is_read_as_git_reads_it(offsets: bool, piece: int) -> None:
    pack, raws = real_pack(offsets)
    found = read(pack, piece=piece)
    assert {one.oid: one.raw for one in found} == raws
    assert len(found) == len(raws)
    assert sum(len(one.raw or b"") for one in found) > 3 * len(pack), "there are deltas in it"


def test_a_large_blob_is_named_and_not_kept() -> None:
    raw = bytes(300 * 2**20)
    pack = pack_of(entry(BLOB, raw), entry(BLOB, b"small"))
    oid = name_of(BLOB, raw)
    size = len(raw)
    del raw
    assert len(pack) < 2**19
    tracemalloc.start()
    large, small = read(pack, piece=65_536)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (large.oid, large.size, large.raw) == (oid, size, None)
    assert small.raw == b"small"
    assert peak < 3 * 2**20


def test_the_time_is_looked_at_while_much_is_skipped() -> None:
    def over() -> None:
        raise TooSlow("x", "> 1 s")

    with pytest.raises(TooSlow):
        read(pack_of(entry(BLOB, bytes(10**6))), Bounds(blob_bytes=10, tick=over))


BASE = b"0123456789" * 10
COPY_ALL = b"\x90" + bytes([len(BASE)])
BROKEN: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "no pack": lambda: b"<html>" * 10,
    "version 4": lambda: pack_of(entry(BLOB, b"x")).replace(b"PACK\0\0\0\2", b"PACK\0\0\0\4"),
    "more objects than it says": lambda: pack_of(entry(BLOB, b"x"), entry(BLOB, b"y"), count=1),
    "fewer objects than it says": lambda: pack_of(entry(BLOB, b"x"), count=2),
    "four thousand million objects": lambda: pack_of(entry(BLOB, b"x"), count=2**32 - 1),
    "a wrong trailer": lambda: pack_of(entry(BLOB, b"x"))[:-1] + b"\0",
    "no trailer": lambda: pack_of(entry(BLOB, b"x"))[:-20],
    "something behind the trailer": lambda: pack_of(entry(BLOB, b"x")) + b"x",
    "an object larger than it says": lambda: pack_of(entry(BLOB, b"x" * 1000, says=999)),
    "an object smaller than it says": lambda: pack_of(entry(BLOB, b"x" * 1000, says=1001)),
    "a bomb that says it is small": lambda: pack_of(entry(BLOB, bytes(10**7), says=10)),
    "a large one larger than it says": lambda: pack_of(entry(BLOB, bytes(10**6), says=10**6 - 1)),
    "a large one smaller than it says": lambda: pack_of(entry(BLOB, bytes(10**6), says=10**6 + 1)),
    "an endless size": lambda: pack_of(b"\xbf" + b"\xff" * 30),
    "kind 0": lambda: pack_of(entry(0, b"x")),
    "kind 5": lambda: pack_of(entry(5, b"x")),
    "no zlib": lambda: pack_of(header(BLOB, 4) + b"abcd" * 10),
    "zlib with a wrong sum": lambda: pack_of(header(BLOB, 4) + zlib.compress(b"abcd")[:-1] + b"\0"),
    "a delta on nothing": lambda: pack_of(entry(NAMED_DELTA, delta(1, 1, b"\x01x"), base=bytes(20))),
    "a delta before the pack": lambda: pack_of(entry(OFFSET_DELTA, delta(1, 1, b"\x01x"), base=b"\x7f")),
    "a delta on itself": lambda: pack_of(entry(OFFSET_DELTA, delta(1, 1, b"\x01x"), base=b"\0")),
    "an endless offset": lambda: pack_of(entry(OFFSET_DELTA, delta(1, 1, b"\x01x"), base=b"\xff" * 40)),
    "a delta on an object that is too large": lambda: pack_of(
        entry(BLOB, bytes(10**6)), entry(NAMED_DELTA, delta(10**6, 1, b"\x01x"), base=name_of(BLOB, bytes(10**6)))
    ),
    "a tree of 9 MB": lambda: pack_of(entry(OFFSET_DELTA, bytes(9 * 2**20), base=b"\x10")),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_broken_or_lies_is_irregular(what: str) -> None:
    pack = BROKEN[what]()
    tracemalloc.start()
    with pytest.raises(Irregular):
        read(pack, piece=65_536)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**20 + 3 * min(len(pack), 65_536)


def test_a_cut_pack_is_irregular_wherever_it_is_cut() -> None:
    pack, _ = real_pack()
    for end in range(0, len(pack), 211):
        with pytest.raises(Irregular):
            read(pack[:end])


@pytest.mark.parametrize(
    ("given", "size"),
    [
        (delta(len(BASE), 3, b"\x03abc"), 3),
        (delta(len(BASE), 100, COPY_ALL), 100),
        (delta(len(BASE), 101, b"\x01x", COPY_ALL), 101),
        (delta(len(BASE), 0), 0),
    ],
)
def test_deltas(given: bytes, size: int) -> None:
    assert len(apply_delta(BASE, given, 1000)) == size


@pytest.mark.parametrize(
    "given",
    [
        b"",
        b"\xff" * 40,
        delta(99, 100, COPY_ALL),
        delta(len(BASE), 99, COPY_ALL),
        delta(len(BASE), 101, COPY_ALL),
        delta(len(BASE), 2000, *[COPY_ALL] * 20),
        delta(len(BASE), 100, b"\0"),
        delta(len(BASE), 100, b"\x91\x01\x64"),
        delta(len(BASE), 100, b"\x9f"),
        delta(len(BASE), 5, b"\x05abc"),
        delta(len(BASE), 100, b"\x80"),
    ],
)
def test_broken_deltas_are_irregular(given: bytes) -> None:
    with pytest.raises(Irregular):
        apply_delta(BASE, given, 1000)


def test_a_chain_of_deltas_that_explodes_is_bounded() -> None:
    """Each object is ten times the one before: 16 of them would be an exabyte."""
    entries, size, raw = [entry(TREE, BASE)], len(BASE), BASE
    for _ in range(16):
        oid = name_of(TREE, raw) if size < 10**6 else bytes(20)
        copy = b"\xf0" + size.to_bytes(3, "little") if size < 2**24 else b"\x80"
        entries.append(entry(NAMED_DELTA, delta(size, size * 10, *[copy] * 10), base=oid))
        raw = raw * 10 if size < 10**6 else raw
        size *= 10
    pack = pack_of(*entries)
    tracemalloc.start()
    with pytest.raises(Irregular):
        read(pack, Bounds(blob_bytes=1000, tick=lambda: None, kept_bytes=10**6))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * 10**6


@pytest.mark.parametrize("bound", ["kept_bytes", "skipped_bytes", "objects"])
def test_bounds_hold_for_all_objects_together(bound: str) -> None:
    pack = pack_of(*[entry(BLOB, bytes([number]) * size) for number in range(20) for size in (100, 60_000)])
    read(pack, Bounds(50_000, lambda: None, kept_bytes=2_000, skipped_bytes=1_200_000, objects=40))
    least = {"kept_bytes": 1_999, "skipped_bytes": 1_199_999, "objects": 39}
    with pytest.raises(Irregular):
        read(pack, Bounds(50_000, lambda: None, **{bound: least[bound]}))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_pack_with_any_bytes_changed_gives_objects_under_their_own_names_or_is_irregular(data: st.DataObject) -> None:
    pack, raws = real_pack(data.draw(st.booleans()))
    changed = bytearray(pack)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(pack) - 1))
        changed[at] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        changed[-20:] = hashlib.sha1(changed[:-20]).digest()
    try:
        found = read(bytes(changed), piece=data.draw(st.sampled_from([7, 512, 65_536])))
    except Irregular:
        return
    for one in found:
        assert one.raw is None or raws.get(one.oid, one.raw) == one.raw


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.integers(1, 50))
def test_any_bytes_as_a_pack(rest: bytes, count: int) -> None:
    body = b"PACK\0\0\0\2" + count.to_bytes(4, "big") + rest
    try:
        read(body + hashlib.sha1(body).digest())
    except Irregular:
        return
    raise AssertionError("chance made a pack")


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.binary(max_size=200))
def test_any_bytes_as_a_delta(base: bytes, given: bytes) -> None:
    with contextlib.suppress(Irregular):
        assert len(apply_delta(base, given, 10_000)) <= 10_000


# --- packet lines ----------------------------------------------------------------------------------------------------


def pieces(answer: bytes) -> Iterator[bytes]:
    for at in range(0, len(answer), 3):
        yield answer[at : at + 3]


def test_lines_sections_and_bands() -> None:
    answer = packet("shallow-info") + b"0001" + packet("packfile") + b"0008\x02hey0008\x01PAC0006\x01K" + FLUSH
    packets = Packets(pieces(answer))
    assert [packets.line() for _ in range(3)] == [b"shallow-info", None, b"packfile"]
    assert b"".join(packets.pack()) == b"PACK"


@pytest.mark.parametrize(
    "answer", [b"", b"00", b"zzzz", b"+0a1", b"0009\x01abc", b"0009\x03fatal", b"0005\x09", b"0004", b"0006\x01K"]
)
def test_broken_bands_are_irregular(answer: bytes) -> None:
    with pytest.raises(Irregular):
        list(Packets(pieces(answer)).pack())


def test_commits_are_found_whatever_their_kind_is_called() -> None:
    assert [one.kind for one in read(pack_of(entry(COMMIT, b"x"), entry(TREE, b"")))] == [COMMIT, TREE]
