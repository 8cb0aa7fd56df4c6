# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The demonstration: real solutions rebuilt as small git repositories on loopback."""

from __future__ import annotations

from harvesters.demo.builder import DemoRepository, build
from harvesters.demo.solutions import DemoSolution, demo_solutions, publishers

__all__ = ["DemoRepository", "DemoSolution", "build", "demo_solutions", "publishers"]
