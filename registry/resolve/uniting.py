# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Several statements about one field as readers want them: all values of a list together, or who says otherwise."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from registry.model import Fact, FactSource, Field, FieldValue, Json
from registry.naming import place, stem
from registry.resolve.precedence import UNITED
from registry.vocabulary.names import is_template, is_template_text

_OF_THE_PRODUCT = frozenset({FactSource.PERSON, FactSource.PUBLICCODE, FactSource.PEER})
"""Sources that speak of the product, wherever they lie."""
_NOT_LETTERS = re.compile(r"[\W_]+")


def united(values: Sequence[FieldValue]) -> tuple[tuple[Json, Fact], ...]:
    """Every value of a field with the statement that has it first.

    Of a field in ``UNITED`` the items of all statements, each once; of every other list the items of the chosen one; of
    what is no list the chosen value.
    """
    found: dict[str, tuple[Json, Fact]] = {}
    for value in values:
        together = value.fact.field in UNITED
        for fact in _together(value) if together else (value.fact,):
            for item in fact.value if isinstance(fact.value, list) else [fact.value]:
                found.setdefault(json.dumps(item, sort_keys=True, default=str), (item, fact))
    return tuple(found.values())


def _together(value: FieldValue) -> Sequence[Fact]:
    """The statements whose items count; what peers claim only where the repositories say nothing."""
    said = value.candidates or (value.fact,)
    return [fact for fact in said if fact.source is not FactSource.PEER] or said


def differing(value: FieldValue) -> tuple[Fact, ...]:
    """The statements that say something else than the chosen one: one a saying, best first.

    Spelling is no difference: letter case, punctuation, ".git". The name of a repository's address, what a template
    wrote, and what README or manifest of another part say of that part contradict nobody; nor do lists that are united.
    """
    return () if value.fact.field in UNITED else tuple(_others(value))


def _others(value: FieldValue) -> Iterator[Fact]:
    seen = {_said(value.fact)}
    for fact in value.candidates:
        said, here = _said(fact), fact.origin.repository == value.fact.origin.repository
        speaks = fact.source is not FactSource.REPOSITORY_NAME and (here or fact.source in _OF_THE_PRODUCT)
        speaks = speaks and fact.lang == value.fact.lang
        if speaks and said not in seen and not _is_default(fact):
            seen.add(said)
            yield fact


def _is_default(fact: Fact) -> bool:
    if fact.field is Field.NAME:
        return is_template(str(fact.value))
    return fact.field is Field.SHORT_DESCRIPTION and is_template_text(str(fact.value))


def _said(fact: Fact) -> str:
    value = fact.value
    if fact.field is Field.SOFTWARE_VERSION:
        return str(value).strip().casefold().removeprefix("v")
    if fact.field is Field.NAME:
        # "melder-frontend" is the name of a part, not another name of the product.
        return stem(str(value)).text or str(value)
    if isinstance(value, str) and "://" in value:
        return place(value) or value.partition("://")[2].rstrip("/").casefold()
    if isinstance(value, str):
        return _NOT_LETTERS.sub("", value.casefold()) or value
    if isinstance(value, list):
        return json.dumps(sorted(json.dumps(item, sort_keys=True, default=str) for item in value)).casefold()
    return json.dumps(value, sort_keys=True, default=str)
