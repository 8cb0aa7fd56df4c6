# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

from registry.storage.ids import IdSource, new_id


def test_an_id_is_a_uuid_of_version_7_with_the_time_in_front() -> None:
    before = time.time_ns() // 1_000_000
    found = uuid.UUID(new_id())
    after = time.time_ns() // 1_000_000
    assert found.version == 7
    assert found.variant == uuid.RFC_4122
    # A burst of other tests may have borrowed a few milliseconds from the future.
    assert before <= found.int >> 80 <= after + 1_000


def test_ids_grow_within_one_millisecond_and_beyond_what_the_counter_holds() -> None:
    source = IdSource(lambda: 1_700_000_000_000)
    ids = [source.new() for _ in range(10_000)]
    assert all(first < second for first, second in pairwise(ids))
    assert {found.version for found in ids} == {7}


def test_ids_grow_when_the_clock_steps_back() -> None:
    ticks = iter([1_700_000_000_500, 1_700_000_000_400, 1_700_000_000_500, 1_700_000_000_501])
    source = IdSource(lambda: next(ticks))
    ids = [source.new() for _ in range(4)]
    assert ids == sorted(ids)


def test_threads_never_get_the_same_id() -> None:
    with ThreadPoolExecutor(4) as pool:
        ids = [found for batch in pool.map(lambda _: [new_id() for _ in range(500)], range(8)) for found in batch]
    assert len(set(ids)) == 4_000
