# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The tables of ``registry/vocabulary/licences/``, read once."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent.parent / "vocabulary" / "licences"


@cache
def table(name: str) -> dict[str, Any]:
    """The table ``name``.toml; read only. Raises OSError where there is none."""
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
