# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Names and descriptions that templates and generators wrote and nobody replaced (``names.toml``)."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).parent / "names.toml"
_MARKS = " \t#*_.:!-"


def is_generator_name(name: str) -> bool:
    """Whether a package's name is a generator's default that nobody replaced."""
    return _folded(name) in _texts("generator_names")


def is_template(name: str) -> bool:
    """Whether a name is what a template or generator wrote, and so says nothing about the product."""
    return _folded(name) in _texts("templates")


def is_template_text(text: str) -> bool:
    """Whether a description is what a template or generator wrote."""
    return _folded(text) in _texts("descriptions") or is_template(text)


def is_generator_description(text: str) -> bool:
    """Whether a package's description is a generator's default, or says that one is still to be written."""
    folded = _folded(text)
    return folded in _texts("descriptions") or folded.startswith(tuple(_texts("generator_beginnings")))


def _folded(text: str) -> str:
    return " ".join(text[:400].casefold().split()).strip(_MARKS)


@cache
def _texts(key: str) -> frozenset[str]:
    return frozenset(map(_folded, tomllib.loads(_TABLE.read_text(encoding="utf-8"))[key]))
