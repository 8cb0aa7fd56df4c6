# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""From a solution to what the search index holds of it. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from registry import licences
from registry.model import Field, IndexDocument, Publisher, Solution, State

UNKNOWN_LANGUAGE = "und"


def index_document(
    solution_id: str, slug: str, solution: Solution, state: State, publisher: Publisher | None
) -> IndexDocument:
    """The document; its ``content_hash`` is over all it holds, so that any difference to the index can be named."""
    document = IndexDocument(
        id=solution_id,
        slug=slug,
        name=solution.name,
        content_hash="",
        short=_per_language(solution, Field.SHORT_DESCRIPTION),
        long=_per_language(solution, Field.LONG_DESCRIPTION, Field.FEATURES),
        keywords=tuple(dict.fromkeys(_keywords(solution, publisher))),
        category=_strings(solution, Field.CATEGORIES),
        licence=licences.ids(solution.licence.expression or "") or (solution.licence.verdict.value,),
        publisher=publisher.slug if publisher else None,
        country=_country(solution, publisher),
        language=_strings(solution, Field.INTERFACE_LANGUAGES),
        state=state,
        last_activity=_last_activity(solution),
    )
    canonical = json.dumps(asdict(document), sort_keys=True, default=str)
    return replace(document, content_hash=hashlib.sha256(canonical.encode()).hexdigest())


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str) and value:
        yield value
    elif isinstance(value, list | tuple):
        yield from (item for item in value if isinstance(item, str) and item)


def _strings(solution: Solution, field: Field) -> tuple[str, ...]:
    found = (text for value in solution.fields.get(field, ()) for text in _texts(value.fact.value))
    return tuple(dict.fromkeys(found))


def _per_language(solution: Solution, *fields: Field) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for field in fields:
        for value in solution.fields.get(field, ()):
            found.setdefault(value.fact.lang or UNKNOWN_LANGUAGE, []).extend(_texts(value.fact.value))
    return {lang: "\n".join(texts) for lang, texts in found.items() if texts}


def _keywords(solution: Solution, publisher: Publisher | None) -> Iterator[str]:
    yield from (repository.url.rstrip("/").rpartition("/")[2] for repository in solution.repositories)
    yield from _strings(solution, Field.TOPICS)
    yield from _strings(solution, Field.APPLICATION_SUITE)
    for value in solution.fields.get(Field.ORGANISATION, ()):
        if isinstance(value.fact.value, dict):
            yield from _texts(value.fact.value.get("name"))
    if publisher is not None:
        yield publisher.name


def _country(solution: Solution, publisher: Publisher | None) -> str | None:
    if publisher is not None and publisher.country is not None:
        return publisher.country
    audience = _strings(solution, Field.AUDIENCE_COUNTRIES)
    # Several countries of use say nothing about where it comes from: unknown is not the first of a list.
    return audience[0] if len(audience) == 1 else None


def _last_activity(solution: Solution) -> datetime | None:
    dates = [
        at
        for repository in solution.repositories
        if (at := repository.activity.last_human_commit_at or repository.activity.last_commit_at) is not None
    ]
    return max(dates, default=None)
