# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a name means, in the shipped register of about 11,000 municipalities, beside a plain scan of all names.

The spellings are those of the tests, and as many misspelt ones: two letters of a name swapped. Asked of a register in
SQLite, as the catalogue does, and of one held in memory, as tests do. The plain scan compares with every name by
``difflib.SequenceMatcher.ratio`` and finds less: it knows nothing of kinds, counties and abbreviations.
"""

from __future__ import annotations

import difflib
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from registry.bodies.core import core  # noqa: E402
from registry.bodies.matching import MemoryNames, match, named  # noqa: E402
from registry.catalogue.enrolling import Enrolling  # noqa: E402
from registry.model import BodyEntry, BodyKind  # noqa: E402
from registry.storage import migrate  # noqa: E402
from registry.storage.store import Store  # noqa: E402
from support.spellings import AMBIGUOUS, MATCHES, UNKNOWN  # noqa: E402

TARGET_MS = 20.0
ROUNDS = 5
_MISSPELT = 150
_SCANNED = 40
_LOCAL = frozenset({BodyKind.MUNICIPALITY, BodyKind.TOWN})


def misspelt(entries: Sequence[BodyEntry], count: int) -> list[str]:
    """Names of municipalities with two letters swapped: the same ones each time."""
    chance = random.Random(6)
    found = []
    for entry in chance.sample(entries, count):
        at = chance.randrange(1, max(2, len(entry.name) - 2))
        name = entry.name
        found.append(name[:at] + name[at + 1 : at + 2] + name[at : at + 1] + name[at + 2 :])
    return found


def milliseconds(ask: Callable[[str], object], queries: Sequence[str], rounds: int) -> list[float]:
    """The best of some rounds for each query."""
    best = [float("inf")] * len(queries)
    for _ in range(rounds):
        for at, query in enumerate(queries):
            started = time.perf_counter()
            ask(query)
            best[at] = min(best[at], (time.perf_counter() - started) * 1000)
    return sorted(best)


def scan(names: Sequence[str], query: str) -> str:
    """The plain way: compare with all."""
    return max(names, key=lambda name: difflib.SequenceMatcher(None, query, name).ratio())


def main() -> None:
    """Print best, median, 95th percentile and worst of each way, the share of the target and the ratio to the scan."""
    cores = os.sched_getaffinity(0) if hasattr(os, "sched_setaffinity") else None
    if cores:
        os.sched_setaffinity(0, {min(cores)})
    entries = list(core())
    places = [entry for entry in entries if entry.kind in _LOCAL]
    written = [query for query, *_ in (*MATCHES, *AMBIGUOUS)] + list(UNKNOWN)
    wrong = misspelt(places, _MISSPELT)
    print(f"find: milliseconds a name, {len(places)} municipalities, one core")
    chance = random.Random(1)
    plain = milliseconds(
        lambda query: scan([entry.name for entry in places], query), chance.sample(written, _SCANNED), 1
    )
    _print("plain scan, difflib", plain, plain)
    held = MemoryNames(row for at, entry in enumerate(entries) for row in named(entry, str(at)))
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'register.sqlite'}"
        migrate.upgrade(url)
        store = Store.open(url)
        Enrolling(store, lambda: datetime.now(UTC)).import_core()
        stored = store.bodies.names()
        for what, queries in ((f"{len(written)} spellings", written), (f"{len(wrong)} misspelt names", wrong)):
            _print(f"{what}, SQLite", milliseconds(lambda query: match(query, stored), queries, ROUNDS), plain)
            _print(f"{what}, memory", milliseconds(lambda query: match(query, held), queries, ROUNDS), plain)
        store.close()
    if cores:
        os.sched_setaffinity(0, cores)


def _print(what: str, taken: Sequence[float], plain: Sequence[float]) -> None:
    median, slow = statistics.median(taken), taken[int(len(taken) * 0.95)]
    print(
        f"  {what:<28} best {taken[0]:8.3f}  median {median:8.3f}  p95 {slow:8.3f}  worst {taken[-1]:8.3f}  "
        f"{slow / TARGET_MS:6.2f} of {TARGET_MS:g} ms  1/{statistics.median(plain) / median:.0f} of the scan"
    )


if __name__ == "__main__":
    main()
