# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whether a text with mends in it is better than the one without, and which findings the mends took away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from harvesters.publiccode.fixing_mends import Repair
from registry.model import Problem, Severity

Proposed = tuple[Problem, Repair]
REVEALED: Final = frozenset(
    f"publiccode-{name}"
    for name in ("body-unchecked", "video-unchecked", "key-deprecated", "key-dropped", "version-old", "country-case")
)
"""What a mend may bring to light, or a newer version see more strictly: it is not the mend's fault."""
_MILDEST = tuple(reversed(Severity))
_Named = tuple[str, str | None]


def gravity(found: Problem) -> int:
    """For comparing: the graver, the larger."""
    return _MILDEST.index(found.severity)


def is_better(before: Sequence[Problem], after: Sequence[Problem], repairs: Sequence[Proposed]) -> bool:
    """What was to be mended is gone, and nothing else came instead or got graver."""
    return not failed(before, after, repairs) and not _worse(before, after, repairs)


def failed(before: Sequence[Problem], after: Sequence[Problem], repairs: Sequence[Proposed]) -> list[Problem]:
    """The findings among those to be mended that are still there."""
    had, has = _counted(before), _counted(after)
    return [found for found, _ in repairs if has[_name(found)] >= had[_name(found)]]


def gone(before: Iterable[Problem], after: Iterable[Problem], repairs: Sequence[Proposed]) -> list[Problem]:
    """The findings that the mends took away."""
    renamed = [(repair.renamed[1], repair.renamed[0]) for _, repair in repairs if repair.renamed]
    remaining = _counted(after)
    taken = []
    for found in before:
        names = [found.key, *(_back(found.key, pair) for pair in renamed)]
        same = [name for name in names if remaining[found.rule, name] > 0]
        if same:
            remaining[found.rule, same[0]] -= 1
        else:
            taken.append(found)
    return taken


def _worse(before: Sequence[Problem], after: Sequence[Problem], repairs: Sequence[Proposed]) -> bool:
    had: dict[_Named, int] = {}
    for found in before:
        had[_name(found)] = max(gravity(found), had.get(_name(found), 0))
    renamed = [repair.renamed for _, repair in repairs if repair.renamed]
    for found in after:
        if found.rule in REVEALED:
            continue
        names = [_name(found), *((found.rule, _back(found.key, pair)) for pair in renamed)]
        if max((had[name] for name in names if name in had), default=-1) < gravity(found):
            return True
    return False


def _counted(findings: Iterable[Problem]) -> Counter[_Named]:
    return Counter(map(_name, findings))


def _name(found: Problem) -> _Named:
    return found.rule, found.key


def _back(key: str | None, pair: tuple[str, str]) -> str | None:
    """A key path as it was before a key was renamed, or before a value became a list."""
    old, now = pair
    if key is None or not key.startswith(now):
        return key
    rest = key[len(now) :]
    return old + rest if rest[:1] in ("", ".", "[") else key
