# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who holds a lease, and whether that process is known to be dead: then nobody has to wait for its lease to run out."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def this_process() -> dict[str, Any]:
    """Host, process id and start of this process: the three together name it, also after its id was given anew."""
    return {"host": socket.gethostname(), "pid": os.getpid(), "started": _started(os.getpid())}


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
    return _started(pid) != holder.get("started")


def _started(pid: int) -> str | None:
    """Start time in clock ticks since boot (field 22 of proc(5) stat), None where there is no /proc."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # The command's name stands in brackets and may itself contain blanks and brackets.
    return stat.rpartition(")")[2].split()[19]
