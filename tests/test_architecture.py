# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The house stands as docs/architecture.md says."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from registry import config
from registry.errors import AllmendeError
from registry.vocabulary.rules import LANGUAGES, rules

ROOT = Path(__file__).parent.parent
CODE = sorted([*ROOT.glob("registry/**/*.py"), *ROOT.glob("harvesters/**/*.py")])


def test_imports_point_one_way() -> None:
    done = subprocess.run([sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"],
                          cwd=ROOT, capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]


def test_only_the_configuration_reads_the_environment() -> None:
    readers = {
        str(path.relative_to(ROOT))
        for path in CODE
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv")
        and isinstance(node.value, ast.Name) and node.value.id == "os"
    }  # fmt: skip
    # The sandbox empties the environment of its children, git and its server give theirs a clean one.
    assert readers <= {"registry/config.py", "harvesters/sandbox.py", "harvesters/demo/server.py"}


LAZY = {
    "harvesters/git/door.py": "GitPython takes 135 ms and does not import where there is no git",
    "registry/search/index.py": "Whoosh takes 100 ms, and most commands search nothing",
}
"""Imports inside a function, each with its reason: a slow library, never a cycle."""


def test_nothing_of_ours_is_imported_inside_a_function_without_a_reason() -> None:
    hidden = {
        str(path.relative_to(ROOT))
        for path in CODE
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("registry", "harvesters"))
    }
    assert hidden == set(LAZY)


def _errors(base: type[AllmendeError]) -> list[type[AllmendeError]]:
    return [base, *(sub for child in base.__subclasses__() for sub in _errors(child))]


@pytest.mark.parametrize("error", _errors(AllmendeError), ids=lambda error: error.__name__)
def test_every_error_has_texts(error: type[AllmendeError]) -> None:
    rule = rules()[error.rule]
    assert all(rule.message[language].strip() for language in LANGUAGES)


def test_the_documented_configuration_is_the_real_one() -> None:
    documented = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert config.documentation() in documented
