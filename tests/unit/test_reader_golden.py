# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Golden pairs: every input file gives exactly the facts and problems written down beside it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harvesters.readers import publiccode, readme
from registry.vocabulary.rules import explain
from support.golden import expected, inputs, shape
from support.snapshots import snapshot


@pytest.mark.parametrize("path", inputs("publiccode"), ids=lambda path: path.name)
def test_publiccode(path: Path) -> None:
    assert shape(publiccode.read(snapshot({"publiccode.yml": path.read_bytes()}))) == expected(path)


@pytest.mark.parametrize("path", inputs("readme"), ids=lambda path: path.name)
def test_readme(path: Path) -> None:
    assert shape(readme.read(snapshot({f"README{path.suffix}": path.read_bytes()}))) == expected(path)


@pytest.mark.parametrize("path", inputs("publiccode") + inputs("readme"), ids=lambda path: path.name)
@pytest.mark.parametrize("lang", ["de", "en"])
def test_every_problem_has_its_texts_filled(path: Path, lang: str) -> None:
    reader, name = (publiccode, "publiccode.yml") if path.suffix == ".yml" else (readme, f"README{path.suffix}")
    for problem in reader.read(snapshot({name: path.read_bytes()})).problems:
        told = explain(problem.rule, problem.params, lang)
        assert told.message != problem.rule
        assert not re.search(r"\{\w+\}", told.message + told.hint)
