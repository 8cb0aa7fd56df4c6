# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The embedded search engine: Whoosh keeps terms and postings on disk, our own code reads queries and ranks.

Many threads and processes read while one writes. Readers share one view a commit and look at the header before every
query; a commit is complete before its header is written, and a generation before the pointer names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex

from registry.errors import AllmendeError, IndexUnreadable, SearchError
from registry.model import Answer, Hit, IndexDocument, Query, Sort
from registry.search.faceting import narrow
from registry.search.generations import GRACE_SECONDS, Generations, Header, IndexStatus
from registry.search.highlighting import Marker
from registry.search.parsing import parse
from registry.search.ranking import Matches, match
from registry.search.records import SCHEMA_VERSION, schema, write
from registry.search.terms import analyser, languages
from registry.search.view import View, members

LOCK_SECONDS = 30.0
_OPENING_ATTEMPTS = 3


class WhooshIndex:
    """The index below ``path``; see ``registry.search.index.Index``. Nothing is opened before the first use."""

    def __init__(self, path: Path, lock_seconds: float = LOCK_SECONDS, grace_seconds: float = GRACE_SECONDS) -> None:
        self.path = path
        self._generations = Generations(path, lock_seconds, grace_seconds)
        self._opening = Lock()
        self._opened: tuple[tuple[Path, Header], View] | None = None
        self._written: tuple[Path, Header] | None = None
        """What this process itself wrote last."""

    # --- reading ---

    def search(self, query: Query) -> Answer:
        view = self._view()
        wanted = parse(query.text)
        matches = match(view, wanted)
        narrowed = narrow(view, matches.found, query.filters)
        per_page = min(max(query.per_page, 1), 100)
        first = (max(query.page, 1) - 1) * per_page
        ordered = _ordered(view, matches, narrowed.found, query.sort)
        marker = Marker(wanted.required, matches.begun)
        hits = (
            Hit(
                id=view.rows[number].id,
                score=round(matches.scores.get(number, 0.0), 6),
                highlights=marker.mark(view.texts(number)),
            )
            for number in ordered[first : first + per_page]
        )
        return Answer(len(ordered), tuple(hits), narrowed.facets, relaxed=matches.relaxed)

    def contents(self) -> Mapping[str, str]:
        return {row.id: row.content_hash for row in self._view().rows.values()}

    def status(self) -> IndexStatus:
        try:
            folder, header = self._generations.live()
        except IndexUnreadable:
            return IndexStatus(generation="", documents=0, position=0, fits=False)
        try:
            # To open what was just written costs time for each document in it, and tells nothing.
            if (folder, header) == self._written:
                self._generations.check(folder)
            else:
                self._view()
            fits = True
        except SearchError:
            fits = False
        return IndexStatus(folder.name, header.documents, header.position, fits)

    def _view(self) -> View:
        opened = self._opened
        if opened and opened[0] == self._generations.live():
            return opened[1]
        with self._opening:
            for attempt in range(1, _OPENING_ATTEMPTS + 1):
                live = self._fitting()
                if self._opened and self._opened[0] == live:
                    return self._opened[1]
                try:
                    self._opened = live, self._open(*live)
                except AllmendeError:
                    raise
                except Exception as error:
                    # A damaged file raises whatever it hits; or a writer has merged or swapped the files away since
                    # the header was read.
                    if attempt == _OPENING_ATTEMPTS:
                        raise IndexUnreadable(str(live[0]), f"{type(error).__name__}: {error}") from error
                else:
                    return self._opened[1]
        raise AssertionError("unreachable")

    def _fitting(self) -> tuple[Path, Header]:
        folder, header = self._generations.live()
        if header.schema != SCHEMA_VERSION or header.analyser != analyser():
            raise IndexUnreadable(str(folder), "made by another version of this program: run `allmende index rebuild`")
        return folder, header

    def _open(self, folder: Path, header: Header) -> View:
        self._generations.check(folder)
        storage = _Storage(str(folder))
        try:
            return View(FileIndex(storage, schema()).reader(), header.languages)
        except BaseException:
            storage.close_files()
            raise
        finally:
            storage.opened.clear()

    # --- writing ---

    def exclusive(self) -> AbstractContextManager[None]:
        return self._generations.exclusive()

    def apply(self, upserts: Sequence[IndexDocument], deletes: Sequence[str], position: int) -> None:
        with self.exclusive(), _said(self.path):
            folder, header = self._fitting()
            self._generations.check(folder)
            latest = {document.id: document for document in upserts}
            count = header.documents
            if latest or deletes:
                count = write(FileIndex(FileStorage(str(folder)), schema()), latest.values(), {*latest, *deletes})
            spoken = {language for document in latest.values() for language in languages(document)}
            changed = replace(
                header,
                commit=header.commit + 1,
                position=max(header.position, position),
                documents=count,
                languages=tuple(sorted({*header.languages, *spoken})),
            )
            self._generations.write_header(folder, changed)
            self._written = folder, changed

    def rebuild(self, documents: Iterable[IndexDocument], position: int) -> None:
        with self.exclusive(), _said(self.path):
            folder = self._generations.begin()
            try:
                spoken: set[str] = set()
                count = write(FileIndex.create(FileStorage(str(folder)), schema()), _noting(documents, spoken))
                built = Header(SCHEMA_VERSION, analyser(), 0, position, count, tuple(sorted(spoken)))
                self._generations.write_header(folder, built)
                self._generations.switch(folder)
            except BaseException:
                self._generations.discard(folder)
                raise


class _Storage(FileStorage):  # type: ignore[misc]
    """Remembers what was opened: over a damaged file Whoosh forgets to close it."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.opened: list[Any] = []

    def open_file(self, name: str, **options: Any) -> Any:
        file = super().open_file(name, **options)
        self.opened.append(file)
        return file

    def close_files(self) -> None:
        for file in self.opened:
            if not file.is_closed:
                file.close()


def _ordered(view: View, matches: Matches, found: int, sort: Sort) -> list[int]:
    numbers = members(found)
    if sort is Sort.NAME:
        numbers.sort(key=view.by_name.__getitem__)
    elif sort is Sort.ACTIVITY or not matches.scores:
        numbers.sort(key=view.by_activity.__getitem__)
    else:
        # Rounded, so that sums that differ in the last bit only are a tie, which the name decides.
        numbers.sort(key=lambda number: (-round(matches.scores.get(number, 0.0), 6), view.by_name[number]))
    return numbers


def _noting(documents: Iterable[IndexDocument], spoken: set[str]) -> Iterator[IndexDocument]:
    for document in documents:
        spoken |= languages(document)
        yield document


@contextmanager
def _said(path: Path) -> Iterator[None]:
    """Our own errors pass; what Whoosh or the disk raised becomes one of ours."""
    try:
        yield
    except AllmendeError:
        raise
    except OSError as error:
        raise SearchError(str(path), error.strerror or str(error)) from error
    except Exception as error:
        raise SearchError(str(path), f"{type(error).__name__}: {error}") from error
