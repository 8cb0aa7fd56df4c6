# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What peers' catalogues say of repositories, kept apart from what these say themselves."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from sqlalchemy import Connection, select

from registry.model import Fact
from registry.storage import repositories
from registry.storage.codec import from_json
from registry.storage.sql import chunks
from registry.storage.tables import claim as table
from registry.storage.tables import repository_alias


def of(connection: Connection, url: str) -> tuple[tuple[Fact, ...], str]:
    """The claims about the repository with this URL or alias, under any of its addresses, and their digest."""
    urls = {url}
    known = repositories.known(connection, [url]).get(url)
    if known is not None:
        aliases = select(repository_alias.c.url).where(repository_alias.c.repository_id == known.id)
        urls |= {known.url, *connection.scalars(aliases)}
    rows = [
        row
        for chunk in chunks(sorted(urls))
        for row in connection.execute(select(table).where(table.c.repository_url.in_(chunk)))
    ]
    rows.sort(key=lambda row: (row.source_id, row.repository_url))
    facts = tuple(from_json(Fact, fact) for row in rows for fact in row.facts)
    return facts, combined(row.digest for row in rows)


def combined(digests: Iterable[str]) -> str:
    """One short digest over those of several claims, whatever their order; "" for none."""
    found = sorted(digests)
    return hashlib.sha256("".join(found).encode("ascii")).hexdigest()[:16] if found else ""
