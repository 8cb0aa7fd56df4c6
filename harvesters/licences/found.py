# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the parts of the detector hand to each other: pieces of a file that say something about its licence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    TEXT = "text"
    """A licence text, whole or as good as whole."""
    NOTICE = "notice"
    """Words that grant a licence by naming it: "licensed under the ...", the GNU notice of a file's head."""
    TAG = "tag"
    """An SPDX-License-Identifier."""
    REFERENCE = "reference"
    """A licence's name, title or address alone, with no word that it applies."""
    REFUSAL = "refusal"
    """Words that withhold or restrict: all rights reserved, no commercial use, a changed licence."""


class Choice(StrEnum):
    """How a notice says that its licence is one of several to choose from."""

    ALTERNATIVE = "alternative"
    """"Alternatively, ...": offered beside what the file grants before."""
    OPEN = "open"
    """The others are named in a way that is no certain licence ("MIT or GPL")."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A place where a text departs from the licence it was made of; words are lower-case and normalised."""

    added: str
    removed: str
    start: int
    """Characters in the file, as in ``Found``; where words are only missing, ``start`` equals ``end``."""
    end: int


@dataclass(frozen=True, slots=True)
class Found:
    """One piece. ``start`` and ``end`` count characters of the decoded file, the end is the one after the last."""

    expression: str
    """An SPDX expression, "GPL-3.0" where the range is open; LicenseRef-... where SPDX has no id."""
    kind: Kind
    confidence: float
    """0 to 1."""
    start: int
    end: int
    by: str
    """Which rule or tier found it, one word; what the maintainer is told of a refusal or translation goes by it."""
    edits: tuple[Edit, ...] = ()
    """How a changed text departs from its licence; empty for an unchanged one."""
    choice: Choice | None = None
    """None where the notice itself offers no choice."""
    aside: bool = False
    """Belongs to something else than the software: bundled parts, the licence of the licence text."""


@dataclass(frozen=True, slots=True)
class Detection:
    """What a whole file says. ``found`` is in the order of the file, pieces do not overlap except a tag in a text."""

    found: tuple[Found, ...] = ()
    expression: str | None = None
    """What the file as a whole certainly says; None where nothing is, or where several pieces stand side by side."""
    confidence: float = 0.0
    problems: tuple[tuple[str, dict[str, str]], ...] = ()
    """Rule ids of ``registry/vocabulary/rules/licence.toml`` with their params, what the maintainer is told."""
