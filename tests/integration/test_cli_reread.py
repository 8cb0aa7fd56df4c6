# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""``allmende reread`` and ``allmende prune`` as an operator calls them, killed in the middle too."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from registry.catalogue.rereading import needs_rereading
from registry.config import load
from registry.search.index import open_index
from registry.search.sync import drift
from registry.storage import migrate
from registry.storage.database import open_engine
from registry.storage.store import Store
from support import nights

COMMAND = [sys.executable, "-c", "from registry.cli import main; main()"]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    url = load(environment(tmp_path)).database_url
    migrate.upgrade(url)
    opened = Store.open(url)
    nights.harvest(opened, nights.older_readers, until=1)
    with open_engine(url, migrating=True).begin() as connection:
        # As if an older version had read them.
        connection.execute(text("UPDATE repository SET detector = 'readers-0:' || detector"))
    return opened


def environment(folder: Path) -> dict[str, str]:
    return {"ALLMENDE_DATA_DIR": str(folder), "PATH": os.defpath, "LANG": "C.UTF-8"}


def allmende(folder: Path, *arguments: str) -> tuple[int, Any]:
    done = subprocess.run(
        [*COMMAND, *arguments, "--json"], env=environment(folder), capture_output=True, text=True, timeout=240
    )
    assert done.returncode in (0, 1), done.stderr
    return done.returncode, json.loads(done.stdout)


def test_killed_at_any_moment_it_goes_on_where_it_was(store: Store, tmp_path: Path) -> None:
    total = needs_rereading(store)
    process = subprocess.Popen([*COMMAND, "reread"], env=environment(tmp_path), stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while process.poll() is None and needs_rereading(store) == total and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    left = needs_rereading(store)
    assert left < total
    code, told = allmende(tmp_path, "reread")
    assert (code, told["changed"] + told["unchanged"], told["failed"], told["left"]) == (0, left, [], 0)
    assert needs_rereading(store) == 0
    assert not drift(store, open_index(load(environment(tmp_path)).search_url))
    store.close()


def test_some_that_fail_and_one_by_its_slug(store: Store, tmp_path: Path) -> None:
    code, told = allmende(tmp_path, "reread", "strassenbaum-kataster")
    assert (code, told["changed"], told["left"]) == (0, 1, 0)
    with open_engine(load(environment(tmp_path)).database_url, migrating=True).begin() as connection:
        connection.execute(text("UPDATE file SET compressed = 'junk'"))
    code, told = allmende(tmp_path, "reread", "strassenbaum-kataster")
    assert (code, [item["rule"] for item in told["failed"]]) == (1, ["snapshot-damaged"])
    store.close()


def test_prune_says_what_it_would_do(store: Store, tmp_path: Path) -> None:
    code, told = allmende(tmp_path, "prune", "--dry-run", "--keep", "1")
    assert (code, told["dry_run"], told["snapshots"]) == (0, True, 0)
    code, told = allmende(tmp_path, "prune")
    assert (code, told["dry_run"]) == (0, False)
    store.close()
