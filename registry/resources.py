# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where templates/ and migrations/ lie: in a checkout, an editable install and a wheel alike."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _folder(name: str) -> Path:
    """The folder inside the installed package, else the one beside it in a checkout.

    Raises FileNotFoundError when the installation is broken.
    """
    for candidate in (_PACKAGE / name, _PACKAGE.parent / name):
        if (candidate / "__init__.py").is_file():
            return candidate
    raise FileNotFoundError(f"{name}/ is missing beside {_PACKAGE}: the installation is incomplete")


def templates() -> Path:
    return _folder("templates")


def migrations() -> Path:
    return _folder("migrations")
