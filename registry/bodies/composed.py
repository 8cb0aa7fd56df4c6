# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Names that municipalities give themselves when they merge: "Bergheim-Cronheim", "Alt-Neudorf". Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from registry.bodies.spelling import fold

_BETWEEN = re.compile(r"\s*[-\u2010-\u2013/]\s*|\s+und\s+", re.IGNORECASE)
_SHORTEST = 3
"""Letters of the beginning of a name that stand for it: "Alt" for "Altdorf"."""


def made_of(name: str, old: Mapping[str, str], before: str | None = None) -> frozenset[str]:
    """Ids of the old names (id -> name) that this name is made of; empty unless it is made of nothing else.

    ``before`` is what the body with this name was called so far: it may be a part of its own new name.
    """
    if before is not None and fold(before) == fold(name):
        return frozenset()
    same = [body_id for body_id, other in old.items() if fold(other) == fold(name)]
    if same:
        return frozenset(same) if len(same) == 1 and before is None else frozenset()
    found: set[str] = set()
    parts = [part for part in _BETWEEN.split(name) if part]
    for part in parts:
        if before is not None and _begins(before, part):
            continue
        meant = _meant(part, old, shortened=before is None)
        if meant is None or meant in found:
            return frozenset()
        found.add(meant)
    return frozenset(found) if len(parts) > 1 and (before is not None or len(found) > 1) else frozenset()


def _meant(part: str, old: Mapping[str, str], shortened: bool) -> str | None:
    """The one that is called like this, else the one whose name begins with it."""
    whole = [body_id for body_id, name in old.items() if fold(name) == fold(part)]
    if whole or not shortened:
        return _only(whole)
    return _only([body_id for body_id, name in old.items() if _begins(name, part)])


def _only(ids: Collection[str]) -> str | None:
    return next(iter(ids)) if len(ids) == 1 else None


def _begins(name: str, part: str) -> bool:
    return len(fold(part)) >= _SHORTEST and fold(name).startswith(fold(part))
