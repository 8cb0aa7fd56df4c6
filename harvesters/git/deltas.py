# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Objects that a pack stores as changes to another one (gitformat-pack, "Deltified representation")."""

from __future__ import annotations

from harvesters.git.packets import Irregular

_DEFAULT_COPY = 0x10000


def apply_delta(base: bytes, delta: bytes, most: int) -> bytes:
    """The object that ``delta`` makes of ``base``. Raises Irregular for anything but exactly what it announces.

    ``most`` bounds the result before anything is built.
    """
    try:
        base_size, position = _size(delta, 0)
        size, position = _size(delta, position)
        if base_size != len(base) or size > most:
            raise Irregular("delta size")
        made = _made(base, delta, position, size)
    except IndexError:
        raise Irregular("delta cut short") from None
    if len(made) != size:
        raise Irregular("delta result")
    return bytes(made)


def _made(base: bytes, delta: bytes, position: int, size: int) -> bytearray:
    # Not a list of pieces: of pieces of two bytes it takes twenty times their size.
    made = bytearray()
    end = len(delta)
    while position < end:
        command = delta[position]
        position += 1
        if command & 0x80:
            offset = count = 0
            for bit in range(4):
                if command >> bit & 1:
                    offset |= delta[position] << 8 * bit
                    position += 1
            for bit in range(3):
                if command >> (4 + bit) & 1:
                    count |= delta[position] << 8 * bit
                    position += 1
            count = count or _DEFAULT_COPY
            piece = base[offset : offset + count]
        else:
            count = command
            piece = delta[position : position + count]
            position += count
        # A command of nothing is reserved; pieces that are too short read past an end.
        if not count or len(piece) != count or len(made) + count > size:
            raise Irregular("delta")
        made += piece
    return made


def _size(delta: bytes, position: int) -> tuple[int, int]:
    size = shift = 0
    while True:
        byte = delta[position]
        position += 1
        size |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            return size, position
        if shift > 56:
            raise Irregular("delta size")
