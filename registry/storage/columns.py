# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Column types that behave alike on SQLite and PostgreSQL."""

from __future__ import annotations

import base64
import json
import math
import re
import zlib
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

# PostgreSQL takes no NUL in text, and neither database takes half of a surrogate pair; both come from file names and
# error messages of strangers' repositories.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_DOUBTFUL = re.compile(r"\\u(?:0000|[dD][89a-fA-F])|NaN|Infinity")


def storable(text: str) -> str:
    """``text`` with what no database can hold replaced by U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", text)


def storable_json(value: Any) -> Any:
    """A JSON value with every text in it made storable, and without the numbers that JSON does not have."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {storable(str(key)): storable_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [storable_json(item) for item in value]
    return value


def dump_json(value: Any) -> str:
    """The serialiser of every JSON column."""
    text = json.dumps(value, separators=(",", ":"))
    # A few harmless texts match too; cleaning changes nothing in them.
    return json.dumps(storable_json(value), separators=(",", ":")) if _DOUBTFUL.search(text) else text


class StorableText(TypeDecorator[str]):
    """Text from outside."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else storable(value)


_PACKED = "z1:"


def packed(text: str) -> str:
    """``text`` compressed, still as text, so that it fits where it stood before; short texts as they are."""
    made = _PACKED + base64.b64encode(zlib.compress(text.encode(), 9)).decode("ascii")
    return made if len(made) < len(text) or text.startswith(_PACKED) else text


def unpacked(text: str) -> str:
    """What ``packed`` was given. Raises ValueError for text that it did not make."""
    if not text.startswith(_PACKED):
        return text
    try:
        return zlib.decompress(base64.b64decode(text.removeprefix(_PACKED), validate=True)).decode()
    except zlib.error as error:
        raise ValueError(f"packed text: {error}") from error


class PackedText(TypeDecorator[str]):
    """Long text that no query looks into, compressed on its way. Rows of older versions are read as they are."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else packed(storable(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else unpacked(value)


class UtcDateTime(TypeDecorator[datetime]):
    """A timezone-aware instant, always UTC. Refuses naive datetimes with a ValueError (seen as StorageError)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value.isoformat()}: all instants are stored as UTC")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


JsonColumn = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
"""For small values that queries may look into. Key order is not kept by PostgreSQL."""

Sequence64 = BigInteger().with_variant(Integer(), "sqlite")
"""SQLite counts up only in a column that is spelt INTEGER."""
