# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.errors import StorageError
from registry.model import (
    Activity,
    Assessment,
    Fault,
    Field,
    ForgeFacts,
    Origin,
    Outcome,
    Problem,
    Role,
    Signal,
    SignalName,
    Solution,
    Tag,
    TreeEntry,
    Verdict,
)
from registry.storage.codec import dump, from_json, load, to_json
from registry.storage.columns import dump_json
from support.stored import activity, assessment, harvested, problem

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=8,
)
_INSTANT = st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))
_ORIGIN = st.builds(Origin, _TEXT, st.none() | _TEXT, st.none() | st.integers(1, 9), st.none() | _TEXT)
_PROBLEM = st.builds(problem) | st.builds(
    lambda origin, key: Problem("rule", problem().severity, origin, key), st.none() | _ORIGIN, st.none() | _TEXT
)
_SIGNAL = st.builds(
    Signal,
    st.sampled_from(SignalName),
    st.sampled_from(Verdict),
    _TEXT,
    st.dictionaries(_TEXT, _TEXT),
    st.none() | _ORIGIN,
)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.sampled_from([f.value for f in Field if f is not Field.NAME]), _JSON, max_size=4),
    _TEXT,
    _INSTANT,
    st.lists(_PROBLEM, max_size=2),
)
def test_a_solution_survives(fields: dict[str, Any], name: str, at: datetime, problems: list[Problem]) -> None:
    others = (("https://git.example/a/ui", Role.FRONT_END),)
    solution = harvested(
        "https://git.example/a/b", name, at=max(at, datetime(1975, 1, 1, tzinfo=UTC)), others=others,
        problems=tuple(problems), **fields,
    ).solution  # fmt: skip
    assert load(Solution, dump(solution)) == solution


@settings(max_examples=40, deadline=None)
@given(st.lists(_SIGNAL, max_size=6), _INSTANT, st.none() | _INSTANT)
def test_an_assessment_survives(signals: list[Signal], at: datetime, until: datetime | None) -> None:
    given_ = Assessment(tuple(signals), assessment().state, at, until)
    found = load(Assessment, dump(given_))
    assert found == given_
    assert isinstance(found.signals, tuple)


@pytest.mark.parametrize(
    "value",
    [
        ForgeFacts(),
        ForgeFacts(name="x", archived=False, topics=("a", "b"), stars=0),
        activity(),
        Activity(observed_at=datetime(2026, 1, 1, tzinfo=UTC), commits=0, complete=False),
        problem(),
        Problem("x", problem().severity, None, None, {"a": "ü"}),
        Fault(Outcome.GONE, "repository-gone", {"subject": "https://git.example"}),
        Tag("v1", "a" * 40, datetime(2026, 1, 1, 12, 30, 15, 123456, tzinfo=UTC)),
    ],
)
def test_small_values_survive(value: Any) -> None:
    stored = json.loads(dump_json(to_json(value)))
    assert from_json(type(value), stored) == value


def test_instants_are_written_with_z_and_read_as_utc() -> None:
    text = dump(assessment(datetime(2026, 1, 1, tzinfo=UTC)))
    assert '"2026-01-01T00:00:00Z"' in text
    assert load(Assessment, text).assessed_at.utcoffset() == datetime.now(UTC).utcoffset()


def test_field_order_is_kept() -> None:
    solution = harvested("https://git.example/a/b", topics=["x"], categories=["y"], features=["z"]).solution
    assert list(load(Solution, dump(solution)).fields) == list(solution.fields)


def test_file_names_that_are_no_unicode_do_not_stop_the_harvest() -> None:
    solution = harvested("https://git.example/a/b", "bad \udcff name", topics=["\ud800"]).solution
    found = load(Solution, dump(solution))
    assert found.name == "bad \ufffd name"
    assert found.fields[Field.TOPICS][0].fact.value == ["\ufffd"]


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        ("a\x00b", "a\ufffdb"),
        ("\udcff", "\ufffd"),
        ("😀", "😀"),
        ("\\u0000", "\\u0000"),
        ({"k\x00": [1.5, float("nan"), float("-inf"), None, True]}, {"k\ufffd": [1.5, None, None, None, True]}),
        ("NaN", "NaN"),
    ],
)
def test_json_columns_hold_only_what_both_databases_can(value: Any, stored: Any) -> None:
    assert json.loads(dump_json(value)) == stored


@pytest.mark.parametrize(
    ("kind", "text"),
    [(Solution, "{}"), (Solution, "not json"), (Assessment, '{"signals":[],"state":"asleep","assessed_at":"x"}')],
)
def test_what_does_not_fit_is_a_storage_error(kind: type[Any], text: str) -> None:
    with pytest.raises(StorageError) as caught:
        load(kind, text)
    assert caught.value.subject == kind.__name__


def test_a_json_value_that_does_not_fit_is_a_storage_error() -> None:
    with pytest.raises(StorageError, match="path"):
        from_json(TreeEntry, {"kind": "file", "oid": "a"})
