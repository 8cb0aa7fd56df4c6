# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Links to the pages of a list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

_NEIGHBOURS = 2


@dataclass(frozen=True, slots=True)
class Pages:
    current: int
    last: int
    numbers: tuple[int | None, ...]
    """Page numbers to link; None stands for a gap."""
    url: Callable[[int], str]

    @property
    def beyond(self) -> bool:
        """The asked page lies behind the last one."""
        return self.current > self.last


def pages(current: int, total: int, per_page: int, url: Callable[[int], str]) -> Pages:
    last = max(1, -(-total // per_page))
    near = {1, last, *range(current - _NEIGHBOURS, current + _NEIGHBOURS + 1)}
    numbers: list[int | None] = []
    for number in sorted(number for number in near if 1 <= number <= last):
        before = numbers[-1] if numbers else None
        if before is not None and number == before + 2:
            numbers.append(number - 1)
        elif before is not None and number > before + 2:
            numbers.append(None)
        numbers.append(number)
    return Pages(current, last, tuple(numbers), url)
