# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""docs/security-tests.md names tests that exist, and every row names one."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
TEXT = (TESTS.parent / "docs" / "security-tests.md").read_text(encoding="utf-8")
ROWS = [line for line in TEXT.splitlines() if line.startswith("| ")][1:]
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")


@cache
def _functions_of(name: str) -> frozenset[str]:
    tree = ast.parse((TESTS / name).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[2:40])
def test_every_row_names_tests_that_exist(row: str) -> None:
    threat, mitigation, tests = (cell.strip() for cell in row.strip("|").split(" | "))
    assert threat
    assert mitigation
    named = NAMED.findall(tests)
    assert named
    assert [(name, test) for name, test in named if test not in _functions_of(name)] == []


def test_every_attack_is_in_the_table() -> None:
    for path in sorted((TESTS / "integration").glob("test_attack_*.py")):
        assert f"`integration/{path.name}::" in TEXT, path.name
