# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Version numbers of tags and declarations, as far as they can be compared for certain."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from registry.model import Tag

_RELEASE = re.compile(
    r"(?:v|ver|version|rel|release)?[-_./ ]?([0-9]{1,9}(?:\.[0-9]{1,9}){0,4})(?:[.-](?:final|ga|release))?",
    re.IGNORECASE,
)
_YEARS = 1000
"""A first number from here on is a year or a date, not a major version."""


@dataclass(frozen=True, slots=True)
class Release:
    """A tag that names nothing but a version: no pre-release, no part of a product."""

    tag: Tag
    number: str


def release(tag: Tag) -> Release | None:
    """ "v1.4.0", "release-2024.1" and "3.2" name releases; "v2.0-rc1", "chart-1.1" and "7" do not."""
    found = _RELEASE.fullmatch(tag.name)
    if found is None or ("." not in found[1] and found[1] == tag.name):
        return None
    return Release(tag, found[1])


def newest_release(tags: Iterable[Tag]) -> Release | None:
    """Of tags given newest first."""
    return next((found for tag in tags if (found := release(tag))), None)


def is_behind(declared: str, number: str) -> bool:
    """Whether a declared version is certainly older than a released one; False where the two cannot be compared."""
    stated = _RELEASE.fullmatch(declared.strip())
    if stated is None:
        return False
    one, other = _numbers(stated[1]), _numbers(number)
    same_scheme = (one[0] >= _YEARS) == (other[0] >= _YEARS)
    return same_scheme and _trimmed(one) < _trimmed(other)


def highest_release(tags: Iterable[Tag], declared: str) -> Release | None:
    """The release with the highest number of those that count in the same way as the declared one."""
    behind = [found for tag in tags if (found := release(tag)) and is_behind(declared, found.number)]
    return max(behind, key=lambda found: _numbers(found.number), default=None)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _trimmed(numbers: tuple[int, ...]) -> tuple[int, ...]:
    """1.2.0 is 1.2."""
    end = len(numbers)
    while end > 1 and numbers[end - 1] == 0:
        end -= 1
    return numbers[:end]
