# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Prints how fast a batch is stored; no figure decides the test, since machines differ."""

from __future__ import annotations

import time

import pytest

from registry.model import ChangeKind
from registry.storage.store import Store
from support.stored import NOW, change, new, url_of

pytest_plugins = ("support.databases",)


def test_speed(store: Store, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> None:
    run_id = store.begin_run(NOW).id
    fresh = [new(url_of(n), f"Nr {n}", topics=["a"], short_description="Text " * 50) for n in range(500)]
    started = time.perf_counter()
    for start in range(0, len(fresh), 50):
        store.save(run_id, fresh[start : start + 50], NOW)
    made = time.perf_counter()
    same = [change(ChangeKind.UNCHANGED, url_of(n % 500)) for n in range(1000)]
    for start in range(0, len(same), 100):
        store.save(run_id, same[start : start + 100], NOW)
    ended = time.perf_counter()
    with capsys.disabled():
        print(f"\n{request.node.name}: {500 / (made - started):.0f} new/s, {1000 / (ended - made):.0f} unchanged/s")
    assert store.run(run_id).counts == {"new": 500, "unchanged": 1000}
