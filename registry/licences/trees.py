# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""SPDX expressions as trees: something judged of each licence, joined by OR and AND."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from registry.licences.expressions import canonical, family_of, is_reference, licence_id, parse, symbols

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One licence of an expression with its exception (WITH), both in canonical spelling."""

    licence: str
    exception: str | None = None

    @property
    def base(self) -> str:
        """The id without its range: "GPL-3.0-or-later" gives "GPL-3.0"."""
        return family_of(self.licence)

    @property
    def listed(self) -> bool:
        """Whether it stands in the SPDX list; ``LicenseRef-...`` does not."""
        return not is_reference(self.licence)

    def __str__(self) -> str:
        return f"{self.licence} WITH {self.exception}" if self.exception else self.licence


def judged(
    expression: str,
    leaf: Callable[[Leaf], T],
    one_of: Callable[[Sequence[T]], T],
    all_of: Callable[[Sequence[T]], T],
) -> T | None:
    """What ``leaf`` says of each licence, joined by ``one_of`` (OR) and ``all_of`` (AND); None for no expression."""
    known = canonical(expression)
    return None if known is None else _judged(parse(known), leaf, one_of, all_of)


def leaves(expression: str) -> tuple[Leaf, ...]:
    """The licences of an expression in its order, each once; none for what is no expression."""
    found: list[Leaf] = []
    judged(expression, found.append, lambda _: None, lambda _: None)
    return tuple(dict.fromkeys(found))


def three_valued(any_of: bool) -> Callable[[Sequence[bool | None]], bool | None]:
    """OR (``any_of``) or AND over yes, no and unknown: the decisive answer wins over an unknown one."""

    def join(answers: Sequence[bool | None]) -> bool | None:
        if any_of in answers:
            return any_of
        return None if None in answers else not any_of

    return join


def _judged(
    parsed: Any,
    leaf: Callable[[Leaf], T],
    one_of: Callable[[Sequence[T]], T],
    all_of: Callable[[Sequence[T]], T],
) -> T:
    operator = getattr(parsed, "operator", None)
    if not operator:
        licence, exception = next(symbols(parsed))
        return leaf(Leaf(licence_id(licence) or licence, exception))
    parts = [_judged(part, leaf, one_of, all_of) for part in parsed.args]
    return one_of(parts) if str(operator).strip().upper() == "OR" else all_of(parts)
