# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The model's dataclasses as JSON and back, without loss.

Text is for the two large documents of a solution, which are read whole and keep their key order; ``to_json`` and
``from_json`` are for the small JSON columns that queries may look into. Members that have their default are left out.
"""

from __future__ import annotations

import json
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from registry.errors import StorageError
from registry.model import Json
from registry.storage.columns import storable_json

T = TypeVar("T")


_adapters: dict[Any, TypeAdapter[Any]] = {}


def _adapter(kind: Any) -> TypeAdapter[Any]:
    """Built at first use: the schema of ``Solution`` costs milliseconds that most commands need not pay."""
    found = _adapters.get(kind)
    if found is None:
        found = _adapters[kind] = TypeAdapter(kind)
    return found


def dump(value: Any) -> str:
    """A dataclass of the model as JSON text. Halves of surrogate pairs (from odd file names) become U+FFFD."""
    try:
        return _adapter(type(value)).dump_json(value, exclude_defaults=True).decode()
    except PydanticSerializationError:
        return json.dumps(to_json(value), ensure_ascii=False, separators=(",", ":"))


def load(kind: type[T], text: str) -> T:
    """What ``dump`` wrote. Raises StorageError for text that is no such thing."""
    try:
        return cast(T, _adapter(kind).validate_json(text))
    except ValidationError as error:
        raise _unreadable(kind, error) from error


def to_json(value: Any, kind: Any = None) -> Json:
    """``value`` as JSON-able Python; ``kind`` names its type where ``type(value)`` does not (``tuple[Tag, ...]``)."""
    adapter = _adapter(type(value) if kind is None else kind)
    return storable_json(adapter.dump_python(value, mode="json", exclude_defaults=True))


def from_json(kind: type[T], value: Json) -> T:
    """What ``to_json`` gave. Raises StorageError for a value that is no such thing."""
    try:
        return cast(T, _adapter(kind).validate_python(value))
    except ValidationError as error:
        raise _unreadable(kind, error) from error


def _unreadable(kind: Any, error: ValidationError) -> StorageError:
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    return StorageError(getattr(kind, "__name__", str(kind)), f"stored JSON does not fit: {place}: {first['msg']}")
