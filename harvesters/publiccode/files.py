# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What lies beside a publiccode.yml, for the checks of logos, screenshots and authors' files."""

from __future__ import annotations

from typing import Protocol


class Files(Protocol):
    """Paths are those written in the file, from the folder the publiccode.yml lies in."""

    def exists(self, path: str) -> bool | None:
        """Whether there is such a file; None where nobody can say."""

    def read(self, path: str) -> bytes | None:
        """Its bytes; None where it is not there or was not fetched."""


class NoFiles:
    """Nothing is known about the files beside."""

    def exists(self, path: str) -> bool | None:  # noqa: ARG002 - the protocol's
        return None

    def read(self, path: str) -> bytes | None:  # noqa: ARG002 - the protocol's
        return None


NO_FILES = NoFiles()
