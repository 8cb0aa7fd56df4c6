# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The port of the search index: what every engine offers, and how one is opened.

The database is the truth; an index may be thrown away at any time and is rebuilt beside the live one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from registry.errors import ConfigError
from registry.model import Answer, IndexDocument, Query
from registry.search.generations import IndexStatus

__all__ = ["Index", "IndexStatus", "open_index"]


class Index(Protocol):
    """A search engine as the catalogue needs it. All methods may be called from several threads and processes."""

    def search(self, query: Query) -> Answer:
        """One page of hits, the exact total and the facets.

        Any text gives an answer, an unknown filter value gives none. Raises IndexUnreadable when there is no index
        that this program can read, InvalidInput for a filter that is no facet.
        """
        ...

    def apply(self, upserts: Sequence[IndexDocument], deletes: Sequence[str], position: int) -> None:
        """Writes documents and removes ids in one commit; repeating it changes nothing.

        ``position`` is the outbox position that the index stands at afterwards. Raises IndexUnreadable when a rebuild
        is needed first, SearchError when another process keeps writing or the disk is full.
        """
        ...

    def rebuild(self, documents: Iterable[IndexDocument], position: int) -> None:
        """Builds a new index beside the live one and swaps it in at the end; until then the live one answers."""
        ...

    def exclusive(self) -> AbstractContextManager[None]:
        """Keeps all other writers out, of this and other processes; may be nested.

        Who reads documents from the database in order to write them does both inside, else an older reading could
        overwrite a newer one. Raises SearchError when the others are not done in time.
        """
        ...

    def contents(self) -> Mapping[str, str]:
        """Id and content hash of every document in the index. Raises IndexUnreadable."""
        ...

    def status(self) -> IndexStatus:
        """Cheap; never raises for a missing or damaged index."""
        ...


def open_index(search_url: str) -> Index:
    """The index at ``whoosh:///absolute/path``; nothing is created or opened yet.

    Raises ConfigError for another scheme, a relative path or a URL with a host.
    """
    parts = urlsplit(search_url)
    path = Path(unquote(parts.path))
    if parts.scheme != "whoosh":
        raise ConfigError(
            "ALLMENDE_SEARCH_URL", f"no search engine for the scheme {parts.scheme!r}: use whoosh:///path"
        )
    if parts.netloc or not path.is_absolute():
        raise ConfigError("ALLMENDE_SEARCH_URL", "whoosh needs an absolute path: whoosh:///var/lib/allmende/index")
    # Whoosh takes a tenth of a second to load: commands that search nothing do without.
    from registry.search.whoosh_index import WhooshIndex

    return WhooshIndex(path)
