# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The documented keys, verdicts, kinds and exit codes of ``allmende licence`` are the real ones."""

from __future__ import annotations

import json
import re
from pathlib import Path

from registry.catalogue.licensing import Report, Subject, report_json
from registry.licences.hints import Use
from registry.model import (
    LicenceConclusion,
    LicenceConflict,
    LicenceEvidence,
    LicenceKind,
    LicenceRange,
    LicenceVerdict,
    Origin,
    Problem,
    Severity,
)

TEXT = (Path(__file__).parents[2] / "docs" / "licences.md").read_text(encoding="utf-8")


def test_the_documented_object_has_the_real_keys() -> None:
    block = re.search(r"```json\n(.*?)```", TEXT, re.DOTALL)
    assert block is not None
    documented = json.loads(block[1])
    licence = LicenceConclusion(
        "GPL-3.0",
        LicenceVerdict.CONFLICT,
        (LicenceEvidence("text", "GPL-3.0", Origin("", "LICENSE", 1)),),
        LicenceRange.UNDETERMINED,
        1.0,
        (LicenceConflict("AGPL-3.0-or-later", "GPL-3.0", Origin("", "publiccode.yml", 9)),),
    )
    problem = Problem("licence-conflict", Severity.ERROR, Origin("", "publiccode.yml", 9))
    real = report_json(Report(".", Subject.FOLDER, licence, (problem,)), "de")
    assert list(documented) == list(real)
    for part in ("evidence", "conflicts", "problems"):
        assert list(documented[part][0]) == list(real[part][0]), part


def test_every_value_is_documented() -> None:
    values = [*LicenceVerdict, *LicenceRange, *LicenceKind, *Subject, *Use]
    assert [value.value for value in values if f"`{value.value}`" not in TEXT] == []
