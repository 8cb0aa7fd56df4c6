# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The detector over real municipal licence files: the developers' corpus. Skipped where it is not at hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harvesters.licences.detecting import detect
from harvesters.readers.texts import decode
from registry.licences import families

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "licences"
pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus here")
FLOOR = 0.98


def rows() -> Iterator[tuple[dict[str, Any], list[Path]]]:
    """Repositories with a licence that is certain, and their licence files in the root."""
    for line in (CORPUS / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        names = [file["path"] for file in row["files"] if file["kind"] == "licence" and "/" not in file["path"]]
        if names and row["expected"] not in ("NONE", "UNCLEAR"):
            yield row, [CORPUS / row["dir"] / name for name in names]


def accepted(row: dict[str, Any]) -> frozenset[str]:
    return families(row["expected"].replace("EUPL-1.2-or-later", "EUPL-1.2"))


def test_hardly_a_municipal_licence_is_missed_and_none_is_mistaken() -> None:
    right, total, mistaken = 0, 0, list[str]()
    for row, paths in rows():
        total += 1
        said = {found for path in paths if (found := detect(path.read_bytes()).expression)}
        right += bool(said)
        if any(families(one) != accepted(row) for one in said):
            mistaken.append(f"{row['dir']}: {sorted(said)} instead of {row['expected']}")
    assert not mistaken
    assert right >= FLOOR * total
    assert total > 90


def test_a_range_is_claimed_only_where_the_truth_has_one_or_accepts_it() -> None:
    for row, paths in rows():
        for path in paths:
            said = detect(path.read_bytes()).expression or ""
            if said.endswith(("-only", "-or-later")):
                assert said == row["expected"] or said in row["accept"], row["dir"]


def test_every_place_lies_in_its_file() -> None:
    for _, paths in rows():
        for path in paths:
            content = path.read_bytes()
            length = len(decode(content).text)
            for one in detect(content).found:
                assert 0 <= one.start < one.end <= length, path
