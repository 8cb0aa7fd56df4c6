# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Runs a command under what docs/systemd asks systemd to do by seccomp and prctl: ``python confined.py COMMAND...``.

NoNewPrivileges, MemoryDenyWriteExecute, RestrictAddressFamilies and SystemCallFilter, without a running systemd. What
needs namespaces (ProtectSystem, PrivateDevices ...) is not done here. Sources: prctl(2), seccomp(2), linux/filter.h.
"""

from __future__ import annotations

import ctypes
import os
import re
import struct
import subprocess
import sys
from pathlib import Path

HEADER = Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")
_LOAD, _EQUALS, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _ERROR, _EPERM, _EAFNOSUPPORT = 0x7FFF0000, 0x00050000, 1, 97
_FAMILIES = (1, 2, 10)
"""AF_UNIX, AF_INET, AF_INET6."""
_NUMBER, _FIRST_ARGUMENT = 0, 16
_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER, _MDWE = 38, 22, 2, 65


def available() -> bool:
    return HEADER.is_file() and os.uname().machine == "x86_64" and Path("/usr/bin/systemd-analyze").is_file()


def _group(name: str) -> set[str]:
    """The system calls of one of systemd's groups, with those of the groups in it."""
    done = subprocess.run(["systemd-analyze", "syscall-filter", name], check=True, capture_output=True, text=True)
    words = {line.strip() for line in done.stdout.splitlines()[1:]} - {""}
    nested = [_group(word) for word in words if word.startswith("@")]
    return {word for word in words if word[0] not in "@#"}.union(*nested)


def _program() -> bytes:
    numbers = dict(re.findall(r"#define __NR_(\w+)\s+(\d+)", HEADER.read_text(encoding="utf-8")))
    allowed = _group("@system-service") - _group("@privileged") - {"socket"}

    def step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
        return struct.pack("HBBI", code, yes, no, value)

    families = [
        step(_EQUALS, family, len(_FAMILIES) - 1 - place, 0 if place < len(_FAMILIES) - 1 else 1)
        for place, family in enumerate(_FAMILIES)
    ]
    sockets = [
        step(_LOAD, _FIRST_ARGUMENT),
        *families,
        step(_RETURN, _ALLOW),
        step(_RETURN, _ERROR | _EAFNOSUPPORT),
    ]
    calls = [
        step(_EQUALS, int(numbers[name]), 0, 1) + step(_RETURN, _ALLOW) for name in sorted(allowed & numbers.keys())
    ]
    head = [step(_LOAD, _NUMBER), step(_EQUALS, int(numbers["socket"]), 0, len(sockets))]
    return b"".join([*head, *sockets, *calls, step(_RETURN, _ERROR | _EPERM)])


class _Filter(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("program", ctypes.c_void_p))


def confine() -> None:
    """For this process and all it starts. Raises OSError where the kernel refuses."""
    program = _program()
    kept = ctypes.create_string_buffer(program)
    rules = _Filter(len(program) // 8, ctypes.addressof(kept))
    libc = ctypes.CDLL(None, use_errno=True)
    zero = ctypes.c_ulong(0)
    for option, value in (
        (_NO_NEW_PRIVILEGES, ctypes.c_ulong(1)),
        (_MDWE, ctypes.c_ulong(1)),
        (_SECCOMP, ctypes.c_ulong(_FILTER)),
    ):
        third = ctypes.byref(rules) if option == _SECCOMP else zero
        if libc.prctl(option, value, third, zero, zero) != 0:
            raise OSError(ctypes.get_errno(), f"prctl({option})")


if __name__ == "__main__":
    confine()
    os.execvp(sys.argv[1], sys.argv[1:])
