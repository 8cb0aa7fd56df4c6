# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a check of a publiccode.yml gives, in either mode."""

from __future__ import annotations

from dataclasses import dataclass

from harvesters.readers.yamlsafe import Node
from registry.model import Problem


@dataclass(frozen=True, slots=True)
class Checked:
    """The findings of one file; each has a line and a column, counted in characters from 1."""

    version: str | None
    """``publiccodeYmlVersion`` as the file writes it, None where it does not say."""
    findings: tuple[Problem, ...]
    root: Node | None
    """The parsed file; None where it does not parse or no reader needs the tree."""
