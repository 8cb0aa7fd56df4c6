# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""JSONPath (RFC 9535) as an operator writes it to say where a document has its entries and their fields."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from jsonpath import CompoundJSONPath, JSONPath, JSONPathEnvironment, JSONPathError

from registry.errors import InvalidInput
from registry.model import Json

LONGEST = 500
_Path = JSONPath | CompoundJSONPath
_ENVIRONMENT = JSONPathEnvironment(strict=True)


@lru_cache(maxsize=256)
def compiled(path: str, name: str) -> _Path:
    """Raises InvalidInput that names the option (``name``) and the place in ``path``, counted from 1."""
    if len(path) > LONGEST:
        raise InvalidInput(name, f"> {LONGEST}", rule="peer-path-invalid")
    try:
        return _ENVIRONMENT.compile(path)
    except RecursionError:
        raise InvalidInput(name, path[:80], rule="peer-path-invalid") from None
    except JSONPathError as error:
        index = error.token.index if error.token is not None else -1
        place = len(path) + 1 if index < 0 else index + 1
        raise InvalidInput(name, f"{place}: {path}", rule="peer-path-invalid") from None


def matches(path: str, name: str, document: Json, most: int) -> Iterator[Json]:
    """At most ``most`` values in the document's order; a document too deeply nested for the path has none.

    Raises InvalidInput for a path that is none.
    """
    found = compiled(path, name)
    # A text would be taken for JSON to parse.
    if not isinstance(document, (dict, list)):
        return
    try:
        yield from islice((match.obj for match in found.finditer(document)), most)
    except (JSONPathError, RecursionError):
        return


def first(path: str | None, name: str, document: Json) -> Json:
    """The first value that is not null; None where there is none, or no path."""
    if path is None:
        return None
    return next((value for value in matches(path, name, document, 50) if value is not None), None)
