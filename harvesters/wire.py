# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Readings as JSON, between a sandbox worker and its parent. Decoding trusts nothing but the shape it checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from registry.model import Fact, FactSource, Field, Json, Origin, Problem, Reading, Severity


def encode_readings(readings: Sequence[Reading]) -> Json:
    return [
        {
            "reader": reading.reader,
            "facts": [[fact.field, fact.value, _origin(fact.origin), fact.source, fact.lang] for fact in reading.facts],
            "problems": [
                [one.rule, one.severity, one.origin and _origin(one.origin), one.key, dict(one.params)]
                for one in reading.problems
            ],
        }
        for reading in readings
    ]


def _origin(origin: Origin) -> Json:
    return [origin.repository, origin.path, origin.line, origin.commit, origin.column]


def decode_readings(readings: Json) -> tuple[Reading, ...]:
    """Raises TypeError, ValueError or KeyError for anything ``encode_readings`` does not give."""
    return tuple(
        Reading(
            reader=_text(reading["reader"]),
            facts=tuple(_fact(*fact) for fact in reading["facts"]),
            problems=tuple(_problem(*one) for one in reading["problems"]),
        )
        for reading in readings
    )


def _fact(field: Json, value: Json, origin: Json, source: Json, lang: Json) -> Fact:
    return Fact(Field(field), value, _decode_origin(*origin), FactSource(source), _text_or_none(lang))


def _problem(rule: Json, severity: Json, origin: Json, key: Json, params: Json) -> Problem:
    checked = cast("Mapping[Any, Any]", params)
    return Problem(
        rule=_text(rule),
        severity=Severity(severity),
        origin=_decode_origin(*origin) if origin else None,
        key=_text_or_none(key),
        params={_text(name): _text(value) for name, value in checked.items()},
    )


def _decode_origin(repository: Json, path: Json, line: Json, commit: Json, column: Json) -> Origin:
    return Origin(
        _text(repository), _text_or_none(path), _number_or_none(line), _text_or_none(commit), _number_or_none(column)
    )


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise TypeError("text expected")
    return value


def _text_or_none(value: Json) -> str | None:
    return None if value is None else _text(value)


def _number_or_none(value: Json) -> int | None:
    if value is not None and not isinstance(value, int):
        raise TypeError("number expected")
    return value
