# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whether bytes are a PNG picture that decodes: signature, chunks with their checksums, header, compressed pixels.

Source: PNG specification (W3C, third edition), chapters 5, 10 and 11.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""By colour type: allowed bits a sample, and samples a pixel."""
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""Adam7: first column and row, step of both."""
MOST_CHUNKS = 20_000
MOST_PIXEL_BYTES = 64 * 2**20
"""A picture that unpacks to more is taken as right when its first part decodes."""
_STEP = 2**16


class _Broken(Exception):
    """The bytes are no whole PNG; the message says why, for developers."""


def is_png(content: bytes) -> bool:
    """Whether the start of the bytes says PNG."""
    return content.startswith(_SIGNATURE)


def png_fault(content: bytes) -> str | None:
    """Why these bytes are no PNG picture, in a few English words; None where they are one."""
    try:
        _check(content)
    except _Broken as error:
        return str(error)
    return None


def _check(content: bytes) -> None:
    if not is_png(content):
        raise _Broken("not a PNG file")
    chunks = _chunks(content)
    kind, header = next(chunks, (b"", b""))
    if kind != b"IHDR":
        raise _Broken("no header")
    expected, colour = _header(header)
    unpack = zlib.decompressobj()
    size, ended, palette = 0, False, False
    for kind, body in chunks:
        palette = palette or kind == b"PLTE"
        if kind == b"IDAT":
            if colour == 3 and not palette:
                raise _Broken("no palette")
            size = _inflate(unpack, body, size, expected)
        elif kind == b"IEND":
            ended = True
            break
    if not ended:
        raise _Broken("cut off")
    if size < min(expected, MOST_PIXEL_BYTES):
        raise _Broken("too few pixels")


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(_SIGNATURE)
    for _ in range(MOST_CHUNKS):
        if place == len(content):
            return
        head = content[place : place + 8]
        if len(head) < 8:
            raise _Broken("cut off")
        length, kind = struct.unpack(">I4s", head)
        body, end = content[place + 8 : place + 8 + length], place + 12 + length
        if end > len(content):
            raise _Broken("cut off")
        if zlib.crc32(kind + body) != struct.unpack(">I", content[end - 4 : end])[0]:
            raise _Broken("wrong checksum")
        yield kind, body
        place = end
    raise _Broken("too many chunks")


def _header(body: bytes) -> tuple[int, int]:
    """How many bytes the pixels unpack to, and the colour type."""
    if len(body) != 13:
        raise _Broken("wrong header")
    width, height, depth, colour, packing, filtering, interlace = struct.unpack(">IIBBBBB", body)
    right = 0 < width < 2**31 and 0 < height < 2**31 and depth in _DEPTHS.get(colour, ())
    if not right or packing or filtering or interlace > 1:
        raise _Broken("wrong header")
    bits = depth * _SAMPLES[colour]
    if not interlace:
        return height * (1 + (width * bits + 7) // 8), colour
    total = 0
    for column, row, across, down in _PASSES:
        columns, rows = -(-(width - column) // across), -(-(height - row) // down)
        if columns > 0 and rows > 0:
            total += rows * (1 + (columns * bits + 7) // 8)
    return total, colour


def _inflate(unpack: zlib._Decompress, body: bytes, size: int, expected: int) -> int:
    """Unpack one part without keeping it; how many bytes there are so far."""
    try:
        while body and size < min(expected, MOST_PIXEL_BYTES):
            size += len(unpack.decompress(body, _STEP))
            body = unpack.unconsumed_tail
    except zlib.error as error:
        raise _Broken("pixels do not unpack") from error
    return size
