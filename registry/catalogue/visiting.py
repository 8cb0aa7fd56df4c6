# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""One repository by its URL, read and concluded as in the nightly harvest, without any database."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path

from harvesters.base import canonical_url, forge_for
from harvesters.forges import open_forge
from harvesters.git.door import GitDoor
from harvesters.guard import Guard
from harvesters.http import HttpClient
from harvesters.readers.wanted import Selection
from registry.catalogue.memory import NoMemory
from registry.catalogue.reading import Parser, RepositoryVisitor, Visit
from registry.model import EgressRules, Limits


def visit(url: str, egress: EgressRules, limits: Limits, parser: Parser, now: datetime) -> Visit:
    """What the repository at ``url``, or of the forge's page that it is, says now. Nothing stays on disk.

    Faults of the outside are in ``Visit.fresh``. Raises InvalidInput for what is no repository's address.
    """
    asked = canonical_url(url)
    guard = Guard(egress)
    http = HttpClient(guard, egress, limits)
    with tempfile.TemporaryDirectory(prefix="allmende-") as folder:
        git = GitDoor(guard, limits, Path(folder), Selection(), egress.user_agent, http)
        visitor = RepositoryVisitor(lambda kind: open_forge(kind, http, git), parser, NoMemory())
        return visitor.visit((asked, forge_for(asked, None)), None, now)
