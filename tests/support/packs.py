# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pieces of packs, made by hand so that they can lie. Format: gitformat-pack."""

from __future__ import annotations


def header(kind: int, size: int) -> bytes:
    """Of one object: its kind and the size that it claims to inflate to."""
    found = bytearray([kind << 4 | size & 15])
    size >>= 4
    while size:
        found[-1] |= 0x80
        found.append(size & 0x7F)
        size >>= 7
    return bytes(found)


def varint(size: int) -> bytes:
    """A size at the head of a delta."""
    found = bytearray()
    while True:
        found.append(size & 0x7F | (0x80 if size > 0x7F else 0))
        size >>= 7
        if not size:
            return bytes(found)


def starts(*objects: bytes, count: int | None = None) -> bytes:
    """A pack without its checksum; ``count`` is how many objects it says it has."""
    return b"PACK\0\0\0\2" + (len(objects) if count is None else count).to_bytes(4, "big") + b"".join(objects)
