# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The repositories of a product with their roles, the main one first, and what each may say about the product."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from registry.model import Field, LicenceConclusion, Member, RepositoryReading, Role, SolutionRepository
from registry.naming import last_segment, stem
from registry.resolve.precedence import CONTRIBUTES

_PUNCTUATION = re.compile(r"[-_. ]+")
_OWN = "own"
_GIVEN = "given"
"""Reason of a part that a caller put beside the main one without saying why."""


@dataclass(frozen=True, slots=True)
class Part:
    """A repository as read, with its place in the product."""

    read: RepositoryReading
    role: Role
    reason: str

    @property
    def url(self) -> str:
        return self.read.ref.url

    @property
    def is_main(self) -> bool:
        return self.role is Role.MAIN

    @property
    def contributes(self) -> frozenset[Field]:
        """The fields it may speak of."""
        return CONTRIBUTES[self.role]


def parts(repositories: Sequence[RepositoryReading], members: Mapping[str, Member]) -> tuple[Part, ...]:
    """The main repository first: the member that is MAIN, else the first one given."""
    named = [one for one in repositories if (found := members.get(one.ref.url)) and found.role is Role.MAIN]
    main = (named or [*repositories])[0]
    others = [one for one in repositories if one is not main]
    return (Part(main, Role.MAIN, _reason(main, members, _OWN)), *(_further(one, members) for one in others))


def common_name(product: Sequence[Part]) -> str | None:
    """What the repositories of a product have in common in their names, where each is named after its part alone.

    "Open-SmartCity-App-android" and "Open-SmartCity-App-core" are the "Open SmartCity App"; "backend" and "frontend" in
    the group "hundesteuer" are "hundesteuer". None for any other product.
    """
    reasons = {part.reason for part in product}
    if "parts-of-one-group" in reasons:
        return last_segment(product[0].url.rpartition("/")[0])
    if "mirrors-of-one-group" not in reasons:
        return None
    of_group = [part for part in product if part.reason == "mirrors-of-one-group" or part.is_main]
    written = [_PUNCTUATION.split(last_segment(part.url)) for part in of_group]
    alike = takewhile(lambda several: len({word.lower() for word in several}) == 1, zip(*written, strict=False))
    return " ".join(several[0] for several in alike) or None


def solution_repository(part: Part, licence: LicenceConclusion) -> SolutionRepository:
    read = part.read
    return SolutionRepository(
        url=part.url,
        role=part.role,
        reason=part.reason,
        commit=read.commit,
        taken_at=read.taken_at,
        activity=read.activity,
        forge=read.ref.facts,
        licence=licence.expression,
    )


def _further(read: RepositoryReading, members: Mapping[str, Member]) -> Part:
    member = members.get(read.ref.url)
    role = member.role if member and member.role is not Role.MAIN else _guessed(read)
    return Part(read, role, _reason(read, members, _GIVEN))


def _reason(read: RepositoryReading, members: Mapping[str, Member], default: str) -> str:
    member = members.get(read.ref.url)
    return member.reason if member else default


def _guessed(read: RepositoryReading) -> Role:
    """What a further repository is, from what the forge and its name say; a plain part counts as back end."""
    said = read.ref.facts
    if said.mirror:
        return Role.MIRROR
    if said.fork:
        return Role.FORK
    return stem(last_segment(read.ref.url)).role or Role.BACK_END
