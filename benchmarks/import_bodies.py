# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A list of 11,000 municipalities imported on one core, beside a plain executemany of the same rows.

The file is generated, in the real format, with about as many Gemeindeverbände and counties as Germany has. Measured on
SQLite: into an empty register, over the shipped core, the same file again, and a newer one with 100 mergers as a dry
run and for good.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from registry.catalogue.enrolling import Enrolling, Report  # noqa: E402
from registry.storage import migrate  # noqa: E402
from registry.storage.store import Store  # noqa: E402
from support.gv_lines import AS_OF, LATER, association, county, land, municipality, text  # noqa: E402

MUNICIPALITIES = 11_000
TARGET_SECONDS = 60.0
_COUNTIES_A_LAND, _LANDS = 25, ("01", "03", "05", "06", "07", "08", "09", "12", "13", "14", "15", "16")
_MERGERS = 100
_HEADS = ("Ober", "Unter", "Alt", "Neu", "Klein", "Groß", "Bad ", "Hohen", "Nieder", "Mittel", "Wald", "See")
_TAILS = ("dorf", "hausen", "heim", "bach", "feld", "tal", "kirchen", "stedt", "berg", "burg", "weiler", "rode", "au")
_MIDDLES = ("linden", "buchen", "eschen", "birken", "weiden", "ahorn", "erlen", "tannen", "kiefern", "ulmen", "eiben")


def lines(as_of: str = AS_OF, merged: int = 0) -> Iterator[str]:
    """The list; in each of the first ``merged`` counties the last municipality went into the one before it."""
    counties = [f"{code}{number:03d}" for code in _LANDS for number in range(101, 101 + _COUNTIES_A_LAND)]
    for code in _LANDS:
        yield land(code, f"Land {code}", as_of)
    share, rest = divmod(MUNICIPALITIES, len(counties))
    for position, key in enumerate(counties):
        yield county(key, f"Kreis {_name(position)}", "44", as_of)
        count = share + (position < rest)
        for number in range(1, count // 8 + 1):
            yield association(key, f"5{number:03d}", f"{_name(position * 7 + number)}", "53", as_of)
        joined = position < merged
        for number in range(1, count + 1 - joined):
            area, people = _figures(position, number)
            if joined and number == count - 1:
                more = _figures(position, count)
                area, people = area + more[0], people + more[1]
            union = f"5{1 + number % (count // 8):03d}"
            name = _name(position * 40 + number)
            yield municipality(f"{key}{number:03d}", union, name, area, people, "64", as_of)


def _name(number: int) -> str:
    head, rest = _HEADS[number % len(_HEADS)], number // len(_HEADS)
    middle, rest = _MIDDLES[rest % len(_MIDDLES)], rest // len(_MIDDLES)
    return f"{head}{middle}{_TAILS[rest % len(_TAILS)]}"


def _figures(position: int, number: int) -> tuple[int, int]:
    return 300 + (position * 37 + number * 101) % 4000, 200 + (position * 53 + number * 211) % 9000


def _plain(path: Path, target: Path) -> None:
    """The rows that the import has written, into a copy of their tables, as the database itself would be fed."""
    connection = sqlite3.connect(path)
    with sqlite3.connect(target) as copy:
        for table in ("body", "body_name", "body_event", "body_domain"):
            create, *indexes = connection.execute(
                "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY type DESC", (table,)
            ).fetchall()
            for (statement,) in (create, *indexes):
                copy.execute(statement)
            rows = connection.execute(f"SELECT * FROM {table}").fetchall()
            if rows:
                copy.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
    connection.close()


def _timed(work: Callable[[], object]) -> tuple[float, object]:
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def main() -> None:
    """Print seconds, the share of the target and the ratio to the plain inserts."""
    cores = os.sched_getaffinity(0) if hasattr(os, "sched_setaffinity") else set()
    if cores:
        os.sched_setaffinity(0, {min(cores)})
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first, newer = folder / "first.txt", folder / "newer.txt"
        first.write_bytes(text(lines()))
        newer.write_bytes(text(lines(LATER, _MERGERS)))
        database = folder / "empty.sqlite"
        store, enrolling = _open(database)
        taken, _ = _timed(lambda: enrolling.import_gv100ad(first))
        store.close()
        plain, _ = _timed(lambda: _plain(database, folder / "plain.sqlite"))
        print(f"import of {MUNICIPALITIES} municipalities on one core")
        print(f"  plain executemany      {plain:6.2f} s")
        _print("into an empty register", taken, plain)
        again, _ = _timed(lambda: enrolling.import_gv100ad(first))
        _print("the same file again", again, plain)
        dry, _ = _timed(lambda: enrolling.import_gv100ad(newer, dry_run=True))
        _print(f"{_MERGERS} mergers, dry run", dry, plain)
        newest, report = _timed(lambda: enrolling.import_gv100ad(newer))
        _print(f"{_MERGERS} mergers", newest, plain)
        if (
            not isinstance(report, Report)
            or sum(one.successor_id is not None for one in report.plan.dissolved) != _MERGERS
        ):
            raise SystemExit("not every merger was found")
        store.close()
        store, enrolling = _open(folder / "core.sqlite")
        core, _ = _timed(enrolling.import_core)
        _print("the shipped core", core, plain)
        over, _ = _timed(lambda: enrolling.import_gv100ad(first, accept=True))
        _print("the list over the core", over, plain)
        store.close()
    if cores:
        os.sched_setaffinity(0, cores)


def _open(path: Path) -> tuple[Store, Enrolling]:
    url = f"sqlite:///{path}"
    migrate.upgrade(url)
    store = Store.open(url)
    return store, Enrolling(store, lambda: datetime.now(UTC))


def _print(what: str, seconds: float, plain: float) -> None:
    share, ratio = seconds / TARGET_SECONDS, seconds / plain
    print(f"  {what:<22} {seconds:6.2f} s  {share:.2f} of the target of {TARGET_SECONDS:g} s  {ratio:5.1f} x plain")


if __name__ == "__main__":
    main()
