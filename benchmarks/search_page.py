# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""One page of search results from the index: hits, facets, highlights, exact total; at 60 and at 2,000 documents.

The reference, in the same run on the same index: a bare Whoosh query for the same words, 20 hits with their stored
fields, without facets, highlights or an exact total. "first" asks for words for the first time since the last commit,
"again" repeats the query, as the next page or the next facet does. The made-up texts draw on 32 nouns, so that a common
word stands in nearly every document: the worst case.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.qparser import MultifieldParser

from registry.model import Query
from registry.search.analysis import tokens
from registry.search.terms import FIELDS
from registry.search.whoosh_index import WhooshIndex
from tests.support.documents import made_up

SIZES = (60, 2000)
ROUNDS = 9
QUERIES = {
    "one common word": Query(text="Friedhof"),
    "two common words": Query(text="Friedhof Termin"),
    "two words, two filters": Query(text="Friedhof Termin", filters={"country": ("DE",), "state": ("active", "quiet")}),
    "a phrase": Query(text='"Friedhof meldet"'),
    "a rare word": Query(text="Friedhoftermin"),
    "everything, no text": Query(),
}


def main() -> None:
    print("search: milliseconds a result page (median)")
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            _measure(Path(folder) / "index", size)


def _measure(path: Path, size: int) -> None:
    started = time.perf_counter()
    WhooshIndex(path).rebuild(made_up(size), 1)
    print(f"  {size} documents, built in {time.perf_counter() - started:.1f} s")
    bare = _bare(path)
    for name, query in QUERIES.items():
        first, again = zip(*(_both(path, query) for _ in range(ROUNDS)), strict=True)
        line = f"    {name:24} first {_median(first):7.2f}   again {_median(again):7.2f}"
        if query.text:
            reference = _median([_timed(lambda q=query: bare(q)) for _ in range(ROUNDS)])
            line += f"   bare Whoosh {reference:7.2f}   ratio {_median(first) / reference:5.2f}"
        print(line)


def _both(path: Path, query: Query) -> tuple[float, float]:
    index = WhooshIndex(path)
    index.search(Query(text="warm"))
    return _timed(lambda: index.search(query)), _timed(lambda: index.search(query))


def _bare(path: Path) -> Callable[[Query], object]:
    (live,) = path.glob("gen-*")
    index = FileIndex(FileStorage(str(live)))
    searcher = index.searcher()
    parser = MultifieldParser(list(FIELDS), index.schema)

    def ask(query: Query) -> object:
        words = " ".join(tokens(query.text))
        return [
            hit.fields()
            for hit in searcher.search(parser.parse(f'"{words}"' if '"' in query.text else words), limit=20)
        ]

    return ask


def _timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1000


def _median(values: object) -> float:
    return float(statistics.median(values))  # type: ignore[call-overload]


if __name__ == "__main__":
    main()
