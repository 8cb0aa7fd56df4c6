# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Lines in the format of the official list GV100AD, made by us: real structure, mostly invented municipalities."""

from __future__ import annotations

from collections.abc import Iterable

AS_OF, LATER = "20251231", "20260630"


def record(kind: str, key: str, name: str, seat: str = "", code: str = "", as_of: str = AS_OF) -> str:
    """Characters 1 to 128 of a line; ``key`` is what stands from character 11 on."""
    return f"{kind}{as_of}{key:<12}{name:<50}{seat:<50}{code:<2}{'':<4}"


def land(code: str, name: str, as_of: str = AS_OF) -> str:
    return record("10", code, name, "Sitz", as_of=as_of).rstrip()


def region(code: str, name: str, as_of: str = AS_OF) -> str:
    return record("20", code, name, "Sitz", as_of=as_of).rstrip()


def county(code: str, name: str, kind: str = "44", as_of: str = AS_OF) -> str:
    return record("40", code, name, "Sitz", kind, as_of)


def association(code: str, number: str, name: str, kind: str = "53", as_of: str = AS_OF) -> str:
    return record("50", f"{code}   {number}", name, "Sitz", kind, as_of)


def municipality(
    ags: str,
    number: str,
    name: str,
    area: int,
    people: int,
    kind: str = "64",
    as_of: str = AS_OF,
) -> str:
    head = record("60", f"{ags}{number}", name, "", kind, as_of)
    figures = f"{area:011d}{people:011d}{people // 2:011d}"
    return f"{head}{figures}{'':<4}{'89073':<5}{'':<5}{'':<2}{'2884B30168404'}{'':<30}"


def text(lines: Iterable[str]) -> bytes:
    return ("\r\n".join(lines) + "\r\n").encode()
