# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The documented rules and codes are the real ones."""

from __future__ import annotations

import json
import re
from pathlib import Path

from registry.catalogue.validating import Report, Target, report_json, rules_table
from registry.model import Origin, Problem, Severity
from registry.vocabulary.rules import rules

TEXT = (Path(__file__).parents[2] / "docs" / "publiccode.md").read_text(encoding="utf-8")


def test_the_documented_rules_are_the_real_ones() -> None:
    """After a change of the rules: put what ``allmende publiccode rules`` prints at the end of the file."""
    assert TEXT.endswith(rules_table())


def test_the_table_has_a_row_for_every_rule_and_its_columns() -> None:
    rows = rules_table().splitlines()
    ours = [rule for rule in rules() if rule.startswith("publiccode-")]
    assert len(rows) == len(ours) + 2
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {6}


def test_the_documented_object_has_the_real_keys() -> None:
    block = re.search(r"```json\n(.*?)```", TEXT, re.DOTALL)
    assert block is not None
    documented = json.loads(block[1])
    finding = Problem("publiccode-url", Severity.ERROR, Origin("", "x", 1, column=1), "url")
    real = report_json(Report("x", "0.7", (finding,)), "de")
    assert list(documented) == list(real)
    assert list(documented["findings"][0]) == list(real["findings"][0])


def test_every_target_is_documented() -> None:
    assert all(f"--target {target.value}" in TEXT for target in Target)
