# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who holds a lease, and whether that process is known to be dead: then nobody has to wait for its lease to run out."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_WORKER = re.compile(r"process (\d+)(?:-(\S+))? on (\S+)(?: #\S+)?")
_DEAD = (["Z"], ["X"])


def this_process() -> dict[str, Any]:
    """Host, process id and start of this process: the three together name it, also after its id was given anew."""
    return {"host": socket.gethostname(), "pid": os.getpid(), "started": _started(os.getpid())}


def worker_name(mark: str) -> str:
    """A name for one worker of this process, from which others can tell whether it is dead; ``mark`` has no blanks."""
    me = this_process()
    started = f"-{me['started']}" if me["started"] is not None else ""
    return f"process {me['pid']}{started} on {me['host']} #{mark}"


def worker_holder(name: str) -> Mapping[str, Any]:
    """The process that a worker's name tells of; empty for any other name, of which nothing is known then."""
    found = _WORKER.fullmatch(name)
    return {"host": found[3], "pid": int(found[1]), "started": found[2]} if found else {}


def is_dead(holder: Mapping[str, Any]) -> bool:
    """True only for a process of this host that does not run any more; of other hosts nothing is known."""
    pid = holder.get("pid")
    if holder.get("host") != socket.gethostname() or not isinstance(pid, int):
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    if _has_ended(pid):
        return True
    began, begins = holder.get("started"), _started(pid)
    # Where there is no telling, a lease that runs out costs less than two processes at the same work.
    return began is not None and begins is not None and began != begins


def _started(pid: int) -> str | None:
    """When a process began: clock ticks since boot (field 22 of proc(5) stat) and which boot that was.

    None where /proc does not tell.
    """
    fields = _stat(pid)
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")
    except OSError:
        return None
    return f"{fields[19]}@{boot[:8]}" if fields else None


def _has_ended(pid: int) -> bool:
    """Whether a process has ended and was only not yet waited for."""
    return _stat(pid)[:1] in _DEAD


def _stat(pid: int) -> list[str]:
    """The fields of proc(5) stat after the command's name, the state first; none where they cannot be read."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    # The command's name stands in brackets and may itself contain blanks and brackets.
    return stat.rpartition(")")[2].split()
