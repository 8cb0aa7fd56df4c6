# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Remembered answers of forges' APIs, shared by all workers and part of every backup."""

from __future__ import annotations

import zlib
from datetime import datetime

from sqlalchemy import delete, select

from registry.model import ConditionalRequest
from registry.storage.database import Database
from registry.storage.sql import upsert
from registry.storage.tables import conditional_request as table


class StoredRequests:
    """The RequestCache of ``harvesters.http``; each call is a transaction of its own, safe from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, url: str) -> ConditionalRequest | None:
        """Raises StorageError."""
        with self._database.read() as connection:
            row = connection.execute(select(table).where(table.c.url == url)).one_or_none()
        # Before headers were kept nothing says whether a page was the last one: such an answer is asked for whole.
        if row is None or row.headers is None:
            return None
        return ConditionalRequest(
            url=row.url,
            etag=row.etag,
            last_modified=row.last_modified,
            status=row.status,
            sha256=row.sha256,
            fetched_at=row.fetched_at,
            body=None if row.compressed is None else zlib.decompress(row.compressed),
            headers=row.headers,
        )

    def put(self, request: ConditionalRequest) -> None:
        """Raises StorageError, StorageFull."""
        values = {
            "url": request.url,
            "etag": request.etag,
            "last_modified": request.last_modified,
            "status": request.status,
            "sha256": request.sha256,
            "fetched_at": request.fetched_at,
            "compressed": None if request.body is None else zlib.compress(request.body),
            "headers": dict(request.headers),
        }
        with self._database.write() as connection:
            upsert(connection, table, values)

    def forget(self, before: datetime) -> int:
        """Drop answers that were of no use since then; how many. Raises StorageError."""
        with self._database.write() as connection:
            return connection.execute(delete(table).where(table.c.fetched_at < before)).rowcount
