# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Repositories made to drown whoever asks for their licence, fetched as the harvest does."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from harvesters.demo.server import GitServer
from harvesters.readers.wanted import LICENCE_FILES, REUSE_FILES
from support.licences import EUPL, MIT, LicenceTerminal, licence_terminal, rules
from support.repos import Commit, build

LIMIT = 512 * 2**10


@pytest.fixture
def terminal(tmp_path: Path) -> LicenceTerminal:
    return licence_terminal(tmp_path)


@pytest.fixture
def forge(terminal: LicenceTerminal, tmp_path: Path) -> Iterator[str]:
    root, at = tmp_path / "repositories", int(time.time()) - 86_400
    texts = {f"LICENSES/LicenseRef-{number}.txt": b"Bedingungen %d\n" % number for number in range(10_000)}
    copies = {f"LICENSE-{number}": MIT + b"%d" % number for number in range(3_000)}
    full = EUPL.ljust(LIMIT, b"\n")
    build(root / "stadt" / "texte.git", [Commit(at, {"LICENSE": EUPL, **texts})])
    build(root / "stadt" / "namen.git", [Commit(at, {**copies})])
    build(root / "stadt" / "randvoll.git", [Commit(at, {"LICENSE": full})])
    build(root / "stadt" / "darueber.git", [Commit(at, {"LICENSE": full + b"."})])
    with GitServer(root) as server:
        terminal.environment["ALLMENDE_EGRESS_ALLOW"] = server.base_url.removeprefix("http://")
        yield f"{server.base_url}/stadt"


def test_many_files_and_large_ones(terminal: LicenceTerminal, forge: str) -> None:
    names = ["texte", "namen", "randvoll", "darueber"]
    texts, copies, full, over = terminal.json(*(f"{forge}/{name}" for name in names))
    assert (texts["expression"], texts["verdict"]) == ("EUPL-1.2", "clear")
    assert len(texts["evidence"]) == 1 + REUSE_FILES
    assert "licence-files-unread" in rules(texts)
    assert (copies["expression"], copies["verdict"]) == ("MIT", "clear")
    assert len(copies["evidence"]) == LICENCE_FILES
    assert "licence-files-unread" in rules(copies)
    assert (full["expression"], full["verdict"]) == ("EUPL-1.2", "clear")
    assert (over["expression"], over["verdict"]) == (None, "unclear")
    assert len(json.dumps([texts, copies, full, over])) < 200_000
