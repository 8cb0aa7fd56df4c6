# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every file of the developer corpus, corrected. Skipped where the corpus is not at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from harvesters.publiccode.checking import check
from harvesters.publiccode.fixing import fix
from support.nothing_lost import lost

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "publiccode"
FILES = sorted(CORPUS.rglob("*.yml")) if CORPUS.is_dir() else []
pytestmark = pytest.mark.skipif(not FILES, reason="no corpus here")
BROUGHT_TO_LIGHT = {
    f"publiccode-{name}" for name in ("body-unchecked", "key-deprecated", "key-dropped", "video-unchecked")
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_real_files_are_corrected_once_and_for_all(path: Path) -> None:
    given = path.read_bytes()
    fixed = fix(given)
    assert fix(fixed.content).content == fixed.content
    assert not lost(given, fixed)
    before = {(found.rule, (found.key or "").casefold()) for found in check(given).findings}
    assert not {
        (found.rule, found.key)
        for found in fixed.left
        if (found.rule, (found.key or "").casefold()) not in before and found.rule not in BROUGHT_TO_LIGHT
    }
    lines = given.count(b"\n") + given.count(b"\r") + 1
    assert all(found.origin and 1 <= (found.origin.line or 0) <= lines for found in fixed.mended)


def test_what_is_mended_is_not_found_any_more() -> None:
    """The real files have hundreds of certain faults; that they are mended is seen in the number left."""
    results = [fix(path.read_bytes()) for path in FILES]
    assert sum(len(fixed.mended) for fixed in results) > 150
    again = [fix(fixed.content) for fixed in results]
    assert [found.rule for fixed in again for found in fixed.mended] == []
