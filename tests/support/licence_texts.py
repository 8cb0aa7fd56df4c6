# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Licence texts that this repository ships, by their SPDX id without a range."""

from __future__ import annotations

from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
IDS = (
    "AGPL-3.0",
    "BSD-3-Clause",
    "CC-BY-4.0",
    "CC0-1.0",
    "EUPL-1.2",
    "GPL-2.0",
    "GPL-3.0",
    "MIT",
    "MPL-2.0",
    "OFL-1.1",
)


@cache
def licence_text(licence: str) -> str:
    """The unchanged text; raises FileNotFoundError for a licence that is nowhere here."""
    demo = ROOT / "harvesters" / "demo" / "licences"
    for path in (ROOT / "LICENSES" / f"{licence}.txt", *sorted(demo.glob(f"LICENSE-{licence}*.txt"))):
        if path.is_file():
            return path.read_text(encoding="utf-8")
    raise FileNotFoundError(licence)
