# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""From a solution to what the search index holds of it. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from registry import licences
from registry.licences.offers import offered_kinds
from registry.model import Body, Field, IndexDocument, Role, Solution, State
from registry.resolve import united

UNKNOWN_LANGUAGE = "und"
_LEIKA_DIGITS = 14


def index_document(
    solution_id: str, slug: str, solution: Solution, state: State, publisher: Body | None
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
        names=_other_names(solution),
        services=tuple(dict.fromkeys(_services(solution))),
        standards=_strings(solution, Field.STANDARDS),
        supports=tuple(dict.fromkeys(text.removeprefix("alias:") for text in _strings(solution, Field.SUPPORTS))),
        category=_strings(solution, Field.CATEGORIES),
        licence=licences.ids(solution.licence.expression or "") or (solution.licence.verdict.value,),
        licence_kind=tuple(kind.value for kind in offered_kinds(solution.licence)),
        publisher=publisher.slug if publisher else None,
        land=publisher.land if publisher else None,
        kind=publisher.kind if publisher else None,
        size=publisher.size_class if publisher else None,
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
    found = (text for item, _ in united(solution.fields.get(field, ())) for text in _texts(item))
    return tuple(dict.fromkeys(found))


def _per_language(solution: Solution, *fields: Field) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for field in fields:
        for value in solution.fields.get(field, ()):
            found.setdefault(value.fact.lang or UNKNOWN_LANGUAGE, []).extend(_texts(value.fact.value))
    return {lang: "\n".join(texts) for lang, texts in found.items() if texts}


def _keywords(solution: Solution, publisher: Body | None) -> Iterator[str]:
    yield from (repository.url.rstrip("/").rpartition("/")[2] for repository in solution.repositories)
    yield from _strings(solution, Field.KEYWORDS)
    yield from _strings(solution, Field.TOPICS)
    yield from _strings(solution, Field.APPLICATION_SUITE)
    for value in solution.fields.get(Field.ORGANISATION, ()):
        if isinstance(value.fact.value, dict):
            yield from _texts(value.fact.value.get("name"))
    if publisher is not None:
        yield publisher.name
        yield publisher.title


def _other_names(solution: Solution) -> tuple[str, ...]:
    found = _strings(solution, Field.LOCALISED_NAME)
    return tuple(name for name in found if name != solution.name)


def _services(solution: Solution) -> Iterator[str]:
    for item, _ in united(solution.fields.get(Field.PUBLIC_SERVICES, ())):
        if isinstance(item, dict):
            yield from _service(item)


def _service(item: Mapping[str, Any]) -> Iterator[str]:
    """Ids bare and as people write them: "OZG 10050", "OZG-ID 10050", "99 050 012 104 000"."""
    leika, ozg = _digits(item.get("leika")), _digits(item.get("ozg"))
    if leika:
        yield f"LeiKa {leika}"
    if len(leika) == _LEIKA_DIGITS:
        yield " ".join((leika[:2], *(leika[at : at + 3] for at in range(2, _LEIKA_DIGITS, 3))))
    if ozg:
        yield f"OZG {ozg}"
    for name in ("themenfeld", "lebenslage"):
        yield from _texts(item.get(name))


def _digits(text: object) -> str:
    return "".join(letter for letter in text if letter in "0123456789") if isinstance(text, str) else ""


def _country(solution: Solution, publisher: Body | None) -> str | None:
    if publisher is not None and publisher.country is not None:
        return publisher.country
    audience = _strings(solution, Field.AUDIENCE_COUNTRIES)
    # Several countries of use say nothing about where it comes from: unknown is not the first of a list.
    return audience[0] if len(audience) == 1 else None


def _last_activity(solution: Solution) -> datetime | None:
    dates = [
        at
        for repository in solution.repositories
        if repository.role not in (Role.MIRROR, Role.FORK)
        and (at := repository.activity.last_human_commit_at or repository.activity.last_commit_at) is not None
    ]
    return max(dates, default=None)
