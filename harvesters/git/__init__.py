# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The one guarded way to run git: everything else asks ``GitDoor`` for a snapshot."""

from harvesters.git.door import GitDoor
from harvesters.git.reading import Select

__all__ = ["GitDoor", "Select"]
