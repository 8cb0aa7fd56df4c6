# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What child processes of the index tests do: read until told to stop, or write until killed.

Run as ``python index_work.py read|write|rebuild PATH``. A reader ends when its standard input closes, with exit code 1
if any answer was not whole.
"""

from __future__ import annotations

import itertools
import select
import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from registry.model import IndexDocument, Query
from registry.search.whoosh_index import WhooshIndex
from support.documents import made_up

COUNT = 30


def generation(number: int) -> list[IndexDocument]:
    """All documents in one state: every name and hash carries its number."""
    return [
        replace(document, name=f"Stand{number} Gemeinsam", content_hash=f"stand-{number}")
        for document in made_up(COUNT)
    ]


def check_whole(index: WhooshIndex) -> int:
    """Asks for all documents and raises AssertionError unless they are all there and of one state; the state."""
    answer = index.search(Query(text="gemeinsam", per_page=100))
    states = set(index.contents().values())
    assert answer.total == COUNT, f"{answer.total} documents"
    assert len(answer.hits) == COUNT
    assert sum(value.count for value in answer.facets["state"]) == COUNT
    assert len(states) == 1, f"states mixed: {states}"
    return int(states.pop().rpartition("-")[2])


def main(work: str, path: str) -> int:
    index = WhooshIndex(Path(path))
    print("ready", flush=True)
    if work == "read":
        queries = 0
        while not select.select([sys.stdin], [], [], 0)[0]:
            check_whole(index)
            queries += 1
        print(queries)
        return 0
    for number in itertools.count(1):
        if work == "write":
            index.apply(generation(number), [], number)
        else:
            index.rebuild(generation(number), number)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
