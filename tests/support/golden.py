# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Golden pairs of readers: an input file and, beside it, what a reader shall take from it."""

from __future__ import annotations

import json
from pathlib import Path

from registry.model import Json, Reading

FOLDER = Path(__file__).parents[1] / "data" / "readers"


def inputs(folder: str) -> list[Path]:
    return sorted(path for path in (FOLDER / folder).iterdir() if path.suffix != ".json")


def expected(path: Path) -> Json:
    return json.loads(path.with_name(f"{path.name}.json").read_text(encoding="utf-8"))


def shape(reading: Reading) -> Json:
    """A reading as the expected files have it: facts as field, language, line, value; problems as rule, line, key."""
    return {
        "facts": [
            [str(fact.field), fact.lang, fact.origin.line, json.loads(json.dumps(fact.value))] for fact in reading.facts
        ],
        "problems": [
            [problem.rule, problem.origin.line if problem.origin else None, problem.key] for problem in reading.problems
        ],
    }
