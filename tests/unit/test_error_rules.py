# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Rules that errors are given one by one, instead of their class's: each must have its texts."""

from __future__ import annotations

import ast
import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest

from harvesters.measures import more_than_bytes, more_than_seconds
from registry.errors import AllmendeError, Garbage, Refused
from registry.vocabulary.rules import LANGUAGES, rules

ROOT = Path(__file__).parents[2]
FAMILIES = (
    "config-",
    "import-",
    "port-",
    "answer-",
    "fetch-refused-",
    "input-",
    "token-",
    "certificate-",
    "repository-",
)


def texts_in_code() -> Iterator[str]:
    """Every text constant of the door that looks like a rule of an error."""
    opened = [ROOT / "registry" / "config.py", ROOT / "registry" / "catalogue" / "registering.py"]
    opened += [ROOT / "registry" / "values.py", ROOT / "registry" / "cli" / "serve.py"]
    for path in [*opened, *(ROOT / "harvesters").rglob("*.py")]:
        if "readers" in path.parts or "demo" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith(FAMILIES):
                yield node.value


@pytest.mark.parametrize("rule", sorted(set(texts_in_code())))
def test_every_rule_given_to_an_error_has_texts(rule: str) -> None:
    assert set(rules()[rule].message) == set(LANGUAGES)
    assert all(rules()[rule].hint.values()), "each of these tells what to do"


def test_there_are_such_rules() -> None:
    assert {"fetch-refused-port", "answer-web-page", "input-no-repository", "token-refused"} <= set(texts_in_code())


def test_a_rule_of_its_own_is_that_errors_only() -> None:
    one, other = Refused("https://x", "http", rule="fetch-refused-scheme"), Refused("https://y")
    assert (one.rule, other.rule, Refused.rule) == ("fetch-refused-scheme", "fetch-refused", "fetch-refused")
    assert str(one) == "fetch-refused-scheme: https://x: http"
    assert one.params == {"subject": "https://x", "detail": "http"}


@pytest.mark.parametrize("error", [Refused("a", "b", rule="fetch-refused-port"), Garbage("a", "b")])
def test_the_rule_travels_between_processes(error: AllmendeError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), again.rule, again.params) == (type(error), error.rule, error.params)


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        (300 * 2**20, "> 300 MiB"),
        (2**30, "> 1 GiB"),
        (2**18, "> 256 KiB"),
        (3999, "> 3999 B"),
        (2**20 + 1, "> 1048577 B"),
    ],
)
def test_sizes(limit: int, said: str) -> None:
    assert more_than_bytes(limit) == said


@pytest.mark.parametrize(("limit", "said"), [(60.0, "> 60 s"), (0.5, "> 0.5 s"), (120, "> 120 s")])
def test_durations(limit: float, said: str) -> None:
    assert more_than_seconds(limit) == said
